package simulated

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"aidpost/instruments"
)

// The wire of the LifeScan twins, written down apart from the driver so that
// the two check each other.
const (
	lifescanDelay     = 16 * time.Millisecond // from question to answer
	verioModel        = "onetouch-verioiq"
	verioSerial       = "TCFPQRMG"
	verioCapacity     = 750
	ultraEasyModel    = "onetouch-ultraeasy"
	ultraEasySerial   = "FFZ049BER"
	ultraEasyCapacity = 500
)

// LifeScan is the twin of a OneTouch VerioIQ or UltraEasy.
type LifeScan struct {
	*GlucoseMeter
	model  string
	baud   int
	answer func(payload []byte) []byte
	heard  []byte

	counted bool // an UltraEasy, which counts frames
	odd     bool // an odd number of questions was answered
	waiting bool // for an acknowledgement
}

var _ Twin = (*LifeScan)(nil)

// NewVerioIQ returns a VerioIQ.
func NewVerioIQ(o Options) *LifeScan {
	l := &LifeScan{GlucoseMeter: newGlucoseMeter(o, verioSerial, verioCapacity), model: verioModel, baud: 38400}
	l.answer = l.verio
	return l
}

// NewUltraEasy returns an UltraEasy.
func NewUltraEasy(o Options) *LifeScan {
	l := &LifeScan{GlucoseMeter: newGlucoseMeter(o, ultraEasySerial, ultraEasyCapacity), model: ultraEasyModel, baud: 9600, counted: true}
	l.answer = l.ultraEasy
	return l
}

// Model returns "onetouch-verioiq" or "onetouch-ultraeasy".
func (l *LifeScan) Model() string { return l.model }

