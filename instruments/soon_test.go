package instruments_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// TestReadySoon: whatever hung on a cable before is named within two seconds of
// being plugged in again, and ready soon afterwards.
func TestReadySoon(t *testing.T) {
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := slog.New(slog.NewTextHandler(io.Discard, nil))
				bus := simulated.NewBus(nil, log)
				rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{
					Habits: &memory{known: map[string]string{"SIM0001": id}},
				}, log)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error)
				go func() { ended <- rack.Run(ctx) }()
				time.Sleep(time.Minute + 100*time.Millisecond)
				plugTwin(t, bus, id, simulated.Options{})
				began, named := time.Now(), time.Duration(0)
				for time.Since(began) < 10*time.Second {
					list := rack.Attached()
					if len(list) == 1 && named == 0 && list[0].Startable() {
						named = time.Since(began)
					}
					if len(list) == 1 && list[0].State == instruments.Ready {
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
				d, _ := catalogue.Find(id)
				m := d.Model()
				if limit := max(readyWithin, m.Gap+300*time.Millisecond); named > limit {
					t.Errorf("named after %s", named)
				}
				if took := time.Since(began); took > max(named, readyWithin)+readyAfter(m) {
					t.Errorf("named after %s and ready after %s", named, took)
				}
				cancel()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				bus.Close()
			})
		})
	}
}
