package raycome

import (
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff"
)

// How frames begin: two bytes that differ by direction, and the version of the
// protocol. Others are for wires without a cable.
const (
	fromHost, fromMonitor = 0xCC, 0xAA
	second                = 0x80
	serialVersion         = 0x03
	kind                  = 0x01
)

// Offsets in a frame. Its length counts from the kind to the last byte before
// the check.
const (
	versionAt = 2
	lengthAt  = 3
	kindAt    = 4
	subjectAt = 5
	dataAt    = 6
	overhead  = 5 // bytes that the length does not count

	least, most = 2, 32 // of the length
)

// A subject is what a frame is about.
type subject byte

// The subjects. The first three are also commands, and the host has no others:
// switching the monitor off has no name here.
const (
	connect  subject = 0x01
	start    subject = 0x02
	stop     subject = 0x03
	pressure subject = 0x05
	result   subject = 0x06
	failure  subject = 0x07
)

// carries is how many bytes of data a subject brings from the monitor.
func (s subject) carries() (n int, known bool) {
	switch s {
	case connect, start, stop, failure:
		return 1, true
	case pressure:
		return 2, true
	case result:
		return 13, true
	}
	return 0, false
}

func (s subject) String() string {
	switch s {
	case connect:
		return "connect"
	case start:
		return "start"
	case stop:
		return "stop"
	case pressure:
		return "cuff pressure"
	case result:
		return "result"
	case failure:
		return "error"
	}
	return "not known"
}

// command returns a command as it is sent.
func command(s subject) []byte {
	b := []byte{fromHost, second, serialVersion, 3, kind, byte(s), 0}
	return append(b, checksum.Xor8(b[versionAt:]))
}

// cut tells the frames of a monitor. It is a cuff.Cut. Zeros say that it has
// just been switched on.
func cut(b []byte) (int, cuff.Finding) {
	if b[0] == 0 {
		return 1, cuff.Filler
	}
	for i, want := range []byte{fromMonitor, second, serialVersion} {
		if i < len(b) && b[i] != want {
			return 1, cuff.Noise
		}
	}
	switch {
	case len(b) <= lengthAt:
		return 0, cuff.Short
	case b[lengthAt] < least, b[lengthAt] > most:
		return 1, cuff.Noise
	}
	size := int(b[lengthAt]) + overhead
	switch {
	case len(b) < size:
		return 0, cuff.Short
	case checksum.Xor8(b[versionAt:size-1]) != b[size-1]:
		return 1, cuff.Damaged
	}
	return size, cuff.Whole
}

// A frame is one whole frame of a monitor.
type frame []byte

// subject returns what the frame is about, or zero if that is not known.
func (f frame) subject() subject {
	s := subject(f[subjectAt])
	if n, known := s.carries(); !known || f[kindAt] != kind || len(f.data()) != n {
		return 0
	}
	return s
}

func (f frame) data() []byte { return f[dataAt : len(f)-1] }

// agreed reports whether the frame answers s, and whether with yes.
func (f frame) agreed(s subject) (answers, yes bool) {
	return f.subject() == s, f.subject() == s && f.data()[0] == 0
}

// pressure returns the cuff pressure in mmHg, if f tells it.
func (f frame) pressure() (int, bool) {
	if f.subject() != pressure {
		return 0, false
	}
	return int(binary.BigEndian.Uint16(f.data())), true
}

// Offsets in the data of a result; what its first byte means is not published.
const (
	dateAt      = 1
	systolicAt  = 7
	diastolicAt = 9
	pulseAt     = 11
)

// reading returns the reading of a result, without its time and frames, or the
// *Fault that says why there is none. The frame is a result or a failure.
func (f frame) reading(job instruments.Job) (*instruments.Reading, cuff.Result, error) {
	data := f.data()
	if f.subject() == failure {
		return nil, cuff.Result{}, faultOf(data[0])
	}
	word := func(at int) int { return int(binary.BigEndian.Uint16(data[at:])) }
	res := cuff.Result{Systolic: word(systolicAt), Diastolic: word(diastolicAt), Pulse: word(pulseAt)}
	values, flags, err := res.Values(cuff.AnyCuff())
	if err != nil {
		return nil, res, err
	}
	reading := &instruments.Reading{Panel: panel, Values: values, Flags: flags}
	if at, ok := clock(data[dateAt:systolicAt], job.Location()); ok {
		reading.InstrumentTime, reading.Drift = at, at.Sub(job.Clock()()).Round(time.Second)
	}
	return reading, res, nil
}

// clock reads what the monitor takes for the time. It is false for a clock that
// was never set.
func clock(b []byte, zone *time.Location) (time.Time, bool) {
	year, month, day := 2000+int(b[0]), time.Month(b[1]), int(b[2])
	at := time.Date(year, month, day, int(b[3]), int(b[4]), int(b[5]), 0, zone)
	valid := at.Month() == month && at.Day() == day && b[1] > 0 && b[3] < 24 && b[4] < 60 && b[5] < 60
	return at, valid
}
