package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// ScaleBand is one named stretch of a BandScale.
type ScaleBand struct {
	Band Band
	Name string
	From float64 // lower edge; of the first band, where the scale starts
	To   float64 // upper edge; of the last band, where the scale ends
	Edge string  // lower edge in words, shown where the band begins; "" for none
}

// BandScale shows where a value stands among its named neighbours. Each band is
// equally wide, so that every name can be read; within its band the marker
// stands in proportion. Numbers run from left to right in every language.
type BandScale struct {
	widget.BaseWidget
	look   Look
	bands  []ScaleBand
	value  float64
	at     int
	bars   []*canvas.Rectangle
	names  []*Text
	edges  []*canvas.Text
	marker fyne.CanvasObject
	stem   *canvas.Rectangle
}

// NewBandScale returns a scale of at least one band, lowest first, with the
// marker at value. A value beyond either end stands at that end.
func NewBandScale(look Look, bands []ScaleBand, value float64) *BandScale {
	s := &BandScale{look: look, bands: bands, value: value}
	for i, b := range bands {
		if value >= b.From {
			s.at = i
		}
	}
	for i, b := range bands {
		ink, ground := b.Band.colors()
		bar := canvas.NewRectangle(look.Color(ground))
		bar.StrokeColor, bar.StrokeWidth = look.Color(ink), 1.5
		style := TextStyle{Size: SizeBody, Color: ColorInk2, Align: Center}
		if i == s.at {
			bar.FillColor = look.Color(ink)
			style.Color, style.Bold = ink, true
			s.marker = newShape(b.Band, look.Color(ink), false)
			s.stem = canvas.NewRectangle(look.Color(ink))
		}
		edge := canvas.NewText(b.Edge, look.Color(ColorInk2))
		edge.TextSize, edge.FontSource = look.Size(SizeCaption), face(false)
		s.bars = append(s.bars, bar)
		s.names = append(s.names, NewText(look, b.Name, style))
		s.edges = append(s.edges, edge)
	}
	s.ExtendBaseWidget(s)
	return s
}

const (
	scaleBar   float32 = 28
	scaleMark  float32 = 22
	scaleStem  float32 = 10
	scaleStops float32 = 4 // between two bands
)

func (s *BandScale) step(width float32) float32 { return width / float32(max(len(s.bands), 1)) }

// share is where the value stands inside its band, 0 to 1.
func (s *BandScale) share() float32 {
	b := s.bands[s.at]
	if b.To <= b.From {
		return 0.5
	}
	return float32(min(max((s.value-b.From)/(b.To-b.From), 0), 1))
}

// HeightFor returns the height of marker, bar, edges and the tallest name.
func (s *BandScale) HeightFor(width float32) float32 {
	tallest := float32(0)
	for _, n := range s.names {
		tallest = max(tallest, n.HeightFor(s.step(width)-Space8))
	}
	return scaleMark + scaleStem + scaleBar + s.look.Size(SizeCaption)*1.5 + tallest
}

// PreferredWidth returns the width at which no name wraps.
func (s *BandScale) PreferredWidth() float32 {
	widest := float32(0)
	for _, n := range s.names {
		widest = max(widest, n.PreferredWidth())
	}
	return (widest + Space8) * float32(len(s.bands))
}

func (s *BandScale) layout(size fyne.Size) {
	step := s.step(size.Width)
	top := scaleMark + scaleStem
	under := top + scaleBar
	for i := range s.bands {
		x := step * float32(i)
		place(s.bars[i], x+scaleStops/2, top, step-scaleStops, scaleBar)
		s.bars[i].CornerRadius = 4
		e := s.edges[i].MinSize()
		// The first edge begins at the scale's own; the others stand under the
		// gap between two bands.
		left := max(x-e.Width/2, 0)
		place(s.edges[i], left, under+2, e.Width, e.Height)
		w := step - Space8
		place(s.names[i], x+Space8/2, under+s.look.Size(SizeCaption)*1.5, w, s.names[i].HeightFor(w))
	}
	if s.marker == nil {
		return
	}
	x := step*float32(s.at) + scaleStops/2 + (step-scaleStops)*s.share()
	x = min(max(x, scaleMark/2), size.Width-scaleMark/2)
	placeShape(s.marker, x, scaleMark/2, scaleMark)
	place(s.stem, x-1.5, scaleMark-2, 3, scaleStem+2)
}

// CreateRenderer is called by Fyne.
func (s *BandScale) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for i := range s.bands {
		objects = append(objects, s.bars[i], s.edges[i], s.names[i])
	}
	if s.marker != nil {
		objects = append(objects, s.stem, s.marker)
	}
	return &parts{
		objects: fixed(objects...),
		layout:  s.layout,
		min: func() fyne.Size {
			widest := float32(0)
			for _, n := range s.names {
				widest = max(widest, n.leastWidth()+Space8)
			}
			width := widest * float32(len(s.bands))
			return fyne.NewSize(width, s.HeightFor(max(width, s.Size().Width)))
		},
	}
}

var _ Fluid = (*BandScale)(nil)
