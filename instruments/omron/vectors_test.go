package omron_test

import (
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/omron"
	"aidpost/instruments/station/stationtest"
	"aidpost/records/vitals"
)

// checker is the test suite of the public parser.
const checker = "leon80148/BP_checker test/host/test_hbp9030_protocol.cpp"

func hbp9030() []stationtest.Vector {
	return []stationtest.Vector{
		{ID: "OM-01", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,120,080,072,0\r\n", Systolic: 120, Diastolic: 80, Pulse: 72, Taken: "2026-07-11 09:05:00"},
		{ID: "OM-02", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,120,080,072,1\r\n", Systolic: 120, Diastolic: 80, Pulse: 72, Taken: "2026-07-11 09:05:00", Flags: []vitals.Flag{vitals.Movement}},
		{ID: "OM-03", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,7,   ,   ,   ,0\r\n", Code: instruments.Unstable, Device: "7"},
		{ID: "OM-04", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,7,120,080,072,0\r\n", Code: instruments.Unstable, Device: "7"},
		{ID: "OM-05", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,7,120,   ,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-06", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,060,030,040,0\r\n", Systolic: 60, Diastolic: 30, Pulse: 40, Taken: "2026-07-11 09:05:00"},
		{ID: "OM-07", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,059,080,072,0\r\n", Code: instruments.OutOfRange},
		{ID: "OM-08", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,120,080,181,0\r\n", Code: instruments.OutOfRange},
		{ID: "OM-09", Source: checker, Bytes: "2025,02,29,09,05,12345678901234567890,0,120,080,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-10", Source: checker, Bytes: "2026,07,11,24,05,12345678901234567890,0,120,080,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-11", Source: checker, Bytes: "2026,07,11,09,05,1234567890123456789,0,120,080,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-12", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,120,080,072\r\n", Code: instruments.Garbled},
		{ID: "OM-13", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,+20,080,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-14", Source: checker, Bytes: "2026;07,11,09,05,12345678901234567890,0,120,080,072,0\r\n", Code: instruments.Garbled},
		{ID: "OM-15", Source: "computed", Bytes: "2025,12,03,18,44,                    ,0,163,098,059,2\r\n", Systolic: 163, Diastolic: 98, Pulse: 59, Taken: "2025-12-03 18:44:00", Flags: []vitals.Flag{vitals.Movement}},
		{ID: "OM-16", Source: checker, Bytes: "bp,12345678901234567890,2026/07/11,09:05,120,090,080,072,0\r\n", Code: instruments.WrongModel},
		{ID: "OM-18", Source: checker, Bytes: "ID99999999B26/07/11/09:05 120 080 072 \r\n", Code: instruments.WrongModel},
		{ID: "MM-01", Source: "computed", Bytes: "MMBP203N\r\n", Code: instruments.WrongModel},
		{ID: "OM-19", Source: "computed", Bytes: "2026,07,11,09,05,12345678901234567890,0,080,120,072,0\r\n", Code: instruments.Implausible},
		{ID: "blank", Source: "computed", Bytes: "2026,07,11,09,05,12345678901234567890,0,   ,   ,   ,0\r\n", Code: instruments.NoPulse},
	}
}

func hbp9020() []stationtest.Vector {
	return []stationtest.Vector{
		{ID: "OM-16", Source: checker, Bytes: "bp,12345678901234567890,2026/07/11,09:05,120,090,080,072,0\r", Systolic: 120, Diastolic: 80, Mean: 90, Pulse: 72, Taken: "2026-07-11 09:05:00"},
		{ID: "OM-17", Source: "XiMPLib", Bytes: "bp,12345678901234567890,2016/01/25,01:05,100,075,050,065,0\r", Systolic: 100, Diastolic: 50, Mean: 75, Pulse: 65, Taken: "2016-01-25 01:05:00"},
		{ID: "9020-c1", Source: "computed", Bytes: "bp,12345678901234567890,2016/01/25,01:05,100,075,050,065,3\r", Systolic: 100, Diastolic: 50, Mean: 75, Pulse: 65, Taken: "2016-01-25 01:05:00", Flags: []vitals.Flag{vitals.Movement}},
		{ID: "9020-c2", Source: "computed", Bytes: "bp,12345678901234567890,2016/01/25,01:05,000,000,000,000,3\r", Code: instruments.NoPulse},
		{ID: "9020-c3", Source: "computed", Bytes: "bp,12345678901234567890,2016/01/25,01:05,100,050,075,065,0\r", Code: instruments.Implausible},
		{ID: "OM-01", Source: checker, Bytes: "2026,07,11,09,05,12345678901234567890,0,120,080,072,0\r\n\r", Code: instruments.WrongModel},
		{ID: "OM-13", Source: checker, Bytes: "bp,12345678901234567890,2016/13/25,01:05,100,075,050,065,0\r", Code: instruments.Garbled},
	}
}

func TestVectors9030(t *testing.T) { stationtest.Vectors(t, omron.HBP9030(), hbp9030()) }
func TestVectors9020(t *testing.T) { stationtest.Vectors(t, omron.HBP9020(), hbp9020()) }

func FuzzDecode9030(f *testing.F) { stationtest.FuzzDecode(f, omron.HBP9030(), hbp9030()) }
func FuzzDecode9020(f *testing.F) { stationtest.FuzzDecode(f, omron.HBP9020(), hbp9020()) }
func FuzzMeasure9030(f *testing.F) {
	stationtest.FuzzMeasure(f, func() stationtest.Driver { return omron.HBP9030() }, hbp9030())
}

func BenchmarkDecode(b *testing.B) {
	stationtest.BenchmarkDecode(b, omron.HBP9030(), hbp9030()[0].Bytes)
}
