// Package kiosk is the patient's side of Aidpost: one file a screen, all of
// them views of a visit.Visit. A screen shows what State says and calls the
// method of the visit that fits what was touched; it decides nothing.
//
// Everything here runs on Fyne's goroutine except Changed and Sample, which
// the visit calls from anywhere and which hand over through the post function.
package kiosk

import (
	"strconv"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/timing"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// Config is what a kiosk needs.
type Config struct {
	Words *words.Catalogue
	Rules *guideline.Rules
	Paper Paper
	Site  Site
	Zone  *time.Location
	// Post runs a function on the UI goroutine, soon: fyne.Do in the program,
	// a queue that the test drains in tests.
	Post func(func())
	// Languages are the tags of the languages offered first, most used first.
	Languages []string
	// OnlyLanguages says that no others are offered.
	OnlyLanguages bool
	// Covered has everybody's results covered until they are touched.
	Covered bool
	// Silent has nothing read aloud.
	Silent bool
	// Volume is that of the voice to begin with, 20 to 100; 0 is the usual one.
	Volume int
	// Switch is how long each choice is offered to somebody who works the kiosk
	// with one switch. Zero: there is no switch.
	Switch time.Duration
	// Keypad is that of a person who does not look at the screen; the zero value:
	// there is none.
	Keypad Keypad
	// Shares says that the site has a server, to which results go if a person wants
	// that.
	Shares bool
	// Voice reads aloud; nil: the system has no speech engine.
	Voice Voice
	// Still keeps the drawings from moving.
	Still bool
	// Simulated says on the welcome that the instruments are not real.
	Simulated bool
	// Staff is called when staff ask for the window by a gesture that nothing shows.
	// Nil: they have one of their own.
	Staff func()
	// Times takes how long each screen is there. Nil: nobody does.
	Times *timing.Kiosk
	// Notice returns what the welcome has to tell the staff, such as that the
	// disk is nearly full; empty: nothing. It may be nil.
	Notice func() words.Key
	// Battery returns what is left of the computer's battery in percent, and whether
	// that is so little that the welcome says it. It may be nil.
	Battery func() (percent int, low bool)
}

// Site is what the screens say about the place.
type Site struct {
	Name      string
	Emergency string // the local emergency number; never empty
	// Unstaffed says that nobody is there to come, so that no screen promises it.
	Unstaffed bool
}

// Kiosk is the patient's window: its content and what drives it.
type Kiosk struct {
	cfg    Config
	visit  *visit.Visit
	canvas fyne.Canvas
	root   *fyne.Container

	look  kit.Look
	usual kit.Look // of everybody who changes nothing
	width float32  // of the window
	// discreet covers results until they are touched.
	discreet bool
	held     bool // drawings stand still
	away     bool // staff have the window
	scan     scan
	speech   speech
	keys     keys
	ear      ear
	private  bool // headphones are in
	// secrets are the parts of the screen that are read only in private.
	secrets map[fyne.CanvasObject]bool
	built   time.Time         // when the screen came
	typedAt time.Time         // when something was typed while nothing had the focus
	kept    bool              // the visit is on disk
	mends   fyne.CanvasObject // stands where a visit would, while the records are damaged
	damage  *Damage           // of them
	lang    words.Lang
	shown   string // key of the screen that is built
	step    visit.Step
	// encounter is the visit that is shown; empty at the start screen.
	encounter records.ID
	screen    screen
	bar       *bar
	over      overlay
	corners   fyne.CanvasObject // in which staff ask for the window; may be nil

	trace   *kit.Waveform // takes samples while an oximeter measures
	traced  atomic.Pointer[kit.Waveform]
	pending atomic.Bool
	pace    chan time.Duration
	done    chan struct{}
}

// screen is one built screen.
type screen interface {
	// content is what stands under the bar.
	content() fyne.CanvasObject
	// update follows a state that does not need another screen.
	update(s visit.State)
}

// ticker is a screen with something that moves by itself.
type ticker interface {
	// tick repaints what moves; every is how often it wants to be called.
	tick(v *visit.Visit)
	every() time.Duration
}

// typist is a screen that takes what a scanner types although nothing has the focus.
type typist interface{ typed(r rune) }

// focuser is a screen on which somebody types at once.
type focuser interface{ first() fyne.Focusable }

// leaver is a screen with something to end when it goes.
type leaver interface{ leave() }

// How often a screen is brought up to date by itself.
const (
	countdownTick = 250 * time.Millisecond
	liveTick      = time.Second / 60 // a frame for each sample of an oximeter
	idleTick      = time.Second
)

// New returns a kiosk without a visit; Serve gives it one. Start-up order is
// kiosk, visit, Serve, because the visit calls back into the kiosk.
func New(cfg Config) *Kiosk {
	k := &Kiosk{cfg: cfg, held: cfg.Still, ear: ear{heard: map[fyne.CanvasObject]*heard{}}, pace: make(chan time.Duration, 1), done: make(chan struct{})}
	k.root = container.New(&watch{k: k})
	k.corners = newCorners(k)
	k.look.Input = &kit.Input{Now: time.Now, First: k.takeKey, Focused: k.focusMoved}
	k.lang, k.discreet = cfg.Words.Lang("en"), cfg.Covered
	return k
}

// Set changes what the kiosk was made with, on the screen that is open, too. It
// may be called from any goroutine.
func (k *Kiosk) Set(change func(*Config)) {
	k.cfg.Post(func() {
		change(&k.cfg)
		if k.step == visit.Welcome {
			k.discreet = k.cfg.Covered
		}
		if k.visit != nil {
			k.rebuild()
		}
	})
}

// Time has the screens be timed. It is called before Serve.
func (k *Kiosk) Time(t *timing.Kiosk) { k.cfg.Times = t }

// Content is the object to put into the window.
func (k *Kiosk) Content() fyne.CanvasObject { return k.root }

// Look returns how the kiosk draws now, for the window's theme.
func (k *Kiosk) Look() kit.Look { return k.look }

// Serve shows the visit on a canvas of the given size and starts the clock
// that keeps countdowns and live values moving. Stop ends it.
func (k *Kiosk) Serve(v *visit.Visit, canvas fyne.Canvas, size fyne.Size) {
	k.visit, k.canvas = v, canvas
	k.mended()
	k.look.Class, k.width = kit.ClassFor(size), size.Width
	k.usual = k.look
	k.listenToKeys()
	k.listenToScanner()
	k.render()
	go k.run()
}

// Stop ends the clock. It must be called once, after Serve.
func (k *Kiosk) Stop() { close(k.done) }

// watch lays the screen out over the whole window and notices when the window
// becomes another class of screen.
type watch struct{ k *Kiosk }

func (w *watch) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	if class := kit.ClassFor(size); w.k.visit != nil && (class != w.k.look.Class || size.Width != w.k.width) {
		w.k.look.Class, w.k.width = class, size.Width
		w.k.cfg.Post(w.k.rebuild)
	}
}

