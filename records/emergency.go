package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// EmergencyTime is how long emergency access holds.
const EmergencyTime = 15 * time.Minute

// BreakGlass lets a member of staff look at people's data for a quarter of an
// hour without the right for it, since somebody may be in danger. The reason is
// on record before anything is shown, every look after it is marked, and
// Emergencies lists them for whoever reviews.
func (a *Access) BreakGlass(ctx context.Context, reason string) error {
	if err := a.Authorize(ctx, staff.BreakGlass); err != nil {
		return err
	}
	clean, ok := cleanText(reason)
	if !ok || clean == "" || len(clean) > 4*maxText {
		return fmt.Errorf("%s: %w", staff.BreakGlass, &InvalidError{Field: "reason", Why: "missing, too long or not UTF-8"})
	}
	if err := a.note(ctx, auditEntry{Action: staff.BreakGlass, Reason: clean}); err != nil {
		return err
	}
	a.emergency.Store(int64(a.store.uptime() + EmergencyTime))
	a.store.log.Warn("emergency access", "account", a.who.ID, "station", a.who.Station)
	return nil
}

// inEmergency reports whether emergency access holds now.
func (a *Access) inEmergency() bool {
	until := a.emergency.Load()
	return until != 0 && a.store.uptime() < time.Duration(until)
}

// An Emergency is one time that somebody asked for emergency access.
type Emergency struct {
	At     time.Time `json:"at"`
	Who    ID        `json:"who"`
	Name   string    `json:"name,omitempty"`
	Reason string    `json:"reason"`
	// Looked is at whom they looked in that time, each once.
	Looked []ID `json:"looked,omitempty"`
}

// errFarEnough ends a look at the audit trail.
var errFarEnough = errors.New("far enough")

// Emergencies returns the emergency access since a time, the newest first.
func (a *Access) Emergencies(ctx context.Context, since time.Time) ([]Emergency, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReviewGlass}); err != nil {
		return nil, err
	}
	var all []Emergency
	looked := map[ID][]ID{} // by account, of entries still to be met with their reason
	err := a.store.auditEach(ctx, AuditFilter{}, func(e AuditEntry) error {
		switch {
		case e.At.Before(since):
			return errFarEnough
		case e.Action == staff.BreakGlass && e.Outcome == Done:
			all = append(all, Emergency{At: e.At, Who: e.Who, Name: e.Name, Reason: e.Reason, Looked: looked[e.Who]})
			delete(looked, e.Who)
		case e.Emergency && e.Patient != "" && !slices.Contains(looked[e.Who], e.Patient):
			looked[e.Who] = append(looked[e.Who], e.Patient)
		}
		return nil
	})
	if err != nil && !errors.Is(err, errFarEnough) {
		return nil, fmt.Errorf("emergency access: %w", err)
	}
	return all, nil
}
