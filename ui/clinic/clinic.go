// Package clinic is the staff's side of Aidpost: a frame with a navigation, and
// one file a page, all of them views of a desk.Desk. A page shows what State
// says and calls the method of the desk that fits what was pressed or typed; it
// decides nothing.
//
// Everything here runs on Fyne's goroutine except Changed, which the desk calls
// from anywhere and which hands over through the post function.
package clinic

import (
	"fmt"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/about"
	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// Config is what a staff screen needs.
type Config struct {
	Words *words.Catalogue
	// Language is the BCP 47 tag of the first screen.
	Language string
	// Site is what the place is called.
	Site string
	// Post runs a function on the UI goroutine, soon: fyne.Do in the program, a
	// queue that the test drains in tests.
	Post func(func())
	// Look says how to draw at first: palette and text size. Staff change both.
	Look kit.Look
	// Share is told, where patients share the window, when they get it (away) and
	// when staff do. Nil: staff have the window alone.
	Share func(away bool)
	// Still keeps lamps from flashing.
	Still bool
	// About is what the program is made of.
	About about.Facts
}

// Clinic is the staff's window: its content and what drives it.
type Clinic struct {
	cfg    Config
	desk   *desk.Desk
	canvas fyne.Canvas
	root   *fyne.Container
	input  *kit.Input

	look    kit.Look
	lang    words.Lang
	built   string // key of what is built
	page    page   // the one that is open, also while it is covered
	paged   string // its key
	door    *door  // signing in; nil while somebody works
	frame   *frame
	calls   *callStrip
	touch   bool // letters are typed on the screen
	away    bool // patients have the window
	dialog  *kit.Overlay
	closed  func() // called when the dialog goes
	keys    dialogKeys
	testing *testPrint // while its dialog is open

	admin     *Administration // settings and server; nil: there are none
	equipment *Equipment      // to measure with; nil: there is none
	greeting  greeting
	place     *office.Place    // of the records and their backups; nil: nobody said
	opening   *bedside.Bedside // of the page for measuring that is about to open
	parked    *bedside.Bedside // a series that was left before it was accepted
	card      shownCard        // that was scanned last to find somebody
	drafts    map[string]draft // by who is signed in and the form
	trace     kit.LiveTrace    // takes samples while an oximeter measures

	pending atomic.Bool
	done    chan struct{}
}

// page is one page of the workspace, in the frame.
type page interface {
	// content is what stands beside the navigation.
	content() fyne.CanvasObject
	// update follows a state that does not need another page.
	update(s desk.State)
}

// What a page may do besides.
type (
	// leaver has something to end when the page goes.
	leaver interface{ leave() }
	// focuser has a field to type into at once.
	focuser interface{ first() fyne.Focusable }
	// keyed takes keys that no widget has a use for, and reports which.
	keyed interface{ key(e *fyne.KeyEvent) bool }
	// revealer brings what took the focus into sight.
	revealer interface{ reveal(o fyne.CanvasObject) }
	// resumer goes on after the screen was covered: what it had asked for then was
	// dropped.
	resumer interface{ resume() }
	// scanner takes what a scanner reads; without it that is looked up.
	scanner interface{ scanned(code string) }
)

// tickEvery is how often countdowns and waiting times are brought up to date.
const tickEvery = time.Second

// New returns a staff screen without a desk; Serve gives it one.
func New(cfg Config) *Clinic {
	c := &Clinic{cfg: cfg, look: cfg.Look, drafts: map[string]draft{}, done: make(chan struct{}), greeting: greeting{read: map[records.ID]bool{}}}
	c.look.Class = kit.Staff
	c.input = &kit.Input{Now: time.Now, Key: c.key, Scanned: c.scanned, Badge: c.isBadge, Focused: c.focused}
	c.look.Input = c.input
	c.input.Full = func(most int) string { return c.t(words.FrameFull, words.With("n", most)) }
	c.calls = newCallStrip(c)
	c.root = container.NewStack(kit.NewGround(c.look))
	c.speak(cfg.Words.StaffLang(cfg.Language))
	return c
}

// Content is the object to put into the window.
func (c *Clinic) Content() fyne.CanvasObject { return c.root }

// Look returns how the screen draws now, for the window's theme.
func (c *Clinic) Look() kit.Look { return c.look }

// Serve shows a desk on a canvas and starts the clock. Stop ends it.
func (c *Clinic) Serve(d *desk.Desk, canvas fyne.Canvas) {
	c.desk, c.canvas = d, canvas
	c.input.Now, c.input.Used = d.Now, d.Used
	d.SetLanguage(c.lang.Tag())
	c.away = d.State().Away
	if !c.away {
		c.listen()
	}
	c.render()
	go c.run()
}

// Stop ends the clock, and lets a running instrument go before it returns. It
// must be called once, after Serve.
func (c *Clinic) Stop() {
	close(c.done)
	if m, ok := c.page.(*measuring); ok {
		m.handed = true
		m.leave()
		m.bedside.Close()
		c.page = nil
	}
	c.park(nil)
}

func (c *Clinic) run() {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-t.C:
			c.cfg.Post(c.tick)
		}
	}
}

