package kiosk

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// ear is what was read aloud of the screen and of what lies over it, so that only
// what is new is read.
type ear struct {
	heard   map[fyne.CanvasObject]*heard
	layer   fyne.CanvasObject // that was uppermost
	intro   bool              // what the keys do is said before the next screen
	parting string            // is said after the visit, when nothing else is read
	quiet   bool              // the focus moves by itself
	again   *heard            // of the screen that is being built anew
	next    time.Time         // when to listen again
	left    time.Duration     // that was said last of a countdown
}

// came notes that another screen is there or, if it was only built anew, the same.
func (e *ear) came(content fyne.CanvasObject) {
	e.heard = map[fyne.CanvasObject]*heard{}
	if e.again != nil {
		e.heard[content], e.layer, e.again = e.again, content, nil
	}
}

// heard is what was read of one layer.
type heard struct {
	title string
	lines map[string]line // by the words without their digits
}

// known is what is heard of a layer by whoever has heard all of it.
func known(said []string, now time.Time) *heard {
	h := &heard{lines: map[string]line{}}
	if len(said) > 0 {
		h.title = bare(said[0])
	}
	for _, text := range said {
		h.lines[bare(text)] = line{text, now}
	}
	return h
}

// A line is a sentence on the screen and when it was read.
type line struct {
	text string
	at   time.Time
}

const (
	listenEvery = 250 * time.Millisecond
	// countEvery is how often a sentence is read again of which only a number
	// changes.
	countEvery = 10 * time.Second
)

// marks are the times at which it is said how long a countdown still runs.
var marks = []time.Duration{4 * time.Minute, 3 * time.Minute, 2 * time.Minute, time.Minute, 30 * time.Second, 10 * time.Second}

// Headphones tells that headphones were put in or taken out. Safe on any goroutine.
func (k *Kiosk) Headphones(in bool) {
	k.cfg.Post(func() { k.headphones(in) })
}

// headphones starts reading aloud in private. Whoever takes them out wants to be
// heard by nobody: then it is silent, and the screen goes on.
func (k *Kiosk) headphones(in bool) {
	k.private = in
	k.setFollow(in)
}

// setFollow has everything read, or nothing. To listen takes longer than to look.
func (k *Kiosk) setFollow(on bool) {
	k.speech.follow = on && k.speaks()
	if k.visit != nil && on {
		k.visit.Unhurried()
	}
	if !on {
		k.hush()
	}
	k.ear.heard, k.ear.intro = map[fyne.CanvasObject]*heard{}, on && k.byKeys()
	if k.visit != nil && !k.away && k.screen != nil {
		k.compose(k.visit.State()) // the loudspeaker in the bar shows it
		k.listen(k.visit.State())
	}
}

// keepSecret has something read only in private, or when it is asked for.
func (k *Kiosk) keepSecret(objects ...fyne.CanvasObject) {
	for _, o := range objects {
		if o != nil {
			k.secrets[o] = true
		}
	}
}

// listen reads a screen that has come, and of one that is known what has changed
// on it.
func (k *Kiosk) listen(s visit.State) {
	now := time.Now()
	k.ear.next = now.Add(listenEvery)
	if k.ear.parting != "" && !k.speech.follow {
		k.sayAloud(k.ear.parting)
		k.ear.parting = ""
	}
	top := k.layer()
	if !k.speech.follow || k.away || top == nil {
		return
	}
	said := k.told(s, false)
	before, last := k.ear.heard[top], k.ear.layer
	k.ear.layer = top
	switch {
	case before == nil || before.title != known(said, now).title:
		k.arrive(s, top, said, now)
	case top != last && k.keys.on: // a dialog has gone
		if f := k.focused(); slices.Contains(k.stops(), f) {
			k.sayControl(f)
		} else {
			k.sayAloud(said[0])
		}
	default:
		k.sayChanges(s, before, said, now)
	}
}

