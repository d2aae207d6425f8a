package site

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestMeanwhile: while the records are damaged others take what happens, and what they
// hold is in the records that staff bring back, also when the program was killed in
// between; nothing comes over twice.
func TestMeanwhile(t *testing.T) {
	data := t.TempDir()
	log := slog.New(slog.DiscardHandler)
	config := Config{Data: data, Simulate: true, Models: []string{"mettler-sics"}}
	path := filepath.Join(data, DatabaseName)

	store, err := OpenStore(t.Context(), data, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := anyVisit(t, store, time.Now().Add(-time.Hour))
	if _, _, err := TakeBackup(t.Context(), store, filepath.Join(data, BackupFolder), DefaultRetention(), time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(file[4096:])
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), config, log); err == nil {
		_ = s.Close()
		t.Fatal("damaged records were opened")
	}

	meanwhile := config
	meanwhile.Meanwhile = true
	s, err := Open(t.Context(), meanwhile, log)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	call := records.Call{ID: records.NewID(), Why: records.CallButton, Opened: now, Since: now, Level: 1}
	if err := s.Store.Visitor("kiosk").KeepCall(t.Context(), call, records.Deed{Action: staff.CallHelp, Object: call.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Tray.Keep(t.Context(), records.Observation{
		ID: records.NewID(), Panel: vitals.BodyWeight, State: records.Confirmed, Taken: now,
		Values: vitals.Values{{Measure: vitals.Weight, Quantity: vitals.Of(71, vitals.Kilogram)}},
		Origin: records.Origin{Driver: "mettler-sics", Device: records.Device{Maker: "Mettler", Model: "Scale"}},
	}, records.Orphan{Why: records.Unasked}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, file) {
		t.Errorf("the damaged file was touched, %v", err)
	}
	beside, err := os.ReadFile(filepath.Join(data, MeanwhileName))
	if err != nil {
		t.Fatal(err)
	}

	if _, _, err := RestoreNewest(t.Context(), filepath.Join(data, BackupFolder), data, records.Options{}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time as if it had been killed before the file was set aside
		if s, err = Open(t.Context(), config, log); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Store.Encounter(t.Context(), kept.ID); err != nil {
			t.Errorf("from the backup: %v", err)
		}
		if open, err := s.Store.ResumeCalls(t.Context()); err != nil || len(open) != 1 || open[0].ID != call.ID {
			t.Errorf("the call: %v, %v", open, err)
		}
		if waiting, err := s.Store.Console("root", "kiosk").Tray(t.Context(), now); err != nil || len(waiting) != 1 {
			t.Errorf("in the tray: %v, %v", waiting, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(data, MeanwhileName)); err == nil {
			t.Error("what was kept meanwhile is there still")
		}
		if err := os.WriteFile(filepath.Join(data, MeanwhileName), beside, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if asides, err := records.Asides(path); err != nil || len(asides) != 3 { // the damaged file, and twice that of the meantime
		t.Errorf("set aside: %v, %v", asides, err)
	}
}
