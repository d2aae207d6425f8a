package reports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// Activity is how much was done at a site in a time, and what it cost.
type Activity struct {
	Issue
	Since, Until time.Time
	Tally        *Tally
	Rules        *guideline.Rules
	// Controls counts control runs by panel.
	Controls map[vitals.Panel]int
	Prices   Prices
	Times    Times
}

// WriteActivity writes the figures. Errors are those of ctx and of w,
// ErrNoLanguage and paper.ErrDrawing.
func WriteActivity(ctx context.Context, w io.Writer, a Activity) error {
	return produce(ctx, w, "activity", func() (layout, error) { return composeActivity(a) })
}

func composeActivity(a Activity) (layout, error) {
	d, err := newDesk(a.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.PapersActivity)
	period := d.period(a.Since, a.Until.Add(-time.Nanosecond))
	p := &activityPages{desk: d, Activity: a}
	f := newFlow(d, d.again(d.Site.Name, name))
	f.place([]block{d.letterhead(name, ""), p.lines(body, bodyLead, period), p.overview()})
	f.place(p.bars())
	f.place(p.measured())
	p.ranges(f)
	p.times(f)
	f.place(p.costs())
	return layout{desk: d, title: name, pages: f.end("", name)}, nil
}

// activityPages are the figures while they are laid out.
type activityPages struct {
	*desk
	Activity
}

// overview are the counts of visits and people.
func (p *activityPages) overview() block {
	l, t := p.desk.Lang, p.Tally
	median := "–"
	if m := t.median(); m > 0 {
		median = l.Duration(m)
	}
	sh := p.sheet()
	y := p.columns(sh, 3*step, []field{
		{l.T(words.PapersAllVisits), strconv.Itoa(t.visits)}, {l.T(words.PapersCancelled), strconv.Itoa(t.ended)},
		{l.T(words.PapersMedian), median},
	})
	y = p.columns(sh, y+2*step, []field{
		{l.T(words.PapersPeople), strconv.Itoa(len(t.people))}, {l.T(words.PapersReturning), strconv.Itoa(t.returning())},
		{l.T(words.PapersSeenToday), few(t.urgent)},
	})
	y = p.columns(sh, y+2*step, []field{{l.T(words.PapersNoShow), strconv.Itoa(t.absent)}})
	return block{sheet: sh, height: y}
}

// leastShown is the least count of results that is told: with fewer, people
// might be recognised.
const leastShown = 5

// few writes a count of results by what they said.
func few(n int) string {
	if n > 0 && n < leastShown {
		return below(leastShown)
	}
	return strconv.Itoa(n)
}

func below(n int) string { return "\u200e<" + strconv.Itoa(n) + "\u200e" }

// counted writes counts whose sum is known. One that is not told alone could be
// worked out from the others: then the least of those is told less exactly.
func counted(counts []int) []string {
	all := make([]string, len(counts))
	hidden, least := 0, -1
	for i, n := range counts {
		all[i] = few(n)
		switch {
		case n == 0:
		case n < leastShown:
			hidden++
		case least < 0 || n < counts[least]:
			least = i
		}
	}
	if hidden == 1 && least >= 0 {
		all[least] = below((counts[least]/leastShown + 1) * leastShown)
	}
	return all
}

// A bar is the visits of a day or of a month.
type bar struct {
	at time.Time
	n  int
}

// manyDays is how many days have a bar each; longer times have one a month.
const manyDays = 45

func (p *activityPages) visitsOver() (bars []bar, monthly bool) {
	first, last := p.at(p.Since), p.at(p.Until.Add(-time.Nanosecond))
	first = time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, p.desk.Zone)
	monthly = last.Sub(first) > manyDays*24*time.Hour
	if monthly {
		first = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, p.desk.Zone)
	}
	next := func(t time.Time) time.Time {
		if monthly {
			return t.AddDate(0, 1, 0)
		}
		return t.AddDate(0, 0, 1)
	}
	const most = 120
	for at := first; !at.After(last) && len(bars) < most; at = next(at) {
		b := bar{at: at}
		for day, n := range p.Tally.days {
			if !day.Before(at) && day.Before(next(at)) {
				b.n += n
			}
		}
		bars = append(bars, b)
	}
	return bars, monthly
}

// bars draws the visits over time.
func (p *activityPages) bars() []block {
	const high, foot = 70.0, 12.0
	bars, monthly := p.visitsOver()
	most := 1
	for _, b := range bars {
		most = max(most, b.n)
	}
	name := p.desk.Lang.T(words.PapersPerDay)
	if monthly {
		name = p.desk.Lang.T(words.PapersPerMonth)
	}
	chart := p.set.Chart(p.width)
	width := p.width / float64(len(bars))
	every := max(1, int(34/width)+1)
	if width >= 34 {
		every = 1
	}
	for i, b := range bars {
		x, h := float64(i)*width, float64(b.n)/float64(most)*high
		if b.n > 0 {
			chart.Rect(x+width*0.15, high+10-h, width*0.7, h, accent)
		}
		if b.n > 0 && width > 9 {
			chart.Text(x+width/2, high+8-h, paper.Middle, tiny, strconv.Itoa(b.n))
		}
		if i%every == 0 {
			chart.Text(x+width/2, high+10+foot-2, paper.Middle, tiny, p.tick(b.at, monthly))
		}
	}
	chart.Line(paper.Point{Y: high + 10}, paper.Point{X: p.width, Y: high + 10}, 0.6, ink2)
	sh := p.sheet()
	sh.Place(chart, 0, 0)
	return []block{p.section(name, ""), {sheet: sh, height: high + 10 + foot, gap: step}}
}

