package beurer

import (
	"bytes"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

const (
	recordMark = 0xAC // first byte of a record
	noRecord   = 0xA9 // in place of one: there is none under this number

	pressureFrom = 25   // mmHg that a pressure byte of 0 stands for
	marked       = 0x80 // bit 7 of a date byte is a mark
)

// A record is one stored result as it crosses the wire.
type record [9]byte

// The places in a record.
const (
	atSystolic  = 1 + iota // mmHg above pressureFrom
	atDiastolic            // the same
	atPulse                // per minute
	atMonth                // bit 7: movement
	atDay                  // bit 7: user 2
	atHour
	atMinute
	atYear // since 2000; bit 7: irregular pulse
)

// user is whose key was pressed on the monitor: 1 or 2.
func (r record) user() int { return 1 + int(r[atDay]>>7) }

// wall returns what the monitor's clock showed, or the zero time if its clock
// was never set or the bytes are no date.
func (r record) wall() time.Time {
	wall, err := meter.Wall(2000+int(r[atYear]&^marked), int(r[atMonth]&^marked), int(r[atDay]&^marked), int(r[atHour]), int(r[atMinute]), 0)
	if err != nil {
		return time.Time{}
	}
	return wall
}

// undated reports a record of a monitor whose clock was never set.
func (r record) undated() bool {
	return r[atMonth]&^marked == 0
}

// possible reports whether the bytes can be a record: nothing else of it can
// be checked, since the wire has no checksum.
func (r record) possible() bool {
	return r[0] == recordMark && (r.undated() || !r.wall().IsZero()) && r[atSystolic] > r[atDiastolic]
}

// row returns the record as a row of the memory. No frame of it is kept if it
// is no result.
func (r record) row(number int) meter.Row {
	row := meter.Row{Wall: r.wall(), Measure: vitals.Systolic, Record: fmt.Sprintf("%d, user %d", number, r.user())}
	result := cuff.Result{
		Systolic: pressureFrom + int(r[atSystolic]), Diastolic: pressureFrom + int(r[atDiastolic]), Pulse: int(r[atPulse]),
	}
	var err error
	if row.Pressures, row.Flags, err = result.Values(cuff.AnyCuff()); err != nil {
		row.Refused = instruments.Wrap(instruments.CodeOf(err), err)
		return row
	}
	if r[atMonth]&marked != 0 {
		row.Flags = append(row.Flags, vitals.Movement)
	}
	if r[atYear]&marked != 0 {
		row.Flags = append(row.Flags, vitals.IrregularPulse)
	}
	return row
}

// explain names the bytes of a record.
func (r record) explain(n *instruments.Namer) {
	yes := func(b byte) string {
		if b&marked != 0 {
			return "yes"
		}
		return "no"
	}
	n.Name(1, "start", instruments.Hex(r[0]))
	n.Name(1, "SYS", fmt.Sprintf("%d mmHg", pressureFrom+int(r[atSystolic])))
	n.Name(1, "DIA", fmt.Sprintf("%d mmHg", pressureFrom+int(r[atDiastolic])))
	n.Name(1, "PR", fmt.Sprintf("%d /min", r[atPulse]))
	n.Name(1, "month, movement", fmt.Sprintf("%d, %s", r[atMonth]&^marked, yes(r[atMonth])))
	n.Name(1, "day, user", fmt.Sprintf("%d, %d", r[atDay]&^marked, r.user()))
	n.Name(1, "hour", fmt.Sprint(r[atHour]))
	n.Name(1, "minute", fmt.Sprint(r[atMinute]))
	n.Name(1, "year, irregular pulse", fmt.Sprintf("%d, %s", 2000+int(r[atYear]&^marked), yes(r[atYear])))
}

// Explain names the bytes of records and of the questions for them.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			size := len(run)
			switch r, ok := leading(run); {
			case d == instruments.FromInstrument && ok:
				r.explain(n)
				size = len(r)
			case d == instruments.ToInstrument && len(run) >= 2 && query(run[0]) == askRecord:
				n.Name(1, "command", "read a record")
				n.Name(1, "record number", fmt.Sprint(run[1]))
				size = 2
			default:
				n.Skip(size)
			}
			run = run[size:]
		}
	})
}

// leading returns the record that b begins with, if it does.
func leading(b []byte) (r record, ok bool) {
	if len(b) < len(r) {
		return r, false
	}
	copy(r[:], b)
	return r, r.possible()
}

// printable reports whether b is text of a description.
func printable(b []byte) bool {
	return len(bytes.TrimSpace(b)) > 0 && bytes.IndexFunc(b, func(c rune) bool { return c < ' ' && c != '\r' && c != '\n' || c > '~' }) < 0
}
