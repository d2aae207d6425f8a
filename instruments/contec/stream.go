package contec

import "aidpost/instruments"

// streamFrame is the size of a frame of the 5-byte stream.
const streamFrame = 5

// Bits of the 5-byte frame. Only its first byte has bit 7 set.
const (
	streamBeat      = 0x40 // byte 0
	streamFalling   = 0x20 // byte 0: SpO2 is dropping
	streamTooLong   = 0x10 // byte 0: searching for too long
	streamPulseHigh = 0x40 // byte 2: bit 7 of the pulse
	streamSearching = 0x20 // byte 2
	streamProbe     = 0x10 // byte 2: probe error, that is, no finger
	lowNibble       = 0x0F // byte 0: signal strength; byte 2: bar graph
	sevenBits       = 0x7F
)

// maxSignal is the strongest signal; the field could hold more.
const maxSignal = 8

// streamParser reads the 5-byte stream. A byte with bit 7 set always begins a
// frame. The instrument may also be sending its stored session, in groups of
// two such bytes and one without: those are skipped and are no damage.
type streamParser struct {
	buf    [streamFrame]byte
	n      int
	stored bool // inside a stored session
	count  tally
}

func (p *streamParser) tally() tally                { return p.count }
func (p *streamParser) frame() []byte               { return p.buf[:] }
func (p *streamParser) refused() *instruments.Fault { return nil }

func (p *streamParser) next(b []byte) (int, finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.count.take(streamFrame):
			return i + 1, spoiled
		case done:
			return i + 1, whole
		}
	}
	return len(b), nothing
}

// put adds one byte and reports that it completes a frame.
func (p *streamParser) put(c byte) bool {
	switch {
	case c&sync != 0:
		p.open(c)
	case p.n == 0:
		p.count.dropped++
	case p.n == 2 && p.buf[1]&sync != 0:
		p.n = 0 // a group of a stored session
	default:
		p.buf[p.n] = c
		p.n++
		if p.n == streamFrame {
			p.n, p.stored = 0, false
			return true
		}
	}
	return false
}

// open begins a frame, or continues a group of a stored session: F2 hour
// minute, three bytes of length, then F0 or F1 with the pulse and the SpO2 of
// each second.
func (p *streamParser) open(c byte) {
	if p.n == 1 && (p.stored || p.buf[0] >= 0xF0 && p.buf[0] <= 0xF2) {
		p.stored = true
		p.buf[1] = c
		p.n = 2
		return
	}
	p.count.dropped += uint64(p.n)
	p.buf[0] = c
	p.n = 1
}

func (p *streamParser) live(s *instruments.PlethSample) bool {
	decodeStream(&p.buf, s)
	return true
}

// decodeStream reads a whole frame. Sheet V5.0A defines no marker for a missing
// number; a SpO2 of 0 or above 100 and a pulse of 0 or 255 are treated as one.
// Both the search that takes too long and the probe error mean that there is
// no usable finger.
func decodeStream(f *[streamFrame]byte, s *instruments.PlethSample) {
	s.Rate = rate
	s.Beat = f[0]&streamBeat != 0
	s.Falling = f[0]&streamFalling != 0
	s.Signal = min(instruments.Number(f[0]&lowNibble), maxSignal)
	s.Pleth = instruments.Number(f[1])
	s.Searching = f[2]&streamSearching != 0
	s.FingerOut = f[2]&streamProbe != 0 || f[0]&streamTooLong != 0
	s.Bar = instruments.Number(f[2] & lowNibble)
	s.Pulse = between(instruments.Number(f[2]&streamPulseHigh)<<1|instruments.Number(f[3]), 1, 254)
	s.SpO2 = between(instruments.Number(f[4]), 1, 100)
	s.Perfusion = instruments.Missing
}
