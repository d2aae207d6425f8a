package kit

import (
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// years is a chart of one person's pressures, n of them over five years, of
// which every ninth does not count.
func years(n int) ChartStyle {
	random := rand.New(rand.NewPCG(1, 2))
	style := ChartStyle{
		First: 0, Last: 5 * 365, Least: 1,
		Panes: []ChartPane{{
			Name: "Upper pressure", Low: 90, High: 200,
			Bands: []ChartBand{
				{Good, "Normal", 90, 120}, {Watch, "Elevated", 120, 130}, {High, "Stage 1", 130, 140}, {High, "Stage 2", 140, 200},
			},
			Values: []AxisMark{{120, "120"}, {150, "150"}, {180, "180"}},
		}, {
			Name: "Lower pressure", Low: 50, High: 120,
			Bands:  []ChartBand{{Good, "Normal", 50, 80}, {High, "Stage 1", 80, 90}, {High, "Stage 2", 90, 120}},
			Values: []AxisMark{{60, "60"}, {80, "80"}, {100, "100"}},
		}},
		Say:  func(int) string { return "3 Mar 2026, 09:12: 142/91 mmHg, pulse 71. Mean of 2." },
		Hint: "Point at a reading, or use the arrow keys.", Empty: "No reading in this period",
		Dates: func(start, end float64, most int) []AxisMark {
			var marks []AxisMark
			for i := range most {
				at := start + (end-start)*(float64(i)+0.5)/float64(most)
				marks = append(marks, AxisMark{at, "day " + string(rune('A'+i))})
			}
			return marks
		},
	}
	for i := range n {
		top := 132 + 12*math.Sin(float64(i)/float64(n)*9) + random.NormFloat64()*8
		style.Points = append(style.Points, TrendPoint{
			X: float64(i) / float64(n) * style.Last, Value: math.Round(top), Second: math.Round(top - 48 + random.NormFloat64()*4),
			Excluded: i%9 == 4,
		})
	}
	return style
}

func shownChart(t *testing.T, look Look, style ChartStyle) *Chart {
	t.Helper()
	test.NewTempApp(t)
	c := NewChart(look, style)
	showOn(t, look, fyne.NewSize(900, 360), c)
	return c
}

func TestChartViewStaysInTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	v := newChartView(100, 1100, 7)
	for range 5000 {
		switch random.IntN(3) {
		case 0:
			v = v.pan(random.NormFloat64() * 400)
		case 1:
			v = v.zoom(math.Exp(random.NormFloat64()), 100+random.Float64()*1000)
		case 2:
			at := random.Float64() * 1500
			v = v.to(at, at+random.NormFloat64()*300)
		}
		if v.start < 100-1e-6 || v.end > 1100+1e-6 || v.width() < 7-1e-6 {
			t.Fatalf("the view is %v to %v", v.start, v.end)
		}
	}
	for _, odd := range []chartView{v.zoom(0, 500), v.zoom(-1, 500), v.zoom(math.Inf(1), 500), v.zoom(math.NaN(), 500), v.to(math.NaN(), 5)} {
		if odd != v {
			t.Errorf("an impossible wish changed the view to %+v", odd)
		}
	}
}

func TestChartZoomKeepsWhatItIsAbout(t *testing.T) {
	v := newChartView(0, 1000, 1).to(200, 600)
	for _, factor := range []float64{0.8, 0.5, 1.5} {
		z := v.zoom(factor, 300)
		if math.Abs(z.share(300)-v.share(300)) > 1e-9 || math.Abs(z.width()-400*factor) > 1e-9 {
			t.Errorf("by %v: 300 moves from %.3f to %.3f of the view", factor, v.share(300), z.share(300))
		}
	}
}

// Where points are drawn as columns none is lost: the counts agree and every
// value lies in the range of its column.
func TestGatherLosesNothing(t *testing.T) {
	points := years(4000).Points
	for _, width := range []float64{0.3, 2, 11, 5000} {
		for pane := range 2 {
			value := seriesOf(pane)
			cells := gather(points, width, value)
			counted, excluded, low, high := 0, 0, math.Inf(1), math.Inf(-1)
			for i, c := range cells {
				counted, excluded = counted+c.counted.n, excluded+c.excluded.n
				if c.counted.n == 0 {
					continue
				}
				low, high = min(low, c.counted.low), max(high, c.counted.high)
				if c.counted.mean > c.counted.high || c.counted.mean < c.counted.low {
					t.Fatalf("column %d is %+v", i, c)
				}
			}
			wantLow, wantHigh := math.Inf(1), math.Inf(-1)
			for _, p := range points {
				if !p.Excluded {
					wantLow, wantHigh = min(wantLow, value(p)), max(wantHigh, value(p))
				}
			}
			if counted+excluded != len(points) || excluded != 444 || low != wantLow || high != wantHigh {
				t.Errorf("width %v, pane %d: %d and %d excluded, %v to %v; want %v to %v", width, pane, counted, excluded, low, high, wantLow, wantHigh)
			}
		}
	}
}

