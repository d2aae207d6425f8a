package reports

import "aidpost/reports/paper"

// Margins of a page. The foot holds two small lines.
const (
	marginSide = 51.0 // 18 mm
	marginTop  = 34.0
	marginFoot = 52.0
)

// A block is a part of a page that is never split. The gap stands over it,
// but not at the top of a page.
type block struct {
	sheet       *paper.Sheet
	height, gap float64
}

// A flow sets blocks under one another and begins a new page where one does
// not fit.
type flow struct {
	size  paper.Size
	set   *paper.Setter
	head  block // on every page but the first
	pages []*paper.Sheet
	y     float64
	empty bool // nothing but the head stands on the page
}

func newFlow(size paper.Size, set *paper.Setter, head block) *flow {
	f := &flow{size: size, set: set, head: head}
	f.turn()
	return f
}

// turn begins a page.
func (f *flow) turn() {
	f.pages = append(f.pages, f.set.Sheet(f.size.Width))
	f.y, f.empty = marginTop, true
	if len(f.pages) > 1 {
		f.add(f.head)
		f.empty = true
	}
}

// add sets one block under the last.
func (f *flow) add(b block) {
	if !f.empty {
		f.y += b.gap
	}
	f.pages[len(f.pages)-1].Place(b.sheet, marginSide, f.y)
	f.y += b.height
	f.empty = false
}

// fits reports whether blocks can follow on this page.
func (f *flow) fits(blocks ...block) bool {
	return f.empty || f.y+extent(blocks) <= f.size.Height-marginFoot
}

func extent(blocks []block) float64 {
	total := 0.0
	for _, b := range blocks {
		total += b.gap + b.height
	}
	return total
}

// place sets a group of blocks, together if one page can hold them.
func (f *flow) place(group []block) {
	room := f.size.Height - marginFoot - marginTop - f.head.height
	if !f.fits(group...) && extent(group) <= room {
		f.turn()
	}
	for _, b := range group {
		if !f.fits(b) {
			f.turn()
		}
		f.add(b)
	}
}
