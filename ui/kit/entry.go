package kit

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/text/unicode/norm"
)

// Target is where typed text goes: an Entry, a DateEntry, or anything else a
// Keyboard or Keypad may serve. A keyboard, a scanner that types and the
// on-screen keys all end in these methods.
type Target interface {
	fyne.Focusable
	// Held tells the target that an on-screen keyboard serves it, so that it
	// shows where the next letter goes even while a key has the finger.
	Held(on bool)
	// Clear removes all that was typed.
	Clear()
}

// EntryStyle says what an Entry accepts and how it looks.
type EntryStyle struct {
	Placeholder string // quiet words shown while it is empty
	Secret      bool   // shows dots, as for a PIN
	Limit       int    // most letters accepted; 0 means 64
	Step        fyne.ThemeSizeName
	// Accept reports whether a letter may be typed; nil accepts all.
	Accept func(rune) bool
}

// Entry is a single line for names, codes and PINs, with a caret at its end.
// It has no selection and no clipboard: on a kiosk what one person typed must
// not be there for the next to paste.
type Entry struct {
	widget.BaseWidget
	look    Look
	style   EntryStyle
	text    string
	focused bool
	held    bool

	ground *canvas.Rectangle
	words  *canvas.Text
	caret  *canvas.Rectangle

	// OnChanged is called after each change, OnSubmitted by Return; both may
	// be nil.
	OnChanged   func(text string)
	OnSubmitted func(text string)
	// OnFocused is called when the entry takes the focus, so that a keyboard
	// can serve it; it may be nil.
	OnFocused func()
}

// NewEntry returns an empty entry.
func NewEntry(look Look, style EntryStyle) *Entry {
	if style.Step == "" {
		style.Step = SizeTitle
	}
	if style.Limit == 0 {
		style.Limit = 64
	}
	e := &Entry{
		look: look, style: style,
		ground: canvas.NewRectangle(look.Color(ColorSurface)),
		words:  canvas.NewText("", nil),
		caret:  canvas.NewRectangle(look.Color(ColorAction)),
	}
	e.ground.CornerRadius = cornerCard
	e.words.TextSize = look.Size(style.Step)
	e.words.FontSource = face(false)
	e.ExtendBaseWidget(e)
	e.paint()
	return e
}

// Text returns what was typed.
func (e *Entry) Text() string { return e.text }

// SetText replaces what was typed; letters that are not accepted are dropped.
func (e *Entry) SetText(text string) {
	e.text = ""
	for _, r := range text {
		e.add(r)
	}
	e.changed()
}

// Clear removes all that was typed.
func (e *Entry) Clear() {
	if e.text != "" {
		e.text = ""
		e.changed()
	}
}

// Held is called by the on-screen keyboard that serves this entry.
func (e *Entry) Held(on bool) { e.held = on; e.paint() }

// TypedRune adds a letter at the end.
func (e *Entry) TypedRune(r rune) {
	if e.add(r) {
		e.changed()
	}
}

func (e *Entry) add(r rune) bool {
	if r < ' ' || r == utf8.RuneError || utf8.RuneCountInString(e.text) >= e.style.Limit {
		return false
	}
	if e.style.Accept != nil && !e.style.Accept(r) {
		return false
	}
	e.text = norm.NFC.String(e.text + string(r)) // a mark joins its letter
	return true
}

// TypedKey removes the last letter on Backspace and submits on Return.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyBackspace, fyne.KeyDelete:
		if e.text != "" {
			_, n := utf8.DecodeLastRuneInString(e.text)
			e.text = e.text[:len(e.text)-n]
			e.changed()
		}
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.OnSubmitted != nil {
			e.OnSubmitted(e.text)
		}
	}
}

// FocusGained is called by Fyne.
func (e *Entry) FocusGained() {
	e.focused = true
	e.paint()
	if e.OnFocused != nil {
		e.OnFocused()
	}
}

// FocusLost is called by Fyne.
func (e *Entry) FocusLost() { e.focused = false; e.paint() }

// Tapped takes the focus.
func (e *Entry) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Focus(e)
	}
}

// Cursor hides the pointer: there is only a finger.
func (e *Entry) Cursor() desktop.Cursor { return desktop.HiddenCursor }

func (e *Entry) changed() {
	e.paint()
	e.layout(e.Size())
	if e.OnChanged != nil {
		e.OnChanged(e.text)
	}
}

func (e *Entry) paint() {
	active := e.focused || e.held
	e.ground.StrokeColor, e.ground.StrokeWidth = e.look.Color(ColorBorder), 2
	if active {
		e.ground.StrokeColor, e.ground.StrokeWidth = e.look.Color(ColorAction), 3
	}
	e.words.Text, e.words.Color = e.shown(), e.look.Color(ColorInk)
	if e.text == "" {
		e.words.Color = e.look.Color(ColorInk2)
	}
	if active {
		e.caret.Show()
	} else {
		e.caret.Hide()
	}
	e.ground.Refresh()
	e.words.Refresh()
}

// shown is the text as it is drawn: dots for a secret, and only the end of
// what is too long for the line.
func (e *Entry) shown() string {
	if e.text == "" {
		return visual(e.style.Placeholder, e.look.Dir)
	}
	text := e.text
	if e.style.Secret {
		text = ""
		for range e.text {
			text += "●\u2009"
		}
	}
	room := e.Size().Width - 2*Space24 - Space8
	for room > 0 && textWidth(text, e.words.TextSize, false) > room {
		_, n := utf8.DecodeRuneInString(text)
		text = text[n:]
	}
	return visual(text, e.look.Dir)
}

func (e *Entry) layout(s fyne.Size) {
	e.words.Text = e.shown()
	place(e.ground, 0, 0, s.Width, s.Height)
	size, _ := measure(e.words.Text, e.words.TextSize, false)
	caretHeight := e.words.TextSize * 1.2
	x, end := Space24, Space24+size.Width+2
	if e.text == "" {
		end = Space24 - 5
	}
	if e.look.Dir == RTL {
		x = s.Width - Space24 - size.Width
		end = x - 5
		if e.text == "" {
			end = s.Width - Space24 + 2
		}
	}
	place(e.words, x, (s.Height-size.Height)/2, size.Width, size.Height)
	place(e.caret, end, (s.Height-caretHeight)/2, 3, caretHeight)
}

// CreateRenderer is called by Fyne.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(e.ground, e.words, e.caret),
		layout:  e.layout,
		min: func() fyne.Size {
			return fyne.NewSize(max(textWidth(e.style.Placeholder, e.words.TextSize, false)+2*Space24, 240),
				max(e.look.Target(), e.words.TextSize*1.5+Space16))
		},
		refresh: func() { e.paint(); e.layout(e.Size()) },
	}
}

var (
	_ Target             = (*Entry)(nil)
	_ fyne.Tappable      = (*Entry)(nil)
	_ desktop.Cursorable = (*Entry)(nil)
)
