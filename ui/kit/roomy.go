package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Roomy holds a text and keeps the room that each of its words would need, so that
// nothing around it jumps when it says something else.
type Roomy struct {
	widget.BaseWidget
	child *Text
	all   []*Text
}

// NewRoomy returns the text, centred in the height of the tallest of words, all of
// which it may say.
func NewRoomy(child *Text, words ...string) *Roomy {
	r := &Roomy{child: child}
	for _, w := range words {
		r.all = append(r.all, NewText(child.look, w, child.style))
	}
	r.ExtendBaseWidget(r)
	return r
}

// HeightFor returns that of the tallest words.
func (r *Roomy) HeightFor(width float32) float32 {
	height := r.child.HeightFor(width)
	for _, t := range r.all {
		height = max(height, t.HeightFor(width))
	}
	return height
}

// PreferredWidth returns that of the longest words.
func (r *Roomy) PreferredWidth() float32 {
	width := r.child.PreferredWidth()
	for _, t := range r.all {
		width = max(width, t.PreferredWidth())
	}
	return width
}

func (r *Roomy) leastWidth() float32 {
	width := r.child.leastWidth()
	for _, t := range r.all {
		width = max(width, t.leastWidth())
	}
	return width
}

// CreateRenderer is called by Fyne.
func (r *Roomy) CreateRenderer() fyne.WidgetRenderer {
	layout := func(s fyne.Size) {
		h := min(r.child.HeightFor(s.Width), s.Height)
		place(r.child, 0, (s.Height-h)/2, s.Width, h)
	}
	return &parts{
		objects: fixed(r.child),
		layout:  layout,
		min: func() fyne.Size {
			w := r.leastWidth()
			return fyne.NewSize(w, r.HeightFor(max(w, r.Size().Width)))
		},
		refresh: again(r, layout, r.child),
	}
}

var _ Fluid = (*Roomy)(nil)
