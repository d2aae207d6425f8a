package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/f32"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"aidpost/assets"
)

// maxDots bounds a picture of a page.
const maxDots = 100_000_000

// Draw draws a sheet as a picture, scale dots to the point. What is drawn is
// what Write puts into the PDF, and no other program is needed for it.
func (s *Setter) Draw(sh *Sheet, scale float64) (picture *image.RGBA, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			picture, err = nil, drawingError(cause)
		}
	}()
	size := s.size
	if sh.Height > 0 {
		size.Height = sh.Height
	}
	width, height := math.Ceil(size.Width*scale), math.Ceil(size.Height*scale)
	if !(width > 0 && height > 0 && width*height <= maxDots) {
		return nil, fmt.Errorf("%w: a picture of %.0f by %.0f dots", ErrDrawing, width, height)
	}
	c := &canvas{to: image.NewRGBA(image.Rect(0, 0, int(width), int(height))), scale: scale}
	for i, face := range [][]byte{Regular: assets.SansRegular(), Bold: assets.SansBold()} {
		if c.faces[i], err = sfnt.Parse(face); err != nil {
			return nil, fmt.Errorf("reading the typeface: %w", err)
		}
	}
	draw.Draw(c.to, c.to.Bounds(), image.White, image.Point{}, draw.Src)
	for _, m := range sh.marks {
		m.paint(c)
	}
	return c.to, nil
}

// A canvas is a picture while it is drawn.
type canvas struct {
	to     *image.RGBA
	scale  float64
	faces  [2]*sfnt.Font
	buffer sfnt.Buffer
}

// An outline collects shapes that are filled together, in dots.
type outline struct {
	steps []step
	low   f32.Vec2
	high  f32.Vec2
}

// A step is a move, a line, or a curve of two or three points.
type step struct {
	points [3]f32.Vec2
	n      int // 0: begins a shape at the first point
}

func (o *outline) add(n int, points ...f32.Vec2) {
	s := step{n: n}
	for i, p := range points {
		s.points[i] = p
		if len(o.steps) == 0 && i == 0 {
			o.low, o.high = p, p
		}
		for axis := range 2 {
			o.low[axis] = min(o.low[axis], p[axis])
			o.high[axis] = max(o.high[axis], p[axis])
		}
	}
	o.steps = append(o.steps, s)
}

// polygon adds a shape with straight edges, always the same way round, so that
// shapes that overlap do not cancel out.
func (o *outline) polygon(points []f32.Vec2) {
	area := float32(0)
	for i, p := range points {
		q := points[(i+1)%len(points)]
		area += p[0]*q[1] - q[0]*p[1]
	}
	for i := range points {
		at := i
		if area < 0 {
			at = len(points) - 1 - i
		}
		o.add(min(i, 1), points[at])
	}
}

// fill fills the outline.
func (c *canvas) fill(o *outline, ink Ink) {
	if len(o.steps) == 0 {
		return
	}
	left, top := int(math.Floor(float64(o.low[0]))), int(math.Floor(float64(o.low[1])))
	box := image.Rect(left, top, int(math.Ceil(float64(o.high[0])))+1, int(math.Ceil(float64(o.high[1])))+1)
	seen := box.Intersect(c.to.Bounds())
	if seen.Empty() || box.Dx()*box.Dy() > maxDots {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p f32.Vec2) (x, y float32) { return p[0] - float32(left), p[1] - float32(top) }
	begun := false
	for _, s := range o.steps {
		ax, ay := at(s.points[0])
		bx, by := at(s.points[1])
		dx, dy := at(s.points[2])
		switch s.n {
		case 0:
			if begun {
				r.ClosePath()
			}
			begun = true
			r.MoveTo(ax, ay)
		case 1:
			r.LineTo(ax, ay)
		case 2:
			r.QuadTo(ax, ay, bx, by)
		case 3:
			r.CubeTo(ax, ay, bx, by, dx, dy)
		}
	}
	r.ClosePath()
	red, green, blue := ink.rgb()
	r.Draw(c.to, box, image.NewUniform(color.RGBA{uint8(red), uint8(green), uint8(blue), 255}), image.Point{})
}

func (c *canvas) dot(x, y float64) f32.Vec2 {
	return f32.Vec2{float32(x * c.scale), float32(y * c.scale)}
}

