package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/ui/kit"
)

// scan offers one choice after the other to somebody who works the kiosk with
// one switch, which is wired as the space or the enter key. The first press
// starts it; from then on the focus moves on by itself, and a press takes what
// has it, until the visit ends.
type scan struct {
	on    bool
	fresh bool // the screen has just been built
	next  time.Time
}

// listenToSwitch starts to scan at the first press, which no widget takes since
// none has the focus.
func (k *Kiosk) listenToSwitch() {
	if k.cfg.Switch <= 0 || k.canvas == nil {
		return
	}
	k.canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
			if !k.scan.on {
				k.scan = scan{on: true, fresh: true}
				k.visit.Unhurried()
				k.scanOn(time.Now())
				k.setPace(k.visit.State())
			}
		}
	})
}

// listenToScanner has a screen take what is typed while nothing has the focus.
func (k *Kiosk) listenToScanner() {
	if k.canvas == nil {
		return
	}
	k.canvas.SetOnTypedRune(func(r rune) {
		if t, ok := k.screen.(typist); ok && len(k.canvas.Overlays().List()) == 0 {
			t.typed(r)
		}
	})
}

// scanOn moves the focus on when it is time.
func (k *Kiosk) scanOn(now time.Time) {
	if !k.scan.on || !k.scan.fresh && now.Before(k.scan.next) {
		return
	}
	k.scan.next = now.Add(k.cfg.Switch)
	const most = 100 // more than any screen has
	for range most {
		k.canvas.FocusNext()
		focused := k.canvas.Focused()
		_, types := focused.(kit.Target) // the switch would type into it
		if !types && (!k.scan.fresh || !k.inBar(focused)) {
			break
		}
	}
	k.scan.fresh = false
}

// inBar reports whether something stands in the bar, which is offered after the
// screen itself.
func (k *Kiosk) inBar(o fyne.Focusable) bool {
	part, ok := o.(fyne.CanvasObject)
	if !ok || k.bar == nil {
		return false
	}
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(k.bar.object).Y
	y := driver.AbsolutePositionForObject(part).Y
	return y >= top-1 && y < top+k.bar.object.Size().Height && len(k.canvas.Overlays().List()) == 0
}
