package about

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write licences.txt anew")

// The file of a licence, and folders of modules of which nothing is in the program.
var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|ofl)([-.]\S*)?$`)
	unused      = regexp.MustCompile(`(?i)logo`) // of pictures
	outside     = regexp.MustCompile(`^(testdata|examples?|demo|cmd|tools|_.*|\..*)$`)
)

// modules lists the modules in the program on a system, with their folders.
func modules(t *testing.T, system string) map[string]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Dir}}{{end}}", "aidpost/app")
	list.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=1")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, dir, ok := strings.Cut(strings.TrimSpace(line), " "); ok && path != "aidpost" {
			found[path] = dir
		}
	}
	return found
}

// TestLicences: everything in the program stands under a licence that is in it,
// too. With -update the file is written.
func TestLicences(t *testing.T) {
	if *update {
		writeLicences(t)
	}
	parts := map[string]bool{}
	text, err := os.ReadFile("licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range readLicences(string(text)) {
		if len(l.Text) < 100 {
			t.Errorf("the licence of %v is %q", l.Parts, l.Text)
		}
		for _, p := range l.Parts {
			parts[p] = true
		}
	}
	for _, ours := range []string{"Aidpost", "Aidpost Sans after Noto Sans", "Go"} {
		if !parts[ours] {
			t.Errorf("no licence of %s", ours)
		}
	}
	for path := range modules(t, runtime.GOOS) {
		if !parts[path] {
			t.Errorf("no licence of %s: go test ./app/about -run Licences -update", path)
		}
	}
}

// writeLicences collects the texts of all systems that the program is built for,
// each once.
func writeLicences(t *testing.T) {
	t.Helper()
	texts := map[string][]string{} // parts by text
	add := func(part, file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		clean := strings.Trim(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
		if !slices.Contains(texts[clean], part) {
			texts[clean] = append(texts[clean], part)
		}
	}
	add("Aidpost", "../../LICENSE")
	add("Aidpost Sans after Noto Sans", "../../assets/fonts/OFL.txt")
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	add("Go", filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	all := map[string]string{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		maps.Copy(all, modules(t, system))
	}
	for path, dir := range all {
		err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && file != dir && outside.MatchString(d.Name()):
				return fs.SkipDir
			case d.IsDir() || !licenceFile.MatchString(d.Name()) || unused.MatchString(d.Name()) || strings.HasSuffix(d.Name(), ".go"):
				return nil
			}
			below, err := filepath.Rel(dir, filepath.Dir(file))
			if err != nil {
				return err
			}
			add(strings.TrimSuffix(path+"/"+filepath.ToSlash(below), "/."), file)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var sections []string
	for text, parts := range texts {
		slices.Sort(parts)
		sections = append(sections, fmt.Sprintf("%s%s\n\n%s\n", licenceMark, strings.Join(parts, ", "), text))
	}
	slices.Sort(sections)
	if err := os.WriteFile("licences.txt", []byte(strings.Join(sections, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
