package oemnibp

import (
	"fmt"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// Explain names the bytes of what the board said and was told.
func (*Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(direction instruments.Direction, run []byte, n *instruments.Namer) {
		if direction == instruments.ToInstrument {
			for _, b := range run {
				switch c := command(b); c {
				case poll, start, stop:
					n.Name(1, "command", c.String())
				default:
					n.Skip(1)
				}
			}
			return
		}
		cuff.Explain(run, cut, n, func(b []byte) { frame(b).explain(n) })
	})
}

// explain names the bytes of a whole frame.
func (f frame) explain(n *instruments.Namer) {
	n.Name(1, "heard", f.heard().String())
	n.Name(1, "SYS", fmt.Sprintf("%d mmHg", f[systolicAt]))
	n.Name(1, "DIA", fmt.Sprintf("%d mmHg", f[diastolicAt]))
	n.Name(2, "cuff pressure, state", fmt.Sprintf("%d mmHg, %s", f.pressure(), f.stateName()))
	failure := "none"
	if f[errorAt] != 0 {
		failure = faultOf(f[errorAt]).Error()
	}
	n.Name(1, "error", failure)
	n.Name(1, "settings", instruments.Hex(f[settingsAt]))
	name, value := f.extra()
	n.Name(1, "next byte", name)
	n.Name(1, name, value)
	n.Name(1, "checksum", instruments.Hex(f[sumAt])+", the sum of the bytes before")
}

func (f frame) stateName() string {
	words := []string{"ready"}
	switch f[stateAt] & (pumping | closed | working) {
	case pumping | closed | working:
		words[0] = "pumping"
	case closed | working:
		words[0] = "measuring"
	case working:
		words[0] = "calibrating"
	}
	if f[stateAt]&beat != 0 {
		words = append(words, "beat")
	}
	if f[stateAt]&fresh != 0 {
		words = append(words, "new result")
	}
	return strings.Join(words, ", ")
}

// extra names the byte that the frame brings in turn.
func (f frame) extra() (name, value string) {
	b := f[extraByteAt]
	switch f[extraAt] {
	case serialHigh:
		return "serial number, high", fmt.Sprint(b)
	case serialLow:
		return "serial number, low", fmt.Sprint(b)
	case firmware:
		return "version", fmt.Sprint(b)
	case mode:
		if int(b) < 3 {
			return "mode", []string{"single", "series", "rapid series"}[b]
		}
		return "mode", instruments.Hex(b)
	case inflation:
		if b == 0 {
			return "first inflation", "by itself"
		}
		return "first inflation", fmt.Sprintf("%d mmHg", 80+10*(int(b)-1))
	case mean:
		return "MAP", fmt.Sprintf("%d mmHg", b)
	case pulse:
		return "PR", fmt.Sprintf("%d /min", b)
	}
	return "not published", instruments.Hex(b)
}
