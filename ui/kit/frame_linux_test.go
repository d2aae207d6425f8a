package kit

import (
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// BenchmarkListFrame is the processor time of a frame in which a list of 100,000
// people moves by most of a row: our own work, which is all that a graphics card
// leaves to the processor beside the letters, and all of it with the software
// painter, which computes each pixel. Other programs do not count.
func BenchmarkListFrame(b *testing.B) {
	for name, paints := range map[string]bool{"ours": false, "painted": true} {
		b.Run(name, func(b *testing.B) {
			test.NewTempApp(b)
			l, canvas := roll(b, Look{Class: Staff}, 100_000, fyne.NewSize(1078, 520))
			canvas.Capture()
			before := processorTime(b)
			b.ResetTimer()
			for range b.N {
				l.ScrollBy(40)
				if paints {
					canvas.Capture()
				}
			}
			took := processorTime(b) - before
			b.ReportMetric(float64(took.Microseconds())/1000/float64(b.N), "cpu-ms/frame")
			b.ReportMetric(float64(b.N)/took.Seconds(), "frames/s-cpu")
		})
	}
}

// processorTime is what this process has had of all processors.
func processorTime(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
