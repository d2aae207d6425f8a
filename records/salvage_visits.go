package records

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"aidpost/records/jsonread"

	"github.com/google/uuid"
)

// people takes those who are new there or were corrected.
func (x *salvage) people() error {
	for id, rows := range x.from.patients {
		if x.gone[id] {
			continue
		}
		slices.SortFunc(rows, func(a, b wreckedRow) int { return cmp.Compare(b.rev, a.rev) })
		found := false
		for _, r := range rows {
			at := binding{table: patientRow, id: id, rev: r.rev, salt: r.salt}
			content, ok := x.open(r.content, at)
			var p Patient
			if !ok || json.Unmarshal(content, &p) != nil {
				continue
			}
			if err := x.putPatient(r, at, content, &p); err != nil {
				return err
			}
			found = true
			x.done.Patients++
			break
		}
		if !found {
			x.lost("person", id)
		}
	}
	return nil
}

// putPatient stores a patient as they were sealed, new or in the place of an
// older revision, which is kept.
func (x *salvage) putPatient(r wreckedRow, at binding, content []byte, p *Patient) error {
	t, seal := x.t, x.t.store.seal
	var row int64
	var salt []byte
	known, err := t.row("SELECT id, salt FROM patient WHERE uuid = ?", []any{at.id[:]}, &row, &salt)
	if err != nil {
		return err
	}
	if !known {
		at.salt = saltOr(r.salt, seal)
		row, err = t.insert("INSERT INTO patient (uuid, rev, salt, alg, sealed) VALUES (?, ?, ?, ?, ?)",
			at.id[:], r.rev, at.salt, seal.alg(), seal.seal(content, at))
		if err != nil {
			return err
		}
		return t.findable(p, row)
	}
	for _, query := range []string{
		"INSERT INTO patient_rev (patient, rev, alg, sealed) SELECT id, rev, alg, sealed FROM patient WHERE id = ?",
		"DELETE FROM patient_token WHERE patient = ?",
	} {
		if err := t.do(query, row); err != nil {
			return err
		}
	}
	at.salt = salt
	err = t.do("UPDATE patient SET rev = ?, alg = ?, sealed = ? WHERE id = ?", r.rev, seal.alg(), seal.seal(content, at), row)
	if err != nil {
		return err
	}
	return t.findable(p, row)
}

// A revived visit is one that was proved, revision by revision, oldest first.
type revived struct {
	id       uuid.UUID
	salt     []byte
	versions []version
	captures map[int64][]byte // content, by revision
}

// A version is one revision of a visit.
type version struct {
	wreckedRow
	whose   uuid.UUID // zero for a guest
	payload []byte
	lines   []payloadLine
	said    Encounter
}

// visits takes those that are new there or were corrected.
func (x *salvage) visits() error {
	for id, rows := range x.from.visits {
		slices.SortFunc(rows, func(a, b wreckedRow) int { return cmp.Compare(b.rev, a.rev) })
		var have int64
		if _, err := x.t.row("SELECT rev FROM encounter WHERE uuid = ?", []any{id[:]}, &have); err != nil {
			return err
		}
		v, erased, err := x.revive(id, rows, have)
		if err != nil {
			return err
		}
		switch {
		case erased:
		case v == nil:
			x.lost("visit", id)
		default:
			if err := x.putVisit(v, have); err != nil {
				return err
			}
			x.done.Visits++
		}
	}
	return nil
}

// revive proves the newest revision of a visit that can be, and those between it
// and the one that is here.
func (x *salvage) revive(id uuid.UUID, rows []wreckedRow, have int64) (v *revived, erased bool, err error) {
	for _, r := range rows {
		last, ok, err := x.prove(r, id, r.salt)
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		if x.gone[last.whose] {
			return nil, true, nil
		}
		v := &revived{id: id, salt: r.salt, versions: []version{last}, captures: map[int64][]byte{}}
		for _, older := range x.from.before[r.number] {
			between := older.rev > have && older.rev < last.rev
			if seen := slices.ContainsFunc(v.versions, func(o version) bool { return o.rev == older.rev }); !between || seen {
				continue
			}
			was, ok, err := x.prove(older, id, r.salt)
			if err != nil {
				return nil, false, err
			}
			if ok && !x.gone[was.whose] {
				v.versions = append(v.versions, was)
			}
		}
		slices.SortFunc(v.versions, func(a, b version) int { return cmp.Compare(a.rev, b.rev) })
		for _, c := range x.from.captures[r.number] {
			at := binding{table: captureRow, id: id, rev: c.rev, salt: r.salt}
			if content, ok := x.open(c.content, at); ok && c.rev > have && c.rev <= last.rev {
				v.captures[c.rev] = content
			}
		}
		whole, err := x.whole(v)
		if whole || err != nil {
			return v, false, err
		}
	}
	return nil, false, nil
}

// whole reports whether every revision of a visit has the bytes that it speaks
// of, and drops earlier ones that do not.
func (x *salvage) whole(v *revived) (bool, error) {
	last := v.versions[len(v.versions)-1]
	var err error
	v.versions = slices.DeleteFunc(v.versions, func(is version) bool {
		frames := captures{}
		if before, problem := x.t.storedEncounter(v.id); problem != nil {
			err = problem
		} else if before != nil {
			if frames, problem = x.t.captures(before, v.id); problem != nil {
				err = problem
			}
		}
		for _, rev := range slices.Sorted(maps.Keys(v.captures)) {
			if rev <= is.rev && decodeCaptures(v.captures[rev], frames) != nil {
				return true
			}
		}
		e := is.said
		frames.restore(&e)
		return complete(&e, is.lines) != nil
	})
	return err == nil && len(v.versions) > 0 && v.versions[len(v.versions)-1].rev == last.rev, err
}

