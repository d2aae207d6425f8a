package reports

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A QualityReport is what an inspection asks for: the lots in use, the control
// runs with their charts, calibrations, overrides and who was certified.
type QualityReport struct {
	Issue
	Since, Until time.Time
	Instruments  []Instrument
	Log          *quality.Log
	// Called returns what people call a model; Staff names the accounts.
	Called func(model string) string
	Staff  map[string]string
	// Plan is what the site asks of a model.
	Plan func(model string) quality.Plan
}

// WriteQuality writes the report. Errors are those of ctx and of w,
// ErrNoLanguage and paper.ErrDrawing.
func WriteQuality(ctx context.Context, w io.Writer, q QualityReport) error {
	return produce(ctx, w, "quality report", func() (layout, error) { return composeQuality(ctx, q) })
}

func composeQuality(ctx context.Context, q QualityReport) (layout, error) {
	d, err := newDesk(q.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.PapersQuality)
	period := d.period(q.Since, q.Until.Add(-time.Nanosecond))
	p := &qualityPages{desk: d, QualityReport: q, flow: newFlow(d, d.again(d.Site.Name, name))}
	p.flow.place([]block{d.letterhead(name, ""), d.lines(body, bodyLead, period)})
	p.flow.title(d.section(d.Lang.T(words.PapersInstruments), ""))
	d.inventory(p.flow, q.Instruments)
	p.lots()
	p.storages()
	for _, i := range q.Instruments {
		p.controls(i)
		if err := ctx.Err(); err != nil {
			return layout{}, err
		}
	}
	p.samples()
	p.rest()
	p.flow.place([]block{d.signatures(words.PapersChecked, words.ReportSignature, words.ReportDate)})
	return layout{desk: d, title: name, pages: p.flow.end("", name)}, nil
}

// qualityPages are the report while it is laid out.
type qualityPages struct {
	*desk
	QualityReport
	flow *flow
}

func (p *qualityPages) within(t time.Time) bool {
	return !t.Before(p.Since) && t.Before(p.Until)
}

// table sets a section with a list, or says that nothing is on record.
func (p *qualityPages) table(title words.Key, l list, rows []block) {
	p.flow.title(p.section(p.desk.Lang.T(title), ""))
	if len(rows) == 0 {
		p.flow.place([]block{p.lines(body, bodyLead, p.desk.Lang.T(words.PapersNothing))})
		return
	}
	l.place(p.flow, rows...)
}

// lots are those that were in use at any moment of the time.
func (p *qualityPages) lots() {
	t := p.desk.Lang.T
	l := p.list(column{t(words.PapersLot), 0.2}, column{t(words.PapersKind), 0.22}, column{t(words.ReportInstrument), 0.24},
		column{t(words.PapersOpened), 0.17}, column{t(words.PapersExpires), 0.17})
	var rows []block
	for _, lot := range p.Log.Lots {
		if !lot.Opened.Before(p.Until) || !lot.Expires.After(p.Since) {
			continue
		}
		kind, whose := t(words.PapersStrips), latin(p.Called(lot.Model))
		switch {
		case lot.Kind == quality.Standard:
			whose = t(words.PanelName(string(lot.Panel)))
		case lot.Kind.Blind():
			kind = t(words.QCSample)
		}
		if lot.Kind == quality.Control || lot.Kind == quality.Standard {
			kind = t(words.PapersSolution)
			if lot.Level != "" {
				kind += paper.Between + t(words.QualityLevel, words.With("level", lot.Level))
			}
		}
		until := p.lastDay(lot.Expires)
		if lot.Expires.Before(p.Until) {
			until += "\n" + t(words.PapersLockLotExpired)
		}
		if _, spoilt := p.Log.Spoilt(p.Plan(lot.Model), lot); lot.Kind == quality.Reagent && spoilt {
			until += "\n" + t(words.PapersLockLotSpoilt)
		}
		rows = append(rows, l.row(text(latin(lot.Number)), text(kind), text(whose),
			text(p.desk.Lang.Date(p.at(lot.Opened))), text(until)))
	}
	p.table(words.PapersLots, l, rows)
}

