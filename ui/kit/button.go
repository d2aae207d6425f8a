package kit

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Rank is how much a button asks to be pressed.
type Rank int

// Ranks.
const (
	Primary   Rank = iota // the next step; one a screen
	Secondary             // another way on
	Quiet                 // always there, never in the way
	Urgent                // stop, or call for help now
)

// ButtonStyle says how a button looks. The zero value is a primary button
// without an icon.
type ButtonStyle struct {
	Rank Rank
	Icon assets.Picture
	// IconLast puts the icon behind the label, as an arrow onwards wants it.
	IconLast bool
	// Picture shows in all its colours what the label says: before it or, with Above,
	// over it and as large as there is room.
	Picture assets.Picture
	Above   bool
	// Tall makes any rank as tall as a primary button.
	Tall bool
	// Name is what a button whose label says too little is called when it is read
	// aloud, and State what it is switched to.
	Name, State string
	// Lang is the BCP 47 tag of the language that it names, in which the label is.
	Lang string
}

// Button is a large button for fingers. A press and release within a
// fingertip's slip is a tap; Return and Space press it too. It has no hover
// state, because the pointer stays where the finger was.
type Button struct {
	widget.BaseWidget
	focusPress
	look  Look
	style ButtonStyle

	ring   *canvas.Rectangle
	ground *canvas.Rectangle
	label  *Text
	icon   *Drawing
	row    fyne.CanvasObject
}

// NewButton returns a button that calls tapped on the UI goroutine. An empty
// label makes a square button of the icon alone.
func NewButton(look Look, label string, style ButtonStyle, tapped func()) *Button {
	b := &Button{
		look: look, style: style,
		ring:   newRing(look.corner()),
		ground: canvas.NewRectangle(nil),
	}
	b.tap, b.changed = tapped, b.paint
	b.self, b.dir, b.input = b, look.Dir, look.Input
	b.ground.CornerRadius = look.corner()
	align := Center
	if style.Picture != (assets.Picture{}) && !style.Above {
		align = Leading
	}
	b.label = NewText(look, label, TextStyle{Size: b.step(), Bold: style.Rank != Quiet, Align: align, Color: b.inkName()})
	b.row = b.label
	if style.Picture != (assets.Picture{}) {
		b.row = b.pictured()
	}
	if style.Icon != (assets.Picture{}) {
		size := look.Size(b.step()) * 1.3
		if label == "" {
			size = b.least() * 0.55
		}
		b.icon = NewIcon(look, style.Icon, size, b.inkName())
		switch {
		case label == "":
			b.row = NewMiddle(b.icon)
		case style.IconLast:
			b.row = NewRow(look, Space16, CrossCenter, b.label, b.icon)
		default:
			b.row = NewRow(look, Space16, CrossCenter, b.icon, b.label)
		}
	}
	b.ExtendBaseWidget(b)
	b.paint()
	return b
}

// pictured puts a picture before a label or over it.
func (b *Button) pictured() fyne.CanvasObject {
	picture := NewDrawing(b.look, b.style.Picture, b.least()-2*Space8)
	if b.style.Above {
		return NewColumn(Space8, NewGrow(1, picture), b.label)
	}
	return NewRow(b.look, Space16, CrossCenter, picture, NewGrow(1, b.label))
}

// Label returns the words on the button.
func (b *Button) Label() string { return b.label.Text() }

// Rank returns how much the button asks to be pressed.
func (b *Button) Rank() Rank { return b.style.Rank }

// Name returns what the button is called when it is read aloud.
func (b *Button) Name() string { return cmp.Or(b.style.Name, b.Label()) }

// SetLabel replaces the words on the button.
func (b *Button) SetLabel(label string) {
	b.label.SetText(label)
	b.Refresh()
}

// Disable makes the button grey and deaf.
func (b *Button) Disable() { b.disabled = true; b.repaint() }

// Enable undoes Disable.
func (b *Button) Enable() { b.disabled = false; b.repaint() }

// HeightFor returns the height at a width: the rank's, or more if the label
// wraps.
func (b *Button) HeightFor(width float32) float32 {
	return max(b.least(), HeightFor(b.row, width-2*b.pad())+2*Space8)
}

