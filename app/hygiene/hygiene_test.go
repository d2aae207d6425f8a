package hygiene_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/app/hygiene"
	"aidpost/records"
	"aidpost/records/quality"
)

var (
	meter = quality.Instrument{Model: "onetouch-ultra2", Serial: "VDH/74 F"}
	other = quality.Instrument{Model: "onetouch-ultra2", Serial: "X"}
	cuff  = quality.Instrument{Model: "suntech-advantage"}
)

func book(t *testing.T) (*hygiene.Book, string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "uncleaned")
	return hygiene.New(folder, []hygiene.Rule{
		{Instrument: "onetouch-ultra2", With: "wipes", WetSeconds: 60},
		{Instrument: "onetouch-ultra2/X", With: "bleach", WetSeconds: 120},
	}), folder
}

func waits(t *testing.T, b *hygiene.Book, i quality.Instrument, visit records.ID) bool {
	t.Helper()
	w, err := b.Waits(i, visit)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestNextPersonWaits: whoever used it may go on, the next one waits.
func TestNextPersonWaits(t *testing.T) {
	b, folder := book(t)
	if waits(t, b, meter, "a") {
		t.Fatal("nobody used it yet")
	}
	for range 2 {
		if err := b.Used(meter, "a"); err != nil {
			t.Fatal(err)
		}
	}
	again := hygiene.New(folder, []hygiene.Rule{{Instrument: "onetouch-ultra2", With: "wipes"}}) // after a power cut
	for _, each := range []*hygiene.Book{b, again} {
		if waits(t, each, meter, "a") || !waits(t, each, meter, "b") {
			t.Error("the wrong one waits")
		}
		if waits(t, each, other, "b") {
			t.Error("another instrument waits, too")
		}
	}
	if all, err := b.Waiting(); err != nil || !slices.Equal(all, []quality.Instrument{meter}) {
		t.Errorf("what waits: %v, %v", all, err)
	}
	soil, ok, err := b.Soiled(meter)
	if err != nil || !ok || soil.Visit != "a" || time.Since(soil.Since) > time.Minute {
		t.Errorf("%+v, %t, %v", soil, ok, err)
	}
	for range 2 { // a second press harms nothing
		if err := again.Cleaned(meter); err != nil {
			t.Fatal(err)
		}
	}
	if waits(t, b, meter, "b") {
		t.Error("it waits though it was cleaned")
	}
}

func TestRules(t *testing.T) {
	b, folder := book(t)
	for i, want := range map[quality.Instrument]string{meter: "wipes", other: "bleach", cuff: ""} {
		if r, ok := b.Rule(i); r.With != want || ok != (want != "") {
			t.Errorf("%s: %+v, %t", i, r, ok)
		}
	}
	if err := b.Used(cuff, "a"); err != nil || waits(t, b, cuff, "b") {
		t.Errorf("a cuff that nobody asks to be cleaned waits: %v", err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("something was written without a rule")
	}
	for want, r := range map[bool]hygiene.Rule{
		true:  {Instrument: "m", With: "wipes", WetSeconds: 3600},
		false: {Instrument: "m", With: " "},
	} {
		if err := r.Check(); (err == nil) != want || err != nil && !errors.Is(err, hygiene.ErrRule) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	for _, r := range []hygiene.Rule{{With: "w"}, {Instrument: "m", With: "w", WetSeconds: -1}, {Instrument: "m", With: "w", WetSeconds: 3601}} {
		if r.Check() == nil {
			t.Errorf("%+v was taken", r)
		}
	}
}

// TestWhenInDoubtItWaits: what cannot be read is not clean.
func TestWhenInDoubtItWaits(t *testing.T) {
	b, folder := book(t)
	if err := b.Used(meter, "a"); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v, %v", found, err)
	}
	if err := os.WriteFile(found[0], []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if !waits(t, b, meter, "a") {
		t.Error("half a line is taken for clean")
	}
	if err := os.Remove(found[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(found[0], 0o700); err != nil {
		t.Fatal(err)
	}
	if w, err := b.Waits(meter, "a"); !w || err == nil {
		t.Errorf("what cannot be read: %t, %v", w, err)
	}
}
