package suretemp

import (
	"bytes"
	"context"
	"encoding/binary"
	"time"

	"aidpost/instruments"
)

// A packet is three bytes that are always the same, a command of two bytes, a
// type, the length of the data (low byte first), the data, and a byte that
// brings the sum of all to zero.
const (
	atCommand = 3
	atType    = 5
	atLength  = 6
	header    = 8
	most      = 64 // of data; the longest that is known has 33 bytes
	longest   = header + most + 1
)

var opening = []byte{0x03, 0x02, 0x10}

// The types of a packet.
const (
	asks    = 0x01
	answers = 0x02 // any other than these two is a refusal
)

// temperatureRecord is the only command that is ever sent.
var temperatureRecord = []byte{0x94, 0x1C}

// question asks for the temperature record.
var question = []byte{0x03, 0x02, 0x10, 0x94, 0x1C, asks, 0x00, 0x00, 0x3A}

// A packet is the bytes of one, its sum checked.
type packet []byte

func (p packet) command() []byte { return p[atCommand:atType] }
func (p packet) kind() byte      { return p[atType] }
func (p packet) data() []byte    { return p[header : len(p)-1] }

func sum(b []byte) (s byte) {
	for _, c := range b {
		s += c
	}
	return s
}

// cut returns the packet that b begins with. ok is false if b begins with none;
// a nil packet then needs more bytes.
func cut(b []byte) (p packet, ok bool) {
	if n := min(len(b), len(opening)); !bytes.Equal(b[:n], opening[:n]) {
		return nil, false
	}
	if len(b) < header {
		return nil, true
	}
	n := int(binary.LittleEndian.Uint16(b[atLength:]))
	switch {
	case n > most:
		return nil, false
	case len(b) < header+n+1:
		return nil, true
	}
	p = packet(b[:header+n+1])
	return p, sum(p) == 0
}

// A scanner finds packets among received bytes.
type scanner struct {
	buf [2 * longest]byte
	n   int
}

// room is where to receive; there always is some.
func (s *scanner) room() []byte { return s.buf[s.n:] }

func (s *scanner) add(n int) { s.n += n }

func (s *scanner) drop(n int) { s.n = copy(s.buf[:], s.buf[n:s.n]) }

// next returns the first whole packet, and how many bytes before it, or before
// what may become one, are none.
func (s *scanner) next() (p packet, skipped int, ok bool) {
	for ; s.n > 0; skipped++ {
		p, good := cut(s.buf[:s.n])
		if good && p == nil {
			return nil, skipped, false
		}
		if good {
			p = bytes.Clone(p)
			s.drop(len(p))
			return p, skipped, true
		}
		s.drop(1)
	}
	return nil, skipped, false
}

// A session is a port with what was received from it.
type session struct {
	port  instruments.Port
	now   func() time.Time
	heard scanner
}

// ask asks for the temperature record. A *Fault is NoAnswer, Garbled for bytes
// that are none, the module's refusal, or Unplugged.
func (s *session) ask(ctx context.Context) (*answer, error) {
	if err := s.port.Discard(); err != nil {
		return nil, instruments.Wrap(instruments.Unplugged, err)
	}
	s.heard = scanner{}
	asked := instruments.Frame{At: s.now(), Direction: instruments.ToInstrument, Bytes: question}
	if err := instruments.WriteAll(s.port, question); err != nil {
		return nil, err
	}
	noise := 0
	for until := time.Now().Add(replyWait); ; {
		p, skipped, ok := s.heard.next()
		noise += skipped
		if ok && bytes.Equal(p.command(), temperatureRecord) && p.kind() != asks {
			a, fault := p.answer(s.now())
			if fault != nil {
				return nil, fault
			}
			a.frames = append([]instruments.Frame{asked}, a.frames...)
			return a, nil
		}
		if ok {
			continue // of another question, or our own sent back
		}
		n, err := instruments.ReadSome(ctx, s.port, s.heard.room(), time.Until(until))
		s.heard.add(n)
		switch {
		case err == nil:
		case ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer && noise+s.heard.n > 0:
			return nil, instruments.NewFault(instruments.Garbled, "no answer of a temperature module")
		default:
			return nil, err
		}
	}
}
