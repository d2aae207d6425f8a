package desk

import (
	"cmp"
	"context"
	"errors"
	"image"
	"slices"
	"time"

	"aidpost/app/clerk"
	"aidpost/assets/words"
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
)

var spanDays = [...]int{SpanDay: 1, SpanWeek: 7, SpanMonth: 30}

// Papers is the page of the site's reports: what is chosen, its pages as
// pictures, and how the print of it is.
type Papers struct {
	Kind    clerk.Kind
	Span    Span
	On      reports.Paper
	Drawing bool
	// Pages are the first of them, as they will be printed.
	Pages []image.Image
	More  bool // there are others
	Page  int  // that is shown
	// Printing is set while a print is under way; Said is how it is or was.
	Printing bool
	Said     Message
	Bad      bool // Said asks for somebody
}

// The papers of the site, with what one must be allowed to do.
var sitePapers = []struct {
	kind  clerk.Kind
	needs staff.Action
}{
	{clerk.Days, staff.PrintRecord}, {clerk.Quality, staff.ReadQuality}, {clerk.Instruments, staff.ReadQuality}, {clerk.Activity, staff.ListRecords},
}

// PaperKinds returns the papers that whoever is signed in may see, in order.
func (d *Desk) PaperKinds() []clerk.Kind {
	var kinds []clerk.Kind
	for _, p := range sitePapers {
		if d.May(p.needs) {
			kinds = append(kinds, p.kind)
		}
	}
	return kinds
}

// The pages that are drawn for the screen, and how finely.
const (
	mostPictures = 12
	pictureDPI   = 110
)

// ChoosePaper chooses a report and draws its pages.
func (d *Desk) ChoosePaper(k clerk.Kind) { d.alterPapers(func(p *Papers) { p.Kind = k }) }

// ChooseSpan chooses the time that it is about.
func (d *Desk) ChooseSpan(s Span) { d.alterPapers(func(p *Papers) { p.Span = s }) }

// ChooseSize chooses what it is printed on.
func (d *Desk) ChooseSize(on reports.Paper) { d.alterPapers(func(p *Papers) { p.On = on }) }

// TurnPaper shows another page.
func (d *Desk) TurnPaper(by int) {
	d.change(func() {
		p := &d.state.Papers
		p.Page = max(0, min(p.Page+by, len(p.Pages)-1))
	})
}

// alterPapers changes what is chosen, unless it is being printed.
func (d *Desk) alterPapers(change func(*Papers)) {
	taken := false
	d.change(func() {
		if taken = !d.state.Papers.Printing; taken {
			change(&d.state.Papers)
			d.state.Papers.Said, d.state.Papers.Bad = Message{}, false
		}
	})
	if taken {
		d.drawPapers()
	}
}

// openPapers draws the first paper that may be seen.
func (d *Desk) openPapers() {
	kinds := d.PaperKinds()
	if len(kinds) == 0 {
		return
	}
	d.alterPapers(func(p *Papers) {
		if !slices.Contains(kinds, p.Kind) {
			p.Kind = kinds[0]
		}
	})
}

// errEnough ends a report when there are enough pictures of it.
var errEnough = errors.New("enough pages")

// paperOrder is what is chosen. It is called under the lock.
func (d *Desk) paperOrder() clerk.Order {
	p := d.state.Papers
	until := d.startOfDay().AddDate(0, 0, 1)
	return clerk.Order{Kind: p.Kind, Since: until.AddDate(0, 0, -spanDays[p.Span]), Until: until, Paper: p.On, Lang: d.lang}
}

