package simulated

import (
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// The wires of i-SENS meters, written down apart from the driver so that the
// two check each other.

func isensLine() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// isensMemory is what both lines of meters share. In which order real ones keep
// their results is not known.
type isensMemory struct {
	*GlucoseMeter
	oldestFirst bool
}

// KeepOldestFirst makes it keep results in the order in which they were taken,
// not the newest first.
func (m *isensMemory) KeepOldestFirst() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.oldestFirst = true
}

// place returns the result of a place in memory, counted from zero.
func (m *isensMemory) place(i int) (storedRow, bool) {
	if i < 0 || i >= len(m.rows) {
		return storedRow{}, false
	}
	if m.oldestFirst {
		i = len(m.rows) - 1 - i
	}
	return m.rows[i], true
}

func (m *isensMemory) time(r storedRow) []byte {
	w := r.wall
	month := byte(w.Month())
	if r.Kind == Undated {
		month = 0
	}
	year := max(w.Year()-2000, 0) // there is none before
	return []byte{byte(year), month, byte(w.Day()), byte(w.Hour()), byte(w.Minute()), byte(w.Second())}
}

const (
	careSensSerial   = "CNP07B12345"
	careSensCapacity = 250
	careSensLog      = 0xE200
	cvpCapacity      = 500
)

// CareSens is the twin of a CareSens N, which is asked for bytes of its memory.
type CareSens struct {
	isensMemory
	model byte // its code
	heard []byte
}

var _ Twin = (*CareSens)(nil)

// NewCareSens returns a meter of the model CNP.
func NewCareSens(o Options) *CareSens {
	return &CareSens{isensMemory: isensMemory{GlucoseMeter: newGlucoseMeter(o, careSensSerial, careSensCapacity)}, model: 0x03}
}

// NewCareSensCVP returns a meter of the model CVP.
func NewCareSensCVP(o Options) *CareSens {
	return &CareSens{isensMemory: isensMemory{GlucoseMeter: newGlucoseMeter(o, "CVP1FA00042", cvpCapacity)}, model: 0x11}
}

// Model returns "caresens-n".
func (*CareSens) Model() string { return "caresens-n" }

// Line returns 9600 8N1.
func (*CareSens) Line() instruments.Line { return isensLine() }

// Run answers until ctx ends or the host is gone.
func (c *CareSens) Run(ctx context.Context, wire instruments.Port) error {
	c.mu.Lock()
	c.heard = nil
	c.mu.Unlock()
	return listen(ctx, wire, c.hear)
}

func (c *CareSens) hear(b []byte) (reply []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = append(c.heard, b...)
	for len(c.heard) > 0 {
		switch {
		case c.heard[0] == 0x80:
			c.heard = c.heard[1:]
			if !c.slept() {
				reply = append(reply, 0x80, 0x10, 0x20)
			}
		case c.heard[0] != 0x8B:
			c.heard = c.heard[1:]
		case len(c.heard) < 7:
			return reply
		default:
			request := c.heard[:7]
			c.heard = c.heard[7:]
			if !c.slept() {
				reply = append(reply, c.answer(request)...)
			}
		}
	}
	return reply
}

func (c *CareSens) answer(request []byte) (reply []byte) {
	var nibbles [6]int
	for i, b := range request[1:] {
		if mark := []byte{0x10, 0x20}[i%2]; b&0xF0 != mark {
			return nil
		}
		nibbles[i] = int(b & 0x0F)
	}
	address, size := nibbles[0]<<12|nibbles[1]<<8|nibbles[2]<<4|nibbles[3], nibbles[4]<<4|nibbles[5]
	for i := range size {
		b := c.at(address + i)
		reply = append(reply, 0x8B, 0x10|b>>4, 0x20|b&0x0F)
	}
	return reply
}

// at is one byte of the memory.
func (c *CareSens) at(address int) byte {
	switch {
	case 0x1034 <= address && address < 0x103E:
		return c.about()[address-0x1034]
	case careSensLog <= address && address < careSensLog+8*c.capacity:
		if address == careSensLog {
			c.refresh()
		}
		if r, ok := c.place((address - careSensLog) / 8); ok {
			return c.record(r)[(address-careSensLog)%8]
		}
	}
	return 0xFF
}

func (c *CareSens) about() []byte {
	number := func(digits string, base int) uint16 {
		n, _ := strconv.ParseUint(digits, base, 16) // 0 if a test gave it another serial number
		return uint16(n)
	}
	base := 10
	if c.model == 0x11 {
		base = 16
	}
	var b []byte
	for _, word := range []uint16{number(c.serial[6:], 10), number(c.serial[3:5], base), uint16(c.model), uint16(c.serial[5] - 'A'), 0} {
		b = binary.LittleEndian.AppendUint16(b, word)
	}
	return b
}