// PreferredWidth returns the width of the label on one line, and at least 280
// units for a primary button.
func (b *Button) PreferredWidth() float32 {
	if b.label.Text() == "" {
		return b.least()
	}
	width := PreferredWidth(b.row) + 2*b.pad()
	if (b.style.Rank == Primary || b.style.Rank == Urgent) && b.look.Class != Staff {
		width = max(width, 280)
	}
	return width
}

func (b *Button) leastWidth() float32 {
	if b.label.Text() == "" {
		return b.least()
	}
	width := leastWidth(b.row) + 2*b.pad()
	if b.style.Rank == Primary && b.look.Class != Staff {
		width = max(width, 280)
	}
	return width
}

func (b *Button) step() fyne.ThemeSizeName {
	if b.style.Tall || b.style.Rank == Primary || b.style.Rank == Urgent {
		return SizeLead
	}
	return SizeBody
}

func (b *Button) least() float32 {
	if b.style.Tall || b.style.Rank == Primary || b.style.Rank == Urgent {
		return b.look.Primary()
	}
	return b.look.Target()
}

func (b *Button) pad() float32 {
	if b.label.Text() == "" {
		return Space8
	}
	return Space24
}

func (b *Button) inkName() fyne.ThemeColorName {
	if b.disabled {
		return ColorDisabledInk
	}
	switch b.style.Rank {
	case Primary:
		return ColorOnAction
	case Urgent:
		return ColorOnUrgent
	case Secondary:
		return ColorAction
	default:
		return ColorInk
	}
}

func (b *Button) groundNames() (fill, edge fyne.ThemeColorName) {
	switch {
	case b.disabled && b.style.Rank == Quiet:
		return "", ""
	case b.disabled:
		return ColorDisabled, ""
	case b.style.Rank == Primary && b.down:
		return ColorActionPressed, ""
	case b.style.Rank == Primary:
		return ColorAction, ""
	case b.style.Rank == Urgent && b.down:
		return ColorUrgentPressed, ""
	case b.style.Rank == Urgent:
		return ColorUrgent, ""
	case b.down:
		return ColorWash, ColorAction
	case b.style.Rank == Secondary:
		return ColorSurface, ColorAction
	default:
		return "", ""
	}
}

// repaint also changes the ink, which only enabling and disabling do.
func (b *Button) repaint() {
	b.label.SetColor(b.inkName())
	if b.icon != nil {
		b.icon.show(b.icon.picture, oneInk(b.look, b.inkName()))
	}
	b.paint()
}

// paint never hides the ground, though it may be nothing that is seen: Fyne repaints
// a window only for what it has in it, and a press would change nothing.
func (b *Button) paint() {
	fill, edge := b.groundNames()
	b.ground.FillColor, b.ground.StrokeColor, b.ground.StrokeWidth = nil, nil, 0
	if fill != "" {
		b.ground.FillColor = b.look.Color(fill)
	}
	if edge != "" {
		b.ground.StrokeColor, b.ground.StrokeWidth = b.look.Color(edge), 2
	}
	b.ground.Refresh()
	showRing(b.ring, b.look, b.focused)
}

func (b *Button) layout(s fyne.Size) {
	placeRing(b.ring, s.Width, s.Height)
	place(b.ground, 0, 0, s.Width, s.Height)
	inner := s.Width - 2*b.pad()
	w := min(max(PreferredWidth(b.row), leastWidth(b.row)), inner)
	if b.style.Picture != (assets.Picture{}) { // those of answers below each other begin at one place
		w = inner
	}
	h := HeightFor(b.row, w)
	if b.style.Above {
		h = s.Height - 2*Space8
	}
	place(b.row, (s.Width-w)/2, (s.Height-h)/2, w, h)
}

// CreateRenderer is called by Fyne.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(b.ring, b.ground, b.row),
		layout:  b.layout,
		min: func() fyne.Size {
			width := b.leastWidth()
			return fyne.NewSize(width, b.HeightFor(max(width, b.Size().Width)))
		},
		refresh: func() { b.layout(b.Size()); b.paint() },
	}
}

var (
	_ Fluid             = (*Button)(nil)
	_ fyne.Focusable    = (*Button)(nil)
	_ fyne.Tappable     = (*Button)(nil)
	_ desktop.Mouseable = (*Button)(nil)
)
