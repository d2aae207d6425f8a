package records

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/records/staff"
)

// What cannot be put on record is not shown.
func TestUnrecordedIsUnseen(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	alterOpen(t, s, "CREATE TRIGGER no_room BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'no room'); END")
	a := s.Console("ada", "")
	if got, err := a.Encounter(t.Context(), e.ID); err == nil || got != nil {
		t.Errorf("encounter %v, %v", got, err)
	}
	if o, got, err := a.Observation(t.Context(), e.Observations[0].ID); err == nil || o != nil || got != nil {
		t.Errorf("observation %v, %v", o, err)
	}
	if p, err := a.Recognise(t.Context(), Search{Given: "Ada", Family: "Lovelace", Birth: e.Patient.BirthDate}); err == nil || p.Patient != nil {
		t.Errorf("patient %v, %v", p, err)
	}
	if h, err := a.History(t.Context(), e.Patient.ID, "blood-pressure", 0); err == nil || h != nil {
		t.Errorf("history %v, %v", h, err)
	}
	if err := a.Encounters(t.Context(), Filter{}, func(Summary) error { t.Error("listed"); return nil }); err == nil {
		t.Error("listing was let through")
	}
}

func alterOpen(t *testing.T, s *Store, script string) {
	t.Helper()
	if _, err := s.write.conn.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

// auditOf returns the trail from the oldest entry on, by the store's own eyes.
func auditOf(t *testing.T, s *Store) []AuditEntry {
	t.Helper()
	page, err := s.auditBefore(t.Context(), 1<<62)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(page)
	return page
}

func TestLooksAreOnRecord(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	a, patient := s.Console("grace", "kiosk-7"), s.Visitor("kiosk-7")
	if _, err := patient.Recognise(t.Context(), Search{Identifier: e.Patient.Identifiers[0]}); err != nil {
		t.Fatal(err)
	}
	if _, err := patient.History(t.Context(), e.Patient.ID, "blood-pressure", 3); err != nil {
		t.Fatal(err)
	}
	if got, err := patient.Encounter(t.Context(), e.ID); !errors.Is(err, staff.ErrDenied) || got != nil {
		t.Errorf("a patient reads an encounter: %v, %v", got, err)
	}
	if _, _, err := a.Observation(t.Context(), e.Observations[0].ID); err != nil {
		t.Fatal(err)
	}
	next := visit(clone(e).Patient, now.Add(-time.Minute*30))
	if err := patient.Save(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if err := a.Note(t.Context(), Deed{Action: staff.SetClock, Reason: "by -3s"}); err != nil {
		t.Fatal(err)
	}
	if err := patient.Note(t.Context(), Deed{Action: staff.ChangeSetting}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a patient changes settings: %v", err)
	}
	want := []AuditEntry{
		{Action: "patient.create", Object: e.Patient.ID, Revision: 1, Role: staff.Program},
		{Action: "encounter.save", Object: e.ID, Revision: 1, Patient: e.Patient.ID, Role: staff.Program},
		{Action: "patient.find", Object: e.Patient.ID, Patient: e.Patient.ID, Role: staff.Patient, Station: "kiosk-7"},
		{Action: "history.read", Object: e.Patient.ID, Patient: e.Patient.ID, Role: staff.Patient, Station: "kiosk-7"},
		{Action: "encounter.read", Role: staff.Patient, Station: "kiosk-7", Outcome: Refused},
		{Action: "encounter.read", Object: e.ID, Patient: e.Patient.ID, Role: staff.Console, User: "grace", Station: "kiosk-7"},
		{Action: "encounter.save", Object: next.ID, Revision: 1, Patient: e.Patient.ID, Role: staff.Patient, Station: "kiosk-7"},
		{Action: "clock.set", Role: staff.Console, User: "grace", Station: "kiosk-7", Reason: "by -3s"},
		{Action: "setting.change", Role: staff.Patient, Station: "kiosk-7", Outcome: Refused},
	}
	got := auditOf(t, s)
	for i := range got {
		got[i].Seq, got[i].At = 0, time.Time{}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// A list of what was done to one person, the newest first, with this look.
	var about []staff.Action
	err := a.Audit(t.Context(), AuditFilter{About: e.Patient.ID, Limit: 4}, func(e AuditEntry) error {
		about = append(about, e.Action)
		return nil
	})
	if want := []staff.Action{"audit.read", "encounter.save", "encounter.read", "history.read"}; err != nil || !slices.Equal(about, want) {
		t.Errorf("about the patient: %v, %v", about, err)
	}
	if err := patient.Audit(t.Context(), AuditFilter{}, nil); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a patient reads the trail: %v", err)
	}
}

func TestMovedClockIsOnRecord(t *testing.T) {
	clock := now
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{Now: func() time.Time { return clock }})
	look := func(s *Store) {
		if err := s.Console("", "").Note(t.Context(), Deed{Action: staff.Backup}); err != nil {
			t.Fatal(err)
		}
	}
	look(s)
	clock = clock.Add(30 * time.Second) // the machine's own inaccuracy
	look(s)
	clock = clock.Add(-3 * time.Hour)
	look(s)
	if by := s.Condition().ClockMoved; by.Round(time.Minute) != -3*time.Hour {
		t.Errorf("the clock is said to be off by %s", by)
	}
	clock = clock.Add(24 * time.Hour)
	look(s)
	clock = clock.Add(-21 * time.Hour)
	look(s)
	if by := s.Condition().ClockMoved; by != 0 {
		t.Errorf("it is right again, and said to be off by %s", by)
	}
	clock = clock.Add(21 * time.Hour)
	look(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(-48 * time.Hour) // while the program was off
	s = openAt(t, path, Options{Now: func() time.Time { return clock }})
	look(s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(300 * time.Hour) // that may be how long it was off
	s = openAt(t, path, Options{Now: func() time.Time { return clock }})
	look(s)
	var got []string
	for _, e := range auditOf(t, s) {
		if e.Action == auditClockMoved {
			got = append(got, fmt.Sprint(e.Seq, " ", e.Reason))
		}
	}
	if want := []string{"3 by -3h0m0s", "5 by 24h0m0s", "7 by -21h0m0s", "9 by 21h0m0s", "11 by -48h0m0s"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
