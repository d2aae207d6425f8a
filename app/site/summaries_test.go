package site

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
)

// TestSummariesGoWithTheirKeys: a saved summary opens for staff, not for others,
// and goes when its visit is erased or its time is over; the key goes with it.
func TestSummariesGoWithTheirKeys(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, SummaryFolder)
	store, err := OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	kept, guest := anyVisit(t, store, noon.Add(-time.Hour)), records.NewID()
	paper := []byte("%PDF-1.3 of somebody")
	write := func(name string, content []byte, age int) string {
		t.Helper()
		path, at := filepath.Join(folder, name), noon.AddDate(0, 0, -age)
		if err := errors.Join(os.WriteFile(path, content, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
		return path
	}
	// As a program of before has left them.
	write("aidpost-20260301-120000-"+string(kept.ID)[:8]+".pdf", paper, 1)
	write("aidpost-20260301-120001-"+string(guest)[:8]+".pdf", paper, 29)
	if err := SealOldSummaries(t.Context(), store, folder); err != nil {
		t.Fatal(err)
	}
	check := func(what string, days, removed, left int) []string {
		t.Helper()
		n, err := TidySummaries(t.Context(), store, folder, days, noon)
		files, _ := os.ReadDir(folder)
		keys, _ := store.Summaries(t.Context())
		if err != nil || n != removed || len(files) != left || len(keys) != left {
			t.Fatalf("%s: %d removed, %d files and %d keys left, %v", what, n, len(files), len(keys), err)
		}
		saved, _ := SavedSummaries(folder)
		return saved
	}
	saved := check("new ones", 30, 0, 2)
	sealed, err := os.ReadFile(saved[0])
	if of, ok := records.SummaryOf(sealed); err != nil || !ok || of != kept.ID || bytes.Contains(sealed, paper) {
		t.Errorf("of %s, %v, %q", of, err, sealed)
	}
	if _, err := store.Visitor("kiosk").OpenSummary(t.Context(), sealed); err == nil {
		t.Error("a visitor opens it")
	}
	staff := store.Console("root", "kiosk")
	if got, err := staff.OpenSummary(t.Context(), sealed); err != nil || !bytes.Equal(got, paper) {
		t.Errorf("%q, %v", got, err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := staff.OpenSummary(t.Context(), sealed); !errors.Is(err, records.ErrCorrupt) {
		t.Errorf("changed: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := store.Erase(t.Context(), kept.Patient.ID, "asked for it"); err != nil {
		t.Fatal(err)
	}
	if _, err := staff.OpenSummary(t.Context(), sealed); !errors.Is(err, records.ErrNotFound) {
		t.Errorf("of somebody erased: %v", err)
	}
	check("one of somebody erased", 30, 1, 1)
	check("one that is old", 29, 1, 0)
}

// TestSummariesOfOneVisit: two that were saved of one visit share a key, and it goes with
// the last of them.
func TestSummariesOfOneVisit(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, SummaryFolder)
	store, err := OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	visit := anyVisit(t, store, noon.Add(-time.Hour))
	for name, age := range map[string]int{"aidpost-1": 10, "aidpost-2": 2} {
		sealed, err := store.SealSummary(t.Context(), visit.ID, []byte("%PDF-1.3 "+name))
		path, at := filepath.Join(folder, name+SealedSummary), noon.AddDate(0, 0, -age)
		if err := errors.Join(err, os.WriteFile(path, sealed, 0o600), os.Chtimes(path, at, at)); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct{ days, removed, left, keys int }{{30, 0, 2, 1}, {5, 1, 1, 1}, {1, 1, 0, 0}} {
		n, err := TidySummaries(t.Context(), store, folder, step.days, noon)
		saved, _ := SavedSummaries(folder)
		keys, _ := store.Summaries(t.Context())
		if err != nil || n != step.removed || len(saved) != step.left || len(keys) != step.keys {
			t.Fatalf("kept for %d days: %d removed, %d files and %d keys left, %v", step.days, n, len(saved), len(keys), err)
		}
	}
}

// TestKeeperRemovesAsides: what was set aside goes after its time and not before.
func TestKeeperRemovesAsides(t *testing.T) {
	data := t.TempDir()
	now := noon
	clock := func() time.Time { return now }
	path := filepath.Join(data, DatabaseName)
	aside, err := func() (string, error) {
		store, err := OpenStore(t.Context(), data, records.Options{Now: clock})
		if err != nil {
			return "", err
		}
		if err := store.Close(); err != nil {
			return "", err
		}
		return records.SetAside(path, now)
	}()
	if err != nil {
		t.Fatal(err)
	}
	store, err := OpenStore(t.Context(), data, records.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	k := &keeper{store: store, data: data, settings: DefaultProfile, log: slog.New(slog.DiscardHandler), now: clock}
	for _, day := range []int{89, 90} {
		now = noon.AddDate(0, 0, day)
		k.expire(t.Context())
		if _, err := os.Stat(aside); (err == nil) != (day < 90) {
			t.Errorf("after %d days: %v", day, err)
		}
	}
}
