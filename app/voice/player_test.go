package voice

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestPlay plays with the program that there is, which reads the sound from a
// file that is gone afterwards.
func TestPlay(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the player is a shell script")
	}
	for _, program := range []string{"pw-play", "paplay", "aplay", "afplay"} {
		folder := t.TempDir()
		t.Setenv("TMPDIR", filepath.Join(folder, "tmp"))
		if err := os.Mkdir(filepath.Join(folder, "tmp"), 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, program)
		script := "#!/bin/sh\nfor last; do :; done\ncp \"$last\" " + folder + "/heard\n[ ! -e " + folder + "/hang ] || exec sleep 60\n[ ! -e " + folder + "/fail ]\n"
		if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		p := FindPlayer(func(name string) (string, error) {
			if name == program {
				return path, nil
			}
			return "", exec.ErrNotFound
		})
		if p == nil {
			t.Fatalf("%s is not found", program)
		}
		if err := p.Play(t.Context(), []byte("RIFF")); err != nil {
			t.Error(err)
		}
		if heard, err := os.ReadFile(filepath.Join(folder, "heard")); string(heard) != "RIFF" {
			t.Errorf("%s plays %q, %v", program, heard, err)
		}
		touch := func(name string) {
			if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		touch("fail")
		if err := p.Play(t.Context(), nil); err == nil || !strings.Contains(err.Error(), program) {
			t.Errorf("%s failed, and it is said: %v", program, err)
		}
		touch("hang")
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		if err := p.Play(ctx, nil); err == nil || time.Since(began) > 30*time.Second {
			t.Errorf("%s: %v after %v", program, err, time.Since(began))
		}
		stop()
		if left, err := os.ReadDir(filepath.Join(folder, "tmp")); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v, %v", program, left, err)
		}
	}
	if FindPlayer(func(string) (string, error) { return "", exec.ErrNotFound }) != nil {
		t.Error("a player without a program")
	}
}
