package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aidpost/records/jsonread"
)

// A reader is one look at the file: whatever is saved meanwhile, it sees one
// state.
type reader struct {
	*sql.Tx
	ctx      context.Context
	seal     sealer
	json     jsonread.Reader
	captures *sql.Stmt // selectCaptures, once it was needed
	who      whom
}

// read runs fn on one state of the file. Nothing waits for a person in it: a
// long look keeps the log from being tidied away.
func (s *Store) read(ctx context.Context, fn func(*reader) error) error {
	select {
	case <-s.closed:
		return ErrClosed
	default:
	}
	t, err := s.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return classify(err)
	}
	defer func() { _ = t.Rollback() }() // nothing was changed
	return classify(schemaDamage(fn(&reader{Tx: t, ctx: ctx, seal: s.seal})))
}

// A sealedPatient is the row of a patient. A guest's has no uuid.
type sealedPatient struct {
	uuid     []byte
	rev, alg sql.NullInt64
	salt     []byte
	sealed   []byte
}

func (p *sealedPatient) open(seal sealer, j *jsonread.Reader) (*Patient, error) {
	content, err := seal.open(p.alg.Int64, p.sealed, binding{table: patientRow, id: uuidOf(p.uuid), rev: p.rev.Int64, salt: p.salt})
	if err != nil {
		return nil, err
	}
	return decodePatient(j, content)
}

