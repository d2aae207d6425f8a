package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Scroll shows content taller than the room for it, and a finger can drag it,
// which Fyne's own does not allow on a desktop. Where there is room the content
// fills it, and nothing scrolls.
type Scroll struct {
	container.Scroll
	page  *page
	pager *pager // nil: a finger or a wheel moves it alone
}

// NewScroll returns a vertical scroll.
func NewScroll(content fyne.CanvasObject) *Scroll {
	s := &Scroll{page: newPage(content)}
	s.Direction = container.ScrollVerticalOnly
	s.Content = s.page
	s.ExtendBaseWidget(s)
	return s
}

// Dragged moves the content with the finger.
func (s *Scroll) Dragged(e *fyne.DragEvent) {
	s.ScrollToOffset(fyne.NewPos(s.Offset.X, s.Offset.Y-e.Dragged.DY))
}

// leastScroll is what Fyne asks for at least, on either side.
const leastScroll = 32

// bleed is how far a scroll reaches over its place on every side, so that it does
// not cut off the focus ring of what stands at its edge.
const bleed = 2 * focusRing

// MinSize asks for no height: what does not fit scrolls.
func (s *Scroll) MinSize() fyne.Size {
	return fyne.NewSquareSize(leastScroll).Max(fyne.NewSize(s.leastWidth(), 0))
}

func (s *Scroll) leastWidth() float32 { return max(leastWidth(s.page.child), leastScroll) }

// Move places the scroll.
func (s *Scroll) Move(at fyne.Position) { s.Scroll.Move(at.SubtractXY(bleed, bleed)) }

// Resize tells the content its width first, since its height follows from it.
func (s *Scroll) Resize(size fyne.Size) {
	s.page.room = size
	if s.pager != nil {
		s.page.rail = s.pager.width()
	}
	s.Scroll.Resize(size.AddWidthHeight(2*bleed, 2*bleed))
}

// Refresh lays the content out anew: a text in it may have become longer.
func (s *Scroll) Refresh() {
	s.page.Refresh()
	s.page.Resize(s.page.MinSize().Max(s.Size()))
	s.Scroll.Refresh()
	s.pager.show(s)
}

// Reveal scrolls so far that something in the content is in sight with a little
// around it. What is elsewhere changes nothing.
func (s *Scroll) Reveal(o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	if driver.CanvasForObject(s) == nil || driver.CanvasForObject(o) == nil {
		return
	}
	const around = Space32
	at := driver.AbsolutePositionForObject(o).Subtract(driver.AbsolutePositionForObject(s.page))
	page, room := s.page.Size(), s.Size().Height
	if at.X < 0 || at.Y < 0 || at.X > page.Width || at.Y > page.Height {
		return
	}
	top, bottom := at.Y-around, at.Y+o.Size().Height+around
	switch {
	case top < s.Offset.Y:
		s.ScrollToOffset(fyne.NewPos(0, max(top, 0)))
	case bottom > s.Offset.Y+room:
		s.ScrollToOffset(fyne.NewPos(0, min(bottom, page.Height)-room))
	}
}

// reveal has every scroll around a thing show it.
func reveal(part fyne.CanvasObject) {
	c := fyne.CurrentApp().Driver().CanvasForObject(part)
	if c == nil {
		return
	}
	var around func(o fyne.CanvasObject) bool
	around = func(o fyne.CanvasObject) bool {
		if o == part {
			return true
		}
		for _, child := range contained(o) {
			if child != nil && around(child) {
				if s, ok := o.(*Scroll); ok {
					s.Reveal(part)
				}
				return true
			}
		}
		return false
	}
	for _, top := range append(c.Overlays().List(), c.Content()) {
		if around(top) {
			return
		}
	}
}

// contained lists what our layouts and Fyne's containers hold.
func contained(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *Scroll:
		return []fyne.CanvasObject{o.page.child}
	case *Column:
		return o.children
	case *Row:
		return o.children
	case *Grow:
		return []fyne.CanvasObject{o.child}
	case *Inset:
		return []fyne.CanvasObject{o.child}
	case *Middle:
		return []fyne.CanvasObject{o.child}
	case *Roomy:
		return []fyne.CanvasObject{o.child}
	case *Card:
		return []fyne.CanvasObject{o.inset}
	case *Check:
		return []fyne.CanvasObject{o.label}
	case *Tile:
		return []fyne.CanvasObject{o.body}
	case *Badge:
		return []fyne.CanvasObject{o.row}
	case *Flow:
		return []fyne.CanvasObject{o.first, o.second}
	case *Field:
		return []fyne.CanvasObject{o.label, o.input}
	case *Actions:
		return []fyne.CanvasObject{o.across}
	case *Overlay:
		if o.kept != nil {
			return []fyne.CanvasObject{o.card, o.kept}
		}
		return []fyne.CanvasObject{o.card}
	case *Sized:
		return []fyne.CanvasObject{o.child}
	case *SignalBars:
		return []fyne.CanvasObject{o.word}
	case *Keypad:
		keys := make([]fyne.CanvasObject, len(o.keys))
		for i, k := range o.keys {
			keys[i] = k
		}
		return keys
	case *Keyboard:
		var keys []fyne.CanvasObject
		for _, row := range o.rows {
			for _, k := range row {
				keys = append(keys, k)
			}
		}
		return keys
	}
	return nil
}

// barRoom keeps the content clear of the scroll bar.
const barRoom = Space24

// page is the content of a Scroll, as tall as it needs at the scroll's width.
type page struct {
	widget.BaseWidget
	child fyne.CanvasObject
	room  fyne.Size // of the scroll
	rail  float32   // beside the content where it scrolls, for what moves it
}

// width is what the child has of the scroll's width: all of it, unless there is
// a scroll bar.
func (p *page) width() float32 {
	if HeightFor(p.child, p.room.Width) <= p.room.Height+0.5 {
		return p.room.Width
	}
	return p.room.Width - max(barRoom, p.rail)
}

func newPage(child fyne.CanvasObject) *page {
	p := &page{child: child}
	p.ExtendBaseWidget(p)
	return p
}

func (p *page) layout(s fyne.Size) { place(p.child, bleed, bleed, p.width(), s.Height-2*bleed) }

// CreateRenderer is called by Fyne.
func (p *page) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(p.child),
		layout:  p.layout,
		min: func() fyne.Size {
			return fyne.NewSize(leastWidth(p.child), HeightFor(p.child, p.width())+2*bleed)
		},
		refresh: again(p, p.layout, p.child),
	}
}

var _ fyne.Draggable = (*Scroll)(nil)
