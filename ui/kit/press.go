package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// tapSlop is how far, in units, a finger may slip between press and release.
const tapSlop = 12

// press turns a pointer's down and up into a tap. Fyne itself drops a tap that
// slips by two pixels inside anything draggable, and a finger slips more. The
// release comes before Fyne's own Tapped, which is skipped if it was handled.
// A widget embeds it to be pressed.
type press struct {
	tap      func()
	changed  func() // the widget paints what down and disabled say
	input    *Input // of staff screens
	disabled bool
	down     bool
	handled  bool
	from     fyne.Position
}

// MouseDown is called by Fyne.
func (p *press) MouseDown(e *desktop.MouseEvent) {
	if p.disabled || e.Button != desktop.MouseButtonPrimary {
		return
	}
	p.input.used()
	p.down, p.handled, p.from = true, false, e.AbsolutePosition
	p.changed()
}

// MouseUp is called by Fyne.
func (p *press) MouseUp(e *desktop.MouseEvent) {
	if !p.down {
		return
	}
	p.down = false
	p.changed()
	d := e.AbsolutePosition.Subtract(p.from)
	if !p.disabled && d.X*d.X+d.Y*d.Y <= tapSlop*tapSlop {
		p.handled = true
		p.fire()
	}
}

// Tapped is called by Fyne, by tests, and by code that presses for the user.
func (p *press) Tapped(*fyne.PointEvent) {
	if p.handled {
		p.handled = false
		return
	}
	if !p.disabled {
		p.fire()
	}
}

func (p *press) fire() {
	if p.tap != nil {
		p.tap()
	}
}

// Disabled reports whether presses are ignored.
func (p *press) Disabled() bool { return p.disabled }

// focusPress is a press that also takes the keyboard focus: Return and Space
// press it, arrows move the focus on, for a kiosk with a few keys of its own.
type focusPress struct {
	press
	self    fyne.CanvasObject // the widget that embeds this
	dir     Direction
	focused bool
}

// FocusGained is called by Fyne. What has the focus is in view.
func (p *focusPress) FocusGained() {
	p.focused = true
	p.changed()
	p.input.focused(p.self)
	reveal(p.self)
}

// FocusLost is called by Fyne.
func (p *focusPress) FocusLost() { p.focused = false; p.changed() }

// TypedRune is called by Fyne. Space arrives as a key too, so runes are of use
// to a scanner alone.
func (p *focusPress) TypedRune(r rune) { p.input.typed(r, nil) }

// TypedKey is called by Fyne.
func (p *focusPress) TypedKey(e *fyne.KeyEvent) {
	if p.input.ends(e) {
		return
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if !p.disabled {
			p.fire()
		}
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyRight, fyne.KeyLeft:
		p.moveFocus(e.Name)
	default:
		p.input.pass(e)
	}
}

func (p *focusPress) moveFocus(key fyne.KeyName) {
	c := fyne.CurrentApp().Driver().CanvasForObject(p.self)
	if c == nil {
		return
	}
	onward := fyne.KeyRight
	if p.dir == RTL {
		onward = fyne.KeyLeft
	}
	if key == fyne.KeyDown || key == onward {
		c.FocusNext()
	} else {
		c.FocusPrevious()
	}
}

var (
	_ fyne.Tappable     = (*press)(nil)
	_ desktop.Mouseable = (*press)(nil)
	_ fyne.Focusable    = (*focusPress)(nil)
)
