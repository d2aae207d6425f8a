package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// A Correction says who corrected an observation last, when and why. What the
// observation said before stays in the earlier revisions.
type Correction struct {
	By     ID               `json:"by,omitempty"`   // the account
	User   string           `json:"user,omitempty"` // of the operating system, at a console
	At     time.Time        `json:"at"`
	Reason CorrectionReason `json:"reason"`
	Note   string           `json:"note,omitempty"`
	// Moved is, of an observation that was moved to another person, the one that
	// it is there; and of that one, the one that it was.
	Moved ID `json:"moved,omitempty"`
}

// A CorrectionReason is why an observation was corrected. It is in the audit
// trail as well, where no free text about a person belongs.
type CorrectionReason string

// CorrectionReasons returns the reasons in the order of a list on screen.
func CorrectionReasons() []CorrectionReason {
	return []CorrectionReason{"wrong-person", "wrong-value", "instrument-fault", "technique", "duplicate", "training", "other"}
}

// An Amendment is what an observation should have said.
type Amendment struct {
	Values vitals.Values // those that change, in the units they were measured in
	Meal   *vitals.Meal  // nil if it stays
	// Judged is what the rules say of the new values; nil if nobody has asked them.
	Judged func(o Observation) []Judgement
}

// Errors of corrections.
var (
	// ErrOngoing: the visit is not over, and would be saved over the correction.
	ErrOngoing = errors.New("the visit is still going on")
	// ErrCalculated: the observation is a mean or part of one, so its values are
	// not changed: it is voided instead.
	ErrCalculated = errors.New("a mean was made of it, or it is one: void it instead")
	// ErrInTray: the reading has no person yet. It is claimed or set aside.
	ErrInTray = errors.New("the reading waits in the tray")
	// ErrNotWaiting: somebody has said already whose the reading is.
	ErrNotWaiting = errors.New("the reading does not wait in the tray any more")
)

// longestVisit is after how long a visit that was never closed has ended: the
// kiosk was killed in it.
const longestVisit = 12 * time.Hour

// Void marks an observation as entered in error, and the mean that it went into
// as well. It stays in the records, but is no result any more.
func (a *Access) Void(ctx context.Context, id ID, c Correction) (*Encounter, error) {
	return a.correct(ctx, id, staff.VoidRecord, c, func(e *Encounter, o *Observation, c Correction) error {
		for i := range e.Observations {
			mean := &e.Observations[i]
			if mean.ID == o.ID || slices.Contains(mean.MeanOf, o.ID) {
				mean.State, mean.Correction = Voided, c
			}
		}
		return nil
	})
}

// Amend corrects what an observation says. What it was judged as goes, since it
// was judged by what it said before; so does that somebody was told of it.
func (a *Access) Amend(ctx context.Context, id ID, to Amendment, c Correction) (*Encounter, error) {
	return a.correct(ctx, id, staff.AmendRecord, c, func(e *Encounter, o *Observation, c Correction) error {
		part := slices.ContainsFunc(e.Observations, func(mean Observation) bool { return slices.Contains(mean.MeanOf, o.ID) })
		if part || len(o.MeanOf) > 0 {
			return ErrCalculated
		}
		values := slices.Clone(o.Values)
		for _, v := range to.Values {
			i := slices.IndexFunc(values, func(was vitals.Value) bool { return was.Measure == v.Measure })
			if i < 0 || values[i].Quantity.Unit != v.Quantity.Unit {
				return &InvalidError{Field: "values", Why: "no " + string(v.Measure) + " was measured in that unit"}
			}
			values[i] = v
		}
		meal := o.Meal
		if to.Meal != nil {
			meal = *to.Meal
		}
		switch {
		case slices.Equal(values, o.Values) && meal == o.Meal:
			return &InvalidError{Field: "values", Why: "nothing is changed"}
		case to.Judged == nil && o.Critical():
			return &InvalidError{Field: "judged", Why: "a critical result is judged anew"}
		}
		o.Values, o.Meal, o.Judged, o.State, o.Correction = values, meal, nil, Amended, c
		if to.Judged != nil {
			o.Judged = to.Judged(*o)
		}
		e.Tellings = slices.DeleteFunc(e.Tellings, func(t Telling) bool { return t.Observation == o.ID })
		return nil
	})
}

// correct stores what change makes of the encounter, as a new revision, with an
// entry in the audit trail, in one transaction.
func (a *Access) correct(ctx context.Context, id ID, right staff.Action, c Correction, change func(*Encounter, *Observation, Correction) error) (*Encounter, error) {
	o, e, err := a.correctable(ctx, id, right, &c)
	if err != nil {
		return nil, err
	}
	if err := change(e, o, c); err != nil {
		return nil, fmt.Errorf("%s: %w", right, err)
	}
	ready, err := prepare(e, a.store.now())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", right, err)
	}
	entry := auditEntry{Action: right, Object: id, Revision: int64(e.Revision) + 1, Reason: string(c.Reason)}
	if e.Patient != nil {
		entry.Patient = e.Patient.ID
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if err := t.saveEncounter(ready); err != nil {
			return err
		}
		return t.audit(entry)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", right, err)
	}
	a.store.tellQueued()
	return ready, nil
}

// correctable returns an observation with its visit, after the right to correct
// it was asked, and says in c who does.
func (a *Access) correctable(ctx context.Context, id ID, right staff.Action, c *Correction) (*Observation, *Encounter, error) {
	if err := a.Authorize(ctx, right); err != nil {
		return nil, nil, err
	}
	if err := a.sign(c, CorrectionReasons()); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", right, err)
	}
	now := a.store.now()
	o, e, err := a.store.Observation(ctx, id)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", right, err)
	case e.Status == InProgress && now.Sub(e.Started) < longestVisit:
		return nil, nil, fmt.Errorf("%s: %w", right, ErrOngoing)
	case e.Status == Unclaimed:
		return nil, nil, fmt.Errorf("%s: %w", right, ErrInTray)
	case o.State == Voided:
		return nil, nil, fmt.Errorf("%s: %w", right, &InvalidError{Field: "state", Why: "voided already"})
	}
	return o, e, nil
}

// sign says in c who corrects and when, if it has one of the reasons.
func (a *Access) sign(c *Correction, reasons []CorrectionReason) error {
	if !slices.Contains(reasons, c.Reason) || c.Reason == "other" && c.Note == "" {
		return &InvalidError{Field: "reason", Why: "missing, or not one of the list"}
	}
	c.By, c.User, c.At = a.who.ID, a.who.User, a.store.now().UTC().Round(0)
	return nil
}
