package freestyle_test

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/freestyle"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, freestyle.Optium(), simulated.NewOptium(simulated.Options{}), 100)
}

// BenchmarkDecode decodes captured memories of one result each.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("\r\nCDMK311-B0764\r\n0.22\r\nApr  22 2014 02:14:37\r\n001\r\n087  Apr  22 2014 01:59 G 0x00\r\n0x0F89  END\r\n"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := freestyle.Optium().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
