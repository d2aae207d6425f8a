package taidoc_test

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/taidoc"
)

func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, taidoc.New(), simulated.NewTaiDoc(simulated.Options{}), 100)
}

// BenchmarkDecode decodes captured pairs of frames.
func BenchmarkDecode(b *testing.B) {
	pair := []byte{0x51, 0x25, 0x04, 0x27, 0x25, 0x0D, 0xA5, 0x78, 0x51, 0x26, 0x70, 0x00, 0x06, 0x00, 0xA5, 0x92}
	captured := bytes.Repeat(pair, 450)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := taidoc.New().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 450 {
			b.Fatal(readings, err)
		}
	}
}