// prove opens a revision under each name that it may have been sealed under. One
// whose patient is not in the records is not proved: nobody could open it here.
func (x *salvage) prove(r wreckedRow, id uuid.UUID, salt []byte) (version, bool, error) {
	whose := []uuid.UUID{{}}
	if r.patient != 0 {
		whose = slices.Clone(x.from.numbered[r.patient])
		var here []byte
		if ok, err := x.t.row("SELECT uuid FROM patient WHERE id = ?", []any{r.patient}, &here); err != nil {
			return version{}, false, err
		} else if ok {
			whose = append(whose, uuidOf(here))
		}
	}
	for _, patient := range whose {
		at := binding{table: encounterRow, id: id, rev: r.rev, patient: patient, day: r.day, salt: salt}
		payload, ok := x.open(r.content, at)
		if !ok {
			continue
		}
		said, lines, err := decodePayload(&jsonread.Reader{}, payload)
		if err != nil || stateNumber(said.Status) != r.state {
			continue
		}
		if ref, err := x.t.patientRef(patient); err != nil || ref.row == 0 && patient != uuid.Nil && !x.gone[patient] {
			return version{}, false, err
		}
		return version{wreckedRow: r, whose: patient, payload: payload, said: said, lines: lines}, true, nil
	}
	return version{}, false, nil
}

// putVisit stores the revisions of a visit that are newer than the one here.
func (x *salvage) putVisit(v *revived, have int64) error {
	row, err := x.putNewest(v, have)
	if err != nil {
		return err
	}
	t, seal := x.t, x.t.store.seal
	for _, is := range v.versions[:len(v.versions)-1] {
		ref, err := t.patientRef(is.whose)
		if err != nil {
			return err
		}
		err = t.do("INSERT INTO encounter_rev (encounter, rev, patient, day, state, alg, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
			row, is.rev, ref.null(), is.day, is.state, seal.alg(), seal.seal(is.payload, v.binding(is)))
		if err != nil {
			return err
		}
	}
	for rev, content := range v.captures {
		at := binding{table: captureRow, id: v.id, rev: rev, salt: v.salt}
		err := t.do("INSERT INTO capture (encounter, rev, alg, sealed) VALUES (?, ?, ?, ?)", row, rev, seal.alg(), seal.seal(content, at))
		if err != nil {
			return err
		}
	}
	for _, is := range v.versions {
		if err := x.derive(v, is, row); err != nil {
			return err
		}
	}
	return nil
}

func (v *revived) binding(is version) binding {
	return binding{table: encounterRow, id: v.id, rev: is.rev, patient: is.whose, day: is.day, salt: v.salt}
}

// putNewest stores the revision that holds. Of a visit that is here already the
// key stays, and what was here goes among the earlier revisions.
func (x *salvage) putNewest(v *revived, have int64) (row int64, err error) {
	t, seal := x.t, x.t.store.seal
	is := v.versions[len(v.versions)-1]
	ref, err := t.patientRef(is.whose)
	if err != nil {
		return 0, err
	}
	if have == 0 {
		v.salt = saltOr(v.salt, seal)
		return t.insert("INSERT INTO encounter (uuid, patient, day, state, rev, salt, alg, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			v.id[:], ref.null(), is.day, is.state, is.rev, v.salt, seal.alg(), seal.seal(is.payload, v.binding(is)))
	}
	if _, err := t.row("SELECT id, salt FROM encounter WHERE uuid = ?", []any{v.id[:]}, &row, &v.salt); err != nil {
		return 0, err
	}
	err = t.do(`INSERT INTO encounter_rev (encounter, rev, patient, day, state, alg, sealed)
		SELECT id, rev, patient, day, state, alg, sealed FROM encounter WHERE id = ?`, row)
	if err != nil {
		return 0, err
	}
	return row, t.do("UPDATE encounter SET patient = ?, day = ?, state = ?, rev = ?, alg = ?, sealed = ? WHERE id = ?",
		ref.null(), is.day, is.state, is.rev, seal.alg(), seal.seal(is.payload, v.binding(is)), row)
}

// derive stores what is made from a revision: the places of its observations,
// the results known from memories, and the entry for a server.
func (x *salvage) derive(v *revived, is version, row int64) error {
	ref, err := x.t.patientRef(is.whose)
	if err != nil {
		return err
	}
	e := is.said
	e.ID, e.Revision = ID(v.id.String()), int(is.rev)
	for _, o := range e.Observations {
		id, err := uuid.Parse(string(o.ID))
		if err != nil {
			continue // in no table, as before
		}
		if err := x.t.do("INSERT INTO observation (uuid, encounter) VALUES (?, ?) ON CONFLICT DO NOTHING", id[:], row); err != nil {
			return err
		}
		if text, ok := savedText(o); ok {
			if err := x.t.putResultToken(text, row); err != nil {
				return err
			}
		}
		if err := x.t.nameDevice(&o); err != nil { // o is a copy
			return err
		}
	}
	if err := errors.Join(x.t.putReferrals(&e, row), x.t.putWaiting(&e, row), x.t.putTicket(&e)); err != nil {
		return err
	}
	return x.t.queue(&e, v.id, row, ref)
}

// patientRef returns the row of a patient who is in the records, or that of a
// guest.
func (t *tx) patientRef(id uuid.UUID) (patientRef, error) {
	ref := patientRef{uuid: id}
	if id == uuid.Nil {
		return ref, nil
	}
	_, err := t.row("SELECT id FROM patient WHERE uuid = ?", []any{id[:]}, &ref.row)
	return ref, err
}

// saltOr returns salt, or a new one for a row from before there were any.
func saltOr(salt []byte, seal sealer) []byte {
	if len(salt) == 0 {
		return seal.salt()
	}
	return salt
}
