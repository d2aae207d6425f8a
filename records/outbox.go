package records

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// The states of an outbox entry. The numbers are on disk.
const (
	outboxPending  = 0
	outboxInFlight = 1
	outboxDone     = 2
	outboxDead     = 3
	outboxHeld     = 4 // the person does not agree to share
	outboxUnasked  = 5 // held as well: nobody asked the person
	outboxCarried  = 6 // another Aidpost holds it, and sends it
)

// OutboxStats counts what must still reach the server.
type OutboxStats struct {
	Pending  int       `json:"pending"`
	InFlight int       `json:"inFlight"`
	Done     int       `json:"done"`
	Dead     int       `json:"dead"`            // refused by the server; needs a person
	Held     int       `json:"held"`            // not agreed to be shared; stays here
	Unasked  int       `json:"unasked"`         // of those held, nobody was asked about sharing
	Carried  int       `json:"carried"`         // on a stick to an office, which holds it and sends it
	Oldest   time.Time `json:"oldest,omitzero"` // of those pending or in flight
}

// lastWord returns what the person said last about a purpose, if anything.
func lastWord(e *Encounter, purpose string) (given, asked bool) {
	for _, c := range slices.Backward(e.Consents) {
		if c.Purpose == purpose {
			return c.Given, true
		}
	}
	return false, false
}

// Shares reports whether the person has agreed that servers are told of the visit.
func (e *Encounter) Shares() bool { return sharing(e) == outboxPending }

// sharing returns the state in which what the person agreed to lets a revision
// wait.
func sharing(e *Encounter) int {
	share, asked := lastWord(e, ConsentShare)
	keep, askedToKeep := lastWord(e, ConsentKeep)
	switch {
	case e.Orphan != nil: // nobody could be asked
		return outboxHeld
	case share:
		return outboxPending
	case asked, askedToKeep && !keep:
		return outboxHeld
	}
	return outboxUnasked
}

// queue adds the entry for e's revision. If it is held, earlier revisions that
// have not left are held back too.
func (t *tx) queue(e *Encounter, id uuid.UUID, row int64, patient patientRef) error {
	if err := t.withhold(e, row, patient); err != nil {
		return err
	}
	state := sharing(e)
	if state != outboxPending {
		if err := t.do("UPDATE outbox SET state = ? WHERE encounter = ? AND state = ?", state, row, outboxPending); err != nil {
			return err
		}
	}
	stream := patient.row
	if stream == 0 {
		stream = -row // guests have no order among them
	}
	return t.do("INSERT INTO outbox (idem, stream, encounter, rev, state, created) VALUES (?, ?, ?, ?, ?, ?)",
		idempotencyKey(id, int64(e.Revision)), stream, row, e.Revision, state, t.store.now().UnixMilli())
}

// queueAgain has the visits of patients sent once more, though nothing in them
// has changed: of all that a query of this package finds. What is on its way
// while this happens is sent again after that.
func (t *tx) queueAgain(patients string, args ...any) error {
	return t.do(`UPDATE outbox SET state = 0, next_at = 0, check_at = NULL WHERE state IN (1, 2, 6)
		AND encounter IN (SELECT id FROM encounter WHERE patient IN (`+patients+`))
		AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.encounter = outbox.encounter AND l.rev > outbox.rev)`, args...)
}

// idempotencyKey names one revision of one encounter to a server, so that
// sending it twice has the effect of once.
func idempotencyKey(id uuid.UUID, rev int64) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(slices.Clone(id[:]), uint64(rev)))
	return sum[:16]
}

// What is asked for over and over, and must not read every entry: there may be a
// hundred thousand. SQLite takes an index only where its own condition is said, too.
const (
	countOutbox = `SELECT state, count(*), (SELECT created FROM outbox first INDEXED BY outbox_state
			WHERE first.state = outbox.state AND first.state >= 0 ORDER BY seq LIMIT 1)
		FROM outbox INDEXED BY outbox_state WHERE state >= 0 GROUP BY state`
	nextOutbox = `SELECT iif(EXISTS (SELECT 1 FROM outbox INDEXED BY outbox_state WHERE state = 0 AND state >= 0 AND next_at = 0), 0,
		(SELECT min(next_at) FROM outbox INDEXED BY outbox_delayed WHERE state = 0 AND next_at > 0))`
	delayedOutbox = "UPDATE outbox INDEXED BY outbox_delayed SET state = 0, next_at = 0 WHERE state = 0 AND next_at > 0"
	reclaimOutbox = unclaim + "WHERE state = 1 AND state >= 0"
	parkedOutbox  = `SELECT e.uuid, o.rev, a.at, a.why
		FROM outbox o INDEXED BY outbox_state JOIN encounter e ON e.id = o.encounter JOIN attempt a ON a.seq = o.seq
		WHERE o.state = 3 AND o.state >= 0 AND a.id = (SELECT max(id) FROM attempt WHERE seq = o.seq)
		ORDER BY o.seq DESC LIMIT ?`
	carriedOutbox = "o.state = 6 AND o.state >= 0 ORDER BY o.seq DESC LIMIT ?"
	dueOutbox     = "o.check_at <= ? ORDER BY o.check_at LIMIT ?"

	entryOutbox = "SELECT o.seq, e.uuid, o.rev, o.created, o.attempts FROM outbox o JOIN encounter e ON e.id = o.encounter WHERE "
)

// OutboxStats returns how many entries are in which state.
func (s *Store) OutboxStats(ctx context.Context) (OutboxStats, error) {
	var stats OutboxStats
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, countOutbox)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var state, n int
			var oldest int64
			if err := rows.Scan(&state, &n, &oldest); err != nil {
				return err
			}
			stats.add(state, n, time.UnixMilli(oldest).UTC())
		}
		return rows.Err()
	})
	if err != nil {
		return OutboxStats{}, fmt.Errorf("outbox: %w", err)
	}
	return stats, nil
}

func (o *OutboxStats) add(state, n int, oldest time.Time) {
	switch state {
	case outboxPending:
		o.Pending = n
	case outboxInFlight:
		o.InFlight = n
	case outboxDone:
		o.Done = n
	case outboxDead:
		o.Dead = n
	case outboxHeld:
		o.Held += n
	case outboxUnasked:
		o.Held += n
		o.Unasked = n
	case outboxCarried:
		o.Carried = n
	}
	waiting := state == outboxPending || state == outboxInFlight
	if waiting && (o.Oldest.IsZero() || oldest.Before(o.Oldest)) {
		o.Oldest = oldest
	}
}

// Queued gives a value after something was saved that may have to be sent.
func (s *Store) Queued() <-chan struct{} { return s.queued }

func (s *Store) tellQueued() {
	s.changes.Add(1)
	tell(s.queued)
}
