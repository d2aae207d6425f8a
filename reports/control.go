package reports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/reports/paper"
)

// A Solution is one control solution on one instrument.
type Solution struct {
	Instrument quality.Instrument
	Name       string // of the instrument, as people know it
	Lot        quality.Lot
	// Runs are all control runs of the instrument, in the order they were made:
	// those of other solutions are what some rules look back at.
	Runs []quality.Run
}

// Control is everything that a control chart shows.
type Control struct {
	Issue
	Solution
}

// The measures of the chart, in points.
const (
	maxRuns      = 60 // the latest runs that are drawn
	controlTall  = 260.0
	controlLow   = 170.0 // on a receipt
	controlAxis  = 58.0
	controlSides = 4   // standard deviations to either side
	dotRadius    = 2.6 // of a run
	markRadius   = 4.2 // of one that broke a rule
	maxListed    = 14  // the latest runs that broke a rule, in words
)

// A judgedRun is a run of the solution with the verdict on it.
type judgedRun struct {
	quality.Run
	quality.Verdict
}

// controlPage is a control chart while it is laid out.
type controlPage struct {
	*desk
	Solution
	runs []judgedRun // of the solution
	high float64     // the chart
}

func (d *desk) controlPage(s Solution) *controlPage {
	p := &controlPage{desk: d, Solution: s, high: controlTall}
	if d.narrow {
		p.high = controlLow
	}
	for i, run := range s.Runs {
		if run.Control == s.Lot.Number && run.Instrument == s.Instrument {
			p.runs = append(p.runs, judgedRun{run, quality.Judge(s.Runs[:i+1])})
		}
	}
	return p
}

// ControlChart writes the Levey-Jennings chart of one control solution on one
// instrument as a page of PDF. Nothing is written to w before it is drawn.
// Errors are those of ctx and of w, ErrNoLanguage and paper.ErrDrawing.
func ControlChart(ctx context.Context, w io.Writer, c Control) error {
	return produce(ctx, w, fmt.Sprintf("control chart of %s", c.Instrument), func() (layout, error) { return composeControl(c) })
}

func composeControl(c Control) (layout, error) {
	d, err := newDesk(c.Issue)
	if err != nil {
		return layout{}, err
	}
	f := newFlow(d, d.again(c.Name, c.Lot.Number))
	f.place([]block{d.letterhead(d.Lang.T(words.QualityTitle), "")})
	f.place(d.controlPage(c.Solution).blocks())
	name := d.Lang.T(words.QualityTitle) + " " + c.Lot.Number
	return layout{desk: d, title: name, pages: f.end("", c.Lot.Number)}, nil
}

// blocks are the chart with what is said over and under it.
func (p *controlPage) blocks() []block {
	blocks := []block{p.head()}
	if len(p.runs) == 0 {
		return append(blocks, p.lines(body, bodyLead, p.Lang.T(words.QualityNone)))
	}
	drawn := p.runs[max(0, len(p.runs)-maxRuns):]
	sh, chart := p.sheet(), p.set.Chart(p.width)
	p.chart(chart, drawn)
	sh.Place(chart, 0, 0)
	blocks = append(blocks, block{sheet: sh, height: p.high + 3*step, gap: 2 * step},
		p.lines(caption, captionLead, p.Lang.T(words.QualityWarning), p.Lang.T(words.QualityOut)))
	return append(blocks, p.broken()...)
}

// head says what was checked with what, and what came of it.
func (p *controlPage) head() block {
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
		p.Lang.T(words.QualityTarget, words.With("mean", p.Lang.Quantity(p.Lot.Target.Mean.Value.String(), unit)), words.With("sd", p.Lang.Number(p.Lot.Target.Deviation().String()))),
	}
	if p.Lot.Level != "" {
		lines[1] += paper.Between + p.Lang.T(words.QualityLevel, words.With("level", p.Lot.Level))
	}
	if stats.N > 0 {
		lines = append(lines,
			p.Lang.T(words.QualityMeasured, words.With("mean", p.Lang.Quantity(p.decimal(stats.Mean), unit)),
				words.With("sd", p.Lang.Number(p.decimal(stats.SD))), words.With("cv", p.Lang.Quantity(p.decimal(stats.CV), "%"))),
			p.Lang.N(words.QualityRuns, stats.N)+paper.Between+p.Lang.N(words.QualityRejected, rejected))
	}
	sh := p.sheet()
	y := sh.Paragraph(0, 10, p.width, bodyLead, strong, lines[0])
	for _, line := range lines[1:] {
		y = sh.Paragraph(0, y, p.width, bodyLead, body, line)
	}
	return block{sheet: sh, height: y - 10, gap: 4 * step}
}

