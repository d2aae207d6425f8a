package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Actions holds the buttons of a page: side by side at the trailing edge, the
// main one last, or below one another where the labels are too long for that.
type Actions struct {
	widget.BaseWidget
	across, down fyne.CanvasObject
}

// NewActions returns the buttons with a gap between them.
func NewActions(look Look, gap float32, buttons ...fyne.CanvasObject) *Actions {
	a := &Actions{
		across: NewRow(look, gap, CrossCenter, append([]fyne.CanvasObject{NewSpacer()}, buttons...)...),
		down:   NewColumn(gap, buttons...),
	}
	a.ExtendBaseWidget(a)
	return a
}

// arranged is how the buttons stand at a width.
func (a *Actions) arranged(width float32) fyne.CanvasObject {
	if leastWidth(a.across) <= width+0.5 {
		return a.across
	}
	return a.down
}

// HeightFor returns the height at a width, which tells how the buttons stand.
func (a *Actions) HeightFor(width float32) float32 { return HeightFor(a.arranged(width), width) }

// PreferredWidth returns the width of all buttons side by side.
func (a *Actions) PreferredWidth() float32 { return PreferredWidth(a.across) }

func (a *Actions) leastWidth() float32 { return leastWidth(a.down) }

func (a *Actions) layout(s fyne.Size) { place(a.arranged(s.Width), 0, 0, s.Width, s.Height) }

// CreateRenderer is called by Fyne.
func (a *Actions) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{a.arranged(a.Size().Width)} },
		layout:  a.layout,
		min: func() fyne.Size {
			least := a.leastWidth()
			return fyne.NewSize(least, a.HeightFor(max(least, a.Size().Width)))
		},
		refresh: func() { // of the two that hold the same buttons, only the one that places them
			a.layout(a.Size())
			a.arranged(a.Size().Width).Refresh()
		},
	}
}

var _ Fluid = (*Actions)(nil)
