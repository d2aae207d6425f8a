package clinic

import (
	"math"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// latest offers everything that was measured, or one measure with its newest
// value: for the table and for the chart.
func (p *personPage) latest(s dossier.State, latest []dossier.Latest) fyne.CanvasObject {
	c := p.c
	choose := func(style kit.OptionStyle, m vitals.Measure) fyne.CanvasObject {
		style.Leading = true
		o := kit.NewOption(c.look, style, func() {
			if m != "" {
				p.measure = m
			}
			p.filter(func(f *dossier.Filter) { f.Measure = m })
		})
		o.SetSelected(s.Filter.Measure == m)
		return kit.NewGrow(1, o)
	}
	all := []fyne.CanvasObject{choose(kit.OptionStyle{Label: c.t(words.DossierEverything)}, "")}
	for _, l := range latest {
		style := kit.OptionStyle{Label: c.latestOf(l), Note: c.measureName(l.Measure) + separated(c.dayOf(l.Taken))}
		if i := slices.IndexFunc(l.Judged, func(j records.Judgement) bool { return j.Subject == subjectOf(l) }); i >= 0 {
			_, style.Band, style.Marked = c.bandOf(l.Judged[i])
		}
		all = append(all, choose(style, l.Measure))
	}
	return c.wrap(mostInRow+1, all...)
}

// latestOf is the value of a measure; the upper pressure stands with the lower.
func (c *Clinic) latestOf(l dossier.Latest) string {
	if l.Measure == vitals.Systolic {
		return c.valueOf(l.Observation)
	}
	q, _ := l.Values.Get(l.Measure)
	return c.quantity(q)
}

// subjectOf is what the judgement of a measure is about.
func subjectOf(l dossier.Latest) string {
	if l.Measure == vitals.Systolic {
		return string(vitals.BloodPressure)
	}
	return string(l.Measure)
}

// trend is the chart with what is drawn, the period, and buttons for fingers.
func (p *personPage) trend(s dossier.State) fyne.CanvasObject {
	c := p.c
	now := c.desk.Now()
	t := s.TrendOf(p.measure, c.equipment.Rules, now)
	chart := kit.NewChart(c.look, c.chartStyle(t, now))
	var periods []fyne.CanvasObject
	options := map[time.Duration]*kit.Option{}
	show := func(d time.Duration) {
		p.period = d
		chart.ShowSpan(float64(now.Add(-d).Unix()), float64(now.Unix()))
		for each, o := range options {
			o.SetSelected(each == d)
		}
	}
	for _, choice := range []struct {
		key words.Key
		d   time.Duration
	}{{words.DossierMonth, month}, {words.DossierQuarter, quarter}, {words.DossierYear, year}, {words.DossierFiveYears, years}} {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(choice.key)}, func() { show(choice.d) })
		options[choice.d] = o
		periods = append(periods, kit.NewGrow(kit.PreferredWidth(o), o))
	}
	show(p.period)
	zoom := func(key words.Key, factor float64) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: kit.Secondary}, func() { chart.Zoom(factor) })
	}
	return kit.NewColumn(kit.Space8,
		c.row(kit.Space8, kit.NewGrow(1, c.strong(c.measureName(p.measure))), zoom(words.DossierWider, 2), zoom(words.DossierCloser, 0.5)),
		kit.NewGrow(1, chart),
		c.periodRows(periods))
}

// periodRows are side by side, or two by two where letters are large.
func (c *Clinic) periodRows(all []fyne.CanvasObject) fyne.CanvasObject {
	if c.look.Text > kit.TextNormal {
		return c.wrap(2, all...)
	}
	return kit.NewRow(c.look, kit.Space8, kit.CrossFill, all...)
}

// mostInRow is how many choices stand side by side.
const mostInRow = 4

// wrap puts choices into rows.
func (c *Clinic) wrap(most int, all ...fyne.CanvasObject) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for len(all) > 0 {
		n := min(most, len(all))
		rows = append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossFill, all[:n]...))
		all = all[n:]
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// measureName is what a measure is called: a short name where it has one, that
// of its panel otherwise.
func (c *Clinic) measureName(m vitals.Measure) string {
	switch {
	case m == vitals.Systolic:
		return c.t(words.DossierBoth)
	case slices.Contains(dossier.Measures(), m):
		return c.t(words.QuantityName(string(m)))
	}
	for _, p := range vitals.AllPanels() {
		if main := p.Main(); len(main) > 0 && main[0] == m {
			return c.t(words.PanelName(string(p)))
		}
	}
	return ""
}

