package kit

import (
	"time"
	"unicode"

	"fyne.io/fyne/v2"
)

// A scanner that types sends at least so many letters and then Return or Tab, on average
// this close together: 10 to 20 ms are usual, and nobody types 28 letters a
// second. A gap may be longer, since a letter is timed when it is handled and a
// window may be painted in between. Once in a code a scanner may also pause for long,
// as some do that send it over the air in two parts: what came before is its, if it
// came as only a scanner types.
const (
	scanLeast   = 4
	scanAverage = 35 * time.Millisecond
	scanGap     = 150 * time.Millisecond
	scanPause   = time.Second
)

// Input hears what is typed and touched, whoever has the
// focus. It tells a scanner from fingers, so that a card that is scanned never
// stays in the field that happened to have the focus, and passes on keys that
// the focused widget has no use for. A Look carries it to every widget.
// That of patient screens has no Scanned: there a scanner types into the field that
// has the focus.
type Input struct {
	// Now is the clock that letters are timed by.
	Now func() time.Time
	// Used is called for everything that is typed or pressed; it may be nil.
	Used func()
	// Focused gets what takes the keyboard's focus, so that it can be brought into
	// sight and on-screen keys can serve it; it may be nil.
	Focused func(fyne.CanvasObject)
	// First gets each key before the widget that has the focus, and reports whether
	// it took it; it may be nil.
	First func(*fyne.KeyEvent) bool
	// Key gets the keys that are nobody's.
	Key func(*fyne.KeyEvent)
	// Scanned gets what a scanner has typed; nil: none is looked for. The field that had the focus is as
	// it was before.
	Scanned func(code string)

	// Badge reports whether digits that a scanner typed into a field for PINs are a
	// badge; nil: they never are.
	Badge func(code string) bool
	// Full says how many letters have room in a field into which more are typed; nil
	// says nothing.
	Full func(most int) string

	burst   []rune
	paused  bool // once in the burst
	secret  bool // it went into a field for PINs
	began   time.Time
	last    time.Time
	restore func()
}

// Rune takes a letter that is typed while nothing has the focus.
func (in *Input) Rune(r rune) { in.typed(r, nil) }

// TypedKey takes a key that is pressed while nothing has the focus.
func (in *Input) TypedKey(e *fyne.KeyEvent) {
	if !in.ends(e) {
		in.pass(e)
	}
}

// typed notes a letter before its widget takes it. The function restores what
// was there before.
func (in *Input) typed(r rune, restore func()) {
	if in == nil {
		return
	}
	in.used()
	if in.Scanned == nil {
		return
	}
	now := in.Now()
	switch gap := now.Sub(in.last); {
	case gap <= scanGap:
	case gap <= scanPause && !in.paused && len(in.burst) >= scanLeast && in.last.Sub(in.began)/time.Duration(len(in.burst)) <= scanAverage:
		in.paused, in.began = true, in.began.Add(gap) // the pause is no time of typing
	default:
		in.burst, in.restore, in.began, in.secret, in.paused = in.burst[:0], restore, now, false, false
	}
	in.burst, in.last = append(in.burst, r), now
}

// typedSecret is typed for a field of PINs.
func (in *Input) typedSecret(r rune, restore func()) {
	in.typed(r, restore)
	if in != nil {
		in.secret = true
	}
}

// code reports whether the burst may be what a scanner reads. Codes have digits,
// and names that were typed while the window stood still do not; where PINs are
// typed, digits alone are one, unless they are known for a badge.
func (in *Input) code() bool {
	digits := 0
	for _, r := range in.burst {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if in.secret && digits == len(in.burst) {
		return in.Badge != nil && digits >= scanLeast && in.Badge(string(in.burst))
	}
	return len(in.burst) >= scanLeast && digits > 0
}

// ends reports whether a key ended what a scanner typed, and if so hands it on.
// A space in the middle of it is no press of a button either.
func (in *Input) ends(e *fyne.KeyEvent) bool {
	if in == nil {
		return false
	}
	in.used()
	if in.First != nil && in.First(e) {
		return true
	}
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		return in.take()
	case fyne.KeySpace:
		return len(in.burst) > 1 && in.fast()
	}
	return false
}

// fast reports whether what was typed last came as a scanner types, up to now.
func (in *Input) fast() bool {
	n := len(in.burst)
	if n == 0 {
		return false
	}
	now := in.Now()
	return now.Sub(in.last) <= scanGap && now.Sub(in.began)/time.Duration(n) <= scanAverage
}

// take hands on what was typed if a scanner has typed it, and reports whether.
func (in *Input) take() bool {
	if !in.fast() || !in.code() {
		return false
	}
	code, restore := string(in.burst), in.restore
	in.burst, in.restore = in.burst[:0], nil
	if restore != nil {
		restore()
	}
	in.Scanned(code)
	return true
}

// pass hands on a key that is nobody's.
func (in *Input) pass(e *fyne.KeyEvent) {
	if in != nil && in.Key != nil {
		in.Key(e)
	}
}

// focused tells who has the focus. A scanner may be set to end with Tab, which
// moves it: what was typed until then is its.
func (in *Input) focused(o fyne.CanvasObject) {
	if in == nil {
		return
	}
	in.take()
	if in.Focused != nil {
		in.Focused(o)
	}
}

func (in *Input) used() {
	if in != nil && in.Used != nil {
		in.Used()
	}
}
