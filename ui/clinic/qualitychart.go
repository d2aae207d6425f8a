package clinic

import (
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/ui/kit"
)

// What is shown of the runs of a solution.
const (
	runsDrawn  = 60
	runsListed = 12
	runsHeight = 40
	chartSides = 4 // deviations to either side
	chartFar   = 3.85
)

// controls are a chart for each solution that was run, the newest first, and the
// last runs in words.
func (p *qualityPage) controls(i desk.Checked) []fyne.CanvasObject {
	c := p.c
	if len(i.Runs) == 0 {
		return []fyne.CanvasObject{kit.NewText(c.look, c.t(words.QCNoRuns), kit.TextStyle{Color: kit.ColorInk2})}
	}
	var rows []fyne.CanvasObject
	seen := map[string]bool{}
	for n := len(i.Runs) - 1; n >= 0; n-- {
		if number := i.Runs[n].Control; !seen[number] {
			seen[number] = true
			rows = append(rows, p.chart(i, number))
		}
	}
	return append(rows, c.strong(c.t(words.QCRuns)), p.runs(i))
}

// chart is that of Levey and Jennings: the runs of one solution, evenly spaced,
// over the deviations from what it should give.
func (p *qualityPage) chart(i desk.Checked, number string) fyne.CanvasObject {
	c := p.c
	var runs []quality.Run
	var verdicts []quality.Verdict
	for n, r := range i.Runs {
		if r.Control == number {
			runs, verdicts = append(runs, r), append(verdicts, quality.Judge(i.Runs[:n+1]))
		}
	}
	from := max(0, len(runs)-runsDrawn)
	runs, verdicts = runs[from:], verdicts[from:]
	target := runs[len(runs)-1].Target
	lot, _ := c.desk.State().Quality.Log.Solution(number)
	unit := target.Mean.Unit.Symbol()
	head := c.t(words.QCChart, words.With("mean", c.lang.Quantity(target.Mean.Value.String(), unit)),
		words.With("spread", c.lang.Quantity(target.Deviation().String(), unit)))
	style := kit.ChartStyle{
		First: -0.5, Last: float64(len(runs)) - 0.5, Least: 4, Height: 220,
		Hint: c.t(words.QCChartHint),
		Say: func(n int) string {
			return c.when(runs[n].At) + ": " + c.quantity(runs[n].Value) + ". " + strings.TrimSpace(c.runVerdict(verdicts[n])+" "+c.pairsOf(runs[n]))
		},
		Dates: func(start, end float64, most int) []kit.AxisMark { return p.runDates(runs, start, end, most) },
	}
	pane := kit.ChartPane{
		Low: -chartSides, High: chartSides,
		Bands: []kit.ChartBand{
			{Band: kit.High, From: -chartSides, To: -3}, {Band: kit.Watch, From: -3, To: -2}, {Band: kit.Good, From: -2, To: 2},
			{Band: kit.Watch, From: 2, To: 3}, {Band: kit.High, From: 3, To: chartSides},
		},
	}
	for d := -3; d <= 3; d++ {
		if d != -1 && d != 1 {
			pane.Values = append(pane.Values, kit.AxisMark{At: float64(d), Label: kit.Isolate(c.lang.Number(target.At(d).String()))})
		}
	}
	style.Panes = []kit.ChartPane{pane}
	for n, r := range runs {
		at := min(max(r.Target.Deviations(r.Value.Value), -chartFar), chartFar)
		style.Points = append(style.Points, kit.TrendPoint{X: float64(n), Value: at})
	}
	name := number
	if lot.Number != "" {
		name = c.lotName(lot)
	}
	return kit.NewColumn(kit.Space8,
		kit.NewRow(c.look, kit.Space8, kit.CrossCenter, c.strong(kit.Isolate(name)),
			kit.NewGrow(1, kit.NewText(c.look, head, kit.TextStyle{Color: kit.ColorInk2}))),
		kit.NewChart(c.look, style))
}

// runDates marks the days of some runs under the chart.
func (p *qualityPage) runDates(runs []quality.Run, start, end float64, most int) (marks []kit.AxisMark) {
	first, last := max(0, int(start+0.5)), min(len(runs)-1, int(end))
	step := max(1, (last-first+most)/max(1, most))
	for n := first; n <= last; n += step {
		marks = append(marks, kit.AxisMark{At: float64(n), Label: p.c.dayOf(runs[n].At)})
	}
	return marks
}

// runVerdict is that on a run, in words, with the rules that it broke.
func (c *Clinic) runVerdict(v quality.Verdict) string {
	switch {
	case v.Rejected():
		return c.t(words.QCVerdictOut, words.With("rules", c.rulesOf(v)))
	case len(v.Broken) > 0:
		return c.t(words.QCVerdictWarn, words.With("rules", c.rulesOf(v)))
	}
	return c.t(words.QCVerdictGood)
}

func (c *Clinic) rulesOf(v quality.Verdict) string {
	var names []string
	for _, r := range v.Broken {
		if r == quality.RulePair {
			names = append(names, c.t(words.QCRulePair))
			continue
		}
		names = append(names, kit.Isolate(string(r)))
	}
	return strings.Join(names, ", ")
}

// runs lists the last runs, the newest first.
func (p *qualityPage) runs(i desk.Checked) fyne.CanvasObject {
	c := p.c
	columns := []float32{1.4, 1.3, 1, 2}
	rows := []fyne.CanvasObject{c.tableHead(columns, c.t(words.QCColDay), c.t(words.QCColSolution), c.t(words.QCColValue), c.t(words.QCColVerdict))}
	for n := len(i.Runs) - 1; n >= max(0, len(i.Runs)-runsListed); n-- {
		run, v := i.Runs[n], quality.Judge(i.Runs[:n+1])
		cell := kit.Cell{Text: c.runVerdict(v)}
		switch {
		case v.Rejected():
			cell.Marked, cell.Band, cell.Bold = true, kit.High, true
		case len(v.Broken) > 0:
			cell.Marked, cell.Band = true, kit.Watch
		}
		lot, _ := c.desk.State().Quality.Log.Solution(run.Control)
		if lot.Number == "" {
			lot.Number = run.Control
		}
		rows = append(rows, c.tableRow(columns, kit.Cell{Text: c.when(run.At)}, kit.Cell{Text: kit.Isolate(c.lotName(lot))},
			kit.Cell{Text: c.quantity(run.Value), Bold: true}, cell))
		for _, under := range []string{c.pairsOf(run), run.Comment} {
			if under == "" {
				continue
			}
			rows = append(rows, kit.NewInset(kit.Space16, 0, kit.NewText(c.look, under, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))
		}
	}
	return kit.NewColumn(0, rows...)
}

// tableHead names the columns of a short table.
func (c *Clinic) tableHead(columns []float32, names ...string) fyne.CanvasObject {
	cells := make([]kit.Cell, len(names))
	for i, name := range names {
		cells[i].Under = name
	}
	return c.tableRow(columns, cells...)
}

// tableRow is a row of a short table, as those of a long one stand.
func (c *Clinic) tableRow(columns []float32, cells ...kit.Cell) fyne.CanvasObject {
	row := kit.NewCells(c.look, columns, func(int) []kit.Cell { return cells })
	row.ShowRow(0)
	return kit.NewColumn(0, kit.NewInset(kit.Space16, kit.Space8, row), kit.NewHairline(c.look))
}
