package kiosk

import (
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// everyKey is what a keyboard has that no field takes.
func everyKey() []fyne.KeyEvent {
	var all []fyne.KeyEvent
	for _, name := range []fyne.KeyName{
		fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab, fyne.KeyBackspace, fyne.KeyInsert, fyne.KeyDelete,
		fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeySpace,
		fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10,
		fyne.KeyF11, fyne.KeyF12, desktop.KeyMenu, desktop.KeyPrintScreen, desktop.KeySuperLeft, desktop.KeyAltLeft, desktop.KeyControlLeft,
	} {
		all = append(all, fyne.KeyEvent{Name: name})
	}
	for code := firstF13 - 2; code < firstF13+14; code++ {
		all = append(all, fyne.KeyEvent{Physical: fyne.HardwareKey{ScanCode: code}})
	}
	return all
}

// escapes are what people try with two keys.
func escapes() []*desktop.CustomShortcut {
	var all []*desktop.CustomShortcut
	for _, with := range []fyne.KeyModifier{
		fyne.KeyModifierAlt, fyne.KeyModifierControl, fyne.KeyModifierSuper, fyne.KeyModifierControl | fyne.KeyModifierAlt,
		fyne.KeyModifierControl | fyne.KeyModifierShift,
	} {
		for _, name := range []fyne.KeyName{
			fyne.KeyF4, fyne.KeyF1, fyne.KeyF2, fyne.KeyTab, fyne.KeyEscape, fyne.KeyDelete, fyne.KeyBackspace, fyne.KeySpace,
			fyne.KeyQ, fyne.KeyW, fyne.KeyC, fyne.KeyV, fyne.KeyN, fyne.KeyO, fyne.KeyS, fyne.KeyP, fyne.KeyD,
		} {
			all = append(all, &desktop.CustomShortcut{KeyName: name, Modifier: with})
		}
	}
	return all
}

// TestKeysLeadNowhereElse presses every key and every two of them on screens of a
// kiosk with a keypad, in a window that staff share: the window stays, shows the
// kiosk, and staff are never asked for.
func TestKeysLeadNowhereElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, asked := sharedStage(t, sizes["1280x800"])
		defer s.close()
		pad := fiveKeys
		pad.Plugged, pad.Unplugged = "F15", "F16"
		s.kiosk.cfg.Keypad = pad
		closed := false
		s.window.SetOnClosed(func() { closed = true })
		c := s.window.Canvas()
		check := func(at string) {
			t.Helper()
			over := len(c.Overlays().List())
			if *asked > 0 || closed || s.window.Content() != s.kiosk.Content() || s.kiosk.away || over > 1 || over == 1 && s.kiosk.over.dialog == nil {
				t.Fatalf("%s: staff asked for %d times, window closed %v, %d layers over it", at, *asked, closed, over)
			}
		}
		tries := func(at string) {
			for _, e := range everyKey() {
				if f := c.Focused(); f != nil {
					f.TypedKey(&e)
				} else {
					c.OnTypedKey()(&e)
				}
				s.after(time.Second)
				check(at + " " + string(e.Name))
			}
			for _, shortcut := range escapes() {
				if f, ok := c.Focused().(fyne.Shortcutable); ok {
					f.TypedShortcut(shortcut)
				} else {
					c.(fyne.Shortcutable).TypedShortcut(shortcut)
				}
				s.settle()
				check(at + " " + shortcut.ShortcutName())
			}
			s.kiosk.over.close()
			s.visit.Cancel()
			s.settle()
		}
		tries("welcome")
		s.must(s.visit.Begin(), visit.Who)
		tries("who")
		s.must(s.visit.Begin(), visit.Who)
		s.kiosk.screen.(*who).showName()
		s.settle()
		tries("name")
		s.guestCuff()
		tries("measure")
	})
}

// TestKeysRestWhileStaffWork: while staff have the window, the keypad says and does
// nothing.
func TestKeysRestWhileStaffWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := sharedStage(t, sizes["1280x800"])
		defer s.close()
		l := newListener(s, "en")
		s.must(s.visit.Begin(), visit.Who)
		s.kiosk.Yield()
		for _, name := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyReturn, fyne.KeyEscape, fyne.KeyF1} {
			l.key(name)
		}
		l.silent("staff have the window")
		if s.visit.State().Step != visit.Who || len(s.calls.Open()) != 0 || s.kiosk.keys.on {
			t.Error("a key did something to the visit under the screen of staff")
		}
		s.kiosk.Headphones(true)
		s.settle()
		l.silent("staff have the window, and headphones come")
		s.kiosk.Resume()
		s.settle()
		l.expects(l.lang.T(words.WhoTitle))
	})
}

// TestMoreTimeByKeys: whoever needs it has the visit wait again and again, twelve
// times here, and the question for signs of an emergency, too.
func TestMoreTimeByKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		l := newListener(s, "en")
		l.key(fyne.KeyDown)
		l.choose(words.WelcomeKeep)
		for range 12 {
			s.until(func(st visit.State) bool { return st.IdleWarning || st.Step != visit.Who })
			l.key(fyne.KeyReturn)
			s.at(visit.Who)
		}
		s.guestCuffFrom()
		s.rack.tell(pressures(190, 112, 90))
		s.rack.finish(nil)
		s.must(nil, visit.Urgent)
		l.hears()
		s.after(15 * time.Second)
		before := s.visit.State().Remaining
		l.find(l.lang.T(words.UrgentMoreTime))
		l.key(fyne.KeyReturn)
		if after := s.visit.State().Remaining; after <= before {
			t.Errorf("%v remain, %v before", after, before)
		}
		s.at(visit.Urgent)
		if got := s.visit.State().Panel; got != vitals.BloodPressure {
			t.Errorf("panel %s", got)
		}
	})
}

// TestNoMenus: nothing on any screen answers a right click, which a touch panel makes
// of a long press, or waits for a second tap.
func TestNoMenus(t *testing.T) {
	tour(t, "en", sizes["1280x800"], kit.Look{}, func(s *stage, screen string) {
		s.walk(func(o fyne.CanvasObject) {
			switch o.(type) {
			case fyne.SecondaryTappable, fyne.DoubleTappable:
				t.Errorf("%s: %T", screen, o)
			}
		})
	})
}
