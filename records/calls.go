package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A CallReason is why somebody is called.
type CallReason string

// The reasons, from the least urgent. The names are on disk.
const (
	CallButton    CallReason = "button"    // somebody pressed the help button
	CallNoData    CallReason = "no-data"   // an instrument fell silent while it measured somebody
	CallSilence   CallReason = "no-answer" // nobody answered whether there are warning signs
	CallEmergency CallReason = "emergency" // a value or a warning sign that cannot wait
)

// Urgent reports whether a call is more than a wish for help.
func (r CallReason) Urgent() bool { return r == CallSilence || r == CallEmergency }

// A Call is one call for help. It is open until somebody has come or the person
// has taken it back, also when the visit is over. It does not say who called.
type Call struct {
	ID     ID         `json:"id"`
	Why    CallReason `json:"why"`
	Opened time.Time  `json:"opened"`
	// Since is when it was called as it is now: when it was opened, or became
	// urgent.
	Since time.Time `json:"since"`
	// Level says who is called: 1 the staff, and one more for each time that
	// nobody answered within the set time.
	Level int `json:"level"`
	// Last is set at the highest level, when nobody is left to call: the person
	// is told to call the emergency number.
	Last bool `json:"last,omitempty"`

	// Delivered is when something first told the staff of it, Seen when one of
	// them first said that they had noticed, and Answered when one said that they
	// are coming.
	Delivered time.Time `json:"delivered,omitzero"`
	Seen      time.Time `json:"seen,omitzero"`
	Answered  time.Time `json:"answered,omitzero"`
	By        string    `json:"by,omitempty"` // who that was
	Closed    time.Time `json:"closed,omitzero"`

	// Demo says that the kiosk was a demonstration, of which no server is told.
	Demo bool `json:"demo,omitempty"`
	// Gone says that the person's visit is over.
	Gone bool `json:"gone,omitempty"`
	// Visit is the visit in which it was made if servers are told of it by that,
	// and so under the person's name. Empty: they are told by the call itself,
	// without one.
	Visit ID `json:"visit,omitempty"`
}

// IsOpen reports whether the call waits for somebody.
func (c Call) IsOpen() bool { return c.ID != "" && c.Closed.IsZero() }

// The states of a call. The numbers are on disk.
const (
	callOver    int64 = 0
	callOpen    int64 = 1
	callWaiting int64 = 2 // over, but the visit that tells servers of it goes on
)

func (c Call) state() int64 {
	switch {
	case c.IsOpen():
		return callOpen
	case c.Visit != "" && !c.Gone:
		return callWaiting
	}
	return callOver
}

func callBinding(id uuid.UUID, rev int64, salt []byte) binding {
	return binding{table: callRow, id: id, rev: rev, salt: salt}
}

// KeepCall stores how a call stands and puts what was done to it on record, in
// one transaction.
func (a *Access) KeepCall(ctx context.Context, c Call, d Deed) error {
	if err := a.Authorize(ctx, d.Action); err != nil {
		return err
	}
	keep := func(t *tx) error {
		if err := t.keepCall(c); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: d.Action, Object: c.ID, Outcome: d.Outcome, Reason: d.Reason})
	}
	err := a.store.record(a.As(ctx), keep)
	if errors.Is(err, ErrFull) { // there may be room now: see makeRoom
		err = a.store.record(a.As(ctx), keep)
	}
	if err != nil {
		return fmt.Errorf("keep a call: %w", err)
	}
	tell(a.store.queued)
	return nil
}

