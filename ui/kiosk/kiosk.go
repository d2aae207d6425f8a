// Package kiosk is the patient's side of Aidpost: one file a screen, all of
// them views of a visit.Visit. A screen shows what State says and calls the
// method of the visit that fits what was touched; it decides nothing.
//
// Everything here runs on Fyne's goroutine except Changed and Sample, which
// the visit calls from anywhere and which hand over through the post function.
package kiosk

import (
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
	// Ground has each frame of the window begin with the ground of a look; nil where
	// another window shares that.
	Ground func(kit.Look)
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
	// Mend shows staff what they can do about damaged records, while guests are
	// measured without them. Nil: they are whole.
	Mend func()
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
	runs    bool              // the clock
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

	trace   kit.LiveTrace // takes samples while an oximeter measures
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
	liveTick      = time.Second / 30 // numbers of now; a trace moves by itself
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
	k.hearWindow()
	k.render()
	if !k.runs {
		k.runs = true
		go k.run()
	}
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
	k.trace.Push(s.Trace())
}
