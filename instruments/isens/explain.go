package isens

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// Explain names the bytes of questions and answers.
func (CareSens) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			size := 0
			if d == instruments.ToInstrument {
				size = explainRequest(run, n)
			} else {
				size = explainAnswer(run, n)
			}
			if size == 0 {
				size = 1
				n.Skip(1)
			}
			run = run[size:]
		}
	})
}

func explainRequest(b []byte, n *instruments.Namer) int {
	switch {
	case b[0] == ping:
		n.Name(1, "question", "80, which protocol")
		return 1
	case len(b) < requestSize || b[0] != readMark:
		return 0
	}
	address := uint16(b[1]&0x0F)<<12 | uint16(b[2]&0x0F)<<8 | uint16(b[3]&0x0F)<<4 | uint16(b[4]&0x0F)
	size := b[5]<<4 | b[6]&0x0F
	if !bytes.Equal(readRequest(address, size), b[:requestSize]) {
		return 0
	}
	n.Name(1, "question", "8B, bytes of the memory")
	n.Name(4, "address", fmt.Sprintf("%04X", address))
	n.Name(2, "number of bytes", fmt.Sprint(size))
	return requestSize
}

func explainAnswer(b []byte, n *instruments.Namer) int {
	kind, size := memoryAnswer(b, nil)
	stored, _ := joined(b[:size])
	switch kind {
	case isPong:
		n.Name(size, "protocol", instruments.Hex(b[:size]...))
	case isAbout:
		word := func(at int) string { return fmt.Sprint(binary.LittleEndian.Uint16(stored[at:])) }
		serial, m, _ := parseAbout(stored)
		n.Name(2*tripled, "production number", word(0)+", of serial number "+serial)
		n.Name(2*tripled, "mass-production number", word(2))
		n.Name(2*tripled, "model", word(4)+", "+m.letters)
		n.Name(2*tripled, "program", word(6))
		n.Name(2*tripled, "unknown", instruments.Hex(stored[8:]...))
	case isResult:
		explainTime(stored, tripled, n)
		n.Name(2*tripled, "value, with its marks", shown(storedRow(stored)))
	}
	return size
}

// explainTime names the six parts of a time, each of so many bytes.
func explainTime(b []byte, size int, n *instruments.Namer) {
	year := firstYear + int(b[0])
	for i, name := range [timeSize]string{"year", "month", "day", "hour", "minute", "second"} {
		value := int(b[i])
		if i == 0 {
			value = year
		}
		n.Name(size, name, fmt.Sprint(value))
	}
}

// shown tells the value of a row.
func shown(row meter.Row) string {
	if row.Refused != nil {
		return row.Refused.Error()
	}
	return row.Value.String()
}

// Explain names the bytes of frames of both directions.
func (Shine) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if len(run) > 0 && run[0] == ping {
			size := 1
			if d == instruments.FromInstrument {
				size = min(pongSize, len(run))
			}
			n.Name(size, "protocol", instruments.Hex(run[:size]...))
			run = run[size:]
		}
		for {
			f, before, ok := nextFrame(run)
			if !ok {
				return
			}
			n.Skip(before)
			f.explain(d == instruments.ToInstrument, n)
			run = run[before+len(f):]
		}
	})
}

func (f frame) explain(fromHost bool, n *instruments.Namer) {
	n.Name(1, "start", "02")
	n.Name(len(header)-1, "header", header[1:])
	n.Name(1, "size of what follows", fmt.Sprint(f[sizeAt]))
	n.Name(4, "command", fmt.Sprintf("%.4q", f.command()))
	f.explainData(fromHost, n)
	sum := instruments.Hex(f[len(f)-tailSize : len(f)-1]...)
	switch {
	case f.sum() == f.crc():
		sum += ", the CRC of all but itself"
	case f.command() == string(askResults) && !fromHost:
		sum += ", not used by meters where results are"
	default:
		sum += ", wrong"
	}
	n.Name(tailSize-1, "checksum", sum)
	n.Name(1, "end", "03")
}

func (f frame) explainData(fromHost bool, n *instruments.Namer) {
	data := f.data()
	word := func(at int) string { return fmt.Sprint(binary.BigEndian.Uint16(data[at:])) }
	switch c := f.command(); {
	case c == string(askResults) && fromHost && len(data) == 3:
		n.Name(2, "first result", word(0))
		n.Name(1, "number of results", fmt.Sprint(data[2]))
	case c == string(askResults) && !fromHost && len(data)%entrySize == 0:
		for ; len(data) > 0; data = data[entrySize:] {
			explainTime(data, 1, n)
			row := entryRow(data)
			n.Name(1, "flags", fmt.Sprintf("%02X, %s", data[timeSize], flagNames(row, data[timeSize])))
			n.Name(2, "value", shown(row))
		}
	case c == string(askSerial) && len(data) > 0:
		serial, _ := parseSerial(data)
		n.Name(len(data), "serial number", fmt.Sprintf("%.40q", serial))
	case (c == string(askClock) || c == setClock) && len(data) == timeSize:
		n.Name(timeSize, "time", timeText(data))
	case c == string(askCount) && len(data) == 2:
		n.Name(2, "number of results", word(0))
	default:
		n.Skip(len(data))
	}
}

func timeText(b []byte) string {
	if wall := wallTime(b); !wall.IsZero() {
		return wall.Format(time.DateTime)
	}
	return "none"
}

func flagNames(row meter.Row, flags byte) string {
	switch {
	case flags&flagControl != 0:
		return "control"
	case row.Measure == vitals.Ketone:
		return "ketone"
	case row.Meal != vitals.MealUnknown:
		return string(row.Meal)
	}
	return "no mark"
}
