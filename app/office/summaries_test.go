package office_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/app/office"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

// savedBy saves a summary of somebody as the kiosk does.
func savedBy(t *testing.T, place office.Place, of records.ID, at time.Time) string {
	t.Helper()
	sealed, err := place.Store.SealSummary(t.Context(), of, []byte("%PDF-1.3"))
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(place.Data, site.SummaryFolder)
	path := filepath.Join(folder, site.SummaryName(of, at))
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, sealed, 0o600), os.Chtimes(path, at, at)); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSummaries: what people saved is listed, printed and removed for good, each on
// record, and removed by nobody who may not.
func TestSummaries(t *testing.T) {
	place, h := sealedPlace(t)
	began := time.Now().Add(-2 * time.Hour)
	e := &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: began, Ended: began.Add(time.Minute), Zone: "UTC", Language: "en",
		Patient: &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}},
	}
	if err := place.Store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	guest := records.NewID()
	hers, theirs := savedBy(t, place, e.ID, began), savedBy(t, place, guest, began.Add(time.Hour))
	var printed []byte
	var fails error
	m := office.NewSummaries(office.Config{Hands: h}, place, func(ctx context.Context, a *records.Access, sealed []byte) (err error) {
		printed, err = a.OpenSummary(ctx, sealed)
		return errors.Join(err, fails)
	})
	got := m.State()
	if !got.Loaded || len(got.Saved) != 2 || got.Saved[0].Path != theirs || got.Saved[0].Patient != nil || got.Saved[1].Patient == nil || got.Saved[1].Patient.Given != "Ada" {
		t.Fatalf("%+v, %v", got, m.Task().Problem)
	}
	m.Print(got.Saved[1])
	if string(printed) != "%PDF-1.3" || m.State().Did != office.SummaryPrinted {
		t.Errorf("%q, %+v, %v", printed, m.State(), m.Task().Problem)
	}
	fails = errors.New("no paper")
	if m.Print(got.Saved[1]); !errors.Is(m.Task().Problem, fails) || m.State().Did != office.NoDeed {
		t.Errorf("%+v, %v", m.State(), m.Task().Problem)
	}
	own := h.a
	h.a = place.Store.Visitor("desk-1")
	if m.Remove(got.Saved[1]); !errors.Is(m.Task().Problem, staff.ErrDenied) {
		t.Errorf("a visitor removes a summary: %v", m.Task().Problem)
	}
	if _, err := os.Stat(hers); err != nil {
		t.Error(err)
	}
	h.a = own
	sealed, err := os.ReadFile(hers)
	if err != nil {
		t.Fatal(err)
	}
	m.Remove(got.Saved[1])
	if got := m.State(); got.Did != office.SummaryRemoved || len(got.Saved) != 1 || got.Saved[0].Encounter != guest || got.Saved[0].Gone {
		t.Errorf("%+v, %v", got, m.Task().Problem)
	}
	if _, err := os.Stat(hers); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	if _, err := h.a.OpenSummary(t.Context(), sealed); !errors.Is(err, records.ErrNotFound) {
		t.Errorf("a copy of the file still opens: %v", err)
	}
	if err := place.Store.ForgetSummaries(t.Context(), guest); err != nil {
		t.Fatal(err)
	}
	if m.Load(); !m.State().Saved[0].Gone {
		t.Errorf("%+v", m.State())
	}
	deeds := map[staff.Action]int{}
	err = h.a.Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Outcome == records.Done {
			deeds[e.Action]++
		}
		return nil
	})
	if err != nil || deeds[staff.DropSummary] != 1 || deeds[staff.PrintRecord] != 2 || deeds[staff.ListRecords] == 0 {
		t.Errorf("on record: %v, %v", deeds, err)
	}
}
