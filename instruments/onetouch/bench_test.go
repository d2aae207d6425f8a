package onetouch_test

import (
	"bytes"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/onetouch"
	"aidpost/instruments/simulated"
)

// BenchmarkDownload reads from a meter that answers each command after 110 ms.
func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, onetouch.Ultra2(), simulated.NewUltra2(simulated.Options{}), 100)
}

// BenchmarkDecode decodes captured records.
func BenchmarkDecode(b *testing.B) {
	row := []byte("P \"SAT\",\"03/21/15\",\"16:45:24   \",\"  081 \",\"N\",\"03\", 00 09B6\r\n")
	captured := bytes.Repeat(row, 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := onetouch.Ultra2().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}

// BenchmarkDecodeOthers passes over records that are not of the visit: what it
// costs to drop them unread.
func BenchmarkDecodeOthers(b *testing.B) {
	row := []byte("P \"SAT\",\"03/21/15\",\"16:45:24   \",\"  081 \",\"N\",\"03\", 00 09B6\r\n")
	captured := bytes.Repeat(row, 500)
	job := instruments.Job{Since: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		if err := onetouch.Ultra2().Decode(bytes.NewReader(captured), job, func(instruments.Event) { b.Fatal("kept") }); err != nil {
			b.Fatal(err)
		}
	}
}
