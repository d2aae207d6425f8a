package crowd

import (
	"flag"
	"testing"
	"testing/synctest"
	"time"
)

// What make crowd asks for.
var (
	crowd = flag.Int("visits", 40, "how many people come")
	hours = flag.Int("hours", 0, "instead, for how many hours of the kiosk's own time they keep coming")
	first = flag.Uint64("seed", 1, "the seed of the first hall, to see a failure again")
)

// perHall is how many people use one kiosk before another is set up.
const perHall = 20

// TestCrowd lets people use one kiosk after another.
func TestCrowd(t *testing.T) {
	if *hours > 0 {
		t.Skip("they come for hours")
	}
	var total tally
	synctest.Test(t, func(t *testing.T) {
		epoch := time.Now()
		for seed := *first; total.came < *crowd && !t.Failed(); seed++ {
			// A hall opens on a day of its own, so that it is the same whichever
			// was before it, and time does not run backwards for Fyne's caches.
			time.Sleep(time.Until(epoch.Add(time.Duration(seed) * 72 * time.Hour)))
			total.add(serve(t, seed, min(perHall, *crowd-total.came)))
		}
	})
	if total.kept == 0 {
		t.Error("nobody's visit was kept")
	}
	t.Logf("%d people came, the visits of %d were kept, %d chose a PIN, %d moves of others ended before one, %d before the arm of last time; moves that ended at each step: %v",
		total.came, total.kept, total.pinned, total.refused, total.offered, total.steps)
}

// serve lets so many people use the kiosk of one hall.
func serve(t *testing.T, seed uint64, people int) tally {
	h := openHall(t, seed)
	defer h.close()
	for range people {
		h.came++
		h.comes(h.came).visits()
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		h.pass(time.Duration(h.rand.IntN(300)) * time.Second)
	}
	return h.tally
}

// TestDays lets people keep coming to one kiosk.
func TestDays(t *testing.T) {
	if *hours == 0 {
		t.Skip("long: make crowd HOURS=24")
	}
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, *first)
		defer h.close()
		end := time.Now().Add(time.Duration(*hours) * time.Hour)
		for time.Now().Before(end) && !t.Failed() {
			h.came++
			h.comes(h.came).visits()
			h.pass(time.Duration(h.rand.IntN(600)) * time.Second)
		}
		t.Logf("in %d hours %d people came, the visits of %d were kept; moves that ended at each step: %v", *hours, h.came, h.kept, h.steps)
	})
}
