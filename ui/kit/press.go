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
type press struct {
	tap      func()
	show     func(pressed bool)
	disabled bool
	down     bool
	handled  bool
	from     fyne.Position
}

func (p *press) mouseDown(e *desktop.MouseEvent) {
	if p.disabled || e.Button != desktop.MouseButtonPrimary {
		return
	}
	p.down, p.handled, p.from = true, false, e.AbsolutePosition
	p.show(true)
}

func (p *press) mouseUp(e *desktop.MouseEvent) {
	if !p.down {
		return
	}
	p.down = false
	p.show(false)
	if p.disabled {
		return
	}
	d := e.AbsolutePosition.Subtract(p.from)
	if d.X*d.X+d.Y*d.Y <= tapSlop*tapSlop {
		p.handled = true
		p.tap()
	}
}

func (p *press) tapped() {
	if p.disabled {
		return
	}
	if p.handled {
		p.handled = false
		return
	}
	p.tap()
}

// typed presses on Return and Space and reports whether the key was one.
func (p *press) typed(key fyne.KeyName) bool {
	switch key {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if !p.disabled {
			p.tap()
		}
		return true
	}
	return false
}
