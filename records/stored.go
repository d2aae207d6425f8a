package records

import (
	"context"
	"fmt"

	"aidpost/records/quality"
)

// KeepControls puts on record what a meter has marked as results of control
// solution, as far as it is new, and returns how much that was. Nobody needs a
// right for it: they come with whatever is read out of a meter.
func (s *Store) KeepControls(ctx context.Context, read []quality.Stored) (kept int, err error) {
	now := s.now().UTC()
	err = s.record(ctx, func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		kept = 0
		for _, c := range l.NotYet(read) {
			c.At = now
			if err := t.putQuality(qualityStored, &c, auditEntry{Action: auditStored, Reason: c.Instrument.String()}); err != nil {
				return err
			}
			kept++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("controls of a meter: %w", err)
	}
	return kept, nil
}
