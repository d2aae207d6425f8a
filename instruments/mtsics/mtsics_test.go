package mtsics_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/mtsics"
	"aidpost/instruments/scale/scaletest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

const (
	agent    = "tests of a public scale agent"
	computed = "computed"
)

func vectors() []scaletest.Vector {
	return []scaletest.Vector{
		{ID: "WS-01", Source: agent, Bytes: "S S     105.00 g\r\n"}, // less than anybody weighs
		{ID: "WS-02a", Source: agent, Bytes: "S D 104.87 g\r\n"},
		{ID: "WS-02b", Source: agent, Bytes: "S +\r\n", Code: instruments.OutOfRange},
		{ID: "WS-02c", Source: agent, Bytes: "S I\r\n"},
		{ID: "kg", Source: computed, Bytes: "S S      72.50 kg\r\n", Weight: "72.50", Unit: vitals.Kilogram},
		{ID: "lb", Source: computed, Bytes: "S S     159.84 lb\r\n", Weight: "159.84", Unit: vitals.Pound},
		{ID: "g", Source: computed, Bytes: "S S   72500.00 g\r\n", Weight: "72.50000", Unit: vitals.Kilogram},
		{ID: "underload", Source: computed, Bytes: "S -\r\n"},
		{ID: "negative", Source: computed, Bytes: "S S      -0.50 kg\r\n"},
		{ID: "syntax", Source: computed, Bytes: "ES\r\n", Code: instruments.WrongModel},
		{ID: "logic", Source: computed, Bytes: "EL\r\n", Code: instruments.WrongModel},
		{ID: "pieces", Source: computed, Bytes: "S S         12 pcs\r\n", Code: instruments.Garbled},
		{ID: "no unit", Source: computed, Bytes: "S S      72.50\r\n", Code: instruments.Garbled},
		{ID: "serial", Source: computed, Bytes: "I4 A \"123456\"\r\n", Code: instruments.Garbled},
		{ID: "noise before", Source: computed, Bytes: "\xff\x00S S      72.50 kg\r\n", Weight: "72.50", Unit: vitals.Kilogram, Code: instruments.Garbled},
		{ID: "too much", Source: computed, Bytes: "S S     300.01 kg\r\n", Code: instruments.Implausible},
	}
}

func TestMeasure(t *testing.T) {
	scaletest.Run(t, scaletest.Kit{
		Driver: mtsics.New(), Twin: simulated.NewSICS, Pounds: "159.84",
		Overload: true, Restless: true, Malformed: instruments.WrongModel,
	})
}

func TestVectors(t *testing.T) { scaletest.Vectors(t, mtsics.New(), vectors()) }

func FuzzDecode(f *testing.F) { scaletest.FuzzDecode(f, mtsics.New(), vectors()) }
func FuzzMeasure(f *testing.F) {
	scaletest.FuzzMeasure(f, mtsics.New(), "S S       0.00 kg\r\n", vectors())
}

func BenchmarkDecode(b *testing.B) {
	scaletest.BenchmarkDecode(b, mtsics.New(), "S S      72.50 kg\r\n", "S S      81.00 kg\r\n")
}
