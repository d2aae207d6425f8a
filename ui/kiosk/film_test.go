package kiosk

import (
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// toPrepare brings a guest to the pictures before an oximetry.
func (s *stage) toPrepare() *film {
	s.t.Helper()
	s.must(s.visit.Begin(), visit.Who)
	s.must(s.visit.Guest(), visit.Choose)
	_ = s.visit.ChoosePanel(vitals.Oximetry)
	s.settle()
	s.answerAll()
	s.must(nil, visit.Prepare)
	return s.kiosk.screen.(*preparing).film
}

// positions are where the drawings of a film stand.
func (f *film) positions() [3]int {
	var at [3]int
	for i, d := range f.drawings {
		at[i] = d.Frame()
	}
	return at
}

// The drawings move one after the other, each through all its positions, and
// then again; the others meanwhile show what they come to. No two changes are
// closer than a third of a second.
func TestDrawingsMoveInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		f := s.toPrepare()
		last := f.positions()
		for i, d := range f.drawings {
			last[i] = d.Picture().Frames() - 1
		}
		seen, moving, changed := map[[3]int]bool{}, -1, time.Now()
		for before := f.positions(); time.Since(f.began) < 2*time.Duration(f.length())*filmTick; time.Sleep(50 * time.Millisecond) {
			s.queue.drain()
			now := f.positions()
			if now == before {
				continue
			}
			if since := time.Since(changed); since < time.Second/3 {
				t.Errorf("two changes within %v", since)
			}
			before, changed, moving = now, time.Now(), -1
			seen[now] = true
			for i := range now {
				if now[i] != last[i] && moving >= 0 {
					t.Errorf("two drawings move at once: %v", now)
				}
				if now[i] != last[i] {
					moving = i
				}
			}
		}
		for i, d := range f.drawings {
			for n := range d.Picture().Frames() {
				want := last
				want[i] = n
				if !seen[want] && want != last {
					t.Errorf("drawing %d was never seen at position %d", i, n)
				}
			}
		}
	})
}

// Whoever holds the drawings finds them still until the visit ends; the next
// person finds them as the site has set it.
func TestDrawingsAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.toPrepare().hold.Tapped(nil)
		s.settle()
		f := s.kiosk.screen.(*preparing).film
		for range 20 {
			s.after(filmTick)
			for i, d := range f.drawings {
				if d.Frame() != d.Picture().Frames()-1 {
					t.Fatalf("drawing %d moves", i)
				}
			}
		}
		s.visit.Cancel()
		s.settle()
		if s.kiosk.held {
			t.Error("the next person finds the drawings held")
		}
	})
}