func (c *CareSens) record(r storedRow) []byte {
	value := r.MgPerDL
	switch {
	case value < 20:
		value = 10
	case value > 600:
		value = 700
	}
	if r.Meal == vitals.AfterMeal {
		value += 10000
	}
	if r.Kind == ControlTest {
		value += 20000
	}
	if r.Kind == Damaged {
		value = 9999
	}
	return binary.LittleEndian.AppendUint16(c.time(r), uint16(value))
}

const (
	shineSerial   = "SHN12B34567"
	shineCapacity = 500
)

// Shine is the twin of a GlucoCard Shine, which exchanges frames.
type Shine struct {
	isensMemory
	heard []byte
}

var _ Twin = (*Shine)(nil)

// NewShine returns a meter.
func NewShine(o Options) *Shine {
	return &Shine{isensMemory: isensMemory{GlucoseMeter: newGlucoseMeter(o, shineSerial, shineCapacity)}}
}

// Model returns "glucocard-shine".
func (*Shine) Model() string { return "glucocard-shine" }

// Line returns 9600 8N1.
func (*Shine) Line() instruments.Line { return isensLine() }

// shinePatience is how long a question may pause before its end. The word for
// one that did is known, how long that is not.
const shinePatience = time.Second

// Run answers until ctx ends or the host is gone.
func (s *Shine) Run(ctx context.Context, wire instruments.Port) error {
	s.mu.Lock()
	s.heard = nil
	s.mu.Unlock()
	return listenFor(ctx, wire, s.hear, shinePatience, s.giveUp)
}

// giveUp forgets a question that does not come to its end, and says so.
func (s *Shine) giveUp() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) == 0 {
		return nil
	}
	s.heard = nil
	if s.slept() {
		return nil
	}
	return isensFrame("TOUT")
}

func (s *Shine) hear(b []byte) (reply []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, b...)
	for len(s.heard) > 0 {
		switch {
		case s.heard[0] == 0x80:
			s.heard = s.heard[1:]
			if !s.slept() {
				reply = append(reply, 0x80, 0x1E, 0x2E)
			}
			continue
		case s.heard[0] != 0x02:
			s.heard = s.heard[1:]
			continue
		case len(s.heard) < 6 || len(s.heard) < 6+int(s.heard[5]):
			return reply
		}
		size := 6 + int(s.heard[5])
		f := slices.Clone(s.heard[:size])
		s.heard = s.heard[size:]
		if !s.slept() {
			reply = append(reply, s.answer(f)...)
		}
	}
	return reply
}

func (s *Shine) answer(f []byte) []byte {
	size := len(f)
	switch {
	case size < 13 || f[size-1] != 0x03:
		return isensFrame("SIZE")
	case string(f[1:5]) != "iSPc":
		return isensFrame("HEAD")
	case !slices.Equal(isensFrame(string(f[6:10]), f[10:size-3]...), f):
		return isensFrame("ECRC")
	}
	word, data := string(f[6:10]), f[10:size-3]
	switch {
	case word == "RSNB":
		return isensFrame(word, append([]byte(s.serial), 0)...)
	case word == "RTIM":
		return isensFrame(word, s.time(storedRow{wall: s.wallNow()})...)
	case word == "NCOT":
		s.refresh()
		return isensFrame(word, byte(len(s.rows)>>8), byte(len(s.rows)))
	case word == "GLUE" && len(data) == 3:
		return s.results(int(data[0])<<8|int(data[1]), int(data[2]))
	case word == "WTIM" && len(data) == 6:
		set := time.Date(2000+int(data[0]), time.Month(data[1]), int(data[2]), int(data[3]), int(data[4]), int(data[5]), 0, time.UTC)
		s.show(set, "WTIM set clock")
		return isensFrame(word, data...)
	}
	return isensFrame("CMND")
}

// results answers with results. Real meters do not fill in the CRC.
func (s *Shine) results(first, n int) []byte {
	var data []byte
	for i := range min(n, 27) {
		if r, ok := s.place(first - 1 + i); ok {
			data = append(data, s.entry(r)...)
		}
	}
	f := isensFrame("GLUE", data...)
	f[len(f)-3], f[len(f)-2] = 0, 0
	return f
}

func (s *Shine) entry(r storedRow) []byte {
	flags, value := byte(0x80), r.MgPerDL
	switch r.Kind {
	case ControlTest:
		flags |= 0x01
	case Ketone:
		flags |= 0x40
		if value > 80 {
			flags |= 0x08
		}
	case Damaged:
		flags |= 0x0C
	default:
		switch {
		case value < 20:
			flags |= 0x04
		case value > 600:
			flags |= 0x08
		}
	}
	switch r.Meal {
	case vitals.AfterMeal:
		flags |= 0x02
	case vitals.Fasting:
		flags |= 0x10
	default:
		flags |= 0x20
	}
	return append(s.time(r), flags, byte(value>>8), byte(value))
}

func isensFrame(word string, data ...byte) []byte {
	f := append([]byte("\x02iSPc"), byte(len(word)+len(data)+3))
	f = append(append(f, word...), data...)
	crc := lifescanSum(append(slices.Clone(f), 0x03))
	return append(f, byte(crc>>8), byte(crc), 0x03)
}
