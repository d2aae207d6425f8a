package kit

import (
	"image"
	"image/color"
	"math"
)

// brush paints soft-edged shapes into an image, in its pixels. Canvas objects
// look the same, but thousands of them are slow.
type brush struct{ img *image.RGBA }

// cover paints c over each pixel of a box by what share says of it, 0 to 1.
func (b brush) cover(left, top, right, bottom float64, c color.NRGBA, share func(x, y float64) float64) {
	r := b.img.Rect
	x0, x1 := max(int(math.Floor(left)), r.Min.X), min(int(math.Ceil(right)), r.Max.X)
	y0, y1 := max(int(math.Floor(top)), r.Min.Y), min(int(math.Ceil(bottom)), r.Max.Y)
	alpha := float64(c.A) / 255
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			s := share(float64(x)+0.5, float64(y)+0.5) * alpha
			if s <= 0 {
				continue
			}
			o := b.img.PixOffset(x, y)
			pix := b.img.Pix[o : o+3 : o+3]
			pix[0], pix[1], pix[2] = mix(pix[0], c.R, float32(min(s, 1))), mix(pix[1], c.G, float32(min(s, 1))), mix(pix[2], c.B, float32(min(s, 1)))
		}
	}
}

func soft(inside float64) float64 { return min(max(inside+0.5, 0), 1) }

// disc is a filled circle; with a stroke it is a ring of that width inside r.
func (b brush) disc(x, y, r, stroke float64, c color.NRGBA) {
	b.cover(x-r-1, y-r-1, x+r+1, y+r+1, c, func(px, py float64) float64 {
		d := math.Hypot(px-x, py-y)
		if stroke > 0 {
			return min(soft(r-d), soft(d-(r-stroke)))
		}
		return soft(r - d)
	})
}

// bar is an upright rectangle.
func (b brush) bar(left, top, right, bottom float64, c color.NRGBA) {
	b.cover(left-1, top-1, right+1, bottom+1, c, func(px, py float64) float64 {
		return min(soft(px-left), soft(right-px)) * min(soft(py-top), soft(bottom-py))
	})
}

// band fills whole rows of the picture; nobody sees half a pixel of it.
func (b brush) band(top, bottom float64, c color.NRGBA) {
	from, to := max(int(math.Round(top)), b.img.Rect.Min.Y), min(int(math.Round(bottom)), b.img.Rect.Max.Y)
	if from < to {
		flood(b.img.Pix[b.img.PixOffset(b.img.Rect.Min.X, from):b.img.PixOffset(b.img.Rect.Min.X, to)], c)
	}
}

// line is a straight line of a width.
func (b brush) line(x1, y1, x2, y2, width float64, c color.NRGBA) {
	r := b.img.Rect
	// A line that leads far out of the picture is cut first.
	if x2 <= x1 || x2 < float64(r.Min.X) || x1 > float64(r.Max.X) {
		return
	}
	slope := (y2 - y1) / (x2 - x1)
	if lead := float64(r.Min.X) - 2 - x1; lead > 0 {
		x1, y1 = x1+lead, y1+lead*slope
	}
	if tail := x2 - float64(r.Max.X) - 2; tail > 0 {
		x2 -= tail
	}
	steep := math.Hypot(1, slope)
	half := width / 2
	for x := int(math.Floor(x1)); x < int(math.Ceil(x2)); x++ {
		left, right := max(float64(x), x1), min(float64(x)+1, x2)
		if right <= left {
			continue
		}
		ya, yb := y1+(left-x1)*slope, y1+(right-x1)*slope
		top, bottom := min(ya, yb)-half*steep/2-half/2, max(ya, yb)+half*steep/2+half/2
		b.cover(float64(x), top-1, float64(x)+1, bottom+1, c, func(_, py float64) float64 {
			return min(soft(py-top), soft(bottom-py)) * (right - left)
		})
	}
}