// keepCall stores a call. Servers are told of it in the order of the changes.
func (t *tx) keepCall(c Call) error {
	id, err := uuid.Parse(string(c.ID))
	if err != nil {
		return &InvalidError{Field: "call.id", Why: "not a UUID"}
	}
	var rev int64
	var salt []byte
	if _, err := t.row("SELECT rev, salt FROM call WHERE uuid = ?", []any{id[:]}, &rev, &salt); err != nil {
		return err
	}
	content, err := json.Marshal(c)
	if err != nil {
		return err
	}
	seal := t.store.seal
	rev, salt = rev+1, saltOr(salt, seal)
	err = t.do(`INSERT INTO call (uuid, rev, state, seq, salt, alg, sealed)
		VALUES (?1, ?2, ?3, iif(?4, (SELECT coalesce(max(seq), 0) + 1 FROM call), NULL), ?5, ?6, ?7)
		ON CONFLICT (uuid) DO UPDATE SET rev = excluded.rev, state = excluded.state, seq = excluded.seq,
		salt = excluded.salt, alg = excluded.alg, sealed = excluded.sealed`,
		id[:], rev, c.state(), c.Visit == "", salt, seal.alg(), seal.seal(content, callBinding(id, rev, salt)))
	return err
}

// ResumeCalls returns the calls that stood open when the program that kept them
// ended, the oldest first. What a visit was to tell servers of, that ended with
// it, they are told by the calls themselves: twice rather than never.
func (s *Store) ResumeCalls(ctx context.Context) (open []Call, err error) {
	err = s.change(ctx, func(t *tx) error {
		going, err := scanCalls(t.ctx, s.seal, t.conn.QueryContext, "state > 0 ORDER BY id")
		if err != nil {
			return err
		}
		for _, c := range going {
			if c.Visit != "" && !c.Gone {
				c.Visit = ""
				if err := t.keepCall(c.Call); err != nil {
					return err
				}
			}
			if c.IsOpen() {
				open = append(open, c.Call)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("open calls: %w", err)
	}
	return open, nil
}

// A ToldCall is a call of which servers are told by itself.
type ToldCall struct {
	Call
	Seq int64 // of its last change
}

// CallsAfter returns at most n calls that servers are told of by themselves and
// that have changed since the change with number seq, in order.
func (s *Store) CallsAfter(ctx context.Context, seq int64, n int) (list []ToldCall, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		list, err = scanCalls(r.ctx, r.seal, r.QueryContext, "seq > ? ORDER BY seq LIMIT ?", seq, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("calls for help: %w", err)
	}
	return list, nil
}

// scanCalls reads the calls that a condition of this package selects.
func scanCalls(ctx context.Context, seal sealer, query queryFunc, which string, args ...any) (list []ToldCall, err error) {
	rows, err := query(ctx, "SELECT uuid, rev, coalesce(seq, 0), salt, alg, sealed FROM call WHERE "+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, salt, sealed []byte
		var rev, alg int64
		var c ToldCall
		if err := rows.Scan(&id, &rev, &c.Seq, &salt, &alg, &sealed); err != nil {
			return nil, err
		}
		content, err := seal.open(alg, sealed, callBinding(uuidOf(id), rev, salt))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(content, &c.Call); err != nil {
			return nil, fmt.Errorf("%w: a call: %w", ErrCorrupt, err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// expireCalls removes the calls that were over before a time.
func (t *tx) expireCalls(before time.Time) error {
	calls, err := scanCalls(t.ctx, t.store.seal, t.conn.QueryContext, "state = ? ORDER BY id LIMIT ?", callOver, expireAtOnce)
	if err != nil {
		return err
	}
	for _, c := range calls {
		if c.Closed.Before(before) {
			if err := t.do("DELETE FROM call WHERE uuid = ?", c.ID.bytes()); err != nil {
				return err
			}
		}
	}
	return nil
}

// calls takes calls for help that are newer there than here. What came of an
// older one is not known: it is as the backup has it.
func (x *salvage) calls() error {
	for id, rows := range x.from.calls {
		var have int64
		if _, err := x.t.row("SELECT rev FROM call WHERE uuid = ?", []any{id[:]}, &have); err != nil {
			return err
		}
		var newest *Call
		for _, r := range rows {
			content, ok := x.open(r.content, callBinding(id, r.rev, r.salt))
			if c := new(Call); ok && r.rev > have && json.Unmarshal(content, c) == nil {
				newest, have = c, r.rev
			}
		}
		if newest == nil {
			continue
		}
		if err := x.t.keepCall(*newest); err != nil {
			return err
		}
	}
	return nil
}
