package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// openFor is how long an encounter in progress is left alone. One that is older
// was cut short, and leaves as it is.
const openFor = time.Hour

// longest is further ahead than any entry is put off: one that is due later was
// put off by a clock that has been set back since.
const longest = time.Hour

// An OutboxEntry is one revision of an encounter on its way to the server.
type OutboxEntry struct {
	Seq       int64
	Encounter ID
	Revision  int
	Created   time.Time
	Attempts  int // that failed because of this very entry
}

// ClaimOutbox takes up to limit entries that are due, the oldest first: of each
// encounter the newest revision, which stands for those before it. They are the
// caller's until it delivers, returns, delays or parks them; one that the
// caller's process leaves behind is due again when the records are next opened.
func (s *Store) ClaimOutbox(ctx context.Context, limit int) ([]OutboxEntry, error) {
	var out []OutboxEntry
	err := s.change(ctx, func(t *tx) error {
		if !s.reclaimed {
			if err := t.reclaim(); err != nil {
				return err
			}
		}
		now := s.now()
		stmt, err := t.prepared(t.ctx, `SELECT o.seq, e.uuid, o.rev, o.created, o.attempts
			FROM outbox o INDEXED BY outbox_state JOIN encounter e ON e.id = o.encounter
			WHERE o.state = 0 AND o.state >= 0 AND (o.next_at <= ?1 OR o.next_at > ?4) AND (e.state <> 1 OR o.created < ?2)
			AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = o.encounter AND l.rev > o.rev)
			ORDER BY o.seq LIMIT ?3`)
		if err != nil {
			return err
		}
		rows, err := stmt.QueryContext(t.ctx, now.UnixMilli(), now.Add(-openFor).UnixMilli(), limit, now.Add(longest).UnixMilli())
		if err != nil {
			return err
		}
		if out, err = scanOutbox(rows); err != nil {
			return err
		}
		for _, e := range out {
			if err := t.do("UPDATE outbox SET state = ?, claimed = ? WHERE seq = ?", outboxInFlight, t.boot, e.Seq); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim outbox entries: %w", err)
	}
	s.reclaimed = true
	return out, nil
}

func scanOutbox(rows *sql.Rows) ([]OutboxEntry, error) {
	defer rows.Close()
	var out []OutboxEntry
	for rows.Next() {
		var e OutboxEntry
		var id []byte
		var created int64
		if err := rows.Scan(&e.Seq, &id, &e.Revision, &created, &e.Attempts); err != nil {
			return nil, err
		}
		e.Encounter, e.Created = ID(uuidOf(id).String()), time.UnixMilli(created).UTC()
		out = append(out, e)
	}
	return out, rows.Err()
}

// unclaim lets entries go: to wait again, or to be held if the person has taken
// back the agreement meanwhile.
const unclaim = `UPDATE outbox SET state = CASE WHEN EXISTS
	(SELECT 1 FROM outbox l WHERE l.encounter = outbox.encounter AND l.rev > outbox.rev AND l.state IN (4, 5))
	THEN 4 ELSE 0 END `

// reclaim lets go what an earlier program had in flight. That is everything that
// is in flight when this one claims for the first time: only one writes here, and
// one that was killed before it put anything on record cannot be told from this
// one by its number.
func (t *tx) reclaim() error { return t.do(reclaimOutbox) }

// ReturnOutbox lets entries go that were not sent, for no reason of theirs.
func (s *Store) ReturnOutbox(ctx context.Context, entries []OutboxEntry) error {
	return s.eachEntry(ctx, "return", entries, func(t *tx, e OutboxEntry) error {
		return t.do(unclaim+"WHERE seq = ? AND state = 1", e.Seq)
	})
}

// DelayOutbox lets go an entry that failed by itself, until a time.
func (s *Store) DelayOutbox(ctx context.Context, e OutboxEntry, until time.Time, why string) error {
	return s.eachEntry(ctx, "delay", []OutboxEntry{e}, func(t *tx, e OutboxEntry) error {
		err := t.do(unclaim+", attempts = attempts + 1, next_at = ? WHERE seq = ? AND state = 1", until.UnixMilli(), e.Seq)
		return errors.Join(err, t.attempted(e, why))
	})
}

// ParkOutbox sets aside an entry that the server refuses for good. It waits for
// a person and is in nobody's way.
func (s *Store) ParkOutbox(ctx context.Context, e OutboxEntry, why string) error {
	return s.eachEntry(ctx, "park", []OutboxEntry{e}, func(t *tx, e OutboxEntry) error {
		err := t.do("UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE seq = ? AND state = ?", outboxDead, e.Seq, outboxInFlight)
		return errors.Join(err, t.attempted(e, why))
	})
}

// DeliverOutbox notes that the server has proved to hold what the entries say.
// The earlier revisions of their encounters are done with them. One that was
// queued again meanwhile stays due.
func (s *Store) DeliverOutbox(ctx context.Context, entries []OutboxEntry) error {
	now := s.now()
	return s.eachEntry(ctx, "deliver", entries, func(t *tx, e OutboxEntry) error {
		err := t.do(`UPDATE outbox SET done_at = iif(state = ?1, done_at, ?2), state = ?1, check_at = iif(seq = ?3, ?4, NULL)
			WHERE seq = ?3 AND state = ?5 OR encounter = (SELECT encounter FROM outbox WHERE seq = ?3) AND rev < ?6
			AND (state <> ?1 OR check_at IS NOT NULL)`,
			outboxDone, now.UnixMilli(), e.Seq, now.Add(checkSoonest).UnixMilli(), outboxInFlight, e.Revision)
		return errors.Join(err, t.attempted(e, "the server holds it"))
	})
}

func (s *Store) eachEntry(ctx context.Context, what string, entries []OutboxEntry, fn func(*tx, OutboxEntry) error) error {
	if len(entries) == 0 {
		return nil
	}
	err := s.change(ctx, func(t *tx) error {
		for _, e := range entries {
			if err := fn(t, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s outbox entries: %w", what, err)
	}
	return nil
}

// RetryOutbox gives delayed entries, and the parked ones of the named encounters,
// another chance now, and returns how many.
func (s *Store) RetryOutbox(ctx context.Context, parked ...ID) (int, error) {
	var n int64
	err := s.change(ctx, func(t *tx) error {
		again := func(update string, args ...any) error {
			res, err := t.exec(t.ctx, update, args...)
			if err != nil {
				return err
			}
			some, err := res.RowsAffected()
			n += some
			return err
		}
		for _, id := range parked {
			err := again(`UPDATE outbox SET state = 0, next_at = 0
				WHERE state = 3 AND encounter = (SELECT id FROM encounter WHERE uuid = ?)`, id.bytes())
			if err != nil {
				return err
			}
		}
		return again(delayedOutbox)
	})
	if err != nil {
		return 0, fmt.Errorf("retry outbox entries: %w", err)
	}
	return int(n), nil
}

// NextOutbox returns when the next entry is due; false if none is waiting.
func (s *Store) NextOutbox(ctx context.Context) (at time.Time, ok bool, err error) {
	var next sql.NullInt64
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, nextOutbox).Scan(&next)
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next outbox entry: %w", err)
	}
	return time.UnixMilli(next.Int64), next.Valid, nil
}

// A ParkedEntry is one that waits for a person, and why.
type ParkedEntry struct {
	Encounter ID        `json:"encounter"`
	Revision  int       `json:"revision"`
	At        time.Time `json:"at"`
	Why       string    `json:"why"`
}

// ParkedOutbox returns the newest parked entries with the last word on each.
func (s *Store) ParkedOutbox(ctx context.Context, limit int) ([]ParkedEntry, error) {
	var out []ParkedEntry
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, parkedOutbox, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p ParkedEntry
			var id []byte
			var at int64
			if err := rows.Scan(&id, &p.Revision, &at, &p.Why); err != nil {
				return err
			}
			p.Encounter, p.At = ID(uuidOf(id).String()), time.UnixMilli(at).UTC()
			out = append(out, p)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("parked outbox entries: %w", err)
	}
	return out, nil
}
