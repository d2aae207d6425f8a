package reports

import (
	"aidpost/records/guideline"
	"aidpost/reports/paper"
)

// Colours. There is one accent, and red for what an override let through, which is
// bold besides; everything else is ink and paper, so that a printer without colour
// loses nothing.
const (
	ink      paper.Ink = 0x10202e
	ink2     paper.Ink = 0x3f5163
	accent   paper.Ink = 0x0a5c66
	wash     paper.Ink = 0xeef3f5
	hairline paper.Ink = 0xc3ced6
	white    paper.Ink = 0xffffff
	red      paper.Ink = 0x9f1d1d
)

// Type. Sizes follow the steps of the screen, in points.
var (
	hero    = paper.Style{Face: paper.Bold, Size: 34, Ink: ink}
	second  = paper.Style{Face: paper.Bold, Size: 17, Ink: ink}
	title   = paper.Style{Face: paper.Bold, Size: 16, Ink: ink}
	heading = paper.Style{Face: paper.Bold, Size: 11.5, Ink: accent}
	strong  = paper.Style{Face: paper.Bold, Size: 10, Ink: ink}
	body    = paper.Style{Face: paper.Regular, Size: 9.5, Ink: ink}
	table   = paper.Style{Face: paper.Regular, Size: 8.5, Ink: ink}
	caption = paper.Style{Face: paper.Regular, Size: 7.5, Ink: ink2}
	alert   = paper.Style{Face: paper.Bold, Size: 8.5, Ink: red}
	tiny    = paper.Style{Face: paper.Regular, Size: 7, Ink: ink2}
)

// Space, in steps of four points, and line heights.
const (
	step        = 4.0
	bodyLead    = 13.0
	captionLead = 10.0
	tinyLead    = 9.2
	hair        = 0.5
)

// fillBand fills a rectangle with the ground and pattern of a severity. Each
// can be told from the others in grey; a quiet one stays in the background of
// a chart.
func fillBand(sh *paper.Sheet, x, y, width, height float64, s guideline.Severity, quiet bool) {
	line := paper.Stroke{Width: 0.55, Ink: 0x7b8b98}
	grounds := map[guideline.Severity]paper.Ink{
		guideline.Usual: 0xeef2f4, guideline.Watch: white, guideline.High: 0xf3f5f6,
		guideline.Low: white, guideline.Urgent: 0xdde3e8,
	}
	if quiet {
		line = paper.Stroke{Width: 0.35, Ink: 0xc9d2d9}
	}
	ground, ok := grounds[s]
	if !ok {
		ground = white
	}
	sh.Rect(x, y, width, height, ground)
	switch s {
	case guideline.Watch:
		sh.Hatch(x, y, width, height, 8, false, line)
	case guideline.High:
		sh.Hatch(x, y, width, height, 4, false, line)
	case guideline.Low:
		sh.Hatch(x, y, width, height, 6, true, line)
	case guideline.Urgent:
		sh.Hatch(x, y, width, height, 4.5, false, line)
		sh.Hatch(x, y, width, height, 4.5, true, line)
	}
}

// shape draws the sign of a severity in a square box of the given size with
// its upper start corner at x, y: a circle, a square, a triangle up or down. An
// urgent one is a triangle with a mark in it that points where the value lies.
// A value without a band has no shape, and shape reports false.
func shape(sh *paper.Sheet, x, y, size float64, s guideline.Severity, low bool) bool {
	up := []paper.Point{{X: x, Y: y + size}, {X: x + size/2, Y: y}, {X: x + size, Y: y + size}}
	down := []paper.Point{{X: x, Y: y}, {X: x + size, Y: y}, {X: x + size/2, Y: y + size}}
	switch s {
	case guideline.Usual:
		sh.Disc(paper.Point{X: x + size/2, Y: y + size/2}, size/2, ink)
	case guideline.Watch:
		sh.Rect(x+size*0.06, y+size*0.06, size*0.88, size*0.88, ink)
	case guideline.High:
		sh.Fill(up, ink)
	case guideline.Low:
		sh.Fill(down, ink)
	case guideline.Urgent:
		stem := y + size*0.4
		dot := y + size*0.8
		if low {
			sh.Fill(down, ink)
			stem, dot = y+size*0.12, y+size*0.5
		} else {
			sh.Fill(up, ink)
		}
		sh.Rect(x+size*0.44, stem, size*0.12, size*0.3, white)
		sh.Rect(x+size*0.44, dot, size*0.12, size*0.1, white)
	default:
		return false
	}
	return true
}
