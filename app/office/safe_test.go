package office_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aidpost/app/office"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vault"
)

type secret string

func (s secret) Secret(context.Context, string, vault.Slot) ([]byte, error) { return []byte(s), nil }

// sealedPlace is a place with sealed records, in somebody's hands at the command
// line.
func sealedPlace(t *testing.T) (office.Place, *hands) {
	t.Helper()
	keys := &records.Keys{Sources: []vault.Source{secret("x")}, First: func(context.Context, string) (vault.Credential, error) {
		return vault.Credential{Kind: vault.KeyFile, Label: "test", Secret: []byte("x")}, nil
	}}
	data := t.TempDir()
	s, err := records.Open(context.Background(), filepath.Join(data, site.DatabaseName), records.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return office.Place{Store: s, Data: data, Backups: filepath.Join(data, site.BackupFolder)}, &hands{a: s.Console("root", "desk-1")}
}

func TestSafe(t *testing.T) {
	place, h := sealedPlace(t)
	stick := t.TempDir()
	place.Sticks = func() []string { return []string{stick} }
	safe := office.NewSafe(office.Config{Hands: h}, place)
	if got := safe.State(); !got.Loaded || len(got.Copies) != 0 || !got.Keys.Sealed || got.HasRecovery() || len(got.Sticks) != 1 {
		t.Fatalf("%+v", got)
	}
	safe.BackUp()
	got := safe.State()
	if got.Did != office.BackingUp || len(got.Copies) != 1 || got.Copies[0].Size == 0 || safe.Task().Problem != nil {
		t.Fatalf("%+v, %v", got, safe.Task().Problem)
	}
	safe.CopyTo(stick)
	if there, _ := site.Backups(stick); len(there) != 1 || safe.Task().Problem != nil {
		t.Errorf("on the stick: %v, %v", there, safe.Task().Problem)
	}
	safe.CopyTo(filepath.Join(stick, "gone"))
	if err := safe.Task().Problem; !errors.Is(err, office.ErrNoFolder) || safe.State().Did != office.Nothing {
		t.Errorf("a stick that is gone: %v", err)
	}
	safe.CheckCopy(got.Copies[0])
	if got := safe.State(); got.Did != office.Checking || got.Report.Audit.Entries == 0 {
		t.Errorf("%+v, %v", got.Report, safe.Task().Problem)
	}
	safe.Check()
	if err := safe.Task().Problem; err != nil {
		t.Error(err)
	}
	// A backup that somebody has damaged is found out.
	file, err := os.OpenFile(got.Copies[0].Path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 4096)
	for i := range noise {
		noise[i] = 0xa5
	}
	if _, err := file.WriteAt(noise, got.Copies[0].Size-4096); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	safe.CheckCopy(got.Copies[0])
	if err := safe.Task().Problem; !errors.Is(err, records.ErrCorrupt) {
		t.Errorf("a damaged backup: %v", err)
	}
}

// TestRecovery: a recovery key opens nothing before it was typed from paper.
func TestRecovery(t *testing.T) {
	place, h := sealedPlace(t)
	safe := office.NewSafe(office.Config{Hands: h}, place)
	safe.NewRecovery()
	printed := safe.State().Printed
	if printed == "" || safe.State().HasRecovery() {
		t.Fatalf("%+v", safe.State())
	}
	safe.ConfirmRecovery(printed[:len(printed)-1])
	if safe.Task().Problem == nil || safe.State().HasRecovery() {
		t.Error("half a key is taken")
	}
	other, _ := vault.NewRecovery()
	safe.ConfirmRecovery(other)
	if err := safe.Task().Problem; !errors.Is(err, office.ErrOtherKey) {
		t.Errorf("another key: %v", err)
	}
	safe.ConfirmRecovery(printed)
	if got := safe.State(); !got.HasRecovery() || got.Printed != "" || got.Did != office.Recovery {
		t.Errorf("%+v, %v", got, safe.Task().Problem)
	}
	safe.NewRecovery()
	safe.DropRecovery()
	safe.ConfirmRecovery(printed)
	if err := safe.Task().Problem; !errors.Is(err, office.ErrOtherKey) {
		t.Errorf("a key that was dropped: %v", err)
	}
}

func TestSafeIsNotForAll(t *testing.T) {
	s := newStore(t)
	safe := office.NewSafe(office.Config{Hands: &hands{a: signIn(t, s, "Bo", operatorPIN)}}, office.Place{Store: s, Backups: t.TempDir()})
	safe.BackUp()
	if err := safe.Task().Problem; !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an operator: %v", err)
	}
}