// arrive reads a whole screen.
func (k *Kiosk) arrive(s visit.State, top fyne.CanvasObject, said []string, now time.Time) {
	k.ear.heard[top] = known(said, now)
	if left, counting := k.counting(s); counting {
		k.ear.left = left
		said = append(said, k.t(words.SpeakLeft, words.With("time", k.lang.Duration(left))))
	}
	if k.ear.intro {
		said, k.ear.intro = append([]string{k.t(words.SpeakKeys)}, said...), false
	}
	if k.ear.parting != "" {
		said, k.ear.parting = append([]string{k.ear.parting}, said...), ""
	}
	k.sayAloud(sentences(said...))
	if f := k.focused(); k.keys.on && slices.Contains(k.stops(), f) {
		k.sayThenIn(k.control(f))
	}
}

// sayChanges reads what is new, after what is being read.
func (k *Kiosk) sayChanges(s visit.State, h *heard, said []string, now time.Time) {
	lines := map[string]line{}
	var fresh []string
	for _, text := range said {
		key := bare(text)
		old, heard := h.lines[key]
		counts := heard && old.text != text && s.Step != visit.Welcome && now.Sub(old.at) >= countEvery
		if !heard && strings.ContainsFunc(key, unicode.IsLetter) || counts {
			fresh = append(fresh, text)
			old = line{text, now}
		} else if !heard {
			old = line{text, now}
		}
		lines[key] = old
	}
	h.lines = lines
	if left, counting := k.counting(s); counting {
		for _, mark := range marks {
			if left <= mark && mark < k.ear.left {
				k.ear.left = mark
				fresh = append(fresh, k.t(words.SpeakLeft, words.With("time", k.lang.Duration(mark))))
			}
		}
	}
	if len(fresh) > 0 {
		k.sayThen(sentences(fresh...))
	}
}

// A counter is a screen that shows its countdown as a ring.
type counter interface{ counts() }

func (*waiting) counts() {}

// counting is how long the countdown of a screen still runs that shows it as a
// ring.
func (k *Kiosk) counting(s visit.State) (time.Duration, bool) {
	_, ring := k.screen.(counter)
	return s.Remaining, ring && s.Total > 0 && k.layer() == k.screen.content()
}

// readAgain reads what lies uppermost once more. asked: results, too.
func (k *Kiosk) readAgain(asked bool) {
	if !k.speech.follow {
		return
	}
	k.sayAloud(sentences(k.told(k.stateNow(), asked)...))
}

// stateNow is how the visit stands and, where there is none yet, a call for help.
func (k *Kiosk) stateNow() visit.State {
	switch {
	case k.mends != nil:
		return k.damage.state()
	case k.visit == nil:
		return visit.State{}
	}
	return k.visit.State()
}

// told are the words of what lies uppermost. Of a result, where others may hear it,
// only that it is there, unless it is asked for.
func (k *Kiosk) told(s visit.State, asked bool) []string {
	top := k.layer()
	open := asked || k.private
	if k.screen != nil && top == k.screen.content() {
		switch {
		case s.Step == visit.Result && open && len(s.Results) > 0:
			said := k.wordsOf(top, false)
			return slices.Insert(said, min(1, len(said)), k.aloud(k.spokenResult(s.Results[len(s.Results)-1])))
		case (s.Step == visit.Result || s.Step == visit.Confirm) && !open:
			return []string{k.t(k.announcing())}
		}
	}
	said := k.wordsOf(top, open && s.Step != visit.Result)
	if !open && s.Step == visit.Finish && len(said) > 0 {
		said = append(said, k.t(k.announcing()))
	}
	return said
}

// byKeys reports whether somebody works the kiosk with the keypad, or with
// headphones in is about to.
func (k *Kiosk) byKeys() bool { return k.keys.on || k.private && k.cfg.Keypad != Keypad{} }

// announcing is what is said in place of a result.
func (k *Kiosk) announcing() words.Key {
	if k.byKeys() {
		return words.SpeakResultKeys
	}
	return words.SpeakResult
}

