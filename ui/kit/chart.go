package kit

import (
	"image"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// ChartBand is a stretch of values of one named band.
type ChartBand struct {
	Band     Band
	Name     string
	From, To float64
}

// ChartPane is the picture of one series: each has its own bands, since what is
// low for an upper pressure is high for a lower one.
type ChartPane struct {
	Name      string      // above the picture where there are two
	Low, High float64     // values at the bottom and top
	Bands     []ChartBand // ascending
	Values    []AxisMark  // beside the picture
	Lines     []ChartLine // behind the points
}

// ChartLine is a straight line over the whole axis: its values at both ends.
type ChartLine struct {
	First, Last float64
	Strong      bool
}

// ChartStyle says what a Chart shows. X is a place on the time axis in any unit.
type ChartStyle struct {
	// Panes are that of the points' Value and, below it, that of their Second;
	// with one pane Second is not looked at.
	Panes       []ChartPane
	First, Last float64      // the whole of the time axis
	Least       float64      // the shortest stretch worth showing
	Points      []TrendPoint // oldest first
	Loose       bool         // no line runs from point to point
	// Dates gives at most that many marks for a stretch of time.
	Dates func(start, end float64, most int) []AxisMark
	// Say puts a point into words, for the line above the chart.
	Say func(i int) string
	// Hint is what that line says while no point is chosen, Empty what stands in
	// the chart where there is no point.
	Hint, Empty string
	Height      float32 // least height; 0 means 260
}

// Chart is the trend of years for staff: the guideline's bands behind, a dot for
// each value, hollow ones for what does not count, a line to both sides where the
// time is in doubt, and where two were measured at once, one picture above the other over the same time.
// The wheel and + and - zoom, dragging and the arrow keys move, and the line
// above says what the pointer or the keyboard is at. Time runs from left to right
// in every language.
type Chart struct {
	widget.BaseWidget
	look  Look
	style ChartStyle
	inks  chartInks
	view  chartView
	// chosen is the point under the pointer or the keyboard, or -1.
	chosen  int
	focused bool

	raster *canvas.Raster
	image  *image.RGBA
	ring   *canvas.Rectangle
	words  *Text
	head   struct{ at, most float32 } // the width at which the words were so high at most
	empty  *Text
	dates  []*canvas.Text
	panes  []*chartPane

	// OnView is called after each change of what is in view; it may be nil.
	OnView func(start, end float64)
}

// NewChart returns a chart of the whole.
func NewChart(look Look, style ChartStyle) *Chart {
	style.Panes = slices.Clone(style.Panes)
	if len(style.Panes) == 0 {
		style.Panes = make([]ChartPane, 1)
	}
	for i := range style.Panes {
		p := &style.Panes[i]
		p.High = max(p.High, math.Nextafter(p.Low, math.Inf(1)))
	}
	if style.Height == 0 {
		style.Height = 260
	}
	style.Points = slices.DeleteFunc(slices.Clone(style.Points), func(p TrendPoint) bool {
		return math.IsNaN(p.X) || math.IsNaN(p.Value) || len(style.Panes) > 1 && math.IsNaN(p.Second)
	})
	c := &Chart{
		look: look, style: style, inks: chartInksOf(look), chosen: -1,
		view:  newChartView(style.First, style.Last, style.Least),
		words: NewText(look, style.Hint, TextStyle{Size: SizeBody}),
		empty: NewText(look, style.Empty, TextStyle{Size: SizeBody, Color: ColorInk2, Align: Center}),
		ring:  canvas.NewRectangle(nil),
	}
	c.raster = canvas.NewRaster(c.generate)
	c.ring.CornerRadius = 4
	for _, p := range style.Panes {
		c.panes = append(c.panes, c.newPane(p))
	}
	c.ExtendBaseWidget(c)
	c.paint()
	return c
}

func (c *Chart) label(s string, color fyne.ThemeColorName) *canvas.Text {
	l := canvas.NewText(visual(s, c.look.Dir), c.look.Color(color))
	l.TextSize, l.FontSource = c.look.Size(SizeCaption), face(false)
	return l
}

// ShowSpan brings a stretch of time into view.
func (c *Chart) ShowSpan(start, end float64) { c.turn(c.view.to(start, end)) }

// Span returns what is in view.
func (c *Chart) Span() (start, end float64) { return c.view.start, c.view.end }

// Zoom shows factor times as much, about the chosen point or the middle.
func (c *Chart) Zoom(factor float64) {
	about := c.view.at(0.5)
	if c.chosen >= 0 {
		about = c.style.Points[c.chosen].X
	}
	c.turn(c.view.zoom(factor, about))
}

// Chosen returns the point under the pointer or the keyboard, or -1.
func (c *Chart) Chosen() int { return c.chosen }

// turn goes to another view.
func (c *Chart) turn(v chartView) {
	if v == c.view {
		return
	}
	c.view = v
	if c.chosen >= 0 {
		if x := c.style.Points[c.chosen].X; x < v.start || x > v.end {
			c.choose(-1)
		}
	}
	c.place(c.Size())
	c.raster.Refresh()
	canvas.Refresh(c)
	if c.OnView != nil {
		c.OnView(v.start, v.end)
	}
}

// choose takes a point, or none, and says what it is.
func (c *Chart) choose(i int) {
	if i == c.chosen {
		return
	}
	c.chosen = i
	words := c.style.Hint
	if i >= 0 && c.style.Say != nil {
		words = c.style.Say(i)
	}
	c.words.SetText(words)
	if had := c.head.most; c.head.at > 0 && c.headRoom(c.head.at)-Space8 > had {
		c.Refresh()
		return
	}
	c.raster.Refresh()
}

// step chooses the next or the last point and moves the view along.
func (c *Chart) step(by int) {
	n := len(c.style.Points)
	if n == 0 {
		return
	}
	next := c.chosen + by
	if c.chosen < 0 && max(by, -by) == 1 {
		edge := c.view.end // the arrow backwards begins with the last in view
		if by > 0 {
			edge = c.view.start
		}
		next = max(c.view.nearest(c.style.Points, edge), 0)
	}
	next = min(max(next, 0), n-1)
	if x := c.style.Points[next].X; x < c.view.start || x > c.view.end {
		c.turn(c.view.pan(x - c.view.at(0.5)))
	}
	c.choose(next)
}

const (
	chartPad   = 10.0 // units from the edge of the picture to the first and last point
	chartZoom  = 1.25 // of one turn of the wheel or press of a key
	chartReach = 0.5  // of the view, by PageUp and PageDown
)

// TypedKey is called by Fyne.
func (c *Chart) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.step(-1)
	case fyne.KeyRight:
		c.step(1)
	case fyne.KeyHome:
		c.step(-len(c.style.Points) - 1)
	case fyne.KeyEnd:
		c.step(len(c.style.Points) + 1)
	case fyne.KeyPageUp:
		c.turn(c.view.pan(-chartReach * c.view.width()))
	case fyne.KeyPageDown:
		c.turn(c.view.pan(chartReach * c.view.width()))
	case fyne.KeyEscape:
		c.choose(-1)
		c.turn(c.view.to(c.view.first, c.view.last))
	case fyne.KeyUp, fyne.KeyDown:
		if on := fyne.CurrentApp().Driver().CanvasForObject(c); on != nil && e.Name == fyne.KeyDown {
			on.FocusNext()
		} else if on != nil {
			on.FocusPrevious()
		}
	}
}

