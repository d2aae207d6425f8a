package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Field is something to fill in, with its name above and below it a hint, or
// what is wrong. There is always room for one line below, so that a form does
// not jump while somebody types.
type Field struct {
	widget.BaseWidget
	look  Look
	label *Text
	input fyne.CanvasObject
	hint  string
	note  *Text
	mark  *Drawing
	wrong string
	name  string
	full  int // how many letters have room, if more were typed
	slim  bool
}

// NewField returns a field. If input has a method SetBad, it is told when it is
// wrong.
func NewField(look Look, label, hint string, input fyne.CanvasObject) *Field {
	f := &Field{
		look: look, input: input, hint: hint, name: label,
		label: NewText(look, label, TextStyle{Size: SizeCaption, Color: ColorInk2, Bold: true}),
		note:  NewText(look, hint, TextStyle{Size: SizeCaption, Color: ColorInk2}),
		mark:  NewIcon(look, assets.IconWarning, look.Size(SizeCaption)*1.2, ColorUrgentInk),
	}
	f.mark.Hide()
	for _, e := range entriesIn(input) {
		e.told = func(full bool) { f.setFull(e, full) }
	}
	f.ExtendBaseWidget(f)
	return f
}

// Slim gives up the room below the field while there is nothing to say, where
// nothing can be wrong as a rule.
func (f *Field) Slim() *Field {
	f.slim = true
	return f
}

// Input returns what is filled in.
func (f *Field) Input() fyne.CanvasObject { return f.input }

// Problem returns what is said to be wrong.
func (f *Field) Problem() string { return f.wrong }

// entriesIn are the lines to type into in what is filled in.
func entriesIn(o fyne.CanvasObject) (all []*Entry) {
	if e, ok := o.(*Entry); ok {
		return []*Entry{e}
	}
	for _, part := range contained(o) {
		all = append(all, entriesIn(part)...)
	}
	return all
}

// setFull says that letters were typed that had no room, or no more.
func (f *Field) setFull(e *Entry, full bool) {
	most := 0
	if full {
		most = e.style.Limit
	}
	if f.full != most && f.look.Input != nil && f.look.Input.Full != nil {
		f.full = most
		f.say()
	}
}

// Note returns what is said with the field: what is wrong, that no more has room, or
// the hint.
func (f *Field) Note() string {
	switch {
	case f.full > 0: // the last that happened
		return f.look.Input.Full(f.full)
	case f.wrong != "":
		return f.wrong
	}
	return f.hint
}

// SetLabel gives it another name.
func (f *Field) SetLabel(label string) {
	f.name = label
	f.say()
}

// SetHint replaces the hint.
func (f *Field) SetHint(hint string) {
	if hint != f.hint {
		f.hint = hint
		f.say()
	}
}

// Hint returns the hint.
func (f *Field) Hint() string { return f.hint }

// SetProblem says what is wrong, or with an empty text that nothing is.
func (f *Field) SetProblem(wrong string) {
	f.wrong = wrong
	if wrong != "" {
		f.full = 0
	}
	if b, ok := f.input.(interface{ SetBad(bool) }); ok {
		b.SetBad(wrong != "")
	}
	f.say()
}

// say shows the note. That no more has room stands in the name where there is no line
// below: a form must not jump while somebody types.
func (f *Field) say() {
	text, ink, name, nameInk := f.Note(), ColorInk2, f.name, ColorInk2
	if f.marked() {
		ink = ColorUrgentInk
	}
	if f.full > 0 && f.slim {
		text, name, nameInk = f.hint, f.name+"  ·  "+text, ColorUrgentInk
		if f.wrong != "" {
			text = f.wrong
		}
	}
	f.mark.Hidden = !f.marked()
	f.note.SetText(text)
	f.note.SetColor(ink)
	f.label.SetText(name)
	f.label.SetColor(nameInk)
	f.Refresh()
}

// marked reports whether the note is marked as something to look at.
func (f *Field) marked() bool { return f.wrong != "" || f.full > 0 && !f.slim }

// indent is the room for the mark before what is wrong.
func (f *Field) indent() float32 {
	if !f.marked() {
		return 0
	}
	return f.mark.MinSize().Width + Space8
}

const labelGap = 6

func (f *Field) noteHeight(width float32) float32 {
	if f.slim && f.note.Text() == "" {
		return 0
	}
	return max(f.note.HeightFor(width-f.indent()), f.note.advance())
}

// HeightFor returns the height at a width.
func (f *Field) HeightFor(width float32) float32 {
	return f.label.HeightFor(width) + labelGap + HeightFor(f.input, width) + labelGap + f.noteHeight(width)
}

// PreferredWidth returns that of the input.
func (f *Field) PreferredWidth() float32 { return PreferredWidth(f.input) }

func (f *Field) layout(s fyne.Size) {
	y := float32(0)
	put := func(o fyne.CanvasObject, h float32) {
		place(o, 0, y, s.Width, h)
		y += h + labelGap
	}
	put(f.label, f.label.HeightFor(s.Width))
	put(f.input, HeightFor(f.input, s.Width))
	side := f.mark.MinSize().Width
	x, note := float32(0), f.indent()
	if f.look.Dir == RTL {
		x, note = s.Width-side, 0
	}
	place(f.mark, x, y+1, side, side)
	place(f.note, note, y, s.Width-f.indent(), f.noteHeight(s.Width))
}

// CreateRenderer is called by Fyne.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(f.label, f.input, f.note, f.mark),
		layout:  f.layout,
		min: func() fyne.Size {
			w := max(f.label.MinSize().Width, f.input.MinSize().Width)
			return fyne.NewSize(w, f.HeightFor(max(w, f.Size().Width)))
		},
		refresh: func() { f.layout(f.Size()); canvas.Refresh(f) },
	}
}

var _ Fluid = (*Field)(nil)
