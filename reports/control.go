package reports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/reports/paper"
)

// Control is everything that a control chart shows.
type Control struct {
	Instrument quality.Instrument
	Name       string // of the instrument, as people know it
	Lot        quality.Lot
	// Runs are all control runs of the instrument, in the order they were made:
	// those of other solutions are what some rules look back at.
	Runs    []quality.Run
	Lang    words.Lang
	Site    Letterhead
	Zone    *time.Location
	Printed time.Time // the same Control gives the same bytes
	Paper   Paper
}

// The measures of the chart, in points.
const (
	maxRuns      = 60 // the latest runs that are drawn
	controlHigh  = 260.0
	controlAxis  = 58.0
	controlSides = 4   // standard deviations to either side
	dotRadius    = 2.6 // of a run
	markRadius   = 4.2 // of one that broke a rule
	maxListed    = 14  // the latest runs that broke a rule, in words
	controlLead  = 12.0
)

// A judgedRun is a run of the solution with the verdict on it.
type judgedRun struct {
	quality.Run
	quality.Verdict
}

// controlPage is a control chart while it is laid out.
type controlPage struct {
	Control
	set   *paper.Setter
	width float64
	runs  []judgedRun // of the solution
}

// ControlChart writes the Levey-Jennings chart of one control solution on one
// instrument as a page of PDF. Nothing is written to w before it is drawn.
// Errors are those of ctx and of w, ErrNoLanguage and paper.ErrDrawing.
func ControlChart(ctx context.Context, w io.Writer, c Control) error {
	setter, page, err := composeControl(c)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = setter.Write(w, paper.Document{
			Title: c.Lang.T(words.QualityTitle) + " " + c.Lot.Number, Author: c.Site.Name, Created: c.Printed, Pages: []*paper.Sheet{page},
		})
	}
	if err != nil {
		return fmt.Errorf("control chart of %s: %w", c.Instrument, err)
	}
	return nil
}

func composeControl(c Control) (setter *paper.Setter, page *paper.Sheet, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", paper.ErrDrawing, cause)
		}
	}()
	if c.Lang == (words.Lang{}) {
		return nil, nil, ErrNoLanguage
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	setter, err = paper.NewSetter(c.Paper.size(), c.Lang.Direction() == words.RTL)
	if err != nil {
		return nil, nil, err
	}
	p := controlPage{Control: c, set: setter, width: c.Paper.size().Width - 2*marginSide}
	for i, run := range c.Runs {
		if run.Control == c.Lot.Number && run.Instrument == c.Instrument {
			p.runs = append(p.runs, judgedRun{run, quality.Judge(c.Runs[:i+1])})
		}
	}
	page = setter.Sheet(c.Paper.size().Width)
	page.Place(p.sheet(), marginSide, marginTop)
	return setter, page, nil
}

// sheet sets the whole page.
func (p *controlPage) sheet() *paper.Sheet {
	sh := p.set.Sheet(p.width)
	y := p.head(sh)
	if len(p.runs) == 0 {
		sh.Text(0, y+bodyLead, paper.Start, body, p.Lang.T(words.QualityNone))
		return sh
	}
	drawn := p.runs[max(0, len(p.runs)-maxRuns):]
	chart := p.set.Chart(p.width)
	p.chart(chart, drawn)
	sh.Place(chart, 0, y+3*step)
	y += controlHigh + 9*step
	sh.Text(0, y, paper.Start, caption, p.Lang.T(words.QualityWarning))
	sh.Text(0, y+captionLead, paper.Start, caption, p.Lang.T(words.QualityOut))
	p.list(sh, y+captionLead+5*step)
	return sh
}

// head says what was checked with what, and what came of it.
func (p *controlPage) head(sh *paper.Sheet) (y float64) {
	sh.Text(0, 14, paper.Start, title.In(accent), p.set.Fit(p.Site.Name, title, p.width*0.55))
	sh.Text(p.width, 14, paper.End, title, p.Lang.T(words.QualityTitle))
	sh.Rect(0, 24, p.width, 1.4, accent)
	var values []quality.Run
	rejected := 0
	for _, r := range p.runs {
		values = append(values, r.Run)
		if r.Rejected() {
			rejected++
		}
	}
	stats := quality.Describe(values)
	unit := p.Lot.Target.Mean.Unit.Symbol()
	lines := []string{
		strings.TrimSpace(p.Name + " \u200e" + p.Instrument.Serial + "\u200e"),
		p.Lang.T(words.QualitySolution, words.With("lot", p.Lot.Number)),
		p.Lang.T(words.QualityTarget, words.With("mean", p.Lang.Quantity(p.Lot.Target.Mean.Value.String(), unit)), words.With("sd", p.Lang.Number(p.Lot.Target.SD.String()))),
	}
	if p.Lot.Level != "" {
		lines[1] += " · " + p.Lang.T(words.QualityLevel, words.With("level", p.Lot.Level))
	}
	if stats.N > 0 {
		lines = append(lines,
			p.Lang.T(words.QualityMeasured, words.With("mean", p.Lang.Quantity(p.decimal(stats.Mean), unit)),
				words.With("sd", p.Lang.Number(p.decimal(stats.SD))), words.With("cv", p.Lang.Quantity(p.decimal(stats.CV), "%"))),
			p.Lang.N(words.QualityRuns, stats.N)+" · "+p.Lang.N(words.QualityRejected, rejected))
	}
	y = 24 + 5*step
	for i, line := range lines {
		style := body
		if i == 0 {
			style = strong
		}
		sh.Text(0, y, paper.Start, style, p.set.Fit(line, style, p.width))
		y += bodyLead
	}
	sh.Text(p.width, 24+5*step, paper.End, caption, p.Lang.T(words.ReportPrinted, words.With("time", p.Lang.DateTime(p.Printed.In(p.Zone)))))
	return y
}

