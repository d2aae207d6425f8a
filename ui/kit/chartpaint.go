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

func (c *chartPainter) y(value float64) float64 {
	share := (value - c.style.Low) / (c.style.High - c.style.Low)
	return float64(c.img.Rect.Dy()) * (1 - min(max(share, 0), 1))
}

// paint draws everything that is not a letter.
func (c *chartPainter) paint() {
	if c.img.Rect.Empty() {
		return
	}
	fill(c.img, c.inks.ground)
	width := float64(c.img.Rect.Dx())
	for _, b := range c.style.Bands {
		_, ground := b.Band.colors()
		c.band(c.y(b.To), c.y(b.From), c.look.Color(ground))
	}
	for i, b := range c.style.Bands {
		if i > 0 { // the border is a line as well as a change of colour
			c.bar(0, c.y(b.From)-c.scale/2, width, c.y(b.From)+c.scale/2, c.inks.border)
		}
	}
	for _, m := range c.style.Values {
		c.bar(0, c.y(m.At)-c.scale/2, width, c.y(m.At)+c.scale/2, c.inks.hairline)
	}
	from, to := c.view.within(c.style.Points)
	points := c.style.Points[from:to]
	room := (width - 2*chartPad*c.scale) / (chartDense * c.scale)
	if float64(len(points)) > max(room, 1) {
		c.cells(gather(points, c.view.width()/max(room, 1), c.style.Two))
	} else {
		c.each(points)
	}
	c.cursor()
}

// each draws every point.
func (c *chartPainter) each(points []TrendPoint) {
	s := c.scale
	last := -1
	for i, p := range points {
		if c.style.Two || p.Excluded {
			continue
		}
		if last >= 0 {
			c.line(c.x(points[last].X), c.y(points[last].Value), c.x(p.X), c.y(p.Value), 1.5*s, c.inks.border)
		}
		last = i
	}
	for _, p := range points {
		x, stroke, ink := c.x(p.X), 0.0, c.inks.ink
		if p.Excluded {
			stroke, ink = 1.5*s, c.inks.ink2
		}
		if c.style.Two {
			c.bar(x-0.75*s, c.y(p.Value)+3.5*s, x+0.75*s, c.y(p.Second)-3.5*s, c.inks.border)
			c.square(x, c.y(p.Second), 3.5*s, stroke, ink)
		}
		c.disc(x, c.y(p.Value), 4*s, stroke, ink)
	}
}

// cells draws columns: where what counts lies in each, and its mean.
func (c *chartPainter) cells(cells []chartCell) {
	s := c.scale
	last := -1
	for i, cell := range cells {
		if cell.first.n == 0 || c.style.Two {
			continue
		}
		if last >= 0 {
			c.line(c.x(cells[last].x), c.y(cells[last].first.mean), c.x(cell.x), c.y(cell.first.mean), 1.25*s, c.inks.border)
		}
		last = i
	}
	for _, cell := range cells {
		x := c.x(cell.x)
		for _, r := range []chartRange{cell.first, cell.second} {
			if r.n > 0 {
				c.bar(x-0.75*s, c.y(r.high), x+0.75*s, c.y(r.low), c.inks.border)
			}
		}
		if cell.first.n > 0 {
			c.disc(x, c.y(cell.first.mean), 2.25*s, 0, c.inks.ink)
		}
		if cell.second.n > 0 {
			c.square(x, c.y(cell.second.mean), 2*s, 0, c.inks.ink)
		}
		if cell.excluded.n > 0 {
			c.disc(x, c.y(cell.excluded.mean), 2.5*s, 1*s, c.inks.ink2)
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
	c.disc(x, c.y(p.Value), 8*s, 2*s, c.inks.action)
	if c.style.Two {
		c.disc(x, c.y(p.Second), 8*s, 2*s, c.inks.action)
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
		brush: brush{c.image}, style: &c.style, view: c.view, inks: c.inks, look: c.look, scale: scale, chosen: c.chosen,
	}
	painter.paint()
	return c.image
}
