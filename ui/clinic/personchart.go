package clinic

import (
	"math"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// trend is the chart with what is drawn, the period, and buttons for fingers.
func (p *personPage) trend(s dossier.State) fyne.CanvasObject {
	c := p.c
	now := c.desk.Now()
	t := s.TrendOf(p.measure, c.equipment.Rules, now)
	chart := kit.NewChart(c.look, c.chartStyle(t, now))
	var measures, periods []fyne.CanvasObject
	for _, m := range dossier.Measures() {
		if len(s.TrendOf(m, c.equipment.Rules, now).Points) == 0 && m != p.measure {
			continue
		}
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.measureName(m)}, func() {
			p.measure = m
			c.render()
		})
		o.SetSelected(m == p.measure)
		measures = append(measures, o)
	}
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
		periods = append(periods, kit.NewGrow(1, o))
	}
	show(p.period)
	zoom := func(key words.Key, factor float64) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: kit.Secondary}, func() { chart.Zoom(factor) })
	}
	return kit.NewColumn(kit.Space8,
		c.wrap(mostInRow, measures...),
		kit.NewGrow(1, chart),
		c.periodRows(periods),
		c.row(kit.Space8, kit.NewSpacer(), zoom(words.DossierWider, 2), zoom(words.DossierCloser, 0.5)))
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
		rows = append(rows, c.row(kit.Space8, all[:n]...))
		all = all[n:]
	}
	return kit.NewColumn(kit.Space8, rows...)
}

func (c *Clinic) measureName(m vitals.Measure) string {
	if m == vitals.Systolic {
		return c.t(words.DossierBoth)
	}
	return c.t(words.QuantityName(string(m)))
}

// chartStyle draws a trend over five years.
func (c *Clinic) chartStyle(t dossier.Trend, now time.Time) kit.ChartStyle {
	style := kit.ChartStyle{
		First: float64(now.Add(-years).Unix()), Last: float64(now.Add(day).Unix()), Least: (7 * day).Seconds(),
		Two: t.Second != "", Hint: c.t(words.DossierChartHint), Empty: c.t(words.DossierChartEmpty), Dates: c.dateMarks,
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, p := range t.Points {
		x := float64(p.At.Unix())
		style.First = min(style.First, x)
		style.Points = append(style.Points, kit.TrendPoint{X: x, Value: p.Y, Second: p.SecondY, Excluded: p.Excluded})
		low, high = min(low, p.Y), max(high, p.Y)
		if style.Two {
			low = min(low, p.SecondY)
		}
	}
	if len(t.Points) == 0 {
		return style // an axis without a value would say something
	}
	step := niceStep(high - low)
	style.Low, style.High = math.Floor(low/step-1)*step, math.Ceil(high/step+1)*step
	for v := style.Low + step; v < style.High; v += step {
		style.Values = append(style.Values, kit.AxisMark{At: v, Label: c.lang.Number(trimmed(v))})
	}
	for _, b := range t.Bands {
		from, to := max(b.From.Float(), style.Low), min(b.To.Float(), style.High)
		if from < to {
			style.Bands = append(style.Bands, kit.ChartBand{Band: bandShape(b.Severity), Name: c.t(words.Band(b.Band)), From: from, To: to})
		}
	}
	style.Say = func(i int) string { return c.pointSaid(t.Points[i]) }
	return style
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
