package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Flow stands two things side by side, the second at the trailing edge, or
// below one another where the width is too small for both.
type Flow struct {
	widget.BaseWidget
	look          Look
	first, second fyne.CanvasObject
	gap           float32
}

// NewFlow returns the two with at least a gap between them.
func NewFlow(look Look, gap float32, first, second fyne.CanvasObject) *Flow {
	f := &Flow{look: look, first: first, second: second, gap: gap}
	f.ExtendBaseWidget(f)
	return f
}

// HeightFor returns the height at a width, which tells how they stand.
func (f *Flow) HeightFor(width float32) float32 {
	if f.fits(width) {
		return max(HeightFor(f.first, PreferredWidth(f.first)), HeightFor(f.second, PreferredWidth(f.second)))
	}
	return HeightFor(f.first, width) + Space8 + HeightFor(f.second, width)
}

// PreferredWidth returns the width of both side by side.
func (f *Flow) PreferredWidth() float32 {
	return PreferredWidth(f.first) + f.gap + PreferredWidth(f.second)
}

func (f *Flow) leastWidth() float32 { return max(leastWidth(f.first), leastWidth(f.second)) }

func (f *Flow) fits(width float32) bool { return f.PreferredWidth() <= width }

// CreateRenderer is called by Fyne.
func (f *Flow) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(f.first, f.second),
		layout:  f.layout,
		min: func() fyne.Size {
			w := f.leastWidth()
			return fyne.NewSize(w, f.HeightFor(max(w, f.Size().Width)))
		},
		refresh: again(f, f.layout, f.first, f.second),
	}
}

func (f *Flow) layout(s fyne.Size) {
	w1, w2 := min(PreferredWidth(f.first), s.Width), min(PreferredWidth(f.second), s.Width)
	h1, h2 := HeightFor(f.first, w1), HeightFor(f.second, w2)
	y1, y2 := (s.Height-h1)/2, (s.Height-h2)/2
	lead, trail := float32(0), s.Width-w2
	if !f.fits(s.Width) {
		y1, y2, trail = 0, h1+Space8, 0
	}
	if f.look.Dir == RTL {
		lead = s.Width - w1
		trail = s.Width - w2 - trail
	}
	place(f.first, lead, y1, w1, h1)
	place(f.second, trail, y2, w2, h2)
}
