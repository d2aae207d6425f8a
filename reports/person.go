package reports

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A Person is everything that the reports about somebody's results over time
// show.
type Person struct {
	Issue
	Patient *records.Patient
	// Results are those that count, in any order.
	Results []records.Observation
	Rules   *guideline.Rules // gives the scale of bands; nil shows values alone
	Who     guideline.Subject
	// Since and Until bound what is shown, of the trend report alone. Zero: from
	// the first, up to the last.
	Since, Until time.Time
	// Checked lets the numbers be checked; nil prints without.
	Checked *Check
}

// AtAGlance writes the newest results of a person, each where it lies, and how
// they went: one or two pages. Nothing is written to w before the pages are
// drawn. Errors are those of ctx and of w, ErrNoLanguage and paper.ErrDrawing.
func AtAGlance(ctx context.Context, w io.Writer, p Person) error {
	return produce(ctx, w, "summary of a person", func() (layout, error) { return composeGlance(ctx, p) })
}

// newPerson is a report about results of many days.
func newPerson(p Person) (*report, error) {
	d, err := newDesk(p.Issue)
	if err != nil {
		return nil, err
	}
	r := &report{desk: d, past: true, Data: Data{
		Encounter: records.Encounter{Patient: p.Patient}, Rules: p.Rules, Who: p.Who, Lang: p.Lang, Site: p.Site,
		Printed: p.Printed, Copy: p.Copy, Paper: p.Paper, Demo: p.Demo, Checked: p.Checked,
	}}
	for _, kind := range vitals.AllPanels() {
		var all []records.Observation
		for _, o := range p.Results {
			if o.Panel == kind && o.State != records.Voided && p.covers(o.Taken) {
				all = append(all, o)
			}
		}
		if n := len(all); n > 0 {
			slices.SortStableFunc(all, func(a, b records.Observation) int { return a.Taken.Compare(b.Taken) })
			r.panels = append(r.panels, panel{kind: kind, result: all[n-1], earlier: all[:n-1]})
		}
	}
	return r, nil
}

// Shown returns the results that a report stands for: all of the time of a
// trend, else the newest of each panel.
func (p Person) Shown(trend bool) []records.Observation {
	newest := map[vitals.Panel]records.Observation{}
	var all []records.Observation
	for _, o := range p.Results {
		if o.State == records.Voided || trend && !p.covers(o.Taken) {
			continue
		}
		all = append(all, o)
		if last, ok := newest[o.Panel]; !ok || o.Taken.After(last.Taken) {
			newest[o.Panel] = o
		}
	}
	if trend {
		return all
	}
	all = nil
	for _, kind := range vitals.AllPanels() {
		if o, ok := newest[kind]; ok {
			all = append(all, o)
		}
	}
	return all
}

func (p Person) covers(t time.Time) bool {
	return !t.Before(p.Since) && (p.Until.IsZero() || t.Before(p.Until))
}

func composeGlance(ctx context.Context, p Person) (layout, error) {
	p.Since, p.Until = time.Time{}, time.Time{}
	r, f, err := onOneSheet(func(tight bool) (*report, *flow, error) { return setGlance(ctx, p, tight) })
	if err != nil {
		return layout{}, err
	}
	name := r.Lang.T(words.ReportPersonTitle)
	return layout{r.desk, name, p.Checked.keywords(), f.end(r.notDiagnosis(), name)}, nil
}

