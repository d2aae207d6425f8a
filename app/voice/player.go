package voice

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// A Player plays sounds with a program of the system: that of PipeWire, PulseAudio
// or ALSA on Linux, afplay on macOS, the media player of Windows.
type Player struct {
	path string
	args func(file string) []string
}

// FindPlayer returns the player of this system, or nil if there is none. look
// finds a program, as exec.LookPath.
func FindPlayer(look func(string) (string, error)) *Player {
	alone := func(file string) []string { return []string{file} }
	for _, p := range []struct {
		program string
		args    func(string) []string
	}{
		{"pw-play", alone}, {"paplay", alone}, {"aplay", func(file string) []string { return []string{"-q", file} }}, {"afplay", alone},
		{"powershell.exe", func(string) []string {
			return []string{"-NoProfile", "-Command", "(New-Object Media.SoundPlayer $env:AIDPOST_SOUND).PlaySync()"}
		}},
	} {
		if path, err := look(p.program); err == nil {
			return &Player{path, p.args}
		}
	}
	return nil
}

// Play plays a WAV file to its end, or until ctx ends. It may say somebody's result: on
// Linux it is in memory alone.
func (p *Player) Play(ctx context.Context, wav []byte) error {
	file, open, done, err := hold(wav)
	if err != nil {
		return fmt.Errorf("play a sound: %w", err)
	}
	defer done()
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	cmd := exec.CommandContext(ctx, p.path, p.args(file)...)
	cmd.Env = append(os.Environ(), "AIDPOST_SOUND="+file) // a path may hold what is a command in PowerShell
	cmd.ExtraFiles = open
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("play a sound with %s: %w", filepath.Base(p.path), err)
	}
	return nil
}

// holdInFolder puts a sound into a file of a folder of its own.
func holdInFolder(wav []byte) (file string, open []*os.File, done func(), err error) {
	dir, err := os.MkdirTemp("", "aidpost-sound-")
	if err != nil {
		return "", nil, nil, err
	}
	file = filepath.Join(dir, "sound.wav")
	if err := os.WriteFile(file, wav, 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return "", nil, nil, err
	}
	return file, nil, func() { _ = os.RemoveAll(dir) }, nil
}
