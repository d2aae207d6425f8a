// Package omron receives the records of the arm-in stations of waiting rooms
// that Omron sells as HBP-9030, HBP-9031C, HBP-9020 and HBP-9021.
//
// A person puts an arm in and presses start; the station sends one line of
// text. It has no checksum. The HBP-9030 is known from a public parser with
// tests (leon80148/BP_checker) that cites the maker's manual 2873643-0F, the
// HBP-9020 from two public kiosks in C# (one of them XiMPLib). No public source
// gives the USB identifiers of the HBP-9030, the meaning of the error digits or
// of the last digit of the HBP-9020, which one takes for an error and one for
// movement: other than 0 it leaves the values, with a caution.
package omron

import (
	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/station"
	"aidpost/records/vitals"
)

// The catalogue's names of the two lines.
const (
	HBP9030ID = "omron-hbp9030"
	HBP9020ID = "omron-hbp9020"
)

// HBP9030 returns the driver of the HBP-9030 and HBP-9031C, whose USB socket
// shows up as a serial port.
func HBP9030() station.Driver {
	return station.New(model(HBP9030ID, "HBP-9030 / HBP-9031C", instruments.VendorManual,
		instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}),
		append(station.Form{format5(printed(), ""), mode5(cuff.Range{}, setFormat5)}, others(setFormat5)...))
}

// HBP9020 returns the driver of the HBP-9020 and HBP-9021 with their RS-232.
// They send two stop bits or one, which a receiver cannot tell apart.
func HBP9020() station.Driver {
	return station.New(model(HBP9020ID, "HBP-9020 / HBP-9021", instruments.PublicCode,
		instruments.Line{Baud: 2400, DataBits: 8, Parity: instruments.EvenParity, StopBits: 2}),
		append(station.Form{mode5(cuff.AnyCuff(), ""), format5(cuff.Range{}, setMode5)}, others(setMode5)...))
}

const (
	setFormat5 = "set output format 5 (function 32)"
	setMode5   = "set output mode 5 (menu F3)"
)

func model(id, name string, evidence instruments.Evidence, line instruments.Line) instruments.Model {
	return instruments.Model{
		ID: id, Maker: "Omron", Name: name, Panel: vitals.BloodPressure, Line: line,
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Evidence: evidence,
		Chosen:   true,
		Version:  "1",
	}
}

// printed is the range that the maker prints for the HBP-9030.
func printed() cuff.Range {
	return cuff.Range{Systolic: [2]int{60, 260}, Diastolic: [2]int{30, 215}, Pulse: [2]int{40, 180}}
}

// format5 is what an HBP-9030 sends unless it was set otherwise: 53 bytes and
// the end of the line.
func format5(r cuff.Range, wrong string) station.Shape {
	comma := station.Text(",")
	return station.Shape{Range: r, Wrong: wrong, Parts: []station.Part{
		station.Digits(station.Year, 4), comma, station.Digits(station.Month, 2), comma, station.Digits(station.Day, 2), comma,
		station.Digits(station.Hour, 2), comma, station.Digits(station.Minute, 2), comma,
		station.Digits(station.ID, 20), comma, station.Digits(station.Failure, 1), comma,
		station.Digits(station.Systolic, 3), comma, station.Digits(station.Diastolic, 3), comma,
		station.Digits(station.Pulse, 3), comma, station.Digits(station.Movement, 1), station.Text("\r\n"),
	}}
}

// mode5 is what an HBP-9020 sends in its mode 5: 58 bytes and a carriage
// return, which a line feed may follow.
func mode5(r cuff.Range, wrong string) station.Shape {
	comma, slash := station.Text(","), station.Text("/")
	return station.Shape{Range: r, Wrong: wrong, Parts: []station.Part{
		station.Text("bp,"), station.Digits(station.ID, 20), comma,
		station.Digits(station.Year, 4), slash, station.Digits(station.Month, 2), slash, station.Digits(station.Day, 2), comma,
		station.Digits(station.Hour, 2), station.Text(":"), station.Digits(station.Minute, 2), comma,
		station.Digits(station.Systolic, 3), comma, station.Digits(station.Mean, 3), comma,
		station.Digits(station.Diastolic, 3), comma, station.Digits(station.Pulse, 3), comma,
		station.Digits(station.Mark, 1), station.Text("\r"),
	}}
}

// others are records of the stations' other formats, as far as they are known.
func others(wrong string) station.Form {
	slash, space := station.Text("/"), station.Text(" ")
	return station.Form{
		{Wrong: wrong, Parts: []station.Part{station.Text("MMBP203N\r")}},
		{Wrong: wrong, Parts: []station.Part{
			station.Text("ID"), station.Digits(station.ID, 8), station.Text("B"),
			station.Digits(station.Year, 2), slash, station.Digits(station.Month, 2), slash, station.Digits(station.Day, 2), slash,
			station.Digits(station.Hour, 2), station.Text(":"), station.Digits(station.Minute, 2), space,
			station.Digits(station.Systolic, 3), space, station.Digits(station.Diastolic, 3), space,
			station.Digits(station.Pulse, 3), space,
		}},
	}
}