func (p *controlPage) decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// level is the height of so many standard deviations.
func level(deviations float64) float64 {
	d := min(max(deviations, -controlSides), controlSides)
	return (controlSides - d) / (2 * controlSides) * controlHigh
}

// chart draws the lines of the standard deviations and the runs, evenly spaced.
func (p *controlPage) chart(sh *paper.Sheet, runs []judgedRun) {
	left, right := controlAxis, p.width-2*step
	sh.Rect(left, level(2), right-left, level(-2)-level(2), wash)
	for d := -controlSides + 1; d < controlSides; d++ {
		y := level(float64(d))
		stroke := paper.Stroke{Width: 0.5, Ink: 0x8d9ba6, Dash: 2.5}
		switch d {
		case 0:
			stroke = paper.Stroke{Width: 1, Ink: ink2}
		case -3, 3:
			stroke = paper.Stroke{Width: 1, Ink: ink2, Dash: 5}
		}
		sh.Path([]paper.Point{{X: left, Y: y}, {X: right, Y: y}}, stroke)
		sh.Text(left-step, y+2.4, paper.End, tiny, p.axis(d))
	}
	sh.Frame(left, 0, right-left, controlHigh, paper.Stroke{Width: 0.5, Ink: 0x8d9ba6})
	places := make([]paper.Point, len(runs))
	for i, r := range runs {
		x := left + (float64(i)+0.5)/float64(len(runs))*(right-left)
		places[i] = paper.Point{X: x, Y: level(r.Target.Deviations(r.Value.Value))}
	}
	sh.Path(places, paper.Stroke{Width: 0.9, Ink: accent})
	for i, r := range runs {
		p.dot(sh, places[i], r.Verdict)
	}
	first, last := runs[0].At.In(p.Zone), runs[len(runs)-1].At.In(p.Zone)
	sh.Text(left, controlHigh+10, paper.Start, tiny, p.Lang.Date(first))
	if len(runs) > 1 {
		sh.Text(right, controlHigh+10, paper.End, tiny, p.Lang.Date(last))
	}
}

// axis names a line: the value, and how many standard deviations it is away.
func (p *controlPage) axis(d int) string {
	value, signed := p.Lot.Target.Mean.Value, ""
	none := value.Sub(value)
	by := p.Lot.Target.SD
	if d > 0 {
		by = none.Sub(by)
	}
	for range max(d, -d) {
		value = value.Sub(by)
	}
	if d != 0 {
		signed = fmt.Sprintf("  %+d s", d)
	}
	return "\u200e" + p.Lang.Number(value.String()) + signed + "\u200e"
}

// dot draws a run by its verdict: a dot, a ring for a warning, a diamond with
// the rules for one out of control.
func (p *controlPage) dot(sh *paper.Sheet, at paper.Point, v quality.Verdict) {
	switch {
	case v.Rejected():
		r := markRadius
		sh.Fill([]paper.Point{{X: at.X, Y: at.Y - r}, {X: at.X + r, Y: at.Y}, {X: at.X, Y: at.Y + r}, {X: at.X - r, Y: at.Y}}, ink)
		label := tiny.In(ink)
		label.Face = paper.Bold
		if at.X > p.width-10*step { // no room beside it
			sh.Text(at.X, at.Y+r+7, paper.Middle, label, ruleList(v))
			return
		}
		sh.Text(at.X+r+2, at.Y+2.4, paper.Start, label, ruleList(v))
	case len(v.Broken) > 0:
		sh.Ring(at, dotRadius+0.6, paper.Stroke{Width: 1.3, Ink: accent})
	default:
		sh.Disc(at, dotRadius, accent)
	}
}

// ruleList names the rules that reject, or the one that warns.
func ruleList(v quality.Verdict) string {
	var names []string
	for _, r := range v.Broken {
		if r != quality.Rule12s || !v.Rejected() {
			names = append(names, string(r))
		}
	}
	return "\u200e" + strings.Join(names, " ") + "\u200e"
}

// list names the latest runs that broke a rule.
func (p *controlPage) list(sh *paper.Sheet, y float64) {
	var broken []judgedRun
	for _, r := range p.runs {
		if len(r.Broken) > 0 {
			broken = append(broken, r)
		}
	}
	if len(broken) == 0 {
		return
	}
	columns := []float64{0, p.width * 0.3, p.width * 0.5}
	for i, key := range []words.Key{words.ReportDate, words.ReportValue, words.QualityRule} {
		sh.Text(columns[i], y, paper.Start, caption, p.Lang.T(key))
	}
	sh.Line(paper.Point{Y: y + 4}, paper.Point{X: p.width, Y: y + 4}, hair, hairline)
	for _, r := range broken[max(0, len(broken)-maxListed):] {
		y += controlLead + 2
		rule := ruleList(r.Verdict)
		if r.Comment != "" {
			rule += " · " + r.Comment
		}
		sh.Text(columns[0], y, paper.Start, table, p.Lang.DateTime(r.At.In(p.Zone)))
		sh.Text(columns[1], y, paper.Start, table, p.Lang.Quantity(r.Value.Value.String(), r.Value.Unit.Symbol()))
		sh.Text(columns[2], y, paper.Start, table, p.set.Fit(rule, table, p.width-columns[2]))
	}
}
