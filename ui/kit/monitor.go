package kit

import (
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
	corners  [4]*canvas.Rectangle // of each only the quarter outside is seen
	edges    [4]*canvas.Rectangle // the hairlines between them
	surface  [6]*canvas.Rectangle // between the corners above and below, and around the trace
}

// NewMonitor returns a trace below a head on a card, with the given space inside
// its edge and between the two. The trace takes the height that is left.
func NewMonitor(look Look, pad, gap float32, head fyne.CanvasObject, trace *Waveform) *Monitor {
	m := &Monitor{pad: pad, gap: gap, head: head, trace: trace}
	for i := range m.corners {
		m.corners[i] = cardGround(look)
		m.edges[i] = canvas.NewRectangle(look.Color(ColorHairline))
	}
	for i := range m.surface {
		m.surface[i] = canvas.NewRectangle(look.Color(ColorSurface))
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

	const corner, edge = cornerCard, hairline
	right, foot := s.Width-corner, s.Height-corner // where the corners begin
	for i, at := range []fyne.Position{{}, {X: right - corner}, {Y: foot - corner}, {X: right - corner, Y: foot - corner}} {
		place(m.corners[i], at.X, at.Y, 2*corner, 2*corner)
	}
	place(m.edges[0], corner, 0, right-corner, edge)
	place(m.edges[1], corner, s.Height-edge, right-corner, edge)
	place(m.edges[2], 0, corner, edge, foot-corner)
	place(m.edges[3], s.Width-edge, corner, edge, foot-corner)
	inner := s.Width - 2*edge
	put(m.surface[0], corner, edge, right-corner, corner-edge)
	put(m.surface[1], corner, foot, right-corner, corner-edge)
	put(m.surface[2], edge, corner, inner, top-corner)
	put(m.surface[3], edge, top, m.pad-edge, min(bottom, foot)-top)
	put(m.surface[4], s.Width-m.pad, top, m.pad-edge, min(bottom, foot)-top)
	put(m.surface[5], edge, bottom, inner, foot-bottom)
}

// put is place for what is hidden where there is no room for it.
func put(r *canvas.Rectangle, x, y, w, h float32) {
	r.Hidden = w <= 0 || h <= 0
	place(r, x, y, max(w, 0), max(h, 0))
}

// CreateRenderer is called by Fyne.
func (m *Monitor) CreateRenderer() fyne.WidgetRenderer {
	var all []fyne.CanvasObject
	for _, some := range [][]*canvas.Rectangle{m.corners[:], m.surface[:], m.edges[:]} {
		for _, r := range some {
			all = append(all, r)
		}
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
