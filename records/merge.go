package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// familyOf selects the rows of the patient with the uuid ?2 and of everybody
// merged with them, in whatever order that was done: up to the one that was
// merged into nobody, and down again.
const familyOf = `(WITH RECURSIVE
	up (id) AS (SELECT id FROM patient WHERE uuid = ?2
		UNION SELECT m.survivor FROM patient_merge m JOIN up ON m.patient = up.id WHERE m.undone = 0),
	down (id) AS (SELECT id FROM up WHERE id NOT IN (SELECT patient FROM patient_merge WHERE undone = 0)
		UNION SELECT m.patient FROM patient_merge m JOIN down ON m.survivor = down.id WHERE m.undone = 0)
	SELECT id FROM down)`

// survivorRow selects the row of the patient that the row ?1 was merged into in
// the end: itself if it was not.
const survivorRow = `(WITH RECURSIVE
	up (id) AS (SELECT ?1 UNION SELECT m.survivor FROM patient_merge m JOIN up ON m.patient = up.id WHERE m.undone = 0)
	SELECT id FROM up WHERE id NOT IN (SELECT patient FROM patient_merge WHERE undone = 0))`

// mergedInto selects the row of a patient and of those merged into it.
const mergedInto = `WITH RECURSIVE down (id) AS (SELECT ?1
	UNION SELECT m.patient FROM patient_merge m JOIN down ON m.survivor = down.id WHERE m.undone = 0) SELECT id FROM down`

// Survivor returns who a patient stands for today: the same one, if they were
// merged into nobody, or ErrNotFound.
func (s *Store) Survivor(ctx context.Context, patient ID) (*Patient, error) {
	key, err := uuid.Parse(string(patient))
	if err != nil {
		return nil, fmt.Errorf("patient %.40q: %w", patient, ErrNotFound)
	}
	var out *Patient
	err = s.read(ctx, func(r *reader) error {
		var row int64
		if err := r.QueryRowContext(r.ctx, "SELECT id FROM patient WHERE uuid = ?", key[:]).Scan(&row); err != nil {
			return err
		}
		all, err := r.survivors([]int64{row})
		out = all[row]
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("patient %s: %w", key, err)
	}
	return out, nil
}

// survivors returns who each of some patients' rows stands for today.
func (r *reader) survivors(rows []int64) (map[int64]*Patient, error) {
	merged, err := r.merges()
	if err != nil {
		return nil, err
	}
	roots, wanted := map[int64]int64{}, []int64{}
	for _, row := range rows {
		root := row
		for range merged { // more steps than that there are not
			next, ok := merged[root]
			if !ok {
				break
			}
			root = next
		}
		roots[row] = root
		wanted = append(wanted, root)
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	found, err := r.QueryContext(r.ctx, `SELECT id, uuid, rev, salt, alg, sealed FROM patient
		WHERE id IN (SELECT value FROM json_each(?))`, string(list))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	opened := map[int64]*Patient{}
	for found.Next() {
		row, p, err := r.scanPatient(found)
		if err != nil {
			return nil, err
		}
		opened[row] = p
	}
	out := map[int64]*Patient{}
	for row, root := range roots {
		if opened[root] == nil && found.Err() == nil {
			return nil, fmt.Errorf("%w: patient row %d is missing", ErrCorrupt, root)
		}
		out[row] = opened[root]
	}
	return out, found.Err()
}

// merges returns into whom each merged patient's row went.
func (r *reader) merges() (map[int64]int64, error) {
	rows, err := r.QueryContext(r.ctx, "SELECT patient, survivor FROM patient_merge WHERE undone = 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]int64{}
	for rows.Next() {
		var patient, survivor int64
		if err := rows.Scan(&patient, &survivor); err != nil {
			return nil, err
		}
		out[patient] = survivor
	}
	return out, rows.Err()
}

// survivorOf returns the ID of who a patient stands for today; the same ID for
// somebody not in the records.
func (r *reader) survivorOf(id ID) (ID, error) {
	key, err := uuid.Parse(string(id))
	if err != nil {
		return id, nil // nobody has such an id
	}
	var row int64
	err = r.QueryRowContext(r.ctx, "SELECT id FROM patient WHERE uuid = ?", key[:]).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return id, nil
	}
	if err != nil {
		return "", err
	}
	all, err := r.survivors([]int64{row})
	if err != nil {
		return "", err
	}
	return all[row].ID, nil
}

// Merge makes two records of one person count as one: the history of both is
// the survivor's, and whoever looks for either finds the survivor. Nothing is
// written over, and Unmerge takes it back. Why is put on record.
//
// Somebody who was merged already, or the same person twice, gives ErrInvalid.
func (s *Store) Merge(ctx context.Context, patient, survivor ID, why string) error {
	err := s.record(ctx, func(t *tx) error {
		from, _, err := t.patientRow(patient)
		if err != nil {
			return err
		}
		to, root, err := t.patientRow(survivor)
		if err != nil {
			return err
		}
		switch merged, err := t.row("SELECT 1 FROM patient_merge WHERE patient = ? AND undone = 0", []any{from}, new(int)); {
		case err != nil:
			return err
		case merged:
			return &InvalidError{Field: "patient", Why: "was merged already"}
		case root != to:
			return &InvalidError{Field: "survivor", Why: "was itself merged into another"}
		case from == to:
			return &InvalidError{Field: "survivor", Why: "is the same person"}
		}
		err = errors.Join(
			t.do("INSERT INTO patient_merge (patient, survivor) VALUES (?, ?)", from, to),
			t.mergePIN(patient, survivor),
			t.queueAgain(mergedInto, from))
		if err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.MergePatient, Object: survivor, Patient: patient, Reason: why})
	})
	if err != nil {
		return fmt.Errorf("merge patient %s: %w", patient, err)
	}
	s.tellQueued()
	return nil
}

