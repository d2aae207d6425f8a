package kiosk

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// Keypad names the five keys of a tactile keypad, as Fyne calls keys, and F13 to
// F24. The zero value is none.
type Keypad struct {
	Previous, Next, Select, Back, Help fyne.KeyName
	// Plugged and Unplugged are typed by a keypad with a socket when headphones are
	// put in and taken out; empty: it types nothing then.
	Plugged, Unplugged fyne.KeyName
}

// keys is somebody who works the kiosk with a keypad. The first key starts it.
type keys struct {
	on   bool
	last time.Time // when a key was pressed
	// passing: a key is on its way to the widget that has the focus.
	passing bool
}

const (
	// settleTime is how long a new screen takes no select: a hand that shakes
	// presses twice.
	settleTime = 300 * time.Millisecond
	// scannerTime is how soon the Return of a scanner follows its last letter.
	scannerTime = 150 * time.Millisecond
)

// firstF13 is the code of F13 on X11. The toolkit has no names for it and those
// after it.
const firstF13 = 191

// keyName is what a key is called in a Keypad.
func keyName(e *fyne.KeyEvent) fyne.KeyName {
	names := [...]fyne.KeyName{"F13", "F14", "F15", "F16", "F17", "F18", "F19", "F20", "F21", "F22", "F23", "F24"}
	if i := e.Physical.ScanCode - firstF13; e.Name == fyne.KeyUnknown && i >= 0 && i < len(names) {
		return names[i]
	}
	return e.Name
}

// hearWindow hears what no widget takes since none has the focus: keys, and the letters of
// a scanner. Keys that a widget could take come through its look.
func (k *Kiosk) hearWindow() {
	if k.canvas == nil {
		return
	}
	k.canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if !k.takeKey(e) {
			k.pressSwitch(e)
		}
	})
	k.canvas.SetOnTypedRune(func(r rune) {
		k.typedAt = time.Now()
		if t, ok := k.screen.(typist); ok && len(k.canvas.Overlays().List()) == 0 {
			t.typed(r)
		}
	})
}

// takeKey is given each key first, and reports whether it was one of the keypad.
func (k *Kiosk) takeKey(e *fyne.KeyEvent) bool {
	name, pad := keyName(e), k.cfg.Keypad
	if k.away || k.keys.passing || name == fyne.KeyUnknown {
		return false
	}
	switch name {
	case pad.Plugged:
		k.headphones(true)
		return true
	case pad.Unplugged:
		k.headphones(false)
		return true
	case pad.Help:
		k.beginKeys()
		k.helpNow()
		return true
	case pad.Previous, pad.Next, pad.Back:
	case pad.Select:
		if _, types := k.focused().(kit.Target); types && !k.keys.on || time.Since(k.typedAt) < scannerTime {
			return false // a scanner or a keyboard ends what it typed
		}
	default:
		return false
	}
	if k.beginKeys() || k.stillHere() {
		return true
	}
	switch name {
	case pad.Previous:
		k.walk(-1)
	case pad.Next:
		k.walk(1)
	case pad.Back:
		k.goBack()
	case pad.Select:
		k.press()
	}
	return true
}

// beginKeys has everything read, with what the keys do, from the first key on. It
// reports whether this was the first of which anything is heard.
func (k *Kiosk) beginKeys() bool {
	k.keys.last = time.Now()
	if k.keys.on {
		return false
	}
	k.keys.on = true
	if k.speech.follow && k.visit != nil { // what the keys do was said when the headphones came
		k.visit.Unhurried()
		return false
	}
	k.setFollow(true)
	return true
}

// stillHere answers the question whether somebody is there, which any key does.
func (k *Kiosk) stillHere() bool {
	if k.visit == nil {
		return false
	}
	s := k.visit.State()
	if !s.Private {
		k.visit.Touch()
	}
	return s.IdleWarning
}

