package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Inset is empty space around one child.
type Inset struct {
	widget.BaseWidget
	child fyne.CanvasObject
	x, y  float32
}

// NewInset returns the child with space x at each side and y above and below.
func NewInset(x, y float32, child fyne.CanvasObject) *Inset {
	i := &Inset{child: child, x: x, y: y}
	i.ExtendBaseWidget(i)
	return i
}

// HeightFor returns the child's height at what remains of the width, and the
// space above and below.
func (i *Inset) HeightFor(width float32) float32 { return HeightFor(i.child, width-2*i.x) + 2*i.y }

// PreferredWidth returns the child's and the space at the sides.
func (i *Inset) PreferredWidth() float32 { return PreferredWidth(i.child) + 2*i.x }

func (i *Inset) leastWidth() float32 { return leastWidth(i.child) + 2*i.x }

// CreateRenderer is called by Fyne.
func (i *Inset) CreateRenderer() fyne.WidgetRenderer {
	layout := func(s fyne.Size) { place(i.child, i.x, i.y, s.Width-2*i.x, s.Height-2*i.y) }
	return &parts{
		objects: fixed(i.child),
		layout:  layout,
		min:     func() fyne.Size { return i.child.MinSize().AddWidthHeight(2*i.x, 2*i.y) },
		refresh: again(i, layout, i.child),
	}
}

// Sized gives one child a fixed width.
type Sized struct {
	widget.BaseWidget
	child fyne.CanvasObject
	width float32
}

// NewSized returns the child at a width.
func NewSized(width float32, child fyne.CanvasObject) *Sized {
	s := &Sized{child: child, width: width}
	s.ExtendBaseWidget(s)
	return s
}

// HeightFor returns the child's.
func (s *Sized) HeightFor(float32) float32 { return HeightFor(s.child, s.width) }

// PreferredWidth returns the width.
func (s *Sized) PreferredWidth() float32 { return s.width }

func (s *Sized) leastWidth() float32 { return s.width }

// CreateRenderer is called by Fyne.
func (s *Sized) CreateRenderer() fyne.WidgetRenderer {
	layout := func(size fyne.Size) { place(s.child, 0, 0, size.Width, size.Height) }
	return &parts{
		objects: fixed(s.child),
		layout:  layout,
		min:     func() fyne.Size { return fyne.NewSize(s.width, HeightFor(s.child, s.width)) },
		refresh: again(s, layout, s.child),
	}
}

// Middle puts one child in the middle of the space, at the size it would like.
type Middle struct {
	widget.BaseWidget
	child fyne.CanvasObject
	most  float32 // the side of the square; 0: as large as it needs to be
}

// NewMiddle returns the child centred both ways.
func NewMiddle(child fyne.CanvasObject) *Middle {
	m := &Middle{child: child}
	m.ExtendBaseWidget(m)
	return m
}

// NewLarge returns the child centred both ways, on a square that grows with the room up
// to so much.
func NewLarge(child fyne.CanvasObject, most float32) *Middle {
	m := NewMiddle(child)
	m.most = most
	return m
}

// HeightFor returns the child's.
func (m *Middle) HeightFor(width float32) float32 { return HeightFor(m.child, m.width(width)) }

// PreferredWidth returns the child's.
func (m *Middle) PreferredWidth() float32 { return PreferredWidth(m.child) }

func (m *Middle) leastWidth() float32 { return leastWidth(m.child) }

func (m *Middle) width(room float32) float32 {
	return min(max(PreferredWidth(m.child), leastWidth(m.child)), room)
}

// CreateRenderer is called by Fyne.
func (m *Middle) CreateRenderer() fyne.WidgetRenderer {
	layout := func(s fyne.Size) {
		w := m.width(s.Width)
		h := min(HeightFor(m.child, w), s.Height)
		if side := min(s.Width, s.Height, m.most); side > max(w, h) {
			w, h = side, side
		}
		place(m.child, (s.Width-w)/2, (s.Height-h)/2, w, h)
	}
	return &parts{
		objects: fixed(m.child),
		layout:  layout,
		min:     m.child.MinSize,
		refresh: again(m, layout, m.child),
	}
}

var (
	_ Fluid = (*Inset)(nil)
	_ Fluid = (*Middle)(nil)
	_ Fluid = (*Sized)(nil)
)
