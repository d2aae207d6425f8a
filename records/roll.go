package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// A Roll remembers whom it was asked about, at a bit each: what is written of a
// hundred thousand people needs no list of them. One goroutine at a time uses it.
type Roll struct {
	store *Store
	asked []uint64 // by the row of the patient
}

// NewRoll returns a roll on which nobody is yet.
func (s *Store) NewRoll() *Roll { return &Roll{store: s} }

// NewRoll is Store.NewRoll: a roll tells nothing of anybody.
func (a *Access) NewRoll() *Roll { return a.store.NewRoll() }

// First reports whether it was not asked about a patient before. Of somebody who was
// erased meanwhile nothing is remembered.
func (r *Roll) First(ctx context.Context, patient ID) (bool, error) {
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return false, fmt.Errorf("patient %.40q: %w", patient, ErrNotFound)
	}
	var row int64
	err = r.store.read(ctx, func(look *reader) error {
		return look.QueryRowContext(look.ctx, "SELECT id FROM patient WHERE uuid = ?", id[:]).Scan(&row)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("patient %s: %w", id, err)
	}
	word, bit := int(row/64), uint64(1)<<(row%64)
	if more := word + 1 - len(r.asked); more > 0 {
		r.asked = append(r.asked, make([]uint64, more)...)
	}
	first := r.asked[word]&bit == 0
	r.asked[word] |= bit
	return first, nil
}
