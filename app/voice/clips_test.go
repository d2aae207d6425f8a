package voice

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/voice/clips"
)

// clipped is a computer with clips of English, a player that notes what it plays and hangs
// if there is a file hang, and engines that look finds.
func clipped(t *testing.T, engine string) (v *Voice, folder string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the player is a shell script")
	}
	folder = t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var pack bytes.Buffer
	loud := slices.Repeat([]int16{8000, 7000}, 500)
	if err := clips.Write(&pack, "en", ".", "test", map[string][]int16{"Sit quietly": loud, "5": loud}); err != nil {
		t.Fatal(err)
	}
	write("en"+clips.Ending, pack.String())
	write("de"+clips.Ending, "no voice")
	player := write("aplay", "#!/bin/sh\nfor last; do :; done\ncat \"$last\" >"+folder+"/new\nmv "+folder+"/new "+folder+"/heard\n[ ! -e "+folder+"/hang ] || exec sleep 60\n")
	look := func(name string) (string, error) {
		switch {
		case name == "aplay":
			return player, nil
		case name == "espeak-ng" && engine != "":
			return write("espeak-ng", engine), nil
		}
		return "", exec.ErrNotFound
	}
	v = Find(look, FindClips(FindPlayer(look), filepath.Join(folder, "none"), folder), slog.New(slog.DiscardHandler))
	if v == nil {
		t.Fatal("there is no voice")
	}
	return v, folder
}

// heard is what was played, which must be a whole sound.
func heard(t *testing.T, folder string) []int16 {
	t.Helper()
	wav := waitFor(t, filepath.Join(folder, "heard"))
	if len(wav) < 44 || wav[:4] != "RIFF" || len(wav)%2 != 0 {
		t.Fatalf("%d bytes are played", len(wav))
	}
	samples := make([]int16, (len(wav)-44)/2)
	for i := range samples {
		samples[i] = int16(uint16(wav[44+2*i]) | uint16(wav[45+2*i])<<8)
	}
	return samples
}

// TestClipsWithoutAnEngine: all that a pack has is said, with its volume, and in no other
// language.
func TestClipsWithoutAnEngine(t *testing.T) {
	v, folder := clipped(t, "")
	for language, want := range map[string]bool{"en": true, "en-GB": true, "fr": false, "de": false} {
		if v.Speaks(language) != want {
			t.Errorf("%s: spoken: %v, want %v", language, !want, want)
		}
	}
	v.Say("en", 50, "Sit quietly. 5 Amina")
	v.work.Wait()
	got := heard(t, folder)
	if len(got) < 2000 || slices.Max(got) < 3500 || slices.Max(got) > 4500 {
		t.Errorf("%d samples, the loudest %d", len(got), slices.Max(got))
	}
	if err := os.Remove(filepath.Join(folder, "heard")); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Amina", " "} {
		v.Say("en", 50, text)
		v.Say("fr", 50, "Sit quietly")
		v.work.Wait()
	}
	if _, err := os.Stat(filepath.Join(folder, "heard")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something is played of which there is no clip")
	}
}

// TestClipsAreSilentAtOnce, and say what waits after what is being said.
func TestClipsAreSilentAtOnce(t *testing.T) {
	v, folder := clipped(t, "")
	if err := os.WriteFile(filepath.Join(folder, "hang"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v.Say("en", 100, "Sit quietly")
	heard(t, folder)
	began := time.Now()
	v.Close()
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("speaks on for %v", took)
	}
	for _, name := range []string{"hang", "heard"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	v.Say("en", 100, "Sit quietly 5")
	v.Then("en", 100, "5")
	v.work.Wait()
	if got := len(heard(t, folder)); got != 1000 {
		t.Errorf("the last that is played has %d samples", got)
	}
}

// TestEngineBeforeClips: clips speak only what the engine of the system does not.
func TestEngineBeforeClips(t *testing.T) {
	v, folder := clipped(t, "#!/bin/sh\ncat >$0.said\n")
	v.Say("en", 50, "Sit quietly")
	v.work.Wait()
	if said := waitFor(t, filepath.Join(folder, "espeak-ng.said")); said != "Sit quietly\n" {
		t.Errorf("the engine says %q", said)
	}
	if _, err := os.Stat(filepath.Join(folder, "heard")); !errors.Is(err, os.ErrNotExist) {
		t.Error("clips are played as well")
	}
	v, folder = clipped(t, "#!/bin/sh\ncat >/dev/null\nexit 1\n")
	v.Say("en", 50, "Sit quietly")
	v.work.Wait()
	if got := len(heard(t, folder)); got != 1000 {
		t.Errorf("of a text that the engine could not say, %d samples are played", got)
	}
	if !v.Speaks("en") {
		t.Error("a language with clips is taken for lost with its engine")
	}
	v.Say("fr", 50, "x")
	v.work.Wait()
	if v.Speaks("fr") {
		t.Error("a language that nothing speaks is offered")
	}
}

// TestSoundsAreInMemory: what is played may say somebody's result.
func TestSoundsAreInMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has files in memory alone")
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "aplay")
	script := "#!/bin/sh\nfor last; do :; done\necho \"$last\" >" + folder + "/where\nls $TMPDIR >" + folder + "/left\ncat \"$last\" >" + folder + "/heard\n"
	t.Setenv("TMPDIR", filepath.Join(folder, "tmp"))
	if err := errors.Join(os.Mkdir(filepath.Join(folder, "tmp"), 0o700), os.WriteFile(path, []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	p := FindPlayer(func(name string) (string, error) {
		if name == "aplay" {
			return path, nil
		}
		return "", exec.ErrNotFound
	})
	if err := p.Play(t.Context(), []byte("RIFF")); err != nil {
		t.Fatal(err)
	}
	if left := waitFor(t, filepath.Join(folder, "left")); strings.TrimSpace(left) != "" {
		t.Errorf("while it plays there is %q", left)
	}
	if got := waitFor(t, filepath.Join(folder, "heard")); got != "RIFF" {
		t.Errorf("heard %q from %s", got, waitFor(t, filepath.Join(folder, "where")))
	}
}