func setGlance(ctx context.Context, p Person, tight bool) (*report, *flow, error) {
	r, err := newPerson(p)
	if err != nil {
		return nil, nil, err
	}
	r.tight = tight
	name := r.Lang.T(words.ReportPersonTitle)
	f := newFlow(r.desk, r.again(r.called(p.Patient), name))
	f.near = tight
	f.place([]block{r.letterhead(name, r.Lang.T(words.ReportTakeAlong)), r.whom(p.Patient, r.identity(p.Patient, p.Printed))})
	if len(r.panels) == 0 {
		f.place([]block{r.lines(body, bodyLead, r.Lang.T(words.ReportNothing))})
	}
	for _, panel := range r.panels {
		f.place(r.glance(panel))
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	f.place(r.trends(r.Lang.T(words.ReportTrend)))
	f.each(r.smallPrint())
	f.place(r.sealed())
	return r, f, nil
}

// glance is the newest result of a panel on a few lines.
func (r *report) glance(p panel) []block {
	sh := r.sheet()
	y := 36 + r.named(sh, p)
	figures, unit := r.figures(p.result)
	big, column := hero, r.width*0.36
	if big.Size = 20; r.narrow {
		big.Size, column = 16, r.width*0.5
	}
	r.measure(sh, y, column-2*step, big, figures, unit)
	right := y - 3
	if j, ok := judgement(p.result, mainPart(p.kind)); ok && j.Band != "" {
		style := strong
		style.Size = 11
		right = r.band(sh, column, right, r.width-column, style, 8, j)
	}
	if pulse, ok := p.result.Values.Get(vitals.Pulse); ok {
		line := r.Lang.T(words.ResultPulse) + " " + r.Lang.Quantity(r.number(pulse), pulse.Unit.Symbol())
		right = sh.Paragraph(column, right, r.width-column, captionLead, caption.In(ink), line)
	}
	blocks := []block{{sheet: sh, height: max(y+step, right-step), gap: 3 * step}}
	if b, ok := r.scales(p); ok {
		blocks = append(blocks, b)
	}
	for _, line := range r.cautions(p.result) {
		blocks = append(blocks, r.lines(caption.In(ink), captionLead, line))
	}
	return append(blocks, r.provenance(p))
}

// TrendReport writes every result of a person in a time, panel by panel: a
// chart over the bands, the figures, and the list.
func TrendReport(ctx context.Context, w io.Writer, p Person) error {
	return produce(ctx, w, "trend report", func() (layout, error) { return composeTrend(ctx, p) })
}

func composeTrend(ctx context.Context, p Person) (layout, error) {
	r, err := newPerson(p)
	if err != nil {
		return layout{}, err
	}
	name := r.Lang.T(words.ReportTrend)
	f := newFlow(r.desk, r.again(r.called(p.Patient), name))
	fields := append(r.identity(p.Patient, p.Printed), field{r.Lang.T(words.ReportTime), r.period(r.bounds(p))})
	f.place([]block{r.letterhead(name, r.Lang.T(words.ReportTakeAlong)), r.whom(p.Patient, fields)})
	if len(r.panels) == 0 {
		f.place([]block{r.lines(body, bodyLead, r.Lang.T(words.ReportNothing))})
	}
	for _, panel := range r.panels {
		r.course(f, panel)
		if err := ctx.Err(); err != nil {
			return layout{}, err
		}
	}
	f.each(r.smallPrint())
	f.place(r.sealed())
	return layout{r.desk, name, p.Checked.keywords(), f.end(r.notDiagnosis(), name)}, nil
}

// bounds returns the first and the last day that is shown.
func (r *report) bounds(p Person) (first, last time.Time) {
	first, last = p.Since, p.Until.Add(-time.Nanosecond)
	for _, panel := range r.panels {
		if p.Since.IsZero() {
			if at := append(panel.earlier, panel.result)[0].Taken; first.IsZero() || at.Before(first) {
				first = at
			}
		}
		if p.Until.IsZero() && panel.result.Taken.After(last) {
			last = panel.result.Taken
		}
	}
	if first.IsZero() {
		first = p.Printed
	}
	if p.Until.IsZero() && last.Before(first) {
		last = p.Printed
	}
	return first, last
}

// period writes two days as one time.
func (d *desk) period(first, last time.Time) string {
	from, to := d.Lang.Date(d.at(first)), d.Lang.Date(d.at(last))
	if from == to {
		return from
	}
	return d.Lang.T(words.ReportPeriod, words.With("from", from), words.With("to", to))
}

// course is one panel of a trend report.
func (r *report) course(f *flow, p panel) {
	all := append(append([]records.Observation{}, p.earlier...), p.result)
	name := r.section(r.Lang.T(words.PanelName(string(p.kind))), r.Lang.N(words.ReportCount, len(all)))
	f.title(name)
	if len(all) > 1 {
		f.place([]block{r.statistics(p, all), r.chart(p, all)})
	}
	l := r.list(column{r.Lang.T(words.ReportMeasured), 0.34}, column{r.Lang.T(words.ReportValue), 0.18},
		column{r.Lang.T(words.ReportJudgement), 0.26}, column{r.Lang.T(words.ReportNotes), 0.22})
	rows := make([]block, 0, len(all))
	for i := range all {
		rows = append(rows, r.resultRow(l, all[len(all)-1-i]))
	}
	l.place(f, rows...)
}

// resultRow is one result of the list, the newest first.
func (r *report) resultRow(l list, o records.Observation) block {
	value := cell{text: r.value(o), strong: true}
	if pulse, ok := o.Values.Get(vitals.Pulse); ok {
		value.under = []cell{text(r.Lang.T(words.ResultPulse) + " " + r.Lang.Quantity(r.number(pulse), pulse.Unit.Symbol()))}
	}
	var notes string
	if o.Panel == vitals.BloodGlucose {
		notes = r.Lang.T(mealKey(o.Meal))
	}
	for _, line := range r.cautions(o) {
		if notes != "" {
			notes += paper.Between
		}
		notes += line
	}
	return l.row(text(r.when(o.Taken)), value, r.range_(o), text(notes))
}

// range_ is the name of the range that a result lies in, with its sign.
func (d *desk) range_(o records.Observation) cell {
	j, ok := judgement(o, mainPart(o.Panel))
	if !ok || j.Band == "" {
		return text("–")
	}
	return text(d.Lang.T(words.Band(j.Band))).in(severity(j), j.Low())
}

// A figure is what is said of the values of one measure.
type figure struct {
	n                  int
	sum, lowest, above float64
}

func figureOf(all []records.Observation, m vitals.Measure, u vitals.Unit) (f figure) {
	for _, pt := range points(all, m, u) {
		if f.n == 0 {
			f.lowest, f.above = pt.value, pt.value
		}
		f.n++
		f.sum += pt.value
		f.lowest, f.above = min(f.lowest, pt.value), max(f.above, pt.value)
	}
	return f
}

// statistics are the average, the lowest and the highest of each measure. A
// value beyond what its instrument can measure has no number, so it is in none
// of them.
func (r *report) statistics(p panel, all []records.Observation) block {
	var exact []records.Observation
	for _, o := range all {
		if !slices.ContainsFunc(o.Values, func(v vitals.Value) bool { return v.Quantity.Comparator != vitals.Exactly }) {
			exact = append(exact, o)
		}
	}
	fields := make([]field, 0, 4)
	for _, m := range append(slices.Clone(p.kind.Main()), vitals.Pulse) {
		q, ok := p.result.Values.Get(m)
		f := figureOf(exact, m, q.Unit)
		if !ok || f.n == 0 || p.kind == vitals.Oximetry && m == vitals.Pulse {
			continue
		}
		decimals := 0
		if q.Unit == vitals.MmolPerL || q.Unit == vitals.Kilogram || q.Unit == vitals.Celsius {
			decimals = 1
		}
		write := func(v float64) string { return r.Lang.Number(fixed(v, decimals)) }
		fields = append(fields, field{r.measureName(m) + " (\u200e" + q.Unit.Symbol() + "\u200e)", fmt.Sprintf("%s %s\n%s %s\n%s %s",
			r.Lang.T(words.ReportMean), write(f.sum/float64(f.n)), r.Lang.T(words.ReportLowest), write(f.lowest),
			r.Lang.T(words.ReportHighest), write(f.above))})
	}
	sh := r.sheet()
	if len(fields) == 0 {
		return block{sheet: sh}
	}
	return block{sheet: sh, height: r.columns(sh, 2*step, fields), gap: step}
}

// measureName is what a measure is called beside others of its panel.
func (d *desk) measureName(m vitals.Measure) string {
	if key, ok := measureNames[m]; ok {
		return d.Lang.T(key)
	}
	if m == vitals.Pulse {
		return d.Lang.T(words.ResultPulse)
	}
	return d.Lang.T(words.ReportValue)
}
