package voice

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// fake writes an engine that notes its arguments and what it reads, says that it
// speaks, and speaks until it is ended.
func fake(t *testing.T, program string) (folder string, look func(string) (string, error)) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake engine is a shell script")
	}
	folder = t.TempDir()
	script := "#!/bin/sh\necho \"$@\" >>" + folder + "/args\n[ \"$1\" = -C ] && exit\ncat >" + folder + "/said.new\n" +
		"mv " + folder + "/said.new " + folder + "/said\nexec sleep 60\n"
	path := filepath.Join(folder, program)
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return folder, func(name string) (string, error) {
		if name == program {
			return path, nil
		}
		return "", exec.ErrNotFound
	}
}

func waitFor(t *testing.T, path string) string {
	t.Helper()
	for range 500 {
		if data, err := os.ReadFile(path); err == nil {
			return string(data)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s is not there", filepath.Base(path))
	return ""
}

func TestSayAndStop(t *testing.T) {
	for program, want := range map[string]string{
		"espeak-ng": "-v ru -a 70 -s 150 --stdin\n", "spd-say": "-w -e -l ru -i 40\n", "say": "-f -\n",
	} {
		t.Run(program, func(t *testing.T) {
			folder, look := fake(t, program)
			v := Find(look, nil, slog.New(slog.DiscardHandler))
			if v == nil {
				t.Fatal("the engine is not found")
			}
			v.Say("ru-RU", 70, "Здравствуйте")
			if said := waitFor(t, filepath.Join(folder, "said")); said != "Здравствуйте\n" {
				t.Errorf("said %q", said)
			}
			args := waitFor(t, filepath.Join(folder, "args"))
			if args != want || strings.Contains(args, "Здравствуйте") {
				t.Errorf("arguments %q, want %q", args, want)
			}
			began := time.Now()
			v.Close()
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("speaks on for %v", took)
			}
			if program == "spd-say" && !strings.HasSuffix(waitFor(t, filepath.Join(folder, "args")), "-C\n") {
				t.Error("the server is not told to stop")
			}
		})
	}
}

// TestNextTextStopsTheOneBefore: two texts are never heard at once.
func TestNextTextStopsTheOneBefore(t *testing.T) {
	folder, look := fake(t, "espeak-ng")
	v := Find(look, nil, slog.New(slog.DiscardHandler))
	v.Say("en", 50, "first")
	waitFor(t, filepath.Join(folder, "said"))
	if err := os.Remove(filepath.Join(folder, "said")); err != nil {
		t.Fatal(err)
	}
	v.Say("en", 500, "second")
	if said := waitFor(t, filepath.Join(folder, "said")); said != "second\n" {
		t.Errorf("said %q", said)
	}
	v.Say("en", 50, " ") // nothing to say is silence
	v.work.Wait()        // both have ended, or this would take two minutes
	if args := waitFor(t, filepath.Join(folder, "args")); strings.Count(args, "-a 100") != 1 {
		t.Errorf("arguments %q: a volume stays within 100", args)
	}
}

func TestNoEngine(t *testing.T) {
	if v := Find(func(string) (string, error) { return "", errors.New("none") }, nil, nil); v != nil {
		t.Error("a voice without an engine")
	}
}

func TestTagIsSafeInACommand(t *testing.T) {
	for in, want := range map[string]string{"pt-BR": "pt", "en-XA": "en", "'; rm": "rm", "": ""} {
		if got := tag(in); got != want {
			t.Errorf("tag(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestThenWaits: a text that comes after another one is said when that has ended,
// the oldest of too many never, and none after silence.
func TestThenWaits(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the fake engine is a shell script")
	}
	folder := t.TempDir()
	path, said := filepath.Join(folder, "espeak-ng"), filepath.Join(folder, "said")
	// A text ends as soon as there is a file of its name.
	script := "#!/bin/sh\nread text\necho $text >>" + said + "\nwhile [ ! -e " + folder + "/$text ]; do sleep 0.01; done\n"
	if err := os.WriteFile(path, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	v := Find(func(string) (string, error) { return path, nil }, nil, slog.New(slog.DiscardHandler))
	end := func(text string) {
		if err := os.WriteFile(filepath.Join(folder, text), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	heard := func(want string) {
		t.Helper()
		for range 1000 {
			if text, _ := os.ReadFile(said); strings.Join(strings.Fields(string(text)), " ") == want {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		text, _ := os.ReadFile(said)
		t.Fatalf("said %q, want %q", text, want)
	}
	v.Then("en", 50, "a") // nothing is being said
	for _, text := range []string{"b", "c", "d", "e", "f"} {
		v.Then("en", 50, text)
	}
	heard("a")
	end("a")
	heard("a c")
	end("c")
	heard("a c d")
	v.Say("en", 50, "x") // breaks off, and drops what waits
	heard("a c d x")
	v.Then("en", 50, "y")
	v.Close()
	heard("a c d x")
}

// TestALanguageWithoutAVoice: an engine that ends with an error is not asked for that
// language again for a while; for others it is.
func TestALanguageWithoutAVoice(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the fake engine is a shell script")
	}
	path := filepath.Join(t.TempDir(), "espeak-ng")
	if err := os.WriteFile(path, []byte("#!/bin/sh\ncat >/dev/null\n[ \"$2\" != fa ]\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	v := Find(func(string) (string, error) { return path, nil }, nil, slog.New(slog.DiscardHandler))
	for language, want := range map[string]bool{"en": true, "fa-IR": false} {
		v.Say(language, 70, "x")
		v.work.Wait()
		if v.Speaks(language) != want {
			t.Errorf("%s: spoken: %v, want %v", language, !want, want)
		}
	}
	v.lost["fa"] = v.lost["fa"].Add(-forgiven)
	if !v.Speaks("fa") {
		t.Error("what went wrong once is never tried again")
	}
}
