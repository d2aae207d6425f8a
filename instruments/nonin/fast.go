package nonin

import (
	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/spotcheck"
)

// Formats 2 and 7 send frames of five bytes, the last of which is the sum of
// the others. Twenty-five frames make a packet, which tells every number once;
// the status byte of its first frame has the sync bit.
const (
	fastRate   = 75
	fastFrame  = 5
	fastPacket = 25
)

// Bits of the status byte of formats 2 and 7.
const (
	statusUnplugged = 0x40 // reserved on the 9560
	statusArtifact  = 0x20
	statusTrackLost = 0x10
	statusAlarm     = 0x08 // the finger was removed; numbers are held
	statusPulse     = 0x06 // perfusion of a pulse; zero between pulses
	statusSync      = 0x01

	pulseGreen  = 0x02
	pulseYellow = 0x06
)

// Where in a packet the fourth bytes of its frames hold which number, counted
// from 0.
const (
	firmwareAt  = 3
	stat2At     = 7
	spo2At      = 8  // SpO2-D
	pulseHighAt = 19 // HR-D
	pulseLowAt  = 20
)

// Bits of the second status, and since which firmware SmartPoint is valid.
const (
	stat2SmartPoint = 0x20
	stat2Battery    = 0x01
	smartFirmware   = 16
)

// artifactFrames is how long a pulse with an artifact spoils what is shown.
const artifactFrames = 12

// The control bytes that may stand between two frames.
const (
	ack = 0x06
	nak = 0x15
)

// A fastParser reads formats 2 and 7. It hands out samples once a packet of 25
// frames was followed by another: no other stream passes that by chance.
type fastParser struct {
	wide  bool // format 7: no start byte, a wave of two bytes
	buf   [fastFrame]byte
	n     int
	tally spotcheck.Tally

	floats [fastPacket]byte
	at     int  // frames of the packet so far; 0 while waiting for its first
	alarm  bool // a frame of the packet has held numbers
	proven bool // packets are where they are expected
	stray  bool // the frame belongs to no packet

	shown    numbers
	artifact int // frames that an artifact still spoils
	present  byte
	signal   instruments.Number
}

// numbers are what a whole packet says.
type numbers struct {
	spo2, pulse             instruments.Number
	smart, battery, sensors bool // sensors: they are held
}

func none() numbers { return numbers{spo2: instruments.Missing, pulse: instruments.Missing} }

func newFast(wide bool) *fastParser { return &fastParser{wide: wide, shown: none()} }

func (p *fastParser) Tally() spotcheck.Tally      { return p.tally }
func (p *fastParser) Frame() []byte               { return p.buf[:] }
func (p *fastParser) Refused() *instruments.Fault { return nil }

func (p *fastParser) Next(b []byte) (int, spotcheck.Finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.tally.Take(fastFrame * fastRate * 60):
			return i + 1, spotcheck.Spoiled
		case done:
			return i + 1, spotcheck.Whole
		}
	}
	return len(b), spotcheck.Nothing
}

// put adds one byte and reports that it completes a frame. Five bytes that are
// none give way one by one.
func (p *fastParser) put(c byte) bool {
	if p.n == 0 && (c == ack || c == nak) {
		return false // the instrument's answer to somebody's command
	}
	p.buf[p.n] = c
	if p.n++; p.n < fastFrame {
		return false
	}
	if !p.valid() {
		p.tally.Dropped++
		copy(p.buf[:], p.buf[1:])
		p.n--
		p.lose()
		return false
	}
	p.n = 0
	p.place()
	return true
}

// valid reports that the five bytes are a frame.
func (p *fastParser) valid() bool {
	return (p.wide || p.buf[0] == 0x01) && p.status()&highBit != 0 && p.buf[3]&highBit == 0 &&
		checksum.Sum8(p.buf[:fastFrame-1]) == p.buf[fastFrame-1]
}

func (p *fastParser) status() byte {
	if p.wide {
		return p.buf[0]
	}
	return p.buf[1]
}

// lose gives up the packet: what it would have said is not known.
func (p *fastParser) lose() {
	p.at = 0
	p.shown = none()
}

// place puts a whole frame into its packet.
func (p *fastParser) place() {
	status := p.status()
	p.follow(status)
	first := status&statusSync != 0
	switch {
	case first && p.at == fastPacket:
		p.proven = true
		p.at = 0
	case first:
		if p.at > 0 {
			p.lose() // too short
		}
	case p.at == 0 || p.at == fastPacket: // before the first, or after the last
		p.stray = true
		p.lose()
		return
	}
	p.stray = false
	if first {
		p.alarm = false
	}
	p.alarm = p.alarm || status&(statusAlarm|statusUnplugged) != 0
	p.floats[p.at] = p.buf[3]
	if p.at++; p.at == fastPacket {
		p.shown = p.read()
	}
}

// read returns what the whole packet says.
func (p *fastParser) read() numbers {
	f := &p.floats
	return numbers{
		spo2:    spo2(f[spo2At]),
		pulse:   pulse(f[pulseHighAt], f[pulseLowAt]),
		smart:   f[stat2At]&stat2SmartPoint != 0 && f[firmwareAt] >= smartFirmware && !p.alarm,
		battery: f[stat2At]&stat2Battery != 0,
		sensors: p.alarm,
	}
}

// follow keeps the colour of the last pulse that is over, and how long an
// artifact still counts.
func (p *fastParser) follow(status byte) {
	if status&statusArtifact != 0 {
		p.artifact = artifactFrames
	} else if p.artifact > 0 {
		p.artifact--
	}
	switch now := status & statusPulse; {
	case status&(statusAlarm|statusUnplugged) != 0:
		p.signal, p.present = feeble, 0
	case now != 0:
		p.present = now
	case p.present != 0:
		p.signal, p.present = colour(p.present), 0
	}
}

func colour(pulse byte) instruments.Number {
	switch pulse {
	case pulseGreen:
		return strong
	case pulseYellow:
		return marginal
	}
	return feeble
}

func (p *fastParser) Live(s *instruments.PlethSample) bool {
	if !p.proven || p.stray {
		return false
	}
	status := p.status()
	s.Rate = fastRate
	s.SpO2, s.Pulse = p.shown.spo2, p.shown.pulse
	s.Pleth = instruments.Number(p.buf[2]) >> 1
	if p.wide {
		s.Pleth = instruments.Number(p.buf[1]) >> 1 // the low byte is finer than what is drawn
	}
	s.Bar, s.Perfusion = instruments.Missing, instruments.Missing
	s.Signal = p.signal
	s.Beat = status&statusPulse != 0
	s.FingerOut = status&(statusAlarm|statusUnplugged) != 0
	s.Searching = status&statusTrackLost != 0
	s.Artifact = p.artifact > 0
	s.SensorAlarm = s.FingerOut || p.shown.sensors
	s.SmartPoint = p.shown.smart && !s.SensorAlarm
	s.LowBattery = p.shown.battery
	return true
}
