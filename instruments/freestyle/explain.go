package freestyle

import (
	"bytes"
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Explain names the bytes of results, of the memory around them, and of
// commands.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		var in meter.Splitter
		in.Push(run)
		var m memory
		for line, ok := in.Next(); ok; line, ok = in.Next() {
			switch {
			case d == instruments.ToInstrument:
				explainCommand(line, n)
			case isResult(bytes.TrimSuffix(line, []byte(lineEnd))):
				explainResult(line, n)
				m.take(line)
			default:
				explainLine(&m, line, n)
			}
		}
	})
}

func explainCommand(line []byte, n *instruments.Namer) {
	said := text(line)
	name := command(said).String()
	switch {
	case !bytes.HasSuffix(line, []byte(lineEnd)), len(said) != len(line)-len(lineEnd):
		n.Skip(len(line))
		return
	case bytes.HasPrefix(said, []byte(setClock)):
		name = "set the clock"
	}
	n.Name(len(said), "command", string(said)+", "+name)
	n.Name(len(lineEnd), "end of the line", "")
}

// explainLine names a line of a memory that is no result.
func explainLine(m *memory, line []byte, n *instruments.Namer) {
	part := m.take(line)
	said := string(text(line))
	name, value := "", said
	switch part {
	case begins:
		name, value = "start of the memory", ""
	case serial:
		name = "serial number"
	case version:
		name, value = "version", m.identity.Firmware
	case clock:
		name, value = "clock", "none"
		if wall := wallTime([]byte(said)); !wall.IsZero() {
			value = wall.Format("2006-01-02 15:04:05")
		}
	case count:
		name = "number of results"
	case filler:
		name, value = "filler", instruments.Hex(line...)
	case ends:
		name, value = "checksum", fmt.Sprintf("%s, the sum of the memory up to here", said[2:6])
	case empty:
		name = "no results"
	default:
		n.Skip(len(line))
		return
	}
	n.Name(len(line), name, value)
}

func explainResult(line []byte, n *instruments.Namer) {
	said := text(line)
	row := parseRow(said)
	value := row.Value.String()
	if row.Refused != nil {
		value = row.Refused.Error()
	}
	n.Name(dateAt, "value", value)
	date, clock := "none", "none"
	if !row.Wall.IsZero() {
		date, clock = row.Wall.Format("2006-01-02"), row.Wall.Format("15:04")
	}
	n.Name(13, "date", date)
	n.Name(6, "time", clock)
	rest := said[typeAt+1:]
	kind := map[byte]string{'G': "glucose", 'K': "ketone"}[said[typeAt]]
	if meter.Shaped(said, liteShape) {
		n.Name(3, "not known", string(said[typeAt:typeAt+2]))
		rest = rest[1:]
	} else {
		n.Name(2, "kind", kind)
	}
	status := meter.Hex(rest[len(rest)-2:])
	n.Name(len(rest)-1, "status", fmt.Sprintf("%02X, control solution %t, clock had been lost %t", status, status&control != 0, status&clockLost != 0))
	n.Name(len(line)-len(said), "end of the line", "")
}
