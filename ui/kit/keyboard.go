package kit

import (
	"slices"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/text/unicode/norm"

	"aidpost/assets"
)

// KeyLayout is the letters of an on-screen keyboard, row by row.
type KeyLayout struct {
	Rows  []string // letters without shift, each row from left to right
	Cased bool     // the script has capitals, so there is a shift key
	// Upper turns letters into capitals where a language has rules of its own
	// for it. Nil: as Unicode does.
	Upper unicode.SpecialCase
}

// upper gives the capital of a letter.
func (l KeyLayout) upper(r rune) rune { return l.Upper.ToUpper(r) }

// Letters returns the layout without its row of digits, for names on a small
// screen.
func (l KeyLayout) Letters() KeyLayout {
	l.Rows = slices.DeleteFunc(slices.Clone(l.Rows), func(row string) bool { return row == digits })
	return l
}

const digits = "1234567890"

// tones are the five marks of Vietnamese. Each is typed after its vowel, and the
// entry puts the two together.
const tones = "\u0301\u0300\u0309\u0303\u0323"

// keyLabel is what stands on the key of a letter: a mark stands on a vowel.
func keyLabel(r rune) string {
	if unicode.Is(unicode.Mn, r) {
		return norm.NFC.String("a" + string(r))
	}
	return string(r)
}

// KeyLayoutFor returns the keyboard people who read a language know, by its
// ISO 639-1 code; QWERTY for any other.
func KeyLayoutFor(language string) KeyLayout {
	switch language {
	case "es":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjklñ", "zxcvbnm-'", "áéíóúü"}}
	case "fr":
		return KeyLayout{Cased: true, Rows: []string{digits, "azertyuiop", "qsdfghjklm", "wxcvbn-'", "éèêëàâçîïôùû"}}
	case "ar":
		return KeyLayout{Rows: []string{digits, "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظذ", "أإآ-"}}
	case "de":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertzuiopü", "asdfghjklöä", "yxcvbnmß-'", "áéèñç"}}
	case "fa":
		return KeyLayout{Rows: []string{digits, "ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپوژ", "آئءأ-"}}
	case "it":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjkl", "zxcvbnm-'", "àèéìòù"}}
	case "pl":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjkl", "zxcvbnm-'", "ąćęłńóśźż"}}
	case "pt":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjklç", "zxcvbnm-'", "áâãàéêíóôõú"}}
	case "ru":
		return KeyLayout{Cased: true, Rows: []string{digits, "йцукенгшщзх", "фывапролджэ", "ячсмитьбю-", "ёъ'"}}
	case "tr":
		return KeyLayout{Cased: true, Upper: unicode.TurkishCase, Rows: []string{digits, "qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç-'"}}
	case "uk":
		return KeyLayout{Cased: true, Rows: []string{digits, "йцукенгшщзхї", "фівапролджє", "ячсмитьбюґ", "'-"}}
	case "vi":
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjklđ", "zxcvbnm-'", "ăâêôơư" + tones}}
	default:
		return KeyLayout{Cased: true, Rows: []string{digits, "qwertyuiop", "asdfghjkl", "zxcvbnm-'"}}
	}
}

// KeyWords are the words on the keys that have no letter.
type KeyWords struct {
	Space string
	Done  string
	Clear string // Keypad only
	// Erase and Shift name the keys that have a picture alone, for a voice.
	Erase, Shift string
}

// Keyboard is an on-screen keyboard in the window. It holds the entry it types
// into and gives the focus back to it after every key. Keys stand as on the keyboards
// people know, Arabic ones too, so nothing is mirrored.
type Keyboard struct {
	widget.BaseWidget
	feeder
	look    Look
	layout  KeyLayout
	shifted bool
	rows    [][]*key
	letters []*key
	shift   *key
	lowers  []rune
}