// MinSize keeps the window from opening with no size before the first screen.
func (w *watch) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 240) }

// run posts a tick as often as the screen wants one.
func (k *Kiosk) run() {
	t := time.NewTicker(idleTick)
	defer t.Stop()
	var busy atomic.Bool
	for {
		select {
		case <-k.done:
			return
		case every := <-k.pace:
			t.Reset(every)
		case <-t.C:
			if busy.CompareAndSwap(false, true) {
				k.cfg.Post(func() {
					busy.Store(false)
					k.tick()
				})
			}
		}
	}
}

func (k *Kiosk) tick() {
	if k.away {
		return
	}
	now := time.Now()
	k.scanOn(now)
	k.leftAlone(now)
	if t, ok := k.screen.(ticker); ok && t.every() == liveTick {
		t.tick(k.visit)
		if now.After(k.ear.next) {
			k.listen(k.visit.State())
		}
		return
	}
	k.render()
}

// Changed tells that the visit's state is another one. Safe on any goroutine.
func (k *Kiosk) Changed() {
	if k.pending.CompareAndSwap(false, true) {
		k.cfg.Post(func() {
			k.pending.Store(false)
			k.render()
		})
	}
}

// Sample takes a live sample of an oximeter. Safe on any goroutine.
func (k *Kiosk) Sample(s *instruments.PlethSample) {
	w := k.traced.Load()
	if w == nil {
		return
	}
	if s.FingerOut || !s.Pleth.Valid() {
		w.PushGap()
		return
	}
	w.Push(float64(s.Pleth))
}

// rebuild builds the screen anew although the state is the same.
func (k *Kiosk) rebuild() {
	k.keepFocus(func() {
		if k.screen != nil {
			k.ear.again = k.ear.heard[k.screen.content()]
		}
		k.shown = ""
		k.render()
	})
}

// render brings the window to the visit's state: by an update where the same
// screen still fits, else by building the one that does.
func (k *Kiosk) render() {
	if k.visit == nil || k.away || k.mends != nil {
		return
	}
	s := k.visit.State()
	if key := k.key(s); key != k.shown {
		if id := encounterOf(s); id != k.encounter {
			if k.encounter != "" {
				k.forget()
			}
			k.encounter = id
		}
		k.step = s.Step
		k.build(s)
		k.shown = key
	} else {
		k.screen.update(s)
	}
	if k.bar.label != k.helpLabel(s) {
		k.compose(s)
	}
	k.follow(s)
	k.kept = s.Keeping && s.Saved
	k.listen(s)
	k.setPace(s)
	k.cfg.Times.Show(k.timed(s))
}

