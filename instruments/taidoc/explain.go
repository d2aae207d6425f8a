package taidoc

import (
	"encoding/binary"
	"fmt"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// Explain names the bytes of frames of both directions.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	var when data // of the last time, which tells what a value is of
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) >= frameSize {
			f := frame(run)
			if f[0] != frameStart || f[7] != f.sum() || f[6] != directionByte(d) {
				n.Skip(1)
				run = run[1:]
				continue
			}
			if d == instruments.FromInstrument && f.command() == askTime.command() {
				when = f.data()
			}
			n.Name(1, "start", instruments.Hex(frameStart))
			n.Name(1, "command", instruments.Hex(f.command())+", "+commandName(f.command()))
			if d == instruments.ToInstrument {
				f.explainRequest(n)
			} else {
				f.explainReply(when, n)
			}
			n.Name(1, "direction", map[instruments.Direction]string{
				instruments.ToInstrument: "to the instrument", instruments.FromInstrument: "from the instrument",
			}[d])
			n.Name(1, "checksum", instruments.Hex(f[7])+", the sum of the bytes before")
			run = run[frameSize:]
		}
	})
}

func directionByte(d instruments.Direction) byte {
	if d == instruments.ToInstrument {
		return fromHost
	}
	return fromMeter
}

func commandName(command byte) string {
	for q := range query(queries) {
		if q.command() == command {
			return [queries]string{"model", "clock", "time of a result", "value of a result", "serial number, second half",
				"serial number, first half", "number of results"}[q]
		}
	}
	switch command {
	case ready:
		return "ready"
	case setClock:
		return "set the clock"
	}
	return "unknown"
}

func (f frame) explainRequest(n *instruments.Namer) {
	d := f.data()
	switch f.command() {
	case askTime.command(), askValue.command():
		n.Name(2, "index", fmt.Sprint(binary.LittleEndian.Uint16(d[:])))
		n.Name(1, "fixed", instruments.Hex(d[2]))
		n.Name(1, "user", fmt.Sprint(d[3]))
	case setClock:
		d.explainTime(n)
	default:
		n.Name(len(d), "data", instruments.Hex(d[:]...))
	}
}

func (f frame) explainReply(when data, n *instruments.Namer) {
	d := f.data()
	switch f.command() {
	case askModel.command():
		name, err := parseModel(d)
		if err != nil {
			name = err.Error()
		}
		n.Name(2, "model", name)
		n.Name(2, "reserved", instruments.Hex(d[2:]...))
	case askClock.command(), askTime.command(), setClock:
		d.explainTime(n)
	case askValue.command():
		d.explainValue(when, n)
	case askCount.command():
		n.Name(2, "results", fmt.Sprint(binary.LittleEndian.Uint16(d[:])))
		n.Name(2, "reserved", instruments.Hex(d[2:]...))
	case askSerialHigh.command(), askSerialLow.command():
		whole := serial(d, data{})
		n.Name(len(d), "digits, backwards", whole[:2*len(d)])
	default:
		n.Name(len(d), "data", instruments.Hex(d[:]...))
	}
}

func (d data) explainTime(n *instruments.Namer) {
	wall, pressure, err := parseTime(d)
	if err != nil {
		n.Name(len(d), "date and time", err.Error())
		return
	}
	n.Name(2, "date", wall.Format("2006-01-02"))
	minute := wall.Format("04")
	if pressure {
		minute += ", a blood pressure"
	}
	n.Name(1, "minute", minute)
	n.Name(1, "hour", wall.Format("15"))
}

// explainValue names the value of the result whose time was when.
func (d data) explainValue(when data, n *instruments.Namer) {
	row := parseRow(when, d)
	if row.Refused != nil {
		n.Name(len(d), "value", row.Refused.Error())
		return
	}
	n.Name(2, "value", row.Value.String())
	n.Name(1, "strip code or temperature", instruments.Hex(d[2]))
	meal := "no meal"
	if row.Meal != vitals.MealUnknown {
		meal = string(row.Meal)
	}
	n.Name(1, "kind", "glucose, "+meal)
}
