package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Align is where a line stands in the width it has, by reading direction.
type Align int

// Alignments.
const (
	Leading  Align = iota // left; right in a right-to-left language
	Center                // in the middle
	Trailing              // right; left in a right-to-left language
)

// TextStyle says how a Text looks. The zero value is body text in ink, leading.
type TextStyle struct {
	Size  fyne.ThemeSizeName  // step of the type scale; empty means SizeBody
	Color fyne.ThemeColorName // token; empty means ColorInk
	Align Align
	Bold  bool
	// Width, if set, is the least width the text asks for. Our own layouts do
	// not need it; in one of Fyne's, a text without it asks only for the width
	// of its longest word.
	Width float32
}

// Text is wrapped text in either reading direction. It wraps by measured widths
// first and then puts each line's runs in order, see [Isolate] for quantities.
type Text struct {
	widget.BaseWidget
	look  Look
	style TextStyle
	text  string
	lines []*canvas.Text
	width float32 // what lines were wrapped for; 0 means never
	known measures
}

// measures is what was found out about a text: a layout asks for it many times.
type measures struct {
	longest   float32    // word; 0 means not measured
	preferred float32    // likewise
	wrapped   [4]wrapped // for the widths asked for last
	next      int        // of those, to be replaced
}

// wrapped are the lines for a width.
type wrapped struct {
	width float32
	lines []string
}

// NewText returns text in a style. A line break in it starts a new line.
func NewText(look Look, text string, style TextStyle) *Text {
	if style.Size == "" {
		style.Size = SizeBody
	}
	if style.Color == "" {
		style.Color = ColorInk
	}
	t := &Text{look: look, style: style, text: text}
	t.ExtendBaseWidget(t)
	return t
}

// Text returns the words as they were handed in.
func (t *Text) Text() string { return t.text }

// SetText replaces the words.
func (t *Text) SetText(text string) {
	if text == t.text {
		return
	}
	t.text, t.known = text, measures{}
	width := t.width
	t.width = 0
	if width > 0 {
		t.flow(width)
	}
	t.Refresh()
}

// Color returns the colour token.
func (t *Text) Color() fyne.ThemeColorName { return t.style.Color }

// SetColor replaces the colour token.
func (t *Text) SetColor(name fyne.ThemeColorName) {
	t.style.Color = name
	for _, line := range t.lines {
		line.Color = t.look.Color(name)
		line.Refresh()
	}
}

// HeightFor returns the height of the text wrapped at a width.
func (t *Text) HeightFor(width float32) float32 {
	if width == t.width && t.lines != nil {
		return float32(len(t.lines)) * t.advance()
	}
	return float32(len(t.wrap(width))) * t.advance()
}

// PreferredWidth returns the width of the longest line if nothing wraps.
func (t *Text) PreferredWidth() float32 {
	if t.style.Width > 0 {
		return t.style.Width
	}
	if t.known.preferred == 0 {
		for line := range strings.SplitSeq(t.text, "\n") {
			t.known.preferred = max(t.known.preferred, t.lineWidth(line))
		}
	}
	return t.known.preferred
}

// leastWidth is that of the longest word.
func (t *Text) leastWidth() float32 { return max(t.longestWord(), t.style.Width) }

// Torn returns the first word that is wider than the text is and stands on two lines;
// "" if there is none.
func (t *Text) Torn() string {
	for word := range strings.FieldsSeq(t.text) {
		if t.width > 0 && t.lineWidth(word) > t.width+0.5+slack {
			return word
		}
	}
	return ""
}

// Words need a little more than their measured width, or rounding wraps them.
const slack = 1

func (t *Text) lineWidth(line string) float32 {
	return textWidth(visual(line, t.look.Dir), t.look.Size(t.style.Size), t.style.Bold) + slack
}

func (t *Text) wrap(width float32) []string {
	for _, w := range t.known.wrapped {
		if w.width == width && w.lines != nil {
			return w.lines
		}
	}
	w := &t.known.wrapped[t.known.next]
	t.known.next = (t.known.next + 1) % len(t.known.wrapped)
	*w = wrapped{width, wrap(t.text, width, t.lineWidth)}
	return w.lines
}

// advance is the distance between lines. Arabic needs more, for its tails.
func (t *Text) advance() float32 {
	factor := float32(1.32)
	if t.look.Dir == RTL {
		factor = 1.46
	}
	return t.look.Size(t.style.Size) * factor
}

// flow wraps for a width and places the lines.
func (t *Text) flow(width float32) {
	if width != t.width || t.lines == nil {
		t.width = width
		t.lines = t.lines[:0]
		for _, line := range t.wrap(width) {
			c := canvas.NewText(visual(line, t.look.Dir), t.look.Color(t.style.Color))
			c.TextSize = t.look.Size(t.style.Size)
			c.TextStyle = fyne.TextStyle{Bold: t.style.Bold}
			c.FontSource = face(t.style.Bold)
			t.lines = append(t.lines, c)
		}
	}
	advance := t.advance()
	for i, line := range t.lines {
		size := line.MinSize()
		x := float32(0)
		switch {
		case t.style.Align == Center:
			x = (width - size.Width) / 2
		case (t.style.Align == Leading) == (t.look.Dir == RTL):
			x = width - size.Width
		}
		place(line, x, float32(i)*advance+(advance-size.Height)/2, size.Width, size.Height)
	}
}

func (t *Text) longestWord() float32 {
	if t.known.longest == 0 {
		for word := range strings.FieldsSeq(t.text) {
			t.known.longest = max(t.known.longest, t.lineWidth(word))
		}
	}
	return t.known.longest
}

// CreateRenderer is called by Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: func() []fyne.CanvasObject {
			objects := make([]fyne.CanvasObject, len(t.lines))
			for i, line := range t.lines {
				objects[i] = line
			}
			return objects
		},
		layout: func(s fyne.Size) { t.flow(s.Width) },
		min: func() fyne.Size {
			least := t.leastWidth()
			return fyne.NewSize(least, t.HeightFor(max(least, t.width)))
		},
		refresh: func() {
			for _, line := range t.lines {
				line.Refresh()
			}
			canvas.Refresh(t)
		},
	}
}

var _ Fluid = (*Text)(nil)
