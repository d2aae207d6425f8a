package kit

import (
	"image"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func sampleWave(rate float64) *Waveform {
	return NewWaveform(Look{Palette: Dark}, WaveformStyle{Rate: rate, Seconds: 4, High: 100})
}

// catchUp shows all that was pushed.
func catchUp(w *Waveform) {
	for range held + 1 {
		w.Tick()
	}
}

// TestWaveformMovesEvenly: samples that come two at a time, or late, still move the pen
// with each step; ones that come faster than the steps wait no longer than a few do.
func TestWaveformMovesEvenly(t *testing.T) {
	test.NewTempApp(t)
	for name, come := range map[string][]int{"even": {1}, "in pairs": {2, 0}, "late": {0, 1, 2}, "in threes": {3, 0, 0}, "faster": {2, 1, 2}} {
		w := sampleWave(60)
		still := 0
		for step := range 600 {
			for range come[step%len(come)] {
				w.Push(50)
			}
			before := w.drawn
			w.Tick()
			if w.drawn == before && step > 10 {
				still++
			}
			if w.count-w.drawn > held {
				t.Fatalf("%s: %d samples wait", name, w.count-w.drawn)
			}
		}
		if still > 0 {
			t.Errorf("%s: the pen stood still %d times", name, still)
		}
	}
}

// painted returns the trace as it is shown, in one picture.
func painted(w *Waveform, width, height int) *image.RGBA {
	catchUp(w)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	w.paintSweep(img, 0, width)
	return img
}

// heightsAt returns the first and last row of a column that the pen touched.
func heightsAt(img *image.RGBA, w *Waveform, x int) (top, bottom int) {
	top, bottom = -1, -1
	for y := range img.Rect.Dy() {
		c := img.RGBAAt(x, y)
		if c.R == w.pen.R && c.G == w.pen.G && c.B == w.pen.B {
			if top < 0 {
				top = y
			}
			bottom = y
		}
	}
	return top, bottom
}

func TestWaveformDrawsWhatWasPushed(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50) // 200 samples
	for range 100 {
		w.Push(25)
	}
	img := painted(w, 400, 200)
	top, bottom := heightsAt(img, w, 100)
	if middle := (top + bottom) / 2; middle < 145 || middle > 153 {
		t.Errorf("a value of a quarter is drawn at row %d of 200", middle)
	}
	if top, _ := heightsAt(img, w, 300); top >= 0 {
		t.Error("there is a trace where no sample has come in")
	}
}

func TestWaveformErasesInFrontOfThePen(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50)
	for range 300 { // once round and a half
		w.Push(50)
	}
	img := painted(w, 400, 200)
	for x, want := range map[int]bool{190: true, 206: false, 212: false, 230: true} {
		if top, _ := heightsAt(img, w, x); (top >= 0) != want {
			t.Errorf("trace at column %d is %t, want %t; the pen is at 200", x, top >= 0, want)
		}
	}
}

func TestWaveformLeavesAGapForInvalidSamples(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50)
	for i := range 150 {
		if i >= 50 && i < 80 {
			w.Push(math.NaN())
		} else {
			w.Push(50)
		}
	}
	img := painted(w, 400, 200)
	if top, _ := heightsAt(img, w, 130); top >= 0 {
		t.Error("an invalid stretch is drawn")
	}
	if top, _ := heightsAt(img, w, 200); top < 0 {
		t.Error("the trace does not come back after the gap")
	}
}

func TestWaveformStaysInsideForAnyValue(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50)
	for _, v := range []float64{-1e30, 1e30, math.Inf(1), math.Inf(-1), math.NaN(), 0, 100} {
		for range 20 {
			w.Push(v)
		}
	}
	for _, size := range []image.Point{{400, 200}, {1, 1}, {0, 0}, {3, 900}} {
		painted(w, size.X, size.Y)
	}
}

func TestWaveformResetForgets(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50)
	for range 200 {
		w.Push(50)
	}
	w.Reset()
	img := painted(w, 400, 200)
	for x := range 400 {
		if top, _ := heightsAt(img, w, x); top >= 0 {
			t.Fatalf("column %d still holds the last person's trace", x)
		}
	}
}

