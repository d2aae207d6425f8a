package records

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

// orphan is a result of a meter's memory that came without a person.
func orphan(taken time.Time) *Encounter {
	o := unique(taken, 101)
	o.Capture = frames(taken, 3, 20)
	return Orphaned(o, Orphan{At: taken.Add(time.Minute), Why: InMemory, Port: "/dev/ttyUSB0"}, Place{Kiosk: "kiosk-1"}, time.UTC)
}

// TestTray: a reading without a person is durable and sealed, is nobody's result,
// goes to no server, and waits.
func TestTray(t *testing.T) {
	d := newDesk(t)
	e := orphan(now.Add(-time.Hour))
	e.Observations[0].Method = "ORPHAN-77"
	if err := d.Visitor("kiosk-1").PutInTray(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	again := Orphaned(e.Observations[0], *e.Orphan, e.Place, time.UTC)
	again.Observations[0].ID = NewID()
	if err := d.PutInTray(t.Context(), again); !errors.Is(err, ErrSavedBefore) {
		t.Errorf("the same once more: %v", err)
	}
	for name, wrong := range map[string]func(*Encounter){
		"of a person":     func(e *Encounter) { e.Patient = ada() },
		"two readings":    func(e *Encounter) { e.Observations = append(e.Observations, unique(now.Add(-time.Hour), 90)) },
		"no reason":       func(e *Encounter) { e.Orphan.Why = "" },
		"confirmed":       func(e *Encounter) { e.Observations[0].State = Confirmed },
		"without how":     func(e *Encounter) { e.Orphan = nil },
		"a finished one":  func(e *Encounter) { e.Status = Finished },
		"from the future": func(e *Encounter) { e.Orphan.At = now.Add(time.Hour) },
	} {
		e := orphan(now.Add(-time.Hour))
		wrong(e)
		if err := d.PutInTray(t.Context(), e); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}

	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if raw, err := os.ReadFile(d.path + suffix); err == nil && strings.Contains(string(raw), "ORPHAN-77") {
			t.Errorf("%s shows it", suffix)
		}
	}
	d.Store = openAt(t, d.path, d.options())
	all, err := d.signIn(t, staff.Operator).Tray(t.Context(), now)
	if err != nil || len(all) != 1 || !all[0].Waits() || all[0].Reading().State != Arrived || len(all[0].Reading().Capture) != 3 ||
		all[0].Orphan.Why != InMemory || all[0].Orphan.Port != "/dev/ttyUSB0" {
		t.Fatalf("%+v, %v", all, err)
	}
	if all[0].Reading().Result() || all[0].Status.Visit() {
		t.Error("it counts")
	}
	if stats, err := d.OutboxStats(t.Context()); err != nil || stats.Pending != 0 || stats.Unasked != 0 || stats.Held != 1 {
		t.Errorf("%+v, %v", stats, err)
	}
	a := d.signIn(t, staff.Supervisor)
	if _, err := a.Void(t.Context(), e.Observations[0].ID, Correction{Reason: "training"}); !errors.Is(err, ErrInTray) {
		t.Errorf("voided: %v", err)
	}
}

