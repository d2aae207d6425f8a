package escscale_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/escscale"
	"aidpost/instruments/scale/scaletest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

const (
	riceLake     = "Rice Lake 140-10-7 manual, p. 20"
	healthometer = "Health o meter communication protocol, 1100 / 2000 series"
	computed     = "computed"
)

func vectors() []scaletest.Vector {
	return []scaletest.Vector{
		{ID: "WS-05", Source: riceLake, Bytes: "\x1bR\x1bW0200.5\x1bNm\x1bE", Weight: "200.5", Unit: vitals.Kilogram},
		{ID: "L", Source: healthometer, Bytes: "\x1bR\x1bI1234567890\x1bW184.5\x1bH84.0\x1bB24.1\x1bT0.0\x1bNm\x1bE", Weight: "184.5", Unit: vitals.Kilogram},
		{ID: "stream", Source: healthometer, Bytes: "6R\x1bI1234567890\x1bW184.5\x1bH84.0\x1bB24.1\x1bT0.0\x1bNm\x1bE", Weight: "184.5", Unit: vitals.Kilogram},
		{ID: "pounds", Source: computed, Bytes: "\x1bR\x1bI0000000000\x1bW123.4\x1bH0.0\x1bB0.0\x1bT0.0\x1bNc\x1bE", Weight: "123.4", Unit: vitals.Pound},
		{ID: "tare", Source: healthometer, Bytes: "\x1bR\x1bI1234567890\x1bW200.00\x1bH178.70\x1bT5.7\x1bB28.4\x1bNm\x1bE", Code: instruments.OutOfOrder},
		{ID: "unknown field", Source: computed, Bytes: "\x1bR\x1bQ12\x1bW80.0\x1bNm\x1bE", Weight: "80.0", Unit: vitals.Kilogram},
		{ID: "overload", Source: riceLake, Bytes: "\x1bR\x1bW0999.9\x1bNm\x1bE", Code: instruments.OutOfRange},
		{ID: "no unit", Source: computed, Bytes: "\x1bR\x1bW80.0\x1bE", Code: instruments.Garbled},
		{ID: "strange unit", Source: computed, Bytes: "\x1bR\x1bW80.0\x1bNx\x1bE", Code: instruments.Garbled},
		{ID: "no weight", Source: computed, Bytes: "\x1bR\x1bH180.0\x1bNm\x1bE", Code: instruments.Garbled},
		{ID: "twice", Source: computed, Bytes: "\x1bR\x1bW80.0\x1bW90.0\x1bNm\x1bE", Code: instruments.Garbled},
		{ID: "no number", Source: computed, Bytes: "\x1bR\x1bW8x.0\x1bNm\x1bE", Code: instruments.Garbled},
		{ID: "cut off before", Source: computed, Bytes: "\x1bR\x1bI00\x1bW18\x1bR\x1bW80.0\x1bNm\x1bE", Weight: "80.0", Unit: vitals.Kilogram, Code: instruments.Garbled},
		{ID: "tail", Source: computed, Bytes: "4.5\x1bH84.0\x1bNm\x1bE", Code: instruments.Garbled},
		{ID: "empty", Source: computed, Bytes: "\x1bR\x1bW0000.0\x1bNm\x1bE"},
		{ID: "question", Source: riceLake, Bytes: "\x1bR\x1bE"},
		{ID: "too much", Source: computed, Bytes: "\x1bR\x1bW0301.0\x1bNm\x1bE", Code: instruments.Implausible},
	}
}

func TestHealthometer(t *testing.T) {
	scaletest.Run(t, scaletest.Kit{
		Driver: escscale.Healthometer(), Twin: simulated.NewHealthometer, Pounds: "159.8",
		Tared: true, Named: true,
	})
}

func TestRiceLake(t *testing.T) {
	scaletest.Run(t, scaletest.Kit{
		Driver: escscale.RiceLake(), Twin: simulated.NewRiceLake, Pounds: "159.8",
		Tared: true, Named: true, Overload: true, Malformed: instruments.NoAnswer,
	})
}

func TestVectors(t *testing.T) { scaletest.Vectors(t, escscale.RiceLake(), vectors()) }

func FuzzDecode(f *testing.F) { scaletest.FuzzDecode(f, escscale.RiceLake(), vectors()) }
func FuzzMeasure(f *testing.F) {
	scaletest.FuzzMeasure(f, escscale.RiceLake(), "\x1bR\x1bW0000.0\x1bNm\x1bE", vectors())
}
func FuzzMeasureStream(f *testing.F) {
	scaletest.FuzzMeasure(f, escscale.Healthometer(), "", vectors())
}

func BenchmarkDecode(b *testing.B) {
	scaletest.BenchmarkDecode(b, escscale.RiceLake(), "\x1bR\x1bW0080.5\x1bNm\x1bE", "\x1bR\x1bW0090.5\x1bNm\x1bE")
}
