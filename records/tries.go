package records

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// mostTries bounds how many lines are kept of what was tried with one revision.
// The first stays, and the newest.
const mostTries = 40

// A Try is a line of the log of what was tried to bring a visit to a server. It
// holds nothing about a person.
type Try struct {
	Revision int       `json:"revision"`
	At       time.Time `json:"at"`
	// Until is when the same came of it last, of many times in a row.
	Until time.Time `json:"until"`
	Why   string    `json:"why"`
}

// attempted adds a line to the log of an entry. The first and the last of those
// that say the same are kept.
func (t *tx) attempted(e OutboxEntry, why string) error {
	now := t.store.now().UnixMilli()
	var last, same int64
	if _, err := t.row(`SELECT coalesce(max(id), 0), count(*) FROM (SELECT id, why FROM attempt WHERE seq = ? ORDER BY id DESC LIMIT 2) WHERE why = ?`,
		[]any{e.Seq, why}, &last, &same); err != nil {
		return err
	}
	if same == 2 {
		return t.do("UPDATE attempt SET at = ? WHERE id = ?", now, last)
	}
	return errors.Join(
		// It may have been erased while it was on its way.
		t.do("INSERT INTO attempt (seq, at, why) SELECT seq, ?, ? FROM outbox WHERE seq = ?", now, why, e.Seq),
		t.do(`DELETE FROM attempt WHERE seq = ?1 AND id = (SELECT id FROM attempt WHERE seq = ?1 ORDER BY id LIMIT 1 OFFSET 1)
			AND (SELECT count(*) FROM attempt WHERE seq = ?1) > ?2`, e.Seq, mostTries))
}

// TriedOutbox notes that entries were to be sent and could not, for no reason of
// theirs.
func (s *Store) TriedOutbox(ctx context.Context, entries []OutboxEntry, why string) error {
	return s.eachEntry(ctx, "note a try of", entries, func(t *tx, e OutboxEntry) error { return t.attempted(e, why) })
}

// Tries returns the log of what was tried with a visit, the oldest first.
func (s *Store) Tries(ctx context.Context, encounter ID) ([]Try, error) {
	var out []Try
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, `SELECT o.rev, a.at, a.why FROM attempt a JOIN outbox o ON o.seq = a.seq
			JOIN encounter e ON e.id = o.encounter WHERE e.uuid = ? ORDER BY a.id`, encounter.bytes())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var next Try
			var at int64
			if err := rows.Scan(&next.Revision, &at, &next.Why); err != nil {
				return err
			}
			next.At = instant(at)
			if next.Until = next.At; len(out) > 0 {
				if last := &out[len(out)-1]; last.Why == next.Why && last.Revision == next.Revision {
					last.Until = next.At
					continue
				}
			}
			out = append(out, next)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("what was tried with visit %.40q: %w", encounter, err)
	}
	return out, nil
}

// A Stage is how far a visit has come on its way to a server.
type Stage string

// The stages.
const (
	StageWaiting Stage = "waiting"
	StageSending Stage = "sending" // right now
	StageSent    Stage = "sent"    // the server has proved to hold it
	StageRefused Stage = "refused" // it waits for a person
	StageHeld    Stage = "held"    // not agreed to be shared
	StageUnasked Stage = "unasked" // held as well: nobody was asked
	StageCarried Stage = "carried" // an office holds it, and sends it
)

// stages are the stages by the state of an entry.
var stages = map[int]Stage{
	outboxPending: StageWaiting, outboxInFlight: StageSending, outboxDone: StageSent, outboxDead: StageRefused,
	outboxHeld: StageHeld, outboxUnasked: StageUnasked, outboxCarried: StageCarried,
}

// A QueuedVisit is the newest revision of a visit that is or was on its way.
type QueuedVisit struct {
	OutboxEntry
	Stage Stage
}

// NewestQueued returns the visits that were queued last, the newest first.
func (s *Store) NewestQueued(ctx context.Context, limit int) ([]QueuedVisit, error) {
	return s.queuedVisits(ctx, `NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = o.encounter AND l.rev > o.rev)
		ORDER BY o.seq DESC LIMIT ?`, limit)
}

// QueuedVisit returns how far a visit has come, or ErrNotFound.
func (s *Store) QueuedVisit(ctx context.Context, encounter ID) (QueuedVisit, error) {
	found, err := s.queuedVisits(ctx, "e.uuid = ? ORDER BY o.rev DESC LIMIT 1", encounter.bytes())
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("outbox entry of encounter %.40q: %w", encounter, ErrNotFound)
	}
	if err != nil {
		return QueuedVisit{}, err
	}
	return found[0], nil
}

func (s *Store) queuedVisits(ctx context.Context, which string, args ...any) ([]QueuedVisit, error) {
	var out []QueuedVisit
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, `SELECT o.seq, e.uuid, o.rev, o.created, o.attempts, o.state
			FROM outbox o JOIN encounter e ON e.id = o.encounter WHERE `+which, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v QueuedVisit
			var id []byte
			var created int64
			var state int
			if err := rows.Scan(&v.Seq, &id, &v.Revision, &created, &v.Attempts, &state); err != nil {
				return err
			}
			v.Encounter, v.Created, v.Stage = ID(uuidOf(id).String()), instant(created), stages[state]
			out = append(out, v)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("queued visits: %w", err)
	}
	return out, nil
}
