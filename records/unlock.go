package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vault"
)

// Errors of keys. The file is as it was, and well.
var (
	// ErrLocked: the records are sealed and no key for them was found.
	ErrLocked = vault.ErrLocked
	// ErrKey: a key was found, but it is not that of these records.
	ErrKey = vault.ErrKey
	// ErrUnsealed: there are no keys to change, since the records are not
	// sealed.
	ErrUnsealed = fmt.Errorf("the records are not sealed")
)

// Keys is how a store comes by the keys of its records.
type Keys struct {
	// Sources are asked in turn for the secret of a file that is sealed.
	Sources []vault.Source
	// First gives the first secret of a file that is not sealed yet, which is
	// sealed then. The name of the ring is for key stores. Nil: such a file
	// stays as it is.
	First func(ctx context.Context, ring string) (vault.Credential, error)
}

// queryer is a connection, a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// readRing returns the stored ring, or nil if there is none: the first of its
// copies without a damaged bit.
func readRing(ctx context.Context, from queryer) ([]byte, error) {
	rows, err := from.QueryContext(ctx, "SELECT ring FROM keyring ORDER BY copy")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	damaged := false
	for rows.Next() {
		var ring []byte
		if err := rows.Scan(&ring); err != nil {
			return nil, err
		}
		if vault.Whole(ring) {
			return ring, nil
		}
		damaged = true
	}
	if damaged {
		return nil, fmt.Errorf("%w: both copies of its keyring", ErrCorrupt)
	}
	return nil, rows.Err()
}

// unlock opens the ring of the file, if it has one, and seals with its keys
// from now on.
func (s *Store) unlock(ctx context.Context, from queryer, keys *Keys) error {
	ring, err := readRing(ctx, from)
	if err != nil {
		return err
	}
	if ring == nil {
		var sealed bool
		err := from.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM audit WHERE alg <> ?)", openAlg).Scan(&sealed)
		if err == nil && sealed {
			err = fmt.Errorf("%w: its keyring is missing", ErrCorrupt)
		}
		return err
	}
	if keys == nil {
		return ErrLocked
	}
	v, err := vault.Open(ctx, ring, keys.Sources...)
	if err != nil {
		return err
	}
	s.seal = newVaulted(v)
	return nil
}

// unlockWriting is unlock for a store that may give the file its first keys.
func (s *Store) unlockWriting(ctx context.Context, keys *Keys) error {
	if err := s.unlock(ctx, s.write.conn, keys); err != nil {
		return err
	}
	if _, done := s.seal.(*vaulted); done || keys == nil || keys.First == nil {
		return nil
	}
	var used bool
	err := s.write.conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM audit)").Scan(&used)
	if err != nil {
		return err
	}
	v, err := vault.New(s.now(), used)
	if err != nil {
		return err
	}
	first, err := keys.First(ctx, v.ID())
	if err != nil {
		return fmt.Errorf("the first key of the records: %w", err)
	}
	if v, _, err = v.AddSlot(first, s.now()); err != nil {
		return err
	}
	if err := s.change(ctx, func(t *tx) error { return t.putRing(v) }); err != nil {
		return err
	}
	s.seal = newVaulted(v)
	s.log.Info("the records have a key", "path", s.path, "kind", first.Kind)
	return nil
}

// putRing stores the ring, twice.
func (t *tx) putRing(v *vault.Vault) error {
	ring, err := v.Encode()
	if err != nil {
		return err
	}
	for number := 1; number <= 2; number++ {
		err := t.do("INSERT INTO keyring (copy, ring) VALUES (?1, ?2) ON CONFLICT (copy) DO UPDATE SET ring = ?2", number, ring)
		if err != nil {
			return err
		}
	}
	return nil
}

// The actions of the audit trail that are about keys.
const (
	auditKeyAdded   = "keys.add"
	auditKeyRemoved = "keys.remove"
	auditKeyRotated = "keys.rotate"
	auditKeySettled = "keys.settle"
)

