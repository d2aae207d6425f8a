package raycome

import (
	"encoding/binary"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Explain names the bytes of what the monitor said and was told.
func (*Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(direction instruments.Direction, run []byte, n *instruments.Namer) {
		if direction == instruments.ToInstrument {
			explainCommands(run, n)
			return
		}
		cuff.Explain(run, cut, n, func(b []byte) {
			if b[0] == 0 {
				n.Name(1, "zero", "just switched on")
				return
			}
			frame(b).explain(n)
		})
	})
}

// explain names the bytes of a whole frame.
func (f frame) explain(n *instruments.Namer) {
	nameHead(f, n)
	n.Name(1, "message", f.subject().String())
	switch data := f.data(); f.subject() {
	case connect, start, stop:
		answer := "yes"
		if data[0] != 0 {
			answer = "refused"
		}
		n.Name(1, "answer", answer)
	case pressure:
		n.Name(2, "cuff pressure", fmt.Sprintf("%d mmHg", binary.BigEndian.Uint16(data)))
	case failure:
		n.Name(1, "error", faultOf(data[0]).Error())
	case result:
		explainResult(data, n)
	default:
		n.Name(len(data), "data", instruments.Hex(data...))
	}
	nameCheck(f, n)
}

func nameHead(f []byte, n *instruments.Namer) {
	n.Name(2, "start", instruments.Hex(f[:2]...))
	n.Name(1, "version", instruments.Hex(f[versionAt])+", serial")
	n.Name(1, "length", fmt.Sprintf("%d bytes", f[lengthAt]))
	n.Name(1, "type", instruments.Hex(f[kindAt]))
}

func nameCheck(f []byte, n *instruments.Namer) {
	n.Name(1, "checksum", instruments.Hex(f[len(f)-1])+", XOR from the version on")
}

func explainResult(data []byte, n *instruments.Namer) {
	n.Name(dateAt, "not published", instruments.Hex(data[:dateAt]...))
	when := "not set"
	if at, ok := clock(data[dateAt:systolicAt], time.UTC); ok {
		when = at.Format(time.DateTime)
	}
	n.Name(systolicAt-dateAt, "clock", when)
	word := func(at int, unit string) string {
		return fmt.Sprintf("%d %s", binary.BigEndian.Uint16(data[at:]), unit)
	}
	n.Name(2, "SYS", word(systolicAt, "mmHg"))
	n.Name(2, "DIA", word(diastolicAt, "mmHg"))
	n.Name(2, "PR", word(pulseAt, "/min"))
}

// explainCommands names the bytes of the driver's own commands.
func explainCommands(run []byte, n *instruments.Namer) {
	for len(run) > 0 {
		c, size := commandAt(run)
		if size == 0 {
			n.Skip(1)
			run = run[1:]
			continue
		}
		nameHead(run, n)
		n.Name(1, "command", c.String())
		n.Name(1, "data", instruments.Hex(run[dataAt]))
		nameCheck(run[:size], n)
		run = run[size:]
	}
}

// commandAt returns the command at the beginning of b and its length; zero if
// there is none.
func commandAt(b []byte) (subject, int) {
	for _, c := range []subject{connect, start, stop} {
		whole := command(c)
		if len(b) >= len(whole) && string(b[:len(whole)]) == string(whole) {
			return c, len(whole)
		}
	}
	return 0, 0
}
