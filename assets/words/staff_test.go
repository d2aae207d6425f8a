package words

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestStaffLanguages(t *testing.T) {
	c := mustLoad(t)
	var got []string
	for _, l := range c.StaffLangs() {
		got = append(got, l.Tag())
	}
	if want := "en ar es fr"; strings.Join(got, " ") != want {
		t.Errorf("languages of staff = %v, want %s", got, want)
	}
	for tag, want := range map[string]string{
		"en": "en", "es-MX": "es", "fr": "fr", "ar-EG": "ar", "sw": "en", "hi": "en", "": "en", "en-XA": "en-XA",
	} {
		l := c.StaffLang(tag)
		if l.Tag() != want {
			t.Errorf("StaffLang(%q) = %q, want %q", tag, l.Tag(), want)
		}
		if text := l.T(NavToday); text == "" || text == string(NavToday) {
			t.Errorf("%s has no words for staff: %q", tag, text)
		}
	}
}

// staffFiles is a catalogue of two languages with one message for patients.
func staffFiles(t *testing.T, more map[string]string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, tag := range []string{"en", "fr"} {
		fsys[tag+".json"] = &fstest.MapFile{Data: []byte(testFile(tag, "ltr", `{"a.x":"Sit."}`))}
	}
	for name, data := range more {
		fsys[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return fsys
}

func TestStaffFilesThatAreRefused(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no such language":   {"staff/xx/a.json": `{"b.x":"Go."}`},
		"is in another file": {"staff/en/a.json": `{"b.x":"Go."}`, "staff/en/b.json": `{"b.x":"Go."}`},
		"another file, too":  {"staff/fr/a.json": `{"a.x":"Go."}`},
		"parse":              {"staff/en/a.json": `[]`},
		"message b.x: empty": {"staff/en/a.json": `{"b.x":" "}`},
		"} without {":        {"staff/en/a.json": `{"b.x":"a}"}`},
	} {
		if _, err := load(staffFiles(t, files)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStaffWordsFallBack: a language without words for staff shows English ones
// and is not offered to them.
func TestStaffWordsFallBack(t *testing.T) {
	c, err := load(staffFiles(t, map[string]string{"staff/en/a.json": `{"b.x":"Go."}`}))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Lang("fr").T("b.x"); got != "Go." {
		t.Errorf("in French: %q", got)
	}
	if got := c.StaffLang("fr").Tag(); got != "en" || len(c.StaffLangs()) != 1 {
		t.Errorf("StaffLang(fr) = %s of %d", got, len(c.StaffLangs()))
	}
}

// TestLinterHoldsStaffToTheirFiles proves that the rules about staff bite.
func TestLinterHoldsStaffToTheirFiles(t *testing.T) {
	l := linter{
		keys: map[Key]bool{"a.x": true}, staff: map[Key]bool{"b.x": true, "b.y": true},
		forbidden: map[string][]string{"en": {"safe"}, "fr": {"vous avez"}},
	}
	tables, err := readAll(staffFiles(t, map[string]string{
		"staff/en/a.json": `{"b.x":{"text":"Go.","note":"n"},"a.z":{"text":"Go.","note":"n"}}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	l.english = tables[0].messages
	got := strings.Join(append(l.problems(tables[0]), l.problems(tables[1])...), "\n")
	for _, want := range []string{"en: b.y: missing", "en: a.z: no constant"} {
		if !strings.Contains(got, want) {
			t.Errorf("problems = %q, want %q among them", got, want)
		}
	}
	if strings.Contains(got, "fr: b.") {
		t.Errorf("a language that is not of staff has to have its words: %q", got)
	}
	l.keys, l.staff = l.staff, l.keys
	if got := strings.Join(l.problems(tables[0]), "\n"); !strings.Contains(got, "wrong people") {
		t.Errorf("words in the wrong file: %q", got)
	}
}