// changeRing replaces the ring by what fn makes of it, with an audit entry, and
// leaves nothing of the old one in the log.
func (s *Store) changeRing(ctx context.Context, action staff.Action, fn func(*vault.Vault) (*vault.Vault, error)) error {
	sealer, ok := s.seal.(*vaulted)
	if !ok {
		return ErrUnsealed
	}
	sealer.changing.Lock()
	defer sealer.changing.Unlock()
	next, err := fn(sealer.vault.Load())
	if err != nil {
		return err
	}
	err = s.change(ctx, func(t *tx) error {
		if err := t.putRing(next); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: action})
	})
	if err != nil {
		return err
	}
	sealer.vault.Store(next)
	if err := s.emptyLog(ctx); !errors.Is(err, ErrBusy) {
		return err
	}
	return nil // the old ring is in the log until who reads it ends
}

// A KeyStatus says how the records are sealed.
type KeyStatus struct {
	Sealed   bool         `json:"sealed"`
	Ring     string       `json:"ring,omitempty"` // its name in key stores
	Slots    []vault.Slot `json:"-"`
	Version  int          `json:"version,omitempty"` // of the data key
	Created  time.Time    `json:"created,omitzero"`  // when that was made
	Rotating bool         `json:"rotating,omitempty"`
}

// KeyStatus returns how the records are sealed and what opens them.
func (s *Store) KeyStatus() KeyStatus {
	sealer, ok := s.seal.(*vaulted)
	if !ok {
		return KeyStatus{}
	}
	v := sealer.vault.Load()
	return KeyStatus{
		Sealed: true, Ring: v.ID(), Slots: v.Slots(), Version: int(v.Keys().Current()),
		Created: v.KeyCreated(), Rotating: v.Rotating(),
	}
}

// AddKey adds a way to open the records.
func (s *Store) AddKey(ctx context.Context, c vault.Credential) (vault.Slot, error) {
	var slot vault.Slot
	err := s.changeRing(ctx, auditKeyAdded, func(v *vault.Vault) (next *vault.Vault, err error) {
		next, slot, err = v.AddSlot(c, s.now())
		return next, err
	})
	if err != nil {
		return slot, fmt.Errorf("add a key: %w", err)
	}
	return slot, nil
}

// RemoveKey takes the way to open the records with that number away. Who had
// its secret and an old copy of the file can still read what is sealed with
// today's data key: RotateKey ends that.
func (s *Store) RemoveKey(ctx context.Context, number int) error {
	err := s.changeRing(ctx, auditKeyRemoved, func(v *vault.Vault) (*vault.Vault, error) { return v.RemoveSlot(number) })
	if err != nil {
		return fmt.Errorf("remove a key: %w", err)
	}
	return nil
}

// RotateKey seals everything with a new data key and retires the one before.
// Saving goes on meanwhile. If it is interrupted, nothing is lost, and Reseal
// or another RotateKey carries on where it was.
func (s *Store) RotateKey(ctx context.Context, progress func(rows int)) error {
	err := s.changeRing(ctx, auditKeyRotated, func(v *vault.Vault) (*vault.Vault, error) {
		if v.Rotating() {
			return v, nil
		}
		return v.Rotate(s.now())
	})
	if err == nil {
		err = s.reseal(ctx, progress)
	}
	if err != nil {
		return fmt.Errorf("replace the data key: %w", err)
	}
	return nil
}

// KeySlots returns what opens the file at path, without opening it; none if it
// is not sealed. Nobody vouches for them.
func KeySlots(ctx context.Context, path string) ([]vault.Slot, error) {
	how := reading
	if !hasLog(path) {
		how = untouched
	}
	var slots []vault.Slot
	err := look(ctx, path, how, func(db *sql.DB) error {
		ring, err := readRing(ctx, db)
		if err == nil && ring != nil {
			slots, err = vault.SlotsOf(ring)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keys of %s: %w", path, classify(err))
	}
	return slots, nil
}