// TestTrayNear: who was measured about that time is a hint, and who was long
// before is none.
func TestTrayNear(t *testing.T) {
	d := newDesk(t)
	at := now.Add(-time.Hour)
	var want []ID
	for _, v := range []struct {
		from, to time.Duration
		near     bool
	}{
		{-40 * time.Minute, -11 * time.Minute, false}, {-30 * time.Minute, -9 * time.Minute, true},
		{-time.Minute, time.Minute, true}, {9 * time.Minute, 20 * time.Minute, true}, {11 * time.Minute, 20 * time.Minute, false},
	} {
		e := visit(ada(), at.Add(v.from))
		e.Observations, e.Ended, e.Answers = nil, at.Add(v.to), nil
		save(t, d.Store, e)
		if v.near {
			want = append(want, e.ID)
		}
	}
	if err := d.PutInTray(t.Context(), orphan(at)); err != nil {
		t.Fatal(err)
	}
	all, err := d.signIn(t, staff.Operator).Tray(t.Context(), now)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	var got []ID
	for _, sum := range slices.Backward(all[0].Near) {
		got = append(got, sum.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("near: %v, want %v", got, want)
	}
}

// TestClaim: an operator gives the reading to a person with a reason; both sides
// say so, it is judged, and it can be given but once.
func TestClaim(t *testing.T) {
	d := newDesk(t)
	p := ada()
	save(t, d.Store, visit(p, now.Add(-2*time.Hour)))
	e := orphan(now.Add(-time.Hour))
	if err := d.PutInTray(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	why := Correction{Reason: "seen", Note: "I held the meter"}
	if _, _, err := d.signIn(t, staff.Technician).Claim(t.Context(), e.ID, p.ID, nil, why); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("by a technician: %v", err)
	}
	a := d.signIn(t, staff.Operator)
	for name, tt := range map[string]struct {
		orphan, to ID
		c          Correction
		want       error
	}{
		"no reason":             {e.ID, p.ID, Correction{}, ErrInvalid},
		"a reason to set aside": {e.ID, p.ID, Correction{Reason: "control"}, ErrInvalid},
		"other, unsaid":         {e.ID, p.ID, Correction{Reason: "other"}, ErrInvalid},
		"nobody":                {e.ID, NewID(), why, ErrNotFound},
		"no such":               {NewID(), p.ID, why, ErrNotFound},
	} {
		if _, _, err := a.Claim(t.Context(), tt.orphan, tt.to, nil, tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	judged := func(to *Encounter) func(Observation) []Judgement {
		return func(Observation) []Judgement {
			return []Judgement{{Subject: "glucose", Band: "of " + to.Patient.Given}}
		}
	}
	from, to, err := a.Claim(t.Context(), e.ID, p.ID, judged, why)
	if err != nil {
		t.Fatal(err)
	}
	was, is := from.Observations[0], to.Observations[0]
	if from.Status != Cancelled || was.State != Voided || was.Correction.Moved != is.ID || was.Correction.By == "" || was.Correction.Note != why.Note {
		t.Errorf("in the tray: %+v", from)
	}
	if to.Patient.ID != p.ID || is.State != Confirmed || is.Correction.Moved != was.ID || is.Judged[0].Band != "of Ada" || len(is.Capture) != 3 ||
		!is.Taken.Equal(e.Observations[0].Taken) || to.Orphan != nil {
		t.Errorf("given: %+v", to)
	}
	if all, err := d.History(t.Context(), p.ID, is.Panel, 0); err != nil || len(all) != 1 || all[0].ID != is.ID {
		t.Errorf("history: %+v, %v", all, err)
	}
	if _, _, err := a.Claim(t.Context(), e.ID, p.ID, nil, why); !errors.Is(err, ErrNotWaiting) {
		t.Errorf("again: %v", err)
	}
	all, err := a.Tray(t.Context(), now.Add(-24*time.Hour))
	if err != nil || len(all) != 1 || all[0].Waits() || all[0].To == nil || all[0].To.ID != p.ID {
		t.Errorf("settled: %+v, %v", all, err)
	}
	if _, saved, err := d.SavedBefore(t.Context(), is); err != nil || !saved {
		t.Errorf("not known to be saved: %v, %v", saved, err)
	}
	for _, want := range []struct {
		action  staff.Action
		patient ID
	}{{auditReceived, ""}, {staff.ClaimReading, ""}, {staff.ClaimReading, p.ID}} {
		if !slices.ContainsFunc(auditOf(t, d.Store), func(e AuditEntry) bool {
			return e.Action == want.action && e.Patient == want.patient && e.Outcome == Done
		}) {
			t.Errorf("%s of %q is not on record", want.action, want.patient)
		}
	}
	if _, err := d.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	eraseClaimed(t, d, p.ID, e.ID)
}

// eraseClaimed erases a person: what the tray keeps of them goes as well.
func eraseClaimed(t *testing.T, d *desk, patient, orphan ID) {
	t.Helper()
	if _, err := d.signIn(t, staff.Administrator).Erase(t.Context(), patient, "asked"); err != nil {
		t.Fatal(err)
	}
	if e, err := d.Encounter(t.Context(), orphan); !errors.Is(err, ErrNotFound) {
		t.Errorf("the tray still has %+v, %v", e, err)
	}
}

// TestSetAside: what is nobody's leaves the tray with a reason and stays readable.
func TestSetAside(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Operator)
	for _, reason := range AsideReasons() {
		e := orphan(now.Add(-time.Hour))
		if err := a.PutInTray(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		done, err := a.SetAside(t.Context(), e.ID, Correction{Reason: reason, Note: "level 2"})
		if err != nil || done.Status != Cancelled || done.Observations[0].State != Voided || done.Observations[0].Correction.Reason != reason {
			t.Errorf("%s: %+v, %v", reason, done, err)
		}
		if _, err := a.SetAside(t.Context(), e.ID, Correction{Reason: reason, Note: "level 2"}); !errors.Is(err, ErrNotWaiting) {
			t.Errorf("%s again: %v", reason, err)
		}
		if old, err := d.EncounterRevision(t.Context(), e.ID, 1); err != nil || old.Status != Unclaimed {
			t.Errorf("%s: as it came: %+v, %v", reason, old, err)
		}
	}
	waiting, err := d.Store.Tray(t.Context())
	if err != nil || len(waiting) != 0 {
		t.Errorf("waiting: %+v, %v", waiting, err)
	}
}
