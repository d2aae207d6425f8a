package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// ErrErased: the person was erased here, and must not come back.
var ErrErased = errors.New("erased here")

// A Received says what is known of a person of whom a server has told.
type Received struct {
	Patient ID
	Remote  string // the id there
	Version string // the version there that was taken over
	// Revision is the revision of the patient that both agreed on last: what
	// differs from it has changed since. Zero: they never did.
	Revision int
}

// ReceivedOf returns what is known of a patient on a server; false if that has
// never told of them.
func (s *Store) ReceivedOf(ctx context.Context, server ServerKey, patient ID) (Received, bool, error) {
	return s.received(ctx, "patient = ?2", server, patient.bytes())
}

// ReceivedAs returns who a server's patient is here, likewise.
func (s *Store) ReceivedAs(ctx context.Context, server ServerKey, remote string) (Received, bool, error) {
	return s.received(ctx, "remote = ?2", server, remote)
}

func (s *Store) received(ctx context.Context, which string, server ServerKey, what any) (Received, bool, error) {
	var out Received
	err := s.read(ctx, func(r *reader) error {
		var id []byte
		err := r.QueryRowContext(r.ctx, "SELECT patient, remote, version, rev FROM received WHERE server = ?1 AND "+which, server[:], what).
			Scan(&id, &out.Remote, &out.Version, &out.Revision)
		if err == nil {
			out.Patient = ID(uuidOf(id).String())
		}
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return out, false, nil
	}
	if err != nil {
		return out, false, fmt.Errorf("received patient: %w", err)
	}
	return out, true, nil
}

// CountReceived returns of how many people a server has told.
func (s *Store) CountReceived(ctx context.Context, server ServerKey) (n int, err error) {
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT count(*) FROM received WHERE server = ?", server[:]).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("received patients: %w", err)
	}
	return n, nil
}

