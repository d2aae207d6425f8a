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

// TestReadySoon: whatever hung on a cable before is ready within two seconds of
// being plugged in again.
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
				began := time.Now()
				for time.Since(began) < 10*time.Second {
					if list := rack.Attached(); len(list) == 1 && list[0].State == instruments.Ready {
						break
					}
					time.Sleep(50 * time.Millisecond)
				}
				if took := time.Since(began); took > readyWithin {
					t.Errorf("ready after %s", took)
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
