package records

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
)

// A Brought is what a kiosk that has brought a visit is told of it.
type Brought struct {
	Word
	// Sent says that a server has proved to hold it.
	Sent bool
}

// keptHere is what a kiosk is told of a version that a person decided against.
const keptHere = "the office keeps its own version, as a person there has decided"

// BroughtAs returns the hash of what a kiosk has last brought of a visit, and why
// it did not hold if a person has decided so; false if nothing was taken in.
func (s *Store) BroughtAs(ctx context.Context, from ServerKey, encounter ID) (hash [32]byte, refused string, ok bool, err error) {
	for _, kind := range []string{keptKind, carriedKind} {
		r, known, err := s.Receipt(ctx, from, kind, encounter)
		if err != nil {
			return hash, "", false, err
		}
		if !known {
			continue
		}
		if hash = r.Hash; kind == keptKind {
			refused = keptHere
		}
		return hash, refused, true, nil
	}
	return hash, "", false, nil
}

// ToTell returns up to limit visits of which a kiosk has to be told something: all
// that it has brought and has not heard of, in a letter up to the given number, as
// it is by now; with the receipts that the server at this office gave.
func (s *Store) ToTell(ctx context.Context, from, server ServerKey, heard, limit int) ([]Brought, error) {
	var out []Brought
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, `WITH b AS (SELECT r.kind, r.uuid, r.version, r.hash, r.remote, r.theirs, r.encounter,
				EXISTS (SELECT 1 FROM outbox o WHERE o.encounter = r.encounter AND o.rev >= CAST(r.version AS INTEGER) AND o.state = 2
					AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = o.encounter AND l.rev > o.rev)) AS sent
				FROM receipt r WHERE r.server = ?1 AND r.kind IN (?2, ?3))
			SELECT kind, uuid, version, hash, encounter, sent FROM b
			WHERE remote = '' OR CAST(remote AS INTEGER) > ?4 OR sent AND NOT theirs ORDER BY encounter LIMIT ?5`,
			from[:], carriedKind, keptKind, heard, limit)
		if err != nil {
			return err
		}
		all, err := scanBrought(rows)
		if err != nil {
			return err
		}
		for _, b := range all {
			if b.Sent {
				b.Server = server
				if b.Receipts, err = r.receiptsOf(server, b.row); err != nil {
					return err
				}
				b.Sent = len(b.Receipts) > 0 // sent to another server than this one
			}
			out = append(out, b.Brought)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("what a kiosk is told: %w", err)
	}
	return out, nil
}

type broughtRow struct {
	Brought
	row int64
}

func scanBrought(rows *sql.Rows) ([]broughtRow, error) {
	defer rows.Close()
	var out []broughtRow
	for rows.Next() {
		var b broughtRow
		var kind, version string
		var id, hash []byte
		if err := rows.Scan(&kind, &id, &version, &hash, &b.row, &b.Sent); err != nil {
			return nil, err
		}
		b.Encounter = ID(uuidOf(id).String())
		b.Revision, _ = strconv.Atoi(version) // it is what keepBrought wrote
		copy(b.Hash[:], hash)
		if kind == keptKind {
			b.Refused, b.Sent = keptHere, false
		}
		out = append(out, b)
	}
	return out, rows.Err()
}

// receiptsOf returns the receipts of what a visit has brought to a server.
func (r *reader) receiptsOf(server ServerKey, encounter int64) ([]Receipt, error) {
	rows, err := r.QueryContext(r.ctx, `SELECT kind, uuid, remote, version, hash, theirs FROM receipt WHERE server = ?1 AND encounter = ?2
		UNION SELECT c.kind, c.uuid, c.remote, c.version, c.hash, c.theirs FROM receipt c
		JOIN patient p ON p.uuid = c.uuid JOIN encounter e ON e.patient = p.id WHERE c.server = ?1 AND c.kind = 'Patient' AND e.id = ?2`,
		server[:], encounter)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Receipt
	for rows.Next() {
		var c Receipt
		var id, hash []byte
		if err := rows.Scan(&c.Kind, &id, &c.Remote, &c.Version, &hash, &c.Theirs); err != nil {
			return nil, err
		}
		c.ID = ID(uuidOf(id).String())
		copy(c.Hash[:], hash)
		out = append(out, c)
	}
	return out, rows.Err()
}

// Told notes in which letter a kiosk was told of visits; zero: it has to be told
// anew.
func (a *Access) Told(ctx context.Context, from ServerKey, letter int, told []Brought) error {
	in := ""
	if letter > 0 {
		in = strconv.Itoa(letter)
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		for _, b := range told {
			err := t.do("UPDATE receipt SET remote = ?1, theirs = ?2 WHERE server = ?3 AND kind IN (?4, ?5) AND uuid = ?6 AND hash = ?7",
				in, b.Sent, from[:], carriedKind, keptKind, b.Encounter.bytes(), b.Hash[:])
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note what a kiosk was told: %w", err)
	}
	return nil
}

// Shared reports whether another Aidpost has a visit, too, since it was carried:
// what a server holds of it may be that one's word.
func (s *Store) Shared(ctx context.Context, encounter ID) (shared bool, err error) {
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT EXISTS (SELECT 1 FROM receipt WHERE kind = ? AND uuid = ?)", carriedKind, encounter.bytes()).Scan(&shared)
	})
	if err != nil {
		return false, fmt.Errorf("visit %s: %w", encounter, err)
	}
	return shared, nil
}