// timed is what is told of a screen to whoever takes the time.
func (k *Kiosk) timed(s visit.State) timing.Shown {
	if s.Step == visit.Welcome {
		return timing.Shown{}
	}
	mode := "touch"
	switch {
	case k.scan.on:
		mode = "switch"
	case k.speech.follow:
		mode = "speech"
	}
	return timing.Shown{Screen: string(s.Step), Lang: k.lang.Tag(), Mode: mode, Visit: string(encounterOf(s)), Result: len(s.Results) > 0}
}

func encounterOf(s visit.State) records.ID {
	if s.Encounter == nil {
		return ""
	}
	return s.Encounter.ID
}

// forget gives the next person the kiosk as everybody finds it.
func (k *Kiosk) forget() {
	class := k.look.Class
	k.look = k.usual
	k.look.Class = class
	k.discreet, k.held = k.cfg.Covered, k.cfg.Still
	if k.speech.follow {
		k.ear.parting = k.t(words.FinishCancelled)
		if k.kept {
			k.ear.parting = k.t(words.FinishCancelledKept)
		}
	}
	k.scan, k.keys, k.speech = scan{}, keys{}, speech{follow: k.private && k.speaks()}
	k.ear.intro = k.byKeys()
}

func (k *Kiosk) setPace(s visit.State) {
	every := idleTick
	if t, ok := k.screen.(ticker); ok {
		every = t.every()
	} else if s.Total > 0 || s.IdleWarning || k.scan.on {
		every = countdownTick
	}
	select {
	case k.pace <- every:
	default:
	}
}

// build makes the screen for a state and puts it into the window.
func (k *Kiosk) build(s visit.State) {
	k.lang = k.cfg.Words.Lang(s.Language)
	k.look.Dir = kit.LTR
	if k.lang.Direction() == words.RTL {
		k.look.Dir = kit.RTL
	}
	k.traced.Store(nil)
	k.trace = nil
	if l, ok := k.screen.(leaver); ok {
		l.leave()
	}
	k.hush()
	k.secrets, k.built = map[fyne.CanvasObject]bool{}, time.Now()
	k.screen = k.screenFor(s)
	k.ear.came(k.screen.content())
	k.traced.Store(k.trace)
	k.compose(s)
	k.focusFirst()
	k.scan.fresh = true
}

// focusFirst lets somebody type at once where the screen is for typing.
func (k *Kiosk) focusFirst() {
	if k.canvas == nil {
		return
	}
	k.canvas.Unfocus()
	if f, ok := k.screen.(focuser); ok {
		k.focus(f.first())
	}
	if stops := k.stops(); k.keys.on && k.step == visit.Measure && len(stops) > 0 {
		k.quietly(func() { k.canvas.Focus(stops[0]) }) // to stop takes one key
	}
}

// compose puts the bar over the screen.
func (k *Kiosk) compose(s visit.State) {
	k.bar = newBar(k, s)
	margin := k.look.Margin()
	rows := []fyne.CanvasObject{k.bar.content(), kit.NewGrow(1, k.screen.content())}
	if k.look.Class == kit.Portrait {
		// All that is touched is in reach from a chair.
		rows = []fyne.CanvasObject{k.bar.steps(), rows[1], rows[0]}
	}
	k.root.Objects = []fyne.CanvasObject{
		kit.NewGround(k.look),
		kit.NewInset(margin, kit.Space24, kit.NewColumn(kit.Space24, rows...)),
	}
	if k.corners != nil {
		k.root.Objects = append(k.root.Objects, k.corners)
	}
	if k.over.cover { // it stays over whatever changes below it
		k.root.Objects = append(k.root.Objects, k.over.curtain)
	}
	k.root.Refresh()
	k.over.keepHelp(k)
}

// notice says what the staff must know now; nothing if there is nothing.
func (k *Kiosk) notice() string {
	said := ""
	if k.cfg.Notice != nil {
		if key := k.cfg.Notice(); key != "" {
			said = k.t(key)
		}
	}
	if left, low := k.battery(); said == "" && low {
		said = k.t(words.StatusBattery, words.With("value", k.lang.Quantity(strconv.Itoa(left), "%"))) + "."
	}
	if said == "" {
		return ""
	}
	return said + " " + k.t(words.ErrorStaff)
}

// battery is what is left of the computer's, if that is little.
func (k *Kiosk) battery() (percent int, low bool) {
	if k.cfg.Battery == nil {
		return 0, false
	}
	return k.cfg.Battery()
}

// say changes a text, and lays the screen out again if it got higher or lower.
func (k *Kiosk) say(t *kit.Text, said string) {
	if t.Text() == said {
		return
	}
	before := t.HeightFor(t.Size().Width)
	t.SetText(said)
	if t.HeightFor(t.Size().Width) != before && k.screen != nil {
		k.screen.content().Refresh()
	}
}

// still is a screen on which nothing changes.
type still struct{ object fyne.CanvasObject }

func (s still) content() fyne.CanvasObject { return s.object }
func (s still) update(visit.State)         {}