// Each of two values lies in the picture of its own bands, and ten of a unit are
// about as tall in both.
func TestChartHasAPaneForEachSeries(t *testing.T) {
	c := shownChart(t, Look{}, years(20))
	frames := c.frames(300)
	if len(frames) != 2 || frames[0].bottom >= frames[1].top || frames[1].bottom != 300 || frames[0].top <= 0 {
		t.Fatalf("the panes are %+v", frames)
	}
	upper, lower := frames[0].y(120)-frames[0].y(130), frames[1].y(80)-frames[1].y(90)
	if math.Abs(upper-lower) > 0.2*upper {
		t.Errorf("ten are %.1f tall above and %.1f below", upper, lower)
	}
	for _, p := range c.panes {
		if !p.name.Visible() || p.name.Position().Y < c.raster.Position().Y {
			t.Errorf("%q is not over its picture", p.name.Text)
		}
	}
	if y := frames[1].y(300); y != frames[1].top {
		t.Errorf("a value above the pane is drawn at %v, outside it", y)
	}
	style := years(20)
	style.Panes = style.Panes[:1]
	if c := shownChart(t, Look{}, style); c.frames(300)[0].top != 0 || c.panes[0].name.Visible() {
		t.Error("a single pane leaves room for its name")
	}
}

func TestChartTurnsByWheelDragAndKeys(t *testing.T) {
	c := shownChart(t, Look{}, years(500))
	seen := 0
	c.OnView = func(float64, float64) { seen++ }
	middle := fyne.NewPos(450, 200)
	c.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: middle}, Scrolled: fyne.NewDelta(0, 10)})
	start, end := c.Span()
	if end-start >= 5*365 || start <= 0 {
		t.Fatalf("the wheel shows %v to %v", start, end)
	}
	c.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(50, 0)})
	if s, e := c.Span(); s >= start || math.Abs((e-s)-(end-start)) > 1e-6 {
		t.Errorf("dragging to the right shows %v to %v after %v to %v", s, e, start, end)
	}
	c.TypedRune('+')
	if s, e := c.Span(); e-s >= end-start {
		t.Error("+ does not zoom in")
	}
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s, e := c.Span(); s != 0 || e != 5*365 {
		t.Errorf("Escape shows %v to %v", s, e)
	}
	if seen != 4 {
		t.Errorf("told of %d changes, want 4", seen)
	}
	before := c.view
	c.TypedRune('-')
	if c.view != before {
		t.Error("- shows more than there is")
	}
}

// However much is said of a point, it stands over the picture and not in it.
func TestChartMakesRoomForWords(t *testing.T) {
	style := years(500)
	style.Say = func(int) string { return strings.Repeat("The rest was cut short. ", 12) }
	c := shownChart(t, Look{Text: TextLarge}, style)
	below := func(when string) {
		t.Helper()
		if words, picture := c.words.HeightFor(c.Size().Width), c.raster.Position().Y; words > picture {
			t.Errorf("%s the words are %.0f high, and the picture begins at %.0f", when, words, picture)
		}
	}
	below("at first")
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(890, 100)}})
	below("of a point")
	had := c.raster.Position()
	c.MouseOut()
	if c.raster.Position() != had {
		t.Error("the picture jumps back")
	}
}

func TestChartSaysWhatIsPointedAt(t *testing.T) {
	style := years(500)
	said := -1
	style.Say = func(i int) string { said = i; return "a reading" }
	c := shownChart(t, Look{}, style)
	c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(890, 100)}})
	if said != 499 || c.words.Text() != "a reading" || c.Chosen() != 499 {
		t.Errorf("at the right end it says %d: %q", said, c.words.Text())
	}
	c.MouseOut()
	if c.Chosen() != -1 || c.words.Text() != style.Hint {
		t.Errorf("with the pointer away it still says %q", c.words.Text())
	}
}

