package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPackageNotes checks that the notes on installing name every file that is
// packaged with them, and that the unit starts what they install.
func TestPackageNotes(t *testing.T) {
	const folder = "../assets/package"
	notes, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); name != "README.md" && !strings.Contains(string(notes), "package/"+name) && !strings.Contains(string(notes), name+" /etc") {
			t.Errorf("the notes do not say where %s goes", name)
		}
	}
	unit, err := os.ReadFile(filepath.Join(folder, "aidpost.service"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range regexp.MustCompile(`/usr/local/bin/([a-z-]+)`).FindAllStringSubmatch(string(unit), -1) {
		if !regexp.MustCompile(`install -m 755 .*\b` + program[1] + `\b.* /usr/local/bin/`).Match(notes) {
			t.Errorf("the unit starts %s, which the notes do not install", program[1])
		}
	}
}

// TestUnitIsTaken: systemd takes the unit without a complaint. What it starts is
// replaced by a program that this machine has.
func TestUnitIsTaken(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze")
	}
	unit, err := os.ReadFile("../assets/package/aidpost.service")
	if err != nil {
		t.Fatal(err)
	}
	there, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	unit = regexp.MustCompile(`/usr/local/bin/aidpost\S*|/usr/bin/xinit`).ReplaceAll(unit, []byte(there))
	for name, test := range map[string]struct {
		text string
		fine bool
	}{"ours": {string(unit), true}, "with a word that is none": {strings.Replace(string(unit), "Type=notify", "Type=notified", 1), false}} {
		path := filepath.Join(t.TempDir(), "aidpost.service")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		said, err := exec.CommandContext(t.Context(), analyze, "verify", "--man=no", path).CombinedOutput()
		if fine := err == nil && len(said) == 0; fine != test.fine {
			t.Errorf("%s: %v, %s", name, err, said)
		}
	}
}

// TestLockdownFiles: the X server and the kernel are told to take no keys.
func TestLockdownFiles(t *testing.T) {
	for file, lines := range map[string][]string{
		"10-aidpost-kiosk.conf":  {`Option "DontVTSwitch" "true"`, `Option "DontZap"      "true"`},
		"80-aidpost-sysctl.conf": {"kernel.sysrq = 0", "kernel.core_pattern = |/bin/false"},
	} {
		text, err := os.ReadFile(filepath.Join("../assets/package", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if !strings.Contains(string(text), line) {
				t.Errorf("%s does not say %q", file, line)
			}
		}
	}
}

// TestNothingLeadsOut: no screen has a link, a menu, a clipboard, or a dialog of the
// toolkit, by which one reaches files and printers.
func TestNothingLeadsOut(t *testing.T) {
	out := regexp.MustCompile(`"fyne\.io/fyne/v2/(dialog|storage)"|widget\.(NewHyperlink|NewRichText|NewEntry|NewPopUpMenu)|\.(OpenURL|Clipboard|SetMainMenu|ShowPopUpMenu)[(A-Z]`)
	looked := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		looked++
		if found := out.Find(text); found != nil {
			t.Errorf("%s: %s", path, found)
		}
		return err
	})
	if err != nil || looked < 100 {
		t.Errorf("looked through %d files: %v", looked, err)
	}
}

// TestEscapesAreTested: the tests that the notes name are there.
func TestEscapesAreTested(t *testing.T) {
	notes, err := os.ReadFile("../assets/package/README.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, folder := range []string{".", "e2e", "crowd", "../ui/kiosk", "../ui/kit"} {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(text, -1) {
				there[string(name[1])] = true
			}
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(notes, -1)
	if len(named) < 10 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, name := range named {
		if !there[string(name[1])] {
			t.Errorf("there is no %s", name[1])
		}
	}
}
