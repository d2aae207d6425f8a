package crowd

import (
	"flag"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
)

// What make crowd asks for.
var (
	crowd = flag.Int("visits", 40, "how many people come")
	hours = flag.Int("hours", 0, "instead, for how many hours of the kiosk's own time they keep coming")
	first = flag.Uint64("seed", 1, "the seed of the first hall, to see a failure again")
)

// perHall is how many people use one kiosk before another is set up.
const perHall = 20

// TestCrowd lets people use the kiosk one after another.
func TestCrowd(t *testing.T) {
	kept, came, pinned, refused := 0, 0, 0, 0
	steps := map[visit.Step]int{}
	for seed := *first; came < *crowd && *hours == 0; seed++ {
		synctest.Test(t, func(t *testing.T) {
			h := newHall(t, seed)
			defer h.close()
			for range min(perHall, *crowd-came) {
				came++
				h.comes(came).visits()
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
				h.pass(time.Duration(h.rand.IntN(300)) * time.Second)
			}
			kept += h.saved
			pinned, refused = pinned+h.pinned, refused+h.refused
			for step, n := range h.steps {
				steps[step] += n
			}
		})
		if t.Failed() {
			return
		}
	}
	if *hours == 0 && kept == 0 {
		t.Error("nobody's visit was kept")
	}
	t.Logf("%d people came, the visits of %d were kept, %d chose a PIN, %d moves of others ended before one; moves that ended at each step: %v",
		came, kept, pinned, refused, steps)
}

// TestDays lets people keep coming to one kiosk.
func TestDays(t *testing.T) {
	if *hours == 0 {
		t.Skip("long: make crowd HOURS=24")
	}
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t, *first)
		defer h.close()
		end := time.Now().Add(time.Duration(*hours) * time.Hour)
		n := 0
		for time.Now().Before(end) && !t.Failed() {
			n++
			h.comes(n).visits()
			h.pass(time.Duration(h.rand.IntN(600)) * time.Second)
		}
		t.Logf("in %d hours %d people came, the visits of %d were kept; moves that ended at each step: %v", *hours, n, h.saved, h.steps)
	})
}
