package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// An Erased says what was erased for good.
type Erased struct {
	Patients, Encounters int
	// Sent counts visits that a server has a copy of: it must be asked, too.
	Sent int
}

func (e *Erased) add(other Erased) {
	e.Patients += other.Patients
	e.Encounters += other.Encounters
	e.Sent += other.Sent
}

// unsent are the states of an outbox entry that still has to leave.
const unsent = "(0, 1, 3)" // pending, in flight, refused

// onePerson finds the rows of all records that are one person's: those merged
// with the one whose row is asked for.
const onePerson = `WITH RECURSIVE one (id) AS (SELECT ?1 UNION
	SELECT iif(m.patient = one.id, m.survivor, m.patient) FROM patient_merge m JOIN one
	ON one.id IN (m.patient, m.survivor) WHERE m.undone = 0) SELECT id FROM one`

// Erase removes a person, under every record that was merged with the one of
// the id, with every visit, revision, capture and
// index entry, and leaves no page and no log with any of it: what is gone cannot be brought
// back but from a backup. The audit trail keeps that it was done, to which id.
// ErrNotFound: nobody has that id.
func (s *Store) Erase(ctx context.Context, patient ID, reason string) (Erased, error) {
	var done Erased
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return done, fmt.Errorf("erase %.40q: %w", patient, ErrNotFound)
	}
	var ids []uuid.UUID
	err = s.change(ctx, func(t *tx) error {
		var row int64
		known, err := t.row("SELECT id FROM patient WHERE uuid = ?", []any{id[:]}, &row)
		if err != nil {
			return err
		}
		if !known {
			return ErrNotFound
		}
		if done, ids, err = t.erasePerson(row); err != nil {
			return err
		}
		for _, one := range ids {
			is := ID(one.String())
			if err := t.audit(auditEntry{Action: staff.ErasePatient, Object: is, Patient: is, Reason: reason}); err != nil {
				return err
			}
		}
		return s.register(registerErasing, ids)
	})
	if len(ids) > 0 {
		err = errors.Join(err, s.registerOutcome(err, ids))
	}
	if err == nil {
		s.directory.forget()
		err = s.emptyLog(ctx)
	}
	if err != nil {
		return done, fmt.Errorf("erase patient %s: %w", id, err)
	}
	return done, nil
}

// registerOutcome puts into the register what became of an erasure.
func (s *Store) registerOutcome(failed error, ids []uuid.UUID) error {
	if failed != nil {
		return s.register(registerKept, ids)
	}
	return s.register(registerErased, ids)
}

// erasePerson removes all records that are one person's, and returns their ids.
func (t *tx) erasePerson(row int64) (done Erased, ids []uuid.UUID, err error) {
	rows, err := t.numbers(onePerson, row)
	if err != nil {
		return done, nil, err
	}
	for _, row := range rows {
		var id []byte
		if _, err := t.row("SELECT uuid FROM patient WHERE id = ?", []any{row}, &id); err != nil {
			return done, nil, err
		}
		ids = append(ids, uuidOf(id))
		part, err := t.erasePatient(row)
		if err != nil {
			return done, nil, err
		}
		done.add(part)
	}
	return done, ids, nil
}

// erasePatient removes one patient's rows.
func (t *tx) erasePatient(row int64) (Erased, error) {
	const visits = "SELECT id FROM encounter WHERE patient = ?"
	err := errors.Join(
		t.eraseClaimed(row),
		t.askToErase(fmt.Sprintf(visitReceipts, visits), row),
		t.askToErase(fmt.Sprintf(patientReceipts, "?"), row))
	if err != nil {
		return Erased{}, err
	}
	done, err := t.eraseVisits(visits, row)
	if err != nil {
		return done, err
	}
	done.Patients = 1
	for _, query := range []string{
		"DELETE FROM receipt WHERE " + fmt.Sprintf(patientReceipts, "?"),
		// Of visits that were first held for theirs.
		"DELETE FROM encounter_rev WHERE patient = ?",
		"DELETE FROM patient_merge WHERE ? IN (patient, survivor)",
		"DELETE FROM patient_token WHERE patient = ?",
		"DELETE FROM patient_rev WHERE patient = ?",
		"DELETE FROM secret WHERE name = (SELECT '" + pinPrefix + "' || lower(hex(uuid)) FROM patient WHERE id = ?)",
		"DELETE FROM secret WHERE name = (SELECT '" + wordPrefix + "' || lower(hex(uuid)) FROM patient WHERE id = ?)",
		"DELETE FROM patient WHERE id = ?",
	} {
		if err := t.do(query, row); err != nil {
			return done, err
		}
	}
	return done, nil
}

