package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Overlay is our own dialog: a scrim over the screen and a card in its middle.
// Touches outside the card do nothing; only an action closes it.
type Overlay struct {
	widget.BaseWidget
	look    Look
	width   float32
	content fyne.CanvasObject
	actions fyne.CanvasObject
	scrim   *canvas.Rectangle
	card    *Card
	scrolls bool // the content is taller than the room for it
	host    fyne.Canvas

	kept   fyne.CanvasObject // of the screen below, still in reach; nil: nothing
	keptAt fyne.Position
	keptOf fyne.Size

	over fyne.CanvasObject // all of it, unseen; nil: nothing

	keys       fyne.CanvasObject // to type with, under the card; nil: there are none
	keysHeight float32
}

// NewOverlay returns a dialog with a card of the given width (less if the
// screen is narrower, more if the text is large) around the content, with the actions in a row under it,
// the main one last.
func NewOverlay(look Look, width float32, content fyne.CanvasObject, actions ...fyne.CanvasObject) *Overlay {
	row := NewActions(look, Space16, actions...)
	o := &Overlay{
		look: look, width: width * max(look.Text, TextNormal), content: content, actions: row,
		scrim: canvas.NewRectangle(look.Color(ColorScrim)),
	}
	o.card = o.whole()
	o.ExtendBaseWidget(o)
	return o
}

// whole is the card with all of the content in sight.
func (o *Overlay) whole() *Card {
	return NewCard(o.look, o.pad(), NewColumn(o.pad(), o.content, o.actions))
}

// fit has the content scroll where the room is not tall enough for it, so that
// the actions are in reach in any language and size of type.
func (o *Overlay) fit(screen fyne.Size) {
	if o.scrolls {
		o.card = o.whole()
	}
	if o.scrolls = o.card.HeightFor(o.cardWidth(screen)) > o.room(screen).height; o.scrolls {
		o.card = NewCard(o.look, o.pad(), NewColumn(Space16, NewGrow(1, NewPager(o.look, o.content)), o.actions))
	}
}

// Keep leaves something of the screen below in reach, where it stands there. The
// card makes way for it.
func (o *Overlay) Keep(what fyne.CanvasObject, at fyne.Position, size fyne.Size) {
	o.kept, o.keptAt, o.keptOf = what, at, size
	if o.host != nil {
		o.fit(o.host.Size())
		o.Refresh()
	}
}

// span is where the card may stand from top to bottom.
type span struct{ top, height float32 }

// room is the whole height but for keys, and for what is kept where the card would
// reach it from the side.
func (o *Overlay) room(screen fyne.Size) span {
	room := span{0, screen.Height - o.keysHeight}
	left := (screen.Width - o.cardWidth(screen)) / 2
	if o.kept == nil || o.keptAt.X+o.keptOf.Width <= left || o.keptAt.X >= screen.Width-left {
		return room
	}
	if o.keptAt.Y > screen.Height/2 {
		room.height = min(room.height, o.keptAt.Y-Space8)
		return room
	}
	top := o.keptAt.Y + o.keptOf.Height + Space8
	return span{top, room.height - top}
}

// SetKeys puts keys to type with under the card, as tall as said, or with nil
// takes them away. What is typed into, which has the focus, stays in sight.
func (o *Overlay) SetKeys(keys fyne.CanvasObject, height float32) {
	if o.host == nil || keys == o.keys {
		return
	}
	if o.keys, o.keysHeight = keys, height; keys == nil {
		o.keysHeight = 0
	}
	o.fit(o.host.Size())
	o.Refresh()
	if f, ok := o.host.Focused().(fyne.CanvasObject); ok {
		reveal(f)
	}
}

// LayOver puts something unseen over the whole dialog, which takes touches at its
// edges.
func (o *Overlay) LayOver(what fyne.CanvasObject) {
	o.over = what
	o.Refresh()
}

// pad is the space inside the card's edge, and between content and actions.
func (o *Overlay) pad() float32 { return byClass(o.look.Class, Space32, Space32, Space16, Space24) }

// stretch is how much wider a card may become so that no label of its actions
// breaks.
const stretch = 1.25

func (o *Overlay) cardWidth(screen fyne.Size) float32 {
	width := o.width
	if need := PreferredWidth(o.actions) + 2*o.pad(); need <= width*stretch {
		width = max(width, need)
	}
	return min(width, screen.Width-2*Space32)
}

// ShowOn puts the dialog over everything on a canvas. Calling it again while it
// is up does nothing.
func (o *Overlay) ShowOn(c fyne.Canvas) {
	if o.host != nil {
		return
	}
	o.host = c
	o.fit(c.Size())
	c.Overlays().Add(o)
	o.Resize(c.Size())
}

// Close takes the dialog away.
func (o *Overlay) Close() {
	if o.host != nil {
		o.host.Overlays().Remove(o)
		o.host = nil
	}
}

// Tapped swallows touches outside the card.
func (o *Overlay) Tapped(*fyne.PointEvent) {}

// CreateRenderer is called by Fyne.
func (o *Overlay) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject {
			objects := []fyne.CanvasObject{o.scrim, o.card}
			for _, more := range []fyne.CanvasObject{o.kept, o.keys, o.over} {
				if more != nil {
					objects = append(objects, more)
				}
			}
			return objects
		},
		layout:  o.layout,
		min:     func() fyne.Size { return o.card.MinSize() },
		refresh: func() { o.layout(o.Size()) },
	}
}

func (o *Overlay) layout(s fyne.Size) {
	place(o.scrim, 0, 0, s.Width, s.Height)
	w, room := o.cardWidth(s), o.room(s)
	h := min(o.card.HeightFor(w), room.height)
	if o.scrolls {
		h = room.height
	}
	place(o.card, (s.Width-w)/2, o.cardTop(s, room, h), w, h)
	if o.kept != nil {
		place(o.kept, o.keptAt.X, o.keptAt.Y, o.keptOf.Width, o.keptOf.Height)
	}
	if o.over != nil {
		place(o.over, 0, 0, s.Width, s.Height)
	}
	if o.keys != nil {
		place(o.keys, 0, s.Height-o.keysHeight, s.Width, o.keysHeight)
	}
}

// cardTop is the middle of the screen, or as near to it as there is room.
func (o *Overlay) cardTop(s fyne.Size, room span, height float32) float32 {
	middle := (s.Height - o.keysHeight - height) / 2
	return min(max(middle, room.top), room.top+room.height-height)
}

var _ fyne.Tappable = (*Overlay)(nil)
