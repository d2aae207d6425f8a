package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// ListRow shows one row of a List. A list has as many as fit on the screen and
// uses them again for other rows.
type ListRow interface {
	fyne.CanvasObject
	// ShowRow shows a row of the list.
	ShowRow(index int)
}

// List is rows of one height, any number of them. Only those in sight exist. A
// wheel, a finger and the keyboard move it; Return and a tap open a row.
type List struct {
	widget.BaseWidget
	look      Look
	rowHeight float32
	make      func() ListRow
	length    int
	selected  int     // -1: none
	offset    float64 // units from the first row's top; 100,000 rows are beyond a float32

	rows    []*listRow
	clip    *container.Clip
	body    *fyne.Container
	thumb   *canvas.Rectangle
	ring    *canvas.Rectangle
	focused bool
	pressed struct {
		at     fyne.Position
		moved  bool
		active bool
	}

	// OnOpened is called when a row is tapped, or Return is pressed on it.
	OnOpened func(index int)
	// OnSelected is called when the keyboard or a tap goes to another row; it may
	// be nil.
	OnSelected func(index int)
}

// listRow is a ListRow on its ground.
type listRow struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	line   *canvas.Rectangle
	bar    *canvas.Rectangle
	show   ListRow
	index  int
	look   Look
}

// NewList returns an empty list. The rows it makes are shown without a ground of
// their own.
func NewList(look Look, rowHeight float32, make func() ListRow) *List {
	l := &List{
		look: look, rowHeight: rowHeight, make: make, selected: -1,
		body: container.NewWithoutLayout(), thumb: canvas.NewRectangle(look.Color(ColorBorder)), ring: newRing(0),
	}
	l.thumb.CornerRadius = listBar / 2
	l.clip = container.NewClip(l.body)
	l.ExtendBaseWidget(l)
	return l
}

// listBar is the width of the bar that shows where one is.
const listBar = 8

// SetLength says how many rows there are, and that they may be others.
func (l *List) SetLength(n int) {
	l.length = n
	if l.selected >= n {
		l.selected = n - 1
	}
	l.scrollTo(l.offset)
	l.Refresh()
}

// Length returns how many rows there are.
func (l *List) Length() int { return l.length }

// Selected returns the row that is chosen, -1 if none is.
func (l *List) Selected() int { return l.selected }

// Select chooses a row and brings it into sight; -1 chooses none.
func (l *List) Select(index int) {
	index = min(index, l.length-1)
	l.selected = index
	if index >= 0 {
		top := float64(index) * float64(l.rowHeight)
		room := float64(l.Size().Height)
		l.scrollTo(min(max(l.offset, top+float64(l.rowHeight)-room), top))
	}
	l.paint()
	if l.OnSelected != nil {
		l.OnSelected(index)
	}
}

// Top scrolls to the first row and chooses none.
func (l *List) Top() {
	l.selected, l.offset = -1, 0
	l.paint()
}

func (l *List) scrollTo(offset float64) {
	most := float64(l.length)*float64(l.rowHeight) - float64(l.Size().Height)
	l.offset = max(min(offset, most), 0)
}

// ScrollBy moves the list by so many units and paints it.
func (l *List) ScrollBy(dy float32) {
	before := l.offset
	l.scrollTo(l.offset + float64(dy))
	if l.offset != before {
		l.paint()
	}
}

// Scrolled is called by Fyne for a wheel or a touchpad.
func (l *List) Scrolled(e *fyne.ScrollEvent) {
	l.look.Input.used()
	l.ScrollBy(-e.Scrolled.DY)
}

// Dragged moves the rows with the finger.
func (l *List) Dragged(e *fyne.DragEvent) {
	l.pressed.moved = true
	l.ScrollBy(-e.Dragged.DY)
}

// DragEnd is called by Fyne.
func (l *List) DragEnd() {}

// MouseDown is called by Fyne.
func (l *List) MouseDown(e *desktop.MouseEvent) {
	l.look.Input.used()
	l.pressed.at, l.pressed.moved, l.pressed.active = e.AbsolutePosition, false, e.Button == desktop.MouseButtonPrimary
}

// MouseUp opens the row under the finger unless it has slipped.
func (l *List) MouseUp(e *desktop.MouseEvent) {
	if !l.pressed.active {
		return
	}
	l.pressed.active = false
	d := e.AbsolutePosition.Subtract(l.pressed.at)
	if d.X*d.X+d.Y*d.Y <= tapSlop*tapSlop {
		l.tap(e.Position)
	}
}

// Tapped takes the focus; what was tapped was opened by MouseUp.
func (l *List) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l)
	}
}

func (l *List) tap(at fyne.Position) {
	index := int((l.offset + float64(at.Y)) / float64(l.rowHeight))
	if index >= 0 && index < l.length {
		l.Select(index)
		l.open(index)
	}
}

func (l *List) open(index int) {
	if l.OnOpened != nil {
		l.OnOpened(index)
	}
}

// FocusGained chooses the first row if none is.
func (l *List) FocusGained() {
	l.focused = true
	if l.selected < 0 && l.length > 0 {
		l.Select(0)
	}
	l.paint()
}

