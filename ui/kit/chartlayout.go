package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// dateRoom is how many units a mark under the chart needs.
const dateRoom = 96

// chartPane is what stands beside and above the picture of one pane.
type chartPane struct {
	style  ChartPane
	name   *canvas.Text
	values []*canvas.Text
	names  []*canvas.Text      // of the bands
	shapes []fyne.CanvasObject // of the bands
}

func (c *Chart) newPane(style ChartPane) *chartPane {
	p := &chartPane{style: style, name: c.label(style.Name, ColorInk2)}
	for _, m := range style.Values {
		p.values = append(p.values, c.label(m.Label, ColorInk2))
	}
	for _, b := range style.Bands {
		ink, _ := b.Band.colors()
		p.names = append(p.names, c.label(b.Name, ink))
		p.shapes = append(p.shapes, newShape(b.Band, c.look.Color(ink), false))
	}
	return p
}

// chartFrame is where the picture of one pane lies, in units from the top of the
// whole.
type chartFrame struct {
	top, bottom float64
	low, high   float64 // the values there
}

// y is where a value is drawn.
func (f chartFrame) y(value float64) float64 {
	share := (value - f.low) / (f.high - f.low)
	return f.bottom - (f.bottom-f.top)*min(max(share, 0), 1)
}

// leastPane is the least share of the height that a pane has.
const leastPane = 0.3

// frames shares a height among the panes by their values, so that ten of a unit
// are about as tall in each, and leaves room for their names.
func (c *Chart) frames(height float64) []chartFrame {
	panes := c.style.Panes
	if len(panes) == 1 {
		return []chartFrame{{0, height, panes[0].Low, panes[0].High}}
	}
	name := float64(c.nameRoom())
	upper, lower := panes[0].High-panes[0].Low, panes[1].High-panes[1].Low
	share := min(max(upper/(upper+lower), leastPane), 1-leastPane)
	middle := name + (height-2*name)*share
	return []chartFrame{
		{name, middle, panes[0].Low, panes[0].High},
		{middle + name, height, panes[1].Low, panes[1].High},
	}
}

// nameRoom is the height of a line with the name of a pane.
func (c *Chart) nameRoom() float32 { return c.look.Size(SizeCaption) * 1.7 }

// place puts everything where the size and the view want it.
func (c *Chart) place(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	head := c.headRoom(s.Width)
	foot := c.look.Size(SizeCaption)*1.7 + Space8/2
	left := float32(0)
	for _, p := range c.panes {
		for _, v := range p.values {
			left = max(left, v.MinSize().Width)
		}
	}
	left += Space8
	width, height := s.Width-left-c.gutter(), s.Height-head-foot
	place(c.words, 0, 0, s.Width, head)
	place(c.raster, left, head, width, height)
	place(c.ring, left, head, width, height)
	place(c.empty, left, head+height/2-Space16, width, c.empty.HeightFor(width))
	for i, f := range c.frames(float64(height)) {
		c.placePane(c.panes[i], f, left, head, width)
	}
	c.placeDates(left, width, head+height+Space8/2)
	c.showEmpty()
}

// headRoom is the height of the words above the picture. It grows with the longest that
// were said, so that the picture does not jump up and down.
func (c *Chart) headRoom(width float32) float32 {
	if width != c.head.at {
		c.head.at, c.head.most = width, 0
	}
	c.head.most = max(c.head.most, c.look.Size(SizeBody)*1.5, c.words.HeightFor(width))
	return c.head.most + Space8
}

// placePane writes what belongs to the picture of one pane: its name above, its
// values before and the names of its bands behind it.
func (c *Chart) placePane(p *chartPane, f chartFrame, left, head, width float32) {
	y := func(v float64) float32 { return head + float32(f.y(v)) }
	if len(c.panes) > 1 {
		size := p.name.MinSize()
		place(p.name, left+Space8, head+float32(f.top)-(c.nameRoom()+size.Height)/2, size.Width, size.Height)
	}
	show(p.name, len(c.panes) > 1)
	free := head + float32(f.bottom)
	for i, m := range p.style.Values {
		size := p.values[i].MinSize()
		top := min(max(y(m.At)-size.Height/2, head+float32(f.top)), head+float32(f.bottom)-size.Height)
		place(p.values[i], left-Space8-size.Width, top, size.Width, size.Height)
		fits := top+size.Height <= free // it would touch the one below
		show(p.values[i], fits)
		if fits {
			free = top + size.Height*0.2
		}
	}
	c.placeNames(p, left+width+Space8, y)
}

