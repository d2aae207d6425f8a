package site

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/quality"
)

// TestAttachedInstrumentIsSeen: what an instrument tells of itself while it is
// attached is on record, so that it is known when it is not.
func TestAttachedInstrumentIsSeen(t *testing.T) {
	store, err := OpenStore(t.Context(), t.TempDir(), records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	twin, err := simulated.New("onetouch-ultra2", simulated.Options{Speed: 100})
	if err != nil {
		t.Fatal(err)
	}
	rack, from := onCounter(t, twin, instruments.RackOptions{}, log)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	s := &Site{Store: store, Rack: rack}
	go func() { s.sight(ctx, log); close(done) }()
	var seen quality.Sighting
	for range 500 {
		l, err := store.QualityLog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Sightings) > 0 {
			seen = l.Sightings[0]
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
	if seen.Instrument.Model != "onetouch-ultra2" || seen.Instrument.Serial != from.Identity.Serial || seen.Firmware == "" || !seen.Clock || seen.Cable == "" {
		t.Errorf("seen as %+v", seen)
	}
}

// TestNews: an instrument that stays attached is put on record again when it tells
// something else, and once a day.
func TestNews(t *testing.T) {
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	was := quality.Sighting{Firmware: "1", Cable: "a", Drift: 5, Clock: true, At: at}
	for name, c := range map[string]struct {
		change func(*quality.Sighting)
		want   bool
	}{
		"nothing":         {func(*quality.Sighting) {}, false},
		"a second":        {func(s *quality.Sighting) { s.Drift = 6 }, false},
		"its clock":       {func(s *quality.Sighting) { s.Drift = -25 }, true},
		"another cable":   {func(s *quality.Sighting) { s.Cable = "b" }, true},
		"other firmware":  {func(s *quality.Sighting) { s.Firmware = "2" }, true},
		"the next day":    {func(s *quality.Sighting) { s.At = at.Add(24 * time.Hour) }, true},
		"the same day":    {func(s *quality.Sighting) { s.At = at.Add(23 * time.Hour) }, false},
		"no clock to ask": {func(s *quality.Sighting) { s.Clock = false }, true},
	} {
		now := was
		c.change(&now)
		if got := news(was, now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
