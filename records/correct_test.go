package records

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

func TestVoid(t *testing.T) {
	d := newDesk(t)
	e := visit(ada(), now.Add(-time.Hour))
	save(t, d.Store, e)
	before := clone(e)
	reading := e.Observations[1].ID // the mean is made of it and another
	why := Correction{Reason: "technique", Note: "talked, legs crossed"}
	if _, err := d.signIn(t, staff.Operator).Void(t.Context(), reading, why); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("by an operator: %v", err)
	}
	a := d.signIn(t, staff.Supervisor)
	for name, c := range map[string]Correction{"no reason": {}, "no such reason": {Reason: "because"}, "other without a note": {Reason: "other"}} {
		if _, err := a.Void(t.Context(), reading, c); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := a.Void(t.Context(), reading, why)
	if err != nil {
		t.Fatal(err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || !reflect.DeepEqual(stored, got) || got.Revision != 2 {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	for i, o := range stored.Observations {
		voided := i == 1 || i == 3
		want := Correction{}
		if voided {
			want = Correction{By: d.ids[staff.Supervisor], At: now, Reason: why.Reason, Note: why.Note}
		}
		if (o.State == Voided) != voided || o.Correction != want || o.Result() && voided {
			t.Errorf("observation %d: %s %+v", i, o.State, o.Correction)
		}
	}
	if h, err := d.History(t.Context(), e.Patient.ID, vitals.BloodPressure, 0); err != nil || len(h) != 1 || h[0].ID != e.Observations[2].ID {
		t.Errorf("history %+v, %v", h, err) // the reading that is left stands for itself
	}
	first, err := d.EncounterRevision(t.Context(), e.ID, 1)
	if err != nil || !reflect.DeepEqual(first, before) {
		t.Errorf("what was there before: %+v, %v", first, err)
	}
	if _, err := a.Void(t.Context(), reading, why); !errors.Is(err, ErrInvalid) {
		t.Errorf("a second time: %v", err)
	}
	trail := auditOf(t, d.Store)
	last := trail[len(trail)-1]
	last.Seq, last.At = 0, time.Time{}
	want := AuditEntry{Action: staff.VoidRecord, Object: reading, Revision: 2, Patient: e.Patient.ID, Who: d.ids[staff.Supervisor],
		Role: staff.Supervisor, Station: "kiosk-1", Reason: "technique"}
	if last != want {
		t.Errorf("on record: %+v", last)
	}
	if stats, err := d.OutboxStats(t.Context()); err != nil || stats.Pending != 2 {
		t.Errorf("for the server: %+v, %v", stats, err)
	}
}

func TestAmend(t *testing.T) {
	d := newDesk(t)
	e := visit(ada(), now.Add(-time.Hour))
	e.Observations = append(e.Observations, glucose(e.Ended, 104))
	save(t, d.Store, e)
	sugar := e.Observations[4]
	a := d.signIn(t, staff.Supervisor)
	why := Correction{Reason: "wrong-value"}
	after := vitals.AfterMeal
	mg := func(n int) vitals.Values {
		return vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(n, vitals.MgPerDL)}}
	}
	for name, tt := range map[string]struct {
		id   ID
		to   Amendment
		want error
	}{
		"nothing":       {sugar.ID, Amendment{Values: mg(104)}, ErrInvalid},
		"another unit":  {sugar.ID, Amendment{Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(6, vitals.MmolPerL)}}}, ErrInvalid},
		"never taken":   {sugar.ID, Amendment{Values: vitals.Values{{Measure: vitals.Pulse, Quantity: vitals.Of(60, vitals.PerMinute)}}}, ErrInvalid},
		"implausible":   {sugar.ID, Amendment{Values: mg(-4)}, ErrInvalid},
		"a mean":        {e.Observations[3].ID, Amendment{Values: vitals.Values{{Measure: vitals.Pulse, Quantity: vitals.Of(60, vitals.PerMinute)}}}, ErrCalculated},
		"in a mean":     {e.Observations[2].ID, Amendment{Values: vitals.Values{{Measure: vitals.Pulse, Quantity: vitals.Of(60, vitals.PerMinute)}}}, ErrCalculated},
		"unknown":       {NewID(), Amendment{Values: mg(140)}, ErrNotFound},
		"no ID at all":  {"x", Amendment{Values: mg(140)}, ErrNotFound},
		"the encounter": {e.ID, Amendment{Values: mg(140)}, ErrNotFound},
	} {
		if _, err := a.Amend(t.Context(), tt.id, tt.to, why); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if stored, err := d.Encounter(t.Context(), e.ID); err != nil || stored.Revision != 1 {
		t.Fatalf("refused amendments made %+v, %v", stored, err)
	}
	if _, err := a.Amend(t.Context(), sugar.ID, Amendment{Values: mg(140), Meal: &after}, why); err != nil {
		t.Fatal(err)
	}
	got, _, err := d.Observation(t.Context(), sugar.ID)
	want := sugar
	want.Values, want.Meal, want.Judged, want.State = mg(140), vitals.AfterMeal, nil, Amended
	want.Correction = Correction{By: d.ids[staff.Supervisor], At: now, Reason: "wrong-value"}
	if err != nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
	}
	if old, err := d.EncounterRevision(t.Context(), e.ID, 1); err != nil || !reflect.DeepEqual(old.Observations[4], sugar) {
		t.Errorf("before: %+v, %v", old, err)
	}
}

// A visit that is going on is saved again by the kiosk; one that the kiosk was
// killed in is not.
func TestOngoingVisitIsNotCorrected(t *testing.T) {
	d := newDesk(t)
	for age, want := range map[time.Duration]error{time.Hour: ErrOngoing, 13 * time.Hour: nil} {
		e := visit(nil, now.Add(-age))
		e.Status, e.Ended = InProgress, time.Time{}
		save(t, d.Store, e)
		if _, err := d.signIn(t, staff.Administrator).Void(t.Context(), e.Observations[0].ID, Correction{Reason: "training"}); !errors.Is(err, want) {
			t.Errorf("begun %v ago: %v", age, err)
		}
	}
}

// A correction beside a running kiosk does not disturb it.
func TestCorrectionBesideAKiosk(t *testing.T) {
	d := newDesk(t)
	e := visit(ada(), now.Add(-time.Hour))
	save(t, d.Store, e)
	opt := d.options()
	opt.ReadOnly, opt.Keys = true, testKeys()
	beside, err := Open(t.Context(), d.path, opt)
	if err != nil {
		t.Fatal(err)
	}
	a, err := beside.SignIn(t.Context(), badgeOf(staff.Supervisor), d.pins[staff.Supervisor], "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Void(t.Context(), e.Observations[0].ID, Correction{Reason: "duplicate"}); err != nil {
		t.Fatal(err)
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	save(t, d.Store, visit(ada(), now.Add(-time.Minute*50)))
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || stored.Observations[0].State != Voided {
		t.Errorf("seen by the kiosk: %+v, %v", stored, err)
	}
	if _, err := d.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}