// Line returns 38400 8N1 or 9600 8N1.
func (l *LifeScan) Line() instruments.Line {
	return instruments.Line{Baud: l.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run answers frames until ctx ends or the host is gone.
func (l *LifeScan) Run(ctx context.Context, wire instruments.Port) error {
	l.mu.Lock()
	l.heard = nil
	l.mu.Unlock()
	return listen(ctx, wire, func(b []byte) []byte {
		reply := l.hear(b)
		if len(reply) > 0 {
			l.think(lifescanDelay)
		}
		return reply
	})
}

// hear collects bytes and answers the frames among them.
func (l *LifeScan) hear(b []byte) (reply []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard = append(l.heard, b...)
	for len(l.heard) >= 6 {
		size := int(l.heard[1])
		if l.heard[0] != 2 || size < 6 {
			l.heard = l.heard[1:]
			continue
		}
		if len(l.heard) < size {
			break
		}
		f := l.heard[:size]
		if sum := lifescanSum(f[:size-2]); f[size-3] != 3 || f[size-2] != byte(sum) || f[size-1] != byte(sum>>8) {
			l.heard = l.heard[1:]
			continue
		}
		l.heard = l.heard[size:]
		reply = append(reply, l.frame(f[2], f[3:size-3])...)
	}
	return reply
}

// frame answers one frame of the host.
func (l *LifeScan) frame(link byte, payload []byte) []byte {
	switch {
	case !l.counted && link != 0:
		return nil
	case !l.counted:
		if l.slept() {
			return nil
		}
		return lifescanFrame(0, l.answer(payload))
	case link&0x08 != 0:
		l.odd, l.waiting = false, false
		if l.slept() {
			return nil
		}
		return lifescanFrame(0x0C, nil)
	case len(payload) == 0:
		return l.acknowledged(link)
	case l.slept():
		return nil
	case l.waiting:
		l.violate("a question before the last answer was acknowledged")
	}
	return l.counting(link, payload)
}

// acknowledged takes the host's thanks, after which the count goes on.
func (l *LifeScan) acknowledged(link byte) []byte {
	want := byte(0x07)
	if l.odd {
		want = 0x04
	}
	if !l.waiting || link != want {
		l.violate("an acknowledgement of nothing")
		return nil
	}
	l.waiting, l.odd = false, !l.odd
	return nil
}

// counting answers a question with an acknowledgement and an answer.
func (l *LifeScan) counting(link byte, payload []byte) []byte {
	want, thanks, ours := byte(0x00), byte(0x06), byte(0x02)
	if l.odd {
		want, thanks, ours = 0x03, 0x05, 0x01
	}
	if link != want {
		l.violate("a question with a wrong count")
		return nil
	}
	data := l.answer(payload)
	if data == nil {
		return lifescanFrame(thanks, nil)
	}
	l.waiting = true
	return append(lifescanFrame(thanks, nil), lifescanFrame(ours, data)...)
}

// verio is what a VerioIQ answers to a payload; nothing to what it does not
// know.
func (l *LifeScan) verio(p []byte) []byte {
	if len(p) < 2 || p[0] != 3 && p[0] != 4 {
		return nil
	}
	good := []byte{p[0], 0x06}
	millennium := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	switch string(p[1:min(len(p), 3)]) {
	case "\x06":
		return append(append(good, "VerioIQ\x00"...), make([]byte, 18)...)
	case "\x0D\x01":
		return append(append(good, 0x11), "01.10.00 03/15/13\x00"...)
	case "\x0B\x01":
		return append(append(good, l.serial...), 0)
	case "\x20\x02":
		return lifescanTime(good, l.wallNow(), millennium)
	case "\x20\x01":
		return l.set(p[3:], millennium, good, "20 01 set clock")
	case "\x27\x00":
		l.refresh()
		return binary.LittleEndian.AppendUint16(good, uint16(len(l.rows)))
	case "\x1A":
		l.violate("1A erase")
		l.rows = nil
		return good
	}
	if p[1] != 0x21 || len(p) != 4 {
		return nil
	}
	index := int(binary.LittleEndian.Uint16(p[2:]))
	if index >= len(l.rows) {
		return []byte{p[0], 0x09}
	}
	r := l.rows[index]
	out := lifescanTime(good, r.wall, millennium)
	if r.Kind == Undated {
		out = append(out[:2], 0xFF, 0xFF, 0xFF, 0xFF)
	}
	out = binary.LittleEndian.AppendUint16(out, uint16(r.MgPerDL))
	kind := byte(0)
	if r.Kind == ControlTest {
		kind = 1
	}
	return append(out, kind, 1, 0, 0)
}

// ultraEasy is what an UltraEasy answers to a payload.
func (l *LifeScan) ultraEasy(p []byte) []byte {
	if len(p) < 2 || p[0] != 5 {
		return nil
	}
	good := []byte{0x05, 0x06}
	epoch := time.Unix(0, 0).UTC()
	switch string(p[1:min(len(p), 3)]) {
	case "\x0D\x02":
		return append(append(good, 0x11), "P02.00.0030/08/06"...)
	case "\x0B\x02":
		return append(good, l.serial...)
	case "\x20\x02":
		return lifescanTime(good, l.wallNow(), epoch)
	case "\x20\x01":
		return l.set(p[3:], epoch, append(good, p[3:]...), "20 01 set clock")
	case "\x1A":
		l.violate("1A erase")
		l.rows = nil
		return good
	}
	if p[1] != 0x1F || len(p) != 4 {
		return nil
	}
	index := int(binary.LittleEndian.Uint16(p[2:]))
	if index >= ultraEasyCapacity {
		l.refresh()
		return binary.LittleEndian.AppendUint16([]byte{0x05, 0x0F}, uint16(len(l.tests())))
	}
	tests := l.tests()
	if index >= len(tests) {
		return []byte{0x05, 0x0F}
	}
	r := tests[index]
	value := uint32(r.MgPerDL)
	switch {
	case r.Kind == Damaged:
		value |= 0x4000
	case value < 20:
		value = 0xFFFE
	case value > 600:
		value = 0xFFFF
	}
	out := lifescanTime(good, r.wall, epoch)
	if r.Kind == Undated {
		out = append(out[:2], 0, 0, 0, 0)
	}
	return binary.LittleEndian.AppendUint32(out, value)
}

// tests are the results that an UltraEasy gives away: it keeps those of control
// solution to itself.
func (l *LifeScan) tests() []storedRow {
	return slices.DeleteFunc(slices.Clone(l.rows), func(r storedRow) bool { return r.Kind == ControlTest })
}

// set sets the clock and returns what the meter says to it.
func (l *LifeScan) set(seconds []byte, base time.Time, reply []byte, command string) []byte {
	if len(seconds) != 4 {
		return nil
	}
	l.show(base.Add(time.Duration(binary.LittleEndian.Uint32(seconds))*time.Second), command)
	return reply
}

func lifescanTime(b []byte, wall, base time.Time) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(wall.Sub(base)/time.Second))
}

// lifescanFrame puts a payload into a frame; no payload of a meter that does
// not count is no frame.
func lifescanFrame(link byte, payload []byte) []byte {
	if link == 0 && payload == nil {
		return nil
	}
	f := append([]byte{2, byte(len(payload) + 6), link}, payload...)
	f = append(f, 3)
	return binary.LittleEndian.AppendUint16(f, lifescanSum(f))
}

// lifescanSum is CRC-16/CCITT-FALSE a byte at a time.
func lifescanSum(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		x := byte(crc>>8) ^ c
		x ^= x >> 4
		crc = crc<<8 ^ uint16(x)<<12 ^ uint16(x)<<5 ^ uint16(x)
	}
	return crc
}