func (g glyphs) paint(c *canvas) {
	const unit = 64 // fixed-point numbers have six bits after the point
	ppem := fixed.Int26_6(g.style.Size*c.scale*unit + 0.5)
	face := c.faces[g.style.Face]
	x, y := g.at.X*c.scale, g.at.Y*c.scale
	var o outline
	for _, r := range g.line {
		glyph, err := face.GlyphIndex(&c.buffer, r)
		if err != nil {
			continue
		}
		segments, err := face.LoadGlyph(&c.buffer, glyph, ppem, nil)
		if err != nil {
			continue
		}
		for _, s := range segments {
			var p [3]f32.Vec2
			for i := range p {
				p[i] = f32.Vec2{float32(x) + float32(s.Args[i].X)/unit, float32(y) + float32(s.Args[i].Y)/unit}
			}
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				o.add(0, p[0])
			case sfnt.SegmentOpLineTo:
				o.add(1, p[0])
			case sfnt.SegmentOpQuadTo:
				o.add(2, p[0], p[1])
			case sfnt.SegmentOpCubeTo:
				o.add(3, p[0], p[1], p[2])
			}
		}
		if advance, err := face.GlyphAdvance(&c.buffer, glyph, ppem, font.HintingNone); err == nil {
			x += float64(advance) / unit
		}
	}
	c.fill(&o, g.style.Ink)
}

func (p path) paint(c *canvas) {
	points := make([]f32.Vec2, len(p.points))
	for i, at := range p.points {
		points[i] = c.dot(at.X, at.Y)
	}
	if p.fill != nil && len(points) > 2 {
		var o outline
		o.polygon(points)
		c.fill(&o, *p.fill)
	}
	if p.stroke == nil || len(points) < 2 {
		return
	}
	if p.closed {
		points = append(points, points[0])
	}
	c.stroke(points, *p.stroke)
}

// stroke draws a line of some width, dashed if the stroke is.
func (c *canvas) stroke(points []f32.Vec2, stroke Stroke) {
	half := max(stroke.Width*c.scale/2, 0.3)
	dash := stroke.Dash * c.scale
	var o outline
	gone := 0.0 // along the line
	for i := range len(points) - 1 {
		from, to := points[i], points[i+1]
		dx, dy := float64(to[0]-from[0]), float64(to[1]-from[1])
		length := math.Hypot(dx, dy)
		if length == 0 {
			continue
		}
		dx, dy = dx/length, dy/length
		piece := func(a, b float64) {
			at := func(along, aside float64) f32.Vec2 {
				return f32.Vec2{from[0] + float32(dx*along-dy*aside), from[1] + float32(dy*along+dx*aside)}
			}
			o.polygon([]f32.Vec2{at(a, -half), at(b, -half), at(b, half), at(a, half)})
		}
		if dash < 0.5 { // a full line, a little longer so that corners are closed
			piece(-half/2, length+half/2)
			continue
		}
		for a := -math.Mod(gone, 2*dash); a < length; a += 2 * dash {
			if b := min(a+dash, length); b > 0 {
				piece(max(a, 0), b)
			}
		}
		gone += length
	}
	c.fill(&o, stroke.Ink)
}

func (d disc) paint(c *canvas) {
	circle := func(o *outline, radius float64, inward bool) {
		const k = 0.5522847498 // of a circle made of four curves
		p := func(x, y float64) f32.Vec2 {
			if inward {
				y = -y
			}
			return c.dot(d.centre.X+x*radius, d.centre.Y+y*radius)
		}
		o.add(0, p(1, 0))
		o.add(3, p(1, k), p(k, 1), p(0, 1))
		o.add(3, p(-k, 1), p(-1, k), p(-1, 0))
		o.add(3, p(-1, -k), p(-k, -1), p(0, -1))
		o.add(3, p(k, -1), p(1, -k), p(1, 0))
	}
	if d.fill != nil {
		var o outline
		circle(&o, d.radius, false)
		c.fill(&o, *d.fill)
	}
	if d.stroke != nil {
		var o outline
		circle(&o, d.radius+d.stroke.Width/2, false)
		circle(&o, d.radius-d.stroke.Width/2, true)
		c.fill(&o, d.stroke.Ink)
	}
}

func (q squares) paint(c *canvas) {
	var ground outline
	ground.polygon([]f32.Vec2{c.dot(q.at.X, q.at.Y), c.dot(q.at.X+q.size, q.at.Y), c.dot(q.at.X+q.size, q.at.Y+q.size), c.dot(q.at.X, q.at.Y+q.size)})
	c.fill(&ground, 0xffffff)
	var o outline
	q.runs(func(x, y, width, height float64) {
		o.polygon([]f32.Vec2{c.dot(x, y), c.dot(x+width, y), c.dot(x+width, y+height), c.dot(x, y+height)})
	})
	c.fill(&o, 0)
}

func (p photo) paint(c *canvas) {
	picture, err := png.Decode(bytes.NewReader(p.data))
	if err != nil {
		return
	}
	from, to := c.dot(p.at.X, p.at.Y), c.dot(p.at.X+p.size.Width, p.at.Y+p.size.Height)
	box := image.Rect(int(from[0]), int(from[1]), int(to[0]+0.5), int(to[1]+0.5))
	xdraw.ApproxBiLinear.Scale(c.to, box, picture, picture.Bounds(), draw.Over, nil)
}
