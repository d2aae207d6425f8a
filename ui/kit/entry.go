package kit

import (
	"strings"
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
	Name        string // what it is called when it is read aloud; empty: as the placeholder
	Secret      bool   // shows dots, as for a PIN
	Limit       int    // most letters accepted; 0 means 64
	Step        fyne.ThemeSizeName
	// Accept reports whether a letter may be typed; nil accepts all.
	Accept func(rune) bool
}

// Entry is a single line for names, codes and PINs, with a caret that the arrow
// keys move. Ctrl+A selects all of it, to be removed or typed over.
// It has no clipboard: on a kiosk what one person typed must not be there for the
// next to paste.
type Entry struct {
	widget.BaseWidget
	look    Look
	style   EntryStyle
	text    string
	at      int  // of the caret, in bytes of text
	all     bool // everything is selected
	focused bool
	held    bool
	bad     bool
	full    bool       // a letter was typed that had no room
	told    func(bool) // hears when that changes; it may be nil

	ground *canvas.Rectangle
	marked *canvas.Rectangle // behind what is selected
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
		marked: canvas.NewRectangle(look.Color(ColorWash)),
		words:  canvas.NewText("", nil),
		caret:  canvas.NewRectangle(look.Color(ColorAction)),
	}
	e.ground.CornerRadius = min(cornerCard, look.corner())
	e.words.TextSize = look.Size(style.Step)
	e.words.FontSource = face(false)
	e.ExtendBaseWidget(e)
	e.paint()
	return e
}

// Text returns what was typed.
func (e *Entry) Text() string { return e.text }

// Secret reports whether it shows dots for what is typed.
func (e *Entry) Secret() bool { return e.style.Secret }

// SetText replaces what was typed; letters that are not accepted are dropped.
func (e *Entry) SetText(text string) {
	e.text, e.at, e.all, e.full = "", 0, false, false
	for _, r := range text {
		e.add(r)
	}
	e.changed()
}

// SetBad marks what was typed as wrong; the caller shows why in words.
func (e *Entry) SetBad(bad bool) {
	if e.bad != bad {
		e.bad = bad
		e.paint()
	}
}

// Clear removes all that was typed.
func (e *Entry) Clear() {
	if e.text != "" {
		e.text, e.at, e.all = "", 0, false
		e.changed()
	}
}

// selectAll has the next letter take the place of everything.
func (e *Entry) selectAll() {
	e.all, e.at = e.text != "", len(e.text)
	e.Refresh()
}

// Held is called by the on-screen keyboard that serves this entry.
func (e *Entry) Held(on bool) { e.held = on; e.paint() }

// TypedRune adds a letter at the caret.
func (e *Entry) TypedRune(r rune) {
	before := e.text
	restore := func() { e.SetText(before) }
	if e.style.Secret {
		e.look.Input.typedSecret(r, restore)
	} else {
		e.look.Input.typed(r, restore)
	}
	if e.add(r) {
		e.changed()
	} else {
		e.tell()
	}
}

func (e *Entry) add(r rune) bool {
	if r < ' ' || r == utf8.RuneError || e.style.Accept != nil && !e.style.Accept(r) {
		return false
	}
	if !e.all && utf8.RuneCountInString(e.text) >= e.style.Limit {
		e.full = true
		return false
	}
	if e.all {
		e.text, e.at, e.all = "", 0, false
	}
	before := norm.NFC.String(e.text[:e.at] + string(r)) // a mark joins its letter
	e.text, e.at = before+e.text[e.at:], len(before)
	return true
}

// TypedKey removes the letter before the caret on Backspace and the one behind it
// on Delete, moves the caret, and submits on Return.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if e.look.Input.ends(k) {
		return
	}
	all := e.all
	if e.all = false; all && (k.Name == fyne.KeyBackspace || k.Name == fyne.KeyDelete) {
		e.Clear()
		return
	}
	switch k.Name {
	case fyne.KeyBackspace:
		if from := e.before(); from < e.at {
			e.text, e.at = e.text[:from]+e.text[e.at:], from
			e.changed()
		}
	case fyne.KeyDelete:
		if to := e.behind(); to > e.at {
			e.text = e.text[:e.at] + e.text[to:]
			e.changed()
		}
	case fyne.KeyLeft, fyne.KeyRight:
		e.at = e.before()
		if (k.Name == fyne.KeyRight) == (e.look.Dir == LTR) {
			e.at = e.behind()
		}
		e.Refresh()
	case fyne.KeyHome:
		e.at = 0
		e.Refresh()
	case fyne.KeyEnd:
		e.at = len(e.text)
		e.Refresh()
	case fyne.KeyReturn, fyne.KeyEnter:
		if e.OnSubmitted != nil {
			e.OnSubmitted(e.text)
		}
	default:
		e.look.Input.pass(k)
	}
}

// TypedShortcut selects everything on Ctrl+A. Any other one is the window's.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutSelectAll); ok {
		e.selectAll()
		return
	}
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// before and behind are the places of the caret next to where it is.
func (e *Entry) before() int {
	_, n := utf8.DecodeLastRuneInString(e.text[:e.at])
	return e.at - n
}

