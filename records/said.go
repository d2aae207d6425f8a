package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"aidpost/records/staff"
)

// spoke notes that the person of a row has said something that servers must be told.
func (t *tx) spoke(row int64) error {
	return t.do("INSERT OR REPLACE INTO said (patient) VALUES (?)", row)
}

// A Change is the last change of what a person has agreed to, with its number.
type Change struct {
	Seq     int64
	Patient ID
}

// SaidAfter returns the first change after the one with number seq; false if there is
// none.
func (s *Store) SaidAfter(ctx context.Context, seq int64) (c Change, ok bool, err error) {
	var id []byte
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, `SELECT s.seq, p.uuid FROM said s JOIN patient p ON p.id = s.patient
			WHERE s.seq > ? ORDER BY s.seq LIMIT 1`, seq).Scan(&c.Seq, &id)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Change{}, false, nil
	}
	if err != nil {
		return Change{}, false, fmt.Errorf("changes of consents: %w", err)
	}
	c.Patient = ID(uuidOf(id).String())
	return c, true, nil
}

// HeldVisits returns the visits of a person, as the records have them under this very
// name, of which a server holds something.
func (s *Store) HeldVisits(ctx context.Context, server ServerKey, patient ID) (visits []ID, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		visits, err = r.ids(`SELECT e.uuid FROM encounter e JOIN patient p ON p.id = e.patient
			JOIN receipt c ON c.server = ? AND c.kind = 'Encounter' AND c.uuid = e.uuid
			WHERE p.uuid = ? ORDER BY e.id`, server[:], patient.bytes())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("visits of patient %s on a server: %w", patient, err)
	}
	return visits, nil
}

// SaidOf returns what the person of a visit said after it, the first first. It is what
// was said under the name that the visit is kept under: records that were merged since
// do not speak for each other's visits.
func (s *Store) SaidOf(ctx context.Context, encounter ID) (words []LaterConsent, err error) {
	err = s.read(ctx, func(r *reader) error {
		var id []byte
		err := r.QueryRowContext(r.ctx, "SELECT p.uuid FROM encounter e JOIN patient p ON p.id = e.patient WHERE e.uuid = ?", encounter.bytes()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // a guest's
		}
		if err != nil {
			return err
		}
		content, err := r.secret(wordName(ID(uuidOf(id).String())))
		if err == nil && content != nil {
			words, err = decodeWords(content)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("consents of encounter %s: %w", encounter, err)
	}
	return words, nil
}

// SaidOf is Store.SaidOf. It is part of an export that is put on record.
func (a *Access) SaidOf(ctx context.Context, encounter ID) ([]LaterConsent, error) {
	if err := a.Authorize(ctx, staff.ExportRecord); err != nil {
		return nil, err
	}
	return a.store.SaidOf(ctx, encounter)
}