// eraseVisits removes the encounters whose rows a query of this package finds.
func (t *tx) eraseVisits(which string, args ...any) (Erased, error) {
	var done Erased
	_, err := t.row("SELECT count(DISTINCT encounter) FROM outbox WHERE state = 2 AND encounter IN ("+which+")", args, &done.Sent)
	if err != nil {
		return done, err
	}
	for _, query := range []string{
		"DELETE FROM attempt WHERE seq IN (SELECT seq FROM outbox WHERE encounter IN (" + which + "))",
		"DELETE FROM receipt WHERE " + fmt.Sprintf(visitReceipts, which),
		"DELETE FROM receipt WHERE kind = 'ORU' AND uuid IN (SELECT uuid FROM encounter WHERE id IN (" + which + "))",
		"UPDATE receipt SET encounter = NULL WHERE encounter IN (" + which + ")",
		"DELETE FROM secret WHERE name IN (SELECT '" + disputePrefix + "' || lower(hex(uuid)) FROM encounter WHERE id IN (" + which + "))",
		"DELETE FROM secret WHERE name IN (SELECT '" + string(summaryFile) + "' || lower(hex(uuid)) FROM encounter WHERE id IN (" + which + "))",
	} {
		if err := t.do(query, args...); err != nil {
			return done, err
		}
	}
	for _, table := range []string{"capture", "observation", "result_token", "referral", "tray", "withheld", "outbox", "encounter_rev"} {
		if err := t.do("DELETE FROM "+table+" WHERE encounter IN ("+which+")", args...); err != nil {
			return done, err
		}
	}
	res, err := t.exec(t.ctx, "DELETE FROM encounter WHERE id IN ("+which+")", args...)
	if err != nil {
		return done, err
	}
	n, err := res.RowsAffected()
	done.Encounters = int(n)
	return done, err
}

// The receipts of what belongs to one visit, and of a patient. A patient who
// stays has a receipt whichever visit brought it.
const (
	visitReceipts = "encounter IN (%s) AND kind NOT IN " + sharedKinds +
		" AND NOT (kind = 'Patient' AND uuid IN (SELECT uuid FROM patient))"
	patientReceipts = "kind = 'Patient' AND uuid IN (SELECT uuid FROM patient WHERE id IN (%s))"
)

// askToErase notes what servers hold of what is erased here.
func (t *tx) askToErase(receipts string, args ...any) error {
	return t.do(fmt.Sprintf("INSERT INTO erased (server, kind, remote, at) SELECT server, kind, remote, %d FROM receipt WHERE %s",
		t.store.now().UnixMilli(), receipts), args...)
}

// expireAtOnce bounds one transaction, so that saving never waits long.
const expireAtOnce = 100

// Expire erases visits that began before a day and patients who had no later
// one, as Erase does. What has not reached the server yet, though it should,
// stays until it has.
func (s *Store) Expire(ctx context.Context, before time.Time) (Erased, error) {
	var all Erased
	if err := s.change(ctx, func(t *tx) error { return t.expireCalls(before) }); err != nil {
		return all, fmt.Errorf("expire: %w", err)
	}
	for {
		part, err := s.expireSome(ctx, dayOf(before))
		all.add(part)
		if err == nil && part.Encounters == 0 {
			if all.Encounters > 0 {
				s.directory.forget()
				err = s.emptyLog(ctx)
			}
			return all, err
		}
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return all, fmt.Errorf("expire: %w", err)
		}
	}
}

func (s *Store) expireSome(ctx context.Context, day int64) (done Erased, err error) {
	err = s.change(ctx, func(t *tx) error {
		// Those to go stand in a table of this connection for the time of it.
		for _, query := range []string{
			"CREATE TEMP TABLE IF NOT EXISTS leaving (encounter INTEGER PRIMARY KEY, patient INTEGER) STRICT",
			"DELETE FROM leaving",
		} {
			if err := t.do(query); err != nil {
				return err
			}
		}
		err := t.do(`INSERT INTO leaving SELECT id, patient FROM encounter WHERE day < ? AND NOT EXISTS
			(SELECT 1 FROM outbox o WHERE o.encounter = encounter.id AND o.state IN `+unsent+`) LIMIT ?`, day, expireAtOnce)
		if err != nil {
			return err
		}
		if done, err = t.eraseVisits("SELECT encounter FROM leaving"); err != nil || done.Encounters == 0 {
			return err
		}
		gone, err := t.eraseForgotten()
		done.Patients = gone
		return errors.Join(err, t.audit(auditEntry{
			Action: staff.ErasePatient, Reason: fmt.Sprintf("kept long enough: %d visits, %d patients", done.Encounters, gone),
		}))
	})
	return done, err
}

// eraseForgotten removes those patients of the visits that left of whom no
// other visit is known.
func (t *tx) eraseForgotten() (int, error) {
	const forgotten = `(SELECT patient FROM leaving WHERE patient IS NOT NULL AND NOT EXISTS
		(SELECT 1 FROM encounter e WHERE e.patient = leaving.patient) AND NOT EXISTS
		(SELECT 1 FROM encounter_rev r WHERE r.patient = leaving.patient))`
	for _, query := range []string{
		"DELETE FROM receipt WHERE " + fmt.Sprintf(patientReceipts, forgotten[1:len(forgotten)-1]),
		"DELETE FROM patient_merge WHERE patient IN " + forgotten + " OR survivor IN " + forgotten,
		"DELETE FROM patient_token WHERE patient IN " + forgotten,
		"DELETE FROM patient_rev WHERE patient IN " + forgotten,
		"DELETE FROM secret WHERE name IN (SELECT '" + pinPrefix + "' || lower(hex(uuid)) FROM patient WHERE id IN " + forgotten + ")",
		"DELETE FROM secret WHERE name IN (SELECT '" + wordPrefix + "' || lower(hex(uuid)) FROM patient WHERE id IN " + forgotten + ")",
	} {
		if err := t.do(query); err != nil {
			return 0, err
		}
	}
	res, err := t.exec(t.ctx, "DELETE FROM patient WHERE id IN "+forgotten)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// numbers returns the only column of a query.
func (t *tx) numbers(query string, args ...any) ([]int64, error) {
	stmt, err := t.prepared(t.ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(t.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}
