package reports

import "aidpost/reports/paper"

// Margins of a page. The foot holds three small lines.
const (
	marginSide = 51.0 // 18 mm
	marginTop  = 34.0
	marginFoot = 62.0
)

// A block is a part of a page that is never split. The gap stands over it,
// but not at the top of a page.
type block struct {
	sheet       *paper.Sheet
	height, gap float64
	passing     bool // it tells of the moment it is printed, and not what the paper says
}

// A leaf is a finished page, and where its text ends.
type leaf struct {
	sheet *paper.Sheet
	end   float64
}

// A flow sets blocks under one another and begins a new page where one does
// not fit.
type flow struct {
	desk *desk
	size paper.Size
	head block   // on every page but the first
	list *block  // the head of a list that goes on, again on every page
	over []block // titles of what is placed next
	near bool    // blocks stand half as far apart
	kept []leaf
	// out takes finished pages, with their number; nil keeps them for end.
	out   func(leaf, int) error
	err   error // of out
	count int
	page  *paper.Sheet
	y     float64
	empty bool // nothing but the head stands on the page
}

func newFlow(d *desk, head block) *flow {
	f := &flow{desk: d, size: d.Paper.size(), head: head}
	f.turn()
	return f
}

// turn begins a page.
func (f *flow) turn() {
	f.finish()
	f.page = f.desk.set.Sheet(f.size.Width)
	f.count++
	f.y, f.empty = marginTop, true
	if f.count > 1 {
		f.add(f.head)
		if f.list != nil {
			f.add(*f.list)
		}
		f.empty = true
	}
}

// finish hands the page on.
func (f *flow) finish() {
	switch {
	case f.page == nil:
	case f.out == nil:
		f.kept = append(f.kept, leaf{f.page, f.y})
	case f.err == nil:
		f.err = f.out(leaf{f.page, f.y}, f.count)
	}
	f.page = nil
}

// add sets one block under the last.
func (f *flow) add(b block) {
	if !f.empty {
		f.y += f.gap(b)
	}
	f.page.Place(b.sheet, f.desk.Paper.side(), f.y)
	if !b.passing {
		f.desk.read(b.sheet)
	}
	f.y += b.height
	f.empty = false
}

// fits reports whether blocks can follow on this page.
func (f *flow) fits(blocks ...block) bool {
	return f.empty || f.y+f.extent(blocks) <= f.size.Height-marginFoot
}

func (f *flow) gap(b block) float64 {
	if f.near {
		return b.gap / 2
	}
	return b.gap
}

func (f *flow) extent(blocks []block) float64 {
	total := 0.0
	for _, b := range blocks {
		total += f.gap(b) + b.height
	}
	return total
}

// title sets blocks that stand over whatever is placed next, on the same page.
func (f *flow) title(blocks ...block) { f.over = append(f.over, blocks...) }

// place sets a group of blocks, together if one page can hold them.
func (f *flow) place(group []block) {
	group = append(f.over, group...)
	f.over = nil
	room := f.size.Height - marginFoot - marginTop - f.head.height
	if !f.fits(group...) && f.extent(group) <= room {
		f.turn()
	}
	for _, b := range group {
		if !f.fits(b) {
			f.turn()
		}
		f.add(b)
	}
}

// each sets blocks that need not stay together.
func (f *flow) each(blocks []block) {
	for _, b := range blocks {
		f.place([]block{b})
	}
}

// end closes every page, now that their number is known. The notice and the
// mark stand in the foot.
func (f *flow) end(notice, mark string) (pages []*paper.Sheet) {
	f.finish()
	f.desk.failed = f.desk.leave()
	for i, l := range f.kept {
		f.desk.foot(l, notice, mark, i+1, len(f.kept))
		pages = append(pages, l.sheet)
	}
	return pages
}