// storages are the temperatures where strips are kept, with the lots that each holds.
func (p *qualityPages) storages() {
	t := p.desk.Lang.T
	l := p.list(column{t(words.ReportDate), 0.22}, column{t(words.PapersStorage), 0.2}, column{t(words.PapersStorageBetween), 0.2},
		column{t(words.PapersStorageHeld), 0.16}, column{t(words.PapersRemark), 0.22})
	var rows []block
	for _, r := range p.Log.StoragesIn(p.Since, p.Until) {
		between := p.desk.Lang.Number(r.Low.String()) + "–" + p.desk.Lang.Quantity(r.High.String(), "°C")
		remark := r.Comment
		if r.Corrects {
			remark = strings.TrimSpace(t(words.PapersStorageRight) + "\n" + remark)
		}
		rows = append(rows, l.row(text(p.desk.Lang.DateTime(p.at(r.At))), text(r.Store), text("\u200e"+between+"\u200e"),
			text(latin(strings.Join(p.heldBy(r), ", "))), text(remark)))
	}
	if len(rows) > 0 {
		p.table(words.PapersStorages, l, rows)
	}
}

// heldBy are the lots that a reading holds.
func (p *qualityPages) heldBy(r quality.Storage) (numbers []string) {
	for _, lot := range p.Log.Lots {
		if by, spoilt := p.Log.Spoilt(p.Plan(lot.Model), lot); lot.Kind == quality.Reagent && spoilt && by == r && !slices.Contains(numbers, lot.Number) {
			numbers = append(numbers, lot.Number)
		}
	}
	return numbers
}

// controls are the runs of one instrument, each solution with its chart.
func (p *qualityPages) controls(i Instrument) {
	t := p.desk.Lang.T
	var solutions []quality.Lot
	seen := map[string]bool{}
	l := p.list(column{t(words.ReportDate), 0.2}, column{t(words.PapersSolution), 0.18}, column{t(words.ReportValue), 0.13},
		column{t(words.PapersDeviation), 0.11}, column{t(words.PapersVerdict), 0.18}, column{t(words.PapersRemark), 0.2})
	var rows []block
	for n, run := range i.Controls {
		if !p.within(run.At) {
			continue
		}
		lot, ok := p.Log.Solution(run.Control)
		if ok && !seen[run.Control] {
			solutions = append(solutions, lot)
		}
		seen[run.Control] = true
		remark := run.Comment
		if run.Reagent != "" {
			remark = strings.TrimSpace(t(words.PapersStrips) + " \u200e" + run.Reagent + "\u200e\n" + remark)
		}
		remark = strings.TrimSpace(p.pairs(run) + "\n" + remark)
		deviations := run.Target.Deviations(run.Value.Value)
		sign := "+"
		if deviations < 0 {
			sign = "-"
			deviations = -deviations
		}
		rows = append(rows, l.row(text(p.desk.Lang.DateTime(p.at(run.At))), text(latin(run.Control)+" "+lot.Level),
			text(p.desk.Lang.Quantity(run.Value.Value.String(), run.Value.Unit.Symbol())),
			text("\u200e"+sign+p.desk.Lang.Number(fixed(deviations, 1))+" s\u200e"),
			text(p.verdict(quality.Judge(i.Controls[:n+1]))), text(remark)))
	}
	if len(rows) == 0 {
		return
	}
	p.flow.title(p.section(t(words.PapersRuns)+paper.Between+latin(i.Name), i.ID.Serial))
	l.place(p.flow, rows...)
	for _, lot := range solutions {
		runs := i.Controls
		for n := len(runs); n > 0 && !runs[n-1].At.Before(p.Until); n-- {
			runs = runs[:n-1]
		}
		p.flow.place(p.controlPage(Solution{Instrument: i.ID, Name: i.Name, Lot: lot, Runs: runs}).blocks())
	}
}