func (e *Entry) behind() int {
	_, n := utf8.DecodeRuneInString(e.text[e.at:])
	return e.at + n
}

// FocusGained is called by Fyne. What has the focus is in view.
func (e *Entry) FocusGained() {
	e.focused = true
	e.paint()
	if e.OnFocused != nil {
		e.OnFocused()
	}
	e.look.Input.focused(e)
	reveal(e)
}

// FocusLost is called by Fyne.
func (e *Entry) FocusLost() { e.focused, e.all = false, false; e.paint() }

// Tapped takes the focus.
func (e *Entry) Tapped(*fyne.PointEvent) {
	if e.all {
		e.all = false
		e.Refresh()
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Focus(e)
	}
}

// Cursor hides the pointer where there is only a finger.
func (e *Entry) Cursor() desktop.Cursor { return e.look.entryCursor() }

func (l Look) entryCursor() desktop.Cursor {
	if l.Class == Staff {
		return desktop.TextCursor
	}
	return desktop.HiddenCursor
}

// tell says whether all that was typed had room.
func (e *Entry) tell() {
	if e.full = e.full && utf8.RuneCountInString(e.text) >= e.style.Limit; e.told != nil {
		e.told(e.full)
	}
}

func (e *Entry) changed() {
	e.tell()
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
	if e.look.Class == Staff && e.focused {
		e.ground.StrokeColor = e.look.Color(ColorFocus)
	}
	if e.bad {
		e.ground.StrokeColor, e.ground.StrokeWidth = e.look.Color(ColorUrgentInk), 3
	}
	e.words.Text, e.words.Color = e.drawn(), e.look.Color(ColorInk)
	if e.text == "" {
		e.words.Color = e.look.Color(ColorInk2)
	}
	e.caret.Hidden, e.marked.Hidden = !active || e.all, !e.all
	e.ground.Refresh()
	e.words.Refresh()
}

// pad is the space inside the edge.
func (e *Entry) pad() float32 {
	if e.look.Class == Staff {
		return Space16
	}
	return Space24
}

// dots stands for a secret.
func (e *Entry) dots(text string) string {
	if !e.style.Secret {
		return text
	}
	return strings.Repeat("●\u2009", utf8.RuneCountInString(text))
}

// shown is the text as it is drawn before and behind the caret: dots for a
// secret, and of what is too long for the line as much as fits around the
// caret.
func (e *Entry) shown() (before, behind string) {
	before, behind = e.dots(e.text[:e.at]), e.dots(e.text[e.at:])
	room := e.Size().Width - 2*e.pad() - Space8
	if room <= 0 {
		return before, behind
	}
	fits := func(text string) bool { return textWidth(text, e.words.TextSize, false) <= room }
	for !fits(before) {
		_, n := utf8.DecodeRuneInString(before)
		before = before[n:]
	}
	for behind != "" && !fits(before+behind) {
		_, n := utf8.DecodeLastRuneInString(behind)
		behind = behind[:len(behind)-n]
	}
	return before, behind
}

// drawn is the line in the order Fyne must be given it.
func (e *Entry) drawn() string {
	if e.text == "" {
		said := e.style.Placeholder
		if width := e.Size().Width; width > 0 {
			said = clipped(said, e.words.TextSize, false, width-2*e.pad())
		}
		return visual(said, e.look.Dir)
	}
	before, behind := e.shown()
	return visual(before+behind, e.look.Dir)
}

func (e *Entry) layout(s fyne.Size) {
	e.words.Text = e.drawn()
	place(e.ground, 0, 0, s.Width, s.Height)
	size, _ := measure(e.words.Text, e.words.TextSize, false)
	before, _ := e.shown()
	along := textWidth(visual(before, e.look.Dir), e.words.TextSize, false)
	if before == "" {
		along = 0
	}
	caretHeight := e.words.TextSize * 1.2
	x, caret := e.pad(), e.pad()+along+2
	if e.text == "" {
		caret = e.pad() - 5
	}
	if e.look.Dir == RTL {
		x = s.Width - e.pad() - size.Width
		caret = s.Width - e.pad() - along - 5
		if e.text == "" {
			caret = s.Width - e.pad() + 2
		}
	}
	place(e.marked, x-2, (s.Height-caretHeight)/2, size.Width+4, caretHeight)
	place(e.words, x, (s.Height-size.Height)/2, size.Width, size.Height)
	place(e.caret, caret, (s.Height-caretHeight)/2, 3, caretHeight)
}

// CreateRenderer is called by Fyne.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	return &parts{
		objects: fixed(e.ground, e.marked, e.words, e.caret),
		layout:  e.layout,
		min: func() fyne.Size {
			return fyne.NewSize(max(textWidth(e.style.Placeholder, e.words.TextSize, false)+2*e.pad(), byClass(e.look.Class, 240, 240, 240, 120)),
				max(e.look.Target(), e.words.TextSize*1.5+Space16))
		},
		refresh: func() { e.paint(); e.layout(e.Size()) },
	}
}

var (
	_ Target             = (*Entry)(nil)
	_ fyne.Tappable      = (*Entry)(nil)
	_ fyne.Shortcutable  = (*Entry)(nil)
	_ desktop.Cursorable = (*Entry)(nil)
)
