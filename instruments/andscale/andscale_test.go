package andscale_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/andscale"
	"aidpost/instruments/scale/scaletest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

const (
	reader   = "tests of a public reader of the format"
	computed = "computed"
)

func vectors() []scaletest.Vector {
	return []scaletest.Vector{
		{ID: "WS-03", Source: reader, Bytes: "ST,+0004775.7   g\r\n", Weight: "4.7757", Unit: vitals.Kilogram},
		{ID: "WS-04a", Source: reader, Bytes: "US,-0000012.3   g\r\n"},
		{ID: "WS-04b", Source: reader, Bytes: "OL,+9999999.9   g\r\n", Code: instruments.OutOfRange},
		{ID: "WS-04c", Source: reader, Bytes: "ST+00123\r\n", Code: instruments.Garbled},
		{ID: "gross", Source: reader, Bytes: "ST,GS,+00123.45,g\r\n"}, // less than anybody weighs
		{ID: "kg", Source: computed, Bytes: "ST,+0000072.5  kg\r\n", Weight: "72.5", Unit: vitals.Kilogram},
		{ID: "gross kg", Source: computed, Bytes: "ST,GS,+00072.50kg\r\n", Weight: "72.50", Unit: vitals.Kilogram},
		{ID: "lb", Source: computed, Bytes: "ST,+0000159.8  lb\r\n", Weight: "159.8", Unit: vitals.Pound},
		{ID: "net", Source: computed, Bytes: "ST,NT,+00072.50kg\r\n", Code: instruments.OutOfOrder},
		{ID: "counting", Source: reader, Bytes: "QT,+00000012  PC\r\n", Code: instruments.OutOfOrder},
		{ID: "moving", Source: computed, Bytes: "US,+0000072.5  kg\r\n"},
		{ID: "ounces", Source: computed, Bytes: "ST,+0002557.4  oz\r\n", Code: instruments.Garbled},
		{ID: "no sign", Source: computed, Bytes: "ST,0000072.5  kg\r\n", Code: instruments.Garbled},
		{ID: "two points", Source: computed, Bytes: "ST,+0000.72.5  kg\r\n", Code: instruments.Garbled},
		{ID: "noise before", Source: computed, Bytes: "72.5  kg ST,+0000072.5  kg\r\n", Weight: "72.5", Unit: vitals.Kilogram, Code: instruments.Garbled},
	}
}

func TestMeasure(t *testing.T) {
	scaletest.Run(t, scaletest.Kit{
		Driver: andscale.New(), Twin: simulated.NewADScale, Pounds: "159.8",
		Tared: true, Overload: true, Restless: true, Malformed: instruments.OutOfOrder,
	})
}

func TestVectors(t *testing.T) { scaletest.Vectors(t, andscale.New(), vectors()) }

func FuzzDecode(f *testing.F) { scaletest.FuzzDecode(f, andscale.New(), vectors()) }
func FuzzMeasure(f *testing.F) {
	scaletest.FuzzMeasure(f, andscale.New(), "ST,+0000000.0  kg\r\n", vectors())
}

func BenchmarkDecode(b *testing.B) {
	scaletest.BenchmarkDecode(b, andscale.New(), "ST,+0000072.5  kg\r\n", "ST,+0000081.0  kg\r\n")
}