// drawPapers draws what is chosen. An answer to an older choice is dropped.
func (d *Desk) drawPapers() {
	var order clerk.Order
	age := 0
	d.change(func() {
		d.ages.papers++
		age, order = d.ages.papers, d.paperOrder()
		p := &d.state.Papers
		p.Drawing, p.Pages, p.Page, p.More = true, nil, 0, false
	})
	var pages []image.Image
	d.Do(func(ctx context.Context, a *records.Access) error {
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		return c.Write(ctx, &reports.Album{DPI: pictureDPI, Page: func(page image.Image) error {
			if len(pages) == mostPictures {
				return errEnough
			}
			pages = append(pages, page)
			return nil
		}}, order, "preview")
	}, func(err error) bool {
		if age != d.ages.papers {
			return true
		}
		p := &d.state.Papers
		p.Drawing, p.Pages, p.More = false, pages, errors.Is(err, errEnough)
		return p.More
	})
}

// PrintPaper prints what is chosen.
func (d *Desk) PrintPaper() {
	var order clerk.Order
	var ctx context.Context
	start := false
	d.change(func() {
		p := &d.state.Papers
		if start = !p.Printing && d.state.Phase == Working; !start {
			return
		}
		order = d.paperOrder()
		p.Printing, p.Bad, p.Said = true, false, Message{Key: words.PapersPrinting}
		ctx, d.stop = context.WithCancel(d.ctx)
	})
	if !start {
		return
	}
	d.Do(func(_ context.Context, a *records.Access) error {
		c, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		order.Queue, _ = c.Profile.PrinterFor(string(order.Kind))
		return c.Print(ctx, d.cfg.Printer, order, func(now cups.Progress) {
			d.change(func() { d.state.Papers.Said, d.state.Papers.Bad = progressWords(now) })
		})
	}, func(err error) bool {
		stopped := ctx.Err() != nil
		d.stop()
		p := &d.state.Papers
		p.Printing = false
		p.Said, p.Bad = endWords(err, stopped)
		return p.Said.Key != ""
	})
}

// CancelPrint takes a print back.
func (d *Desk) CancelPrint() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.state.Papers.Printing {
		d.stop()
	}
}

// progressWords says how a print is.
func progressWords(now cups.Progress) (m Message, bad bool) {
	printer := words.With("printer", now.Queue.Name)
	switch now.Queue.Status {
	case cups.OutOfPaper:
		return Message{Key: words.PapersOutOfPaper, Args: []words.Arg{printer}}, true
	case cups.Jam, cups.Stopped, cups.Offline:
		return Message{Key: words.PapersStuck, Args: []words.Arg{printer, words.With("reason", cmp.Or(now.Queue.Reason, now.Queue.Status.String()))}}, true
	}
	return Message{Key: words.PapersPrinting}, false
}

// endWords says how a print ended; nothing for what is no matter of printers.
func endWords(err error, stopped bool) (m Message, bad bool) {
	job, unprinted := errors.AsType[*clerk.JobError](err)
	switch {
	case err == nil:
		return Message{Key: words.PapersPrinted}, false
	case stopped:
		return Message{Key: words.PapersStopped}, false
	case unprinted:
		return Message{Key: words.PapersNotPrinted, Args: []words.Arg{words.With("reason", cmp.Or(job.Job.Reason, job.Queue.Reason, job.Job.Phase.String()))}}, true
	case errors.Is(err, cups.ErrNotInstalled), errors.Is(err, cups.ErrNoPrinter):
		return Message{Key: words.PapersNoPrinter}, true
	case errors.Is(err, cups.ErrRefused):
		return Message{Key: words.PapersNotPrinted, Args: []words.Arg{words.With("reason", err.Error())}}, true
	}
	return Message{}, false
}

// SetLanguage says in which language of staff papers are written.
func (d *Desk) SetLanguage(tag string) {
	d.mu.Lock()
	changed := d.lang != tag
	d.lang = tag
	open := d.state.Phase == Working && d.state.Route.Page == PagePapers
	d.mu.Unlock()
	if changed && open {
		d.drawPapers()
	}
}

// SpanFrom is the first day of a span, for a screen.
func (d *Desk) SpanFrom(s Span) time.Time {
	return d.startOfDay().AddDate(0, 0, 1-spanDays[s])
}
