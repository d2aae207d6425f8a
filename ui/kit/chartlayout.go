package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// dateRoom is how many units a mark under the chart needs.
const dateRoom = 96

// place puts everything where the size and the view want it.
func (c *Chart) place(s fyne.Size) {
	if s.Width <= 0 {
		return
	}
	head := c.look.Size(SizeBody)*1.5 + Space8
	foot := c.look.Size(SizeCaption) * 1.7
	left := float32(0)
	for _, v := range c.values {
		left = max(left, v.MinSize().Width)
	}
	left += Space8
	width, height := s.Width-left-c.gutter(), s.Height-head-foot
	place(c.words, 0, 0, s.Width, head)
	place(c.raster, left, head, width, height)
	place(c.ring, left, head, width, height)
	place(c.empty, left, head+height/2-Space16, width, c.empty.HeightFor(width))
	y := func(v float64) float32 {
		share := float32((v - c.style.Low) / (c.style.High - c.style.Low))
		return head + height*(1-min(max(share, 0), 1))
	}
	for i, m := range c.style.Values {
		size := c.values[i].MinSize()
		place(c.values[i], left-Space8-size.Width, min(max(y(m.At)-size.Height/2, head), head+height-size.Height), size.Width, size.Height)
	}
	c.placeNames(left+width+Space8, y)
	c.placeDates(left, width, head+height+Space8/2)
	c.showEmpty()
}

// gutter is the room for the bands' names, beside the picture: over it they
// would hide readings.
func (c *Chart) gutter() float32 {
	widest := float32(0)
	for _, n := range c.names {
		widest = max(widest, n.MinSize().Width)
	}
	if widest == 0 {
		return 0
	}
	return widest + c.mark() + 2*Space8
}

// mark is the size of a band's shape beside its name.
func (c *Chart) mark() float32 { return c.look.Size(SizeCaption) * 0.75 }

// placeNames writes the names of the bands from left on, each with its shape, as
// far as the bands are tall enough.
func (c *Chart) placeNames(left float32, y func(float64) float32) {
	for i, b := range c.style.Bands {
		size, mark := c.names[i].MinSize(), c.mark()
		top, bottom := y(b.To), y(b.From)
		middle := (top + bottom) / 2
		place(c.names[i], left+mark+Space8/2, middle-size.Height/2, size.Width, size.Height)
		placeShape(c.shapes[i], left+mark/2, middle, mark)
		show(c.names[i], bottom-top >= size.Height*0.8)
		show(c.shapes[i], bottom-top >= mark)
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
	c.marks = nil
	if c.style.Dates != nil {
		c.marks = c.style.Dates(c.view.start, c.view.end, max(int(width/dateRoom), 1))
	}
	for len(c.dates) < len(c.marks) {
		c.dates = append(c.dates, c.label("", ColorInk2))
	}
	edge := left - Space16
	for i, l := range c.dates {
		l.Hide()
		if i >= len(c.marks) {
			continue
		}
		l.Text = visual(c.marks[i].Label, c.look.Dir)
		size := l.MinSize()
		x := left + chartPad + float32(c.view.share(c.marks[i].At))*(width-2*chartPad) - size.Width/2
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
			for i := range c.names {
				objects = append(objects, c.shapes[i], c.names[i])
			}
			for _, list := range [][]*canvas.Text{c.values, c.dates} {
				for _, l := range list {
					objects = append(objects, l)
				}
			}
			return objects
		},
		layout: c.place,
		min:    func() fyne.Size { return fyne.NewSize(320, c.style.Height) },
		refresh: func() {
			c.place(c.Size())
			c.raster.Refresh()
		},
	}
}

var (
	_ fyne.Focusable    = (*Chart)(nil)
	_ fyne.Tappable     = (*Chart)(nil)
	_ fyne.Draggable    = (*Chart)(nil)
	_ fyne.Scrollable   = (*Chart)(nil)
	_ desktop.Hoverable = (*Chart)(nil)
)
