package par

import (
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Explain names the bytes of what the board said and was told.
func (d *Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(direction instruments.Direction, run []byte, n *instruments.Namer) {
		if direction == instruments.ToInstrument {
			d.explainCommands(run, n)
			return
		}
		cuff.Explain(run, d.cut, n, func(b []byte) {
			switch b[0] {
			case carriageReturn:
				n.Name(1, "return", instruments.Hex(b...))
			case packetStart:
				n.Name(len(b), "oximeter", "not used")
			default:
				frame(b).explain(n)
			}
		})
	})
}

// explain names the bytes of a whole frame.
func (f frame) explain(n *instruments.Namer) {
	n.Name(1, "start", instruments.Hex(f[0]))
	text := f.text()
	switch len(text) {
	case len(endText):
		n.Name(3, "end", "of the measurement")
	case len(pressureText):
		n.Name(3, "cuff pressure", fmt.Sprintf("%d mmHg", number(text[:3])))
		n.Name(2, "cuff", string(text[3:5]))
		n.Name(2, "state", stateName(text[6]))
	default:
		explainStatus(text, n)
	}
	n.Name(1, "end byte", instruments.Hex(f[len(f)-1]))
}

// explainStatus names the fields of a status, each with its letter and the
// semicolon behind it.
func explainStatus(text []byte, n *instruments.Namer) {
	value := func(digits []byte, unit string) string {
		if digits[0] == '-' {
			return "none"
		}
		return fmt.Sprintf("%d %s", number(digits), unit)
	}
	patient := "adult"
	if text[4] != '0' {
		patient = "newborn"
	}
	message := "good"
	if m := string(text[11:13]); m != "00" && m != "03" {
		message = faultOf(m).Error()
	}
	n.Name(3, "state", stateName(text[1]))
	n.Name(3, "patient", patient)
	n.Name(4, "series or cuff", string(text[6:9])+", meaning not certain")
	n.Name(4, "message", message)
	n.Name(4, "SYS", value(text[15:18], "mmHg"))
	n.Name(3, "DIA", value(text[18:21], "mmHg"))
	n.Name(4, "MAP", value(text[21:24], "mmHg"))
	n.Name(5, "PR", value(text[26:29], "/min"))
	n.Name(7, "next cycle", string(text[31:35])+" s")
	n.Name(2, "checksum", string(text[37:])+", the sum of the text before")
}

// explainCommands names the bytes of the driver's own commands.
func (d *Driver) explainCommands(run []byte, n *instruments.Namer) {
	for len(run) > 0 {
		if len(run) >= len(abort) && string(run[:len(abort)]) == abort {
			n.Name(len(abort), "command", "abort")
			run = run[len(abort):]
			continue
		}
		c, size := d.commandAt(run)
		if size == 0 {
			n.Skip(1)
			run = run[1:]
			continue
		}
		n.Name(1, "start", instruments.Hex(run[0]))
		n.Name(4, "command", c.String())
		n.Name(2, "checksum", string(run[5:7])+", the sum of the text before")
		n.Name(size-7, "end byte", instruments.Hex(run[7:size]...))
		run = run[size:]
	}
}

// commandAt returns the command at the beginning of b and its length; zero if
// there is none.
func (d *Driver) commandAt(b []byte) (command, int) {
	for _, c := range commands() {
		whole := c.frame(d.delimiters)
		if len(b) >= len(whole) && string(b[:len(whole)]) == string(whole) {
			return c, len(whole)
		}
	}
	return "", 0
}

func commands() []command {
	return []command{start, manual, askStatus, inflateTo140, inflateTo160, inflateTo180, adult}
}

func (c command) String() string {
	switch c {
	case start:
		return "start"
	case manual:
		return "manual mode"
	case askStatus:
		return "status?"
	case inflateTo140:
		return "first inflation 140 mmHg"
	case inflateTo160:
		return "first inflation 160 mmHg"
	case inflateTo180:
		return "first inflation 180 mmHg"
	case adult:
		return "adult"
	}
	return ""
}
