package desk

import (
	"cmp"
	"context"
	"errors"
	"image"
	"slices"
	"time"

	"aidpost/app/clerk"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// A Span is the time that a paper is about, up to now.
type Span int

// The spans.
const (
	SpanDay Span = iota
	SpanWeek
	SpanMonth
	SpanQuarter
	SpanYear
	SpanAll // from the first
)

var spanDays = [...]int{SpanDay: 1, SpanWeek: 7, SpanMonth: 30, SpanQuarter: 91, SpanYear: 365}

// Papers is a page of papers, of the site or of one person: what is chosen, its
// pages as pictures, and how the print of it is.
type Papers struct {
	// Patient is whose papers they are. Empty: they are the site's.
	Patient records.ID
	Who     *records.Patient
	// Visits are those of the person with a reading, the newest first, and Visit
	// the one that a paper of one visit is about.
	Visits []*records.Encounter
	Visit  records.ID
	// About and Whose narrow an extract of the audit trail: to what was done to a
	// record, and to what an account did.
	About, Whose records.ID

	Kind   clerk.Kind
	Span   Span
	Letter Letter // of a referral
	How    How

	Drawing bool
	// Pages are the first of them, as they will be printed; of a batch, those of
	// the first paper.
	Pages []image.Image
	More  bool // there are others
	Page  int  // that is shown
	// Batch is how many papers are printed at once; zero: it is one paper. Done of
	// them are out.
	Batch, Done int

	// Asks is set when it was printed before, and somebody has to say why it is
	// printed once more: Again.
	Asks  bool
	Again string
	// Printing is set while a print is under way; Said is how it is or was.
	Printing bool
	Said     Message
	Bad      bool // Said asks for somebody
}

// How says how a paper comes out.
type How struct {
	On   reports.Paper
	Lang string // a BCP 47 tag; empty: the person's, or that of the screen
	// Queue is the printer's; empty: that of the site's settings. Queues are all
	// there are, with how they are now.
	Queue  string
	Queues []cups.Queue
}

// A Letter is what whoever refers somebody writes.
type Letter struct {
	To, Reason, Done string
	Days             int // within which they should be seen; zero: a line is left for it
}

// The papers of the site and of a person.
var (
	sitePapers = []clerk.Kind{
		clerk.Days, clerk.Quality, clerk.Instruments, clerk.Activity, clerk.Book, clerk.Closing, clerk.Audit,
		clerk.Visit, clerk.Person, // for everybody who came
	}
	personPapers = []clerk.Kind{clerk.Person, clerk.Trend, clerk.Visit, clerk.Referral}
	auditPapers  = []clerk.Kind{clerk.Audit}
)

// PaperKinds returns the papers on a page that whoever is signed in may see, in
// order.
func (d *Desk) PaperKinds(p Page) []clerk.Kind {
	list := sitePapers
	switch p {
	case PagePersonPapers:
		list = personPapers
	case PageAuditPapers:
		list = auditPapers
	}
	var kinds []clerk.Kind
	for _, k := range list {
		if d.May(k.Needs()) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// Spans returns the times that a kind of paper may be about; none if it is of no
// time.
func (p Papers) Spans() []Span {
	switch {
	case p.Kind == clerk.Trend:
		return []Span{SpanMonth, SpanQuarter, SpanYear, SpanAll}
	case p.Kind == clerk.Audit:
		return []Span{SpanDay, SpanWeek, SpanMonth, SpanAll}
	case p.Patient == "" && p.Kind != clerk.Instruments && p.Kind != clerk.Book:
		return []Span{SpanDay, SpanWeek, SpanMonth}
	}
	return nil
}

// ofMany reports whether a paper is printed for many people.
func (p Papers) ofMany() bool { return p.Patient == "" && p.Kind.Of() != clerk.Site }

// The pages that are drawn for the screen, and how finely.
const (
	mostPictures = 12
	pictureDPI   = 110
)

// openPapers draws the first paper that may be seen, of the site or of a person.
func (d *Desk) openPapers(r Route) {
	kinds := d.PaperKinds(r.Page)
	if len(kinds) == 0 {
		return
	}
	patient, about := r.Patient, records.ID("")
	if r.Page == PageAuditPapers {
		patient, about = "", r.Patient
	}
	d.alterPapers(func(p *Papers) {
		if p.Patient != patient || p.About != about || p.Whose != r.Account {
			*p = Papers{Patient: patient, About: about, Whose: r.Account, Span: p.Span, How: How{On: p.How.On, Queue: p.How.Queue}}
		}
		if r.Visit != "" {
			p.Visit = r.Visit
		}
		if !slices.Contains(kinds, p.Kind) {
			p.Kind = kinds[0]
		}
	})
	d.LookAtPrinters()
}

// ExtractAudit opens the papers of an extract of the audit trail, of what a filter
// is about and of a span.
func (d *Desk) ExtractAudit(f records.AuditFilter, s Span) {
	if !d.MayOpen(PageAuditPapers) {
		return
	}
	d.change(func() { d.state.Papers.Span = s })
	d.Go(Route{Page: PageAuditPapers, Patient: f.About, Account: f.Who})
}

// PrintClosing opens the page of the day that was closed last.
func (d *Desk) PrintClosing() {
	d.change(func() { d.state.Papers.Kind, d.state.Papers.Span = clerk.Closing, SpanMonth })
	d.Go(Route{Page: PagePapers})
}

// PrintBook opens what days without power need.
func (d *Desk) PrintBook() {
	if !d.May(staff.PrintForms) {
		return
	}
	d.change(func() { d.state.Papers.Patient, d.state.Papers.Kind = "", clerk.Book })
	d.Go(Route{Page: PagePapers})
}

// LookAtPrinters asks how the printers are now.
func (d *Desk) LookAtPrinters() {
	if d.cfg.Printer == nil {
		return
	}
	d.beside(func(ctx context.Context) {
		queues, err := d.cfg.Printer.Queues(ctx)
		if err != nil && !errors.Is(err, cups.ErrNotInstalled) {
			d.cfg.Log.Warn("asking for printers", "error", err)
		}
		d.change(func() { d.state.Papers.How.Queues = queues })
	})
}

// errEnough ends a report when there are enough pictures of it.
var errEnough = errors.New("enough pages")

// paperOrder is what is chosen. It is called under the lock.
func (d *Desk) paperOrder() clerk.Order {
	p := d.state.Papers
	until := d.startOfDay().AddDate(0, 0, 1)
	o := clerk.Order{Kind: p.Kind, Paper: p.How.On, Lang: p.How.Lang, Again: p.Again}
	if p.Kind.Of() == clerk.Site || p.Kind == clerk.Referral {
		o.Lang = cmp.Or(o.Lang, d.lang) // of whoever works here
	}
	if len(p.Spans()) > 0 && p.Span != SpanAll {
		o.Since, o.Until = until.AddDate(0, 0, -spanDays[p.Span]), until
	}
	switch {
	case p.Patient != "" && p.Kind.Of() == clerk.OneVisit:
		o.Encounter = p.Visit
	case p.Patient != "":
		o.Patient = p.Patient
	case p.Kind == clerk.Audit:
		o.About, o.Who = p.About, p.Whose
	}
	if p.Kind == clerk.Referral {
		o.To, o.Reason, o.Done = p.Letter.To, p.Letter.Reason, p.Letter.Done
		if p.Letter.Days > 0 {
			o.Due = d.Now().AddDate(0, 0, p.Letter.Days)
		}
	}
	return o
}

// drawPapers draws what is chosen. An answer to an older choice is dropped.
func (d *Desk) drawPapers() {
	var p Papers
	age := 0
	d.change(func() {
		d.ages.papers++
		age = d.ages.papers
		d.state.Papers.Drawing, d.state.Papers.Pages, d.state.Papers.Page, d.state.Papers.More = true, nil, 0, false
		p = d.state.Papers
	})
	var drawn drawing
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		if p.Patient != "" && p.Who == nil {
			if err = drawn.find(ctx, a, p); err != nil {
				return err
			}
			d.change(func() {
				if age == d.ages.papers {
					now := &d.state.Papers
					now.Who, now.Visits = drawn.who, drawn.visits
					now.Visit = cmp.Or(now.Visit, newest(drawn.visits))
				}
			})
		}
		order := d.paperOrderNow()
		if p.Patient != "" && order.Kind.Of() == clerk.OneVisit && order.Encounter == "" {
			return nil // nothing was measured
		}
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		return drawn.draw(ctx, c, order, p.ofMany())
	}, func(err error) bool {
		if age != d.ages.papers {
			return true
		}
		p := &d.state.Papers
		p.Drawing, p.Pages, p.More, p.Batch = false, drawn.pages, errors.Is(err, errEnough), drawn.many
		return p.More || errors.Is(err, clerk.ErrNoClosing) // no page says so, too
	})
}

func (d *Desk) paperOrderNow() clerk.Order {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drawn = d.state.Papers.Letter
	return d.paperOrder()
}

// A drawing is what comes out of drawing a paper.
type drawing struct {
	who    *records.Patient
	visits []*records.Encounter
	pages  []image.Image
	many   int // papers
}

// find looks up whose papers they are.
func (w *drawing) find(ctx context.Context, a *records.Access, p Papers) (err error) {
	if w.who, err = a.Patient(ctx, p.Patient); err != nil {
		return err
	}
	visits, err := a.VisitsOf(ctx, p.Patient)
	for _, e := range visits {
		if len(e.Observations) > 0 && e.Status.Visit() {
			w.visits = append(w.visits, e)
		}
	}
	return err
}

func newest(visits []*records.Encounter) records.ID {
	if len(visits) == 0 {
		return ""
	}
	return visits[0].ID
}

// draw draws the first pages of a paper, or of the first of many.
func (w *drawing) draw(ctx context.Context, c *clerk.Clerk, order clerk.Order, many bool) error {
	if many {
		all, err := c.Orders(ctx, order)
		if err != nil || len(all) == 0 {
			return err
		}
		w.many, order = len(all), all[0]
	}
	return c.Write(ctx, &reports.Album{DPI: pictureDPI, Page: func(page image.Image) error {
		if len(w.pages) == mostPictures {
			return errEnough
		}
		w.pages = append(w.pages, page)
		return nil
	}}, order, clerk.Preview)
}

// SetLanguage says in which language of staff papers are written.
func (d *Desk) SetLanguage(tag string) {
	d.mu.Lock()
	changed := d.lang != tag
	d.lang = tag
	open := d.state.Phase == Working && d.state.Route.Page.papers()
	d.mu.Unlock()
	if changed && open {
		d.drawPapers()
	}
}

// SpanFrom is the first day of a span, for a screen.
func (d *Desk) SpanFrom(s Span) time.Time {
	return d.startOfDay().AddDate(0, 0, 1-spanDays[s])
}