// PatientRecord returns a patient's own record, whoever it was merged into, and
// its revision. ErrNotFound: there is none.
func (s *Store) PatientRecord(ctx context.Context, id ID) (p *Patient, revision int, err error) {
	err = s.read(ctx, func(r *reader) error {
		var sealed sealedPatient
		err := r.QueryRowContext(r.ctx, "SELECT uuid, rev, salt, alg, sealed FROM patient WHERE uuid = ?", id.bytes()).
			Scan(&sealed.uuid, &sealed.rev, &sealed.salt, &sealed.alg, &sealed.sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		revision = int(sealed.rev.Int64)
		p, err = sealed.open(s.seal, &r.json)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("patient %.40q: %w", id, err)
	}
	return p, revision, nil
}

// PatientRevision returns a patient's record as it was in a revision.
func (s *Store) PatientRevision(ctx context.Context, id ID, revision int) (*Patient, error) {
	var out Patient
	err := s.read(ctx, func(r *reader) error {
		var salt, sealed []byte
		var alg int64
		err := r.QueryRowContext(r.ctx, `SELECT salt, alg, sealed FROM patient WHERE uuid = ?1 AND rev = ?2 UNION ALL
			SELECT p.salt, r.alg, r.sealed FROM patient p JOIN patient_rev r ON r.patient = p.id WHERE p.uuid = ?1 AND r.rev = ?2`,
			id.bytes(), revision).Scan(&salt, &alg, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		content, err := s.seal.open(alg, sealed, binding{table: patientRow, id: uuidOf(id.bytes()), rev: int64(revision), salt: salt})
		if err != nil {
			return err
		}
		if err := json.Unmarshal(content, &out); err != nil {
			return fmt.Errorf("%w: patient: %w", ErrCorrupt, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("patient %.40q, revision %d: %w", id, revision, err)
	}
	return &out, nil
}

// Receive stores what became of a person of whom a server has told, with an
// entry for the audit trail if anything changed. Based on is the revision that
// it was made of, 0 for somebody new; if there is another by now it is ErrStale,
// and ErrOngoing while the person is at the kiosk. Where something stays that is
// only known here, said is the person as the server has it: a revision of its
// own, on which both agree, before the one that stays. Else said is nil, and p
// is agreed on. A receipt, unless nil, is kept with it, so that the server is
// not sent what it has said itself.
func (s *Store) Receive(ctx context.Context, server ServerKey, p *Patient, basedOn int, r Received, said *Patient, receipt *Receipt) error {
	var versions []*Patient
	for _, one := range []*Patient{said, p} {
		if one == nil {
			continue
		}
		clean := *one
		clean.Identifiers = slices.Clone(one.Identifiers)
		if clean.Created.IsZero() {
			clean.Created = s.now().UTC().Round(0)
		}
		c := checker{latest: s.now().Add(maxAhead)}
		if c.patient(&clean); c.err != nil {
			return fmt.Errorf("receive patient: %w", c.err)
		}
		versions = append(versions, &clean)
	}
	if basedOn == 0 {
		// Restored records may not know of somebody who was erased since.
		if gone, err := erasedIn(s.path + registerEnd); err != nil || gone[uuidOf(p.ID.bytes())] {
			return fmt.Errorf("receive patient %s: %w", p.ID, cmp.Or(err, ErrErased))
		}
	}
	err := s.change(ctx, func(t *tx) error {
		if err := t.mayReceive(p.ID, basedOn); err != nil {
			return err
		}
		for i, one := range versions {
			if _, _, err := t.putPatient(one); err != nil {
				return err
			}
			if i > 0 {
				break // on the second nobody agrees yet
			}
			if _, err := t.row("SELECT rev FROM patient WHERE uuid = ?", []any{p.ID.bytes()}, &r.Revision); err != nil {
				return err
			}
		}
		if receipt != nil {
			if err := t.keepReceipt(server, *receipt); err != nil {
				return err
			}
		}
		return t.do(`INSERT INTO received (server, patient, remote, version, rev) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET remote = excluded.remote, version = excluded.version, rev = excluded.rev`,
			server[:], p.ID.bytes(), r.Remote, r.Version, r.Revision)
	})
	if err != nil {
		return fmt.Errorf("receive patient %s: %w", p.ID, err)
	}
	return nil
}

// mayReceive makes sure that a person may be written now.
func (t *tx) mayReceive(id ID, basedOn int) error {
	gone, err := t.row("SELECT 1 FROM gone WHERE uuid = ?", []any{id.bytes()}, new(int))
	if err == nil && gone {
		err = ErrErased
	}
	if err != nil {
		return err
	}
	rev := 0
	if _, err := t.row("SELECT rev FROM patient WHERE uuid = ?", []any{id.bytes()}, &rev); err != nil {
		return err
	}
	if rev != basedOn {
		return ErrStale
	}
	// The visit would be saved over it with what the person was called before.
	since := dayOf(t.store.now().Add(-longestVisit))
	ongoing, err := t.row(`SELECT 1 FROM encounter e JOIN patient p ON p.id = e.patient WHERE p.uuid = ? AND e.state = ? AND e.day >= ?`,
		[]any{id.bytes(), stateNumber(InProgress), since}, new(int))
	if err == nil && ongoing {
		err = ErrOngoing
	}
	return err
}

// DropReceived erases the copy of a person whom a server no longer has and who
// was never here. Somebody who was keeps everything: it gives false.
func (s *Store) DropReceived(ctx context.Context, server ServerKey, patient ID) (dropped bool, err error) {
	err = s.change(ctx, func(t *tx) error {
		var row int64
		known, err := t.row("SELECT id FROM patient WHERE uuid = ?", []any{patient.bytes()}, &row)
		if err != nil {
			return err
		}
		if known {
			used, err := t.row(`SELECT 1 WHERE EXISTS (SELECT 1 FROM encounter WHERE patient = ?1) OR EXISTS (SELECT 1 FROM encounter_rev WHERE patient = ?1)
				OR EXISTS (SELECT 1 FROM patient_merge WHERE ?1 IN (patient, survivor))`, []any{row}, new(int))
			if err != nil || used {
				return err
			}
			// There is nothing left to ask the server for.
			err = t.do("DELETE FROM receipt WHERE server = ? AND kind = 'Patient' AND uuid = ?", server[:], patient.bytes())
			if err != nil {
				return err
			}
			if _, err := t.erasePatient(row); err != nil {
				return err
			}
			err = t.audit(auditEntry{Action: staff.ErasePatient, Object: patient, Patient: patient, Reason: "deleted on the server"})
			if err != nil {
				return err
			}
		}
		dropped = true
		return errors.Join(
			t.do("DELETE FROM gone WHERE uuid = ?", patient.bytes()), // if the server takes that back, so do we
			t.do("DELETE FROM received WHERE server = ? AND patient = ?", server[:], patient.bytes()))
	})
	if err == nil && dropped {
		s.directory.forget()
		err = s.emptyLog(ctx)
	}
	if err != nil {
		return dropped, fmt.Errorf("drop patient %s: %w", patient, err)
	}
	return dropped, nil
}

// MergedInto returns whom a patient counts as, through all that was merged, and
// whether that is somebody else.
func (s *Store) MergedInto(ctx context.Context, patient ID) (into ID, merged bool, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		into, err = r.survivorOf(patient)
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("patient %.40q: %w", patient, err)
	}
	return into, into != patient, nil
}

// Cursor returns up to where a server has been read, and when that was noted;
// "" if never.
func (s *Store) Cursor(ctx context.Context, server ServerKey, name string) (value string, at time.Time, err error) {
	var ms int64
	err = s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(r.ctx, "SELECT value, at FROM cursor WHERE server = ? AND name = ?", server[:], name).Scan(&value, &ms)
	})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, fmt.Errorf("cursor %s: %w", name, err)
	}
	return value, instant(ms), nil
}

// SetCursor notes up to where a server has been read.
func (s *Store) SetCursor(ctx context.Context, server ServerKey, name, value string) error {
	err := s.change(ctx, func(t *tx) error {
		return t.do(`INSERT INTO cursor (server, name, value, at) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET value = excluded.value, at = excluded.at`, server[:], name, value, t.store.now().UnixMilli())
	})
	if err != nil {
		return fmt.Errorf("cursor %s: %w", name, err)
	}
	return nil
}

// DropCursor forgets up to where a server has been read.
func (s *Store) DropCursor(ctx context.Context, server ServerKey, name string) error {
	err := s.change(ctx, func(t *tx) error {
		return t.do("DELETE FROM cursor WHERE server = ? AND name = ?", server[:], name)
	})
	if err != nil {
		return fmt.Errorf("cursor %s: %w", name, err)
	}
	return nil
}

// Ordered puts on record that a server has asked for other settings.
func (s *Store) Ordered(ctx context.Context, what string) error {
	err := s.record(ctx, func(t *tx) error {
		return t.audit(auditEntry{Action: staff.ChangeSetting, Reason: what})
	})
	if err != nil {
		return fmt.Errorf("put settings on record: %w", err)
	}
	return nil
}
