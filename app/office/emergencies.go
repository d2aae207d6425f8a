package office

import (
	"context"
	"time"

	"aidpost/records"
)

// reviewed is how far back emergency access is listed.
const reviewed = 90 * 24 * time.Hour

// Emergencies is who asked for emergency access, for whoever reviews it.
type Emergencies struct{ model[[]records.Emergency] }

// NewEmergencies returns the list and begins to load it.
func NewEmergencies(cfg Config) *Emergencies {
	e := &Emergencies{newModel[[]records.Emergency](cfg)}
	e.Load()
	return e
}

// Load reads the list anew. That somebody has reviewed it is itself on record.
func (e *Emergencies) Load() {
	var all []records.Emergency
	e.do(func(ctx context.Context, a *records.Access) (err error) {
		all, err = a.Emergencies(ctx, e.cfg.Now().Add(-reviewed))
		return err
	}, func(s *[]records.Emergency) { *s = all })
}

// Resume is called when the screen was covered and is back.
func (e *Emergencies) Resume() {
	e.resume()
	e.Load()
}
