package arkray

import (
	"encoding/binary"
	"fmt"
	"time"

	"aidpost/instruments"
)

// Explain names the bytes of frames of both directions.
func (Expression) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		start := byte(fromMeter)
		if d == instruments.ToInstrument {
			start = fromHost
		}
		for len(run) >= frameSize {
			f := frame(run)
			if !f.valid(start) {
				n.Skip(1)
				run = run[1:]
				continue
			}
			n.Name(1, "start", instruments.Hex(start))
			n.Name(1, "command", instruments.Hex(f.command())+", "+commandName(f.command()))
			f.data().explain(f.command(), d == instruments.ToInstrument, n)
			n.Name(1, "checksum", instruments.Hex(f[frameSize-1])+", the sum of command and data")
			run = run[frameSize:]
		}
	})
}

func commandName(command byte) string {
	switch command {
	case askReady:
		return "ready"
	case askClock:
		return "clock"
	case askSerial:
		return "serial number"
	case askMemory:
		return "a place of the memory"
	case setClock:
		return "set the clock"
	}
	return "unknown"
}

func (d data) explain(command byte, fromHost bool, n *instruments.Namer) {
	switch {
	case command == askMemory && !fromHost && d != unused:
		d.explainResult(n)
	case command == askClock && !fromHost:
		n.Name(1, "year", fmt.Sprint(firstYear+int(d[0]&0x7F)))
		n.Name(1, "month", fmt.Sprint(d[1]&0x0F))
		n.Name(2, "day, hour and minute", dayTimeText(d[2:4]))
		n.Name(4, "fixed", instruments.Hex(d[4:]...))
	case command == askSerial && !fromHost:
		serial, _ := parseSerial(d)
		n.Name(len(d), "serial number, backwards", serial)
	case command == setClock && fromHost:
		n.Name(5, "year, month, day, hour, minute", fmt.Sprintf("%d-%02d-%02d %02d:%02d", firstYear+int(d[0]), d[1], d[2], d[3], d[4]))
		n.Name(3, "fixed", instruments.Hex(d[5:]...))
	default:
		n.Name(len(d), "data", instruments.Hex(d[:]...))
	}
}

func (d data) explainResult(n *instruments.Namer) {
	unit := "mg/dL"
	if !d.milligrams() {
		unit = "mmol/L"
	}
	n.Name(1, "unit and year", fmt.Sprintf("%s, %d", unit, firstYear+int(d[0]&0x7F)))
	month := time.Month(d[1] >> 4)
	kind := "blood"
	if d.control() {
		kind = "control"
	}
	n.Name(1, "month and kind", fmt.Sprintf("%d, %s", month, kind))
	n.Name(2, "day, hour and minute", dayTimeText(d[2:4]))
	value := instruments.Hex(d[4:6]...) + " of unknown scale"
	if d.milligrams() {
		value = quantity(d.value()).String()
	}
	n.Name(2, "value", value)
	verdict := "wrong"
	if d.sum() == d.ownSum() {
		verdict = "right"
	}
	n.Name(2, "sum of the result", fmt.Sprintf("%d, %s", binary.LittleEndian.Uint16(d[6:8]), verdict))
}

func dayTimeText(word []byte) string {
	day, hour, minute := dayTime(word)
	return fmt.Sprintf("%d, %02d:%02d", day, hour, minute)
}
