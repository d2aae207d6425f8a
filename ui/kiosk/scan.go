package kiosk

import (
	"slices"
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

// pressSwitch starts to scan at the first press, which no widget takes since
// none has the focus.
func (k *Kiosk) pressSwitch(e *fyne.KeyEvent) {
	if k.cfg.Switch <= 0 || k.visit == nil || k.scan.on {
		return
	}
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		k.scan = scan{on: true, fresh: true}
		k.visit.Unhurried()
		k.scanOn(time.Now())
		k.setPace(k.visit.State())
	}
}

// scanOn moves the focus on when it is time. The screen is offered before the bar,
// and never what the switch would type into.
func (k *Kiosk) scanOn(now time.Time) {
	if !k.scan.on || !k.scan.fresh && now.Before(k.scan.next) {
		return
	}
	k.scan.next = now.Add(k.cfg.Switch)
	stops := slices.DeleteFunc(k.stops(), func(f fyne.Focusable) bool {
		_, types := f.(kit.Target)
		return types
	})
	if len(stops) == 0 {
		return
	}
	at := slices.Index(stops, k.canvas.Focused())
	if k.scan.fresh {
		at = -1
	}
	k.canvas.Focus(stops[(at+1)%len(stops)])
	k.scan.fresh = false
}
