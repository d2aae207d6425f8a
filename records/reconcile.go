package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/records/staff"
)

// When a server is asked whether it still holds a visit: a day after it has
// proved to, then each time when twice the time has passed, at the latest every
// ninety days. What a crash or a restored backup loses is most likely new.
const (
	checkSoonest = 24 * time.Hour
	checkLatest  = 90 * 24 * time.Hour
)

// DueChecks returns up to limit delivered entries that the server should be
// asked about by now, those that are due longest first.
func (s *Store) DueChecks(ctx context.Context, limit int) ([]OutboxEntry, error) {
	now := s.now()
	due, err := s.delivered(ctx, dueOutbox, now.UnixMilli(), limit)
	if err != nil || len(due) == limit {
		return due, err
	}
	// Later than the latest was due by a clock that has been set back since.
	late, err := s.delivered(ctx, "o.check_at > ? ORDER BY o.check_at LIMIT ?", now.Add(checkLatest).UnixMilli(), limit-len(due))
	return append(due, late...), err
}

// Delivered returns up to limit delivered entries after the one with the given
// number, in their order.
func (s *Store) Delivered(ctx context.Context, after int64, limit int) ([]OutboxEntry, error) {
	return s.delivered(ctx, "o.check_at IS NOT NULL AND o.seq > ? ORDER BY o.seq LIMIT ?", after, limit)
}

func (s *Store) delivered(ctx context.Context, which string, args ...any) ([]OutboxEntry, error) {
	var out []OutboxEntry
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, entryOutbox+which, args...)
		if err != nil {
			return err
		}
		out, err = scanOutbox(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("delivered outbox entries: %w", err)
	}
	return out, nil
}

// Checked notes that a server was asked, that it holds what it proved to hold of
// entries, and puts off when it is asked about them again.
func (s *Store) Checked(ctx context.Context, server ServerKey, entries []OutboxEntry) error {
	now := s.now()
	err := s.change(ctx, func(t *tx) error {
		for _, e := range entries {
			err := t.do("UPDATE outbox SET check_at = ?1 + max(?2, min(?3, ?1 - done_at)) WHERE seq = ?4 AND check_at IS NOT NULL",
				now.UnixMilli(), checkSoonest.Milliseconds(), checkLatest.Milliseconds(), e.Seq)
			if err != nil {
				return err
			}
		}
		return t.do("UPDATE server SET checked_at = ? WHERE server = ?", now.UnixMilli(), server[:])
	})
	if err != nil {
		return fmt.Errorf("check outbox entries: %w", err)
	}
	return nil
}

// Lost has a delivered entry sent again, since the server no longer holds what
// it has proved to hold. The receipts that are gone are forgotten.
func (s *Store) Lost(ctx context.Context, server ServerKey, e OutboxEntry, gone []Receipt, why string) error {
	return s.eachEntry(ctx, "queue lost", []OutboxEntry{e}, func(t *tx, e OutboxEntry) error {
		if err := t.forgetReceipts(server, gone); err != nil {
			return err
		}
		return errors.Join(
			t.do("UPDATE outbox SET state = ?, next_at = 0, attempts = 0, check_at = NULL WHERE seq = ? AND state = ?", outboxPending, e.Seq, outboxDone),
			t.attempted(e, why),
			t.do("UPDATE server SET lost = lost + 1 WHERE server = ?", server[:]))
	})
}

// Recall sets a delivered entry aside for a person: what the server holds of it
// has come to something that the kiosk must not settle by itself.
func (s *Store) Recall(ctx context.Context, e OutboxEntry, why string) error {
	return s.eachEntry(ctx, "recall", []OutboxEntry{e}, func(t *tx, e OutboxEntry) error {
		err := t.do("UPDATE outbox SET state = ?, check_at = NULL WHERE seq = ? AND state = ?", outboxDead, e.Seq, outboxDone)
		return errors.Join(err, t.attempted(e, why))
	})
}

// auditReleased is the action of letting visits leave that were held.
const auditReleased = staff.Action("outbox.release")

// ReleaseUnasked lets those visits leave about which nobody was asked whether to
// share them, since the site has another legal basis than consent, and puts that
// on record. Whoever said no is never overruled. It returns how many it were.
func (s *Store) ReleaseUnasked(ctx context.Context, basis string) (int, error) {
	var n int64
	err := s.change(ctx, func(t *tx) error {
		res, err := t.exec(t.ctx, "UPDATE outbox SET state = ? WHERE state = ? AND state >= 0", outboxPending, outboxUnasked)
		if err != nil {
			return err
		}
		if n, err = res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return t.audit(auditEntry{Action: auditReleased, Reason: fmt.Sprintf("%d visits: %s", n, basis)})
	})
	if err != nil {
		return 0, fmt.Errorf("release held entries: %w", err)
	}
	return int(n), nil
}

// An ErasedThere is a resource of somebody who was erased here, and that a
// server still holds.
type ErasedThere struct {
	Number int64
	Kind   string
	Remote string // its id there
}

// ErasedThere returns up to limit of what a server still holds, after the one
// with the given number.
func (s *Store) ErasedThere(ctx context.Context, server ServerKey, after int64, limit int) ([]ErasedThere, error) {
	var out []ErasedThere
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT id, kind, remote FROM erased WHERE server = ? AND id > ? ORDER BY id LIMIT ?", server[:], after, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e ErasedThere
			if err := rows.Scan(&e.Number, &e.Kind, &e.Remote); err != nil {
				return err
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("what the server must erase: %w", err)
	}
	return out, nil
}

// CountErasedThere counts what was erased here and a server still holds.
func (s *Store) CountErasedThere(ctx context.Context, server ServerKey) (int, error) {
	var n int
	err := s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT count(*) FROM erased WHERE server = ?", server[:]).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("what the server must erase: %w", err)
	}
	return n, nil
}

// GoneThere notes that a server no longer holds something.
func (s *Store) GoneThere(ctx context.Context, e ErasedThere) error {
	err := s.change(ctx, func(t *tx) error { return t.do("DELETE FROM erased WHERE id = ?", e.Number) })
	if err != nil {
		return fmt.Errorf("what the server has erased: %w", err)
	}
	return nil
}
