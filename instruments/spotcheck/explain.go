package spotcheck

import (
	"fmt"
	"strings"

	"aidpost/instruments"
)

// A Part is a field of one frame, by its place there.
type Part struct {
	Offset, Length int
	Name, Value    string
}

// Explain names the fields of every whole frame that p finds in a capture, in
// which no frame is cut in two. Parts lists those of one frame.
func Explain(capture []instruments.Frame, p Parser, parts func(frame []byte) []Part) []instruments.Field {
	var fields []instruments.Field
	for i, f := range capture {
		if f.Direction != instruments.FromInstrument {
			continue
		}
		for at := 0; at < len(f.Bytes); {
			n, found := p.Next(f.Bytes[at:])
			at += n
			start := at - len(p.Frame())
			if found != Whole || start < 0 {
				continue
			}
			for _, part := range parts(p.Frame()) {
				fields = append(fields, instruments.Field{
					Frame: i, Offset: start + part.Offset, Length: part.Length, Name: part.Name, Value: part.Value,
				})
			}
		}
	}
	return fields
}

// Spell writes a number with its unit, or that there is none.
func Spell(n instruments.Number, unit string) string {
	if !n.Valid() {
		return "none"
	}
	return fmt.Sprint(int(n)) + unit
}

// Parts names the fields of a frame of the 5-byte stream.
func (p *FiveByte) Parts(frame []byte) []Part {
	var f [fiveBytes]byte
	copy(f[:], frame)
	s := p.table.sample(&f, p.rate)
	return []Part{
		{0, 1, "signal and flags", Spell(s.Signal, "") + Said(
			Sign{"beat", s.Beat}, Sign{"SpO2 falling", s.Falling},
			Sign{"no finger", f[0]&p.table.FingerOut.First != 0}, Sign{"searching", f[0]&p.table.Searching.First != 0})},
		{1, 1, "wave", Spell(s.Pleth, "")},
		{2, 1, "bar and flags", Spell(s.Bar, "") + Said(
			Sign{"no finger", f[2]&p.table.FingerOut.Third != 0}, Sign{"searching", f[2]&p.table.Searching.Third != 0},
			Sign{"pulse above 127", f[2]&fivePulseHigh != 0})},
		{3, 1, "pulse", Spell(s.Pulse, " /min")},
		{4, 1, "SpO2", Spell(s.SpO2, " %")},
	}
}

// A Sign is a flag of a frame by its name.
type Sign struct {
	Name string
	Set  bool
}

// Said lists the signs that are set, each after a comma.
func Said(signs ...Sign) string {
	var text strings.Builder
	for _, s := range signs {
		if s.Set {
			text.WriteString(", " + s.Name)
		}
	}
	return text.String()
}
