package kiosk

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// TestStartIsInSight: in every language and at every size all of the start screen is in
// sight, also when it has something to say or every kind of instrument to offer: who
// passes by does not scroll.
func TestStartIsInSight(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, size := range sizes {
		for _, lang := range catalogue.Langs() {
			t.Run(name+"/"+lang.Tag(), func(t *testing.T) { testStart(t, lang.Tag(), size) })
		}
	}
}

func testStart(t *testing.T, lang string, size fyne.Size) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, lang, size, kit.Look{Text: kit.TextNormal})
		defer s.close()
		whole := func(state string) {
			s.walk(func(o fyne.CanvasObject) {
				if scroll, ok := o.(*kit.Scroll); ok && scroll.Turns() {
					t.Errorf("%s: a part of %.0f units shows %.0f", state, scroll.Content.MinSize().Height, scroll.Size().Height)
				}
			})
		}
		whole("three instruments")
		s.notice = words.ErrorDiskLow
		s.after(2 * time.Second)
		whole("a notice")
		s.notice = words.ErrorCorrupt
		s.kiosk.Set(func(c *Config) { c.Mend = func() {} })
		s.settle()
		whole("damaged records")
		s.kiosk.Set(func(c *Config) { c.Mend = nil })
		s.notice = ""
		s.rack.plug(vitals.Panels()...)
		s.rack.notify()
		s.settle()
		whole("five instruments")
	})
}
