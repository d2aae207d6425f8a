package kiosk

import (
	"testing"
	"testing/synctest"

	"aidpost/app/visit"
	"aidpost/ui/kit"
)

// TestScannerReachesTheCard: the window takes the focus away when a touch ends
// where nothing has it; what a scanner types reaches the card all the same.
func TestScannerReachesTheCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		s.must(s.visit.Begin(), visit.Who)
		w := s.kiosk.screen.(*who)
		w.showCard()
		s.window.Canvas().Unfocus()
		s.settle()
		if got := s.window.Canvas().Focused(); got != w.card {
			t.Errorf("%T takes what is typed", got)
		}
	})
}
