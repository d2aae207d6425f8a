package capture_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/instruments/catalogue"
)

// BenchmarkDecode is what the instrument of each model sends in the measurement
// of its capture, decoded over and over. Samples and readings are counted by the
// time that the processor took, so that other programs on the machine do not
// slow them down.
func BenchmarkDecode(b *testing.B) {
	for _, d := range catalogue.Drivers() {
		decoder, ok := d.(instruments.Decoder)
		if !ok {
			continue
		}
		b.Run(d.Model().ID, func(b *testing.B) {
			heard := heardIn(b, d.Model().ID)
			// A short session many times over, so that beginning costs nothing.
			all := bytes.Repeat(heard, max(1, 1<<16/len(heard)))
			samples, readings := 0, 0
			emit := func(e instruments.Event) {
				switch e.(type) {
				case *instruments.PlethSample, *instruments.CuffSample:
					samples++
				case *instruments.Reading:
					readings++
				}
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began, rounds := processorTime(b), 0
			for b.Loop() {
				if err := decoder.Decode(bytes.NewReader(all), instruments.Job{}, emit); err != nil {
					b.Fatal(err)
				}
				rounds++
			}
			took := (processorTime(b) - began).Seconds()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(rounds*len(all))/took/1e6, "MB/s-cpu")
			if samples > 0 {
				b.ReportMetric(float64(samples)/took, "samples/s-cpu")
			}
			if readings > 0 {
				b.ReportMetric(float64(readings)/took, "readings/s-cpu")
				b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(readings), "mallocs/reading")
			}
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

// heardIn is what the instrument says in the capture of a model.
func heardIn(b *testing.B, model string) (heard []byte) {
	file, err := os.Open(filepath.Join("testdata", model+".capture"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	session, err := capture.Read(file)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range session.Frames() {
		if f.Direction == instruments.FromInstrument {
			heard = append(heard, f.Bytes...)
		}
	}
	return heard
}
