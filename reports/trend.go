package reports

import (
	"slices"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

const (
	maxPoints   = 60 // the latest readings of a trend
	laneHeight  = 54.0
	laneTight   = 38.0
	axisWidth   = 26.0
	visitApart  = 2 * time.Hour
	pointRadius = 2.3
)

// A point is one value of a trend.
type point struct {
	at      time.Time
	value   float64
	counted bool
}

// trends draws how the results went over the visits, one chart a panel that
// was measured before: a single one as wide as the text, several in two
// columns.
func (r *report) trends(name string) []block {
	var measured []panel
	for _, p := range r.panels {
		if countVisits(p.recent()) > 1 {
			measured = append(measured, p)
		}
	}
	if len(measured) == 0 {
		return nil
	}
	sh := r.sheet()
	over := r.section(name, "")
	sh.Place(over.sheet, 0, 0)
	top := over.height + 11
	columns, gap := 1, 0.0
	if len(measured) > 1 && !r.narrow {
		columns, gap = 2, 6*step
	}
	width := (r.width - gap) / float64(columns)
	bottoms := make([]float64, columns)
	hollow := false
	for _, p := range measured {
		at := 0
		for i := range bottoms {
			if bottoms[i] < bottoms[at] {
				at = i
			}
		}
		chart, has := r.trend(p, width)
		sh.Place(chart.sheet, float64(at)*(width+gap), top+bottoms[at])
		bottoms[at] += chart.height
		hollow = hollow || has
	}
	y := top + slices.Max(bottoms)
	if hollow {
		sh.Text(0, y+2, paper.Start, caption, r.Lang.T(words.ReportTrendHollow))
		y += 3 * step
	}
	return []block{{sheet: sh, height: y - step, gap: 5 * step}}
}

// recent are the readings of a trend, this visit's result last.
func (p panel) recent() []records.Observation {
	all := append(append([]records.Observation{}, p.earlier...), p.result)
	return all[max(0, len(all)-maxPoints):]
}

// trend is the chart of one panel: a lane for each main measure over one time
// axis. It reports whether a hollow dot stands in it.
func (r *report) trend(p panel, width float64) (b block, hollow bool) {
	all := p.recent()
	sh := r.set.Sheet(width)
	_, unit := r.figures(p.result)
	visits := r.Lang.N(words.ReportTrendOne, countVisits(all))
	used := sh.Text(width, 7, paper.End, caption, visits) + 2*step
	label := caption.In(ink)
	label.Face = paper.Bold
	name := r.Lang.T(words.PanelName(string(p.kind))) + " (\u200e" + unit + "\u200e)"
	sh.Text(0, 7, paper.Start, label, r.set.Fit(name, label, width-used))
	y := 13.0
	first, last := all[0].Taken, all[len(all)-1].Taken
	high := laneHeight
	if r.tight {
		high = laneTight
	}
	measures := p.kind.Main()
	for _, m := range measures {
		q, has := p.result.Values.Get(m)
		if !has {
			continue
		}
		if len(measures) > 1 {
			sh.Text(0, y+6, paper.Start, tiny, r.Lang.T(measureNames[m]))
			y += 10
		}
		l := lane{spans: r.spans(p, m, q.Unit), points: points(all, m, q.Unit), first: first, last: last, height: high}
		for _, pt := range l.points {
			hollow = hollow || !pt.counted
		}
		part := r.set.Chart(width)
		r.drawLane(part, l, r.number(q))
		sh.Place(part, 0, y)
		y += high + 2*step
	}
	sh.Place(r.ends(width, r.Lang.Date(r.at(first)), r.Lang.Date(r.at(last))), 0, y)
	return block{sheet: sh, height: y + 5 + 4*step}, hollow
}

// ends are the first and the last day under a chart, at the edges of the page where
// they would run into each other under the ends of the chart.
func (r *report) ends(width float64, first, last string) *paper.Sheet {
	axis := r.set.Chart(width)
	inset := axisWidth
	if r.set.Width(first, tiny)+r.set.Width(last, tiny)+4*step > width-2*inset {
		inset = 0
	}
	axis.Text(inset, 5, paper.Start, tiny, first)
	axis.Text(width-inset, 5, paper.End, tiny, last)
	return axis
}

// countVisits counts runs of readings that lie close together.
func countVisits(all []records.Observation) int {
	visits := 0
	var last time.Time
	for _, o := range all {
		if visits == 0 || o.Taken.Sub(last) > visitApart {
			visits++
		}
		last = o.Taken
	}
	return visits
}

// points collects the values of one measure, in the unit of today's. A reading
// that went into a mean is shown by the mean.
func points(all []records.Observation, m vitals.Measure, u vitals.Unit) []point {
	inMean := make(map[records.ID]bool)
	for _, o := range all {
		for _, id := range o.MeanOf {
			inMean[id] = true
		}
	}
	var points []point
	for _, o := range all {
		q, ok := o.Values.Get(m)
		if !ok || inMean[o.ID] {
			continue
		}
		if q, ok = q.In(u); ok {
			points = append(points, point{o.Taken, q.Value.Float(), o.Excluded == ""})
		}
	}
	return points
}

// A lane is one measure over time, with what is needed to place it.
type lane struct {
	spans       []guideline.Span
	points      []point
	first, last time.Time
	low, high   float64 // at the foot and at the top
	left, right float64
	height      float64
}

func (l lane) x(t time.Time) float64 {
	const inset = 2 * step
	length := l.last.Sub(l.first).Seconds()
	if length <= 0 {
		return (l.left + l.right) / 2
	}
	return l.left + inset + t.Sub(l.first).Seconds()/length*(l.right-l.left-2*inset)
}

func (l lane) y(v float64) float64 {
	return l.height - (min(max(v, l.low), l.high)-l.low)/(l.high-l.low)*l.height
}

// drawLane draws bands behind, their bounds beside, a line through what counts,
// dots, rings for what does not, and the latest number at the end.
func (r *report) drawLane(sh *paper.Sheet, l lane, latest string) {
	if len(l.points) == 0 {
		return
	}
	l.low, l.high = reach(l.spans, l.points)
	l.left, l.right = axisWidth, sh.Width-axisWidth
	r.drawBands(sh, l)
	var line []paper.Point
	for _, pt := range l.points {
		if pt.counted {
			line = append(line, paper.Point{X: l.x(pt.at), Y: l.y(pt.value)})
		}
	}
	sh.Path(line, paper.Stroke{Width: 0.9, Ink: accent})
	radius := pointRadius
	if len(l.points) > manyDots {
		radius = 1.3
	}
	for _, pt := range l.points {
		at := paper.Point{X: l.x(pt.at), Y: l.y(pt.value)}
		if pt.counted {
			sh.Disc(at, radius, accent)
		} else {
			sh.Ring(at, radius, paper.Stroke{Width: 0.8, Ink: accent})
		}
	}
	label := strong.In(accent)
	label.Size = 8.5
	sh.Text(l.right+step, l.y(l.points[len(l.points)-1].value)+3, paper.Start, label, latest)
}

// drawBands draws the ground of a lane.
func (r *report) drawBands(sh *paper.Sheet, l lane) {
	width := l.right - l.left
	for i, s := range l.spans {
		top, bottom := l.y(s.To.Float()), l.y(s.From.Float())
		if bottom-top < 0.5 {
			continue
		}
		fillBand(sh, l.left, top, width, bottom-top, s.Severity, true)
		if i > 0 && bottom < l.height-0.5 && bottom > 0.5 {
			sh.Line(paper.Point{X: l.left, Y: bottom}, paper.Point{X: l.right, Y: bottom}, 0.4, 0x8d9ba6)
			sh.Text(l.left-step, bottom+2.4, paper.End, tiny, r.Lang.Number(s.From.String()))
		}
	}
	sh.Frame(l.left, 0, width, l.height, paper.Stroke{Width: 0.5, Ink: 0x8d9ba6})
}

// reach is the part of the scale that a lane shows: all points with room
// around them, and at least one bound of a band.
func reach(spans []guideline.Span, points []point) (low, high float64) {
	low, high = points[0].value, points[0].value
	for _, pt := range points {
		low, high = min(low, pt.value), max(high, pt.value)
	}
	nearest, distance := 0.0, -1.0
	for i, s := range spans {
		if i == 0 {
			continue
		}
		bound := s.From.Float()
		d := max(low-bound, bound-high, 0)
		if distance < 0 || d < distance {
			nearest, distance = bound, d
		}
	}
	if distance >= 0 {
		low, high = min(low, nearest), max(high, nearest)
	}
	margin := max((high-low)*0.15, 1)
	return low - margin, high + margin
}

// The measures of the chart of a trend report.
const (
	tallLane  = 96.0
	manyDots  = 80 // from here on they are drawn smaller
	tickApart = 58.0
)

// chart is the course of one panel as wide as the page: a lane for each main
// measure over one axis of time.
func (r *report) chart(p panel, all []records.Observation) block {
	sh, part := r.sheet(), r.set.Chart(r.width)
	first, last := all[0].Taken, p.result.Taken
	y, hollow := 2*step, false
	measures := p.kind.Main()
	for _, m := range measures {
		q, has := p.result.Values.Get(m)
		if !has {
			continue
		}
		if len(measures) > 1 {
			part.Text(axisWidth, y+6, paper.Start, tiny, r.measureName(m)+" (\u200e"+q.Unit.Symbol()+"\u200e)")
			y += 10
		}
		l := lane{spans: r.spans(p, m, q.Unit), points: points(all, m, q.Unit), first: first, last: last, height: tallLane}
		for _, pt := range l.points {
			hollow = hollow || !pt.counted
		}
		lane := r.set.Chart(r.width)
		r.drawLane(lane, l, r.number(q))
		r.ticks(lane, l)
		part.Place(lane, 0, y)
		y += tallLane + 2*step
	}
	r.dates(part, lane{first: first, last: last, left: axisWidth, right: r.width - axisWidth}, y+3)
	sh.Place(part, 0, 0)
	y += 3 * step
	if hollow {
		sh.Text(0, y+2, paper.Start, caption, r.set.Fit(r.Lang.T(words.ReportTrendHollow), caption, r.width))
		y += 3 * step
	}
	return block{sheet: sh, height: y, gap: step}
}

// marks returns the days that are named on an axis of time: the first, the
// last, and as many between them as there is room for.
func (r *report) marks(l lane) []time.Time {
	length := l.last.Sub(l.first)
	n := int((l.right - l.left) / tickApart)
	if days := int(length / (24 * time.Hour)); days < n {
		n = days
	}
	if n < 1 {
		return []time.Time{l.first}
	}
	var marks []time.Time
	for i := range n + 1 {
		marks = append(marks, l.first.Add(length/time.Duration(n)*time.Duration(i)))
	}
	return marks
}

// ticks draws the days of the axis into a lane.
func (r *report) ticks(sh *paper.Sheet, l lane) {
	l.left, l.right = axisWidth, sh.Width-axisWidth
	for _, t := range r.marks(l) {
		x := l.x(t)
		sh.Line(paper.Point{X: x, Y: l.height}, paper.Point{X: x, Y: l.height + 2.5}, 0.5, 0x8d9ba6)
	}
}

// dates names the days of the axis. Years are said where they are not one.
func (r *report) dates(sh *paper.Sheet, l lane, y float64) {
	for _, t := range r.marks(l) {
		name := r.Lang.ShortDate(r.at(t))
		if r.at(l.first).Year() != r.at(l.last).Year() {
			name += " " + r.at(t).Format("06")
		}
		sh.Text(l.x(t), y, paper.Middle, tiny, name)
	}
}