// chartStyle draws a trend over five years.
func (c *Clinic) chartStyle(t dossier.Trend, now time.Time) kit.ChartStyle {
	style := kit.ChartStyle{
		First: float64(now.Add(-years).Unix()), Last: float64(now.Add(day).Unix()), Least: (7 * day).Seconds(),
		Hint: c.t(words.DossierChartHint), Empty: c.t(words.DossierChartEmpty), Dates: c.dateMarks,
	}
	var first, second []float64
	for _, p := range t.Points {
		x := float64(p.At.Unix())
		style.First = min(style.First, x)
		style.Points = append(style.Points, kit.TrendPoint{X: x, Value: p.Y, Second: p.SecondY, Excluded: p.Excluded, Doubtful: p.Doubtful})
		first, second = append(first, p.Y), append(second, p.SecondY)
	}
	if len(t.Points) == 0 {
		return style // an axis without a value would say something
	}
	style.Panes = []kit.ChartPane{c.chartPane(t.Measure, first, t.Bands)}
	if t.Second != "" {
		style.Panes = append(style.Panes, c.chartPane(t.Second, second, t.SecondBands))
	}
	style.Say = func(i int) string { return c.pointSaid(t.Points[i]) }
	return style
}

// chartPane is the picture of one measure, with room above and below its values.
func (c *Clinic) chartPane(m vitals.Measure, values []float64, bands []guideline.Span) kit.ChartPane {
	low, high := slices.Min(values), slices.Max(values)
	step := niceStep(high - low)
	pane := kit.ChartPane{
		Name: c.t(words.QuantityName(string(m))), Low: math.Floor(low/step-1) * step, High: math.Ceil(high/step+1) * step,
	}
	for v := pane.Low + step; v < pane.High; v += step {
		pane.Values = append(pane.Values, kit.AxisMark{At: v, Label: c.lang.Number(trimmed(v))})
	}
	for _, b := range bands {
		from, to := max(b.From.Float(), pane.Low), min(b.To.Float(), pane.High)
		if from < to {
			pane.Bands = append(pane.Bands, kit.ChartBand{Band: bandShape(b.Severity), Name: c.t(words.Band(b.Band)), From: from, To: to})
		}
	}
	return pane
}

// pointSaid is one point in words: when, what, its range, and why it does not
// count.
func (c *Clinic) pointSaid(p dossier.Point) string {
	text := c.when(p.At) + ": " + c.quantity(p.Value)
	if p.Second.Unit != "" {
		text = c.when(p.At) + ": " + c.valueOf(p.Row.Observation)
	}
	if len(p.Row.Judged) > 0 && !p.Excluded {
		name, _, _ := c.bandOf(p.Row.Judged[0])
		text += ". " + name
	}
	if cautions := c.cautions(p.Row.Observation); cautions != "" {
		text += ". " + cautions
	}
	if p.Row.Excluded != "" {
		text += ". " + c.t(words.DossierExcluded, words.With("why", c.exclusion(p.Row.Excluded)))
	}
	return text
}

func trimmed(v float64) string {
	d, err := vitals.ParseDecimal(formatTenth(v))
	if err != nil {
		return formatTenth(v)
	}
	return d.String()
}

func formatTenth(v float64) string {
	if v == math.Trunc(v) {
		return vitals.Int(int(v)).String()
	}
	d, err := vitals.Scaled(int64(math.Round(v*10)), 1)
	if err != nil {
		return ""
	}
	return d.String()
}

// niceStep is a round distance of about a fifth of a range.
func niceStep(span float64) float64 {
	if span <= 0 {
		span = 10
	}
	raw := span / 4
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, n := range []float64{1, 2, 5, 10} {
		if n*unit >= raw {
			return max(n*unit, 0.5)
		}
	}
	return 10 * unit
}

// dateMarks marks the first of months or years, or single days when the view is
// short.
func (c *Clinic) dateMarks(start, end float64, most int) []kit.AxisMark {
	from, to := time.Unix(int64(start), 0).In(c.desk.Zone()), time.Unix(int64(end), 0).In(c.desk.Zone())
	days := to.Sub(from).Hours() / 24
	at := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, from.Location())
	var step func(t time.Time) time.Time
	if days < 70 {
		at = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, from.Location())
		each := max(int(math.Ceil(days/float64(most))), 1)
		step = func(t time.Time) time.Time { return t.AddDate(0, 0, each) }
	} else {
		each := max(int(math.Ceil(days/30/float64(most))), 1)
		step = func(t time.Time) time.Time { return t.AddDate(0, each, 0) }
	}
	var marks []kit.AxisMark
	for ; !at.After(to); at = step(at) {
		if !at.Before(from) {
			marks = append(marks, kit.AxisMark{At: float64(at.Unix()), Label: c.dayOf(at)})
		}
	}
	return marks
}
