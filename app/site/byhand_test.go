package site

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aidpost/records"
	"aidpost/records/staff"
)

// TestSettingsChangedByHand: whoever changes the settings file without the program is
// found at the next start, with what was changed and without the values; what was
// changed with it, and the first settings, are nobody's.
func TestSettingsChangedByHand(t *testing.T) {
	data := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(data, ProfileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	started := func() (found []string) {
		t.Helper()
		s, err := Open(t.Context(), Config{Data: data, Simulate: true, Models: []string{"mettler-sics"}}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		err = s.Store.Console("root", "desk-1").Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
			if e.Action == staff.ChangeSetting {
				found = append(found, fmt.Sprintf("%s: %s", e.User, e.Reason))
			}
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		slices.Reverse(found) // the newest came first
		return found
	}
	want := func(when string, entries ...string) {
		t.Helper()
		if got := started(); !slices.Equal(got, entries) {
			t.Errorf("%s: the trail has %q, want %q", when, got, entries)
		}
	}

	want("no settings")
	write(`{"emergency": "911"}`)
	byHand := []string{": settings: not as they were last known: emergency"}
	want("changed by hand", byHand...)
	want("as they were", byHand...)

	next := []byte(`{"emergency": "112", "name": "Corner Pharmacy"}`)
	store, err := OpenStore(t.Context(), data, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(store.Console("root", "desk-1").ChangeSettings(t.Context(), next, "settings: emergency, name"), store.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := SaveSettings(data, next); err != nil {
		t.Fatal(err)
	}
	byProgram := append(byHand, "root: settings: emergency, name")
	want("changed with the program", byProgram...)

	write(`{"emergency": "112",  "name": "Corner Pharmacy"}`)
	want("written in another way", append(byProgram, ": settings: not as they were last known, though no value is another")...)
}
