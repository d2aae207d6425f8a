package site

import (
	"context"
	"log/slog"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/quality"
)

// keepControls puts on record what a meter marks as results of control solution,
// whoever was measured when they were found.
func (s *Site) keepControls(log *slog.Logger) func(instruments.Attached, []*instruments.Control) {
	return func(from instruments.Attached, found []*instruments.Control) {
		var read []quality.Stored
		for _, c := range found {
			if c.Identity.Serial != "" {
				from.Identity = c.Identity
			}
			read = append(read, quality.Stored{
				Instrument: visit.InstrumentOf(from), Panel: c.Panel, Measure: c.Measure, Value: c.Value,
				Taken: c.Taken.UTC(), Shown: c.InstrumentTime.UTC(), Record: c.Record,
			})
		}
		kept, err := s.Store.KeepControls(context.Background(), read)
		if err != nil {
			log.Error("keeping the controls of a meter", "model", from.Model.ID, "error", err)
			return
		}
		log.Info("controls of a meter", "model", from.Model.ID, "read", len(read), "new", kept)
	}
}
