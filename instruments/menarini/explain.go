package menarini

import (
	"bytes"
	"fmt"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// Explain names the bytes of rows, of the blocks around them, and of questions.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.ToInstrument {
			explainQuestions(run, n)
			return
		}
		var in meter.Splitter
		in.Push(run)
		for line, ok := in.Next(); ok; line, ok = in.Next() {
			explainLine(line, n)
		}
	})
}

func explainQuestions(run []byte, n *instruments.Namer) {
	for len(run) > 0 {
		c := command(run[0])
		size := bytes.Index(run, []byte(closing)) + len(closing)
		switch {
		case c == askInfo, c == askGlucose, c == askKetone:
			n.Name(1, "question", instruments.Hex(run[0])+", "+c.String())
			run = run[1:]
		case bytes.HasPrefix(run, []byte(setClock)) && size > len(closing):
			n.Name(size, "setting", "of the clock")
			run = run[size:]
		default:
			n.Skip(1)
			run = run[1:]
		}
	}
}

func explainLine(line []byte, n *instruments.Namer) {
	switch {
	case string(line) == opening:
		n.Name(len(line), "start of the block", "[")
		return
	case string(line) == closing:
		n.Name(len(line), "end of the block", "]")
		return
	case string(line) == nothing:
		n.Name(len(line), "no results", instruments.Hex(line[:2]...))
		return
	}
	if _, ok := digits(line[:min(2, len(line))]); ok && len(line) == sumLine && bytes.HasSuffix(line, []byte(lineEnd)) {
		n.Name(2, "checksum", string(line[:2])+", the CRC-8 of the block up to here")
		n.Name(2, "end of the line", "")
		return
	}
	if r, ok := cut(line); ok {
		r.explain(n)
		n.Name(len(lineEnd), "end of the line", "")
		return
	}
	if id, ok := parseInfo(line); ok {
		at := bytes.LastIndexByte(line, ',')
		before := bytes.LastIndexByte(line[:at], ',') + 1
		n.Name(before, "three numbers", strings.TrimSuffix(string(line[:before]), ","))
		n.Name(at-before+1, "serial number", id.Serial)
		n.Name(len(line)-at-1-len(lineEnd), "version", id.Firmware)
		n.Name(len(lineEnd), "end of the line", "")
		return
	}
	n.Skip(len(line))
}

// explain names the fields of a result, each with the comma behind it.
func (r result) explain(n *instruments.Namer) {
	measure, _ := r.measure()
	n.Name(len(r[0])+1, "kind", string(measure))
	q, refused := r.quantity(measure)
	value, unit := q.String(), string(q.Unit)
	if refused != nil {
		value, unit = refused.Error(), "none that is known"
	}
	n.Name(len(r[1])+1, "value", value)
	n.Name(len(r[2])+1, "unit", unit)
	n.Name(len(r[3])+1, "mark", fmt.Sprintf("%s, %s", r[3], r.markName()))
	date, clock := "none", "none"
	if wall := r.wall(); !wall.IsZero() {
		date, clock = wall.Format("2006-01-02"), wall.Format("15:04")
	}
	n.Name(len(r[4])+1, "date", date)
	n.Name(len(r[5]), "time", clock)
}

func (r result) markName() string {
	switch meal, refused := r.meal(); {
	case refused != nil:
		return "unknown"
	case meal != vitals.MealUnknown:
		return string(meal)
	case string(r[3]) == "01":
		return "check mark"
	case string(r[3]) == "08":
		return "exercise"
	}
	return "none"
}
