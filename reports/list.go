package reports

import (
	"aidpost/records/guideline"
	"aidpost/reports/paper"
)

// A column of a list. Its share is of the width of the page.
type column struct {
	title string
	share float64
}

// A cell of a list: text of any length, which is broken to the column, after
// the sign of a range if it is in one.
type cell struct {
	text     string
	strong   bool
	severity guideline.Severity
	low      bool
	shape    bool
	under    []cell // what follows in the same cell
}

// stackOf puts cells into one.
func stackOf(cells []cell) cell {
	first := cells[0]
	first.under = cells[1:]
	return first
}

func text(s string) cell { return cell{text: s} }

// in returns the cell with a sign before it.
func (c cell) in(s guideline.Severity, low bool) cell {
	c.severity, c.low, c.shape = s, low, true
	return c
}

func (c cell) style() paper.Style {
	style := table
	if c.strong {
		style.Face = paper.Bold
	}
	return style
}

// A list is a table whose rows are as high as their text. On a receipt a row is
// its first cell, and the others under it, each with the title of its column.
type list struct {
	desk    *desk
	columns []column
	figures int // the first column of figures, which end under one another; 0: none is
}

func (d *desk) list(columns ...column) list { return list{desk: d, columns: columns} }

// figuresFrom returns the list with figures from a column on.
func (l list) figuresFrom(column int) list {
	l.figures = column
	return l
}

// counts reports whether a column is of figures.
func (l list) counts(column int) bool { return l.figures > 0 && column >= l.figures }

// The measures of a row.
const (
	cellLead  = 10.5
	rowTop    = 10.0 // of the first baseline
	rowFoot   = 5.0  // under the last
	cellGap   = 1.5 * step
	signSize  = 6.0
	signWidth = signSize + 3
)

// head is the row of titles; a receipt has none.
func (l list) head() []block {
	if l.desk.narrow {
		return nil
	}
	sh := l.desk.sheet()
	x, lines := 0.0, 1
	for n, c := range l.columns {
		width := c.share*l.desk.width - cellGap
		titles := l.desk.clip(c.title, caption, width, 3)
		for i, line := range titles {
			if l.counts(n) {
				sh.Text(x+width, 9+float64(i)*captionLead, paper.End, caption, line)
			} else {
				sh.Text(x, 9+float64(i)*captionLead, paper.Start, caption, line)
			}
		}
		lines = max(lines, len(titles))
		x += c.share * l.desk.width
	}
	y := 4 + float64(lines)*captionLead
	sh.Line(paper.Point{Y: y}, paper.Point{X: l.desk.width, Y: y}, hair, hairline)
	return []block{{sheet: sh, height: y, gap: 2 * step}}
}

// row is one row.
func (l list) row(cells ...cell) block {
	if l.desk.narrow {
		return l.stacked(cells)
	}
	sh := l.desk.sheet()
	x, bottom := 0.0, rowTop
	for i, c := range cells {
		share := l.columns[i].share * l.desk.width
		if l.counts(i) {
			sh.Text(x+share-cellGap, rowTop, paper.End, c.style(), l.desk.set.Fit(c.text, c.style(), share-cellGap))
			bottom = max(bottom, rowTop+cellLead)
		} else {
			bottom = max(bottom, l.cell(sh, x, rowTop, share-cellGap, c))
		}
		x += share
	}
	bottom -= cellLead - rowFoot
	sh.Line(paper.Point{Y: bottom}, paper.Point{X: l.desk.width, Y: bottom}, 0.3, hairline)
	return block{sheet: sh, height: bottom}
}

// cell sets one cell and returns the baseline of the line that would follow.
func (l list) cell(sh *paper.Sheet, x, y, width float64, c cell) float64 {
	left, whole := x, width
	if c.shape && shape(sh, x, y-signSize+0.3, signSize, c.severity, c.low) {
		x, width = x+signWidth, width-signWidth
	}
	y = sh.Paragraph(x, y, width, cellLead, c.style(), c.text)
	for _, under := range c.under {
		y = l.cell(sh, left, y, whole, under)
	}
	return y
}

// stacked is a row of a receipt.
func (l list) stacked(cells []cell) block {
	sh := l.desk.sheet()
	y := rowTop
	for i, c := range cells {
		if c.text == "" {
			continue
		}
		if i == 0 {
			c.strong = true
			y = l.cell(sh, 0, y, l.desk.width, c)
			continue
		}
		indent := 0.0
		if title := l.columns[i].title; title != "" {
			indent = l.desk.width * 0.36
			names := l.desk.clip(title, caption, indent-step, 2)
			for n, line := range names {
				sh.Text(0, y+float64(n)*captionLead, paper.Start, caption, line)
			}
			end := y + float64(len(names))*captionLead
			y = max(l.cell(sh, indent, y, l.desk.width-indent, c), end)
			continue
		}
		y = l.cell(sh, indent, y, l.desk.width, c)
	}
	y -= cellLead - rowFoot
	sh.Line(paper.Point{Y: y}, paper.Point{X: l.desk.width, Y: y}, 0.3, hairline)
	return block{sheet: sh, height: y}
}

// place sets a list row by row; its head stands again on every page.
func (l list) place(f *flow, rows ...block) {
	head := l.head()
	if len(rows) == 0 {
		return
	}
	f.place(append(head, rows[0]))
	if len(head) > 0 {
		f.list = &head[0]
	}
	for _, r := range rows[1:] {
		f.place([]block{r})
	}
	f.list = nil
}

// section is the title over a part of a report, with what else is to be known beside
// it, or under it where both have no room.
func (d *desk) section(name, beside string) block {
	w := 0.0
	if beside != "" {
		w = d.set.Width(beside, caption) + 2*step
	}
	if d.set.Width(name, heading)+w > d.width {
		return d.tallSection(name, beside)
	}
	sh := d.sheet()
	if beside != "" {
		sh.Text(d.width, 10, paper.End, caption, beside)
	}
	sh.Text(0, 10, paper.Start, heading, name)
	sh.Line(paper.Point{Y: 16}, paper.Point{X: d.width, Y: 16}, hair, hairline)
	return block{sheet: sh, height: 17, gap: 4 * step}
}

func (d *desk) tallSection(name, beside string) block {
	sh := d.sheet()
	y := 10.0
	for _, line := range d.clip(name, heading, d.width, 3) {
		sh.Text(0, y, paper.Start, heading, line)
		y += bodyLead
	}
	y -= bodyLead
	if beside != "" {
		y += bodyLead - captionLead
		for _, line := range d.clip(beside, caption, d.width, 2) {
			sh.Text(0, y+captionLead-2, paper.Start, caption, line)
			y += captionLead
		}
	}
	y += 6
	sh.Line(paper.Point{Y: y}, paper.Point{X: d.width, Y: y}, hair, hairline)
	return block{sheet: sh, height: y + 1, gap: 4 * step}
}
