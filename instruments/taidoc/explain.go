package taidoc

import (
	"cmp"
	"encoding/binary"
	"fmt"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// Explain names the bytes of frames of both directions.
func (driver Driver) Explain(frames []instruments.Frame) []instruments.Field {
	var when data // of the last time, which tells what a value is of
	family := driver.family()
	layout := family.usual()
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
			if d == instruments.FromInstrument && f.command() == askModel.command() {
				if name, err := parseModel(f.data()); err == nil {
					layout, _ = family.layout(name) // another family's is anyLayout
				}
			}
			n.Name(1, "start", instruments.Hex(frameStart))
			n.Name(1, "command", instruments.Hex(f.command())+", "+commandName(f.command()))
			if d == instruments.ToInstrument {
				f.explainRequest(n)
			} else {
				f.explainReply(layout, when, n)
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

func (f frame) explainReply(l layout, when data, n *instruments.Namer) {
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
		d.explainValue(l, when, n)
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
	at, err := parseTime(d)
	if err != nil {
		n.Name(len(d), "date and time", err.Error())
		return
	}
	n.Name(2, "date", at.wall.Format("2006-01-02"))
	minute, hour := at.wall.Format("04"), at.wall.Format("15")
	if at.pressure {
		minute += ", a blood pressure"
	}
	if at.irregular {
		minute += ", irregular pulse"
	}
	if at.average {
		hour += ", average of several"
	}
	n.Name(1, "minute", minute)
	n.Name(1, "hour", hour)
}

// explainValue names the value of the result whose time was when.
func (d data) explainValue(l layout, when data, n *instruments.Namer) {
	row := l.parseRow(when, d)
	switch {
	case row.Refused != nil:
		n.Name(len(d), "value", row.Refused.Error())
		return
	case row.Measure == vitals.Systolic:
		explainPressure(row.Pressures, n)
		return
	}
	kind := cmp.Or(row.Measure, vitals.Glucose)
	n.Name(2, "value", row.Value.String())
	n.Name(1, "strip code or temperature", instruments.Hex(d[2]))
	meal := "no meal"
	if row.Meal != vitals.MealUnknown {
		meal = string(row.Meal)
	}
	n.Name(1, "kind", string(kind)+", "+meal)
}

// explainPressure names the four bytes of a blood pressure, of which the second
// is the mean, if there is one, or else belongs to the systolic pressure.
func explainPressure(values vitals.Values, n *instruments.Namer) {
	text := func(m vitals.Measure) string {
		q, _ := values.Get(m)
		return q.String()
	}
	if _, ok := values.Get(vitals.MeanArterial); ok {
		n.Name(1, "SYS", text(vitals.Systolic))
		n.Name(1, "MAP", text(vitals.MeanArterial))
	} else {
		n.Name(2, "SYS", text(vitals.Systolic))
	}
	n.Name(1, "DIA", text(vitals.Diastolic))
	n.Name(1, "PR", text(vitals.Pulse))
}
