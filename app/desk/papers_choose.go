package desk

import (
	"slices"

	"aidpost/app/clerk"
	"aidpost/records"
	"aidpost/reports"
)

// ChoosePaper chooses a report and draws its pages.
func (d *Desk) ChoosePaper(k clerk.Kind) { d.alterPapers(func(p *Papers) { p.Kind = k }) }

// ChooseBatch chooses the papers of all visits of today.
func (d *Desk) ChooseBatch() {
	d.alterPapers(func(p *Papers) { p.Kind, p.Span = clerk.Visit, SpanDay })
}

// ChooseSpan chooses the time that it is about.
func (d *Desk) ChooseSpan(s Span) { d.alterPapers(func(p *Papers) { p.Span = s }) }

// ChooseVisit chooses the visit that it is about.
func (d *Desk) ChooseVisit(id records.ID) { d.alterPapers(func(p *Papers) { p.Visit = id }) }

// ChooseSize chooses what it is printed on.
func (d *Desk) ChooseSize(on reports.Paper) { d.alterPapers(func(p *Papers) { p.How.On = on }) }

// ChooseLanguage chooses the language of the paper, as a BCP 47 tag.
func (d *Desk) ChooseLanguage(tag string) { d.alterPapers(func(p *Papers) { p.How.Lang = tag }) }

// ChooseQueue chooses the printer.
func (d *Desk) ChooseQueue(name string) { d.change(func() { d.state.Papers.How.Queue = name }) }

// WriteLetter keeps what stands in a letter. ShowLetter draws it: each preview is put
// on record, so not every letter typed makes one.
func (d *Desk) WriteLetter(l Letter) { d.change(func() { d.state.Papers.Letter = l }) }

// ShowLetter draws the letter as it is now, if it is another one than is shown.
func (d *Desk) ShowLetter() {
	d.mu.Lock()
	p := d.state.Papers
	stale := p.Kind == clerk.Referral && p.Letter != d.drawn
	d.mu.Unlock()
	if stale {
		d.alterPapers(func(*Papers) {})
	}
}

// SayWhy takes the reason for which something is printed once more.
func (d *Desk) SayWhy(why string) { d.change(func() { d.state.Papers.Again = why }) }

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
		p := &d.state.Papers
		if taken = !p.Printing; taken {
			change(p)
			p.Said, p.Bad, p.Asks, p.Again, p.Done = Message{}, false, false, "", 0
			if spans := p.Spans(); len(spans) > 0 && !slices.Contains(spans, p.Span) {
				p.Span = spans[len(spans)-1]
			}
			d.left = nil
		}
	})
	if taken {
		d.drawPapers()
	}
}
