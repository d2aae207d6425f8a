package arkray_test

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/arkray"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

// BenchmarkDownloadExpression reads a full memory.
func BenchmarkDownloadExpression(b *testing.B) {
	metertest.BenchmarkDownload(b, arkray.NewExpression(), simulated.NewExpression(simulated.Options{}), 300)
}

func BenchmarkDownloadVital(b *testing.B) {
	metertest.BenchmarkDownload(b, arkray.NewVital(), simulated.NewVital(simulated.Options{}), 100)
}

// BenchmarkDecode decodes a captured memory.
func BenchmarkDecode(b *testing.B) {
	row := []byte{0xDD, 0x10, 0x95, 0x80, 0xCF, 0xB5, 0x70, 0x00, 0xD8, 0x00, 0xF1}
	captured := bytes.Repeat(row, 300)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := arkray.NewExpression().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 300 {
			b.Fatal(readings, err)
		}
	}
}
