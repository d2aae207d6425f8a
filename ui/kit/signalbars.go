package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// SignalBars shows signal quality as four bars and a word.
type SignalBars struct {
	widget.BaseWidget
	look  Look
	level int
	bars  [4]*canvas.Rectangle
	word  *Text
}

// NewSignalBars returns bars at a level of 0 to 4, with its word.
func NewSignalBars(look Look, level int, word string) *SignalBars {
	s := &SignalBars{look: look, word: NewText(look, word, TextStyle{})}
	for i := range s.bars {
		s.bars[i] = canvas.NewRectangle(nil)
		s.bars[i].CornerRadius = 2
	}
	s.ExtendBaseWidget(s)
	s.paint(level)
	return s
}

// Set changes level and word together: neither says enough alone.
func (s *SignalBars) Set(level int, word string) {
	s.word.SetText(word)
	if level != s.level {
		s.paint(level)
	}
}

// Level returns the number of full bars.
func (s *SignalBars) Level() int { return s.level }

func (s *SignalBars) paint(level int) {
	s.level = min(max(level, 0), len(s.bars))
	on := ColorGoodInk
	if s.level <= 2 {
		on = ColorWatchInk
	}
	for i, bar := range s.bars {
		bar.FillColor, bar.StrokeColor, bar.StrokeWidth = nil, s.look.Color(ColorBorder), 1.5
		if i < s.level {
			bar.FillColor, bar.StrokeColor = s.look.Color(on), s.look.Color(on)
		}
		bar.Refresh()
	}
}

func (s *SignalBars) unit() float32 { return s.look.Size(SizeBody) * 0.4 }

func (s *SignalBars) barsWidth() float32 { return s.unit() * 5.5 }

func (s *SignalBars) layout(size fyne.Size) {
	u := s.unit()
	x, wordX := float32(0), s.barsWidth()+Space16
	wordWidth := size.Width - wordX
	if s.look.Dir == RTL {
		x, wordX = size.Width-s.barsWidth(), 0
	}
	tall := u * 3.6
	for i, bar := range s.bars {
		h := tall * float32(i+1) / 4
		place(bar, x+float32(i)*u*1.5, (size.Height+tall)/2-h, u, h)
	}
	h := s.word.HeightFor(wordWidth)
	place(s.word, wordX, (size.Height-h)/2, wordWidth, h)
}

// HeightFor returns the height at a width.
func (s *SignalBars) HeightFor(width float32) float32 {
	return max(s.unit()*4, s.word.HeightFor(width-s.barsWidth()-Space16))
}

// PreferredWidth returns the width with the word on one line.
func (s *SignalBars) PreferredWidth() float32 {
	return s.barsWidth() + Space16 + s.word.PreferredWidth()
}

// CreateRenderer is called by Fyne.
func (s *SignalBars) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(s.bars[0], s.bars[1], s.bars[2], s.bars[3], s.word),
		layout:  s.layout,
		min: func() fyne.Size {
			width := s.barsWidth() + Space16 + s.word.leastWidth()
			return fyne.NewSize(width, s.HeightFor(max(width, s.Size().Width)))
		},
	}
}

var _ Fluid = (*SignalBars)(nil)
