package clinic

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// askSample asks for the result of a blind sample: first one that this instrument
// has not measured yet. What it should give is shown to nobody here.
func (p *qualityPage) askSample(i desk.Checked) {
	lots := lotsOf(i, true)
	chosen := lots[0]
	log := p.c.desk.State().Quality.Log
	fresh := slices.IndexFunc(lots, func(lot quality.Lot) bool {
		return !slices.ContainsFunc(log.Samples, func(s quality.Run) bool { return s.Instrument == i.ID && s.Control == lot.Number })
	})
	if fresh >= 0 {
		chosen = lots[fresh]
	}
	p.askValue(i, words.QCSampleRun, lots, chosen, p.c.plain(p.c.t(words.QCSampleLead)))
}

// sampleSaid is what a sample gave that was measured just now, for those who may
// know it; whoever else measured it is told that it is kept.
func (p *qualityPage) sampleSaid(q desk.Quality, i desk.Checked) []fyne.CanvasObject {
	c := p.c
	if !c.desk.May(staff.ReadBlind) || len(q.Log.Samples) == 0 {
		return nil
	}
	run := q.Log.Samples[len(q.Log.Samples)-1]
	value := words.With("value", c.quantity(run.Value))
	text := c.t(words.QCSampleUnknown, value)
	if off, expected := p.offBy(q.Log, run); off != "" {
		text = c.t(words.QCSampleGave, value, words.With("expected", expected), words.With("off", off))
	}
	rows := []fyne.CanvasObject{c.plain(text)}
	if lot, _ := q.Log.Sample(run.Control); lot.Kind == quality.Linearity {
		rows = append(rows, c.quiet(p.line(q.Log, i.ID)))
	}
	return rows
}

// offBy is how far a result is from what the sample should give, and that;
// nothing while it is not known.
func (p *qualityPage) offBy(log *quality.Log, run quality.Run) (off, expected string) {
	c := p.c
	lot, _ := log.Sample(run.Control)
	if !lot.Target.Known() || lot.Target.Mean.Unit != run.Value.Unit {
		return "", ""
	}
	by := fmt.Sprintf("%+g", run.Value.Value.Sub(lot.Target.Mean.Value).Float())
	return kit.Isolate(c.lang.Quantity(by, run.Value.Unit.Symbol())), c.quantity(lot.Target.Mean)
}

// line says how the linearity samples of an instrument lie.
func (p *qualityPage) line(log *quality.Log, i quality.Instrument) string {
	c := p.c
	line, err := log.Linearity(i)
	if err != nil {
		return c.t(words.QCLineFew)
	}
	number := func(name string, v float64, decimals int) words.Arg {
		return words.With(name, kit.Isolate(c.lang.Number(fmt.Sprintf("%.*f", decimals, v))))
	}
	return c.t(words.QCLine, number("slope", line.Slope, 3), number("intercept", line.Intercept, 1), number("far", line.Farthest, 1))
}

// samples are the results of the blind samples of an instrument, for those who
// may see them: how linear it is, and the last in a list.
func (p *qualityPage) samples(i desk.Checked) []fyne.CanvasObject {
	c := p.c
	log := c.desk.State().Quality.Log
	var own []quality.Run
	for _, s := range log.Samples {
		if s.Instrument == i.ID {
			own = append(own, s)
		}
	}
	if len(own) == 0 || !c.desk.May(staff.ReadBlind) {
		return nil
	}
	var rows []fyne.CanvasObject
	if pairs := log.Series(i.ID); len(pairs) > 0 {
		rows = append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossCenter, c.strong(c.t(words.QCLinearity)),
			kit.NewGrow(1, c.quiet(p.line(log, i.ID)))), p.linearity(log, i, pairs))
	}
	columns := []float32{1.4, 1.3, 1, 1, 1}
	rows = append(rows, c.strong(c.t(words.QCSamples)),
		c.tableHead(columns, c.t(words.QCColDay), c.t(words.QCSample), c.t(words.QCColValue), c.t(words.QCExpected), c.t(words.QCSampleOff)))
	for n := len(own) - 1; n >= max(0, len(own)-runsListed); n-- {
		run := own[n]
		lot, _ := log.Sample(run.Control)
		off, expected := p.offBy(log, run)
		rows = append(rows, c.tableRow(columns, kit.Cell{Text: c.when(run.At)}, kit.Cell{Text: kit.Isolate(c.lotName(lot))},
			kit.Cell{Text: c.quantity(run.Value), Bold: true}, kit.Cell{Text: cmp.Or(expected, "–")}, kit.Cell{Text: cmp.Or(off, "–")}))
	}
	return rows
}

// linearity draws what linearity samples gave over what they should give, with
// the line through them and the one that they should lie on.
func (p *qualityPage) linearity(log *quality.Log, i desk.Checked, pairs []quality.Pair) fyne.CanvasObject {
	c := p.c
	pairs = slices.SortedStableFunc(slices.Values(pairs), func(a, b quality.Pair) int { return cmp.Compare(a.Want, b.Want) })
	most := 0.0
	for _, pair := range pairs {
		most = max(most, pair.Want, pair.Got)
	}
	step := roundStep(most)
	top := step * math.Ceil(most*1.05/step)
	style := kit.ChartStyle{
		Last: top, Least: top / 4, Height: 240, Loose: true,
		Hint: c.t(words.QCLineHint),
		Say: func(n int) string {
			off, expected := p.offBy(log, pairs[n].Run)
			return c.when(pairs[n].Run.At) + ": " + c.t(words.QCSampleGave, words.With("value", c.quantity(pairs[n].Run.Value)),
				words.With("expected", expected), words.With("off", off))
		},
		Dates: func(start, end float64, _ int) (marks []kit.AxisMark) {
			for at := step * math.Ceil(start/step); at <= end; at += step {
				marks = append(marks, kit.AxisMark{At: at, Label: c.lang.Number(fmt.Sprintf("%g", at))})
			}
			return marks
		},
	}
	pane := kit.ChartPane{High: top, Lines: []kit.ChartLine{{First: 0, Last: top}}}
	if line, err := log.Linearity(i.ID); err == nil {
		pane.Lines = append(pane.Lines, kit.ChartLine{First: line.At(0), Last: line.At(top), Strong: true})
	}
	for at := 0.0; at <= top; at += step {
		pane.Values = append(pane.Values, kit.AxisMark{At: at, Label: c.lang.Number(fmt.Sprintf("%g", at))})
	}
	style.Panes = []kit.ChartPane{pane}
	for _, pair := range pairs {
		style.Points = append(style.Points, kit.TrendPoint{X: pair.Want, Value: pair.Got})
	}
	return kit.NewChart(c.look, style)
}

// roundStep is a round number of which about four reach up to a value.
func roundStep(most float64) float64 {
	if most <= 0 {
		return 1
	}
	base := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, times := range []float64{1, 2, 5} {
		if base*times*5 >= most {
			return base * times
		}
	}
	return base * 10
}
