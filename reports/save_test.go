package reports

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestSaveFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "visit.pdf")
	page := func(text string, fail error) func(io.Writer) error {
		return func(w io.Writer) error {
			if _, err := os.Lstat(path); text == "first" && err == nil {
				t.Error("the name is there before the page is")
			}
			_, err := io.WriteString(w, text)
			return errors.Join(err, fail)
		}
	}
	broken := errors.New("broken")
	if err := SaveFile(path, page("half", broken)); !errors.Is(err, broken) {
		t.Errorf("a failed page gave %v", err)
	}
	if err := SaveFile(path, page("first", nil)); err != nil {
		t.Fatal(err)
	}
	if err := SaveFile(path, page("second", nil)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file gave %v", err)
	}
	if err := SaveFile(dir+"/", page("x", nil)); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("a folder gave %v", err)
	}
	if err := SaveFile(filepath.Join(dir, "no", "x.pdf"), page("x", nil)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing folder gave %v", err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "first" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is open to others: %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A name that is taken while the page is drawn is not overwritten, with links
// and without.
func TestPublish(t *testing.T) {
	dir := t.TempDir()
	temp, path := filepath.Join(dir, "temp"), filepath.Join(dir, "page")
	for _, f := range []string{temp, path} {
		if err := os.WriteFile(f, []byte(f), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, try := range map[string]func(string, string) error{"link": publish, "no link": claim} {
		if err := try(temp, path); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := os.ReadFile(path); string(got) != path {
			t.Errorf("%s: the file of somebody else was replaced", name)
		}
	}
	free := filepath.Join(dir, "free")
	if err := claim(temp, free); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(free); string(got) != temp {
		t.Errorf("the file holds %q", got)
	}
	if err := claim(filepath.Join(dir, "gone"), filepath.Join(dir, "new")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a lost page gave %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "new")); err == nil {
		t.Error("an empty file was left behind")
	}
}