// focused is what has the focus and can be seen.
func (k *Kiosk) focused() fyne.Focusable {
	if k.canvas == nil {
		return nil
	}
	return k.canvas.Focused()
}

// layer is what lies uppermost: a cover, a dialog, or the screen.
func (k *Kiosk) layer() fyne.CanvasObject {
	switch {
	case k.over.dialog != nil:
		return k.over.dialog
	case k.over.cover:
		return k.over.curtain
	case k.mends != nil:
		return k.mends
	case k.screen != nil:
		return k.screen.content()
	}
	return nil
}

// stops lists what can have the focus now, in the order of reading: the screen
// before the bar.
func (k *Kiosk) stops() []fyne.Focusable {
	stops := kit.Stops(k.layer())
	if k.over.dialog == nil && !k.over.cover && k.bar != nil {
		stops = append(stops, kit.Stops(k.bar.object)...)
	}
	return stops
}

// walk moves the focus on or back. Between the last and the first stands the
// screen itself, which is read once more.
func (k *Kiosk) walk(by int) {
	stops := k.stops()
	round := len(stops) + 1
	at := (slices.Index(stops, k.focused()) + 1 + by + round) % round
	if at == 0 {
		k.canvas.Unfocus()
		k.readAgain(false)
		return
	}
	k.canvas.Focus(stops[at-1])
}

// press presses what has the focus, or reads the screen, with its results since
// that is asked for.
func (k *Kiosk) press() {
	f := k.focused()
	if k.built.Add(settleTime).After(time.Now()) {
		return
	}
	if !slices.Contains(k.stops(), f) {
		k.readAgain(true)
		return
	}
	top, built, before := k.layer(), k.built, kit.Describe(f)
	k.keys.passing = true
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	k.keys.passing = false
	// A box has its tick, a letter is typed.
	if now := kit.Describe(f); k.focused() == f && k.layer() == top && k.built.Equal(built) && (now != before || now.Role == kit.Letter) {
		k.sayControl(f)
	}
}

// goBack closes a dialog with nothing changed, stops a measurement, or presses the
// button that leads back. Where there is none it asks whether the visit shall end.
func (k *Kiosk) goBack() {
	switch {
	case k.over.dialog != nil:
		k.closing(nil)()
		return
	case k.over.cover || k.mends != nil:
		k.readAgain(false)
		return
	}
	switch k.step {
	case visit.Welcome:
		k.readAgain(false)
		return
	case visit.Measure, visit.Stopping:
		k.do(k.visit.Stop)()
		return
	}
	for _, f := range k.stops() {
		if b, ok := f.(*kit.Button); ok && b.Label() == k.t(words.CommonBack) {
			b.Tapped(nil)
			return
		}
	}
	k.over.showCancel(k)
}

// helpNow calls for help, whatever lies over the screen.
func (k *Kiosk) helpNow() {
	if k.over.cover {
		k.closing(k.callHelp)()
		return
	}
	k.callHelp()
}

// keepFocus does what builds the same screen anew, with the focus where it was.
func (k *Kiosk) keepFocus(build func()) {
	at, was := slices.Index(k.stops(), k.focused()), k.step
	build()
	if stops := k.stops(); k.keys.on && at >= 0 && at < len(stops) && k.step == was {
		k.quietly(func() { k.canvas.Focus(stops[at]) })
		k.sayControl(stops[at])
	}
}

// leftAlone ends what a key has begun on the start screen and nobody goes on with.
func (k *Kiosk) leftAlone(now time.Time) {
	if k.keys.on && k.step == visit.Welcome && now.Sub(k.keys.last) > forgetKeys {
		k.keys, k.speech = keys{}, speech{follow: k.private}
		k.canvas.Unfocus()
		k.hush()
		k.compose(k.visit.State())
	}
}

// forgetKeys is how long the start screen goes on reading when no key is pressed.
const forgetKeys = 2 * time.Minute
