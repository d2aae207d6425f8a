package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Quantity is a number with its unit beside it in a smaller weight, on one
// baseline: never a bare number. It reads left to right in every language.
type Quantity struct {
	widget.BaseWidget
	look   Look
	step   fyne.ThemeSizeName
	align  Align
	number *canvas.Text
	unit   *canvas.Text
	widest string
}

// NewQuantity returns a number and its unit in a type step. The widget is at
// least as wide as it would be for the number widest, so that nothing moves
// while the value changes; widest may be empty.
func NewQuantity(look Look, number, unit, widest string, step fyne.ThemeSizeName, align Align) *Quantity {
	q := &Quantity{look: look, step: step, align: align, widest: widest}
	q.number = q.text(number, look.Size(step), true, ColorInk)
	q.unit = q.text(unit, max(look.Size(step)*0.34, look.Size(SizeBody)), false, ColorInk2)
	q.ExtendBaseWidget(q)
	return q
}

func (q *Quantity) text(s string, size float32, bold bool, name fyne.ThemeColorName) *canvas.Text {
	t := canvas.NewText(s, q.look.Color(name))
	t.TextSize, t.TextStyle.Bold, t.FontSource = size, bold, face(bold)
	return t
}

// SetNumber replaces the number.
func (q *Quantity) SetNumber(number string) {
	if q.number.Text == number {
		return
	}
	q.number.Text = number
	q.number.Refresh()
	q.layout(q.Size())
}

// NoNumber stands where an instrument has no number now.
const NoNumber = "– –"

// SetLive shows a number of this moment, or that there is none.
func (q *Quantity) SetLive(number int, known bool) {
	if !known {
		q.SetNumber(NoNumber)
		return
	}
	q.SetNumber(strconv.Itoa(number))
}

// Number returns the number shown.
func (q *Quantity) Number() string { return q.number.Text }

// SetColor replaces the number's colour token, such as that of a live trace.
func (q *Quantity) SetColor(name fyne.ThemeColorName) {
	q.number.Color = q.look.Color(name)
	q.number.Refresh()
}

func (q *Quantity) gap() float32 { return q.number.TextSize * 0.14 }

func (q *Quantity) layout(s fyne.Size) {
	n, nBase := measure(q.number.Text, q.number.TextSize, true)
	u, uBase := measure(q.unit.Text, q.unit.TextSize, false)
	width := n.Width + q.gap() + u.Width
	x := float32(0)
	switch {
	case q.align == Center:
		x = (s.Width - width) / 2
	case (q.align == Leading) == (q.look.Dir == RTL):
		x = s.Width - width
	}
	y := (s.Height - q.height()) / 2
	// The face's line box is taller than figures need; the top is shared out.
	y -= (n.Height - q.height()) / 2
	place(q.number, x, y, n.Width, n.Height)
	place(q.unit, x+n.Width+q.gap(), y+nBase-uBase, u.Width, u.Height)
}

func (q *Quantity) height() float32 { return q.number.TextSize * 1.15 }

// CreateRenderer is called by Fyne.
func (q *Quantity) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(q.number, q.unit),
		layout:  q.layout,
		min: func() fyne.Size {
			width := max(textWidth(q.number.Text, q.number.TextSize, true), textWidth(q.widest, q.number.TextSize, true))
			return fyne.NewSize(width+q.gap()+textWidth(q.unit.Text, q.unit.TextSize, false), q.height())
		},
		refresh: func() { q.layout(q.Size()) },
	}
}
