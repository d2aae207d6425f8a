// Package tray takes readings that came without a person to where they wait for
// one, for those who measure: the kiosk, the staff's window, and whoever listens
// to an instrument that speaks by itself.
package tray

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"aidpost/records"
)

// Config is what a tray needs.
type Config struct {
	// Put stores one; see records.Store.PutInTray.
	Put   func(context.Context, *records.Encounter) error
	Place records.Place
	Zone  *time.Location // nil means UTC
	Log   *slog.Logger
	Now   func() time.Time // nil means time.Now
}

// A Tray keeps readings without a person. A nil one keeps nothing.
type Tray struct{ cfg Config }

// New returns a tray.
func New(cfg Config) *Tray {
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Tray{cfg}
}

// putTimeout is more than a disk takes that still works.
const putTimeout = 20 * time.Second

// Keep puts a reading into the tray, and returns whether it was not in the records
// already. It goes on when the context ends: the reading is there but once.
func (t *Tray) Keep(ctx context.Context, o records.Observation, how records.Orphan) (fresh bool, err error) {
	if t == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), putTimeout)
	defer cancel()
	if how.At.IsZero() {
		how.At = t.cfg.Now()
	}
	err = t.cfg.Put(ctx, records.Orphaned(o, how, t.cfg.Place, t.cfg.Zone))
	switch {
	case errors.Is(err, records.ErrSavedBefore):
		return false, nil
	case err != nil:
		t.cfg.Log.Error("keeping a reading without a person", "instrument", o.Origin.Driver, "error", err)
	}
	return err == nil, err
}

// Strays are readings of a series that have no person so far. While the series
// goes on the instrument may be read once more, and one of them be taken after all.
type Strays []stray

type stray struct {
	records.Observation
	how records.Orphan
}

// Add adds a reading, unless it is there.
func (s *Strays) Add(o records.Observation, how records.Orphan) {
	if !slices.ContainsFunc(*s, func(other stray) bool { return same(other.Observation, o) }) {
		*s = append(*s, stray{o, how})
	}
}

// Taken takes a reading out that has a person now.
func (s *Strays) Taken(o records.Observation) {
	*s = slices.DeleteFunc(*s, func(other stray) bool { return same(other.Observation, o) })
}

// same reports whether two observations are one reading, read twice.
func same(a, b records.Observation) bool {
	return a.Origin.Driver == b.Origin.Driver && a.Origin.Device.Serial == b.Origin.Device.Serial && a.Origin.Record == b.Origin.Record &&
		a.Origin.InstrumentAt.Equal(b.Origin.InstrumentAt) && a.Taken.Equal(b.Taken) && slices.Equal(a.Values, b.Values)
}

// Keep puts them all into a tray.
func (s Strays) Keep(ctx context.Context, t *Tray) {
	for _, one := range s {
		_, _ = t.Keep(ctx, one.Observation, one.how) // what fails is in the log
	}
}