// gutter is the room for the bands' names, beside the picture: over it they
// would hide readings.
func (c *Chart) gutter() float32 {
	widest := float32(0)
	for _, p := range c.panes {
		for _, n := range p.names {
			widest = max(widest, n.MinSize().Width)
		}
	}
	if widest == 0 {
		return 0
	}
	return widest + c.mark() + 2*Space8
}

// mark is the size of a band's shape beside its name.
func (c *Chart) mark() float32 { return c.look.Size(SizeCaption) * 0.75 }

// placeNames writes the names of the bands from left on, each with its shape. A
// band that is not tall enough, or whose name would touch that of the one above,
// has none.
func (c *Chart) placeNames(p *chartPane, left float32, y func(float64) float32) {
	free := float32(0)
	for i := len(p.style.Bands) - 1; i >= 0; i-- {
		b := p.style.Bands[i]
		size, mark := p.names[i].MinSize(), c.mark()
		top, bottom := y(b.To), y(b.From)
		middle := (top + bottom) / 2
		place(p.names[i], left+mark+Space8/2, middle-size.Height/2, size.Width, size.Height)
		placeShape(p.shapes[i], left+mark/2, middle, mark)
		fits := bottom-top >= mark && middle-size.Height*0.4 >= free
		show(p.names[i], fits)
		show(p.shapes[i], fits)
		if fits {
			free = middle + size.Height*0.4
		}
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// placeDates asks for the marks of the view and places them.
func (c *Chart) placeDates(left, width, top float32) {
	var marks []AxisMark
	if c.style.Dates != nil {
		marks = c.style.Dates(c.view.start, c.view.end, max(int(width/dateRoom), 1))
	}
	for len(c.dates) < len(marks) {
		c.dates = append(c.dates, c.label("", ColorInk2))
	}
	edge := left - Space16
	for i, l := range c.dates {
		l.Hide()
		if i >= len(marks) {
			continue
		}
		l.Text = visual(marks[i].Label, c.look.Dir)
		size := l.MinSize()
		x := left + chartPad + float32(c.view.share(marks[i].At))*(width-2*chartPad) - size.Width/2
		x = min(max(x, left), left+width-size.Width)
		if x < edge+Space16 {
			continue // it would touch the one before
		}
		place(l, x, top, size.Width, size.Height)
		edge = x + size.Width
		l.Show()
		l.Refresh()
	}
}

// showEmpty says so where there is no point in view.
func (c *Chart) showEmpty() {
	c.empty.Hide()
	if c.view.nearest(c.style.Points, c.view.start) < 0 {
		c.empty.Show()
	}
}

// CreateRenderer is called by Fyne.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject {
			objects := []fyne.CanvasObject{c.raster, c.ring, c.words, c.empty}
			for _, p := range c.panes {
				objects = append(append(objects, p.name), p.shapes...)
				objects = append(append(objects, texts(p.names)...), texts(p.values)...)
			}
			return append(objects, texts(c.dates)...)
		},
		layout: c.place,
		min:    func() fyne.Size { return fyne.NewSize(320, c.style.Height) },
		refresh: func() {
			c.place(c.Size())
			c.raster.Refresh()
		},
	}
}

func texts(list []*canvas.Text) []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(list))
	for i, t := range list {
		objects[i] = t
	}
	return objects
}

var (
	_ fyne.Focusable    = (*Chart)(nil)
	_ fyne.Tappable     = (*Chart)(nil)
	_ fyne.Draggable    = (*Chart)(nil)
	_ fyne.Scrollable   = (*Chart)(nil)
	_ desktop.Hoverable = (*Chart)(nil)
)
