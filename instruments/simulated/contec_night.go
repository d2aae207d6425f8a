package simulated

import (
	"fmt"
	"math/rand/v2"
	"time"

	"aidpost/instruments"
)

// A ContecNight is a session that a Contec oximeter has recorded on its own,
// second by second, with a minute in it in which the finger was out.
type ContecNight struct {
	Began   time.Time // fields as the instrument's clock shows them
	Samples []instruments.RecordedSample
}

// newContecNight makes up a session of some minutes.
func newContecNight(seed uint64) *ContecNight {
	r := rand.New(rand.NewPCG(seed, 0x416874))
	n := &ContecNight{Began: time.Date(2026, time.March, 9, 23, 4+r.IntN(50), r.IntN(60), 0, time.UTC)}
	pulse := 55 + r.Float64()*20
	out := 100 + r.IntN(100)
	for second := range 400 + r.IntN(300) {
		s := instruments.RecordedSample{SpO2: instruments.Missing, Pulse: instruments.Missing, Perfusion: instruments.Missing}
		if second < out || second >= out+60 {
			pulse = min(max(pulse+r.NormFloat64(), 45), 150)
			s.SpO2 = instruments.Number(94 + r.IntN(5))
			s.Pulse = instruments.Number(pulse)
			s.Perfusion = instruments.Number(200 + r.IntN(300))
			if second%97 == 0 {
				s.Pulse += 80 // a dream
			}
		}
		n.Samples = append(n.Samples, s)
	}
	return n
}

// TimeOfDay is when the session began, as a header tells.
func (n *ContecNight) TimeOfDay() string {
	return fmt.Sprintf("%02d:%02d", n.Began.Hour(), n.Began.Minute())
}

// streamBytes writes the session as the 5-byte protocol has it, by an
// instrument with a clock or without.
func (n *ContecNight) streamBytes(clock bool) []byte {
	hour, minute := n.Began.Hour(), n.Began.Minute()
	if !clock {
		hour, minute = 0, 0
	}
	var b []byte
	for range 3 {
		b = append(b, 0xF2, 0x80|byte(hour), byte(minute))
	}
	left := 3*len(n.Samples) - 1
	b = append(b, 0x80|byte(left>>14), 0x80|byte(left>>7), byte(left)&0x7F)
	for i, s := range n.Samples {
		spo2, pulse := storedMarks(i, s)
		b = append(b, 0xF0|pulse>>7, 0x80|pulse, spo2)
	}
	return b
}

// storedMarks returns the two numbers of a second. A missing one is marked in
// both ways that are known.
func storedMarks(second int, s instruments.RecordedSample) (spo2, pulse byte) {
	switch {
	case s.SpO2.Valid():
		return byte(s.SpO2), byte(s.Pulse)
	case second%2 == 0:
		return 0x7F, 0xFF
	}
	return 0, 0
}

// packetData writes the seconds as the data of packets, with the perfusion
// index or without.
func (n *ContecNight) packetData(indexed bool) []byte {
	var b []byte
	for i, s := range n.Samples {
		spo2, pulse := storedMarks(i, s)
		b = append(b, spo2, pulse)
		if indexed {
			pi := uint16(s.Perfusion) // -1 is FFFF, which marks a missing one
			b = append(b, byte(pi), byte(pi>>8))
		}
	}
	return b
}