// wordsOf are the words of a part of the screen. To somebody with keys, what takes
// the focus is read when it has it.
func (k *Kiosk) wordsOf(o fyne.CanvasObject, open bool) []string {
	said := kit.Told(o, func(part fyne.CanvasObject) bool {
		return !open && k.secrets[part] || k.byKeys() && kit.TakesFocus(part)
	})
	for i, text := range said {
		said[i] = k.aloud(text)
	}
	return said
}

// What is written on a screen with signs that are said in words.
var (
	pressureOnScreen = regexp.MustCompile(`(\d+)/(\d+)[\s\x{a0}\x{202f}]*mmHg`)
	limitOnScreen    = regexp.MustCompile(`([<>])[\s\x{a0}\x{202f}]*(\d+(?:[.,]\d+)?)`)
	percentBehind    = regexp.MustCompile(`(\d)[\s\x{a0}\x{202f}]*%`)
	percentBefore    = regexp.MustCompile(`%[\s\x{a0}\x{202f}]*(\d)`)
)

// aloud is a text as it is said: a pressure and limits in words, and no marks of direction.
func (k *Kiosk) aloud(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) && r != '\u200c' { // a joiner is part of a word
			return -1
		}
		return r
	}, text)
	text = limitOnScreen.ReplaceAllStringFunc(text, func(found string) string {
		parts := limitOnScreen.FindStringSubmatch(found)
		return k.limit(vitals.Comparator(parts[1]), parts[2])
	})
	text = percentBehind.ReplaceAllString(text, "${1} "+k.unitName(vitals.Percent))
	text = percentBefore.ReplaceAllString(text, k.unitName(vitals.Percent)+" ${1}")
	return pressureOnScreen.ReplaceAllStringFunc(text, func(found string) string {
		parts := pressureOnScreen.FindStringSubmatch(found)
		return k.t(words.UnitsBPSpoken, words.With("top", parts[1]), words.With("bottom", parts[2])) + " " + k.unitName(vitals.MmHg)
	})
}

// bare is a text without its digits.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
}

// focusMoved reads what has taken the focus.
func (k *Kiosk) focusMoved(o fyne.CanvasObject) {
	f, ok := o.(fyne.Focusable)
	if !ok || k.away || k.ear.quiet || !k.speech.follow {
		return
	}
	k.sayControl(f)
}

// quietly moves the focus without a word.
func (k *Kiosk) quietly(move func()) {
	before := k.ear.quiet
	k.ear.quiet = true
	move()
	k.ear.quiet = before
}

func (k *Kiosk) sayControl(f fyne.Focusable) {
	if k.speech.follow {
		k.sayIn(k.control(f))
	}
}

// control says what has the focus, what it is, and the how manyth of how many. What
// names a language is said in that, if there is a voice for it, so that whoever looks for
// theirs understands it.
func (k *Kiosk) control(f fyne.Focusable) (l words.Lang, said string) {
	c := kit.Describe(f)
	if l = k.lang; c.Lang != "" && k.cfg.Voice != nil && k.cfg.Voice.Speaks(c.Lang) {
		l = k.cfg.Words.Lang(c.Lang)
	}
	name := words.With("name", strings.TrimSuffix(k.aloud(c.Name), "."))
	switch {
	case c.Role == kit.Letter:
		return l, c.Name
	case c.Role == kit.Ticked && c.On:
		said = l.T(words.SpeakBoxOn, name)
	case c.Role == kit.Ticked:
		said = l.T(words.SpeakBoxOff, name)
	case c.Role == kit.Typed && c.Count == 0:
		said = l.T(words.SpeakFieldEmpty, name)
	case c.Role == kit.Typed && c.Secret:
		said = l.T(words.SpeakFieldSecret, name, words.With("n", c.Count))
	case c.Role == kit.Typed:
		said = l.T(words.SpeakField, name, words.With("value", c.State))
	default:
		said = l.T(words.SpeakButton, name)
	}
	if c.State != "" && c.Role == kit.Pressed {
		said = sentences(said, c.State)
	}
	stops := k.stops()
	if i := slices.Index(stops, f); i >= 0 && k.keys.on {
		said = sentences(said, l.T(words.SpeakPlace, words.With("n", i+1), words.With("total", len(stops))))
	}
	return l, said
}
