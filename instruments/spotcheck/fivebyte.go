package spotcheck

import "aidpost/instruments"

// fiveBytes is the size of a frame of the 5-byte stream that several makers
// use, and sync the bit that only the first byte of a frame has.
const (
	fiveBytes = 5
	sync      = 0x80
)

// Fields of the 5-byte frame that mean the same everywhere. Byte 0 holds the
// signal strength, byte 1 the wave, byte 2 the bar graph, byte 3 the pulse and
// byte 4 the SpO2.
const (
	fivePulseHigh = 0x40 // byte 2: bit 7 of the pulse
	lowNibble     = 0x0F // of bytes 0 and 2
	sevenBits     = 0x7F
	maxSignal     = 8 // the field could hold more
)

// A FlagTable says what the other bits of a 5-byte frame mean to a maker.
type FlagTable struct {
	Beat, Falling, Searching, FingerOut Flags
	// FirstOut is what the maker calls FingerOut.First.
	FirstOut string
	// ZeroMissing reports that a wave and a bar of zero are no wave and no bar.
	ZeroMissing bool
	// Stored reports that the instrument may also be sending its stored session,
	// which is skipped and is no damage.
	Stored bool
}

// Flags are bits of the first and the third byte of a frame; any of them will
// do.
type Flags struct{ First, Third byte }

func (m Flags) in(f *[fiveBytes]byte) bool { return f[0]&m.First != 0 || f[2]&m.Third != 0 }

// A FiveByte is the parser of the 5-byte stream. A byte with bit 7 set always
// begins a frame.
type FiveByte struct {
	table  *FlagTable
	rate   int
	minute uint64 // bytes a minute
	buf    [fiveBytes]byte
	n      int
	stored bool // inside a stored session
	tally  Tally
}

// NewFiveByte returns a parser for frames that come rate times a second.
func NewFiveByte(table *FlagTable, rate int) *FiveByte {
	return &FiveByte{table: table, rate: rate, minute: uint64(rate) * fiveBytes * 60}
}

// Tally counts what was received and what fitted no frame.
func (p *FiveByte) Tally() Tally { return p.tally }

// Hollow reports that there are but zeros behind the first byte: a frame says at
// least that there is no finger. A line set to a parity makes zeros of what is sent
// without one.
func (p *FiveByte) Hollow() bool { return p.buf[1]|p.buf[2]|p.buf[3]|p.buf[4] == 0 }

// Frame returns the whole frame.
func (p *FiveByte) Frame() []byte { return p.buf[:] }

// Refused returns nil: the stream cannot say so.
func (p *FiveByte) Refused() *instruments.Fault { return nil }

// Next consumes bytes up to the end of a frame.
func (p *FiveByte) Next(b []byte) (int, Finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.tally.Take(p.minute):
			return i + 1, Spoiled
		case done:
			return i + 1, Whole
		}
	}
	return len(b), Nothing
}

// put adds one byte and reports that it completes a frame.
func (p *FiveByte) put(c byte) bool {
	switch {
	case c&sync != 0:
		p.open(c)
	case p.n == 0:
		p.tally.Dropped++
	case p.n == 2 && p.buf[1]&sync != 0:
		p.n = 0 // a group of a stored session
	default:
		p.buf[p.n] = c
		p.n++
		if p.n == fiveBytes {
			p.n, p.stored = 0, false
			return true
		}
	}
	return false
}

// open begins a frame, or continues a group of a stored session, which has two
// bytes with bit 7 set and one without: F2 hour minute, three bytes of length,
// then F0 or F1 with the pulse and the SpO2 of each second.
func (p *FiveByte) open(c byte) {
	if p.table.Stored && p.n == 1 && (p.stored || p.buf[0] >= 0xF0 && p.buf[0] <= 0xF2) {
		p.stored = true
		p.buf[1] = c
		p.n = 2
		return
	}
	p.tally.Dropped += uint64(p.n)
	p.buf[0] = c
	p.n = 1
}

// Live decodes the whole frame.
func (p *FiveByte) Live(s *instruments.PlethSample) bool {
	index := s.Index
	*s = p.table.sample(&p.buf, p.rate)
	s.Index = index
	return true
}

// sample decodes a frame. A SpO2 of 0 or above 100 and a pulse of 0 or 255 are
// missing.
func (t *FlagTable) sample(f *[fiveBytes]byte, rate int) instruments.PlethSample {
	s := instruments.PlethSample{
		Rate: rate, Perfusion: instruments.Missing,
		Beat:      t.Beat.in(f),
		Falling:   t.Falling.in(f),
		Searching: t.Searching.in(f),
		FingerOut: t.FingerOut.in(f),
		Signal:    min(instruments.Number(f[0]&lowNibble), maxSignal),
		Pleth:     instruments.Number(f[1]),
		Bar:       instruments.Number(f[2] & lowNibble),
		Pulse:     Between(instruments.Number(f[2]&fivePulseHigh)<<1|instruments.Number(f[3]), 1, 254),
		SpO2:      Between(instruments.Number(f[4]), 1, 100),
	}
	if t.ZeroMissing {
		s.Pleth, s.Bar = Between(s.Pleth, 1, sevenBits), Between(s.Bar, 1, lowNibble)
	}
	return s
}
