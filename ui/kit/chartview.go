package kit

import (
	"math"
	"sort"
)

// chartView is the stretch of time that a chart shows, of all that it may show.
// Its numbers are places on the time axis, in any unit.
type chartView struct {
	first, last float64 // the whole
	start, end  float64 // in view
	least       float64 // the shortest stretch worth showing
}

// newChartView shows the whole.
func newChartView(first, last, least float64) chartView {
	if least <= 0 {
		least = 1
	}
	if last < first+least {
		last = first + least
	}
	return chartView{first: first, last: last, start: first, end: last, least: least}
}

func (v chartView) width() float64 { return v.end - v.start }

// to shows a stretch, moved and cut so that it lies in the whole.
func (v chartView) to(start, end float64) chartView {
	if math.IsNaN(start) || math.IsNaN(end) {
		return v
	}
	width := min(max(end-start, v.least), v.last-v.first)
	if end-start < width { // too narrow: about its middle
		start = (start+end)/2 - width/2
	}
	start = min(max(start, v.first), v.last-width)
	v.start, v.end = start, start+width
	return v
}

// zoom shows factor times as much, and what is at about stays where it is.
func (v chartView) zoom(factor, about float64) chartView {
	if !(factor > 0) || math.IsInf(factor, 0) {
		return v
	}
	about = min(max(about, v.start), v.end)
	width := min(max(v.width()*factor, v.least), v.last-v.first)
	share := (about - v.start) / v.width()
	return v.to(about-share*width, about+(1-share)*width)
}

// pan moves along the axis.
func (v chartView) pan(by float64) chartView { return v.to(v.start+by, v.end+by) }

// share is where x lies in view, 0 to 1 inside it.
func (v chartView) share(x float64) float64 { return (x - v.start) / v.width() }

// at is the place at a share of the view.
func (v chartView) at(share float64) float64 { return v.start + share*v.width() }

// within returns the points in view, with one more on either side for the lines
// that lead out of it.
func (v chartView) within(points []TrendPoint) (from, to int) {
	from = sort.Search(len(points), func(i int) bool { return points[i].X >= v.start })
	to = sort.Search(len(points), func(i int) bool { return points[i].X > v.end })
	return max(from-1, 0), min(to+1, len(points))
}

// nearest returns the point in view that is closest to x in time, or -1.
func (v chartView) nearest(points []TrendPoint, x float64) int {
	i := sort.Search(len(points), func(i int) bool { return points[i].X >= x })
	best := -1
	for _, j := range []int{i - 1, i} {
		if j < 0 || j >= len(points) || points[j].X < v.start || points[j].X > v.end {
			continue
		}
		if best < 0 || math.Abs(points[j].X-x) < math.Abs(points[best].X-x) {
			best = j
		}
	}
	return best
}

// chartCell gathers the points of one narrow column, where there are too many to
// be drawn one by one: nothing that was measured is left out of its ranges.
type chartCell struct {
	x                 float64 // mean place of its points
	counted, excluded chartRange
}

// chartRange is where the values of a column lie.
type chartRange struct {
	n               int
	low, high, mean float64
}

func (r *chartRange) add(value float64) {
	if r.n == 0 {
		r.low, r.high = value, value
	}
	r.low, r.high = min(r.low, value), max(r.high, value)
	r.n++
	r.mean += (value - r.mean) / float64(r.n)
}

// gather puts points into columns of the given width on the axis, by one of their
// values. Columns are counted from the axis' zero, so that they stay the same
// while the view moves.
func gather(points []TrendPoint, width float64, value func(TrendPoint) float64) []chartCell {
	var cells []chartCell
	column := math.Inf(-1)
	for _, p := range points {
		if c := math.Floor(p.X / width); c != column {
			column = c
			cells = append(cells, chartCell{})
		}
		cells[len(cells)-1].add(p, value(p))
	}
	return cells
}

func (c *chartCell) add(p TrendPoint, value float64) {
	n := float64(c.counted.n + c.excluded.n)
	c.x += (p.X - c.x) / (n + 1)
	if p.Excluded {
		c.excluded.add(value)
		return
	}
	c.counted.add(value)
}
