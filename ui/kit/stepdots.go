package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// StepDots shows how far along a visit is: one labelled dot a step, in reading
// order. Done steps have a tick, the current one is larger and its label bold.
type StepDots struct {
	widget.BaseWidget
	look    Look
	current int
	lines   []*canvas.Rectangle
	dots    []*canvas.Circle
	ticks   []*Drawing
	labels  []*Text
}

// NewStepDots returns the dots of the named steps; current counts from 0.
func NewStepDots(look Look, labels []string, current int) *StepDots {
	s := &StepDots{look: look, current: current}
	for i, label := range labels {
		dot := canvas.NewCircle(look.Color(ColorAction))
		style := TextStyle{Size: SizeCaption, Color: ColorInk2, Align: Center}
		tick := NewIcon(look, assets.IconCheck, 14, ColorOnAction)
		switch {
		case i == current:
			style.Bold, style.Color = true, ColorInk
			tick.Hide()
		case i > current:
			dot.FillColor = look.Color(ColorGround)
			dot.StrokeColor, dot.StrokeWidth = look.Color(ColorBorder), 2
			tick.Hide()
		}
		s.dots = append(s.dots, dot)
		s.ticks = append(s.ticks, tick)
		s.labels = append(s.labels, NewText(look, label, style))
		if i > 0 {
			line := canvas.NewRectangle(look.Color(ColorHairline))
			if i <= current {
				line.FillColor = look.Color(ColorAction)
			}
			s.lines = append(s.lines, line)
		}
	}
	s.ExtendBaseWidget(s)
	return s
}

const (
	dotSize        float32 = 20
	dotSizeCurrent float32 = 26
	dotRoom        float32 = 48 // for a dot without a name
)

// bare reports that no step has a name.
func (s *StepDots) bare() bool {
	for _, l := range s.labels {
		if l.Text() != "" {
			return false
		}
	}
	return true
}

// HeightFor returns the height of the dots and the tallest label.
func (s *StepDots) HeightFor(width float32) float32 {
	if s.bare() {
		return dotSizeCurrent
	}
	height := float32(0)
	for _, l := range s.labels {
		height = max(height, l.HeightFor(s.cell(width)))
	}
	return dotSizeCurrent + Space8 + height
}

// PreferredWidth returns the width at which no label wraps.
func (s *StepDots) PreferredWidth() float32 {
	width := dotRoom - Space16
	for _, l := range s.labels {
		width = max(width, l.PreferredWidth())
	}
	return (width + Space16) * float32(len(s.labels))
}

func (s *StepDots) cell(width float32) float32 {
	return width/float32(max(len(s.labels), 1)) - Space8
}

func (s *StepDots) layout(size fyne.Size) {
	n := len(s.labels)
	step := size.Width / float32(max(n, 1))
	at := func(i int) float32 {
		if s.look.Dir == RTL {
			i = n - 1 - i
		}
		return step * (float32(i) + 0.5)
	}
	y := dotSizeCurrent / 2
	for i, line := range s.lines {
		from, to := at(i), at(i+1)
		place(line, min(from, to)+dotSize, y-1, max(max(from, to)-min(from, to)-2*dotSize, 0), 2)
	}
	for i, dot := range s.dots {
		d := dotSize
		if i == s.current {
			d = dotSizeCurrent
		}
		place(dot, at(i)-d/2, y-d/2, d, d)
		place(s.ticks[i], at(i)-7, y-7, 14, 14)
		w := s.cell(size.Width)
		place(s.labels[i], at(i)-w/2, dotSizeCurrent+Space8, w, s.labels[i].HeightFor(w))
	}
}

// CreateRenderer is called by Fyne.
func (s *StepDots) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	for _, l := range s.lines {
		objects = append(objects, l)
	}
	for i := range s.dots {
		objects = append(objects, s.dots[i], s.ticks[i], s.labels[i])
	}
	return &parts{
		objects: fixed(objects...),
		layout:  s.layout,
		min: func() fyne.Size {
			width := dotRoom
			for _, l := range s.labels {
				width = max(width, l.leastWidth()+Space8)
			}
			width *= float32(len(s.labels))
			return fyne.NewSize(width, s.HeightFor(max(width, s.Size().Width)))
		},
	}
}

var _ Fluid = (*StepDots)(nil)
