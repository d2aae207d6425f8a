package nonin

import (
	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Formats 8 and 1 send a group of four or three bytes once a second. Only its
// first byte has bit 7 set.
const (
	slowRate = 1
	format8  = 4 // bytes
	format1  = 3
)

// Bits of the first byte.
const (
	slowUnplugged = 0x40 // reserved on some models
	slowTrackLost = 0x20
	slowWeak      = 0x10
	slowMarginal  = 0x08
	slowArtifact  = 0x04
)

// Bits of the fourth byte, in format 8.
const (
	slowSmartPoint = 0x20
	slowAlarm      = 0x08
	slowBattery    = 0x01
)

// A slowParser reads formats 8 and 1.
type slowParser struct {
	size  int
	buf   [format8]byte
	n     int
	tally spotcheck.Tally
}

func (p *slowParser) Tally() spotcheck.Tally      { return p.tally }
func (p *slowParser) Frame() []byte               { return p.buf[:p.size] }
func (p *slowParser) Refused() *instruments.Fault { return nil }

func (p *slowParser) Next(b []byte) (int, spotcheck.Finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.tally.Take(uint64(p.size) * slowRate * 60):
			return i + 1, spotcheck.Spoiled
		case done:
			return i + 1, spotcheck.Whole
		}
	}
	return len(b), spotcheck.Nothing
}

// put adds one byte and reports that it completes a group.
func (p *slowParser) put(c byte) bool {
	if c&highBit != 0 {
		p.tally.Dropped += uint64(p.n)
		p.n = 0
	} else if p.n == 0 {
		if c != ack && c != nak {
			p.tally.Dropped++
		}
		return false
	}
	p.buf[p.n] = c
	if p.n++; p.n < p.size {
		return false
	}
	p.n = 0
	return true
}

func (p *slowParser) Live(s *instruments.PlethSample) bool {
	first := p.buf[0]
	*s = instruments.PlethSample{
		Index: s.Index, Rate: slowRate,
		SpO2: spo2(p.buf[2]), Pulse: pulse(first, p.buf[1]),
		Pleth: instruments.Missing, Bar: instruments.Missing, Perfusion: instruments.Missing,
		Signal:    slowSignal(first),
		FingerOut: first&slowUnplugged != 0,
		Searching: first&slowTrackLost != 0,
		Artifact:  first&slowArtifact != 0,
	}
	if p.size == format1 {
		// There is no mark for a finger that left; in the end both numbers go.
		s.FingerOut = s.FingerOut || !s.SpO2.Valid() && !s.Pulse.Valid()
		return true
	}
	s.SensorAlarm = p.buf[3]&slowAlarm != 0
	s.FingerOut = s.FingerOut || s.SensorAlarm
	s.SmartPoint = p.buf[3]&slowSmartPoint != 0 && !s.FingerOut
	s.LowBattery = p.buf[3]&slowBattery != 0
	return true
}

// sound reports that the numbers of the group are such as a display may show, or
// both are missing.
func (p *slowParser) sound() bool {
	missing := pulse(p.buf[0], p.buf[1]) == instruments.Missing
	return p.n == 0 && missing == (spo2(p.buf[2]) == instruments.Missing)
}

// slowSignal is the strength that the two marks of the first byte tell.
func slowSignal(first byte) instruments.Number {
	switch {
	case first&slowWeak != 0:
		return feeble
	case first&slowMarginal != 0:
		return marginal
	}
	return strong
}
