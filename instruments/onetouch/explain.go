package onetouch

import (
	"bytes"
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// explain names the bytes of lines and commands.
func explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.ToInstrument {
			explainCommands(run, n)
			return
		}
		var in meter.Splitter
		in.Push(run)
		for line, ok := in.Next(); ok; line, ok = in.Next() {
			body, good := checked(line)
			if !good {
				n.Skip(len(line))
				continue
			}
			explainLine(body, n)
			sum := line[len(body)+1 : len(body)+sumDigits]
			n.Name(sumDigits, "checksum", fmt.Sprintf("%s, the sum of the bytes before", sum))
			n.Name(len(line)-len(body)-sumDigits, "end of line", "")
		}
	})
}

// explainLine names what a line says.
func explainLine(body []byte, n *instruments.Namer) {
	switch {
	case begins(body, recordShape):
		n.Name(2, "record", "P")
		explainRecord(body, n)
	case askMemory.answeredBy(body):
		n.Name(2, "memory", "P")
		n.Name(3, "records", string(body[countAt:countAt+3]))
		n.Name(2+idLength+1, "serial number", string(body[headerID:headerID+idLength]))
		n.Name(9, "display unit", string(bytes.TrimSpace(body[unitAt:unitAt+6])))
	case askClock.answeredBy(body) && begins(body, timeShape):
		n.Name(2, "clock", "F")
		explainTime(body, n)
		n.Skip(len(body) - len(timeShape))
	case clockSetting{}.answeredBy(body):
		n.Name(2, "clock was set", "T")
		explainTime(body, n)
	case askVersion.answeredBy(body):
		n.Name(1, "version", "?")
		n.Name(len(body)-1, "version", string(bytes.TrimSpace(body[1:])))
	case shaped(body, serialShape):
		n.Name(2, "serial number", "@")
		n.Name(idLength+2, "serial number", string(body[serialAt:serialAt+idLength]))
	default:
		n.Skip(len(body))
	}
}

// explainTime names the day, the date and the time of a line of timeShape,
// each with the comma before it.
func explainTime(body []byte, n *instruments.Namer) {
	n.Name(5, "day", string(body[3:6]))
	date, clock := "none", "none"
	if wall := wallTime(body); !wall.IsZero() {
		date, clock = wall.Format("2006-01-02"), wall.Format("15:04:05")
	}
	n.Name(11, "date", date)
	n.Name(14, "time", clock)
}

// explainRecord names what follows the letter of a record.
func explainRecord(body []byte, n *instruments.Namer) {
	hasMeal := shaped(body, ultra2Shape)
	if !hasMeal && !shaped(body, ultraShape) {
		n.Skip(len(body) - 2)
		return
	}
	explainTime(body, n)
	value, refused := parseValue(body[valueAt:valueEnd])
	if refused != nil {
		n.Name(9, "value", refused.Error())
	} else {
		n.Name(9, "value", value.String())
	}
	if hasMeal {
		meal, refused := parseMeal(body[mealAt])
		switch {
		case refused != nil:
			n.Name(4, "meal", refused.Error())
		case meal == vitals.MealUnknown:
			n.Name(4, "meal", "none")
		default:
			n.Name(4, "meal", string(meal))
		}
		n.Name(5, "comment", "code "+string(body[commentAt:commentAt+2]))
	}
	n.Name(4, "fixed", "00")
}

// explainCommands names the bytes of what the driver says.
func explainCommands(run []byte, n *instruments.Namer) {
	for len(run) > 0 {
		size := bytes.IndexByte(run[min(len(run), len(wake)):], '\r') + len(wake) + 1
		name := ""
		if bytes.HasPrefix(run, []byte(wake)) && size > len(wake) {
			name = commandName(run[:size])
		}
		if name == "" {
			n.Skip(1)
			run = run[1:]
			continue
		}
		n.Name(len(wake), "wake", instruments.Hex(run[:len(wake)]...))
		n.Name(size-len(wake)-1, "command", string(run[len(wake):size-1])+", "+name)
		n.Name(1, "end of command", "")
		run = run[size:]
	}
}

// commandName tells what a whole command asks; empty if it is none of ours.
func commandName(said []byte) string {
	for c := range command(commands) {
		if bytes.Equal(said, c.bytes()) {
			return c.String()
		}
	}
	if bytes.HasPrefix(said, []byte(wake+setClock)) {
		return "set the clock"
	}
	return ""
}
