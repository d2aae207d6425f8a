package records

import (
	"context"
	"fmt"

	"aidpost/records/staff"
	"aidpost/records/vault"
)

// A summary that somebody saves at a kiosk lies as a file beside the records. It is
// sealed with a key of its visit that lies in them, also the visit of a guest, of
// whom they hold nothing else: with that key, whatever is left of the file on a
// disk is gone.

// summaryHead begins a sealed summary; 16 bytes of the encounter's ID follow. Both
// are bound into what is sealed.
const summaryHead = "aidpost summary 1\n"

// SealSummary returns a paper about a visit as it may lie in a file.
func (a *Access) SealSummary(ctx context.Context, encounter ID, paper []byte) ([]byte, error) {
	if err := a.Authorize(ctx, staff.PrintRecord); err != nil {
		return nil, err
	}
	return a.store.SealSummary(a.As(ctx), encounter, paper)
}

// SealSummary is what Access.SealSummary asks the right for.
func (s *Store) SealSummary(ctx context.Context, encounter ID, paper []byte) ([]byte, error) {
	var key []byte
	err := s.record(ctx, func(t *tx) (err error) {
		if key, err = t.secret(summaryFile.key(encounter)); err == nil && key == nil {
			key, err = t.newSecret(summaryFile.key(encounter), vault.KeySize)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("seal a summary: %w", err)
	}
	return vault.SealAlone(key, append([]byte(summaryHead), encounter.bytes()...), paper), nil
}

// SummaryOf returns the encounter that a sealed summary is of.
func SummaryOf(sealed []byte) (ID, bool) {
	id, _, ok := headed(sealed, summaryHead)
	return id, ok
}

// OpenSummary returns the paper in a sealed summary, and puts on record that it was
// taken. ErrNotFound: its key is gone, since the visit was erased or its time was
// over.
func (a *Access) OpenSummary(ctx context.Context, sealed []byte) ([]byte, error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return nil, err
	}
	id, content, ok := headed(sealed, summaryHead)
	if !ok {
		return nil, fmt.Errorf("open a summary: %w: it is none", ErrInvalid)
	}
	var paper []byte
	err := a.store.record(a.As(ctx), func(t *tx) error {
		key, err := t.keyBeside(summaryFile, id)
		if err != nil {
			return err
		}
		if paper, err = vault.OpenAlone(key, sealed, len(sealed)-len(content)); err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		patient, err := t.patientOf(id)
		if err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.PrintRecord, Object: id, Patient: patient, Reason: "saved summary opened"})
	})
	if err != nil {
		return nil, fmt.Errorf("open a summary: %w", err)
	}
	return paper, nil
}

// patientOf returns whose visit an encounter is; "" of a guest's.
func (t *tx) patientOf(encounter ID) (ID, error) {
	var id []byte
	_, err := t.row("SELECT p.uuid FROM encounter e JOIN patient p ON p.id = e.patient WHERE e.uuid = ?", []any{encounter.bytes()}, &id)
	if err != nil || id == nil {
		return "", err
	}
	return ID(uuidOf(id).String()), nil
}

// Summaries returns of which visits a summary can still be opened.
func (s *Store) Summaries(ctx context.Context) (map[ID]bool, error) {
	all, err := s.keysBeside(ctx, summaryFile)
	if err != nil {
		return nil, fmt.Errorf("saved summaries: %w", err)
	}
	return all, nil
}

// ForgetSummaries destroys the keys of summaries whose files are gone.
func (s *Store) ForgetSummaries(ctx context.Context, of ...ID) error {
	if err := s.forgetBeside(ctx, summaryFile, of...); err != nil {
		return fmt.Errorf("forget summaries: %w", err)
	}
	return nil
}

// VisitNamed returns the encounter whose ID begins with some letters, "" if there
// is none.
func (s *Store) VisitNamed(ctx context.Context, beginning string) (found ID, err error) {
	err = s.read(ctx, func(r *reader) error {
		visits, err := r.ids("SELECT uuid FROM encounter WHERE lower(hex(substr(uuid, 1, 4))) = ? LIMIT 1", beginning)
		if len(visits) > 0 {
			found = visits[0]
		}
		return err
	})
	return found, err
}
