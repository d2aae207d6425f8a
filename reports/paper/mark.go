package paper

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // a picture may be a JPEG
	"image/png"

	"github.com/jung-kurt/gofpdf"
)

// A mark is one thing drawn, in points from the upper left corner.
type mark interface {
	moved(dx, dy float64) mark
	draw(s *Setter)
	paint(c *canvas)
}

func (p Point) moved(dx, dy float64) Point { return Point{p.X + dx, p.Y + dy} }

// glyphs are one line of text in drawing order, from its left end.
type glyphs struct {
	at    Point
	style Style
	line  string
	width float64
}

func (g glyphs) moved(dx, dy float64) mark {
	g.at = g.at.moved(dx, dy)
	return g
}

func (g glyphs) draw(s *Setter) {
	s.use(g.style)
	s.pdf.SetTextColor(g.style.Ink.rgb())
	s.pdf.Text(g.at.X, g.at.Y, g.line)
}

// path is a line or a shape with straight edges.
type path struct {
	points []Point
	closed bool
	fill   *Ink
	stroke *Stroke
}

func (p path) moved(dx, dy float64) mark {
	points := make([]Point, len(p.points))
	for i, at := range p.points {
		points[i] = at.moved(dx, dy)
	}
	p.points = points
	return p
}

func (p path) draw(s *Setter) {
	if len(p.points) == 0 {
		return
	}
	s.pdf.MoveTo(p.points[0].X, p.points[0].Y)
	for _, at := range p.points[1:] {
		s.pdf.LineTo(at.X, at.Y)
	}
	if p.closed || p.fill != nil {
		s.pdf.ClosePath()
	}
	s.pdf.DrawPath(s.pen(p.fill, p.stroke))
}

// pen sets colours and line, and returns the library's word for what to draw.
func (s *Setter) pen(fill *Ink, stroke *Stroke) string {
	how := ""
	if fill != nil {
		s.pdf.SetFillColor(fill.rgb())
		how = "F"
	}
	if stroke != nil {
		s.pdf.SetDrawColor(stroke.Ink.rgb())
		s.pdf.SetLineWidth(stroke.Width)
		dashes := []float64{}
		if stroke.Dash > 0 {
			dashes = []float64{stroke.Dash, stroke.Dash}
		}
		s.pdf.SetDashPattern(dashes, 0)
		how += "D"
	}
	return how
}

// disc is a circle.
type disc struct {
	centre Point
	radius float64
	fill   *Ink
	stroke *Stroke
}

func (d disc) moved(dx, dy float64) mark {
	d.centre = d.centre.moved(dx, dy)
	return d
}

func (d disc) draw(s *Setter) {
	s.pdf.Circle(d.centre.X, d.centre.Y, d.radius, s.pen(d.fill, d.stroke))
}

// squares is a code to scan: rows of squares, dark where true.
type squares struct {
	at   Point
	size float64
	dark [][]bool
}

func (q squares) moved(dx, dy float64) mark {
	q.at = q.at.moved(dx, dy)
	return q
}

func (q squares) draw(s *Setter) {
	s.pdf.SetFillColor(255, 255, 255)
	s.pdf.Rect(q.at.X, q.at.Y, q.size, q.size, "F")
	s.pdf.SetFillColor(0, 0, 0)
	q.runs(func(x, y, width, height float64) { s.pdf.Rect(x, y, width, height, "F") })
}

// runs calls fn with every run of dark squares of a row, as one rectangle, so
// that no hairline shows between them.
func (q squares) runs(fn func(x, y, width, height float64)) {
	if len(q.dark) == 0 {
		return
	}
	side := q.size / float64(len(q.dark))
	for row, dark := range q.dark {
		for from := 0; from < len(dark); from++ {
			to := from
			for to < len(dark) && dark[to] {
				to++
			}
			if to > from {
				fn(q.at.X+float64(from)*side, q.at.Y+float64(row)*side, float64(to-from)*side, side)
			}
			from = to
		}
	}
}

// photo is a picture made of pixels, as a PNG of ours.
type photo struct {
	at   Point
	size Size
	data []byte
}

func (p photo) moved(dx, dy float64) mark {
	p.at = p.at.moved(dx, dy)
	return p
}

func (p photo) draw(s *Setter) {
	name := fmt.Sprintf("%x", sha256.Sum256(p.data))
	options := gofpdf.ImageOptions{ImageType: "PNG"}
	s.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(p.data))
	s.pdf.ImageOptions(name, p.at.X, p.at.Y, p.size.Width, p.size.Height, false, options, 0, "")
}

// maxPicture bounds a picture's pixels, which are unpacked in memory.
const maxPicture = 4 << 20

// repack reads a PNG or JPEG and writes the one kind of PNG that the PDF
// library surely takes: 8 bits, not interlaced. It returns nil for a picture
// that is damaged or too large, so that a bad logo costs the logo and not the
// page.
func repack(data []byte) (packed []byte, size Size) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxPicture/config.Height {
		return nil, Size{}
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, Size{}
	}
	plain := image.NewNRGBA(image.Rect(0, 0, config.Width, config.Height))
	draw.Draw(plain, plain.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, plain); err != nil {
		return nil, Size{}
	}
	return b.Bytes(), Size{float64(config.Width), float64(config.Height)}
}
