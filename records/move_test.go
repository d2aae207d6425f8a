package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/staff"
)

func TestMove(t *testing.T) {
	d := newDesk(t)
	wrong, right := ada(), ada()
	right.Given = "Grace"
	e := visit(wrong, now.Add(-2*time.Hour))
	e.Observations = append(e.Observations, unique(e.Ended, 90)) // of an instrument with a memory
	e.Consents = []Consent{{Purpose: ConsentShare, Given: true, Version: "1", At: e.Started}}
	save(t, d.Store, e)
	save(t, d.Store, visit(right, now.Add(-time.Hour)))
	before := clone(e)
	why := Correction{Reason: "wrong-person", Note: "sat down together"}
	mean, part, single := e.Observations[3].ID, e.Observations[1].ID, e.Observations[4].ID

	if _, _, err := d.signIn(t, staff.Operator).Move(t.Context(), mean, right.ID, nil, why); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("by an operator: %v", err)
	}
	a := d.signIn(t, staff.Supervisor)
	for name, tt := range map[string]struct {
		id, to ID
		c      Correction
		want   error
	}{
		"no reason":       {mean, right.ID, Correction{}, ErrInvalid},
		"part of a mean":  {part, right.ID, why, ErrCalculated},
		"nobody":          {mean, NewID(), why, ErrNotFound},
		"whose it is":     {mean, wrong.ID, why, ErrInvalid},
		"no such reading": {NewID(), right.ID, why, ErrNotFound},
	} {
		if _, _, err := a.Move(t.Context(), tt.id, tt.to, nil, tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}

	judged := func(to *Encounter) func(Observation) []Judgement {
		return func(Observation) []Judgement {
			return []Judgement{{Subject: "blood-pressure", Band: "of " + to.Patient.Given}}
		}
	}
	from, to, err := a.Move(t.Context(), mean, right.ID, judged, why)
	if err != nil {
		t.Fatal(err)
	}
	movedSingle := moveSingle(t, d, a, single, right)
	checkMoved(t, d, before, from, to, why)

	// Both can still be corrected, and the server is asked to take back and to
	// keep nothing that the right person has not agreed to share.
	if _, err := a.Void(t.Context(), to.Observations[len(to.Observations)-1].ID, why); err != nil {
		t.Errorf("voided there: %v", err)
	}
	if _, err := a.Void(t.Context(), movedSingle.Observations[0].ID, why); err != nil {
		t.Errorf("the single one, voided there: %v", err)
	}
	if _, err := d.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	seen := map[ID]bool{}
	for _, entry := range auditOf(t, d.Store) {
		if entry.Action == staff.MoveRecord && entry.Outcome == Done {
			seen[entry.Patient] = true
		}
	}
	if !seen[wrong.ID] || !seen[right.ID] {
		t.Errorf("on record: %v", seen)
	}
}

// moveSingle moves a result of an instrument's memory: it is known to be saved
// in the visit that it is in now.
func moveSingle(t *testing.T, d *desk, a *Access, id ID, right *Patient) *Encounter {
	t.Helper()
	from, to, err := a.Move(t.Context(), id, right.ID, nil, Correction{Reason: "wrong-person"})
	if err != nil {
		t.Fatal(err)
	}
	if len(to.Observations) != 1 {
		t.Fatalf("%d observations were moved", len(to.Observations))
	}
	for range 2 {
		if _, saved, err := d.SavedBefore(t.Context(), to.Observations[0]); err != nil || !saved {
			t.Errorf("not known: %v, %v", saved, err)
		}
		from.Language = "fr" // saving the old visit again does not take it back
		save(t, d.Store, from)
		to.Language = "fr"
		save(t, d.Store, to)
	}
	return to
}

func checkMoved(t *testing.T, d *desk, before, from, to *Encounter, why Correction) {
	t.Helper()
	now, err := d.Encounter(t.Context(), from.ID)
	if err != nil {
		t.Fatal(err)
	}
	there, err := d.Encounter(t.Context(), to.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(there.Observations) != len(before.Observations[3].MeanOf)+1 || there.Patient.Given != "Grace" || len(there.Consents) != 0 {
		t.Fatalf("moved: %+v", there)
	}
	for _, o := range there.Observations {
		var was *Observation
		for i := range now.Observations {
			if now.Observations[i].ID == o.Correction.Moved {
				was = &now.Observations[i]
			}
		}
		if was == nil || was.State != Voided || was.Correction.Moved != o.ID || was.Correction.Reason != why.Reason || was.Correction.By == "" {
			t.Fatalf("where it was: %+v", was)
		}
		if o.State != Amended || len(o.Capture) != len(was.Capture) || !o.Taken.Equal(was.Taken) || !slices.Equal(o.Values, was.Values) {
			t.Errorf("moved %+v, was %+v", o, was)
		}
	}
	mean := there.Observations[len(there.Observations)-1]
	if len(mean.MeanOf) != len(before.Observations[3].MeanOf) || mean.Judged != nil && mean.Judged[0].Band != "of Grace" {
		t.Errorf("the mean: %+v", mean)
	}
	if o := now.Observations[0]; o.ID != before.Observations[0].ID || (o.State == Voided) != slices.Contains(before.Observations[3].MeanOf, o.ID) {
		t.Errorf("what was not moved: %+v", o)
	}
}
