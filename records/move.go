package records

import (
	"context"
	"fmt"
	"slices"

	"aidpost/records/staff"
)

// Move puts a result that was saved for the wrong person into a visit of the
// right one, with the readings that a mean was made of, the bytes from the
// instrument and the times. Where it was it stays, as entered in error, and each
// says where the other is. Judged, which may be nil, says what the rules say of
// it for the right person.
//
// A reading that a mean was made of is not moved: the mean is, with all of them.
func (a *Access) Move(ctx context.Context, id, patient ID, judged func(*Encounter) func(Observation) []Judgement, c Correction) (from, to *Encounter, err error) {
	o, e, err := a.correctable(ctx, id, staff.MoveRecord, &c)
	if err != nil {
		return nil, nil, err
	}
	p, err := a.store.Patient(ctx, patient)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", staff.MoveRecord, err)
	}
	part := slices.ContainsFunc(e.Observations, func(mean Observation) bool { return mean.State != Voided && slices.Contains(mean.MeanOf, o.ID) })
	switch {
	case part:
		return nil, nil, fmt.Errorf("%s: %w", staff.MoveRecord, ErrCalculated)
	case e.Patient != nil && e.Patient.ID == p.ID:
		return nil, nil, fmt.Errorf("%s: %w", staff.MoveRecord, &InvalidError{Field: "patient", Why: "whose it is already"})
	}
	moved := e.moveOut(o, p, c)
	if judged != nil {
		judge := judged(moved)
		for i := range moved.Observations {
			if n := &moved.Observations[i]; n.Judged != nil {
				n.Judged = judge(*n)
			}
		}
	}
	return a.putMoved(ctx, e, moved, id, c, staff.MoveRecord)
}

// moveOut marks an observation of e and what it was made of as moved, and
// returns the visit of p in which they are now.
func (e *Encounter) moveOut(o *Observation, p *Patient, c Correction) *Encounter {
	ended := e.Ended
	if ended.Before(o.Taken) {
		ended = o.Taken
	}
	to := &Encounter{
		ID: NewID(), Patient: p, Status: Finished, Started: e.Started, Ended: ended,
		Zone: e.Zone, Language: e.Language, Place: e.Place,
	}
	now := map[ID]ID{} // by what it was
	main, parts := o.ID, o.MeanOf
	for i := range e.Observations {
		was := &e.Observations[i]
		if was.ID != main && !slices.Contains(parts, was.ID) || was.State == Voided {
			continue
		}
		now[was.ID] = NewID()
		is := *was
		is.ID, is.State, is.Correction = now[was.ID], Amended, c
		is.Correction.Moved = was.ID
		is.MeanOf = nil
		for _, part := range was.MeanOf {
			if id, ok := now[part]; ok {
				is.MeanOf = append(is.MeanOf, id)
			}
		}
		to.Observations = append(to.Observations, is)
		was.State, was.Correction = Voided, c
		was.Correction.Moved = is.ID
	}
	return to
}

// putMoved stores both visits, with an entry in the audit trail for each, in one
// transaction.
func (a *Access) putMoved(ctx context.Context, e, moved *Encounter, id ID, c Correction, as staff.Action) (from, to *Encounter, err error) {
	if from, err = prepare(e, a.store.now()); err == nil {
		to, err = prepare(moved, a.store.now())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", as, err)
	}
	entry := auditEntry{Action: as, Object: id, Revision: int64(e.Revision) + 1, Reason: string(c.Reason)}
	if e.Patient != nil {
		entry.Patient = e.Patient.ID
	}
	there := auditEntry{Action: as, Object: to.Observations[len(to.Observations)-1].ID, Revision: 1, Patient: moved.Patient.ID, Reason: string(c.Reason)}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		for _, o := range moved.Observations { // known from an instrument's memory: there from now on
			if text, ok := savedText(o); ok {
				if err := t.do("DELETE FROM result_token WHERE token IN (?, ?)", t.store.seal.tokens(resultToken, text)...); err != nil {
					return err
				}
			}
		}
		for _, step := range []func() error{
			func() error { return t.saveEncounter(from) }, func() error { return t.audit(entry) },
			func() error { return t.saveEncounter(to) }, func() error { return t.audit(there) },
		} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", as, err)
	}
	a.store.tellQueued()
	return from, to, nil
}
