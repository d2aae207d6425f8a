package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Grow marks a child of a Row or Column that takes a share of the space left
// over.
type Grow struct {
	widget.BaseWidget
	child fyne.CanvasObject // nil for a spacer
	share float32
}

// NewGrow returns a child that takes a share of what is left, in proportion to
// the other shares.
func NewGrow(share float32, child fyne.CanvasObject) *Grow {
	g := &Grow{child: child, share: share}
	g.ExtendBaseWidget(g)
	return g
}

// NewSpacer returns an empty child that takes one share of what is left.
func NewSpacer() *Grow { return NewGrow(1, nil) }

// HeightFor returns the child's height at a width.
func (g *Grow) HeightFor(width float32) float32 {
	if g.child == nil {
		return 0
	}
	return HeightFor(g.child, width)
}

// PreferredWidth returns the child's.
func (g *Grow) PreferredWidth() float32 {
	if g.child == nil {
		return 0
	}
	return PreferredWidth(g.child)
}

func (g *Grow) leastWidth() float32 {
	if g.child == nil {
		return 0
	}
	return leastWidth(g.child)
}

// CreateRenderer is called by Fyne.
func (g *Grow) CreateRenderer() fyne.WidgetRenderer {
	if g.child == nil {
		return &parts{
			objects: fixed(),
			layout:  func(fyne.Size) {},
			min:     func() fyne.Size { return fyne.Size{} },
		}
	}
	layout := func(s fyne.Size) { place(g.child, 0, 0, s.Width, s.Height) }
	return &parts{
		objects: fixed(g.child),
		layout:  layout,
		min:     g.child.MinSize,
		refresh: again(g, layout, g.child),
	}
}

// CrossAlign is where the lower children of a Row stand.
type CrossAlign int

// Ways to place the children of a Row.
const (
	CrossFill   CrossAlign = iota // as tall as the row
	CrossCenter                   // own height, in the middle
	CrossTop                      // own height, at the top
	CrossBottom                   // own height, at the bottom
)

// Row places its children side by side in reading order: from the right in a
// right-to-left language.
type Row struct {
	widget.BaseWidget
	look     Look
	gap      float32
	cross    CrossAlign
	children []fyne.CanvasObject
	readLast int // so many of the first ones are read aloud after the others
}

// NewRow returns a row with a gap between children. Children wrapped by NewGrow
// share what is left; without one the row starts at the leading edge.
func NewRow(look Look, gap float32, cross CrossAlign, children ...fyne.CanvasObject) *Row {
	r := &Row{look: look, gap: gap, cross: cross, children: children}
	r.ExtendBaseWidget(r)
	return r
}

// ReadLast has the first child read aloud after the others: a picture or a number
// stands before the words that say what it is.
func (r *Row) ReadLast() *Row {
	r.readLast = 1
	return r
}

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	shown := make([]fyne.CanvasObject, 0, len(objects))
	for _, o := range objects {
		if o.Visible() {
			shown = append(shown, o)
		}
	}
	return shown
}

// grow shares out what is left among the children that grow. One that would get less
// than its longest word needs gets that, as long as the others can spare it.
func grow(shown []fyne.CanvasObject, widths []float32, left, shares float32) {
	settled := make([]bool, len(shown))
	for again := true; again && shares > 0; {
		again = false
		for i, o := range shown {
			g, ok := o.(*Grow)
			if !ok || settled[i] {
				continue
			}
			widths[i] = left * g.share / shares
			if least := leastWidth(g); least > widths[i] && least < left && shares > g.share {
				widths[i], settled[i] = least, true
				left, shares, again = left-least, shares-g.share, true
				break
			}
		}
	}
}

// widths shares out a row's width: children that do not grow get what they
// would like, or less in proportion if there is too little for all.
func (r *Row) widths(shown []fyne.CanvasObject, width float32) []float32 {
	widths := make([]float32, len(shown))
	left := width - r.gap*float32(max(len(shown)-1, 0))
	var shares, soft float32
	for i, o := range shown {
		if g, ok := o.(*Grow); ok {
			shares += g.share
			continue
		}
		widths[i] = max(PreferredWidth(o), leastWidth(o))
		left -= widths[i]
		soft += widths[i] - leastWidth(o)
	}
	var least float32
	for _, o := range shown {
		if _, ok := o.(*Grow); ok {
			least += leastWidth(o)
		}
	}
	if short := least - left; short > 0 && soft > 0 {
		part := min(short/soft, 1)
		for i, o := range shown {
			if _, ok := o.(*Grow); !ok {
				cut := (widths[i] - leastWidth(o)) * part
				widths[i] -= cut
				left += cut
			}
		}
	}
	grow(shown, widths, max(left, 0), shares)
	return widths
}

// HeightFor returns the height of the tallest child at the width it would get.
func (r *Row) HeightFor(width float32) float32 {
	shown := visible(r.children)
	height := float32(0)
	for i, w := range r.widths(shown, width) {
		height = max(height, HeightFor(shown[i], w))
	}
	return height
}

// PreferredWidth returns the sum of what the children would like.
func (r *Row) PreferredWidth() float32 {
	shown := visible(r.children)
	width := r.gap * float32(max(len(shown)-1, 0))
	for _, o := range shown {
		width += max(PreferredWidth(o), leastWidth(o))
	}
	return width
}

func (r *Row) layout(s fyne.Size) {
	shown := visible(r.children)
	x := float32(0)
	for i, w := range r.widths(shown, s.Width) {
		y, h := float32(0), s.Height
		if r.cross != CrossFill {
			h = min(HeightFor(shown[i], w), s.Height)
		}
		switch r.cross {
		case CrossCenter:
			y = (s.Height - h) / 2
		case CrossBottom:
			y = s.Height - h
		}
		left := x
		if r.look.Dir == RTL {
			left = s.Width - x - w
		}
		place(shown[i], left, y, w, h)
		x += w + r.gap
	}
}

func (r *Row) leastWidth() float32 {
	shown := visible(r.children)
	width := r.gap * float32(max(len(shown)-1, 0))
	for _, o := range shown {
		width += leastWidth(o)
	}
	return width
}

func (r *Row) min() fyne.Size {
	width := r.leastWidth()
	at := r.Size().Width
	if at == 0 {
		at = r.PreferredWidth()
	}
	return fyne.NewSize(width, r.HeightFor(max(at, width)))
}

// CreateRenderer is called by Fyne.
func (r *Row) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject { return r.children },
		layout:  r.layout,
		min:     r.min,
		refresh: again(r, r.layout, r.children...),
	}
}

var (
	_ Fluid = (*Row)(nil)
	_ Fluid = (*Grow)(nil)
)
