package records

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// VisitsOf returns every visit of a person and of whoever was merged with them,
// newest first. They are whole, with their captures, so that one that is changed
// and saved loses nothing.
func (s *Store) VisitsOf(ctx context.Context, patient ID) ([]*Encounter, error) {
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return nil, nil // nobody has such an id, so there is no visit
	}
	var all []*Encounter
	err = s.read(ctx, func(r *reader) error {
		all, err = r.visitsOf(id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	slices.SortStableFunc(all, func(a, b *Encounter) int { return b.Started.Compare(a.Started) })
	return all, nil
}

func (r *reader) visitsOf(patient uuid.UUID) ([]*Encounter, error) {
	found, err := r.sealedVisitsOf(patient)
	if err != nil {
		return nil, err
	}
	all := make([]*Encounter, len(found))
	for i := range found {
		if all[i], err = r.open(&found[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (r *reader) sealedVisitsOf(patient uuid.UUID) ([]sealedEncounter, error) {
	rows, err := r.QueryContext(r.ctx, encounterColumns+"WHERE e.patient IN "+familyOf, nil, patient[:])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []sealedEncounter
	for rows.Next() {
		var row sealedEncounter
		if err := row.scan(rows); err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// VisitsOf is Store.VisitsOf. It is one look, on record before the first visit
// is shown.
func (a *Access) VisitsOf(ctx context.Context, patient ID) ([]*Encounter, error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return nil, err
	}
	all, err := a.store.VisitsOf(ctx, patient)
	if err != nil {
		return nil, err
	}
	return looked(ctx, a, Deed{Action: staff.ReadRecord, Object: patient, Patient: patient}, all)
}
