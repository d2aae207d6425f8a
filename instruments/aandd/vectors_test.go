package aandd_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/aandd"
	"aidpost/instruments/station/stationtest"
	"aidpost/records/vitals"
)

// record is the text of the record that a Raspberry Pi kiosk logged, from a
// TM-2655, with its fields from the first value on to be replaced.
const (
	logged = "TM2655\x1e1910291429\x1eRB\x1eM\x1eE00\x1eS102\x1eM 87\x1eD 62\x1eP 83\x1eI17\x1eL139"
	head   = "TM2655\x1e1910291429\x1eRB\x1eM\x1e"
)

// framed frames a text by the rule of the commands.
func framed(text string, also byte) string {
	check := also
	for i := range len(text) {
		check ^= text[i]
	}
	return "\x16\x16\x0100\x02" + text + "\x03" + string([]byte{check})
}

func vectors() []stationtest.Vector {
	const computed = "computed from the rules"
	good := func(id, source, b string) stationtest.Vector {
		return stationtest.Vector{ID: id, Source: source, Bytes: b, Systolic: 102, Mean: 87, Diastolic: 62, Pulse: 83, Taken: "2019-10-29 14:29:00"}
	}
	flagged := good("cautions of a TM-2657", computed, framed(head+"E00\x1eS102\x1eM 87\x1eD 62\x1eP 83\x1eI17\x1eL139\x1ei2\x1em1\x1er1\x1et42", 0))
	flagged.Flags = []vitals.Flag{vitals.IrregularPulse, vitals.Movement}
	list := []stationtest.Vector{
		good("AD-06, trailing separator", computed, framed(logged+"\x1e", 0)),
		good("AD-07", computed, framed(logged, 0)),
		good("no cautions", computed, framed(logged+"\x1ei0\x1em0\x1er0\x1et31", 0)),
		flagged,
		good("header of the commands", computed, "\x16\x16\x010 \x02"+framed(logged, 0)[6:]),
		{ID: "AD-08", Source: computed, Bytes: "\x16\x16\x0100\x02TM2655\x1e2607110905\x1eRB\x1eM\x1eE00\x1eS128\x1eM 96\x1eD 82\x1eP 71\x1eI18\x1eL104\x03\x21",
			Systolic: 128, Mean: 96, Diastolic: 82, Pulse: 71, Taken: "2026-07-11 09:05:00"},
		{ID: "AD-09, diastolic of three digits", Source: computed, Bytes: "\x16\x16\x0100\x02TM2655\x1e2512031844\x1eRB\x1eM\x1eE00\x1eS198\x1eM138\x1eD112\x1eP 59\x1eI22\x1eL121\x03\x22",
			Systolic: 198, Mean: 138, Diastolic: 112, Pulse: 59, Taken: "2025-12-03 18:44:00"},
		{ID: "error", Source: computed, Bytes: framed(head+"E07\x1eS  0\x1eM  0\x1eD  0\x1eP  0\x1eI17\x1eL  0", 0), Code: instruments.Unstable, Device: "E07"},
		{ID: "error with numbers", Source: computed, Bytes: framed(head+"E07\x1eS102\x1eM 87\x1eD 62\x1eP 83", 0), Code: instruments.Unstable, Device: "E07"},
		{ID: "upside down", Source: computed, Bytes: framed(head+"E00\x1eS 62\x1eM 87\x1eD102\x1eP 83", 0), Code: instruments.Implausible},
	}
	for id, text := range map[string]string{
		"no such day":      "TM2655\x1e1902301429\x1eRB\x1eM\x1eE00\x1eS102\x1eM 87\x1eD 62\x1eP 83",
		"date of 9 digits": "TM2655\x1e191029142\x1eRB\x1eM\x1eE00\x1eS102\x1eM 87\x1eD 62\x1eP 83",
		"no error field":   head + "X00\x1eS102\x1eM 87\x1eD 62\x1eP 83",
		"no diastolic":     head + "E00\x1eS102\x1eM 87\x1eP 83",
		"no mean":          head + "E00\x1eS102\x1eD 62\x1eP 83",
		"two systolics":    head + "E00\x1eS102\x1eM 87\x1eD 62\x1eP 83\x1eS103",
		"a digit lost":     head + "E00\x1eS12\x1eM 87\x1eD 62\x1eP 83",
		"a sign":           head + "E00\x1eS+12\x1eM 87\x1eD 62\x1eP 83",
		"an empty field":   head + "E00\x1eS102\x1e\x1eM 87\x1eD 62\x1eP 83",
	} {
		list = append(list, stationtest.Vector{ID: id, Source: computed, Bytes: framed(text, 0), Code: instruments.Garbled})
	}
	return append(list,
		stationtest.Vector{ID: "wrong check byte", Source: computed, Bytes: framed(logged, 0x10), Code: instruments.Garbled},
		stationtest.Vector{ID: "check byte over the ETX", Source: computed, Bytes: framed(logged, 0x03), Code: instruments.Garbled})
}

func TestVectors(t *testing.T) { stationtest.Vectors(t, aandd.TM2655(), vectors()) }

func FuzzDecode(f *testing.F) { stationtest.FuzzDecode(f, aandd.TM2655(), vectors()) }

func FuzzMeasure(f *testing.F) {
	stationtest.FuzzMeasure(f, func() stationtest.Driver { return aandd.TM2657() }, vectors())
}

func BenchmarkDecode(b *testing.B) {
	stationtest.BenchmarkDecode(b, aandd.TM2655(), vectors()[0].Bytes)
}
