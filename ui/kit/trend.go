package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// TrendBand is a stretch of values with the ground of its band.
type TrendBand struct {
	Band     Band
	From, To float64
}

// TrendPoint is one measurement. X is a place on the time axis in any unit.
type TrendPoint struct {
	X        float64
	Value    float64 // first series: a dot
	Second   float64 // second series, if the chart has two: a square
	Excluded bool    // hollow: shown, not counted
	Doubtful bool    // with a line to both sides in a Chart: X is in doubt
}

// AxisMark is a label at a place on an axis.
type AxisMark struct {
	At    float64
	Label string
}

// TrendStyle says what a Trend shows. Everything outside Low..High and
// Start..End is left out.
type TrendStyle struct {
	Low, High  float64 // values at the bottom and top
	Start, End float64 // X at the left and right
	Bands      []TrendBand
	Points     []TrendPoint // oldest first
	Two        bool         // points have a second series, such as diastolic
	Values     []AxisMark   // beside the chart
	Dates      []AxisMark   // under it
	Height     float32      // least height; 0 means 220
}

// Trend is a quiet chart: the guideline's bands behind, dots for values, hollow
// ones for excluded values. Time runs from left to right in every language.
type Trend struct {
	widget.BaseWidget
	look  Look
	style TrendStyle

	bands  []*canvas.Rectangle
	rules  []*canvas.Rectangle
	joins  []*canvas.Line
	first  []fyne.CanvasObject
	second []fyne.CanvasObject
	values []*canvas.Text
	dates  []*canvas.Text
	points []TrendPoint
}

// NewTrend returns a chart.
func NewTrend(look Look, style TrendStyle) *Trend {
	if style.High <= style.Low {
		style.High = style.Low + 1
	}
	if style.End <= style.Start {
		style.End = style.Start + 1
	}
	if style.Height == 0 {
		style.Height = 220
	}
	t := &Trend{look: look, style: style}
	for _, b := range style.Bands {
		_, ground := b.Band.colors()
		t.bands = append(t.bands, canvas.NewRectangle(look.Color(ground)))
	}
	for _, m := range style.Values {
		t.rules = append(t.rules, canvas.NewRectangle(look.Color(ColorHairline)))
		t.values = append(t.values, t.label(m.Label))
	}
	for _, m := range style.Dates {
		t.dates = append(t.dates, t.label(m.Label))
	}
	for _, p := range style.Points {
		if p.X >= style.Start && p.X <= style.End && t.inside(p.Value) {
			t.points = append(t.points, p)
		}
	}
	t.draw()
	t.ExtendBaseWidget(t)
	return t
}

func (t *Trend) inside(v float64) bool { return v >= t.style.Low && v <= t.style.High }

func (t *Trend) label(s string) *canvas.Text {
	l := canvas.NewText(visual(s, t.look.Dir), t.look.Color(ColorInk2))
	l.TextSize, l.FontSource = t.look.Size(SizeCaption), face(false)
	return l
}

// draw makes the dots and the lines between those that count. In a chart of
// two series a line joins the two values of each point instead.
func (t *Trend) draw() {
	ink := t.look.Color(ColorInk)
	line := func() {
		l := canvas.NewLine(t.look.Color(ColorBorder))
		l.StrokeWidth = 2
		t.joins = append(t.joins, l)
	}
	counted := 0
	for _, p := range t.points {
		if !p.Excluded {
			counted++
		}
		if t.style.Two {
			line()
			t.second = append(t.second, newShape(Watch, ink, p.Excluded))
		}
		t.first = append(t.first, newShape(Good, ink, p.Excluded))
	}
	if !t.style.Two {
		for range max(counted-1, 0) {
			line()
		}
	}
}

const (
	trendDot float32 = 12
	trendPad float32 = 14 // from the chart's edge to the first and last dot
)

func (t *Trend) layout(s fyne.Size) {
	left := float32(0)
	for _, v := range t.values {
		left = max(left, v.MinSize().Width)
	}
	left += Space8
	foot := t.look.Size(SizeCaption) * 1.7
	half := t.look.Size(SizeCaption) * 0.7
	width, top, bottom := s.Width-left, half, s.Height-foot
	x := func(v float64) float32 {
		share := float32((v - t.style.Start) / (t.style.End - t.style.Start))
		return left + trendPad + (width-2*trendPad)*share
	}
	y := func(v float64) float32 {
		share := float32((v - t.style.Low) / (t.style.High - t.style.Low))
		return bottom - (bottom-top)*min(max(share, 0), 1)
	}
	for i, b := range t.style.Bands {
		place(t.bands[i], left, y(b.To), width, y(b.From)-y(b.To))
	}
	for i, m := range t.style.Values {
		size := t.values[i].MinSize()
		place(t.values[i], left-Space8-size.Width, y(m.At)-size.Height/2, size.Width, size.Height)
		place(t.rules[i], left, y(m.At), width, hairline)
	}
	for i, m := range t.style.Dates {
		size := t.dates[i].MinSize()
		at := min(max(x(m.At)-size.Width/2, left), s.Width-size.Width)
		place(t.dates[i], at, bottom+Space8/2, size.Width, size.Height)
	}
	t.placePoints(x, y)
}

func (t *Trend) placePoints(x, y func(float64) float32) {
	joint, last := 0, -1
	for i, p := range t.points {
		px, py := x(p.X), y(p.Value)
		placeShape(t.first[i], px, py, trendDot)
		switch {
		case t.style.Two:
			sy := y(p.Second)
			placeShape(t.second[i], px, sy, trendDot)
			t.joins[i].Position1 = fyne.NewPos(px, py+trendDot/2)
			t.joins[i].Position2 = fyne.NewPos(px, sy-trendDot/2)
		case !p.Excluded:
			if last >= 0 {
				t.joins[joint].Position1 = fyne.NewPos(x(t.points[last].X), y(t.points[last].Value))
				t.joins[joint].Position2 = fyne.NewPos(px, py)
				joint++
			}
			last = i
		}
	}
}

// CreateRenderer is called by Fyne.
func (t *Trend) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, o := range t.bands {
		objects = append(objects, o)
	}
	for i := range t.rules {
		objects = append(objects, t.rules[i], t.values[i])
	}
	for _, o := range t.dates {
		objects = append(objects, o)
	}
	for _, o := range t.joins {
		objects = append(objects, o)
	}
	objects = append(append(objects, t.second...), t.first...)
	return &parts{
		objects: fixed(objects...),
		layout:  t.layout,
		min:     func() fyne.Size { return fyne.NewSize(320, t.style.Height) },
	}
}
