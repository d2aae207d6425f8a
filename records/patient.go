package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"aidpost/records/jsonread"

	"github.com/google/uuid"
)

// A patientRef is a patient as other rows refer to them; a guest has row 0.
type patientRef struct {
	row  int64
	uuid uuid.UUID
}

// id returns the patient's ID, empty for a guest.
func (p patientRef) id() ID {
	if p.row == 0 {
		return ""
	}
	return ID(p.uuid.String())
}

// null returns the row for a column where a guest is NULL.
func (p patientRef) null() any {
	if p.row == 0 {
		return nil
	}
	return p.row
}

// putPatient stores a patient who is new or corrected and reports whether
// anything changed. It completes p with what the store already knows.
func (t *tx) putPatient(p *Patient) (ref patientRef, changed bool, err error) {
	if p == nil {
		return patientRef{}, false, nil
	}
	ref.uuid = uuid.MustParse(string(p.ID)) // checked by prepare
	var rev, alg int64
	var salt, sealed []byte
	known, err := t.row("SELECT id, rev, salt, alg, sealed FROM patient WHERE uuid = ?", []any{ref.uuid[:]},
		&ref.row, &rev, &salt, &alg, &sealed)
	if err != nil {
		return ref, false, err
	}
	seal := t.store.seal
	if !known {
		if p.Created.IsZero() {
			p.Created = t.store.now().UTC().Round(0)
		}
		return t.addPatient(p, ref)
	}
	stored, err := seal.open(alg, sealed, binding{table: patientRow, id: ref.uuid, rev: rev, salt: salt})
	if err != nil {
		return ref, false, err
	}
	old, err := decodePatient(&jsonread.Reader{}, stored)
	if err != nil {
		return ref, false, err
	}
	p.Created = old.Created
	content, err := json.Marshal(p)
	if err != nil || bytes.Equal(content, stored) {
		return ref, false, err
	}
	err = t.do("INSERT INTO patient_rev (patient, rev, alg, sealed) VALUES (?, ?, ?, ?)", ref.row, rev, alg, sealed)
	if err != nil {
		return ref, false, err
	}
	rev++
	err = t.do("UPDATE patient SET rev = ?, alg = ?, sealed = ? WHERE id = ?",
		rev, seal.alg(), seal.seal(content, binding{table: patientRow, id: ref.uuid, rev: rev, salt: salt}), ref.row)
	if err != nil {
		return ref, false, err
	}
	if err := t.do("DELETE FROM patient_token WHERE patient = ?", ref.row); err != nil {
		return ref, false, err
	}
	return ref, true, errors.Join(t.findable(p, ref.row), t.audit(auditEntry{Action: auditPatientChanged, Object: p.ID, Revision: rev}))
}

// putVisitor is putPatient for somebody who was read from the records some time
// ago, when the visit began. What a server has told of them since then stays:
// whoever says just what was known before says nothing against it.
func (t *tx) putVisitor(p *Patient) (ref patientRef, changed bool, err error) {
	if p == nil {
		return patientRef{}, false, nil
	}
	now, outdated, err := t.toldSince(p)
	if err != nil {
		return patientRef{}, false, err
	}
	if outdated {
		*p = *now
	}
	return t.putPatient(p)
}

// toldSince reports whether p is, word for word, a revision from before a server
// last told of that person, and returns who they are now.
func (t *tx) toldSince(p *Patient) (now *Patient, outdated bool, err error) {
	id := uuid.MustParse(string(p.ID)) // checked by prepare
	var row, rev, told, alg int64
	var salt, sealed []byte
	found, err := t.row(`SELECT p.id, p.rev, p.salt, p.alg, p.sealed, max(r.rev) FROM received r JOIN patient p ON p.uuid = r.patient
		WHERE r.patient = ? GROUP BY p.id`, []any{id[:]}, &row, &rev, &salt, &alg, &sealed, &told)
	if err != nil || !found || told < 2 {
		return nil, false, err
	}
	open := func(rev, alg int64, sealed []byte) (*Patient, error) {
		content, err := t.store.seal.open(alg, sealed, binding{table: patientRow, id: id, rev: rev, salt: salt})
		if err != nil {
			return nil, err
		}
		var out Patient
		if err := json.Unmarshal(content, &out); err != nil {
			return nil, fmt.Errorf("%w: patient: %w", ErrCorrupt, err)
		}
		return &out, nil
	}
	if now, err = open(rev, alg, sealed); err != nil || samePatient(p, now) {
		return nil, false, err
	}
	stmt, err := t.prepared(t.ctx, "SELECT rev, alg, sealed FROM patient_rev WHERE patient = ? AND rev < ? ORDER BY rev DESC")
	if err != nil {
		return nil, false, err
	}
	rows, err := stmt.QueryContext(t.ctx, row, told)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() && !outdated {
		if err := rows.Scan(&rev, &alg, &sealed); err != nil {
			return nil, false, err
		}
		old, err := open(rev, alg, sealed)
		if err != nil {
			return nil, false, err
		}
		outdated = samePatient(p, old)
	}
	return now, outdated, rows.Err()
}

// samePatient reports whether both say the same of a person.
func samePatient(a, b *Patient) bool {
	as := *a
	as.Created = b.Created
	one, errOne := json.Marshal(as)
	other, errOther := json.Marshal(b)
	return errOne == nil && errOther == nil && bytes.Equal(one, other)
}

func (t *tx) addPatient(p *Patient, ref patientRef) (patientRef, bool, error) {
	content, err := json.Marshal(p)
	if err != nil {
		return ref, false, err
	}
	seal := t.store.seal
	salt := seal.salt()
	ref.row, err = t.insert("INSERT INTO patient (uuid, rev, salt, alg, sealed) VALUES (?, 1, ?, ?, ?)",
		ref.uuid[:], salt, seal.alg(), seal.seal(content, binding{table: patientRow, id: ref.uuid, rev: 1, salt: salt}))
	if err != nil {
		return ref, false, err
	}
	if err := t.findable(p, ref.row); err != nil {
		return ref, false, err
	}
	return ref, true, t.audit(auditEntry{Action: auditPatientCreated, Object: p.ID, Revision: 1})
}

// findable makes a patient who is new or corrected findable.
func (t *tx) findable(p *Patient, row int64) error {
	t.people = append(t.people, personOf(row, p))
	return t.putTokens(p, row)
}

// putTokens makes a patient findable by name and birth date and by identifier.
func (t *tx) putTokens(p *Patient, row int64) error {
	put := func(kind tokenKind, text string) error {
		return t.do("INSERT INTO patient_token (kind, token, patient) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			int64(kind), t.store.seal.token(kind, text), row)
	}
	if text, ok := personText(p.Given, p.Family, p.BirthDate); ok {
		if err := put(personToken, text); err != nil {
			return err
		}
	}
	for _, id := range p.Identifiers {
		if err := put(identifierToken, identifierText(id)); err != nil {
			return err
		}
	}
	return nil
}
