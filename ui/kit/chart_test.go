package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

func TestBandScalePutsTheMarkerWhereTheValueIs(t *testing.T) {
	test.NewTempApp(t)
	for _, row := range []struct {
		value float64
		band  int
		share float32
	}{{80, 0, 0.5}, {90, 1, 0}, {119.9, 1, 0.99}, {120, 2, 0}, {125, 2, 0.5}, {160, 4, 0.5}, {400, 4, 1}, {10, 0, 0}} {
		s := NewBandScale(Look{}, pressureBands(Look{}), row.value)
		if s.at != row.band || s.share() < row.share-0.01 || s.share() > row.share+0.01 {
			t.Errorf("%v is in band %d at %.2f, want band %d at %.2f", row.value, s.at, s.share(), row.band, row.share)
		}
		s.Resize(fyne.NewSize(1000, s.HeightFor(1000)))
		middle := s.marker.Position().X + s.marker.Size().Width/2
		if middle < 200*float32(row.band) || middle > 200*float32(row.band+1) {
			t.Errorf("%v: marker at %v, outside band %d", row.value, middle, row.band)
		}
	}
}

func TestBandScaleMarkerHasTheBandsShape(t *testing.T) {
	test.NewTempApp(t)
	if _, ok := NewBandScale(Look{}, pressureBands(Look{}), 100).marker.(*canvas.Circle); !ok {
		t.Error("in range is not a circle")
	}
	if p, ok := NewBandScale(Look{}, pressureBands(Look{}), 150).marker.(*canvas.Polygon); !ok || p.Sides != 3 || p.Angle != 0 {
		t.Error("high is not a triangle that points up")
	}
	if p, ok := NewBandScale(Look{}, pressureBands(Look{}), 80).marker.(*canvas.Polygon); !ok || p.Angle != 180 {
		t.Error("low is not a triangle that points down")
	}
}

func TestBandScaleWithoutBandsIsEmpty(t *testing.T) {
	test.NewTempApp(t)
	s := NewBandScale(Look{}, nil, 5)
	s.Resize(fyne.NewSize(100, 100))
}

func TestTrendKeepsExcludedValuesOutOfTheLine(t *testing.T) {
	test.NewTempApp(t)
	style := sampleTrend()
	style.Two = false
	style.Points = append(style.Points, TrendPoint{X: 50, Value: 500}, TrendPoint{X: -3, Value: 100})
	tr := NewTrend(Look{}, style)
	if len(tr.points) != 8 || len(tr.first) != 8 {
		t.Errorf("%d points drawn, want the 8 inside the chart", len(tr.first))
	}
	if len(tr.joins) != 6 {
		t.Errorf("%d joints between 7 counted values, want 6", len(tr.joins))
	}
	if c := tr.first[2].(*canvas.Circle); c.FillColor != nil || c.StrokeWidth == 0 {
		t.Error("the excluded value is not hollow")
	}
	if c := tr.first[3].(*canvas.Circle); c.FillColor == nil {
		t.Error("a counted value is hollow")
	}
}

func TestTrendPlacesHighAboveLowAndOldBeforeNew(t *testing.T) {
	test.NewTempApp(t)
	for _, dir := range []Direction{LTR, RTL} {
		tr := NewTrend(Look{Dir: dir}, sampleTrend())
		tr.Resize(fyne.NewSize(600, 260))
		if tr.first[0].Position().Y >= tr.second[0].Position().Y {
			t.Error("systolic is not above diastolic")
		}
		if tr.first[0].Position().X >= tr.first[7].Position().X {
			t.Error("the oldest value is not at the left")
		}
	}
}

func TestBandScaleLooks(t *testing.T) {
	test.NewTempApp(t)
	s := NewBandScale(Look{}, pressureBands(Look{}), 126)
	test.AssertRendersToImage(t, "bandscale.png", showOn(t, Look{}, fyne.NewSize(800, 110), NewInset(8, 8, s)))
}

func TestTrendLooks(t *testing.T) {
	test.NewTempApp(t)
	test.AssertRendersToImage(t, "trend.png", showOn(t, Look{}, fyne.NewSize(520, 260), NewInset(8, 8, NewTrend(Look{}, sampleTrend()))))
}