// lines are paragraphs in one style.
func (d *desk) lines(style paper.Style, lead float64, lines ...string) block {
	sh := d.sheet()
	y := lead - 2
	for _, line := range lines {
		y = sh.Paragraph(0, y, d.width, lead, style, line)
	}
	return block{sheet: sh, height: y - lead + 2, gap: 1.5 * step}
}

func (p *controlPage) decimal(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// level is the height of so many standard deviations.
func (p *controlPage) level(deviations float64) float64 {
	d := min(max(deviations, -controlSides), controlSides)
	return (controlSides - d) / (2 * controlSides) * p.high
}

// chart draws the lines of the standard deviations and the runs, evenly spaced.
func (p *controlPage) chart(sh *paper.Sheet, runs []judgedRun) {
	left, right := controlAxis, p.width-2*step
	sh.Rect(left, p.level(2), right-left, p.level(-2)-p.level(2), wash)
	for d := -controlSides + 1; d < controlSides; d++ {
		y := p.level(float64(d))
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
	sh.Frame(left, 0, right-left, p.high, paper.Stroke{Width: 0.5, Ink: 0x8d9ba6})
	places := make([]paper.Point, len(runs))
	for i, r := range runs {
		x := left + (float64(i)+0.5)/float64(len(runs))*(right-left)
		places[i] = paper.Point{X: x, Y: p.level(r.Target.Deviations(r.Value.Value))}
	}
	sh.Path(places, paper.Stroke{Width: 0.9, Ink: accent})
	for i, r := range runs {
		p.dot(sh, places[i], r.Verdict)
	}
	first, last := p.at(runs[0].At), p.at(runs[len(runs)-1].At)
	sh.Text(left, p.high+10, paper.Start, tiny, p.Lang.Date(first))
	if len(runs) > 1 {
		sh.Text(right, p.high+10, paper.End, tiny, p.Lang.Date(last))
	}
}

// axis names a line: the value, and how many standard deviations it is away.
func (p *controlPage) axis(d int) string {
	value, signed := p.Lot.Target.At(d), ""
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
		rules := p.ruleList(v)
		if right := p.width - 2*step - 3; at.X+r+2+p.set.Width(rules, label) > right { // no room beside it
			sh.Text(right, at.Y+r+7, paper.End, label, rules)
			return
		}
		sh.Text(at.X+r+2, at.Y+2.4, paper.Start, label, rules)
	case len(v.Broken) > 0:
		sh.Ring(at, dotRadius+0.6, paper.Stroke{Width: 1.3, Ink: accent})
	default:
		sh.Disc(at, dotRadius, accent)
	}
}

// ruleList names the rules that reject, or the one that warns.
func (d *desk) ruleList(v quality.Verdict) string {
	var names []string
	pair := ""
	for _, r := range v.Broken {
		switch {
		case r == quality.RulePair:
			pair = d.Lang.T(words.QCRulePair)
		case r != quality.Rule12s || !v.Rejected():
			names = append(names, string(r))
		}
	}
	if len(names) == 0 {
		return pair
	}
	return strings.TrimSpace("\u200e" + strings.Join(names, " ") + "\u200e " + pair)
}

// pairs are the differences of a volunteer check; "" for any other control.
func (d *desk) pairs(run quality.Run) string {
	var all []string
	for _, p := range run.Pairs {
		all = append(all, "\u200e"+d.Lang.Number(p.String())+"\u200e")
	}
	if len(all) == 0 {
		return ""
	}
	return d.Lang.T(words.QCPairs, words.With("pairs", strings.Join(all, ", ")))
}

// broken lists the latest runs that broke a rule.
func (p *controlPage) broken() []block {
	var broken []judgedRun
	for _, r := range p.runs {
		if len(r.Broken) > 0 {
			broken = append(broken, r)
		}
	}
	if len(broken) == 0 {
		return nil
	}
	l := p.list(column{p.Lang.T(words.ReportDate), 0.3},
		column{p.Lang.T(words.ReportValue), 0.2}, column{p.Lang.T(words.QualityRule), 0.5})
	blocks := l.head()
	for _, r := range broken[max(0, len(broken)-maxListed):] {
		rule := p.ruleList(r.Verdict)
		if pairs := p.pairs(r.Run); pairs != "" {
			rule += paper.Between + pairs
		}
		if r.Comment != "" {
			rule += paper.Between + r.Comment
		}
		blocks = append(blocks, l.row(text(p.Lang.DateTime(p.at(r.At))),
			text(p.Lang.Quantity(r.Value.Value.String(), r.Value.Unit.Symbol())), text(rule)))
	}
	return blocks
}
