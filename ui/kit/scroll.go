package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Scroll shows content taller than the room for it, and a finger can drag it,
// which Fyne's own does not allow on a desktop. Patient screens do not scroll;
// it is for staff and for long texts.
type Scroll struct {
	container.Scroll
	page *page
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

// Resize tells the content its width first, since its height follows from it.
func (s *Scroll) Resize(size fyne.Size) {
	s.page.width = size.Width
	s.Scroll.Resize(size)
}

// barRoom keeps the content clear of the scroll bar.
const barRoom = Space24

// page is the content of a Scroll, as tall as it needs at the scroll's width.
type page struct {
	widget.BaseWidget
	child fyne.CanvasObject
	width float32
}

func newPage(child fyne.CanvasObject) *page {
	p := &page{child: child}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is called by Fyne.
func (p *page) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(p.child),
		layout:  func(s fyne.Size) { place(p.child, 0, 0, s.Width-barRoom, s.Height) },
		min: func() fyne.Size {
			return fyne.NewSize(p.child.MinSize().Width+barRoom, HeightFor(p.child, p.width-barRoom))
		},
	}
}

var _ fyne.Draggable = (*Scroll)(nil)
