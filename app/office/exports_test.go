package office_test

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"aidpost/app/extract"
	"aidpost/app/office"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// visited stores n visits of one person, a day apart, the last an hour before opening.
func visited(t *testing.T, s *records.Store, n int) {
	t.Helper()
	who := &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}}
	for i := range n {
		at := opening.Add(-time.Hour).AddDate(0, 0, -i)
		err := s.Save(context.Background(), &records.Encounter{
			ID: records.NewID(), Patient: who, Status: records.Finished, Started: at, Ended: at.Add(time.Minute), Zone: "UTC", Language: "en",
			Place: records.Place{Organization: "Clinic", Kiosk: "desk-1"},
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.Oximetry, Taken: at, State: records.Confirmed,
				Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
				Origin: records.Origin{Driver: "nonin", Device: records.Device{Maker: "Nonin", Model: "3150", Serial: "S1"}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestExports(t *testing.T) {
	const phrase = "four words of Amina"
	s := newStore(t)
	visited(t, s, 3)
	a := signIn(t, s, "Amina", adminPIN)
	data := t.TempDir()
	cfg := office.Config{Hands: &hands{a: a}, Now: func() time.Time { return opening }}
	x := office.NewExports(cfg, office.Place{Store: s, Data: data})
	order := office.ExportOrder{Format: extract.Table, Folder: filepath.Join(data, "saved"), Since: opening.AddDate(0, 0, -2), Nameless: true}
	if err := x.Start(order); !errors.Is(err, strongbox.ErrShort) {
		t.Errorf("without a passphrase: %v", err)
	}
	order.Passphrase = phrase
	if err := x.Start(order); err != nil || x.Task().Problem != nil {
		t.Fatal(err, x.Task().Problem)
	}
	if got := x.State(); !got.Done || got.Visits != 2 || filepath.Base(got.Path) != "aidpost-export-20260302-080000.csv.age" {
		t.Errorf("%+v", got)
	}
	key, err := age.NewScryptIdentity(phrase)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(x.State().Path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	opened, err := age.Decrypt(file, key)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(opened).ReadAll()
	if err != nil || len(rows) != 1+2 || strings.Contains(strings.Join(rows[1], " "), "Lovelace") {
		t.Errorf("%d rows, %v", len(rows), err)
	}

	order.Format, order.Open = extract.Resources, true
	if err := x.Start(order); err != nil || x.Task().Problem != nil {
		t.Fatal(err, x.Task().Problem)
	}
	if text, err := os.ReadFile(filepath.Join(x.State().Path, "Observation.ndjson")); err != nil || strings.Count(string(text), "\n") != 2 {
		t.Errorf("%s, %v", text, err)
	}
	exports := 0
	err = a.Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Action == staff.ExportRecord && e.Outcome == records.Done {
			exports++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if exports != 2 {
		t.Errorf("%d exports are on record", exports)
	}
}

// What cannot be written is said, leaves nothing behind and is nobody's but a
// supervisor's.
func TestExportsThatFail(t *testing.T) {
	s := newStore(t)
	a := signIn(t, s, "Amina", adminPIN)
	folder := t.TempDir()
	now := func() time.Time { return opening }
	x := office.NewExports(office.Config{Hands: &hands{a: a}, Now: now}, office.Place{Store: s, Data: t.TempDir()})
	order := office.ExportOrder{Format: extract.Table, Folder: folder, Open: true}
	fails := func(what string, want error) {
		t.Helper()
		if err := x.Start(order); err != nil {
			t.Fatal(err)
		}
		if err := x.Task().Problem; !errors.Is(err, want) || x.State().Done {
			t.Errorf("%s: %v", what, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
			t.Errorf("%s leaves %v, %v", what, left, err)
		}
	}
	fails("no visit", office.ErrNothing)
	visited(t, s, 250)
	order.Folder = filepath.Join(folder, "gone")
	fails("a folder that is gone", office.ErrNoFolder)
	order.Folder = folder
	for _, f := range []extract.Format{extract.Table, extract.Resources} {
		order.Format = f
		var model *office.Exports
		model = office.NewExports(office.Config{Hands: &hands{a: a}, Now: now, Changed: func() {
			if model != nil && model.State().Visits > 0 {
				model.Cancel()
			}
		}}, office.Place{Store: s, Data: t.TempDir()})
		x = model
		fails("one that is cancelled", context.Canceled)
	}
	x = office.NewExports(office.Config{Hands: &hands{a: signIn(t, s, "Bo", operatorPIN)}, Now: now}, office.Place{Store: s})
	fails("an operator", staff.ErrDenied)
}
