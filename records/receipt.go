package records

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A ServerKey tells servers apart.
type ServerKey [16]byte

// ServerAt returns the key of the server at an address.
func ServerAt(url string) ServerKey {
	sum := sha256.Sum256([]byte(url))
	return ServerKey(sum[:16])
}

// A Receipt says that a server holds a resource: which it is, under which id
// and version it is there, and the SHA-256 of what was sent.
type Receipt struct {
	Kind    string
	ID      ID
	Remote  string
	Version string
	Hash    [sha256.Size]byte
	Theirs  bool // changed there by somebody else, whose word holds
	// Encounter is the visit that brought it.
	Encounter ID
	// At is when it was kept, once it is.
	At time.Time
}

// sharedKinds are the kinds of resources that belong to nobody: they stay on a
// server when a person's are taken away.
const sharedKinds = "('Organization', 'Location', 'Device', 'DeviceMetric', 'Practitioner', 'PractitionerRole')"

// KeepReceipts notes what a server has proved to hold. What is a person's who
// was erased while it was on its way is to be taken away there instead.
func (s *Store) KeepReceipts(ctx context.Context, server ServerKey, receipts []Receipt) error {
	err := s.change(ctx, func(t *tx) error {
		for _, r := range receipts {
			if err := t.keepReceipt(server, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep receipts: %w", err)
	}
	return nil
}

func (t *tx) keepReceipt(server ServerKey, r Receipt) error {
	id, err := uuid.Parse(string(r.ID))
	if err != nil {
		return err
	}
	now := t.store.now().UnixMilli()
	var encounter any
	if r.Encounter != "" {
		key, err := uuid.Parse(string(r.Encounter))
		if err != nil {
			return err
		}
		var row int64
		known, err := t.row("SELECT id FROM encounter WHERE uuid = ?", []any{key[:]}, &row)
		if err != nil {
			return err
		}
		if !known {
			return t.do("INSERT INTO erased (server, kind, remote, at) SELECT ?1, ?2, ?3, ?4 WHERE ?2 NOT IN "+sharedKinds,
				server[:], r.Kind, r.Remote, now)
		}
		encounter = row
	}
	return t.do(`INSERT INTO receipt (server, kind, uuid, remote, version, hash, theirs, at, encounter) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET remote = excluded.remote, version = excluded.version, hash = excluded.hash,
		theirs = excluded.theirs, at = excluded.at, encounter = coalesce(receipt.encounter, excluded.encounter)`,
		server[:], r.Kind, id[:], r.Remote, r.Version, r.Hash[:], r.Theirs, now, encounter)
}

// ForgetReceipts forgets what a server has lost.
func (s *Store) ForgetReceipts(ctx context.Context, server ServerKey, receipts []Receipt) error {
	err := s.change(ctx, func(t *tx) error { return t.forgetReceipts(server, receipts) })
	if err != nil {
		return fmt.Errorf("forget receipts: %w", err)
	}
	return nil
}

func (t *tx) forgetReceipts(server ServerKey, receipts []Receipt) error {
	for _, r := range receipts {
		id, err := uuid.Parse(string(r.ID))
		if err != nil {
			return err
		}
		if err := t.do("DELETE FROM receipt WHERE server = ? AND kind = ? AND uuid = ?", server[:], r.Kind, id[:]); err != nil {
			return err
		}
	}
	return nil
}

// Receipt returns what a server has proved to hold of a resource; false if
// nothing.
func (s *Store) Receipt(ctx context.Context, server ServerKey, kind string, id ID) (Receipt, bool, error) {
	key := ResourceKey{kind, id}
	all, err := s.Receipts(ctx, server, []ResourceKey{key})
	if out, known := all[key]; known {
		return out, true, err
	}
	return Receipt{Kind: kind, ID: id}, false, err
}

// A ResourceKey names a resource.
type ResourceKey struct {
	Kind string
	ID   ID
}

// Receipts returns what a server has proved to hold of resources, for those of which
// that is something.
func (s *Store) Receipts(ctx context.Context, server ServerKey, of []ResourceKey) (map[ResourceKey]Receipt, error) {
	out := map[ResourceKey]Receipt{}
	err := s.read(ctx, func(r *reader) error {
		one, err := r.PrepareContext(r.ctx, "SELECT remote, version, hash, theirs, at FROM receipt WHERE server = ? AND kind = ? AND uuid = ?")
		if err != nil {
			return err
		}
		defer one.Close()
		for _, key := range of {
			id, err := uuid.Parse(string(key.ID))
			if err != nil {
				continue // no server was given such an id
			}
			rc := Receipt{Kind: key.Kind, ID: key.ID}
			var hash []byte
			var at int64
			err = one.QueryRowContext(r.ctx, server[:], key.Kind, id[:]).Scan(&rc.Remote, &rc.Version, &hash, &rc.Theirs, &at)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return fmt.Errorf("%s %s: %w", key.Kind, key.ID, err)
			}
			copy(rc.Hash[:], hash)
			rc.At = instant(at)
			out[key] = rc
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("receipts: %w", err)
	}
	return out, nil
}

// A ServerState is how it stands with a server.
type ServerState struct {
	Failures int       `json:"failures"`          // in a row
	Next     time.Time `json:"next,omitzero"`     // not to be asked before
	Why      string    `json:"why,omitempty"`     // of the last failure
	Good     time.Time `json:"lastGood,omitzero"` // the last success
	// Checked is when the server was last asked whether it still holds what it
	// has proved to hold, and Lost how many visits it had lost since ever.
	Checked time.Time `json:"checked,omitzero"`
	Lost    int       `json:"lost"`
}

// ServerState returns how it stands with a server; zero if it was never asked.
func (s *Store) ServerState(ctx context.Context, server ServerKey) (ServerState, error) {
	var out ServerState
	var next, good, checked int64
	err := s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT failures, next_at, why, good_at, checked_at, lost FROM server WHERE server = ?", server[:]).
			Scan(&out.Failures, &next, &out.Why, &good, &checked, &out.Lost)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, fmt.Errorf("state of the server: %w", err)
	}
	out.Next, out.Good, out.Checked = instant(next), instant(good), instant(checked)
	return out, nil
}

// instant returns a time as a column has it, zero for none.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// SetServerState notes how it stands with a server, but for checks.
func (s *Store) SetServerState(ctx context.Context, server ServerKey, state ServerState) error {
	column := func(t time.Time) int64 {
		if t.IsZero() {
			return 0
		}
		return t.UnixMilli()
	}
	err := s.change(ctx, func(t *tx) error {
		return t.do(`INSERT INTO server (server, failures, next_at, why, good_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET failures = excluded.failures, next_at = excluded.next_at, why = excluded.why,
			good_at = excluded.good_at`,
			server[:], state.Failures, column(state.Next), state.Why, column(state.Good))
	})
	if err != nil {
		return fmt.Errorf("state of the server: %w", err)
	}
	return nil
}
