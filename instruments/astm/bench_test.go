package astm_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/meter/metertest"
	"aidpost/instruments/simulated"
)

func BenchmarkDownload(b *testing.B) {
	metertest.BenchmarkDownload(b, astm.NewContour(), simulated.NewContour(simulated.Options{}), 100)
}

// captured is a memory of a Contour as it crosses the wire.
func captured(results int) []byte {
	records := []string{
		`H|\^&||7w3LBL|Bayer7220^1.05\0.00^7220-1234567|U=0^V=20600|100||||||1|202603101200`, "P|1",
		"R|1|^^^GlucoseA|112|mg/dL^P||||||||202603101200",
	}
	for i := range results {
		records = append(records, fmt.Sprintf("R|%d|^^^Glucose|93|mg/dL^P|||A||||201505261150", i+2))
	}
	var out bytes.Buffer
	for i, r := range append(records, "L|1||N") {
		body := fmt.Sprintf("%d%s\r%s", (i+1)%8, r, map[bool]string{true: "\x03", false: "\x17"}[strings.HasPrefix(r, "L")])
		sum := byte(0)
		for _, c := range []byte(body) {
			sum += c
		}
		fmt.Fprintf(&out, "\x02%s%02X\r\n", body, sum)
	}
	return out.Bytes()
}

// BenchmarkDecode decodes a captured memory.
func BenchmarkDecode(b *testing.B) { benchmarkDecode(b, instruments.Job{}, 480) }

// BenchmarkDecodeOthers passes over results that are not of the visit: what it
// costs to drop them unread.
func BenchmarkDecodeOthers(b *testing.B) {
	benchmarkDecode(b, instruments.Job{Since: time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)}, 0)
}

func benchmarkDecode(b *testing.B, job instruments.Job, want int) {
	memory := captured(480)
	b.SetBytes(int64(len(memory)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		err := astm.NewContour().Decode(bytes.NewReader(memory), job, func(instruments.Event) { readings++ })
		if err != nil || readings != want {
			b.Fatal(readings, err)
		}
	}
}