func TestWaveformPushAllocatesNothing(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(60)
	if n := testing.AllocsPerRun(1000, func() { w.Push(1); w.Push(math.NaN()) }); n != 0 {
		t.Errorf("%v allocations a sample", n)
	}
	w.Resize(fyne.NewSize(1600, 200))
	last := w.strips[waveStrips-1]
	w.generate(last, 100, 200)
	if n := testing.AllocsPerRun(10, func() { w.generate(last, 100, 200) }); n > 1 {
		t.Errorf("%v allocations a frame; the image must be reused", n)
	}
}

func TestWaveformTakesSamplesFromAnotherGoroutine(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(60)
	var feed sync.WaitGroup
	feed.Go(func() {
		for i := range 10000 {
			w.Push(float64(i % 100))
		}
	})
	for range 20 {
		painted(w, 200, 100)
	}
	feed.Wait()
	if w.count != 10000 {
		t.Errorf("%d samples counted", w.count)
	}
}

func TestWaveformLooks(t *testing.T) {
	test.NewTempApp(t)
	look := Look{Palette: Dark}
	w := NewWaveform(look, WaveformStyle{Rate: 60, High: 127})
	for i := range 700 {
		w.Push(pulse(i))
	}
	catchUp(w)
	test.AssertRendersToImage(t, "waveform.png", showOn(t, look, fyne.NewSize(480, 160), w))
}

// TestWaveformPaintsOnlyWhatChanged: the strips that are made anew with each step show
// together what one picture of everything would, whatever comes, and are few.
func TestWaveformPaintsOnlyWhatChanged(t *testing.T) {
	test.NewTempApp(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{160, 483, 1104} {
		w := NewWaveform(Look{Palette: Dark}, WaveformStyle{Rate: 60, High: 127})
		w.Resize(fyne.NewSize(float32(width), 90))
		shown := map[*strip]image.Image{}
		show := func(s *strip) { shown[s] = w.generate(s, int(s.upTo-s.from), 90) }
		for s := range w.within(0, 1) {
			show(s)
		}
		var steps, made int
		for step := range 1500 {
			come := 1 + r.IntN(3)
			if step%100 == 99 {
				come = []int{0, 60, 700}[r.IntN(3)]
			}
			for range come {
				if r.IntN(30) == 0 {
					w.Push(math.NaN())
				} else {
					w.Push(r.Float64() * 127)
				}
			}
			for s := range w.advance() {
				show(s)
				made++
			}
			steps++
			if step%7 != 0 {
				continue
			}
			whole := image.NewRGBA(image.Rect(0, 0, width, 90))
			w.paintSweep(whole, 0, width)
			for s, part := range shown {
				for y := range 90 {
					for x := int(s.from); x < int(s.upTo); x++ {
						if part.At(x-int(s.from), y) != whole.At(x, y) {
							t.Fatalf("width %d, step %d: the point %d, %d is an old one", width, step, x, y)
						}
					}
				}
			}
		}
		if made > steps*waveStrips/4 {
			t.Errorf("width %d: %d strips were made anew in %d steps", width, made, steps)
		}
		t.Logf("width %d: %.1f of %d strips a step", width, float64(made)/float64(steps), waveStrips)
	}
}

// BenchmarkWaveformPaint paints what one sample changes of a strip of 1280 by 300
// pixels, 8 s at 60 Hz.
func BenchmarkWaveformPaint(b *testing.B) {
	test.NewApp()
	w := NewWaveform(Look{Palette: Dark}, WaveformStyle{Rate: 60, High: 127})
	for i := range 700 {
		w.Push(pulse(i))
	}
	w.Resize(fyne.NewSize(1280, 300))
	for s := range w.within(0, 1) {
		w.generate(s, 80, 300)
	}
	b.ReportAllocs()
	for b.Loop() {
		w.Push(64)
		for s := range w.advance() {
			w.generate(s, 80, 300)
		}
	}
}

func BenchmarkWaveformPush(b *testing.B) {
	test.NewApp()
	w := NewWaveform(Look{}, WaveformStyle{Rate: 60, High: 127})
	b.ReportAllocs()
	for b.Loop() {
		w.Push(64)
	}
}
