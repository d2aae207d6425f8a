package records

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"aidpost/records/staff"
)

// waiting is a visit of somebody who was registered and in which nothing was
// measured yet.
func waiting() *Encounter {
	e := visit(ada(), now.Add(-time.Hour))
	e.Status, e.Ended, e.Observations, e.Operator = InProgress, time.Time{}, nil, Clinician{}
	return e
}

// turned is the one summary that the records have.
func turned(t *testing.T, s *Store) Summary {
	t.Helper()
	var found Summary
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		found = sum
	}
	return found
}

func TestHold(t *testing.T) {
	d := newDesk(t)
	e := waiting()
	save(t, d.Store, e)
	a := d.signIn(t, staff.Operator)
	until := d.clock.Add(15 * time.Minute)
	if err := a.Hold(t.Context(), e, "interpreter", until); err != nil {
		t.Fatal(err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || !reflect.DeepEqual(stored, e) {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	sum := turned(t, d.Store)
	for _, at := range []struct {
		when string
		now  time.Time
		held bool
	}{{"at once", d.clock, true}, {"before its end", until.Add(-time.Second), true}, {"at its end", until, false}} {
		if last, held := stored.Hold(at.now); held != at.held || last.Reason != "interpreter" || last.By.ID != d.ids[staff.Operator] {
			t.Errorf("%s: held %v, by %+v", at.when, held, last)
		}
		if _, held := sum.Hold(at.now); held != at.held {
			t.Errorf("%s: the list says held %v", at.when, held)
		}
	}
	if err := a.Requeue(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if _, held := e.Hold(d.clock); held {
		t.Error("brought back, and held still")
	}
	if err := a.Hold(t.Context(), e, "ate", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, held := e.Hold(d.clock.Add(10 * time.Hour)); !held {
		t.Error("a hold without an end has ended by itself")
	}
	if err := a.Call(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if _, held := e.Hold(d.clock); held || len(e.Turns) != 4 {
		t.Errorf("called, and held still: %+v", e.Turns)
	}
	trail := auditOf(t, d.Store)
	if last := trail[len(trail)-1]; last.Action != staff.QueuePatient || last.Object != e.ID || last.Reason != "called" || last.Patient != e.Patient.ID {
		t.Errorf("on record is %+v", last)
	}
}

func TestNoShow(t *testing.T) {
	d := newDesk(t)
	e := waiting()
	save(t, d.Store, e)
	a := d.signIn(t, staff.Operator)
	if err := a.MarkAbsent(t.Context(), e); !errors.Is(err, ErrNotCalled) {
		t.Errorf("never called: %v", err)
	}
	for range 2 {
		if err := a.Call(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if calls, at := e.Turns.Called(); calls != 2 || !at.Equal(d.clock) {
		t.Errorf("called %d times, at %v", calls, at)
	}
	if err := a.MarkAbsent(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if sum := turned(t, d.Store); !e.NoShow() || !sum.NoShow() || e.Status.Visit() || e.Ended.IsZero() {
		t.Errorf("stored as %+v, listed as %+v", e, sum)
	}
	for name, turn := range map[string]func() error{
		"called": func() error { return a.Call(t.Context(), e) }, "absent again": func() error { return a.MarkAbsent(t.Context(), e) },
		"held": func() error { return a.Hold(t.Context(), e, "ate", time.Time{}) },
	} {
		if err := turn(); !errors.Is(err, ErrNotInQueue) {
			t.Errorf("gone, and %s: %v", name, err)
		}
	}
	if err := a.Requeue(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if calls, _ := e.Turns.Called(); e.Status != InProgress || !e.Ended.IsZero() || e.NoShow() || calls != 0 || len(e.Turns) != 4 {
		t.Errorf("back as %+v", e)
	}
}

// TestTurnsAreRefused: what has no place in the queue, and what a hold may not say.
func TestTurnsAreRefused(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Operator)
	alone := visit(ada(), now.Add(-time.Minute))
	alone.Status, alone.Ended, alone.Operator = InProgress, time.Time{}, Clinician{}
	begun := visit(ada(), now.Add(-time.Hour))
	begun.Status, begun.Ended, begun.Operator = InProgress, time.Time{}, Clinician{Name: "Ben"}
	over := visit(ada(), now.Add(-2*time.Hour))
	parked := waiting()
	for _, e := range []*Encounter{over, parked} {
		save(t, d.Store, e)
	}
	hold := func(e *Encounter, why HoldReason, until time.Time) error { return a.Hold(t.Context(), e, why, until) }
	for name, c := range map[string]struct{ got, want error }{
		"somebody who measures alone": {hold(alone, "ate", time.Time{}), ErrNotInQueue},
		"a visit that is over":        {hold(over, "ate", time.Time{}), ErrNotInQueue},
		"somebody who was measured":   {a.MarkAbsent(t.Context(), begun), ErrNotInQueue},
		"back from nowhere":           {a.Requeue(t.Context(), parked), ErrNotInQueue},
		"no reason":                   {hold(parked, "", time.Time{}), ErrInvalid},
		"a reason of one's own":       {hold(parked, "because", time.Time{}), ErrInvalid},
		"until yesterday":             {hold(parked, "ate", d.clock.Add(-24*time.Hour)), ErrInvalid},
		"until tomorrow":              {hold(parked, "ate", d.clock.Add(24*time.Hour)), ErrInvalid},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	if len(parked.Turns) != 0 || parked.Revision != 1 {
		t.Errorf("something was left behind: %+v", parked)
	}
	if err := d.signIn(t, staff.Auditor).Call(t.Context(), parked); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an auditor calls somebody: %v", err)
	}
}
