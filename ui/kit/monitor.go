package kit

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Monitor is a card with a live trace below something else. It looks like a
// Card, but paints each point once: the whole window is painted anew for each
// step of the trace, and where there is no graphics card the processor does that, for
// which a rounded area is dear and one under another is wasted.
type Monitor struct {
	widget.BaseWidget
	pad, gap float32
	head     fyne.CanvasObject
	trace    *Waveform
	behind   *canvas.Rectangle // the head
	rims     [4]*rim           // above, below, at the left and at the right
}

// NewMonitor returns a trace below a head on a card, with the given space inside
// its edge and between the two. The trace takes the height that is left.
func NewMonitor(look Look, pad, gap float32, head fyne.CanvasObject, trace *Waveform) *Monitor {
	m := &Monitor{pad: pad, gap: gap, head: head, trace: trace, behind: canvas.NewRectangle(look.Color(ColorSurface))}
	const before, after = -1, 1
	m.rims = [...]*rim{
		newRim(look, image.Rect(0, 0, 0, after)),
		newRim(look, image.Rect(0, before, 0, 0)),
		newRim(look, image.Rect(0, before, after, after)),
		newRim(look, image.Rect(before, before, 0, after)),
	}
	m.ExtendBaseWidget(m)
	return m
}

// HeightFor returns the least height at a width.
func (m *Monitor) HeightFor(width float32) float32 {
	return HeightFor(m.head, width-2*m.pad) + m.gap + m.trace.MinSize().Height + 2*m.pad
}

// PreferredWidth returns the wider of the two and the space around it.
func (m *Monitor) PreferredWidth() float32 {
	return max(PreferredWidth(m.head), PreferredWidth(m.trace)) + 2*m.pad
}

func (m *Monitor) leastWidth() float32 {
	return max(leastWidth(m.head), leastWidth(m.trace)) + 2*m.pad
}

func (m *Monitor) layout(s fyne.Size) {
	width := s.Width - 2*m.pad
	top := m.pad + HeightFor(m.head, width) + m.gap
	bottom := s.Height - m.pad
	place(m.head, m.pad, m.pad, width, top-m.gap-m.pad)
	place(m.trace, m.pad, top, width, max(bottom-top, 0))

	band := max(m.pad, cornerCard) // the corners are in it
	m.rims[0].lay(0, 0, s.Width, band)
	m.rims[1].lay(0, s.Height-band, s.Width, band)
	m.rims[2].lay(0, band, m.pad, s.Height-2*band)
	m.rims[3].lay(s.Width-m.pad, band, m.pad, s.Height-2*band)
	const lap = 2 // under what is around it, since its edges are not rounded as theirs are
	place(m.behind, m.pad-lap, m.pad-lap, width+2*lap, top-m.pad+2*lap)
}

// CreateRenderer is called by Fyne.
func (m *Monitor) CreateRenderer() fyne.WidgetRenderer {
	all := []fyne.CanvasObject{m.behind}
	for _, r := range m.rims {
		all = append(all, r.raster)
	}
	all = append(all, m.head, m.trace)
	return &parts{
		objects: fixed(all...),
		layout:  m.layout,
		min: func() fyne.Size {
			w := m.leastWidth()
			return fyne.NewSize(w, m.HeightFor(w))
		},
		refresh: again(m, m.layout, m.head),
	}
}

var _ Fluid = (*Monitor)(nil)
