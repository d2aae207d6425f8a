package menarini_test

import (
	"bytes"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/menarini"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, menarini.Areo(), simulated.NewAreo(simulated.Options{}), 100)
}

// BenchmarkDecode decodes a captured memory of 500 rows.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat([]byte("[\r\nGlu,112,mg/dL,00,240506,0708\r\n86\r\n]\r\n"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := menarini.Areo().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
