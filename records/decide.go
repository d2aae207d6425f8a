package records

import (
	"context"
	"errors"
	"fmt"

	"aidpost/records/staff"
)

// ParkedEntry returns the entry of an encounter that waits for a person, or
// ErrNotFound.
func (s *Store) ParkedEntry(ctx context.Context, encounter ID) (OutboxEntry, error) {
	found, err := s.delivered(ctx, "o.state = ? AND e.uuid = ?", outboxDead, encounter.bytes())
	if err != nil {
		return OutboxEntry{}, err
	}
	if len(found) == 0 {
		return OutboxEntry{}, fmt.Errorf("outbox entry of encounter %.40q: %w", encounter, ErrNotFound)
	}
	return found[len(found)-1], nil
}

// Decide lets a parked entry go on as a person has said why, with receipts that
// carry that out. Who said so is on record.
func (s *Store) Decide(ctx context.Context, server ServerKey, e OutboxEntry, receipts []Receipt, why string) error {
	return s.eachEntry(ctx, "decide on", []OutboxEntry{e}, func(t *tx, e OutboxEntry) error {
		for _, r := range receipts {
			if err := t.keepReceipt(server, r); err != nil {
				return err
			}
		}
		return errors.Join(
			t.do("UPDATE outbox SET state = ?, next_at = 0, attempts = 0 WHERE seq = ? AND state = ?", outboxPending, e.Seq, outboxDead),
			t.attempted(e, why),
			t.audit(auditEntry{Action: staff.SettleSent, Object: e.Encounter, Revision: int64(e.Revision), Reason: why}))
	})
}
