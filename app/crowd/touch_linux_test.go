package crowd

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"golang.org/x/sys/unix"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/ui/kit"
)

// route is what a guest touches on the way to a measurement, once round by the
// screens for a name and a card, with every question on a screen of its own.
var route = []words.Key{
	words.WelcomeKeep, words.WhoPerson, words.CommonBack, words.WhoCard, words.CommonBack, words.WhoGuest,
	words.ChooseBP, words.SuitAny, words.SuitNone, words.CommonYes, words.CommonNo, words.CommonNo, words.PrepareReady,
}

// BenchmarkTouch is from a touch to the next screen, laid out and ready to be
// painted, on a kiosk that has not shown that screen for more than a minute:
// the words are shaped, too. "busy" is the part of it in which the processor
// worked on it, whatever else it had to do.
func BenchmarkTouch(b *testing.B) {
	for _, bench := range []struct {
		name    string
		streams []string
	}{
		{"alone", nil},
		{"three streams", []string{"contec-cms50d-plus", "nonin-df2", "berry-bci"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			h := newHall(b, rand.New(rand.NewPCG(1, 7)), fyne.NewSize(1280, 800))
			defer h.close()
			for _, p := range h.places {
				h.recognised(p)
			}
			samples, stop := h.stream(bench.streams)
			defer stop()
			runtime.LockOSThread() // whose time is counted
			defer runtime.UnlockOSThread()
			var took touchTimes
			for b.Loop() {
				h.touches(b, &took)
			}
			if n := samples(); len(bench.streams) > 0 {
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "samples/s")
			}
			took.laid.report(b, "laid-out")
			took.busy.report(b, "busy")
		})
	}
}

// touches goes the route once, and home.
func (h *hall) touches(b *testing.B, took *touchTimes) {
	lang := h.words.Lang("en")
	// Fyne forgets what it measured after a minute, and when its theme changes;
	// then the fonts, too, which a program that runs has read.
	settings := fyne.CurrentApp().Settings()
	settings.SetTheme(settings.Theme())
	for _, bold := range []bool{true, false} {
		kit.NewText(kit.Look{}, "A", kit.TextStyle{Bold: bold}).MinSize()
	}
	for _, key := range route {
		time.Sleep(20 * time.Millisecond) // samples come, and the clock ticks
		at, ok := look(h.window).find(lang.T(key))
		if !ok {
			b.Fatalf("at %s there is no %q among %q", h.visit.State().Step, lang.T(key), look(h.window).touchables)
		}
		start, worked := time.Now(), processorTime(b)
		h.queue.drain() // what came before waits no longer than this
		test.TapCanvas(h.window.Canvas(), at.middle)
		h.queue.drain()
		took.laid.add(time.Since(start))
		took.busy.add(processorTime(b) - worked)
	}
	h.visit.Cancel()
	h.queue.drain()
	if at := h.visit.State().Step; at != visit.Welcome {
		b.Fatalf("the visit is over and the kiosk at %s", at)
	}
}

// stream has instruments of these models measure until stop. All samples are
// offered to the screen, as those of a visit are.
func (h *hall) stream(models []string) (samples func() int, stop func()) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	var running sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for _, model := range models {
		p := &place{model: model}
		h.plug(p, "")
		id := h.recognised(p)
		running.Go(func() {
			for ctx.Err() == nil {
				// It ends with a reading, and the next begins.
				_ = h.rack.Measure(ctx, id, instruments.Job{Since: time.Now()}, func(e instruments.Event) {
					if s, ok := e.(*instruments.PlethSample); ok {
						h.kiosk.Sample(s)
						mu.Lock()
						n++
						mu.Unlock()
					}
				})
			}
		})
	}
	return func() int { mu.Lock(); defer mu.Unlock(); return n }, func() { cancel(); running.Wait() }
}

// recognised waits until the instrument of a place is known by its name, and
// returns what the rack calls it.
func (h *hall) recognised(p *place) string {
	h.t.Helper()
	for range 300 {
		time.Sleep(100 * time.Millisecond)
		h.queue.drain()
		for _, at := range h.rack.Attached() {
			if at.Endpoint.Path == p.path && at.Startable() {
				return at.ID
			}
		}
	}
	h.t.Fatalf("%s was not recognised within half a minute", p.model)
	return ""
}

// processorTime is what this thread has had of a processor.
func processorTime(b *testing.B) time.Duration {
	var use unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

type touchTimes struct{ laid, busy times }

// times are how long something took, each time.
type times []time.Duration

func (t *times) add(d time.Duration) { *t = append(*t, d) }

// report tells the middle and the 99th percentile.
func (t times) report(b *testing.B, of string) {
	slices.Sort(t)
	at := func(share float64) float64 { return t[int(share*float64(len(t)-1))].Seconds() * 1000 }
	b.ReportMetric(at(0.5), of+"-p50-ms")
	b.ReportMetric(at(0.99), of+"-p99-ms")
}
