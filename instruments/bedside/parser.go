package bedside

import (
	"bytes"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
)

// maxLine is longer than any line of either maker, in bytes with its end.
const maxLine = 256

// badLine is how many bytes a damaged line counts for. A line of text is long,
// and one in a minute does not make a line bad; six do.
const badLine = 10

// A parser reads the lines of a format.
type parser struct {
	format *format
	minute uint64 // bytes a minute
	rate   int    // lines a second; zero if fewer than one
	buf    [maxLine]byte
	n      int
	size   int  // of the line that is whole
	long   bool // the line begun is longer than any
	record record
	tally  spotcheck.Tally
	// probing asks only whose the lines are: one that betrays it counts as one with
	// numbers, which are missing.
	probing bool
	ended   bool // a line was heard to its end

	serial string
	heard  []byte // the serial number of the line before
}

func (f *format) parser() *parser {
	pace := f.stream().Pace
	perMinute := uint64(pace.Frames) * uint64(time.Minute/pace.Unit)
	p := &parser{format: f, minute: perMinute * maxLine / 2}
	if pace.Unit == time.Second {
		p.rate = pace.Frames
	}
	return p
}

// Tally counts what was received and the lines that were dropped.
func (p *parser) Tally() spotcheck.Tally { return p.tally }

// Frame returns the whole line with its end.
func (p *parser) Frame() []byte { return p.buf[:p.size] }

// Refused returns nil: no line says so.
func (p *parser) Refused() *instruments.Fault { return nil }

// Next consumes bytes up to the end of a line.
func (p *parser) Next(b []byte) (int, spotcheck.Finding) {
	for i, c := range b {
		done := p.put(c)
		switch {
		case p.tally.Take(p.minute):
			return i + 1, spotcheck.Spoiled
		case done:
			return i + 1, spotcheck.Whole
		}
	}
	return len(b), spotcheck.Nothing
}

// put adds one byte and reports that it completes a line of this format.
func (p *parser) put(c byte) bool {
	if p.n == len(p.buf) {
		p.n, p.long = 0, true
	}
	p.buf[p.n] = c
	p.n++
	if c != '\n' {
		return false
	}
	p.size, p.n = p.n, 0
	long, begun := p.long, p.ended
	p.long, p.ended = false, true
	text := bytes.TrimRight(p.buf[:p.size], "\r\n")
	if len(text) == 0 && !long {
		return false
	}
	p.record = record{}
	if p.probing && !long && p.betrayed(text, begun) {
		p.record = record{live: true, sample: sample()}
		return true
	}
	if long || !printable(text) || !p.format.parse(text, &p.record) {
		p.record = record{}
		p.tally.Dropped += badLine
		return false
	}
	if p.record.live {
		p.know(p.record.serial)
	}
	return true
}

// betrayed reports that a line shows whose it is, though it has no numbers.
func (p *parser) betrayed(line []byte, begun bool) bool {
	betrays := p.format.betrays
	return betrays != nil && printable(line) && betrays(line, begun)
}

// know takes a serial number that two lines have agreed upon.
func (p *parser) know(serial []byte) {
	if bytes.Equal(serial, p.heard) && string(serial) != p.serial {
		p.serial = string(serial)
	}
	p.heard = append(p.heard[:0], serial...)
}

func printable(line []byte) bool {
	for _, c := range line {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Opening reports that a line is under way whose beginning shows whose it is.
func (p *parser) Opening() bool {
	return p.format.opens != nil && !p.long && p.format.opens(p.buf[:p.n])
}

// Live gives the numbers of the whole line.
func (p *parser) Live(s *instruments.PlethSample) bool {
	if !p.record.live {
		return false
	}
	index := s.Index
	*s = p.record.sample
	s.Index, s.Rate = index, p.rate
	return true
}

// sample is one of which nothing is known yet.
func sample() instruments.PlethSample {
	return instruments.PlethSample{
		SpO2: instruments.Missing, Pulse: instruments.Missing, Pleth: instruments.Missing,
		Bar: instruments.Missing, Signal: instruments.Missing, Perfusion: instruments.Missing,
	}
}

// digits reads a whole number of nothing but digits.
func digits(b []byte) (n int, ok bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// number reads a number or dashes, of so many characters; low to high is what
// an instrument can show, all else is missing.
func number(b []byte, least, most int, low, high instruments.Number) (n instruments.Number, ok bool) {
	if len(b) < least || len(b) > most {
		return instruments.Missing, false
	}
	if len(bytes.Trim(b, "-")) == 0 {
		return instruments.Missing, true
	}
	v, ok := digits(b)
	return spotcheck.Between(instruments.Number(v), low, high), ok
}

// clock reads a time of day, "22:47:45".
func clock(b []byte) (hour, minute, second int, ok bool) {
	if len(b) != len("22:47:45") || b[2] != ':' || b[5] != ':' {
		return 0, 0, 0, false
	}
	hour, ok1 := digits(b[:2])
	minute, ok2 := digits(b[3:5])
	second, ok3 := digits(b[6:])
	return hour, minute, second, ok1 && ok2 && ok3
}

// setWall puts the date and the time of the instrument together; years below 80
// are of this century.
func (r *record) setWall(year, month, day int, at []byte) bool {
	hour, minute, second, ok := clock(at)
	if !ok {
		return false
	}
	if year < 80 {
		year += 100
	}
	wall, err := meter.Wall(1900+year, month, day, hour, minute, second)
	r.wall = wall
	return err == nil
}
