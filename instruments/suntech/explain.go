package suntech

import (
	"encoding/binary"
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Explain names the bytes of what the module said and was told.
func (*Driver) Explain(frames []instruments.Frame) []instruments.Field {
	asked := askPressure
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.ToInstrument {
			asked = explainCommands(run, n)
			return
		}
		cuff.Explain(run, cut, n, func(b []byte) { frame(b).explain(asked, n) })
	})
}

// explain names the bytes of a whole frame, an answer to what was asked last.
func (f frame) explain(asked command, n *instruments.Namer) {
	n.Name(1, "start", "from the module")
	n.Name(1, "length", fmt.Sprintf("%d bytes", len(f)))
	data := f[2 : len(f)-1]
	switch f.kind() {
	case letterFrame:
		n.Name(1, "acknowledgement", string(rune(f.letter())))
	case wordFrame:
		if asked == askStatusLX || asked == askStatusAPlus {
			n.Name(2, "status", instruments.Hex(data...)+", meaning not published")
		} else {
			n.Name(2, "cuff pressure", f.wordText(2))
		}
	case streamedPressure:
		n.Name(1, "type", instruments.Hex(data[0]))
		n.Name(2, "cuff pressure", f.wordText(3))
		n.Name(len(data)-3, "reserved", instruments.Hex(data[3:]...))
	case resultFrame:
		explainResult(data, n)
	case streamedResult:
		n.Name(1, "type", instruments.Hex(data[0]))
		explainResult(data[1:], n)
	case textFrame:
		model, version := f.text()
		n.Name(8, "model", model)
		n.Name(len(data)-8, "version", version)
	default:
		n.Name(len(data), "data", instruments.Hex(data...))
	}
	n.Name(1, "checksum", instruments.Hex(f[len(f)-1])+", the frame adds up to 00")
}

// wordText is the number at an offset of the frame.
func (f frame) wordText(at int) string {
	return fmt.Sprintf("%d mmHg", int16(binary.LittleEndian.Uint16(f[at:])))
}

// explainResult names what stands between the head of a result and its sum.
func explainResult(data []byte, n *instruments.Namer) {
	word := func(at int, unit string) string {
		return fmt.Sprintf("%d %s", binary.LittleEndian.Uint16(data[at:]), unit)
	}
	n.Name(2, "SYS", word(0, "mmHg"))
	n.Name(2, "DIA", word(2, "mmHg"))
	n.Name(1, "beats", fmt.Sprint(data[4]))
	n.Name(1, "status", instruments.Hex(data[5])+", meaning not published")
	n.Name(8, "test codes", instruments.Hex(data[6:14]...))
	n.Name(2, "PR", word(14, "/min"))
	n.Name(2, "MAP", word(16, "mmHg"))
	code := "none"
	if data[18] != 0 {
		code = faultOf(data[18]).Error()
	}
	n.Name(1, "error", code)
	n.Name(len(data)-19, "spare", instruments.Hex(data[19:]...))
}

// explainCommands names the bytes of commands of the driver's own and returns
// the last of them.
func explainCommands(run []byte, n *instruments.Namer) (last command) {
	for len(run) > 0 {
		c, size := commandAt(run)
		if size == 0 {
			n.Skip(1)
			run = run[1:]
			continue
		}
		n.Name(1, "start", "to the module")
		body := c.body()
		n.Name(len(body), "command", c.String())
		if c == setInflation {
			n.Name(2, "target", fmt.Sprintf("%d mmHg", binary.LittleEndian.Uint16(run[2:])))
		}
		n.Name(1, "checksum", instruments.Hex(run[size-1])+", the frame adds up to 00")
		run, last = run[size:], c
	}
	return last
}

// commandAt returns the command at the beginning of b and its length; zero if
// there is none.
func commandAt(b []byte) (c command, size int) {
	for ; c.body() != ""; c++ {
		var target uint16
		if c == setInflation && len(b) >= 4 {
			target = binary.LittleEndian.Uint16(b[2:])
		}
		whole := c.appendTo(nil, target)
		if len(b) >= len(whole) && string(b[:len(whole)]) == string(whole) {
			return c, len(whole)
		}
	}
	return c, 0
}

func (c command) String() string {
	switch c {
	case askVersion:
		return "version?"
	case askStatusLX, askStatusAPlus:
		return "status?"
	case askPressure:
		return "cuff pressure?"
	case askResult:
		return "result?"
	case stayAwake:
		return "stay awake"
	case setInflation:
		return "first inflation"
	case startAdult:
		return "start, adult"
	case abort:
		return "abort"
	}
	return ""
}
