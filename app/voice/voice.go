// Package voice reads aloud with the speech engine of the system: espeak-ng or
// speech-dispatcher on Linux, say on macOS, the speech API on Windows. What is
// said goes to the engine's standard input: a command line can be read by every
// program on the machine. Where no engine speaks a language, clips of package clips
// do, if there are any and a program that plays them.
package voice

import (
	"context"
	"fmt"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// longest is how long an engine may speak: an engine that hangs is ended.
const longest = 2 * time.Minute

// An engine is a program that speaks what it reads.
type engine struct {
	program string
	args    func(language string, volume int) []string
	// hush is what stops a server that speaks on when the program is ended.
	hush []string
}

// engines are tried in this order. espeak-ng comes first because it is silent as
// soon as it is ended.
func engines() []engine {
	return []engine{
		{program: "espeak-ng", args: func(language string, volume int) []string {
			return []string{"-v", language, "-a", fmt.Sprint(volume), "-s", "150", "--stdin"}
		}},
		{program: "spd-say", hush: []string{"-C"}, args: func(language string, volume int) []string {
			return []string{"-w", "-e", "-l", language, "-i", fmt.Sprint(2*volume - 100)}
		}},
		{program: "say", args: func(string, int) []string { return []string{"-f", "-"} }},
		{program: "powershell.exe", args: func(language string, volume int) []string {
			return []string{"-NoProfile", "-Command", "Add-Type -AssemblyName System.Speech;" +
				"$s = New-Object System.Speech.Synthesis.SpeechSynthesizer;" +
				"$s.SelectVoiceByHints('NotSet', 'NotSet', 0, [Globalization.CultureInfo]'" + language + "');" +
				fmt.Sprintf("$s.Volume = %d;", volume) +
				"[Console]::InputEncoding = [Text.Encoding]::UTF8; $s.Speak([Console]::In.ReadToEnd())"}
		}},
	}
}

// A Voice speaks one text at a time. Its methods return at once and may be called
// from any goroutine.
type Voice struct {
	engine engine
	path   string // empty: there is no engine
	clips  *Clips // nil: there are none
	log    *slog.Logger

	mu   sync.Mutex
	stop context.CancelFunc   // ends what is being said; nil: nothing is
	then []utterance          // is said after it
	lost map[string]time.Time // when the engine could not speak a language
	work sync.WaitGroup
}

// An utterance is a text to be said.
type utterance struct {
	language string
	volume   int
	text     string
}

// mostWaiting is how many texts wait to be said. Of more, the oldest are not worth
// waiting for.
const mostWaiting = 4

// Find returns the voice of this system, or nil if there is none. look finds a
// program, as exec.LookPath. The clips, which may be nil, speak what no engine does.
func Find(look func(string) (string, error), clips *Clips, log *slog.Logger) *Voice {
	for _, e := range engines() {
		if path, err := look(e.program); err == nil {
			return &Voice{engine: e, path: path, clips: clips, log: log}
		}
	}
	if clips == nil {
		return nil
	}
	return &Voice{clips: clips, log: log}
}

// Say stops what is being said and says a text in a language, with a volume from
// 0 to 100.
func (v *Voice) Say(language string, volume int, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hush()
	v.say(utterance{language, volume, text})
}

// Then says a text after what is being said, or at once if nothing is.
func (v *Voice) Then(language string, volume int, text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop == nil {
		v.say(utterance{language, volume, text})
		return
	}
	v.then = append(v.then, utterance{language, volume, text})
	v.then = v.then[max(len(v.then)-mostWaiting, 0):]
}

func (v *Voice) say(u utterance) {
	if strings.TrimSpace(u.text) == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), longest)
	v.stop = stop
	u.volume = min(max(u.volume, 0), 100)
	engine := v.path != "" && !v.lostNow(u.language)
	v.work.Go(func() {
		defer stop()
		if engine && v.speak(ctx, u) {
			v.ended(ctx)
			return
		}
		if ctx.Err() == nil && v.clips != nil {
			if err := v.clips.say(ctx, u); err != nil && ctx.Err() == nil {
				v.log.Warn("reading aloud", "clips", tag(u.language), "error", err)
			}
		}
		v.ended(ctx)
	})
}

// speak has the engine say a text, and reports whether it could.
func (v *Voice) speak(ctx context.Context, u utterance) bool {
	cmd := exec.CommandContext(ctx, v.path, v.engine.args(tag(u.language), u.volume)...)
	cmd.Stdin = strings.NewReader(u.text + "\n")
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		v.log.Warn("reading aloud", "engine", v.engine.program, "language", tag(u.language), "error", err)
		v.lose(u.language)
		return false
	}
	return true
}

// lose notes that the engine has ended with an error of its own: it has no voice for a
// language, or none at all.
func (v *Voice) lose(language string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.lost == nil {
		v.lost = map[string]time.Time{}
	}
	v.lost[tag(language)] = time.Now()
}

// forgiven is how long an engine is not asked for a language that it could not speak. It
// may have been the loudspeaker alone, and whoever sees nothing needs it.
const forgiven = 5 * time.Minute

// Speaks reports whether a language can be spoken, for all that is known: an engine that
// could not speak it just now is not asked for it again at once.
func (v *Voice) Speaks(language string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.path != "" && !v.lostNow(language) || v.clips != nil && v.clips.speaks(tag(language))
}

func (v *Voice) lostNow(language string) bool {
	failed, ok := v.lost[tag(language)]
	return ok && time.Since(failed) < forgiven
}

// ended goes on with what waits, unless it was silenced meanwhile.
func (v *Voice) ended(ctx context.Context) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if ctx.Err() == context.Canceled {
		return // something else may be said already
	}
	v.stop = nil
	for len(v.then) > 0 && v.stop == nil {
		next := v.then[0]
		v.then = v.then[1:]
		v.say(next)
	}
}

// tag is the language alone, of letters: it becomes part of a command.
func tag(language string) string {
	language, _, _ = strings.Cut(language, "-")
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, language)
}

// Stop is silent at once.
func (v *Voice) Stop() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hush()
}

func (v *Voice) hush() {
	v.then = nil
	if v.stop == nil {
		return
	}
	v.stop()
	v.stop = nil
	if v.path != "" && len(v.engine.hush) > 0 {
		v.work.Go(func() { _ = exec.Command(v.path, v.engine.hush...).Run() })
	}
}

// Close stops and waits until the engine has ended.
func (v *Voice) Close() {
	v.Stop()
	v.work.Wait()
}
