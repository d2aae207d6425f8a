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

// streamModel describes the older protocol: CMS50D, CMS50D+ before firmware
// 4.6 and the older CMS50E.
func streamModel() instruments.Model {
	return instruments.Model{
		ID:        "contec-cms50d",
		Maker:     "Contec",
		Name:      "CMS50D, CMS50D+ (before 4.6), CMS50E (older)",
		Panel:     vitals.Oximetry,
		Line:      instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.OddParity, StopBits: 1},
		Adapters:  []instruments.Adapter{cable},
		Abilities: instruments.Abilities{Live: true, Memory: true},
		Evidence:  instruments.PublicCode,
		Recheck:   2 * time.Second,
		Version:   version,
	}
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
