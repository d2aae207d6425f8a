package records

import (
	"aidpost/records/jsonread"
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Save stores e with everything that belongs to it in one transaction: the
// patient, the instruments, the observations with their captures, an entry for
// the server and one for the audit trail. When it returns nil they survive a
// killed process and a power cut; after any error the file is as before.
//
// The first Save of an encounter takes Revision 0. Saving it again as loaded
// (or as the last Save left it) stores a correction and keeps what was there;
// an encounter that somebody else has corrected meanwhile gives ErrStale.
// Saving the same content twice stores it once, so that a Save whose outcome
// is unknown can simply be repeated.
//
// On success e is what was stored: Revision and the IDs of its devices are
// set, text is cleaned and times are UTC. On error e is unchanged. Content
// that may not be stored gives an *InvalidError, which matches ErrInvalid.
func (s *Store) Save(ctx context.Context, e *Encounter) error {
	return s.saveBy(ctx, e, func(*tx, *Encounter) error { return nil })
}

// saveBy is Save with what else is decided in the same transaction, before the
// encounter is written.
func (s *Store) saveBy(ctx context.Context, e *Encounter, decide func(*tx, *Encounter) error) error {
	if s.write == nil {
		return fmt.Errorf("save: %w", ErrReadOnly)
	}
	ready, err := prepare(e, s.now())
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	tried := false
	err = s.changeJointly(ctx, func(t *tx) (err error) {
		if tried { // and left its traces
			if ready, err = prepare(e, s.now()); err != nil {
				return err
			}
		}
		tried = true
		if err := decide(t, ready); err != nil {
			return err
		}
		return t.saveEncounter(ready)
	})
	if err != nil {
		return fmt.Errorf("save encounter %s: %w", e.ID, err)
	}
	s.tellQueued()
	*e = *ready
	return nil
}

// A storedEncounter is the row of an encounter as it was found.
type storedEncounter struct {
	row     int64
	rev     int64
	patient patientRef
	day     int64
	state   int64
	salt    []byte
	alg     int64
	sealed  []byte
}

func (e storedEncounter) binding(table byte, id uuid.UUID) binding {
	return binding{table: table, id: id, rev: e.rev, patient: e.patient.uuid, day: e.day, salt: e.salt}
}

// captureBinding binds the captures that came new with the revision. They do
// not say whose they are: the encounter does.
func (e storedEncounter) captureBinding(id uuid.UUID) binding {
	return binding{table: captureRow, id: id, rev: e.rev, salt: e.salt}
}

func (t *tx) saveEncounter(e *Encounter) error {
	id := uuid.MustParse(string(e.ID)) // checked by prepare
	patient, changed, err := t.putVisitor(e.Patient)
	if err != nil {
		return err
	}
	for i := range e.Observations {
		if err := t.nameDevice(&e.Observations[i]); err != nil {
			return err
		}
	}
	payload, err := encodePayload(e)
	if err != nil {
		return err
	}
	before, err := t.storedEncounter(id)
	if err != nil {
		return err
	}
	frames, err := t.newCaptures(e, before, id)
	if err != nil {
		return err
	}
	if before != nil {
		same, err := t.unchanged(before, id, patient, payload)
		if err != nil {
			return err
		}
		if same && !changed && len(frames) == 0 && int64(e.Revision) >= before.rev-1 {
			e.Revision = int(before.rev) // saved already
			return nil
		}
	}
	if want := revisionOf(before); int64(e.Revision) != want {
		return fmt.Errorf("%w: revision %d is based on %d", ErrStale, want, e.Revision)
	}
	e.Revision++
	stored, err := t.putEncounter(e, id, patient, before, payload)
	if err != nil {
		return err
	}
	return t.putParts(e, id, stored, frames, true)
}

// newCaptures are the captures of an encounter that are not kept with it yet.
func (t *tx) newCaptures(e *Encounter, before *storedEncounter, id uuid.UUID) (captures, error) {
	frames := capturesOf(e)
	if before == nil {
		return frames, nil
	}
	kept, err := t.captures(before, id)
	if err != nil {
		return nil, err
	}
	return frames.since(kept), nil
}

func revisionOf(before *storedEncounter) int64 {
	if before == nil {
		return 0
	}
	return before.rev
}

// unchanged reports whether the stored revision says the same.
func (t *tx) unchanged(before *storedEncounter, id uuid.UUID, patient patientRef, payload []byte) (bool, error) {
	if before.patient != patient {
		return false, nil
	}
	stored, err := t.payloadOf(before, id)
	return bytes.Equal(stored, payload), err
}

// payloadOf opens what is stored of a visit.
func (t *tx) payloadOf(stored *storedEncounter, id uuid.UUID) ([]byte, error) {
	return t.store.seal.open(stored.alg, stored.sealed, stored.binding(encounterRow, id))
}

// visitOf reads what is stored of a visit; who it is of stands beside it.
func (t *tx) visitOf(stored *storedEncounter, id uuid.UUID) (Encounter, error) {
	payload, err := t.payloadOf(stored, id)
	if err != nil {
		return Encounter{}, err
	}
	e, _, err := decodePayload(&jsonread.Reader{}, payload)
	return e, err
}

func (t *tx) storedEncounter(id uuid.UUID) (*storedEncounter, error) {
	var e storedEncounter
	var patient []byte
	ok, err := t.row(`SELECT e.id, e.rev, coalesce(e.patient, 0), p.uuid, e.day, e.state, e.salt, e.alg, e.sealed
		FROM encounter e LEFT JOIN patient p ON p.id = e.patient WHERE e.uuid = ?`, []any{id[:]},
		&e.row, &e.rev, &e.patient.row, &patient, &e.day, &e.state, &e.salt, &e.alg, &e.sealed)
	if !ok {
		return nil, err
	}
	copy(e.patient.uuid[:], patient)
	return &e, nil
}

// putEncounter writes the revision and moves the one before it aside.
func (t *tx) putEncounter(e *Encounter, id uuid.UUID, patient patientRef, before *storedEncounter, payload []byte) (storedEncounter, error) {
	next := storedEncounter{
		rev: int64(e.Revision), patient: patient, day: dayOf(e.Started), state: stateNumber(e.Status), alg: t.store.seal.alg(),
	}
	if before == nil {
		next.salt = t.store.seal.salt()
	} else {
		next.row, next.salt = before.row, before.salt
	}
	next.sealed = t.store.seal.seal(payload, next.binding(encounterRow, id))
	if before == nil {
		var err error
		next.row, err = t.insert("INSERT INTO encounter (uuid, patient, day, state, rev, salt, alg, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			id[:], patient.null(), next.day, next.state, next.rev, next.salt, next.alg, next.sealed)
		return next, err
	}
	err := t.do("INSERT INTO encounter_rev (encounter, rev, patient, day, state, alg, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
		before.row, before.rev, before.patient.null(), before.day, before.state, before.alg, before.sealed)
	if err != nil {
		return next, err
	}
	return next, t.do("UPDATE encounter SET patient = ?, day = ?, state = ?, rev = ?, alg = ?, sealed = ? WHERE id = ?",
		patient.null(), next.day, next.state, next.rev, next.alg, next.sealed, before.row)
}

// putParts writes what goes with a revision: the places of its observations,
// new captures, and the entries for memory, server and audit. It claims the
// results of an instrument's memory unless a later revision comes with it.
func (t *tx) putParts(e *Encounter, id uuid.UUID, stored storedEncounter, frames captures, claims bool) error {
	if err := t.putObservations(e.Observations, stored.row); err != nil {
		return err
	}
	if claims {
		for i := range e.Observations {
			if err := t.putResult(&e.Observations[i], stored.row); err != nil {
				return err
			}
		}
	}
	if len(frames) > 0 {
		content, err := frames.encode()
		if err != nil {
			return err
		}
		seal := t.store.seal
		err = t.do("INSERT INTO capture (encounter, rev, alg, sealed) VALUES (?, ?, ?, ?)",
			stored.row, stored.rev, seal.alg(), seal.seal(content, stored.captureBinding(id)))
		if err != nil {
			return err
		}
	}
	if err := errors.Join(t.putReferrals(e, stored.row), t.putWaiting(e, stored.row), t.putTicket(e)); err != nil {
		return err
	}
	if err := t.queue(e, id, stored.row, stored.patient); err != nil {
		return err
	}
	return t.audit(auditEntry{Action: auditSaved, Object: e.ID, Revision: int64(e.Revision), Patient: stored.patient.id()})
}

// notedAtOnce bounds the observations that one statement notes: most visits have no
// more, and each number of them is a statement of its own.
const notedAtOnce = 8

// putObservations notes in which encounter observations are.
func (t *tx) putObservations(all []Observation, row int64) error {
	for first := 0; first < len(all); first += notedAtOnce {
		some := all[first:min(first+notedAtOnce, len(all))]
		args := make([]any, 0, 2*len(some))
		for i := range some {
			args = append(args, some[i].ID.bytes(), row)
		}
		res, err := t.exec(t.ctx, "INSERT INTO observation (uuid, encounter) VALUES (?, ?)"+strings.Repeat(", (?, ?)", len(some)-1)+
			" ON CONFLICT DO NOTHING", args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == int64(len(some)) { // all are new
			continue
		}
		if err := t.sameOwner(some, first, row); err != nil {
			return err
		}
	}
	return nil
}

// sameOwner refuses those of an encounter's observations that another one has; the
// first of them has the given place in it.
func (t *tx) sameOwner(all []Observation, first int, row int64) error {
	for i := range all {
		var owner int64
		if _, err := t.row("SELECT encounter FROM observation WHERE uuid = ?", []any{all[i].ID.bytes()}, &owner); err != nil {
			return err
		}
		if owner != row {
			return &InvalidError{Field: fmt.Sprintf("observations[%d].id", first+i), Why: "belongs to another encounter"}
		}
	}
	return nil
}

// putResult notes that the result of an instrument's memory is saved, and
// refuses one that another encounter has.
func (t *tx) putResult(o *Observation, row int64) error {
	text, ok := savedText(*o)
	if !ok {
		return nil
	}
	var owner int64
	known, err := t.row("SELECT encounter FROM result_token WHERE token IN (?, ?)", t.store.seal.tokens(resultToken, text), &owner)
	switch {
	case err != nil:
		return err
	case known && owner != row:
		return &SavedBeforeError{o.ID}
	}
	return t.putResultToken(text, row)
}

// putResultToken makes a result known.
func (t *tx) putResultToken(text string, row int64) error {
	seal := t.store.seal
	return t.do("INSERT INTO result_token (token, encounter, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		seal.token(resultToken, text), row, seal.key())
}

// captures returns the frames kept up to the revision, by observation.
func (t *tx) captures(of *storedEncounter, id uuid.UUID) (captures, error) {
	stmt, err := t.prepared(t.ctx, selectCaptures)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, of.row, of.rev)
	if err != nil {
		return nil, err
	}
	return scanCaptures(rows, t.store.seal, of.captureBinding(id))
}

// dayOf returns the day of t in UTC, counted from 1970-01-01.
func dayOf(t time.Time) int64 {
	s := t.Unix()
	day := s / 86400
	if s%86400 < 0 {
		day--
	}
	return day
}

// stateNumber returns a status as the encounter's state column has it.
func stateNumber(s Status) int64 {
	switch s {
	case InProgress:
		return 1
	case Finished:
		return 2
	}
	return 3
}
