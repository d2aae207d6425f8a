package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Badge names a band: its shape, its word and its ground, so that it is never
// told by colour alone.
type Badge struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	row    *Inset
}

// NewBadge returns the badge of a band in a type step (SizeBody if empty).
func NewBadge(look Look, band Band, word string, step fyne.ThemeSizeName) *Badge {
	if step == "" {
		step = SizeBody
	}
	ink, fill := band.colors()
	size := look.Size(step)
	b := &Badge{
		ground: canvas.NewRectangle(look.Color(fill)),
		row: NewInset(size*0.7, size*0.2, NewRow(look, size*0.5, CrossCenter,
			newShapeBox(look, band, size*0.72),
			NewText(look, word, TextStyle{Size: step, Color: ink, Bold: true}),
		)),
	}
	b.ground.StrokeColor, b.ground.StrokeWidth = look.Color(ink), 1.5
	b.ExtendBaseWidget(b)
	return b
}

// HeightFor returns the height at a width.
func (b *Badge) HeightFor(width float32) float32 { return b.row.HeightFor(width) }

// PreferredWidth returns the width with the word on one line.
func (b *Badge) PreferredWidth() float32 { return b.row.PreferredWidth() }

func (b *Badge) leastWidth() float32 { return b.PreferredWidth() }

// CreateRenderer is called by Fyne.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(b.ground, b.row),
		layout: func(s fyne.Size) {
			b.ground.CornerRadius = min(s.Height/2, 24)
			place(b.ground, 0, 0, s.Width, s.Height)
			place(b.row, 0, 0, s.Width, s.Height)
		},
		min: func() fyne.Size {
			w := b.PreferredWidth()
			return fyne.NewSize(w, b.HeightFor(w))
		},
	}
}

var _ Fluid = (*Badge)(nil)
