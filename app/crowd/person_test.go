package crowd

import (
	"cmp"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments/simulated"
	"aidpost/records"
)

// A way is how somebody says who they are.
type way int

const (
	asGuest way = iota
	byName
	byPhone
	byCard
	byOthersCard // of somebody who has chosen a PIN, which they do not know
	ways
)

// A person comes to the kiosk once.
type person struct {
	*hall
	way way
	// steady people mostly touch the largest thing, and so get through; others
	// touch whatever they like.
	steady bool
	card   string
	at     visit.Step // after their last move
	began  time.Time
	left   time.Time
	recent []string // what they touched last
	moves  []string // what they did, for whoever reads a failure
	typed  []string // what only they can have on the screen
}

// pins are what people choose, and guess.
const (
	ownPIN   = "483920"
	wrongPIN = "550281"
)

// comes returns the nth person, who is like no other.
func (h *hall) comes(n int) *person {
	p := &person{hall: h, way: way(h.rand.IntN(int(ways))), steady: h.rand.IntN(2) == 0, card: strconv.Itoa(7_000_000 + n), began: time.Now()}
	if p.way == byOthersCard {
		if len(h.locked) == 0 {
			p.way = byCard
		} else {
			// Each such card once: who goes on without the PIN is known by it, too.
			i := h.rand.IntN(len(h.locked))
			p.card = h.locked[i]
			h.locked = slices.Delete(h.locked, i, i+1)
			h.forgets(p.card)
		}
	}
	if p.way == byCard && len(h.regulars) > 0 && h.rand.IntN(2) == 0 {
		p.card = h.regulars[h.rand.IntN(len(h.regulars))]
		h.forgets(p.card)
	}
	return p
}

// forgets takes a card for nobody else's any more: whoever has it is there again.
func (h *hall) forgets(card string) {
	h.earlier = slices.DeleteFunc(h.earlier, func(typed string) bool { return typed == card })
}

const (
	mostMoves = 90
	// giveUp is how long the kiosk may take to be free again once a person has
	// walked away from it, whatever it was doing.
	giveUp = 20 * time.Minute
)

// visits lets the person do what comes to their mind until the kiosk is free
// again, or they walk away from it.
func (p *person) visits() {
	left := false
	for range mostMoves {
		p.move()
		p.check()
		at := p.visit.State().Step
		p.steps[at]++
		if left && at == visit.Welcome {
			break
		}
		left = left || at != visit.Welcome
		if p.t.Failed() {
			return
		}
	}
	p.note("walks away")
	p.left = time.Now()
	for end := time.Now().Add(giveUp); p.visit.State().Step != visit.Welcome; p.pass(10 * time.Second) {
		if time.Now().After(end) {
			p.fail("%s after the person walked away the kiosk still is at %s", giveUp, p.visit.State().Step)
			return
		}
		if p.visit.State().Step == visit.Urgent && time.Since(p.left) > 5*time.Minute {
			// It stays until somebody has seen it; here come the staff.
			p.touch(p.anything())
		}
	}
	p.checkGone()
}

func (p *person) note(what string) {
	p.moves = append(p.moves, string(p.visit.State().Step)+": "+what)
}

// fail ends the test with what the person did last.
func (p *person) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Errorf(format, args...)
	s := look(p.window)
	if folder := os.Getenv("AIDPOST_SCREENSHOTS"); folder != "" {
		p.picture(filepath.Join(folder, "crowd-failed.png"))
	}
	p.t.Logf("the screen says %q, and %q can be touched", s.texts, s.touchables)
	p.t.Logf("the last moves:\n%s", strings.Join(p.moves[max(0, len(p.moves)-25):], "\n"))
}

// picture writes down what the window shows.
func (p *person) picture(file string) {
	f, err := os.Create(file)
	if err != nil {
		p.t.Error(err)
		return
	}
	defer f.Close()
	if err := png.Encode(f, p.window.Canvas().Capture()); err != nil {
		p.t.Error(err)
	}
}