// samples are the results of proficiency and linearity samples, beside what they
// should be where that is known by now. Whoever may measure one is given none.
func (p *qualityPages) samples() {
	t := p.desk.Lang.T
	l := p.list(column{t(words.ReportDate), 0.24}, column{t(words.ReportInstrument), 0.28}, column{t(words.QCSample), 0.16},
		column{t(words.ReportValue), 0.16}, column{t(words.QCExpected), 0.16})
	quantity := func(q vitals.Quantity) string {
		if q.Unit == "" {
			return "–"
		}
		return string(q.Comparator) + p.desk.Lang.Quantity(q.Value.String(), q.Unit.Symbol())
	}
	var rows []block
	for _, s := range p.Log.Samples {
		if !p.within(s.At) {
			continue
		}
		lot, _ := p.Log.Sample(s.Control)
		rows = append(rows, l.row(text(p.desk.Lang.DateTime(p.at(s.At))), text(latin(p.Called(s.Instrument.Model))+"\n"+latin(s.Instrument.Serial)),
			text(latin(s.Control)), text(quantity(s.Value)), text(quantity(lot.Target.Mean))))
	}
	if len(rows) > 0 {
		p.table(words.QCSamples, l, rows)
	}
}

// usesOf are the times of the measurements that an override let through.
func (p *qualityPages) usesOf(o quality.Override) (times []string) {
	for _, u := range p.Log.Uses {
		if u.Instrument == o.Instrument && !u.At.Before(o.At) && u.At.Before(o.Until) && len(times) < o.Tests {
			times = append(times, p.desk.Lang.DateTime(p.at(u.At)))
		}
	}
	return times
}

// rest is what else is on record.
func (p *qualityPages) rest() {
	t := p.desk.Lang.T
	name := func(i quality.Instrument) string { return latin(p.Called(i.Model)) + "\n" + latin(i.Serial) }
	l := p.list(column{t(words.ReportDate), 0.24}, column{t(words.ReportInstrument), 0.3}, column{t(words.PapersCalibration), 0.2}, column{t(words.PapersRemark), 0.26})
	var rows []block
	for _, c := range p.Log.Calibrations {
		if p.within(c.At) {
			rows = append(rows, l.row(text(p.desk.Lang.DateTime(p.at(c.At))), text(name(c.Instrument)), text(p.lastDay(c.Due)), text(c.Comment)))
		}
	}
	p.table(words.PapersCalibrations, l, rows)

	l = p.list(column{t(words.ReportDate), 0.24}, column{t(words.ReportInstrument), 0.3}, column{t(words.PapersAllowed), 0.2}, column{t(words.PapersReason), 0.26})
	rows = nil
	for _, o := range p.Log.Overrides {
		if p.within(o.At) {
			used := p.usesOf(o)
			allowed := []string{p.desk.Lang.N(words.PapersLeft, o.Tests), p.desk.Lang.N(words.PapersUsedOf, len(used))}
			rows = append(rows, l.row(text(p.desk.Lang.DateTime(p.at(o.At))), text(name(o.Instrument)),
				text(strings.Join(append(allowed, used...), "\n")), text(o.Reason)))
		}
	}
	p.table(words.PapersOverrides, l, rows)

	l = p.list(column{t(words.PapersWho), 0.4}, column{t(words.PapersFor), 0.34}, column{t(words.PapersExpires), 0.26})
	rows = nil
	for _, c := range p.Log.Certificates {
		if c.At.Before(p.Until) && c.Until.After(p.Since) {
			who := p.Staff[c.Account]
			if who == "" {
				who = c.Account
			}
			rows = append(rows, l.row(text(who), text(t(words.PanelName(string(c.Panel)))), text(p.lastDay(c.Until))))
		}
	}
	p.table(words.PapersCertificates, l, rows)
}
