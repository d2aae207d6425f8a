package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Tone is what a Notice is about.
type Tone int

// Tones.
const (
	ToneDone  Tone = iota // something went well
	ToneWatch             // something to know
	ToneWrong             // something to act on
)

func (t Tone) style() (ink, ground fyne.ThemeColorName, mark assets.Picture) {
	switch t {
	case ToneWatch:
		return ColorWatchInk, ColorWatchGround, assets.IconWarning
	case ToneWrong:
		return ColorHighInk, ColorHighGround, assets.IconWarning
	}
	return ColorGoodInk, ColorGoodGround, assets.IconCheck
}

// Notice is one sentence on a strip, with what can be done about it at its end.
type Notice struct {
	widget.BaseWidget
	look   Look
	ground *canvas.Rectangle
	head   *Row
	text   *Text
	row    *Inset
}

// NewNotice returns a strip with a sentence and what can be done.
func NewNotice(look Look, tone Tone, text string, actions ...fyne.CanvasObject) *Notice {
	ink, fill, mark := tone.style()
	n := &Notice{look: look, ground: canvas.NewRectangle(look.Color(fill)), text: NewText(look, text, TextStyle{Color: ink, Bold: true})}
	n.ground.CornerRadius = cornerCard
	n.ground.StrokeColor, n.ground.StrokeWidth = look.Color(ink), hairline
	children := append([]fyne.CanvasObject{
		NewIcon(look, mark, look.Size(SizeBody)*1.3, ink), NewGrow(1, n.text),
	}, actions...)
	pad := float32(10)
	if len(actions) > 0 {
		pad = 4
	}
	n.head = NewRow(look, Space16, CrossCenter, children...)
	n.row = NewInset(Space16, pad, n.head)
	n.ExtendBaseWidget(n)
	return n
}

// Above puts what can be done below the sentence, where there is no width for
// both.
func (n *Notice) Above(actions ...fyne.CanvasObject) *Notice {
	if len(actions) == 0 {
		n.row = NewInset(Space16, Space16, n.head)
		return n
	}
	row := append([]fyne.CanvasObject{NewSpacer()}, actions...)
	n.row = NewInset(Space16, Space16, NewColumn(Space8, n.head, NewRow(n.look, Space8, CrossCenter, row...)))
	return n
}

// Text returns the sentence.
func (n *Notice) Text() string { return n.text.Text() }

// HeightFor returns the height at a width.
func (n *Notice) HeightFor(width float32) float32 { return n.row.HeightFor(width) }

// PreferredWidth returns the width of the sentence on one line.
func (n *Notice) PreferredWidth() float32 { return n.row.PreferredWidth() }

// CreateRenderer is called by Fyne.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(n.ground, n.row),
		layout: func(s fyne.Size) {
			place(n.ground, 0, 0, s.Width, s.Height)
			place(n.row, 0, 0, s.Width, s.Height)
		},
		min: n.row.MinSize,
	}
}

var _ Fluid = (*Notice)(nil)
