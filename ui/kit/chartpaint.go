package kit

import (
	"image"
	"image/color"
)

// chartInks are the colours of a chart's picture.
type chartInks struct {
	ground, hairline, border, ink, ink2, action color.NRGBA
}

func chartInksOf(look Look) chartInks {
	return chartInks{
		ground: look.Color(ColorSurface), hairline: look.Color(ColorHairline), border: look.Color(ColorBorder),
		ink: look.Color(ColorInk), ink2: look.Color(ColorInk2), action: look.Color(ColorAction),
	}
}

// chartDense is how many units a point needs to be drawn by itself; below it
// columns of that width are drawn instead.
const chartDense = 5

// chartPainter paints the inside of a chart at one size.
type chartPainter struct {
	brush
	style  *ChartStyle
	frames []chartFrame // of the panes, in units
	view   chartView
	inks   chartInks
	look   Look
	scale  float64 // pixels of a unit
	chosen int
}

func (c *chartPainter) x(at float64) float64 {
	pad := chartPad * c.scale
	return pad + c.view.share(at)*(float64(c.img.Rect.Dx())-2*pad)
}

// y is where a value of a pane is drawn.
func (c *chartPainter) y(pane int, value float64) float64 { return c.frames[pane].y(value) * c.scale }

// paint draws everything that is not a letter.
func (c *chartPainter) paint() {
	if c.img.Rect.Empty() {
		return
	}
	fill(c.img, c.inks.ground)
	from, to := c.view.within(c.style.Points)
	points := c.style.Points[from:to]
	room := (float64(c.img.Rect.Dx()) - 2*chartPad*c.scale) / (chartDense * c.scale)
	for pane := range c.style.Panes {
		c.ground(pane)
		if float64(len(points)) > max(room, 1) {
			c.cells(pane, gather(points, c.view.width()/max(room, 1), seriesOf(pane)))
		} else {
			c.each(pane, points)
		}
	}
	c.cursor()
}

// seriesOf reads the values that a pane shows.
func seriesOf(pane int) func(TrendPoint) float64 {
	if pane == 1 {
		return func(p TrendPoint) float64 { return p.Second }
	}
	return func(p TrendPoint) float64 { return p.Value }
}

// ground draws the bands of a pane and the lines of its values.
func (c *chartPainter) ground(pane int) {
	width, style := float64(c.img.Rect.Dx()), c.style.Panes[pane]
	rule := func(at float64, ink color.NRGBA) {
		y := c.y(pane, at)
		c.bar(0, y-c.scale/2, width, y+c.scale/2, ink)
	}
	for _, b := range style.Bands {
		_, ground := b.Band.colors()
		c.band(c.y(pane, b.To), c.y(pane, b.From), c.look.Color(ground))
	}
	for i, b := range style.Bands {
		if i > 0 { // the border is a line as well as a change of colour
			rule(b.From, c.inks.border)
		}
	}
	for _, m := range style.Values {
		rule(m.At, c.inks.hairline)
	}
	for _, l := range style.Lines {
		width, ink := 1*c.scale, c.inks.border
		if l.Strong {
			width, ink = 2*c.scale, c.inks.action
		}
		c.line(c.x(c.style.First), c.y(pane, l.First), c.x(c.style.Last), c.y(pane, l.Last), width, ink)
	}
	if len(c.style.Panes) > 1 {
		rule(style.Low, c.inks.border)
		rule(style.High, c.inks.border)
	}
}

// each draws every point, with a line through those that count.
func (c *chartPainter) each(pane int, points []TrendPoint) {
	s, value := c.scale, seriesOf(pane)
	last := -1
	for i, p := range points {
		if c.style.Loose || p.Excluded {
			continue
		}
		if last >= 0 {
			q := points[last]
			c.line(c.x(q.X), c.y(pane, value(q)), c.x(p.X), c.y(pane, value(p)), 1.5*s, c.inks.border)
		}
		last = i
	}
	for _, p := range points {
		stroke, ink := 0.0, c.inks.ink
		if p.Excluded {
			stroke, ink = 1.5*s, c.inks.ink2
		}
		x, y := c.x(p.X), c.y(pane, value(p))
		if p.Doubtful {
			c.bar(x-9*s, y-0.75*s, x+9*s, y+0.75*s, ink)
		}
		c.disc(x, y, 4*s, stroke, ink)
	}
}

// cells draws columns: where what counts lies in each, and its mean.
func (c *chartPainter) cells(pane int, cells []chartCell) {
	s, last := c.scale, -1
	for i, cell := range cells {
		if c.style.Loose || cell.counted.n == 0 {
			continue
		}
		x := c.x(cell.x)
		if last >= 0 {
			c.line(c.x(cells[last].x), c.y(pane, cells[last].counted.mean), x, c.y(pane, cell.counted.mean), 1.25*s, c.inks.border)
		}
		last = i
	}
	for _, cell := range cells {
		x := c.x(cell.x)
		if cell.counted.n > 0 {
			c.bar(x-0.75*s, c.y(pane, cell.counted.high), x+0.75*s, c.y(pane, cell.counted.low), c.inks.border)
			c.disc(x, c.y(pane, cell.counted.mean), 2.25*s, 0, c.inks.ink)
		}
		if cell.excluded.n > 0 {
			c.disc(x, c.y(pane, cell.excluded.mean), 2.5*s, 1*s, c.inks.ink2)
		}
	}
}

// cursor marks the chosen point.
func (c *chartPainter) cursor() {
	if c.chosen < 0 || c.chosen >= len(c.style.Points) {
		return
	}
	p, s := c.style.Points[c.chosen], c.scale
	if p.X < c.view.start || p.X > c.view.end {
		return
	}
	x := c.x(p.X)
	c.bar(x-0.5*s, 0, x+0.5*s, float64(c.img.Rect.Dy()), c.inks.action)
	for pane := range c.style.Panes {
		c.disc(x, c.y(pane, seriesOf(pane)(p)), 8*s, 2*s, c.inks.action)
	}
}

// generate is what the raster asks for. The picture is kept from frame to frame.
func (c *Chart) generate(width, height int) image.Image {
	if c.image == nil || c.image.Rect.Dx() != width || c.image.Rect.Dy() != height {
		c.image = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	scale := 1.0
	if w := c.raster.Size().Width; w > 0 {
		scale = float64(width) / float64(w)
	}
	painter := chartPainter{
		brush: brush{c.image}, style: &c.style, frames: c.frames(float64(height) / scale), view: c.view, inks: c.inks, look: c.look, scale: scale, chosen: c.chosen,
	}
	painter.paint()
	return c.image
}