func (c *Clinic) tick() {
	c.desk.Tick()
	c.render()
}

// Changed tells that the desk's state is another one. Safe on any goroutine.
func (c *Clinic) Changed() {
	select {
	case <-c.done: // there is nothing to show it on any more
		return
	default:
	}
	if c.pending.CompareAndSwap(false, true) {
		c.cfg.Post(func() {
			c.pending.Store(false)
			c.render()
		})
	}
}

// speak changes the language.
func (c *Clinic) speak(l words.Lang) {
	c.lang = l
	if c.desk != nil {
		c.desk.SetLanguage(l.Tag())
	}
	c.look.Dir = kit.LTR
	if l.Direction() == words.RTL {
		c.look.Dir = kit.RTL
	}
}

// t returns a message in the language of the screen.
func (c *Clinic) t(key words.Key, args ...words.Arg) string { return c.lang.T(key, args...) }

// message returns what a message of the desk says; nothing if it says nothing.
func (c *Clinic) message(m desk.Message) string {
	if m.Key == "" {
		return ""
	}
	return c.t(m.Key, m.Args...)
}

// render brings the window to the desk's state.
func (c *Clinic) render() {
	if c.desk == nil {
		return
	}
	s := c.desk.State()
	c.calls.update(s)
	defer c.share(s)
	if key := c.shownKey(s); key != c.built {
		c.built = key
		c.build(s)
		return
	}
	if s.Phase == desk.Working {
		c.frame.update(s)
		c.page.update(s)
		c.showGreeting(s)
		if c.testing != nil {
			c.testing.update(s.TestPrint)
		}
	} else if c.door != nil {
		c.door.update(s)
	}
}

// shownKey names what must be built anew when it changes.
func (c *Clinic) shownKey(s desk.State) string {
	key := string(s.Phase) + "|" + string(s.Who.ID) + "|" + c.lang.Tag()
	if s.Phase == desk.Working {
		key += "|" + pageKey(s) + "|" + fmt.Sprint(s.Emergency.IsZero()) // other pages are open then
	}
	return key
}

func pageKey(s desk.State) string {
	return string(s.Who.ID) + "|" + string(s.Route.Page) + "|" + string(s.Route.Patient) + "|" + string(s.Route.Visit) + "|" + string(s.Route.Account) + "|" + s.Route.Form
}

// rebuild draws everything anew, after the look or the language was changed.
func (c *Clinic) rebuild() {
	if m, ok := c.page.(*measuring); ok { // the measuring goes on in the new page
		c.opening, m.handed = m.bedside, true
	}
	c.built, c.paged = "", ""
	c.render()
}

// build makes what the state needs. A page that was only covered comes back as
// it was left.
func (c *Clinic) build(s desk.State) {
	c.closeDialog()
	c.door = nil
	if s.Phase != desk.Working {
		if s.Phase != desk.Covered && s.Phase != desk.NewPIN {
			c.dropPage()
			c.park(nil)
			c.greeting.who = ""
		}
		c.door = newDoor(c, s)
		c.show(c.door.content())
		c.focus(c.door.first())
		return
	}
	if key := pageKey(s); key != c.paged {
		c.dropPage()
		c.page, c.paged = c.pageFor(s), key
	} else if r, ok := c.page.(resumer); ok {
		r.resume()
	}
	if c.greeting.who != s.Who.ID { // somebody has signed in, and not only uncovered the screen
		c.greet(s.Who.ID)
	}
	c.frame = newFrame(c, s)
	c.show(c.frame.content())
	if o, ok := c.frame.nav[s.Route.Page]; ok {
		c.frame.pages.Reveal(o)
	}
	c.frame.main.Refresh() // lines over the page are as tall as they need now that they are as wide as it
	c.page.update(s)
	if f, ok := c.page.(focuser); ok {
		c.focus(f.first())
	} else {
		c.focus(nil)
	}
}

func (c *Clinic) dropPage() {
	if l, ok := c.page.(leaver); ok {
		l.leave()
	}
	c.page, c.paged = nil, ""
}

// show puts an object over the ground of the whole window.
func (c *Clinic) show(o fyne.CanvasObject) {
	c.root.Objects = []fyne.CanvasObject{kit.NewGround(c.look), underStrip(c.calls.strip, o)}
	c.root.Refresh()
}

func (c *Clinic) focus(f fyne.Focusable) {
	if c.canvas == nil || c.away {
		return
	}
	c.canvas.Unfocus()
	if f != nil {
		c.canvas.Focus(f)
	}
}
