// Package waitingroom receives the records of blood-pressure stations that
// take no more than a line to describe: one record of fixed length after each
// measurement that a person has started.
//
// Each is known from one public kiosk in C#: the Terumo station (called BP-500
// and BR-500 there) from a hospital's triage client, the Parama-Tech FT-201 and
// the AMPall BP868F from XiMPLib. No public source gives the rule of the Terumo
// check byte, the meaning of its last five fields or error codes of any of
// them. An older FT-201 frames its record in other bytes and is not read.
package waitingroom

import (
	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/station"
	"aidpost/records/vitals"
)

// The catalogue's names of the models.
const (
	TerumoID = "terumo-bp500"
	FT201ID  = "paramatech-ft201"
	BP868FID = "ampall-bp868f"
)

func model(id, maker, name string, baud, stopBits int) instruments.Model {
	return instruments.Model{
		ID: id, Maker: maker, Name: name, Panel: vitals.BloodPressure,
		Line: instruments.Line{Baud: baud, DataBits: 8, Parity: instruments.NoParity, StopBits: stopBits},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Evidence: instruments.PublicCode,
		Chosen:   true,
		Version:  "1",
	}
}

// Terumo returns the driver of the Terumo station. The byte behind its record
// is taken as it comes, since nobody has said how it is formed.
func Terumo() station.Driver {
	comma := station.Text(",")
	return station.New(model(TerumoID, "Terumo", "BP-500 station", 9600, 1), station.Form{{
		Range: cuff.AnyCuff(),
		Parts: []station.Part{
			station.Text("\x02"), station.Text("R1,"), station.Digits(station.ID, 9), comma,
			station.Digits(station.Year, 2), station.Digits(station.Month, 2), station.Digits(station.Day, 2), comma,
			station.Digits(station.Hour, 2), station.Digits(station.Minute, 2), station.Digits(station.Second, 2), comma,
			station.Digits(station.Systolic, 3), comma, station.Digits(station.Mean, 3), comma,
			station.Digits(station.Diastolic, 3), comma, station.Digits(station.Pulse, 3), comma,
			station.Digits(station.Unknown, 4), comma, station.Digits(station.Unknown, 4), comma,
			station.Digits(station.Unknown, 5), comma, station.Digits(station.Unknown, 3),
			station.Text("\x03"), station.AnyByte(),
		},
	}})
}

// FT201 returns the driver of the Parama-Tech FT-201.
func FT201() station.Driver {
	space := station.Text(" ")
	return station.New(model(FT201ID, "Parama-Tech", "FT-201", 4800, 2), station.Form{{
		Range: cuff.AnyCuff(),
		Parts: []station.Part{
			station.Text("\x02"), space,
			station.Digits(station.Year, 2), station.Digits(station.Month, 2), station.Digits(station.Day, 2), space,
			station.Digits(station.Hour, 2), station.Digits(station.Minute, 2), space,
			station.Digits(station.Systolic, 3), space, station.Digits(station.Diastolic, 3), space,
			station.Digits(station.Pulse, 3), station.Text("\x03"),
		},
	}})
}

// BP868F returns the driver of the AMPall BP868F. Its records have no date, and
// begin and end with the same byte.
func BP868F() station.Driver {
	return station.New(model(BP868FID, "AMPall", "BP868F", 9600, 1), station.Form{{
		Range: cuff.AnyCuff(),
		Parts: []station.Part{
			station.Text("^"), station.Digits(station.Systolic, 3), station.Digits(station.Mean, 3),
			station.Digits(station.Diastolic, 3), station.Digits(station.Pulse, 3), station.Digits(station.Irregular, 1), station.Text("^"),
		},
	}})
}
