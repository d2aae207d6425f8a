package instruments_test

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// A tappedBus counts what is sent over its ports.
type tappedBus struct {
	*simulated.Bus
	mu   sync.Mutex
	sent int // bytes
}

func (b *tappedBus) Open(ctx context.Context, at instruments.Endpoint, line instruments.Line) (instruments.Port, error) {
	port, err := b.Bus.Open(ctx, at, line)
	return &tappedPort{port, b}, err
}

type tappedPort struct {
	instruments.Port
	bus *tappedBus
}

func (p *tappedPort) Write(b []byte) (int, error) {
	p.bus.mu.Lock()
	p.bus.sent += len(b)
	p.bus.mu.Unlock()
	return p.Port.Write(b)
}

// TestNothingIsSent: on a port that is listened to alone the whole rack, with every
// driver, sends nothing: while it finds out what is there, known or not, and whatever is
// asked of what it has found.
func TestNothingIsSent(t *testing.T) {
	for _, id := range simulated.Twins() {
		t.Run(id, func(t *testing.T) {
			for _, options := range []instruments.RackOptions{
				{}, {Pins: map[string]string{"sim1": id}}, {Habits: &memory{known: map[string]string{"SIM0001": id}}},
			} {
				if sent := listened(t, id, options, map[string]bool{"sim1": true}); sent > 0 {
					t.Errorf("with %+v %d bytes were sent", options, sent)
				}
			}
			if d, _ := catalogue.Find(id); d.Model().Talks && listened(t, id, instruments.RackOptions{}, nil) == 0 {
				t.Error("nothing is sent on any other port, too: this proves nothing")
			}
		})
	}
}

// listened plugs a twin in, asks everything of it, and returns how many bytes it was sent.
func listened(t *testing.T, id string, options instruments.RackOptions, only map[string]bool) (sent int) {
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.NewTextHandler(io.Discard, nil))
		bus := &tappedBus{Bus: simulated.NewBus(nil, log)}
		options.ListenOnly = only
		rack := instruments.NewRack(bus, catalogue.Drivers(), options, log)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- rack.Run(ctx) }()
		plugTwin(t, bus.Bus, id, simulated.Options{})
		time.Sleep(20 * time.Second)
		asked, stop := context.WithTimeout(ctx, 20*time.Second)
		for _, a := range rack.Attached() {
			ignore := func(instruments.Event) {}
			_ = rack.Name(asked, a.ID, id)
			_ = rack.Measure(asked, a.ID, instruments.Job{}, ignore)
			_ = rack.Recall(asked, a.ID, instruments.Job{}, ignore)
			_, _, _ = rack.SetClock(asked, a.ID, time.UTC)
		}
		stop()
		cancel()
		<-ended
		bus.Close()
		sent = bus.sent
	})
	return sent
}
