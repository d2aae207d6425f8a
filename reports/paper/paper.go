// Package paper sets text and line drawings on pages and writes them as PDF.
//
// A Setter measures and breaks text, a Sheet collects what is drawn on one
// page or a part of one, and a Document writes sheets out. Everything stays in
// memory. Lengths are points, 72 to the inch, with y growing downwards.
//
// Coordinates are logical: x counts from the edge where reading starts, so the
// same drawing code gives a mirrored page for a right-to-left language.
//
// The PDF library panics on characters beyond U+FFFF, prints boxes for missing
// glyphs and does not join Arabic letters. Every string therefore passes
// through Setter before it reaches the library.
package paper

import (
	"errors"
	"fmt"
)

// An Ink is a colour, 0xRRGGBB.
type Ink uint32

func (c Ink) rgb() (r, g, b int) { return int(c >> 16 & 0xff), int(c >> 8 & 0xff), int(c & 0xff) }

// A Face is a weight of the one typeface.
type Face uint8

// The faces.
const (
	Regular Face = iota
	Bold
)

// String returns the name of the face in a record of what was drawn.
func (f Face) String() string {
	if f == Bold {
		return "bold"
	}
	return "regular"
}

// A Style is how text looks. Size is in points.
type Style struct {
	Face Face
	Size float64
	Ink  Ink
}

// In returns the style in another colour.
func (s Style) In(ink Ink) Style {
	s.Ink = ink
	return s
}

// An Align says which point of a line of text lies at its x.
type Align uint8

// The alignments. Start is left in a left-to-right language.
const (
	Start Align = iota
	Middle
	End
)

// A Size is the size of a page.
type Size struct{ Width, Height float64 }

// The page sizes, upright. A receipt is 80 mm wide and at most as high as a
// reader of PDF takes; a sheet on it says how high it is.
var (
	A4      = Size{595.28, 841.89}
	Letter  = Size{612, 792}
	Receipt = Size{226.77, 14000}
)

// ErrDrawing reports that the PDF library failed.
var ErrDrawing = errors.New("cannot draw the page")

func drawingError(cause any) error { return fmt.Errorf("%w: %v", ErrDrawing, cause) }
