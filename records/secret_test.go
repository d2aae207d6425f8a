package records

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/records/staff"
)

// TestServerSecret: what the server lets a kiosk in with is kept until it is
// forgotten, on record without itself.
func TestServerSecret(t *testing.T) {
	ctx := context.Background()
	folder := t.TempDir()
	store, err := Open(ctx, filepath.Join(folder, "aidpost.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	a := store.Console("root", "kiosk-1")
	if got, err := store.ServerSecret(ctx); err != nil || got != nil {
		t.Fatalf("%q, %v", got, err)
	}
	secret := []byte("tok-4006381333931")
	if err := a.KeepServerSecret(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if got, err := store.ServerSecret(ctx); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	noted := 0
	if err := a.Audit(ctx, AuditFilter{}, func(e AuditEntry) error {
		if e.Action == staff.ChangeSetting {
			noted++
		}
		if strings.Contains(e.Reason, string(secret)) {
			t.Error("the secret is in the audit trail")
		}
		return nil
	}); err != nil || noted != 1 {
		t.Errorf("%d entries, %v", noted, err)
	}
	var invalid *InvalidError
	if err := a.KeepServerSecret(ctx, make([]byte, mostSecret+1)); !errors.As(err, &invalid) {
		t.Errorf("too long: %v", err)
	}
	if err := a.KeepServerSecret(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := store.ServerSecret(ctx); err != nil || got != nil {
		t.Errorf("forgotten: %q, %v", got, err)
	}
}
