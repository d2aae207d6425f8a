package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/records/staff"
)

// A SavedSummary is one that can still be opened.
type SavedSummary struct {
	Encounter ID
	Patient   *Patient  // nil: a guest's
	Started   time.Time // of the visit; zero: a guest's, of whom nothing else is kept
}

// SavedSummaries returns which summaries can still be opened, by encounter. The list
// as a whole is one look.
func (a *Access) SavedSummaries(ctx context.Context) (map[ID]SavedSummary, error) {
	if err := a.Note(ctx, Deed{Action: staff.ListRecords, Reason: "saved summaries"}); err != nil {
		return nil, err
	}
	keys, err := a.store.Summaries(ctx)
	if err != nil {
		return nil, err
	}
	all := map[ID]SavedSummary{}
	for id := range keys {
		saved := SavedSummary{Encounter: id}
		switch e, err := a.store.Encounter(ctx, id); {
		case err == nil:
			saved.Patient, saved.Started = e.Patient, e.Started
		case !errors.Is(err, ErrNotFound):
			return nil, err
		}
		all[id] = saved
	}
	return all, nil
}

// DropSummary destroys the key of a visit's summaries, once that is on record: nobody
// can open what is left of them. The visit stays.
func (a *Access) DropSummary(ctx context.Context, of ID) error {
	if err := a.Authorize(ctx, staff.DropSummary); err != nil {
		return err
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		patient, err := t.patientOf(of)
		if err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.DropSummary, Object: of, Patient: patient})
	})
	if err == nil {
		err = a.store.ForgetSummaries(ctx, of)
	}
	if err != nil {
		return fmt.Errorf("drop the summary of %s: %w", of, err)
	}
	return nil
}
