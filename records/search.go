package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"aidpost/records/people"
	"aidpost/records/staff"
)

// searchLimit is how many people a search gives unless told.
const searchLimit = 50

func (r *reader) scanPatient(rows *sql.Rows) (row int64, p *Patient, err error) {
	var sealed sealedPatient
	if err := rows.Scan(&row, &sealed.uuid, &sealed.rev, &sealed.salt, &sealed.alg, &sealed.sealed); err != nil {
		return 0, nil, err
	}
	p, err = sealed.open(r.seal, &r.json)
	return row, p, err
}

func personOf(row int64, p *Patient) people.Person {
	out := people.Person{
		Row: row, Given: p.Given, Family: p.Family,
		Year: p.BirthDate.Year, Month: p.BirthDate.Month, Day: p.BirthDate.Day,
	}
	for _, id := range p.Identifiers {
		out.Numbers = append(out.Numbers, id.Value)
	}
	return out
}

// Search returns the people that a text fits, the best first: beginnings or
// parts of their names in any order and script, where case and accents do not
// count; a birth date like 1956-04-30, or its year; a number that they were
// given, or their phone's, as a whole. Who was merged into another is found
// under all names, as that other. A limit of zero means 50.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]*Patient, error) {
	if limit <= 0 {
		limit = searchLimit
	}
	index, err := s.names(ctx)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	var found []*Patient
	err = s.read(ctx, func(r *reader) error {
		rows := index.Find(text, limit)
		people, err := r.survivors(rows)
		if err != nil {
			return err
		}
		seen := map[ID]bool{}
		for _, row := range rows {
			p := people[row]
			if !seen[p.ID] {
				found = append(found, p)
			}
			seen[p.ID] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// Patient returns a patient as recorded, or ErrNotFound.
func (s *Store) Patient(ctx context.Context, id ID) (*Patient, error) {
	var p *Patient
	err := s.read(ctx, func(r *reader) error {
		key, err := uuid.Parse(string(id))
		if err != nil {
			return ErrNotFound
		}
		var row sealedPatient
		err = r.QueryRowContext(ctx, "SELECT uuid, rev, salt, alg, sealed FROM patient WHERE uuid = ?", key[:]).
			Scan(&row.uuid, &row.rev, &row.salt, &row.alg, &row.sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		p, err = row.open(r.seal, &r.json)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("patient %.40s: %w", id, err)
	}
	return p, nil
}

// A Duplicate is somebody in the records who may be the same person.
type Duplicate struct {
	Patient *Patient        `json:"patient"`
	Why     people.Likeness `json:"why"`
}

// Duplicates returns who in the records may be the same person as p, the
// likeliest first: by a number, by name and birth date, or by almost the same.
// Who p was merged with is not among them.
func (s *Store) Duplicates(ctx context.Context, p *Patient) ([]Duplicate, error) {
	index, err := s.names(ctx)
	if err != nil {
		return nil, fmt.Errorf("duplicates: %w", err)
	}
	var found []Duplicate
	err = s.read(ctx, func(r *reader) error {
		self, err := r.survivorOf(p.ID)
		if err != nil {
			return err
		}
		alike := index.Alike(personOf(0, p))
		rows := make([]int64, len(alike))
		for i := range alike {
			rows[i] = alike[i].Row
		}
		people, err := r.survivors(rows)
		if err != nil {
			return err
		}
		seen := map[ID]bool{p.ID: true, self: true}
		for _, a := range alike {
			other := people[a.Row]
			if !seen[other.ID] {
				found = append(found, Duplicate{other, a.Why})
			}
			seen[other.ID] = true
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("duplicates: %w", err)
	}
	return found, nil
}

// Search is Store.Search. The search as a whole is one look.
func (a *Access) Search(ctx context.Context, text string, limit int) ([]*Patient, error) {
	if err := a.Note(ctx, Deed{Action: staff.SearchPatients}); err != nil {
		return nil, err
	}
	return a.store.Search(ctx, text, limit)
}

// Patient is Store.Patient.
func (a *Access) Patient(ctx context.Context, id ID) (*Patient, error) {
	if err := a.Authorize(ctx, staff.SearchPatients); err != nil {
		return nil, err
	}
	p, err := a.store.Patient(ctx, id)
	if err != nil {
		return nil, err
	}
	return looked(ctx, a, Deed{Action: staff.SearchPatients, Object: p.ID, Patient: p.ID}, p)
}

// Duplicates is Store.Duplicates.
func (a *Access) Duplicates(ctx context.Context, p *Patient) ([]Duplicate, error) {
	if err := a.Note(ctx, Deed{Action: staff.SearchPatients, Object: p.ID, Reason: "duplicates"}); err != nil {
		return nil, err
	}
	return a.store.Duplicates(ctx, p)
}
