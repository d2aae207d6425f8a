package reports

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A DayList is the register of what was measured at a place: it carries on the
// work when the power fails, and stays when it is back.
type DayList struct {
	Issue
	// Since and Until are the bounds that Each keeps to; Until is not among them.
	Since, Until time.Time
	// Each hands every visit of that time to fn, the oldest first. It is called
	// twice, since pages are counted before the first is written.
	Each func(ctx context.Context, fn func(*records.Encounter) error) error
	// MadeUp tells what simulated instruments measured, which is marked; nil:
	// nothing was.
	MadeUp func(records.Observation) bool
	// Chain is the end of the audit trail. With it on paper, what is changed
	// afterwards shows.
	Chain string
	// Closing makes it the page of a day that was closed; nil: it is none.
	Closing *records.Closing
}

// title is what the list is called.
func (l DayList) title() words.Key {
	if l.Closing != nil {
		return words.ShiftPaper
	}
	return words.PapersDays
}

// WriteDayList writes a day list of any length in little memory. Errors are
// those of ctx, of Each and of w, ErrNoLanguage and paper.ErrDrawing.
func WriteDayList(ctx context.Context, w io.Writer, l DayList) error {
	return stream(ctx, w, "day list", l.Issue, l.title(), l.compose)
}

// A register is a day list while it is laid out.
type register struct {
	*desk
	flow          *flow
	list          list
	day           string
	begun         bool // rows stand under the head of this day
	visits, today int
	urgent        int
	madeUp        func(records.Observation) bool
}

func (l DayList) compose(ctx context.Context, d *desk, out func(leaf, int) error) error {
	name := d.Lang.T(l.title())
	f := newFlow(d, d.again(d.Site.Name, name))
	f.out = out
	period := d.period(l.Since, l.Until.Add(-time.Nanosecond))
	f.place([]block{d.letterhead(name, period)})
	if d.narrow {
		f.place([]block{d.lines(body, bodyLead, period)})
	}
	r := &register{desk: d, flow: f, madeUp: l.MadeUp, list: d.list(column{d.Lang.T(words.PapersTime), 0.08},
		column{d.Lang.T(words.ReportPatient), 0.23}, column{d.Lang.T(words.PapersResults), 0.47}, column{d.Lang.T(words.ReportNotes), 0.22})}
	err := l.Each(ctx, func(e *records.Encounter) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.add(e)
		return f.err
	})
	if err != nil {
		return err
	}
	f.list = nil
	if l.Closing == nil {
		f.title(r.count()...) // nobody signs a page without a visit on it
	} else {
		f.place(r.count())
		r.dayEnd(l.Closing)
	}
	f.place(r.end(l.Chain))
	f.finish()
	return f.err
}

// add sets one visit.
func (r *register) add(e *records.Encounter) {
	at := r.at(e.Started)
	if day := r.Lang.Date(at); day != r.day {
		r.flow.list = nil
		r.day, r.begun, r.today = day, false, 0
	}
	r.visits++
	r.today++
	row := r.row(e, at)
	if r.begun {
		r.flow.place([]block{row})
		return
	}
	head := r.list.head()
	r.flow.place(append(append([]block{r.section(r.day, "")}, head...), row))
	if len(head) > 0 {
		r.flow.list = &head[0]
	}
	r.begun = true
}

// row is one visit: when, who, what came of it, and what to know about it.
func (r *register) row(e *records.Encounter, at time.Time) block {
	who := r.short(r.called(e.Patient), 0.23)
	for _, f := range r.identity(e.Patient, e.Started) {
		who += "\n" + r.short(strings.ReplaceAll(f.value, "\n", ", "), 0.23)
	}
	notes := []string{}
	tier := 0
	var results []cell
	for _, kind := range vitals.AllPanels() {
		p, ok := newPanel(kind, Data{Encounter: *e})
		if !ok {
			continue
		}
		results = append(results, r.result(p.result))
		notes = append(notes, r.remarks(p.result)...)
		for _, j := range p.result.Judged {
			tier = max(tier, j.Tier)
		}
	}
	if tier >= int(guideline.ContactToday) {
		r.urgent++
	}
	if r.madeUp != nil && slices.ContainsFunc(e.Observations, r.madeUp) {
		notes = append(notes, r.Lang.T(words.StatusSimulated))
	}
	switch {
	case e.NoShow():
		notes = append(notes, r.Lang.T(words.PapersNoShow))
	case !e.Status.Visit():
		notes = append(notes, r.Lang.T(words.PapersCancelled))
	}
	notes = append(notes, r.Lang.T(words.ReportVisit)+" "+shortID(e.ID))
	if len(results) == 0 {
		results = []cell{text(r.Lang.T(words.PapersNoResult))}
	}
	return r.list.row(text(r.Lang.Time(at)), cell{text: who}, stackOf(results), text(strings.Join(notes, "\n")))
}