// move does one thing.
func (p *person) move() {
	st := p.visit.State()
	switch n := p.rand.IntN(100); {
	case n < 2:
		p.meddle()
	case n < 5:
		p.wait(time.Duration(1+p.rand.IntN(6)) * time.Minute)
	case p.passive(st) && n < 85:
		p.wait(time.Duration(1+p.rand.IntN(40)) * time.Second)
	case st.Step == visit.Welcome && p.way != asGuest && n < 90 && p.tap(p.words.Lang(st.Language).T(words.WelcomeKeep)):
	case st.Step == visit.Who && p.way != asGuest && n < 90:
		p.identify()
	case st.Step == visit.PIN && n < 70:
		p.types(wrongPIN)
		p.tap(p.words.Lang(st.Language).T(words.CommonNext))
	case st.MayChoosePIN && p.way == byCard && p.steady:
		p.choosesPIN(st)
	case st.Step == visit.Prepare && st.Arm.MaySay && n < 60:
		arm := []words.Key{words.PrepareBPArmLeft, words.PrepareBPArmRight}[p.rand.IntN(2)]
		if !p.tap(p.words.Lang(st.Language).T(arm)) { // it is said already
			p.tap(p.words.Lang(st.Language).T(words.PrepareReady))
		}
	case st.Step == visit.Question && p.steady && n < 80 && p.answersWell(st):
	default:
		p.touch(p.anything())
	}
}

// answersWell answers as somebody does who may measure here.
func (p *person) answersWell(s visit.State) bool {
	lang := p.words.Lang(s.Language)
	if s.Question == visit.AskAdult {
		return p.tap(lang.T(words.CommonYes))
	}
	if s.Question == visit.AskFit { // one by one now and then
		return p.tap(lang.T([]words.Key{words.SuitNone, words.SuitNone, words.SuitAny}[p.rand.IntN(3)]))
	}
	return p.tap(lang.T(words.CommonNo)) || p.tap(lang.T(words.SuitNone))
}

// choosesPIN keeps the results of this person from others.
func (p *person) choosesPIN(s visit.State) {
	lang := p.words.Lang(s.Language)
	if !p.tap(lang.T(words.PINChoose)) {
		p.touch(p.anything())
		return
	}
	for range 2 {
		p.types(ownPIN)
		p.tap(lang.T(words.CommonNext))
	}
	p.pass(2 * time.Second)
	if p.visit.State().PIN != visit.PINChosen {
		return // the screen went meanwhile, or was another one
	}
	p.pinned++
	if !p.showedCard() {
		return // it keeps the results under another number
	}
	p.hall.locked = append(p.hall.locked, p.card)
	p.hall.regulars = slices.DeleteFunc(p.hall.regulars, func(card string) bool { return card == p.card })
}

// showedCard reports whether the kiosk knows the person by their card: some type its
// number where a telephone's is asked for.
func (p *person) showedCard() bool {
	e := p.visit.State().Encounter
	return e != nil && e.Patient != nil && slices.ContainsFunc(e.Patient.Identifiers, func(id records.Identifier) bool {
		return id.System != records.PhoneSystem && id.Value == p.card
	})
}

// passive reports a moment in which the kiosk asks for patience.
func (p *person) passive(s visit.State) bool {
	switch s.Step {
	case visit.Measure, visit.Stopping, visit.Rest, visit.Pause, visit.Connect, visit.OwnPlug, visit.OwnRead:
		return true
	}
	return s.Searching
}

func (p *person) wait(d time.Duration) {
	p.note("waits " + d.String())
	p.pass(d)
}

// meddle pulls a cable, or plugs something in that may have a fault.
func (p *person) meddle() {
	at := p.places[p.rand.IntN(len(p.places))]
	if i := slices.IndexFunc(p.places, func(at *place) bool { return at.path == "" }); i >= 0 {
		at = p.places[i]
	}
	if at.path != "" {
		p.note("pulls the cable of " + at.model)
		p.pull(at)
	} else {
		fault := simulated.None
		if p.rand.IntN(2) == 0 {
			all := simulated.Faults()
			fault = all[p.rand.IntN(len(all))]
		}
		p.note("plugs " + at.model + " in, with " + string(fault))
		p.plug(at, fault)
	}
	p.pass(time.Second)
}

