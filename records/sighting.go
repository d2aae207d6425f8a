package records

import (
	"context"
	"fmt"
	"slices"

	"aidpost/records/quality"
	"aidpost/records/staff"
)

// Sight keeps what an instrument tells of itself while it is attached, in place of
// what it told before. New firmware is in the audit trail.
func (s *Store) Sight(ctx context.Context, seen quality.Sighting) error {
	seen.At = s.now().UTC().Round(0)
	err := s.record(ctx, func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		before, _ := l.SightingOf(seen.Instrument)
		now := seen.After(before)
		if err := t.keepQuality(qualitySighting, "sighting "+seen.Instrument.String(), now); err != nil {
			return err
		}
		if now.Changed.Equal(before.Changed) {
			return nil
		}
		return t.audit(auditEntry{Action: auditFirmware, Reason: fmt.Sprintf("%s from %s to %s", seen.Instrument, before.Firmware, now.Firmware)})
	})
	if err != nil {
		return fmt.Errorf("quality: %w", err)
	}
	return nil
}

// Happened puts on record that an instrument was dropped, opened or repaired: where
// the site asks for controls, it measures nobody before the next one.
func (a *Access) Happened(ctx context.Context, h quality.Happening) error {
	h.At = a.store.now().UTC()
	return a.putQuality(ctx, staff.RunControl, qualityHappening, &h, h.Instrument.String()+" "+string(h.What), func(*tx, *quality.Log) error {
		var c checker
		c.needed("instrument", &h.Instrument.Model)
		c.require(slices.Contains(quality.Mishaps(), h.What), "what", "unknown")
		c.text("comment", &h.Comment, maxText)
		return c.err
	})
}
