package kit

import (
	"image"
	"math"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func sampleWave(rate float64) *Waveform {
	return NewWaveform(Look{Palette: Dark}, WaveformStyle{Rate: rate, Seconds: 4, High: 100})
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
	img := w.generate(400, 200).(*image.RGBA)
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
	img := w.generate(400, 200).(*image.RGBA)
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
			w.PushGap()
		} else {
			w.Push(50)
		}
	}
	img := w.generate(400, 200).(*image.RGBA)
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
		w.generate(size.X, size.Y)
	}
}

func TestWaveformResetForgets(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(50)
	for range 200 {
		w.Push(50)
	}
	w.Reset()
	img := w.generate(400, 200).(*image.RGBA)
	for x := range 400 {
		if top, _ := heightsAt(img, w, x); top >= 0 {
			t.Fatalf("column %d still holds the last person's trace", x)
		}
	}
}

func TestWaveformPushAllocatesNothing(t *testing.T) {
	test.NewTempApp(t)
	w := sampleWave(60)
	if n := testing.AllocsPerRun(1000, func() { w.Push(1); w.PushGap() }); n != 0 {
		t.Errorf("%v allocations a sample", n)
	}
	w.generate(400, 200)
	if n := testing.AllocsPerRun(10, func() { w.generate(400, 200) }); n > 1 {
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
		w.Tick()
		w.generate(200, 100)
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
	test.AssertRendersToImage(t, "waveform.png", showOn(t, look, fyne.NewSize(480, 160), w))
}

// BenchmarkWaveformPaint paints a strip of 1280 by 300 pixels, 8 s at 60 Hz.
func BenchmarkWaveformPaint(b *testing.B) {
	test.NewApp()
	w := NewWaveform(Look{Palette: Dark}, WaveformStyle{Rate: 60, High: 127})
	for i := range 700 {
		w.Push(pulse(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		w.Push(64)
		w.generate(1280, 300)
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
