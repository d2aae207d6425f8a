package waitingroom_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/station/stationtest"
	"aidpost/instruments/waitingroom"
	"aidpost/records/vitals"
)

func TestTerumo(t *testing.T) {
	stationtest.Run(t, stationtest.Kit{
		Driver: func() stationtest.Driver { return waitingroom.Terumo() }, Twin: simulated.NewTerumo,
		Mean: true, Dated: true, Names: true, Marks: true,
	})
}

func TestFT201(t *testing.T) {
	stationtest.Run(t, stationtest.Kit{
		Driver: func() stationtest.Driver { return waitingroom.FT201() }, Twin: simulated.NewFT201, Dated: true, Silent: true,
	})
}

func TestBP868F(t *testing.T) {
	stationtest.Run(t, stationtest.Kit{
		Driver: func() stationtest.Driver { return waitingroom.BP868F() }, Twin: simulated.NewBP868F, Mean: true, Silent: true,
	})
}

func terumo() []stationtest.Vector {
	return []stationtest.Vector{
		{ID: "TE-01", Source: "a public triage client in C#", Bytes: "\x02R1,000000000,210427,153000,128,097,082,084,0000,0000,00000,000\x03\x79",
			Systolic: 128, Diastolic: 82, Mean: 97, Pulse: 84, Taken: "2021-04-27 15:30:00"},
		{ID: "another check byte", Source: "computed", Bytes: "\x02R1,000000000,210427,153000,128,097,082,084,0000,0000,00000,000\x03\x7A",
			Systolic: 128, Diastolic: 82, Mean: 97, Pulse: 84, Taken: "2021-04-27 15:30:00"},
		{ID: "no mean", Source: "computed", Bytes: "\x02R1,000000000,210427,153000,128,   ,082,084,0000,0000,00000,000\x03\x79", Code: instruments.Garbled},
		{ID: "no such day", Source: "computed", Bytes: "\x02R1,000000000,210431,153000,128,097,082,084,0000,0000,00000,000\x03\x79", Code: instruments.Garbled},
		{ID: "a field short", Source: "computed", Bytes: "\x02R1,000000000,210427,153000,128,097,082,084,0000,0000,00000\x03\x79", Code: instruments.Garbled},
		{ID: "kilopascals", Source: "computed", Bytes: "\x02R1,000000000,210427,153000,017,013,011,084,0000,0000,00000,000\x03\x79", Code: instruments.OutOfRange},
	}
}

func ft201() []stationtest.Vector {
	return []stationtest.Vector{
		{ID: "FT-01", Source: "XiMPLib", Bytes: "\x02 150502 0943 125 075 099\x03", Systolic: 125, Diastolic: 75, Pulse: 99, Taken: "2015-05-02 09:43:00"},
		{ID: "end missing", Source: "computed", Bytes: "\x02 150502 0943 125 075 099 ", Code: instruments.Garbled},
		{ID: "upside down", Source: "computed", Bytes: "\x02 150502 0943 075 125 099\x03", Code: instruments.Implausible},
		{ID: "nothing measured", Source: "computed", Bytes: "\x02 150502 0943 000 000 000\x03", Code: instruments.NoPulse},
		{ID: "hour 25", Source: "computed", Bytes: "\x02 150502 2543 125 075 099\x03", Code: instruments.Garbled},
	}
}

func bp868f() []stationtest.Vector {
	return []stationtest.Vector{
		{ID: "AM-01", Source: "XiMPLib", Bytes: "^1200960720681^", Systolic: 120, Mean: 96, Diastolic: 72, Pulse: 68, Flags: []vitals.Flag{vitals.IrregularPulse}},
		{ID: "regular", Source: "computed", Bytes: "^1200960720680^", Systolic: 120, Mean: 96, Diastolic: 72, Pulse: 68},
		{ID: "after an odd mark", Source: "computed", Bytes: "^^1200960720680^", Systolic: 120, Mean: 96, Diastolic: 72, Pulse: 68},
		{ID: "between two records", Source: "computed", Bytes: "0680^^1200960720680^^12", Systolic: 120, Mean: 96, Diastolic: 72, Pulse: 68},
		{ID: "a digit short", Source: "computed", Bytes: "^120096072068^", Code: instruments.Garbled},
		{ID: "mark of 2", Source: "computed", Bytes: "^1200960720682^", Code: instruments.Garbled},
		{ID: "mean above", Source: "computed", Bytes: "^1201260720680^", Code: instruments.Implausible},
	}
}

func TestVectors(t *testing.T) {
	stationtest.Vectors(t, waitingroom.Terumo(), terumo())
	stationtest.Vectors(t, waitingroom.FT201(), ft201())
	stationtest.Vectors(t, waitingroom.BP868F(), bp868f())
}

func FuzzDecodeTerumo(f *testing.F) { stationtest.FuzzDecode(f, waitingroom.Terumo(), terumo()) }
func FuzzDecodeFT201(f *testing.F)  { stationtest.FuzzDecode(f, waitingroom.FT201(), ft201()) }
func FuzzDecodeBP868F(f *testing.F) { stationtest.FuzzDecode(f, waitingroom.BP868F(), bp868f()) }
func FuzzMeasureBP868F(f *testing.F) {
	stationtest.FuzzMeasure(f, func() stationtest.Driver { return waitingroom.BP868F() }, bp868f())
}

func BenchmarkDecode(b *testing.B) {
	stationtest.BenchmarkDecode(b, waitingroom.Terumo(), terumo()[0].Bytes)
}