// NewKeyboard returns a keyboard; done is called by its last key, on the UI
// goroutine. Call Serve to say which entry it types into.
func NewKeyboard(look Look, layout KeyLayout, words KeyWords, done func()) *Keyboard {
	k := &Keyboard{look: look, layout: layout}
	var none assets.Picture
	for _, letters := range layout.Rows {
		var row []*key
		for _, r := range letters {
			tap := func() { k.typeLetter(r) }
			row = append(row, newKey(look, keyLabel(r), SizeLead, none, false, tap))
			k.lowers = append(k.lowers, r)
		}
		k.letters = append(k.letters, row...)
		k.rows = append(k.rows, row)
	}
	k.shift = newKey(look, "", SizeBody, assets.IconShift, false, func() { k.setShift(!k.shifted) })
	last := []*key{
		newKey(look, words.Space, SizeBody, none, false, func() { k.rune(' ') }),
		newKey(look, "", SizeBody, assets.IconBackspace, false, func() { k.key(fyne.KeyBackspace) }),
		newKey(look, words.Done, SizeBody, none, true, done),
	}
	k.shift.name, last[1].name = words.Shift, words.Erase
	if k.layout.Cased {
		last = append([]*key{k.shift}, last...)
	}
	k.rows = append(k.rows, last)
	k.ExtendBaseWidget(k)
	return k
}

// Serve makes the keyboard type into an entry; nil lets go of the last one. An
// entry that was empty starts with a capital.
func (k *Keyboard) Serve(t Target) {
	k.serve(t)
	if e, ok := t.(*Entry); ok && e != nil {
		k.setShift(e.Text() == "" && k.layout.Cased)
	}
}

// Type presses the key of a letter, for tests and code that presses for the
// user.
func (k *Keyboard) Type(r rune) { k.rune(r) }

func (k *Keyboard) typeLetter(r rune) {
	if k.shifted {
		r = k.layout.upper(r)
	}
	k.rune(r)
	k.setShift(false)
}

func (k *Keyboard) setShift(on bool) {
	k.shifted, k.shift.held = on, on
	k.shift.paint()
	for i, r := range k.lowers {
		if on {
			r = k.layout.upper(r)
		}
		k.letters[i].label.SetText(keyLabel(r))
	}
}

func (k *Keyboard) gap() float32 { return byClass(k.look.Class, Space8, 10, 6, 6) }

func (k *Keyboard) place(s fyne.Size) {
	gap := k.gap()
	n := float32(len(k.rows))
	height := (s.Height - gap*(n-1)) / n
	widest := 0
	for _, row := range k.rows {
		widest = max(widest, len(row))
	}
	unit := (s.Width - gap*float32(widest-1)) / float32(widest)
	for i, row := range k.rows {
		widths := make([]float32, len(row))
		total := gap * float32(len(row)-1)
		for j := range row {
			widths[j] = unit
			if i == len(k.rows)-1 {
				widths[j] = k.lastWidth(row, j, s.Width, gap)
			}
			total += widths[j]
		}
		x := (s.Width - total) / 2
		for j := range row {
			place(row[j], x, float32(i)*(height+gap), widths[j], height)
			x += widths[j] + gap
		}
	}
}

// lastWidth shares out the bottom row: the space bar takes half of it.
func (k *Keyboard) lastWidth(row []*key, j int, width, gap float32) float32 {
	others := float32(len(row) - 1)
	room := width - gap*others
	space := 0
	if len(row) == 4 {
		space = 1
	}
	if j == space {
		return room * 0.46
	}
	return room * 0.54 / others
}

// CreateRenderer is called by Fyne.
func (k *Keyboard) CreateRenderer() fyne.WidgetRenderer {
	var objects []fyne.CanvasObject
	widest := 0
	for _, row := range k.rows {
		widest = max(widest, len(row))
		for _, key := range row {
			objects = append(objects, key)
		}
	}
	return &parts{
		objects: fixed(objects...),
		layout:  k.place,
		min: func() fyne.Size {
			gap, rows := k.gap(), float32(len(k.rows))
			return fyne.NewSize(float32(widest)*(62+gap)-gap, rows*(byClass(k.look.Class, 72, 80, 54, 44)+gap)-gap)
		},
	}
}
