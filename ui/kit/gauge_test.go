package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestGaugeSweepsWithTheValue(t *testing.T) {
	test.NewTempApp(t)
	g := NewGauge(Look{}, GaugeStyle{Full: 300, Step: 50, Unit: "mmHg"})
	for _, row := range []struct {
		value int
		end   float32
		text  string
	}{{150, 0, "150"}, {300, 135, "300"}, {0, -135, "0"}, {320, 135, "320"}, {-4, -135, "-4"}} {
		g.SetValue(row.value)
		if g.sweep.EndAngle != row.end || g.number.Text != row.text || g.Value() != row.value {
			t.Errorf("at %d: sweep ends at %v, number %q", row.value, g.sweep.EndAngle, g.number.Text)
		}
	}
	if len(g.marks) != 7 {
		t.Errorf("%d marks from 0 to 300, want 7", len(g.marks))
	}
}

func TestGaugeKeepsInsideItsSpace(t *testing.T) {
	test.NewTempApp(t)
	for _, size := range []fyne.Size{{Width: 360, Height: 424}, {Width: 700, Height: 500}, {Width: 260, Height: 500}} {
		g := NewGauge(Look{Text: TextLargest}, GaugeStyle{Full: 300, Step: 50, Unit: "mmHg"})
		g.SetValue(288)
		g.Resize(size)
		for _, n := range g.nums {
			p, s := n.Position(), n.MinSize()
			if p.X < -1 || p.Y < -s.Height/4 || p.X+s.Width > size.Width+1 {
				t.Errorf("at %v the number %q stands at %v", size, n.Text, p)
			}
		}
	}
}

func TestGaugeLooks(t *testing.T) {
	test.NewTempApp(t)
	g := NewGauge(Look{}, GaugeStyle{Full: 300, Step: 50, Unit: "mmHg"})
	g.SetValue(142)
	g.SetWords("Measuring: keep still")
	test.AssertRendersToImage(t, "gauge.png", showOn(t, Look{}, fyne.NewSize(400, 460), g))
}

func TestSignalBars(t *testing.T) {
	test.NewTempApp(t)
	s := NewSignalBars(Look{}, 2, "Fair")
	s.Set(9, "Good")
	if s.Level() != 4 || s.word.Text() != "Good" {
		t.Errorf("level %d, word %q", s.Level(), s.word.Text())
	}
	s.Set(1, "Weak")
	full := 0
	for _, bar := range s.bars {
		if bar.FillColor != nil {
			full++
		}
	}
	if full != 1 {
		t.Errorf("%d bars are full at level 1", full)
	}
}

func TestCountRing(t *testing.T) {
	test.NewTempApp(t)
	c := NewCountRing(Look{}, 200, "left")
	c.Resize(c.MinSize())
	for in, want := range map[float64]float64{-1: 0, 0.25: 0.25, 7: 1} {
		c.Set(in, "1:30")
		if c.Share() != want || c.fill.EndAngle != float32(360*want) {
			t.Errorf("Set(%v): share %v, sweep to %v", in, c.Share(), c.fill.EndAngle)
		}
	}
	c.Set(1, "a very long text in the ring")
	if w := c.big.MinSize().Width; w > 200*0.75 {
		t.Errorf("the words are %v wide in a ring of 200", w)
	}
}

// A pressure stays while nothing new comes, and goes when nothing has come for so long
// that it is none of now; it does not come back by itself.
func TestGaugeShowsNoOldValue(t *testing.T) {
	test.NewTempApp(t)
	g := NewGauge(Look{}, GaugeStyle{Full: 300, Step: 50, Unit: "mmHg", Size: 300})
	for i, step := range []struct {
		v             int
		known, silent bool
		want          string
	}{{120, true, false, "120"}, {0, false, false, "120"}, {120, true, true, NoNumber}, {120, true, true, NoNumber}, {90, true, false, "90"}} {
		if g.SetLive(step.v, step.known, step.silent); g.number.Text != step.want {
			t.Errorf("step %d: %q, want %q", i, g.number.Text, step.want)
		}
	}
}

func TestQuantityOfNow(t *testing.T) {
	test.NewTempApp(t)
	q := NewQuantity(Look{}, NoNumber, "%", "100", SizeValue, Leading)
	if q.SetLive(97, true); q.Number() != "97" {
		t.Error(q.Number())
	}
	if q.SetLive(97, false); q.Number() != NoNumber {
		t.Error(q.Number())
	}
}
