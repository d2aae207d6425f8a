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
	slim  bool
}

// NewField returns a field. If input has a method SetBad, it is told when it is
// wrong.
func NewField(look Look, label, hint string, input fyne.CanvasObject) *Field {
	f := &Field{
		look: look, input: input, hint: hint,
		label: NewText(look, label, TextStyle{Size: SizeCaption, Color: ColorInk2, Bold: true}),
		note:  NewText(look, hint, TextStyle{Size: SizeCaption, Color: ColorInk2}),
		mark:  NewIcon(look, assets.IconWarning, look.Size(SizeCaption)*1.2, ColorUrgentInk),
	}
	f.mark.Hide()
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

// SetLabel gives it another name.
func (f *Field) SetLabel(label string) {
	f.label.SetText(label)
	f.Refresh()
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
	if b, ok := f.input.(interface{ SetBad(bool) }); ok {
		b.SetBad(wrong != "")
	}
	f.say()
}

func (f *Field) say() {
	text, ink := f.hint, ColorInk2
	if f.wrong != "" {
		text, ink = f.wrong, ColorUrgentInk
	}
	f.mark.Hidden = f.wrong == ""
	f.note.SetText(text)
	f.note.SetColor(ink)
	f.Refresh()
}

// indent is the room for the mark before what is wrong.
func (f *Field) indent() float32 {
	if f.wrong == "" {
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
