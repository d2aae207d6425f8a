package settings

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

// place is a data folder with records, in the hands of whoever is at the machine.
type place struct {
	folder string
	store  *records.Store
	form   *Form
	counts []site.Profile // what was told to count
	failed error
}

func newPlace(t *testing.T, text string) *place {
	t.Helper()
	p := &place{folder: t.TempDir()}
	var err error
	if p.store, err = site.OpenStore(t.Context(), p.folder, records.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	if text != "" {
		if err := os.WriteFile(filepath.Join(p.folder, site.ProfileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.form, err = New(Config{Folder: p.folder, Do: p.do, Applied: func(s site.Profile) { p.counts = append(p.counts, s) }})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) do(work func(context.Context, *records.Access) error, done func(error) bool) {
	p.failed = work(context.Background(), p.store.Console("root", "desk-1"))
	done(p.failed)
}

func (p *place) file(t *testing.T) string {
	t.Helper()
	text, err := site.Settings(p.folder)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestForm changes settings, sees what differs, applies it and takes it back.
func TestForm(t *testing.T) {
	p := newPlace(t, `{"name": "Corner", "phone": "+1 555 0100", "costs": {"currency": "EUR", "visit": "0.080"}}`)
	before := p.file(t)
	p.form.Set("name", "محمد 😀 Pharmacy")
	p.form.Set("phone", "")
	p.form.Set("keepDays", "365")
	p.form.Set("critical:systolic:mm[Hg]:high", "165")
	p.form.Set("languages", "ar,en")
	p.form.Review()
	s := p.form.State()
	if len(s.Problems) > 0 || s.Changed != 5 || len(s.Changes) < 5 {
		t.Fatalf("%+v", s)
	}
	if !slices.Contains(s.Changes, site.Change{Path: "phone", Before: "+1 555 0100", Takes: site.AtOnce}) {
		t.Errorf("%+v", s.Changes)
	}
	if p.file(t) != before {
		t.Error("the file changed before it was applied")
	}
	p.form.Apply()
	if p.failed != nil || len(p.counts) != 1 || p.counts[0].Name != "محمد 😀 Pharmacy" || p.counts[0].Critical[0].At.String() != "165" {
		t.Fatalf("%v, %+v", p.failed, p.counts)
	}
	if !strings.Contains(p.file(t), `"visit": "0.080"`) {
		t.Errorf("something else changed: %s", p.file(t))
	}
	noted := ""
	if err := p.store.Console("root", "desk-1").Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Action == staff.ChangeSetting {
			noted = e.Reason
		}
		return nil
	}); err != nil || !strings.Contains(noted, "keepDays") || strings.Contains(noted, "محمد") {
		t.Errorf("on record: %q, %v", noted, err)
	}
	if s = p.form.State(); s.Changed != 0 || !s.Back || s.Typed["keepDays"] != "365" {
		t.Errorf("%+v", s)
	}
	p.form.Back()
	if p.file(t) != before {
		t.Errorf("taken back: %s", p.file(t))
	}
}

// TestFormProblems: what cannot be stands beside its field, stays as typed, and
// cannot be applied.
func TestFormProblems(t *testing.T) {
	for _, tt := range []struct {
		path, typed string
		why         site.Why
	}{
		{"name", "", site.WhyMissing}, {"name", strings.Repeat("x", 300), site.WhyLong}, {"name", "a\u0007b", site.WhyLetters},
		{"phone", "ask Ada", site.WhyLetters}, {"country", "ZZ", site.WhyChoice},
		{"address", strings.Repeat("line\n", 7), site.WhyLong},
		{"logo", "no picture", site.WhyPicture},
		{"keepDays", "ten", site.WhyNumber}, {"keepDays", "-1", site.WhyRange}, {"keepDays", "99999999999999999999", site.WhyNumber},
		{"keep.backupDays", "0", site.WhyRange}, {"screen.askSeconds", "5", site.WhyRange}, {"screen.volume", "101", site.WhyRange},
		{"critical:systolic:mm[Hg]:high", "200", site.WhyRange}, {"critical:spo2:%:low", "low", site.WhyNumber},
		{"onlyLanguages", "true", site.WhyMissing},
		{"sync.url", "http://fhir.example.org", site.WhyAddress}, {"sync.url", "ftp:", site.WhyAddress},
	} {
		p := newPlace(t, "")
		p.form.Set(tt.path, tt.typed)
		p.form.Review()
		s := p.form.State()
		found := s.Problems[tt.path]
		if tt.path == "onlyLanguages" {
			found = s.Problems["languages"]
		}
		if found.Why != tt.why || s.Typed[tt.path] != tt.typed || s.Changes != nil {
			t.Errorf("%s %.20q: %q, %v; typed %.20q", tt.path, tt.typed, found.Why, s.Problems, s.Typed[tt.path])
		}
		if p.form.Apply(); len(p.counts) > 0 {
			t.Errorf("%s %.20q was applied", tt.path, tt.typed)
		}
	}
}

// Two who change the settings do not undo each other's.
func TestFormChangedMeanwhile(t *testing.T) {
	p := newPlace(t, `{"name": "One"}`)
	p.form.Set("phone", "1")
	p.form.Review()
	if _, err := site.SaveSettings(p.folder, []byte(`{"name": "Two"}`)); err != nil {
		t.Fatal(err)
	}
	p.form.Apply()
	if p.failed == nil || p.file(t) != `{"name": "Two"}` || p.form.State().Typed["name"] != "Two" {
		t.Errorf("%v, %s", p.failed, p.file(t))
	}
}

// A file that cannot be read is said, and not overwritten.
func TestFormBroken(t *testing.T) {
	p := newPlace(t, "{\n\"nmae\": \"x\"}")
	if s := p.form.State(); s.Broken == nil || !strings.Contains(s.Broken.Error(), "line 2, nmae") {
		t.Errorf("%+v", s)
	}
	p.form.Set("name", "x")
	p.form.Review()
	if p.form.Apply(); len(p.counts) > 0 {
		t.Error("applied")
	}
}

// A server that stood in a file of its own moves into the settings.
func TestFormTakesServerOver(t *testing.T) {
	p := newPlace(t, `{"name": "One"}`)
	old := `{"url": "https://fhir.example/r4", "base": "https://clinic.example", "gzip": true}`
	if err := os.WriteFile(filepath.Join(p.folder, site.SyncName), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	p.form.Reload()
	p.form.Set("sync.url", "https://fhir.example/r5")
	p.form.Review()
	p.form.Apply()
	s, err := site.LoadSync(p.folder)
	if err != nil || s.URL != "https://fhir.example/r5" || !s.Gzip || p.failed != nil {
		t.Errorf("%+v, %v, %v", s, err, p.failed)
	}
}