// uuidOf returns a uuid column; one of another length is no row's.
func uuidOf(column []byte) uuid.UUID {
	id, err := uuid.FromBytes(column)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// A sealedEncounter is the row of an encounter with its patient's.
type sealedEncounter struct {
	row           int64
	uuid          []byte
	day, rev      int64
	salt          []byte
	alg           int64
	sealed        []byte
	patientRow    int64
	sealedPatient sealedPatient
}

// The columns of a sealedEncounter: of the revision that holds, and of one
// before it.
const (
	encounterColumns = `SELECT e.id, e.uuid, e.day, e.rev, e.salt, e.alg, e.sealed,
		coalesce(e.patient, 0), p.uuid, p.rev, p.salt, p.alg, p.sealed
		FROM encounter e LEFT JOIN patient p ON p.id = e.patient `
	revisionColumns = `SELECT e.id, e.uuid, r.day, r.rev, e.salt, r.alg, r.sealed,
		coalesce(r.patient, 0), p.uuid, p.rev, p.salt, p.alg, p.sealed
		FROM encounter e JOIN encounter_rev r ON r.encounter = e.id LEFT JOIN patient p ON p.id = r.patient `
)

func (e *sealedEncounter) scan(row interface{ Scan(...any) error }) error {
	p := &e.sealedPatient
	return row.Scan(&e.row, &e.uuid, &e.day, &e.rev, &e.salt, &e.alg, &e.sealed,
		&e.patientRow, &p.uuid, &p.rev, &p.salt, &p.alg, &p.sealed)
}

// payload returns the clinical content.
func (e *sealedEncounter) payload(seal sealer) ([]byte, error) {
	return seal.open(e.alg, e.sealed, binding{
		table: encounterRow, id: uuidOf(e.uuid), rev: e.rev, patient: uuidOf(e.sealedPatient.uuid), day: e.day, salt: e.salt,
	})
}

// whom is the patient that was opened last: visit after visit is of the same one.
type whom struct {
	row int64
	*Patient
}

// patientOf returns who it was, or nil for a guest.
func (r *reader) patientOf(e *sealedEncounter) (*Patient, error) {
	if e.patientRow == 0 {
		return nil, nil
	}
	if r.who.row != e.patientRow {
		p, err := e.sealedPatient.open(r.seal, &r.json)
		if err != nil {
			return nil, err
		}
		r.who = whom{e.patientRow, p}
	}
	return r.who.clone(), nil
}

// clone returns a copy that its owner may change.
func (p *Patient) clone() *Patient {
	out := *p
	out.Identifiers, out.Marks = slices.Clone(p.Identifiers), slices.Clone(p.Marks)
	return &out
}

func (e *sealedEncounter) id() ID { return ID(uuidOf(e.uuid).String()) }

// Encounter returns the encounter as it stands, with its captures, or
// ErrNotFound.
func (s *Store) Encounter(ctx context.Context, id ID) (*Encounter, error) {
	return s.encounter(ctx, id, encounterColumns+"WHERE e.uuid = ?")
}

// EncounterRevision returns the encounter as it was saved the given time, or
// ErrNotFound. Its patient is as known today.
func (s *Store) EncounterRevision(ctx context.Context, id ID, revision int) (*Encounter, error) {
	now, err := s.Encounter(ctx, id)
	if err != nil || now.Revision == revision {
		return now, err
	}
	return s.encounter(ctx, id, revisionColumns+"WHERE e.uuid = ? AND r.rev = ?", revision)
}

func (s *Store) encounter(ctx context.Context, id ID, query string, args ...any) (*Encounter, error) {
	key, err := uuid.Parse(string(id))
	if err != nil {
		return nil, fmt.Errorf("encounter %.40q: %w", id, ErrNotFound)
	}
	var out *Encounter
	err = s.read(ctx, func(r *reader) error {
		out, err = r.encounter(query, append([]any{key[:]}, args...)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("encounter %s: %w", key, err)
	}
	return out, nil
}

// encounter loads the one encounter that query finds.
func (r *reader) encounter(query string, args ...any) (*Encounter, error) {
	var row sealedEncounter
	err := row.scan(r.QueryRowContext(r.ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return r.open(&row)
}

// ids are those that a query selects.
func (r *reader) ids(query string, args ...any) (all []ID, err error) {
	rows, err := r.QueryContext(r.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id []byte
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all = append(all, ID(uuidOf(id).String()))
	}
	return all, rows.Err()
}

// open reads what is in a row, and the captures beside it.
func (r *reader) open(row *sealedEncounter) (*Encounter, error) {
	payload, err := row.payload(r.seal)
	if err != nil {
		return nil, err
	}
	e, lines, err := decodePayload(&r.json, payload)
	if err != nil {
		return nil, err
	}
	e.ID, e.Revision = row.id(), int(row.rev)
	if e.Patient, err = r.patientOf(row); err != nil {
		return nil, err
	}
	if r.captures == nil {
		if r.captures, err = r.PrepareContext(r.ctx, selectCaptures); err != nil {
			return nil, err
		}
	}
	rows, err := r.captures.QueryContext(r.ctx, row.row, row.rev)
	if err != nil {
		return nil, err
	}
	frames, err := scanCaptures(rows, r.seal, binding{table: captureRow, id: uuidOf(row.uuid), salt: row.salt})
	if err != nil {
		return nil, err
	}
	frames.restore(&e)
	return &e, complete(&e, lines)
}

// Observation returns the observation with its capture, and the encounter it
// is in, or ErrNotFound.
func (s *Store) Observation(ctx context.Context, id ID) (*Observation, *Encounter, error) {
	e, err := s.encounter(ctx, id, encounterColumns+"WHERE e.id = (SELECT encounter FROM observation WHERE uuid = ?)")
	if err != nil {
		return nil, nil, fmt.Errorf("observation: %w", err)
	}
	for i := range e.Observations {
		if e.Observations[i].ID == id {
			return &e.Observations[i], e, nil
		}
	}
	return nil, nil, fmt.Errorf("observation %s: %w", id, ErrNotFound) // a correction has dropped it
}

const selectCaptures = "SELECT rev, alg, sealed FROM capture WHERE encounter = ? AND rev <= ? ORDER BY rev"

// scanCaptures reads the frames of one encounter, bound as said but for the
// revision, and closes rows.
func scanCaptures(rows *sql.Rows, seal sealer, at binding) (captures, error) {
	defer rows.Close()
	all := captures{}
	for rows.Next() {
		var alg int64
		var sealed []byte
		if err := rows.Scan(&at.rev, &alg, &sealed); err != nil {
			return nil, err
		}
		content, err := seal.open(alg, sealed, at)
		if err != nil {
			return nil, err
		}
		if err := decodeCaptures(content, all); err != nil {
			return nil, err
		}
	}
	return all, rows.Err()
}

// scanDevices reads what selectDevices selects and closes rows.
func scanDevices(rows *sql.Rows) ([]deviceRow, error) {
	defer rows.Close()
	var out []deviceRow
	for rows.Next() {
		var d deviceRow
		var id []byte
		if err := rows.Scan(&d.row, &id, &d.Maker, &d.Model, &d.Serial, &d.Firmware, &d.Adapter); err != nil {
			return nil, err
		}
		d.ID = ID(uuidOf(id).String())
		out = append(out, d)
	}
	return out, rows.Err()
}
