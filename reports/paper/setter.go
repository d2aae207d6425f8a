package paper

import (
	"fmt"
	"strings"

	"github.com/jung-kurt/gofpdf"
	"golang.org/x/image/font/sfnt"

	"aidpost/assets"
	"aidpost/assets/words/bidi"
)

const family = "sans"

// A Setter measures text in the embedded faces. It serves one document and one
// goroutine.
type Setter struct {
	size   Size
	rtl    bool
	pdf    *gofpdf.Fpdf
	font   *sfnt.Font // for coverage; both faces have the same characters
	buffer sfnt.Buffer
}

// NewSetter returns a setter for a page that is read from the left or from the
// right.
func NewSetter(size Size, rightToLeft bool) (s *Setter, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			s, err = nil, drawingError(cause)
		}
	}()
	font, err := sfnt.Parse(assets.SansRegular())
	if err != nil {
		return nil, fmt.Errorf("reading the typeface: %w", err)
	}
	pdf, err := newPDF(size)
	if err != nil {
		return nil, err
	}
	return &Setter{size: size, rtl: rightToLeft, pdf: pdf, font: font}, nil
}

// newPDF returns an empty document of the library.
func newPDF(size Size) (*gofpdf.Fpdf, error) {
	pdf := gofpdf.NewCustom(&gofpdf.InitType{
		UnitStr: "pt", Size: gofpdf.SizeType{Wd: size.Width, Ht: size.Height},
	})
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.AddUTF8FontFromBytes(family, "", assets.SansRegular())
	pdf.AddUTF8FontFromBytes(family, "B", assets.SansBold())
	if err := pdf.Error(); err != nil {
		return nil, drawingError(err)
	}
	return pdf, nil
}

func (s *Setter) use(style Style) {
	weight := ""
	if style.Face == Bold {
		weight = "B"
	}
	s.pdf.SetFont(family, weight, style.Size)
}

// covers reports whether the faces can draw r.
func (s *Setter) covers(r rune) bool {
	if r > 0xffff {
		return false
	}
	glyph, err := s.font.GlyphIndex(&s.buffer, r)
	return err == nil && glyph != 0
}

// Width returns how wide text is when it is set in one line.
func (s *Setter) Width(text string, style Style) float64 { return s.width(s.Clean(text), style) }

// width measures clean text.
func (s *Setter) width(text string, style Style) float64 {
	return s.drawn(visual(text, s.rtl), style)
}

// drawn measures text in the order in which it is drawn.
func (s *Setter) drawn(text string, style Style) float64 {
	s.use(style)
	return s.pdf.GetStringWidth(text)
}

// Between separates things that stand in one line and have nothing to do with each
// other: a number after it is not drawn to a name before it that runs the other way.
const Between = " · "

// visual puts a clean line into the order and the letter forms in which it is
// drawn on a page of the given direction.
func visual(line string, rightToLeft bool) string {
	if isPlain(line) && !rightToLeft {
		return line
	}
	mark := "\u200e"
	if rightToLeft {
		mark = "\u200f"
	}
	return bidi.Visual(strings.ReplaceAll(line, Between, mark+Between+mark), rightToLeft)
}