// result is one result with its range.
func (d *desk) result(o records.Observation) cell {
	line := d.Lang.T(words.PanelName(string(o.Panel))) + " " + d.value(o)
	if pulse, ok := o.Values.Get(vitals.Pulse); ok {
		line += ", " + d.Lang.T(words.ResultPulse) + " " + d.Lang.Quantity(d.number(pulse), pulse.Unit.Symbol())
	}
	j, ok := judgement(o, mainPart(o.Panel))
	if !ok || j.Band == "" {
		return text(line)
	}
	return text(line+paper.Between+d.Lang.T(words.Band(j.Band))).in(severity(j), j.Low())
}

// remarks are what one must know about a result: who typed it in, and what the
// instrument flagged.
func (d *desk) remarks(o records.Observation) []string {
	lines := d.cautions(o)
	if o.State == records.Amended {
		lines = append(lines, d.Lang.T(words.PapersAmended))
	}
	if by := o.Origin.EnteredBy; by != "" {
		lines = append(lines, d.short(d.Lang.T(words.PapersEntered, words.With("name", by)), 0.18))
	}
	return lines
}

// short cuts what people have typed for the column of a list, in which a name of 300
// letters would fill the page.
func (d *desk) short(s string, share float64) string {
	if d.narrow {
		share = 0.6
	}
	return strings.Join(d.clip(s, table, share*d.width-cellGap, 3), " ")
}

// count says how many there were.
func (r *register) count() []block {
	lines := []string{r.Lang.N(words.PapersVisits, r.visits) + paper.Between + r.Lang.N(words.PapersUrgent, r.urgent)}
	blocks := []block{r.lines(strong, bodyLead, lines...)}
	blocks[0].gap = 4 * step
	if r.visits == 0 {
		blocks = []block{r.lines(body, bodyLead, r.Lang.T(words.PapersNobody))}
	}
	return blocks
}

// end is where to sign, and says where the audit trail stood.
func (r *register) end(chain string) []block {
	blocks := []block{r.signatures(words.PapersChecked, words.ReportSignature, words.ReportDate)}
	if chain != "" {
		line := r.lines(tiny, tinyLead, r.Lang.T(words.PapersChain, words.With("hash", "\u200e"+chain+"\u200e")))
		line.passing = true
		blocks = append(blocks, line)
	}
	return blocks
}

// signatures are lines to sign on.
func (d *desk) signatures(keys ...words.Key) block {
	sh := d.sheet()
	if d.narrow {
		y := 0.0
		for _, key := range keys {
			y += 24
			sh.Line(paper.Point{Y: y}, paper.Point{X: d.width, Y: y}, 0.6, ink2)
			sh.Text(0, y+9, paper.Start, caption, d.set.Fit(d.Lang.T(key), caption, d.width))
			y += 10
		}
		return block{sheet: sh, height: y, gap: 3 * step}
	}
	d.sign(sh, 28, d.width, keys...)
	return block{sheet: sh, height: 38, gap: 4 * step}
}

// sign draws lines to sign on, side by side.
func (d *desk) sign(sh *paper.Sheet, y, width float64, keys ...words.Key) {
	column := (width + 4*step) / float64(len(keys))
	for i, key := range keys {
		x := float64(i) * column
		sh.Line(paper.Point{X: x, Y: y}, paper.Point{X: x + column - 4*step, Y: y}, 0.6, ink2)
		sh.Text(x, y+9, paper.Start, caption, d.set.Fit(d.Lang.T(key), caption, column-4*step))
	}
}
