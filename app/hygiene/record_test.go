package hygiene_test

import (
	"context"
	"path/filepath"
	"testing"

	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vault"
)

type secret string

func (s secret) Secret(context.Context, string, vault.Slot) ([]byte, error) { return []byte(s), nil }

// TestOnRecord: who cleaned what with what, or why not, is in the audit trail
// before the next person may use it.
func TestOnRecord(t *testing.T) {
	keys := &records.Keys{Sources: []vault.Source{secret("x")}, First: func(context.Context, string) (vault.Credential, error) {
		return vault.Credential{Kind: vault.KeyFile, Label: "test", Secret: []byte("x")}, nil
	}}
	store, err := records.Open(t.Context(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b, _ := book(t)
	for skipped, want := range map[string]records.AuditEntry{
		"":          {Action: staff.CleanInstrument, Reason: "onetouch-ultra2/VDH/74 F with wipes"},
		"emergency": {Action: staff.SkipCleaning, Reason: "onetouch-ultra2/VDH/74 F: emergency"},
	} {
		if err := b.Used(meter, "a"); err != nil {
			t.Fatal(err)
		}
		a := store.Console("amina", "k1")
		if err := b.Record(t.Context(), store.Visitor("k1"), meter, skipped); err == nil || !waits(t, b, meter, "b") {
			t.Fatalf("a patient says that it is clean: %v", err)
		}
		if err := b.Record(t.Context(), a, meter, skipped); err != nil || waits(t, b, meter, "b") {
			t.Fatalf("by staff: %v", err)
		}
		var last records.AuditEntry
		err := a.Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
			if e.Action == want.Action && e.Outcome != records.Refused {
				last = e
			}
			return nil
		})
		if err != nil || last.Reason != want.Reason || last.User != "amina" || last.At.IsZero() {
			t.Errorf("on record is %+v, %v", last, err)
		}
	}
}
