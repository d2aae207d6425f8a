package records

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/google/uuid"
)

// Some files lie beside the records: summaries that people saved, captures that find
// a fault. Each kind is sealed with keys that lie in them, as secrets whose names
// begin with the kind. Whoever destroys a key has destroyed what is left of the file
// on a disk.

// A besideKind begins the names of the keys of one kind of files.
type besideKind string

const (
	summaryFile besideKind = "summary-"
	captureFile besideKind = "capture-"
)

// key is the name of the secret that opens a file.
func (k besideKind) key(id ID) string { return string(k) + hex.EncodeToString(id.bytes()) }

// keyBeside returns the key of a file; ErrNotFound: it is gone.
func (t *tx) keyBeside(kind besideKind, id ID) ([]byte, error) {
	key, err := t.secret(kind.key(id))
	if err == nil && key == nil {
		err = ErrNotFound
	}
	return key, err
}

// headed returns the ID that stands behind the head of a sealed file, and the rest.
func headed(sealed []byte, head string) (id ID, rest []byte, ok bool) {
	rest, ok = bytes.CutPrefix(sealed, []byte(head))
	if !ok || len(rest) < len(uuid.UUID{}) {
		return "", nil, false
	}
	return ID(uuidOf(rest[:len(uuid.UUID{})]).String()), rest[len(uuid.UUID{}):], true
}

// keysBeside returns which files of a kind can still be opened.
func (s *Store) keysBeside(ctx context.Context, kind besideKind) (map[ID]bool, error) {
	all := map[ID]bool{}
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT name FROM secret WHERE name LIKE ?", string(kind)+"%")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			id, err := uuid.Parse(strings.TrimPrefix(name, string(kind)))
			if err == nil {
				all[ID(id.String())] = true
			}
		}
		return rows.Err()
	})
	return all, err
}

// forgetBeside destroys the keys of files of a kind, and empties the log in which
// they may still lie.
func (s *Store) forgetBeside(ctx context.Context, kind besideKind, of ...ID) error {
	if len(of) == 0 {
		return nil
	}
	err := s.record(ctx, func(t *tx) error {
		var errs []error
		for _, id := range of {
			errs = append(errs, t.do("DELETE FROM secret WHERE name = ?", kind.key(id)))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return err
	}
	return s.emptyLog(ctx)
}