// anything picks what to touch, the larger the likelier: the main button is the
// largest thing on nearly every screen.
func (p *person) anything() touchable {
	s := look(p.window)
	size := p.window.Canvas().Size()
	whole := size.Width * size.Height
	var choice []touchable
	for _, t := range s.touchables {
		// What is larger is a ground that only catches touches.
		if t.area < whole/2 && !p.key(t) {
			choice = append(choice, t)
		}
	}
	// What did not help before is not tried again at once.
	if fresh := slices.DeleteFunc(slices.Clone(choice), func(t touchable) bool { return slices.Contains(p.recent, t.label) }); len(fresh) > 0 {
		choice = fresh
	}
	var total float32
	for _, t := range choice {
		total += t.area
	}
	if p.steady && len(choice) > 0 && p.rand.IntN(4) > 0 {
		return slices.MaxFunc(choice, func(a, b touchable) int { return cmp.Compare(a.area, b.area) })
	}
	at := p.rand.Float32() * total
	for _, t := range choice {
		if at -= t.area; at <= 0 {
			return t
		}
	}
	p.fail("at %s there is nothing to touch", p.visit.State().Step)
	return touchable{}
}

// key reports a key that types. Nobody plays with those: whose visit it is
// would be hard to say then.
func (p *person) key(t touchable) bool {
	st := p.visit.State()
	lang := p.words.Lang(st.Language)
	return utf8.RuneCountInString(t.label) == 1 || st.Step == visit.Who &&
		(t.label == "" || t.label == lang.T(words.KeyboardClear) || t.label == lang.T(words.KeyboardSpace))
}

func (p *person) touch(t touchable) {
	p.note("touches " + strconv.Quote(t.label))
	p.recent = append(p.recent, t.label)
	p.recent = p.recent[max(0, len(p.recent)-4):]
	test.TapCanvas(p.window.Canvas(), t.middle)
	p.pass(time.Duration(300+p.rand.IntN(2000)) * time.Millisecond)
}

// tap touches what stands under a label, if it is there.
func (p *person) tap(label string) bool {
	t, ok := look(p.window).find(label)
	if ok {
		p.touch(t)
	}
	return ok
}

// identify says who the person is, on whatever screen of that they are.
func (p *person) identify() {
	lang := p.words.Lang(p.visit.State().Language)
	s := look(p.window)
	next := lang.T(words.CommonNext)
	switch {
	case s.asks(lang.T(words.WhoPersonHint)) || s.asks(lang.T(words.WhoPerson)):
		label := lang.T(words.WhoPerson)
		switch {
		case p.way >= byCard:
			label = lang.T(words.WhoCard)
		case p.way == byPhone:
			label = lang.T(words.WhoPhone)
		}
		if p.tap(label) {
			return
		}
	case s.asks(lang.T(words.WhoCardTitle)):
		p.typed = append(p.typed, p.card)
		if !s.says(p.card) { // what was typed before stays
			p.types(p.card)
		}
		p.tap(next)
		return
	case s.asks(lang.T(words.WhoPhoneTitle)):
		p.typed = append(p.typed, p.card)
		if !s.says(p.card) { // what was typed before stays
			p.types(p.card)
		}
		p.tap(next)
		return
	case s.asks(lang.T(words.WhoGivenName)):
		p.name(s)
		p.tap(next)
		p.tap(next)
		return
	case s.asks(lang.T(words.WhoBirthDate)):
		date := "11111970"
		if lang.DateOrder() == words.YMD {
			date = "19701111"
		}
		p.tap(lang.T(words.KeyboardClear))
		p.types(date)
		p.tap(next)
		return
	}
	p.touch(p.anything())
}

// name types a name that nobody else has, of the letters there are.
func (p *person) name(s sight) {
	var letters []string
	for _, t := range s.touchables {
		if r := []rune(t.label); len(r) == 1 && (r[0] < '0' || r[0] > '9') {
			letters = append(letters, t.label)
		}
	}
	slices.Sort(letters)
	if len(letters) < 10 {
		p.fail("there are only the letters %q to type a name with", letters)
		return
	}
	var name strings.Builder
	for _, digit := range p.card {
		letter := letters[digit-'0']
		name.WriteString(letter)
		p.types(letter)
	}
	p.typed = append(p.typed, name.String())
}

// types touches the keys one after another. A key that changes its look after
// the first letter, as shift does, is found in either case.
func (p *person) types(text string) {
	for _, r := range text {
		for _, label := range []string{string(r), strings.ToLower(string(r)), strings.ToUpper(string(r))} {
			if t, ok := look(p.window).find(label); ok {
				test.TapCanvas(p.window.Canvas(), t.middle)
				break
			}
		}
	}
	p.note("types")
	p.pass(time.Second)
}