// TypedRune is called by Fyne.
func (c *Chart) TypedRune(r rune) {
	switch r {
	case '+', '=':
		c.Zoom(1 / chartZoom)
	case '-', '_':
		c.Zoom(chartZoom)
	}
}

// FocusGained is called by Fyne.
func (c *Chart) FocusGained() { c.focused = true; c.paint(); reveal(c) }

// FocusLost is called by Fyne.
func (c *Chart) FocusLost() { c.focused = false; c.paint() }

func (c *Chart) paint() {
	c.ring.StrokeColor, c.ring.StrokeWidth = c.look.Color(ColorHairline), hairline
	if c.focused {
		c.ring.StrokeColor, c.ring.StrokeWidth = c.look.Color(ColorFocus), focusRing
	}
	c.ring.Refresh()
}

// shareAt returns where in the view a place on the widget is.
func (c *Chart) shareAt(p fyne.Position) float64 {
	width := float64(c.raster.Size().Width) - 2*chartPad
	if width <= 0 {
		return 0
	}
	return (float64(p.X-c.raster.Position().X) - chartPad) / width
}

func (c *Chart) pointAt(p fyne.Position) {
	c.choose(c.view.nearest(c.style.Points, c.view.at(c.shareAt(p))))
}

// MouseIn is called by Fyne.
func (c *Chart) MouseIn(e *desktop.MouseEvent) { c.pointAt(e.Position) }

// MouseMoved is called by Fyne.
func (c *Chart) MouseMoved(e *desktop.MouseEvent) { c.pointAt(e.Position) }

// MouseOut is called by Fyne.
func (c *Chart) MouseOut() {
	if !c.focused {
		c.choose(-1)
	}
}

// Tapped takes the focus and says what is there, for a finger.
func (c *Chart) Tapped(e *fyne.PointEvent) {
	if on := fyne.CurrentApp().Driver().CanvasForObject(c); on != nil {
		on.Focus(c)
	}
	c.pointAt(e.Position)
}

// Scrolled zooms about the pointer.
func (c *Chart) Scrolled(e *fyne.ScrollEvent) {
	if e.Scrolled.DY == 0 {
		return
	}
	factor := chartZoom
	if e.Scrolled.DY > 0 {
		factor = 1 / chartZoom
	}
	c.turn(c.view.zoom(factor, c.view.at(c.shareAt(e.Position))))
}

// Dragged moves along the time axis.
func (c *Chart) Dragged(e *fyne.DragEvent) {
	width := float64(c.raster.Size().Width) - 2*chartPad
	if width > 0 {
		c.turn(c.view.pan(-float64(e.Dragged.DX) / width * c.view.width()))
	}
}

// DragEnd is called by Fyne.
func (c *Chart) DragEnd() {}
