// Package contec drives the pulse oximeters of the Contec CMS50 family over
// their USB serial cables, in both wire protocols: the older 5-byte stream
// ([Stream]) and the newer packets with commands ([Packets]).
//
// Sources: Contec, "Communication Protocol of Pulse Oximeter V7.0" (2010) and
// its one-page sheet V5.0A; public programs that run against real instruments
// (OSCAR cms50_loader and cms50f37_loader, atbrask/CMS50Dplus, headrotor/
// contec_data, MarkMLl/Contec_cms50dplus, airikka/spo2cms50dplus).
//
// Neither protocol has a checksum or a retransmission. Bytes that are lost or
// added are noticed, because only one byte of a frame has its bit 7 set (or
// clear); a bit that flips inside a byte is not. Against that stand the adapter's
// parity check (5-byte stream), the limit on damaged bytes, and the acceptance
// rule of package spotcheck, which wants ten seconds of agreeing frames.
//
// Both protocols can also send what the instrument recorded on its own, such as
// a night ([instruments.Recaller]). That is fetched only when staff asks for it
// and is never the reading of a visit. Where bytes of it were damaged, seconds
// without numbers stand for them, and where not as many came as were announced
// the recording is called damaged.
//
// In several models the USB chip sits in the cable: the port stays when the
// instrument leaves. So silence is what tells that an instrument is gone.
package contec

import (
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// rate is the number of live frames a second, both protocols.
const rate = 60

// believe is how many whole frames in a row make a stream trustworthy.
const believe = 10

// version of the drivers, recorded with every observation.
const version = "1"

// cable is the CP210x bridge of every Contec cable and dock seen. It is also
// in countless other cables.
var cable = instruments.Adapter{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}}

// streamModel describes the older protocol as CMS50D, CMS50D+ before firmware
// 4.6 and the older CMS50E speak it.
func streamModel() instruments.Model {
	return instruments.Model{
		ID:        "contec-cms50d",
		Maker:     "Contec",
		Name:      "CMS50D, CMS50D+ (before 4.6), CMS50E (older)",
		Panel:     vitals.Oximetry,
		Line:      instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1},
		Adapters:  []instruments.Adapter{cable},
		Abilities: instruments.Abilities{Live: true, Memory: true},
		Evidence:  instruments.PublicRules,
		Recheck:   2 * time.Second,
		Version:   version,
	}
}

// boardModel describes OEM boards, on the line of sheet V5.0A. Nothing is known
// of a memory.
func boardModel() instruments.Model {
	m := streamModel()
	m.ID = "contec-oem"
	m.Name = "OEM boards (sheet V5.0A)"
	m.Line.Baud = 4800
	m.Abilities = instruments.Abilities{Live: true}
	m.Evidence = instruments.VendorManual
	return m
}

// plainBoardModel describes OEM boards without a parity bit, of which one sheet
// in Chinese tells. Berry's modules send the same frames on the same line, with
// another meaning of some bits, so that staff must say which it is.
func plainBoardModel() instruments.Model {
	m := boardModel()
	m.ID = "contec-oem-8n1"
	m.Name = "OEM boards without parity"
	m.Line.Parity = instruments.NoParity
	m.Evidence = instruments.Partial
	m.Chosen = true
	return m
}

// packetModel describes the newer protocol: CMS50D+ from firmware 4.6 on,
// CMS50F, CMS50I, CMS50EW and the newer CMS50E.
func packetModel() instruments.Model {
	return instruments.Model{
		ID:        "contec-cms50d-plus",
		Maker:     "Contec",
		Name:      "CMS50D+ (4.6 and later), CMS50F, CMS50I, CMS50EW",
		Panel:     vitals.Oximetry,
		Line:      instruments.Line{Baud: 115200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  []instruments.Adapter{cable},
		Abilities: instruments.Abilities{Live: true, StartStop: true, Memory: true, Info: true},
		Evidence:  instruments.PublicCode,
		Talks:     true,
		Recheck:   5 * time.Second,
		Version:   version,
	}
}
