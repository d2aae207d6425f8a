package timing

import (
	"sync"
	"time"

	"aidpost/app/call"
	"aidpost/records"
)

// A Kiosk times the patients' window. A nil Kiosk times nothing.
type Kiosk struct {
	book *Book
	now  func() time.Time

	at     Key // the screen that is shown; zero: the one that waits for somebody
	since  time.Time
	visit  string
	began  time.Time
	result bool // something was measured in the visit
}

// A Shown is what the patients' window shows.
type Shown struct {
	Screen     string // empty while nobody is there
	Lang, Mode string
	Visit      string // changes with the person; empty until there is a visit
	Result     bool   // something was measured
}

// NewKiosk returns what times the patients' window into a book.
func NewKiosk(b *Book, now func() time.Time) *Kiosk { return &Kiosk{book: b, now: now} }

// Show tells what the window shows now. It is called on one goroutine.
func (k *Kiosk) Show(s Shown) {
	if k == nil {
		return
	}
	next, now := Key{Screen, s.Screen, s.Lang, s.Mode}, k.now()
	if s.Screen == "" {
		next = Key{}
	}
	another := k.visit != "" && s.Visit != "" && s.Visit != k.visit
	if next != k.at || another {
		if k.at != (Key{}) {
			k.book.Took(k.at, now.Sub(k.since))
		}
		if k.at != (Key{}) && (next == (Key{}) || another) {
			k.end(now)
		}
		if k.began.IsZero() && next != (Key{}) {
			k.began = now
		}
		k.at, k.since = next, now
	}
	k.visit, k.result = s.Visit, s.Result
}

// end is when a person goes: with a result, or leaving it undone at a screen.
func (k *Kiosk) end(now time.Time) {
	if k.result {
		k.book.Took(Key{Kind: Visit, Lang: k.at.Lang, Mode: k.at.Mode}, now.Sub(k.began))
	} else {
		k.book.Left(k.at)
	}
	k.began = time.Time{}
}

// A Desk times the staff's window. Its methods may be called from any goroutine; a
// nil Desk times nothing.
type Desk struct {
	book *Book
	now  func() time.Time

	mu    sync.Mutex
	page  Key
	since time.Time
	begun map[Kind]time.Time
}

// NewDesk returns what times the staff's window into a book.
func NewDesk(b *Book, now func() time.Time) *Desk {
	return &Desk{book: b, now: now, begun: map[Kind]time.Time{}}
}

// Turn tells which page is open, empty for none, and in which language.
func (d *Desk) Turn(page, lang string) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	next := Key{Kind: Page, Of: page, Lang: lang}
	if next == d.page {
		return
	}
	now := d.now()
	if d.page.Of != "" {
		d.book.Took(d.page, now.Sub(d.since))
	}
	d.page, d.since = next, now
}

// Begin notes that something begins, if it has not begun already.
func (d *Desk) Begin(k Kind) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, begun := d.begun[k]; !begun {
		d.begun[k] = d.now()
	}
}

// Done notes that what has begun is done.
func (d *Desk) Done(k Kind) {
	d.end(k, func(key Key, took time.Duration) { d.book.Took(key, took) })
}

// Leave notes that what has begun is left undone.
func (d *Desk) Leave(k Kind) { d.end(k, func(key Key, _ time.Duration) { d.book.Left(key) }) }

// Drop takes back that something has begun.
func (d *Desk) Drop(k Kind) { d.end(k, func(Key, time.Duration) {}) }

func (d *Desk) end(k Kind, note func(Key, time.Duration)) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if since, begun := d.begun[k]; begun {
		delete(d.begun, k)
		note(Key{Kind: k, Lang: d.page.Lang}, d.now().Sub(since))
	}
}

// Calls returns what hears of calls for help, of which each is told of more than
// once, and takes the time until somebody says that they come.
func Calls(b *Book) func(call.Call) {
	var mu sync.Mutex
	counted := map[records.ID]bool{}
	return func(c call.Call) {
		mu.Lock()
		again := counted[c.ID]
		over := !c.Answered.IsZero() || !c.Closed.IsZero()
		counted[c.ID] = again || over
		mu.Unlock()
		switch {
		case again || !over:
		case c.Answered.IsZero():
			b.Left(Key{Kind: Help})
		default:
			b.Took(Key{Kind: Help}, c.Answered.Sub(c.Opened))
		}
	}
}