// FocusLost is called by Fyne.
func (l *List) FocusLost() { l.focused = false; l.paint() }

// TypedRune is of use to a scanner alone.
func (l *List) TypedRune(r rune) { l.look.Input.typed(r, nil) }

// TypedKey moves along the rows and opens one.
func (l *List) TypedKey(e *fyne.KeyEvent) {
	if l.look.Input.ends(e) {
		return
	}
	if !l.Steer(e.Name) {
		l.look.Input.pass(e)
	}
}

// Steer takes a key that moves along the rows or opens one, and reports whether
// it was such a key. A field above the list hands it its arrows.
func (l *List) Steer(key fyne.KeyName) bool {
	page := max(int(l.Size().Height/l.rowHeight)-1, 1)
	switch key {
	case fyne.KeyDown:
		l.Select(l.selected + 1)
	case fyne.KeyUp:
		l.Select(max(l.selected-1, 0))
	case fyne.KeyPageDown:
		l.Select(l.selected + page)
	case fyne.KeyPageUp:
		l.Select(max(l.selected-page, 0))
	case fyne.KeyHome:
		l.Select(0)
	case fyne.KeyEnd:
		l.Select(l.length - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if l.selected >= 0 {
			l.open(l.selected)
		}
	default:
		return false
	}
	return true
}

// paint puts the rows in sight where they belong.
func (l *List) paint() {
	size := l.Size()
	first := int(l.offset / float64(l.rowHeight))
	n := 0
	if size.Height > 0 {
		n = min(int(size.Height/l.rowHeight)+2, l.length-first)
	}
	for len(l.rows) < n {
		row := newListRow(l.look, l.make())
		l.rows = append(l.rows, row)
		l.body.Objects = append(l.body.Objects, row)
	}
	width := size.Width - listBar - 4
	x := float32(0)
	if l.look.Dir == RTL {
		x = listBar + 4
	}
	for i, row := range l.rows {
		if i >= n {
			row.Hide()
			continue
		}
		index := first + i
		y := float32(float64(index)*float64(l.rowHeight) - l.offset)
		if row.index != index {
			row.index = index
			row.show.ShowRow(index)
		}
		row.choose(index == l.selected)
		place(row, x, y, width, l.rowHeight)
		row.Show()
	}
	l.paintBar(size)
	showRing(l.ring, l.look, l.focused)
	l.body.Refresh()
}

func (l *List) paintBar(size fyne.Size) {
	all := float32(l.length) * l.rowHeight
	l.thumb.Hidden = all <= size.Height || size.Height == 0
	if l.thumb.Hidden {
		return
	}
	h := max(size.Height*size.Height/all, 32)
	y := (size.Height - h) * float32(l.offset/float64(all-size.Height))
	x := size.Width - listBar
	if l.look.Dir == RTL {
		x = 0
	}
	place(l.thumb, x, y, listBar, h)
	l.thumb.Refresh()
}

// CreateRenderer is called by Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(l.clip, l.thumb, l.ring),
		layout: func(s fyne.Size) {
			place(l.ring, 2, 2, s.Width-4, s.Height-4) // inside: a list fills its card
			place(l.clip, 0, 0, s.Width, s.Height)
			place(l.body, 0, 0, s.Width, s.Height)
			l.scrollTo(l.offset)
			l.paint()
		},
		min: func() fyne.Size { return fyne.NewSize(200, 2*l.rowHeight) },
		refresh: func() {
			for _, row := range l.rows {
				row.index = -1 // it may be somebody else now
			}
			l.paint()
		},
	}
}

func newListRow(look Look, show ListRow) *listRow {
	r := &listRow{
		look: look, show: show, index: -1, ground: canvas.NewRectangle(look.Color(ColorWash)),
		line: NewHairline(look), bar: canvas.NewRectangle(look.Color(ColorAction)),
	}
	r.bar.Hide()
	r.ground.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// choose marks the row as the chosen one: by a bar besides its colour.
func (r *listRow) choose(on bool) {
	if r.bar.Visible() == on {
		return
	}
	r.bar.Hidden, r.ground.Hidden = !on, !on // a painter would work through a ground that cannot be seen
	r.ground.Refresh()
	r.bar.Refresh()
}

// CreateRenderer is called by Fyne.
func (r *listRow) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(r.ground, r.line, r.show, r.bar),
		layout: func(s fyne.Size) {
			place(r.ground, 0, 0, s.Width, s.Height)
			place(r.line, 0, s.Height-1, s.Width, 1)
			place(r.show, Space16, 0, s.Width-2*Space16, s.Height)
			x := float32(0)
			if r.look.Dir == RTL {
				x = s.Width - 4
			}
			place(r.bar, x, 0, 4, s.Height)
		},
		min: func() fyne.Size { return r.show.MinSize() },
	}
}

var (
	_ fyne.Focusable    = (*List)(nil)
	_ fyne.Draggable    = (*List)(nil)
	_ fyne.Scrollable   = (*List)(nil)
	_ fyne.Tappable     = (*List)(nil)
	_ desktop.Mouseable = (*List)(nil)
)
