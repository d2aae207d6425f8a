package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// OptionStyle says how an Option looks. Only the label is required.
type OptionStyle struct {
	Icon  assets.Picture
	Label string
	// Note is a quieter line below the label.
	Note string
	// Marked puts the shape of Band before the label.
	Marked bool
	Band   Band
	// Count is a number or another short text at the end.
	Count string
	// Leading puts the label at the leading edge, as in a navigation.
	Leading bool
	// Plain has no edge while it is not chosen.
	Plain bool
}

// Option is one of a few that stand together, of which one is chosen: a page of
// a navigation, a filter, a way to answer. What is chosen is bold and has a bar
// besides its colour.
type Option struct {
	widget.BaseWidget
	focusPress
	look     Look
	style    OptionStyle
	selected bool

	ring   *canvas.Rectangle
	ground *canvas.Rectangle
	bar    *canvas.Rectangle
	label  *Text
	count  *Text
	note   *Text
	icon   *Drawing
	row    *Row
}

// NewOption returns an option that calls tapped on the UI goroutine.
func NewOption(look Look, style OptionStyle, tapped func()) *Option {
	o := &Option{
		look: look, style: style, ring: newRing(look.corner()),
		ground: canvas.NewRectangle(nil), bar: canvas.NewRectangle(look.Color(ColorAction)),
	}
	o.tap, o.changed = tapped, o.paint
	o.self, o.dir, o.input = o, look.Dir, look.Input
	o.ground.CornerRadius, o.bar.CornerRadius = look.corner(), 2
	o.build()
	o.ExtendBaseWidget(o)
	o.paint()
	return o
}

// build makes the words anew, since bold ones are others.
func (o *Option) build() {
	ink := ColorInk
	if o.selected {
		ink = ColorAction
	}
	align := Center
	if o.style.Leading {
		align = Leading
	}
	o.label = NewText(o.look, o.style.Label, TextStyle{Color: ink, Bold: o.selected, Align: align})
	var row []fyne.CanvasObject
	if o.style.Icon != (assets.Picture{}) {
		o.icon = NewIcon(o.look, o.style.Icon, o.look.Size(SizeBody)*1.4, ink)
		row = append(row, o.icon)
	}
	if o.style.Marked {
		row = append(row, newShapeBox(o.look, o.style.Band, o.mark()))
	}
	if o.style.Note == "" {
		row = append(row, NewGrow(1, o.label))
	} else {
		o.note = NewText(o.look, o.style.Note, TextStyle{Size: SizeCaption, Color: ColorInk2, Align: align})
		row = append(row, NewGrow(1, NewColumn(2, o.label, o.note)))
	}
	o.count = NewText(o.look, o.style.Count, TextStyle{Color: ink, Bold: o.selected})
	if o.style.Count != "" {
		row = append(row, o.count)
	}
	o.row = NewRow(o.look, o.gap(), CrossCenter, row...)
}

func (o *Option) gap() float32 { return Space8 + 4 }

// mark is the side of the band's shape.
func (o *Option) mark() float32 { return o.look.Size(SizeBody) * 0.7 }

// Label returns the words on it.
func (o *Option) Label() string { return o.style.Label }

// Selected reports whether it is the chosen one.
func (o *Option) Selected() bool { return o.selected }

// SetSelected marks it as the chosen one or not.
func (o *Option) SetSelected(on bool) {
	if on == o.selected {
		return
	}
	o.selected = on
	o.build()
	o.Refresh()
}

// SetCount replaces the text at the end.
func (o *Option) SetCount(count string) {
	if count == o.style.Count {
		return
	}
	o.style.Count = count
	o.build()
	o.Refresh()
}

// HeightFor returns the height at a width.
func (o *Option) HeightFor(width float32) float32 {
	room := max(width-o.around(), 1)
	height := o.label.HeightFor(room) + Space16
	if o.note != nil {
		height += 2 + o.note.HeightFor(room)
	}
	return max(o.look.Target(), height)
}

// around is the width beside the label.
func (o *Option) around() float32 {
	w := 2 * Space16
	if o.icon != nil {
		w += o.icon.MinSize().Width + o.gap()
	}
	if o.style.Marked {
		w += o.mark() + o.gap()
	}
	if o.style.Count != "" {
		w += o.count.PreferredWidth() + o.gap()
	}
	return w
}

// PreferredWidth returns the width with the label on one line, bold, and the
// note on another.
func (o *Option) PreferredWidth() float32 {
	label := textWidth(visual(o.style.Label, o.look.Dir), o.look.Size(SizeBody), true)
	note := textWidth(visual(o.style.Note, o.look.Dir), o.look.Size(SizeCaption), false)
	return max(label, note) + slack + o.around()
}

func (o *Option) paint() {
	o.ground.FillColor, o.ground.StrokeColor, o.ground.StrokeWidth = nil, nil, 0
	switch {
	case o.selected, o.down:
		o.ground.FillColor = o.look.Color(ColorWash)
		if !o.style.Plain {
			o.ground.StrokeColor, o.ground.StrokeWidth = o.look.Color(ColorAction), 2
		}
	case !o.style.Plain:
		o.ground.FillColor = o.look.Color(ColorSurface)
		o.ground.StrokeColor, o.ground.StrokeWidth = o.look.Color(ColorBorder), 1.5
	}
	o.bar.Hidden = !o.selected || !o.style.Leading
	o.ground.Refresh()
	o.bar.Refresh()
	showRing(o.ring, o.look, o.focused)
}

func (o *Option) layout(s fyne.Size) {
	placeRing(o.ring, s.Width, s.Height)
	place(o.ground, 0, 0, s.Width, s.Height)
	x := float32(4)
	if o.look.Dir == RTL {
		x = s.Width - 8
	}
	place(o.bar, x, 10, 4, s.Height-20)
	h := HeightFor(o.row, s.Width-2*Space16)
	place(o.row, Space16, (s.Height-h)/2, s.Width-2*Space16, h)
}

// CreateRenderer is called by Fyne.
func (o *Option) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject { return []fyne.CanvasObject{o.ring, o.ground, o.bar, o.row} },
		layout:  o.layout,
		min: func() fyne.Size {
			w := o.label.leastWidth() + o.around()
			return fyne.NewSize(w, o.HeightFor(max(w, o.Size().Width)))
		},
		refresh: func() { o.layout(o.Size()); o.paint(); canvas.Refresh(o) },
	}
}

var (
	_ Fluid          = (*Option)(nil)
	_ fyne.Focusable = (*Option)(nil)
)