func (p *activityPages) tick(at time.Time, monthly bool) string {
	if monthly {
		return "\u200e" + at.Format("01/06") + "\u200e"
	}
	return strconv.Itoa(at.Day())
}

// measured are the counts of each panel.
func (p *activityPages) measured() []block {
	t := p.desk.Lang.T
	l := p.list(column{t(words.ReportWhat), 0.28}, column{t(words.PapersResults), 0.12}, column{t(words.PapersTaken), 0.12},
		column{t(words.ReportExcluded), 0.13}, column{t(words.PapersVoided), 0.11}, column{t(words.PapersTyped), 0.12}, column{t(words.PapersControls), 0.12}).figuresFrom(1)
	blocks := append([]block{p.section(t(words.PapersMeasured), "")}, l.head()...)
	n := len(blocks)
	for _, kind := range vitals.AllPanels() {
		c := p.Tally.panels[kind]
		if c == nil && p.Controls[kind] == 0 {
			continue
		}
		if c == nil {
			c = &panelTally{}
		}
		row := []cell{text(t(words.PanelName(string(kind))))}
		for _, count := range []int{c.results, c.readings, c.left, c.voided, c.typed, p.Controls[kind]} {
			row = append(row, text(strconv.Itoa(count)))
		}
		blocks = append(blocks, l.row(row...))
	}
	if len(blocks) == n {
		return []block{blocks[0], p.lines(body, bodyLead, t(words.PapersNobody))}
	}
	return blocks
}

// ranges are the results of each panel by range.
func (p *activityPages) ranges(f *flow) {
	t := p.desk.Lang.T
	l := p.list(column{t(words.ReportWhat), 0.4}, column{t(words.ReportJudgement), 0.4}, column{t(words.PapersResults), 0.2}).figuresFrom(2)
	var rows []block
	for _, kind := range vitals.AllPanels() {
		c := p.Tally.panels[kind]
		if c == nil {
			continue
		}
		var bands []string
		var counts []int
		for _, band := range words.BandIDs() {
			if n := c.bands[band]; n > 0 {
				bands, counts = append(bands, t(words.Band(band))), append(counts, n)
			}
		}
		if c.results < leastShown && len(bands) > 0 { // who was measured is known, so the range alone would tell
			bands, counts = []string{"–"}, []int{c.results}
		}
		for i, count := range counted(counts) {
			rows = append(rows, l.row(text(t(words.PanelName(string(kind)))), text(bands[i]), text(count)))
		}
	}
	if len(rows) == 0 {
		return
	}
	f.title(p.section(t(words.PapersRanges), ""), p.lines(caption, captionLead, t(words.PapersFew)))
	l.place(f, rows...)
}

// An amount of money, in ten-thousandths.
type amount int64

const amountParts = 10_000

func amountOf(d vitals.Decimal) amount {
	return amount(d.Float()*amountParts + 0.5)
}

func (p *activityPages) money(a amount) string {
	return p.desk.Lang.Quantity(fixed(float64(a)/amountParts, 2), p.Prices.Currency)
}

// costs is what it cost, and what each result did.
func (p *activityPages) costs() []block {
	t := p.desk.Lang.T
	blocks := []block{p.section(t(words.PapersCosts), "")}
	if !p.Prices.set() {
		return append(blocks, p.lines(body, bodyLead, t(words.PapersNoPrices)))
	}
	l := p.list(column{t(words.ReportWhat), 0.4}, column{t(words.PapersCount), 0.15}, column{t(words.PapersEach), 0.15},
		column{t(words.PapersCost), 0.15}, column{t(words.PapersPerResult), 0.15}).figuresFrom(1)
	blocks = append(blocks, l.head()...)
	var total amount
	line := func(name string, n int, each vitals.Decimal, results int) {
		cost := amountOf(each) * amount(n)
		total += cost
		per := "–"
		if results > 0 {
			per = p.money(cost / amount(results))
		}
		blocks = append(blocks, l.row(text(name), text(strconv.Itoa(n)), text(p.money(amountOf(each))), text(p.money(cost)), text(per)))
	}
	for _, kind := range vitals.AllPanels() {
		price, ok := p.Prices.Panels[kind]
		c := p.Tally.panels[kind]
		if !ok || c == nil && p.Controls[kind] == 0 {
			continue
		}
		if c == nil {
			c = &panelTally{}
		}
		line(t(words.PanelName(string(kind))), c.readings-c.typed+p.Controls[kind], price, c.results)
	}
	line(t(words.PapersEachVisit), p.Tally.visits, p.Prices.Visit, 0)
	days := int(p.Until.Sub(p.Since).Hours()/24 + 0.5)
	fixedCost := amountOf(p.Prices.Month) * amount(days) / 30
	total += fixedCost
	blocks = append(blocks, l.row(text(p.desk.Lang.N(words.PapersFixed, days)), text("–"), text("–"), text(p.money(fixedCost)), text("–")))
	perVisit := "–"
	if p.Tally.visits > 0 {
		perVisit = p.money(total / amount(p.Tally.visits))
	}
	sum := fmt.Sprintf("%s %s · %s %s", t(words.PapersTotal), p.money(total), t(words.PapersPerVisit), perVisit)
	last := p.lines(strong, bodyLead, sum)
	last.gap = 2 * step
	return append(blocks, last)
}
