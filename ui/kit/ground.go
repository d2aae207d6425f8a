package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Ground is the bottom of a window: the ground colour, and on a kiosk no
// pointer, since there is only a finger.
type Ground struct {
	widget.BaseWidget
	class Class
	paper *canvas.Rectangle
}

// NewGround returns a ground; put it first in the window's stack.
func NewGround(look Look) *Ground {
	g := &Ground{class: look.Class, paper: canvas.NewRectangle(look.Color(ColorGround))}
	g.ExtendBaseWidget(g)
	return g
}

// Cursor hides the pointer from those who have none.
func (g *Ground) Cursor() desktop.Cursor {
	if g.class == Staff {
		return desktop.DefaultCursor
	}
	return desktop.HiddenCursor
}

// CreateRenderer is called by Fyne.
func (g *Ground) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(g.paper),
		layout: func(s fyne.Size) {
			// Each frame begins with the background of the theme already.
			g.paper.Hidden = theme.Color(theme.ColorNameBackground) == g.paper.FillColor
			place(g.paper, 0, 0, s.Width, s.Height)
		},
		min: func() fyne.Size { return fyne.Size{} },
	}
}

var _ desktop.Cursorable = (*Ground)(nil)
