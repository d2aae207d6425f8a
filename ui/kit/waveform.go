package kit

import (
	"image"
	"image/color"
	"iter"
	"math"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// WaveformStyle says what a Waveform shows.
type WaveformStyle struct {
	Rate    float64             // samples a second, as the instrument sends them
	Seconds float64             // width of the screen in time; 0 means 8
	Low     float64             // value at the bottom
	High    float64             // value at the top
	Color   fyne.ThemeColorName // of the trace; empty means ColorTraceSpO2
	Height  float32             // least height in units; 0 means 160
}

// Waveform is a live trace that sweeps from left to right with an erased gap in
// front of the pen, as a patient monitor does. Samples come in at the
// instrument's rate; the screen is repainted only by Tick.
//
// Push may be called from any goroutine and allocates nothing; the rest belongs to
// the UI goroutine.
type Waveform struct {
	widget.BaseWidget
	style  WaveformStyle
	pen    color.NRGBA
	ground color.NRGBA
	grid   color.NRGBA
	strips [waveStrips]*strip
	shown  []float32 // the ring as of the last Tick
	drawn  uint64    // count at the last Tick

	mu    sync.Mutex
	ring  []float32 // one screenful; NaN where there is no trace
	count uint64    // samples pushed since the start
}

// waveStrips is of how many pictures beside one another a trace is made. Only those
// are made anew, and given to the graphics card, in which the pen is or was.
const waveStrips = 16

// A strip is a part of the width.
type strip struct {
	raster     *canvas.Raster
	image      *image.RGBA
	from, upTo float32 // of the width of the trace
}

// NewWaveform returns an empty waveform. Its ring holds one screenful, at most
// a million samples and at least two.
func NewWaveform(look Look, style WaveformStyle) *Waveform {
	if style.Seconds == 0 {
		style.Seconds = 8
	}
	if style.Color == "" {
		style.Color = ColorTraceSpO2
	}
	if style.Height == 0 {
		style.Height = 160
	}
	if style.High <= style.Low {
		style.High = style.Low + 1
	}
	n := int(min(max(style.Rate*style.Seconds, 2), 1e6))
	w := &Waveform{
		style: style, pen: look.Color(style.Color), ground: look.Color(ColorGround), grid: look.Color(ColorHairline),
		ring: make([]float32, n), shown: make([]float32, n),
	}
	for i := range w.strips {
		s := &strip{}
		s.raster = canvas.NewRaster(func(width, height int) image.Image { return w.generate(s, width, height) })
		s.raster.ScaleMode = canvas.ImageScalePixels // it is as large as its place
		w.strips[i] = s
	}
	w.reset()
	w.ExtendBaseWidget(w)
	return w
}

func (w *Waveform) reset() {
	for i := range w.ring {
		w.ring[i] = float32(math.NaN())
	}
	copy(w.shown, w.ring)
	w.count, w.drawn = 0, 0
}

// Push adds a sample; one that is not a number leaves a gap.
func (w *Waveform) Push(sample float64) {
	w.mu.Lock()
	w.ring[w.count%uint64(len(w.ring))] = float32(sample)
	w.count++
	w.mu.Unlock()
}

// Reset wipes the trace, for the next person.
func (w *Waveform) Reset() {
	w.mu.Lock()
	w.reset()
	w.mu.Unlock()
	w.repaint()
}

// Tick repaints if there are samples that are not shown yet, with all but a few of
// them. Call it before each frame that the window draws while it is shown, as LiveTrace
// does.
func (w *Waveform) Tick() {
	for s := range w.advance() {
		s.raster.Refresh()
	}
}

// held is how many samples may wait for the next Tick. They come as they please, some
// Ticks find two and the next one none: what waits fills that, and the pen moves evenly.
const held = 2

// advance takes in the samples that have come, and returns the strips that look
// different now.
func (w *Waveform) advance() iter.Seq[*strip] {
	before := w.drawn
	w.mu.Lock()
	if waiting := w.count - w.drawn; waiting > 0 {
		copy(w.shown, w.ring) // those that still wait are in the gap, and are not seen
		w.drawn += max(1, waiting-min(waiting, held))
	}
	w.mu.Unlock()
	n, fresh := uint64(len(w.ring)), w.drawn-before
	switch {
	case fresh == 0:
		return w.within(0, 0)
	case fresh >= n:
		return w.within(0, 1)
	}
	// From what the pen was joined to, up to the end of the gap in front of it.
	const beside = 2
	from := float64((before+n-beside)%n) / float64(n)
	return w.within(from, from+float64(fresh+2*beside)/float64(n)+gapShare)
}

// within returns the strips that a part of the width is in. It may go on at the left.
func (w *Waveform) within(from, upTo float64) iter.Seq[*strip] {
	const slack = 0.01 // strips begin at whole units, and the pen has a width
	return func(yield func(*strip) bool) {
		for i, s := range w.strips {
			left, right := float64(i)/waveStrips-slack, float64(i+1)/waveStrips+slack
			if upTo > from && (left < upTo && right > from || left+1 < upTo) && !yield(s) {
				return
			}
		}
	}
}

// repaint has all of the trace made anew.
func (w *Waveform) repaint() {
	for _, s := range w.strips {
		s.raster.Refresh()
	}
}

// gapShare is the part of the screen erased in front of the pen.
const gapShare = 0.04

// generate paints into an image that is kept from frame to frame, since any
// other kind is converted and allocated by Fyne each time.
func (w *Waveform) generate(s *strip, width, height int) image.Image {
	if s.image == nil || s.image.Rect.Dx() != width || s.image.Rect.Dy() != height {
		s.image = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	if s.upTo > s.from {
		scale := float32(width) / (s.upTo - s.from) // pixels a unit
		w.paintSweep(s.image, int(s.from*scale+0.5), int(w.Size().Width*scale+0.5))
	}
	return s.image
}

// nib is the pen's width along the time axis: the heights of the last columns,
// so that a steep stretch comes out as thick as a flat one.
type nib struct {
	ys [8]float32
	n  int
}

func (t *nib) reset() { t.n = 0 }

// add puts down the pen at y and returns the span of the last reach columns.
func (t *nib) add(y float32, reach int) (top, bottom float32) {
	t.ys[t.n%len(t.ys)] = y
	t.n++
	top, bottom = y, y
	for i := t.n - min(t.n, reach); i < t.n; i++ {
		v := t.ys[i%len(t.ys)]
		top, bottom = min(top, v), max(bottom, v)
	}
	return top, bottom
}

// paintSweep draws a part of one screenful of samples that is width wide, from a
// column on. Each column gets one vertical run over the heights of the last few
// columns, with soft ends.
func (w *Waveform) paintSweep(img *image.RGBA, from, width int) {
	height := img.Rect.Dy()
	if img.Rect.Empty() {
		return
	}
	fill(img, w.ground)
	for i := 1; i < 4; i++ {
		row(img, height*i/4, w.grid)
	}
	ring, style := w.shown, w.style
	n := len(ring)
	head := int(w.drawn % uint64(n))
	gap := max(int(float64(n)*gapShare), 1)
	thick := max(float32(height)/110, 1.25) // half the pen's width
	margin := thick + 2
	span := float32(style.High - style.Low)
	scale := float32(n) / float32(width)
	var trail nib
	trail.reset()
	reach := min(int(2*thick)+1, len(trail.ys))
	for x := max(from-len(trail.ys), 0); x < from+img.Rect.Dx(); x++ {
		at := float32(x) * scale
		i := min(int(at), n-1)
		j := min(i+1, n-1)
		if j == head {
			j = i // never join the newest sample to the oldest
		}
		if ahead := (i - head + n) % n; ahead < gap && w.drawn > 0 {
			trail.reset()
			continue
		}
		v := ring[i] + (ring[j]-ring[i])*(at-float32(i))
		if v != v {
			trail.reset()
			continue
		}
		share := min(max((v-float32(style.Low))/span, 0), 1)
		y := margin + (1-share)*(float32(height)-2*margin)
		top, bottom := trail.add(y, reach)
		run(img, x-from, top-thick, bottom+thick, w.pen)
	}
	if w.drawn > 0 {
		for x := range max(width/400, 1) {
			run(img, min(int(float32(head)/scale)+x, width-1)-from, 0, float32(height), w.grid)
		}
	}
}

// fill clears the picture by doubling copies of the first pixel.
func fill(img *image.RGBA, c color.NRGBA) { flood(img.Pix, c) }

// flood gives every pixel of a run one colour.
func flood(pix []uint8, c color.NRGBA) {
	pix[0], pix[1], pix[2], pix[3] = c.R, c.G, c.B, c.A
	for n := 4; n < len(pix); n *= 2 {
		copy(pix[n:], pix[:n])
	}
}

func row(img *image.RGBA, y int, c color.NRGBA) {
	for x := range img.Rect.Dx() {
		o := img.PixOffset(x, y)
		img.Pix[o], img.Pix[o+1], img.Pix[o+2] = c.R, c.G, c.B
	}
}

// run draws part of one column, if the picture has it, mixing in its two end pixels by
// how much of them it covers.
func run(img *image.RGBA, x int, top, bottom float32, c color.NRGBA) {
	if x < 0 || x >= img.Rect.Dx() {
		return
	}
	first, last := max(int(top), 0), min(int(bottom), img.Rect.Dy()-1)
	for y := first; y <= last; y++ {
		cover := min(bottom, float32(y+1)) - max(top, float32(y))
		if cover <= 0 {
			continue
		}
		o := img.PixOffset(x, y)
		img.Pix[o] = mix(img.Pix[o], c.R, cover)
		img.Pix[o+1] = mix(img.Pix[o+1], c.G, cover)
		img.Pix[o+2] = mix(img.Pix[o+2], c.B, cover)
	}
}

func mix(under, over uint8, share float32) uint8 {
	return uint8(float32(under) + (float32(over)-float32(under))*share + 0.5)
}

// layout gives each strip a whole number of units, so that none begins between two
// points of the screen.
func (w *Waveform) layout(size fyne.Size) {
	edge := float32(0)
	for i, s := range w.strips {
		s.from, s.upTo = edge, float32(math.Round(float64(size.Width)*float64(i+1)/waveStrips))
		if i == waveStrips-1 {
			s.upTo = size.Width
		}
		edge = s.upTo
		place(s.raster, s.from, 0, s.upTo-s.from, size.Height)
	}
}

// CreateRenderer is called by Fyne.
func (w *Waveform) CreateRenderer() fyne.WidgetRenderer {
	objects := make([]fyne.CanvasObject, waveStrips)
	for i, s := range w.strips {
		objects[i] = s.raster
	}
	return &parts{
		objects: fixed(objects...),
		layout:  w.layout,
		min:     func() fyne.Size { return fyne.NewSize(240, w.style.Height) },
		refresh: w.repaint,
	}
}
