package paper

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Point is a place on a sheet, from its upper reading-start corner.
type Point struct{ X, Y float64 }

// A Sheet collects what is drawn on a page or on a part of one. Nothing is
// clipped: the drawing code keeps inside the width it was given.
type Sheet struct {
	Width float64
	// Height of a page that is not as high as the paper; zero for one that is.
	Height float64
	set    *Setter
	rtl    bool
	marks  []mark
}

// Sheet returns an empty sheet.
func (s *Setter) Sheet(width float64) *Sheet { return &Sheet{Width: width, set: s, rtl: s.rtl} }

// Chart returns an empty sheet whose x axis counts from left to right in every
// language, as axes of numbers and of time do.
func (s *Setter) Chart(width float64) *Sheet { return &Sheet{Width: width, set: s} }

// Place puts all that is drawn on part at x, y of the sheet.
func (sh *Sheet) Place(part *Sheet, x, y float64) {
	if sh.rtl {
		x = sh.Width - x - part.Width
	}
	for _, m := range part.marks {
		sh.marks = append(sh.marks, m.moved(x, y))
	}
}

// x maps a logical place to one counted from the left.
func (sh *Sheet) x(x float64) float64 {
	if sh.rtl {
		return sh.Width - x
	}
	return x
}

// Text sets one line with its baseline at y and returns its width.
func (sh *Sheet) Text(x, y float64, align Align, style Style, text string) float64 {
	line := sh.visual(sh.set.Clean(text))
	width := sh.set.drawn(line, style)
	left := sh.x(x)
	switch {
	case align == Middle:
		left -= width / 2
	case (align == End) != sh.rtl:
		left -= width
	}
	if line != "" {
		sh.marks = append(sh.marks, glyphs{Point{left, y}, style, line, width})
	}
	return width
}

// visual orders a line. On a chart words still run as the language does, while
// a number alone runs from left to right, so that "<20" stays below 20.
func (sh *Sheet) visual(line string) string {
	rightToLeft := sh.rtl || sh.set.rtl && strings.ContainsFunc(line, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Hebrew)
	})
	return visual(line, rightToLeft)
}

// Paragraph sets text broken to width, the first baseline at y, and returns
// the baseline of the line that would follow.
func (sh *Sheet) Paragraph(x, y, width, leading float64, style Style, text string) float64 {
	for _, line := range sh.set.Wrap(text, style, width) {
		sh.Text(x, y, Start, style, line)
		y += leading
	}
	return y
}

// Line draws a straight line.
func (sh *Sheet) Line(from, to Point, width float64, ink Ink) {
	sh.Path([]Point{from, to}, Stroke{Width: width, Ink: ink})
}

// A Stroke is how an outline is drawn. Dash is the length of dashes and gaps;
// zero draws a full line.
type Stroke struct {
	Width, Dash float64
	Ink         Ink
}

// Path draws an open line through the points.
func (sh *Sheet) Path(points []Point, stroke Stroke) {
	sh.marks = append(sh.marks, path{points: sh.mirrored(points), stroke: &stroke})
}

// Fill fills the shape between the points.
func (sh *Sheet) Fill(points []Point, ink Ink) {
	sh.marks = append(sh.marks, path{points: sh.mirrored(points), fill: &ink})
}

// Rect fills a rectangle.
func (sh *Sheet) Rect(x, y, width, height float64, ink Ink) {
	sh.Fill([]Point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}, ink)
}

// Frame draws the outline of a rectangle.
func (sh *Sheet) Frame(x, y, width, height float64, stroke Stroke) {
	sh.marks = append(sh.marks, path{
		points: sh.mirrored([]Point{{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}}),
		stroke: &stroke, closed: true,
	})
}

// Disc fills a circle.
func (sh *Sheet) Disc(centre Point, radius float64, ink Ink) {
	sh.marks = append(sh.marks, disc{Point{sh.x(centre.X), centre.Y}, radius, &ink, nil})
}

// Ring draws a circle on a white ground, so that what lies under it does not
// shine through.
func (sh *Sheet) Ring(centre Point, radius float64, stroke Stroke) {
	white := Ink(0xffffff)
	sh.marks = append(sh.marks, disc{Point{sh.x(centre.X), centre.Y}, radius, &white, &stroke})
}

// Hatch fills a rectangle with parallel lines, gap apart, rising at 45 degrees
// or, with falling, sinking.
func (sh *Sheet) Hatch(x, y, width, height, gap float64, falling bool, stroke Stroke) {
	for c := gap / 2; c < width+height; c += gap {
		// The line u+v = c, cut to the rectangle; u runs along it, v down it.
		from := Point{min(c, width), max(0, c-width)}
		to := Point{max(0, c-height), min(c, height)}
		if falling {
			from.X, to.X = width-from.X, width-to.X
		}
		sh.Path([]Point{{x + from.X, y + from.Y}, {x + to.X, y + to.Y}}, stroke)
	}
}

// Code draws the dark squares of a code to scan into a square, on white. A code
// reads the same in every language, so it is never mirrored.
func (sh *Sheet) Code(x, y, size float64, dark [][]bool) {
	left := sh.x(x)
	if sh.rtl {
		left -= size
	}
	sh.marks = append(sh.marks, squares{Point{left, y}, size, dark})
}

// Picture puts a PNG or JPEG into a box, scaled to fit and set at its reading
// start. It returns the width used, or zero for a picture that cannot be read.
func (sh *Sheet) Picture(x, y float64, box Size, picture []byte) float64 {
	packed, size := repack(picture)
	if packed == nil {
		return 0
	}
	scale := min(box.Width/size.Width, box.Height/size.Height)
	size = Size{size.Width * scale, size.Height * scale}
	left := sh.x(x)
	if sh.rtl {
		left -= size.Width
	}
	sh.marks = append(sh.marks, photo{Point{left, y}, size, packed})
	return size.Width
}

func (sh *Sheet) mirrored(points []Point) []Point {
	points = slices.Clone(points)
	for i := range points {
		points[i].X = sh.x(points[i].X)
	}
	return points
}

// Texts returns the lines on the sheet in the order in which they were set, as
// they are drawn, for tests of the layout.
func (sh *Sheet) Texts() []SetText {
	var texts []SetText
	for _, m := range sh.marks {
		if g, ok := m.(glyphs); ok {
			texts = append(texts, SetText{g.at, g.width, g.style, g.line})
		}
	}
	return texts
}

// A SetText is a line of text as it stands on a page: its left end on the
// baseline, counted from the left, and its width.
type SetText struct {
	At    Point
	Width float64
	Style Style
	Line  string
}

// Runes returns how many characters are drawn.
func (t SetText) Runes() int { return utf8.RuneCountInString(t.Line) }
