package codefree

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// Decode reads what a meter sent.
func (Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := decoder{job: job, emit: emit, selection: newSelection(job)}
	return instruments.FeedRest(captured, d.take)
}

type decoder struct {
	job       instruments.Job
	emit      func(instruments.Event)
	selection *meter.Selection
	index     int  // of the next result
	lost      bool // the byte before was of no frame, which was said
}

// take takes frames from the beginning of b and returns how many bytes that
// were; at the end of a capture, all.
func (d *decoder) take(b []byte, last bool) (taken int) {
	for taken < len(b) {
		f, whole, good := frameAt(b[taken:])
		switch {
		case !whole && !last:
			return taken
		case whole && good:
			d.frame(f)
			taken += len(f)
			d.lost = false
			continue
		case b[taken] != 0 && !d.lost: // a zero may come before the first frame
			d.emit(garbled("bytes that are no frame"))
			d.lost = true
		}
		taken++
	}
	return taken
}

func (d *decoder) frame(f frame) {
	if len(f.message()) != recordSize {
		return
	}
	if d.selection.Place(f.wall()) == meter.Wanted {
		d.emit(add(d.selection, f, d.index, d.job.Clock()()))
	}
	d.index++
}

// Explain names the bytes of frames of both directions.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			size := 0
			if d == instruments.FromInstrument {
				size = explainAnswer(run, n)
			} else {
				size = explainQuestion(run, n)
			}
			if size == 0 {
				size = 1
				n.Skip(1)
			}
			run = run[size:]
		}
	})
}

func explainQuestion(b []byte, n *instruments.Namer) int {
	if len(b) < headSize || int(b[headSize-1]) < tailSize || len(b) < headSize+int(b[headSize-1]) {
		return 0
	}
	f := frame(b[:headSize+int(b[headSize-1])])
	message := string(f.message())
	if string(newFrame(fromHost, message)) != string(f) {
		return 0
	}
	name, ok := known(f.message())
	if !ok {
		name = fmt.Sprintf("%.20q", message)
	}
	f.explain("host to meter", n, func() { n.Name(len(message), "message", name) })
	return len(f)
}

func explainAnswer(b []byte, n *instruments.Namer) int {
	f, _, good := frameAt(b)
	if !good {
		return 0
	}
	f.explain("meter to host", n, func() { f.explainMessage(n) })
	return len(f)
}

// explain names what is around a message.
func (f frame) explain(direction string, n *instruments.Namer, message func()) {
	n.Name(1, "start", instruments.Hex(f[0]))
	n.Name(1, "direction", direction)
	n.Name(1, "size of what follows", fmt.Sprint(f[2]))
	message()
	n.Name(1, "checksum", instruments.Hex(f[len(f)-2])+", the exclusive or of the message")
	n.Name(1, "end", instruments.Hex(end))
}

func (f frame) explainMessage(n *instruments.Namer) {
	m := f.message()
	switch {
	case len(m) == recordSize:
		f.explainRecord(n)
	case len(m) == countSize && m[0] == countMark:
		n.Name(1, "message", "how many results")
		n.Name(2, "number of results", fmt.Sprint(binary.BigEndian.Uint16(m[1:])))
		n.Name(len(m)-3, "filling", instruments.Hex(m[3:]...))
	case string(m) == whoIsThere:
		n.Name(len(m), "message", "is a host there?")
	case string(m) == disconnected:
		n.Name(len(m), "message", "disconnected")
	case string(m) == clockSet:
		n.Name(len(m), "message", "the clock is set")
	default:
		n.Name(len(m), "message", instruments.Hex(m...))
	}
}

func (f frame) explainRecord(n *instruments.Namer) {
	m, row := f.message(), f.row()
	value, meal := row.Value.String(), "none"
	if row.Refused != nil {
		value = row.Refused.Error()
	}
	if row.Meal != "" {
		meal = string(row.Meal)
	}
	date := "none"
	if !row.Wall.IsZero() {
		date = row.Wall.Format(time.DateOnly + " 15:04")
	}
	n.Name(timeAt, "unknown", instruments.Hex(m[:timeAt]...))
	n.Name(valueAt-timeAt, "year, month, day, hour, minute", date)
	n.Name(mealAt-valueAt, "value", value)
	n.Name(1, "meal", instruments.Hex(m[mealAt])+", "+meal)
	n.Name(recordSize-mealAt-1, "unknown", instruments.Hex(m[mealAt+1:]...))
}
