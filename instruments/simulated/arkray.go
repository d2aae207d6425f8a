package simulated

import (
	"context"
	"encoding/binary"
	"time"

	"aidpost/instruments"
)

// The wire of the GlucoCard Expression, written down apart from the driver so
// that the two check each other.
const (
	expressionSerial = "12345678"
	expressionPlaces = 300
	expressionSize   = 11
)

// Expression is the twin of an Arkray GlucoCard Expression glucose meter.
type Expression struct {
	*GlucoseMeter
	mmol  bool
	heard []byte
}

var _ Twin = (*Expression)(nil)

// NewExpression returns a meter that shows mg/dL.
func NewExpression(o Options) *Expression {
	return &Expression{GlucoseMeter: newGlucoseMeter(o, expressionSerial, expressionPlaces)}
}

// Model returns "glucocard-expression".
func (x *Expression) Model() string { return "glucocard-expression" }

// Line returns 19200 8N1.
func (x *Expression) Line() instruments.Line {
	return instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// ShowMmol makes it mark what it stores as mmol/L, in tenths.
func (x *Expression) ShowMmol() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.mmol = true
}

// Run answers frames until ctx ends or the host is gone.
func (x *Expression) Run(ctx context.Context, wire instruments.Port) error {
	x.mu.Lock()
	x.heard = nil
	x.mu.Unlock()
	return listen(ctx, wire, x.hear)
}

// hear collects bytes and answers the commands among them.
func (x *Expression) hear(b []byte) (reply []byte) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.heard = append(x.heard, b...)
	for len(x.heard) >= expressionSize {
		f := x.heard[:expressionSize]
		if f[0] != 0xAA || f[10] != expressionSum(f) {
			x.heard = x.heard[1:]
			continue
		}
		x.heard = x.heard[expressionSize:]
		if !x.slept() {
			reply = append(reply, x.answer(f[1], [8]byte(f[2:10]))...)
		}
	}
	return reply
}

func (x *Expression) answer(command byte, d [8]byte) []byte {
	var out [8]byte
	wall := x.wallNow()
	switch command {
	case 0x00:
		out[0] = 1
	case 0x07:
		out[0], out[1] = byte(wall.Year()-2000), byte(wall.Month())
		binary.LittleEndian.PutUint16(out[2:], expressionTime(wall))
	case 0x0F:
		for i := range min(len(out), len(x.serial)) {
			out[len(out)-1-i] = x.serial[i]
		}
	case 0x10:
		return x.dump()
	case 0x16:
		set := time.Date(2000+int(d[0]), time.Month(d[1]), int(d[2]), int(d[3]), int(d[4]), 0, 0, time.UTC)
		x.show(set, "16 set clock")
		out[0] = 1
	default:
		return nil
	}
	return expressionFrame(command, out)
}

func (x *Expression) dump() (reply []byte) {
	x.refresh()
	for i := range expressionPlaces {
		out := [8]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
		if i < len(x.rows) {
			out = x.record(x.rows[i])
		}
		reply = append(reply, expressionFrame(0x10, out)...)
	}
	return reply
}

func (x *Expression) record(r storedRow) (out [8]byte) {
	unit, control, year, month := 1, 0, r.wall.Year()-2000, int(r.wall.Month())
	number := min(max(r.MgPerDL, 20), 600)
	if x.mmol {
		unit, number = 0, number*10/18
	}
	switch r.Kind {
	case ControlTest:
		control = 1
	case Undated:
		month = 0
	}
	out[0], out[1] = byte(unit<<7|year), byte(month<<4|control)
	binary.LittleEndian.PutUint16(out[2:], expressionTime(r.wall))
	binary.LittleEndian.PutUint16(out[4:], uint16(number))
	sum := unit + control + year + month + r.wall.Day() + r.wall.Hour() + r.wall.Minute() + number
	if r.Kind == Damaged {
		sum++
	}
	binary.LittleEndian.PutUint16(out[6:], uint16(sum))
	return out
}

func expressionTime(wall time.Time) uint16 {
	return uint16(wall.Minute()<<10 | wall.Hour()<<5 | wall.Day())
}

func expressionFrame(command byte, d [8]byte) []byte {
	f := append([]byte{0xDD, command}, d[:]...)
	f = append(f, 0)
	f[10] = expressionSum(f)
	return f
}

func expressionSum(f []byte) (sum byte) {
	for _, b := range f[1:10] {
		sum += b
	}
	return sum
}