func TestChartKeysWalkFromReadingToReading(t *testing.T) {
	c := shownChart(t, Look{}, years(500))
	c.ShowSpan(800, 1000)
	key := func(name fyne.KeyName) { c.TypedKey(&fyne.KeyEvent{Name: name}) }
	key(fyne.KeyLeft)
	last := c.Chosen()
	if x := c.style.Points[last].X; x < 990 || x > 1000 {
		t.Fatalf("the first step back is at %v, want the last in view", x)
	}
	key(fyne.KeyLeft)
	if c.Chosen() != last-1 {
		t.Errorf("from %d to %d", last, c.Chosen())
	}
	key(fyne.KeyHome)
	if s, _ := c.Span(); c.Chosen() != 0 || s != 0 {
		t.Errorf("Home is at %d, shown from %v", c.Chosen(), s)
	}
	key(fyne.KeyLeft)
	if c.Chosen() != 0 {
		t.Error("before the first there is another")
	}
	key(fyne.KeyEnd)
	if _, e := c.Span(); c.Chosen() != 499 || e != 5*365 {
		t.Errorf("End is at %d, shown to %v", c.Chosen(), e)
	}
	// A point that has left the view is not spoken of any more.
	c.ShowSpan(0, 100)
	if c.Chosen() != -1 {
		t.Error("a reading out of view is still chosen")
	}
}

func TestChartWithoutReadingsSaysSo(t *testing.T) {
	style := years(20)
	c := shownChart(t, Look{}, style)
	if c.empty.Visible() {
		t.Error("a chart of 20 readings says that it is empty")
	}
	c.ShowSpan(style.Points[3].X+1, style.Points[3].X+20)
	if !c.empty.Visible() {
		t.Error("a period without a reading does not say so")
	}
	style.Points = nil
	c = shownChart(t, Look{}, style)
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if c.Chosen() != -1 || !c.empty.Visible() {
		t.Error("a chart without readings chooses one")
	}
}

// What does not count is hollow, and a value that is not a number is not drawn.
func TestChartDrawsExcludedHollow(t *testing.T) {
	test.NewTempApp(t)
	style := ChartStyle{Panes: []ChartPane{{High: 100}}, Last: 100, Points: []TrendPoint{{X: 25, Value: 50}, {X: 50, Value: math.NaN()}, {X: 75, Value: 50, Excluded: true}}}
	c := NewChart(Look{}, style)
	img := image.NewRGBA(image.Rect(0, 0, 200, 100))
	p := chartPainter{brush: brush{img}, style: &c.style, frames: c.frames(100), view: c.view, inks: c.inks, scale: 1, chosen: -1}
	p.paint()
	ink, ground := c.inks.ink, c.inks.ground
	if got := img.RGBAAt(int(p.x(25)), int(p.y(0, 50))); got.R != ink.R {
		t.Errorf("the middle of a value that counts is %v", got)
	}
	if got := img.RGBAAt(int(p.x(75)), int(p.y(0, 50))); got.R != ground.R {
		t.Errorf("the middle of an excluded value is %v", got)
	}
	if got := img.RGBAAt(int(p.x(25))+7, int(p.y(0, 50))); got.R != ground.R {
		t.Errorf("beside a value of a known time is %v", got)
	}
	c.style.Points[0].Doubtful = true
	p.paint()
	if got := img.RGBAAt(int(p.x(25))+7, int(p.y(0, 50))); got.R == ground.R {
		t.Error("nothing shows that the time of a value is in doubt")
	}
	if len(c.style.Points) != 2 {
		t.Error("a value that is no number is in the chart")
	}
}

func TestChartLooks(t *testing.T) {
	test.NewTempApp(t)
	c := NewChart(Look{Class: Staff}, years(60))
	canvas := showOn(t, Look{Class: Staff}, fyne.NewSize(720, 320), NewInset(8, 8, c))
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	test.AssertRendersToImage(t, "chart.png", canvas)
}

// fiveYears is ten pressures a day for five years.
const fiveYears = 18250

func BenchmarkChartFrame(b *testing.B) {
	test.NewTempApp(b)
	c := NewChart(Look{Class: Staff}, years(fiveYears))
	c.Resize(fyne.NewSize(1100, 420))
	b.ReportAllocs()
	turn := 1.0
	for b.Loop() {
		turn = -turn
		c.view = c.view.pan(turn)
		c.generate(1100, 360)
	}
}

func BenchmarkChartZoomThrough(b *testing.B) {
	test.NewTempApp(b)
	c := NewChart(Look{Class: Staff}, years(fiveYears))
	c.Resize(fyne.NewSize(1100, 420))
	b.ReportAllocs()
	for b.Loop() {
		c.Zoom(1 / chartZoom)
		if s, e := c.Span(); e-s <= 2 {
			c.turn(c.view.to(0, 5*365))
		}
		c.generate(1100, 360)
	}
}
