package records

import (
	"bytes"
	"context"
	"fmt"

	"aidpost/records/staff"
)

// The settings of a site are a file beside the records, which whoever may write to the
// folder can change. The records keep the text that they last knew, sealed, so that a
// change by another way than through the program is on record, too.

// ChangeSettings puts on record that the settings file is changed, and to what.
func (a *Access) ChangeSettings(ctx context.Context, text []byte, reason string) error {
	d := Deed{Action: staff.ChangeSetting, Reason: reason}
	if err := a.Authorize(ctx, d.Action); err != nil {
		return err
	}
	reason, err := d.reason()
	if err != nil {
		return err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if err := t.keepSecret(settingsName, text); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: d.Action, Reason: reason})
	})
	if err != nil {
		return fmt.Errorf("put settings on record: %w", err)
	}
	return nil
}

// FindSettings takes the settings file as it was found. If it is another one than the
// records last knew, that is put on record, as the deed of nobody who is known, with
// what changed says of it.
func (s *Store) FindSettings(ctx context.Context, text []byte, changed func(known []byte) string) error {
	err := s.change(ctx, func(t *tx) error {
		known, err := t.secret(settingsName)
		if err != nil || known != nil && bytes.Equal(known, text) {
			return err
		}
		if err := t.keepSecret(settingsName, text); err != nil || known == nil {
			return err // the first settings are nobody's change
		}
		t.signNow = true
		return t.audit(auditEntry{Action: staff.ChangeSetting, Reason: changed(known)})
	})
	if err != nil {
		return fmt.Errorf("compare the settings: %w", err)
	}
	return nil
}
