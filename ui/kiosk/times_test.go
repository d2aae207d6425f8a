package kiosk

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/timing"
	"aidpost/app/visit"
	"aidpost/ui/kit"
)

// A person who looks around and goes, and one who is measured: how long each screen
// was there, in which language and way of use, and where the first one left.
func TestScreensAreTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "de", sizes["1280x800"], kit.Look{})
		defer s.close()
		book := timing.Open(t.TempDir(), time.UTC, time.Now, slog.New(slog.DiscardHandler))
		s.kiosk.Time(timing.NewKiosk(book, time.Now))
		s.after(time.Minute) // nobody is there
		s.must(s.visit.Begin(), visit.Who)
		s.after(9 * time.Second)
		s.kiosk.speech.follow = true
		s.kiosk.rebuild()
		s.settle()
		s.after(20 * time.Second)
		s.visit.Cancel()
		s.settle()
		s.after(time.Minute)
		s.guestCuff()
		s.rack.tell(pressures(125, 77, 70))
		s.rack.finish(nil)
		s.settle()
		s.must(s.visit.GiveUp(), visit.Result)
		s.after(12 * time.Second)
		s.visit.Cancel()
		s.settle()
		f, err := book.Figures(time.Now().AddDate(0, 0, -1), time.Now().AddDate(0, 0, 1))
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range map[timing.Key]time.Duration{
			{Kind: timing.Screen, Of: "who", Lang: "de", Mode: "speech"}:   20 * time.Second,
			{Kind: timing.Screen, Of: "result", Lang: "de", Mode: "touch"}: 12 * time.Second,
		} {
			if got := f[key]; got.N() != 1 || got.P90() != want {
				t.Errorf("%+v: %+v, want %s", key, got, want)
			}
		}
		touched, left := timing.Key{Kind: timing.Screen, Of: "who", Lang: "de", Mode: "touch"}, 0
		if got := f[touched]; got.Counts[9] != 1 {
			t.Errorf("before it was read aloud: %+v", got)
		}
		for _, t := range f {
			left += t.Left
		}
		visits := f.Sum(func(k timing.Key) bool { return k.Kind == timing.Visit })
		if visits.N() != 1 || left != 1 || f[timing.Key{Kind: timing.Screen, Of: "who", Lang: "de", Mode: "speech"}].Left != 1 {
			t.Errorf("%d visits, %d left: %v", visits.N(), left, f)
		}
	})
}