// auditUnmerged is the action of taking a merge back.
const auditUnmerged = staff.Action("patient.unmerge")

// Unmerge takes the merge of a patient back; ErrNotFound if there is none.
func (s *Store) Unmerge(ctx context.Context, patient ID, why string) error {
	err := s.record(ctx, func(t *tx) error {
		row, _, err := t.patientRow(patient)
		if err != nil {
			return err
		}
		res, err := t.exec(t.ctx, "UPDATE patient_merge SET undone = 1 WHERE patient = ? AND undone = 0", row)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		if err := t.queueAgain(mergedInto, row); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: auditUnmerged, Object: patient, Patient: patient, Reason: why})
	})
	if err != nil {
		return fmt.Errorf("take back the merge of patient %s: %w", patient, err)
	}
	s.tellQueued()
	return nil
}

// patientRow returns the row of a patient, and of whom that was merged into.
func (t *tx) patientRow(id ID) (row, survivor int64, err error) {
	key, err := uuid.Parse(string(id))
	if err != nil {
		return 0, 0, fmt.Errorf("patient %.40q: %w", id, ErrNotFound)
	}
	known, err := t.row("SELECT id FROM patient WHERE uuid = ?", []any{key[:]}, &row)
	if err == nil && !known {
		err = fmt.Errorf("patient %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return 0, 0, err
	}
	_, err = t.row("SELECT * FROM "+survivorRow, []any{row}, &survivor)
	return row, survivor, err
}

// Merge is Store.Merge.
func (a *Access) Merge(ctx context.Context, patient, survivor ID, why string) error {
	if err := a.Authorize(ctx, staff.MergePatient); err != nil {
		return err
	}
	return a.store.Merge(a.As(ctx), patient, survivor, why)
}

// Unmerge is Store.Unmerge.
func (a *Access) Unmerge(ctx context.Context, patient ID, why string) error {
	if err := a.Authorize(ctx, staff.MergePatient); err != nil {
		return err
	}
	return a.store.Unmerge(a.As(ctx), patient, why)
}
