package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// NewPager returns a scroll that shows by an arrow beside it that there is more below
// or above. A touch on the arrow goes there, for whoever cannot drag (WCAG 2.2, 2.5.7).
// Keys need neither: what they come to is brought into sight.
func NewPager(look Look, content fyne.CanvasObject) *Scroll {
	s := NewScroll(content)
	s.pager = &pager{size: look.Target()}
	s.pager.up = newPageArrow(look, assets.IconUp, func() { s.turn(-1) })
	s.pager.down = newPageArrow(look, assets.IconDown, func() { s.turn(1) })
	s.OnScrolled = func(fyne.Position) { s.pager.show(s) }
	return s
}

// Turns reports whether an arrow shows that there is more than is in sight.
func (s *Scroll) Turns() bool {
	return s.pager != nil && (s.pager.up.Visible() || s.pager.down.Visible())
}

// pager is the arrows of a scroll.
type pager struct {
	size     float32
	up, down *pageArrow
}

// width is the room beside the content that the arrows need.
func (p *pager) width() float32 { return p.size }

// overlap is how much of what was read stays in sight.
const overlap = Space32

// turn moves the content by as much as is in sight.
func (s *Scroll) turn(pages float32) {
	room := s.Size().Height
	at := s.Offset.Y + pages*max(room-overlap, room/2)
	s.ScrollToOffset(fyne.NewPos(0, min(max(at, 0), s.page.Size().Height-room)))
	s.pager.show(s)
}

// show shows the arrows that lead somewhere: in little room that to the unread alone.
func (p *pager) show(s *Scroll) {
	if p == nil {
		return
	}
	const least = 1 // unit: less is rounding
	above := s.Offset.Y > least
	below := s.page.Size().Height-s.Size().Height-s.Offset.Y > least
	if below && s.Size().Height < 2*(p.size+bleed) {
		above = false
	}
	p.up.showIf(above)
	p.down.showIf(below)
}

func (p *pager) place(size fyne.Size) {
	at := size.Width - bleed - p.size
	place(p.up, at, bleed, p.size, p.size)
	place(p.down, at, size.Height-bleed-p.size, p.size, p.size)
}

// CreateRenderer is called by Fyne.
func (s *Scroll) CreateRenderer() fyne.WidgetRenderer {
	whole := s.Scroll.CreateRenderer()
	if s.pager == nil {
		return whole
	}
	return &pagerRenderer{whole, s}
}

type pagerRenderer struct {
	fyne.WidgetRenderer
	s *Scroll
}

func (r *pagerRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clone(r.WidgetRenderer.Objects()), r.s.pager.up, r.s.pager.down)
}

func (r *pagerRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.s.pager.place(size)
	r.s.pager.show(r.s)
}

// pageArrow is a round button without a name: it changes nothing but what is in sight.
type pageArrow struct {
	widget.BaseWidget
	press
	look Look
	disc *canvas.Circle
	icon *Drawing
}

func newPageArrow(look Look, picture assets.Picture, tapped func()) *pageArrow {
	a := &pageArrow{look: look, disc: canvas.NewCircle(nil), icon: NewIcon(look, picture, 32, ColorAction)}
	a.tap, a.changed, a.input = tapped, a.paint, look.Input
	a.paint()
	a.ExtendBaseWidget(a)
	return a
}

func (a *pageArrow) paint() {
	name := ColorSurface
	if a.down {
		name = ColorWash
	}
	a.disc.FillColor, a.disc.StrokeColor, a.disc.StrokeWidth = a.look.Color(name), a.look.Color(ColorAction), 2
	a.disc.Refresh()
}

func (a *pageArrow) showIf(on bool) {
	switch {
	case on == a.Visible():
	case on:
		a.Show()
	default:
		a.Hide()
	}
}

// CreateRenderer is called by Fyne.
func (a *pageArrow) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(a.disc, a.icon),
		layout: func(s fyne.Size) {
			place(a.disc, 0, 0, s.Width, s.Height)
			side := s.Width / 2
			place(a.icon, (s.Width-side)/2, (s.Height-side)/2, side, side)
		},
		min:     func() fyne.Size { return fyne.NewSquareSize(a.look.Target()) },
		refresh: a.paint,
	}
}
