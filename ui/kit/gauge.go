package kit

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// The dial is open at the bottom: 270 degrees, clockwise from the lower left.
const (
	dialStart = -135
	dialSweep = 270
)

// GaugeStyle says what a Gauge shows.
type GaugeStyle struct {
	Full  int                 // value at the end of the dial, such as 300 mmHg
	Step  int                 // distance of the numbered marks
	Unit  string              // under the number
	Color fyne.ThemeColorName // of the sweep; empty means ColorAction
	Size  float32             // least side in units; 0 means 360
}

// Gauge is a dial that sweeps with a live value, the number large in its
// middle and the caller's words under it.
type Gauge struct {
	widget.BaseWidget
	look  Look
	style GaugeStyle
	value int

	track  *canvas.Arc
	sweep  *canvas.Arc
	marks  []*canvas.Line
	nums   []*canvas.Text
	number *canvas.Text
	unit   *canvas.Text
	words  *Text
}

// NewGauge returns a gauge at zero.
func NewGauge(look Look, style GaugeStyle) *Gauge {
	if style.Color == "" {
		style.Color = ColorAction
	}
	if style.Size == 0 {
		style.Size = 360
	}
	style.Full, style.Step = max(style.Full, 1), max(style.Step, 1)
	g := &Gauge{
		look: look, style: style,
		track: canvas.NewArc(dialStart, dialStart+dialSweep, 0.86, look.Color(ColorHairline)),
		sweep: canvas.NewArc(dialStart, dialStart, 0.86, look.Color(style.Color)),
		words: NewText(look, "", TextStyle{Size: SizeLead, Bold: true, Align: Center}),
	}
	for v := 0; v <= style.Full; v += style.Step {
		mark := canvas.NewLine(look.Color(ColorBorder))
		mark.StrokeWidth = 2
		g.marks = append(g.marks, mark)
		g.nums = append(g.nums, g.text(strconv.Itoa(v), look.Size(SizeCaption), false, ColorInk2))
	}
	g.number = g.text("0", look.Size(SizeValue), true, ColorInk)
	g.unit = g.text(style.Unit, look.Size(SizeLead), false, ColorInk2)
	g.ExtendBaseWidget(g)
	return g
}

func (g *Gauge) text(s string, size float32, bold bool, name fyne.ThemeColorName) *canvas.Text {
	t := canvas.NewText(s, g.look.Color(name))
	t.TextSize, t.TextStyle.Bold, t.FontSource = size, bold, face(bold)
	return t
}

// Value returns the value shown.
func (g *Gauge) Value() int { return g.value }

// SetValue moves the sweep and the number; the sweep stops at the ends of the
// dial, the number does not.
func (g *Gauge) SetValue(v int) {
	if v == g.value {
		return
	}
	g.value = v
	share := min(max(float32(v)/float32(g.style.Full), 0), 1)
	g.sweep.EndAngle = dialStart + dialSweep*share
	g.sweep.Refresh()
	g.number.Text = strconv.Itoa(v)
	g.number.Refresh()
	g.layout(g.Size())
}

// SetLive shows a value of this moment. Without a new one the last stays, until the
// instrument has been silent for so long that it is no value of now.
func (g *Gauge) SetLive(v int, known, silent bool) {
	switch {
	case silent && g.value != unknown:
		g.SetNone()
	case !silent && known:
		g.SetValue(v)
	}
}

// SetNone shows that the value is not known.
func (g *Gauge) SetNone() {
	g.value = unknown
	g.sweep.EndAngle = dialStart
	g.sweep.Refresh()
	g.number.Text = NoNumber
	g.number.Refresh()
	g.layout(g.Size())
}

// unknown is no value that is ever shown.
const unknown = math.MinInt

// SetWords replaces the words under the dial.
func (g *Gauge) SetWords(words string) {
	g.words.SetText(words)
	g.layout(g.Size())
}

// room is the width of the widest number around the dial.
func (g *Gauge) room() float32 {
	widest := float32(0)
	for _, n := range g.nums {
		widest = max(widest, n.MinSize().Width)
	}
	return widest
}

// wordsHeight is the room for the words under the dial, if there are any.
func (g *Gauge) wordsHeight() float32 {
	if g.words.Text() == "" {
		return 0
	}
	return 2 * g.words.advance()
}

// shrink has what is written on a small dial leave room for the dial.
func (g *Gauge) shrink(d float32) {
	for _, n := range g.nums {
		n.TextSize = min(g.look.Size(SizeCaption), d*0.075)
	}
	g.unit.TextSize = min(g.look.Size(SizeLead), d*0.09)
}

func (g *Gauge) layout(s fyne.Size) {
	wordsHeight := g.wordsHeight()
	d := min(s.Width, s.Height-wordsHeight)
	g.shrink(d)
	cx, cy, r := s.Width/2, d/2, d/2
	ring := r - g.room() - 16 // the numbers stand outside the dial
	place(g.track, cx-ring, cy-ring, 2*ring, 2*ring)
	place(g.sweep, cx-ring, cy-ring, 2*ring, 2*ring)
	for i, mark := range g.marks {
		share := float64(i*g.style.Step) / float64(g.style.Full)
		angle := (dialStart + dialSweep*share - 90) * math.Pi / 180
		dx, dy := float32(math.Cos(angle)), float32(math.Sin(angle))
		mark.Position1 = fyne.NewPos(cx+dx*(ring+4), cy+dy*(ring+4))
		mark.Position2 = fyne.NewPos(cx+dx*(ring+11), cy+dy*(ring+11))
		size := g.nums[i].MinSize()
		at := ring + 16 + float32(math.Abs(float64(dx)))*size.Width/2 + float32(math.Abs(float64(dy)))*size.Height*0.3
		place(g.nums[i], cx+dx*at-size.Width/2, cy+dy*at-size.Height/2, size.Width, size.Height)
	}
	// On a small dial the number must not touch the ring.
	g.number.TextSize = min(g.look.Size(SizeValue), ring*0.62)
	n, base := measure(g.number.Text, g.number.TextSize, true)
	place(g.number, cx-n.Width/2, cy-n.Height/2-g.unit.TextSize*0.4, n.Width, n.Height)
	u := g.unit.MinSize()
	place(g.unit, cx-u.Width/2, g.number.Position().Y+base+g.number.TextSize*0.06, u.Width, u.Height)
	place(g.words, 0, d-ring*0.2, s.Width, wordsHeight)
}

// CreateRenderer is called by Fyne.
func (g *Gauge) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{g.track, g.sweep}
	for i := range g.marks {
		objects = append(objects, g.marks[i], g.nums[i])
	}
	objects = append(objects, g.number, g.unit, g.words)
	return &parts{
		objects: fixed(objects...),
		layout:  g.layout,
		min: func() fyne.Size {
			return fyne.NewSize(g.style.Size, g.style.Size+g.wordsHeight())
		},
	}
}
