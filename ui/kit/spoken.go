package kit

import (
	"cmp"
	"strings"

	"fyne.io/fyne/v2"
)

// Spoken lists the words that stand on a part of the screen, in the order in
// which they are read: texts, what tiles say, and the labels of buttons.
func Spoken(o fyne.CanvasObject) []string {
	return spoken(o, func(fyne.CanvasObject) bool { return true })
}

// Told lists the words of a part of the screen but for those of parts to be left
// out, such as of what takes the focus, where each is read when it has it.
func Told(o fyne.CanvasObject, but func(fyne.CanvasObject) bool) []string {
	return spoken(o, func(o fyne.CanvasObject) bool { return !but(o) })
}

func spoken(o fyne.CanvasObject, wanted func(fyne.CanvasObject) bool) []string {
	if o == nil || !o.Visible() || !wanted(o) {
		return nil
	}
	var words []string
	say := func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			words = append(words, text)
		}
	}
	switch o := o.(type) {
	case *Text:
		say(o.Text())
	case *Button:
		say(o.Label())
	case *Quantity:
		say(o.Number() + " " + o.unit.Text)
	case *Keyboard, *Keypad: // one letter after the other helps nobody
	default:
		for _, part := range inOrder(o) {
			words = append(words, spoken(part, wanted)...)
		}
	}
	return words
}

// inOrder is what something holds, in the order in which it is read.
func inOrder(o fyne.CanvasObject) []fyne.CanvasObject {
	parts := contained(o)
	if row, ok := o.(*Row); ok && row.readLast > 0 {
		turned := append([]fyne.CanvasObject{}, parts[row.readLast:]...)
		return append(turned, parts[:row.readLast]...)
	}
	return parts
}

// Stops lists what takes the focus on a part of the screen, in the order in which
// it stands there.
func Stops(o fyne.CanvasObject) []fyne.Focusable {
	if o == nil || !o.Visible() {
		return nil
	}
	if TakesFocus(o) {
		return []fyne.Focusable{o.(fyne.Focusable)}
	}
	var stops []fyne.Focusable
	for _, part := range contained(o) {
		stops = append(stops, Stops(part)...)
	}
	return stops
}

// TakesFocus reports whether a key can press something, or type into it.
func TakesFocus(o fyne.CanvasObject) bool {
	if _, ok := o.(fyne.Focusable); !ok {
		return false
	}
	d, can := o.(interface{ Disabled() bool })
	return !can || !d.Disabled()
}

// A Role is what something does that takes the focus.
type Role int

// Roles.
const (
	Pressed Role = iota // a button, or a tile
	Ticked              // a box with a tick or without
	Typed               // text is typed into it
	Letter              // a key of the on-screen keyboard
)

// A Control is what has the focus, in words.
type Control struct {
	Role  Role
	Name  string
	State string // of a button that is one thing or another; what was typed
	On    bool   // the box is ticked
	// Secret: what was typed may not be said. State is empty then.
	Secret bool
	Count  int // letters that were typed
	// Lang is the BCP 47 tag of the language that it names; empty: it names none.
	Lang string
}

// Describe says what has the focus. Its name may be missing.
func Describe(o fyne.Focusable) Control {
	switch o := o.(type) {
	case *Button:
		return Control{Name: o.Name(), State: o.style.State, Lang: o.style.Lang}
	case *Tile:
		return Control{Name: strings.Join(Spoken(o.body), ". ")}
	case *Check:
		return Control{Role: Ticked, Name: o.Label(), On: o.On()}
	case *Entry:
		c := Control{Role: Typed, Name: cmp.Or(o.style.Name, o.style.Placeholder), State: o.Text(), Secret: o.style.Secret, Count: len([]rune(o.Text()))}
		if c.Secret {
			c.State = ""
		}
		return c
	case *DateEntry:
		var names []string
		for _, n := range o.names {
			names = append(names, n.Text())
		}
		year, month, day := o.Segments()
		return Control{Role: Typed, Name: strings.Join(names, ", "), State: strings.TrimSpace(day + " " + month + " " + year), Count: len(o.digits)}
	case *key:
		name := o.name
		if name == "" {
			name = o.label.Text()
		}
		return Control{Role: Letter, Name: name}
	}
	return Control{}
}
