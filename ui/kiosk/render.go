package kiosk

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/timing"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// rebuild builds the screen anew although the state is the same.
func (k *Kiosk) rebuild() {
	k.keepFocus(func() {
		if k.screen != nil {
			k.ear.again = k.ear.heard[k.screen.content()]
		}
		k.shown = ""
		k.render()
	})
}

// render brings the window to the visit's state: by an update where the same
// screen still fits, else by building the one that does.
func (k *Kiosk) render() {
	if k.visit == nil || k.away || k.mends != nil {
		return
	}
	s := k.visit.State()
	if key := k.key(s); key != k.shown {
		if id := encounterOf(s); id != k.encounter {
			if k.encounter != "" {
				k.forget()
			}
			k.encounter = id
		}
		k.step = s.Step
		k.build(s)
		k.shown = key
	} else {
		k.screen.update(s)
	}
	if k.bar.label != k.helpLabel(s) {
		k.compose(s)
	}
	k.follow(s)
	k.kept = s.Keeping && s.Saved
	k.listen(s)
	k.setPace(s)
	k.cfg.Times.Show(k.timed(s))
}

// timed is what is told of a screen to whoever takes the time.
func (k *Kiosk) timed(s visit.State) timing.Shown {
	if s.Step == visit.Welcome {
		return timing.Shown{}
	}
	mode := "touch"
	switch {
	case k.scan.on:
		mode = "switch"
	case k.speech.follow:
		mode = "speech"
	}
	return timing.Shown{Screen: string(s.Step), Lang: k.lang.Tag(), Mode: mode, Visit: string(encounterOf(s)), Result: len(s.Results) > 0}
}

func encounterOf(s visit.State) records.ID {
	if s.Encounter == nil {
		return ""
	}
	return s.Encounter.ID
}

// forget gives the next person the kiosk as everybody finds it.
func (k *Kiosk) forget() {
	class := k.look.Class
	k.look = k.usual
	k.look.Class = class
	k.discreet, k.held = k.cfg.Covered, k.cfg.Still
	if k.speech.follow {
		k.ear.parting = k.t(words.FinishCancelled)
		if k.kept {
			k.ear.parting = k.t(words.FinishCancelledKept)
		}
	}
	k.scan, k.keys, k.speech = scan{}, keys{}, speech{follow: k.private && k.speaks()}
	k.ear.intro = k.byKeys()
}

func (k *Kiosk) setPace(s visit.State) {
	every := idleTick
	if t, ok := k.screen.(ticker); ok {
		every = t.every()
	} else if s.Total > 0 || s.IdleWarning || k.scan.on {
		every = countdownTick
	}
	select {
	case k.pace <- every:
	default:
	}
}

// build makes the screen for a state and puts it into the window.
func (k *Kiosk) build(s visit.State) {
	k.lang = k.cfg.Words.Lang(s.Language)
	k.look.Dir = kit.LTR
	if k.lang.Direction() == words.RTL {
		k.look.Dir = kit.RTL
	}
	k.trace.Show(nil)
	if l, ok := k.screen.(leaver); ok {
		l.leave()
	}
	k.hush()
	k.secrets, k.built = map[fyne.CanvasObject]bool{}, time.Now()
	k.screen = k.screenFor(s)
	k.ear.came(k.screen.content())
	k.compose(s)
	k.focusFirst()
	k.scan.fresh = true
}

// focusFirst lets somebody type at once where the screen is for typing.
func (k *Kiosk) focusFirst() {
	if k.canvas == nil {
		return
	}
	k.canvas.Unfocus()
	if f, ok := k.screen.(focuser); ok {
		k.focus(f.first())
	}
	if stops := k.stops(); k.keys.on && k.step == visit.Measure && len(stops) > 0 {
		k.quietly(func() { k.canvas.Focus(stops[0]) }) // to stop takes one key
	}
}

// compose puts the bar over the screen.
func (k *Kiosk) compose(s visit.State) {
	k.bar = newBar(k, s)
	rows := []fyne.CanvasObject{k.bar.content(), kit.NewGrow(1, k.screen.content())}
	if k.look.Class == kit.Portrait {
		// All that is touched is in reach from a chair.
		rows = []fyne.CanvasObject{k.bar.steps(), rows[1], rows[0]}
	}
	k.root.Objects = []fyne.CanvasObject{
		k.ground(),
		k.framed(rows...),
	}
	if k.corners != nil {
		k.root.Objects = append(k.root.Objects, k.corners)
	}
	if k.over.cover { // it stays over whatever changes below it
		k.root.Objects = append(k.root.Objects, k.over.curtain)
	}
	k.root.Refresh()
	k.over.keepHelp(k)
}

// ground is the bottom of the window.
func (k *Kiosk) ground() fyne.CanvasObject {
	if k.cfg.Ground != nil {
		k.cfg.Ground(k.look)
	}
	return kit.NewGround(k.look)
}

// framed leaves room around the bar and the screen.
func (k *Kiosk) framed(rows ...fyne.CanvasObject) fyne.CanvasObject {
	gap := kit.Space24
	if k.look.Class == kit.Compact { // the height goes to what is touched
		gap = kit.Space16
	}
	return kit.NewInset(k.look.Margin(), gap, kit.NewColumn(gap, rows...))
}

// notice says what the staff must know now; nothing if there is nothing.
func (k *Kiosk) notice() string {
	said := ""
	if k.cfg.Notice != nil {
		if key := k.cfg.Notice(); key != "" {
			said = k.t(key)
		}
	}
	if left, low := k.battery(); said == "" && low {
		said = k.t(words.StatusBattery, words.With("value", k.lang.Quantity(strconv.Itoa(left), "%"))) + "."
	}
	if said == "" {
		return ""
	}
	return said + " " + k.t(words.ErrorStaff)
}

// battery is what is left of the computer's, if that is little.
func (k *Kiosk) battery() (percent int, low bool) {
	if k.cfg.Battery == nil {
		return 0, false
	}
	return k.cfg.Battery()
}

// say changes a text, and lays the screen out again if it got higher or lower.
func (k *Kiosk) say(t *kit.Text, said string) {
	if t.Text() == said {
		return
	}
	before := t.HeightFor(t.Size().Width)
	t.SetText(said)
	if t.HeightFor(t.Size().Width) != before && k.screen != nil {
		k.screen.content().Refresh()
	}
}

// still is a screen on which nothing changes.
type still struct{ object fyne.CanvasObject }

func (s still) content() fyne.CanvasObject { return s.object }
func (s still) update(visit.State)         {}
