package isens_test

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/isens"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

// BenchmarkDownloadCareSens and BenchmarkDownloadShine read every result twice.
func BenchmarkDownloadCareSens(b *testing.B) {
	metertest.BenchmarkDownload(b, isens.NewCareSens(), simulated.NewCareSens(simulated.Options{}), 100)
}

func BenchmarkDownloadShine(b *testing.B) {
	metertest.BenchmarkDownload(b, isens.NewShine(), simulated.NewShine(simulated.Options{}), 100)
}

// benchmarkDecode decodes a capture of one result over and over.
func benchmarkDecode(b *testing.B, driver instruments.Decoder, result []byte) {
	captured := bytes.Repeat(result, 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := driver.Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 1 {
			b.Fatal(readings, err)
		}
	}
}

func BenchmarkDecodeCareSens(b *testing.B) {
	benchmarkDecode(b, isens.NewCareSens(), []byte("\x8B\x10\x2E\x8B\x10\x21\x8B\x10\x26\x8B\x10\x28\x8B\x11\x2E\x8B\x10\x2F\x8B\x17\x20\x8B\x10\x20"))
}

func BenchmarkDecodeShine(b *testing.B) {
	benchmarkDecode(b, isens.NewShine(), []byte("\x02iSPc\x10GLUE\x18\x05\x06\x07\x08\x1E\x20\x00\x70\x00\x00\x03"))
}
