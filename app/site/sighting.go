package site

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/quality"
)

// sightEvery is how often an instrument that stays attached and tells nothing new is
// put on record again.
const sightEvery = 24 * time.Hour

// worthTelling is by how many seconds a clock must have moved to be put on record.
const worthTelling = 30

// sight puts on record what instruments tell of themselves while they are attached,
// so that the list of instruments says it when they are not.
func (s *Site) sight(ctx context.Context, log *slog.Logger) {
	changed := make(chan struct{}, 1)
	stop := s.Rack.Notify(func() {
		select {
		case changed <- struct{}{}:
		default: // the next look finds this, too
		}
	})
	defer stop()
	known := map[quality.Instrument]quality.Sighting{}
	for {
		for _, a := range s.Rack.Attached() {
			seen, ok := sightingOf(a, time.Now())
			if !ok || !news(known[seen.Instrument], seen) {
				continue
			}
			if err := s.Store.Sight(ctx, seen); err != nil {
				log.Error("putting an instrument on record", "model", a.Model.ID, "error", err)
				continue
			}
			known[seen.Instrument] = seen
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// sightingOf is what an attached instrument tells, once it is known which one it is.
func sightingOf(a instruments.Attached, now time.Time) (quality.Sighting, bool) {
	id := visit.InstrumentOf(a)
	if a.State != instruments.Ready || a.Likely || id.Serial == "" {
		return quality.Sighting{}, false
	}
	cable := strings.TrimSpace(a.Endpoint.Product + " " + a.Endpoint.USBSerial)
	if cable == "" {
		cable = a.Endpoint.Path
	}
	return quality.Sighting{
		Instrument: id, Firmware: a.Identity.Firmware, Cable: cable,
		Drift: int64(a.Identity.Drift.Round(time.Second) / time.Second), Clock: a.Identity.HasClock, At: now,
	}, true
}

// news reports whether a sighting tells something that the one before did not.
func news(before, now quality.Sighting) bool {
	moved := max(now.Drift-before.Drift, before.Drift-now.Drift)
	return now.Firmware != before.Firmware || now.Cable != before.Cable || now.Clock != before.Clock || moved >= worthTelling ||
		now.At.Sub(before.At) >= sightEvery
}
