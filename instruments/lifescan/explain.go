package lifescan

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"aidpost/instruments"
)

// Explain names the bytes of frames of both directions. What an answer means
// is told by the question before it, or else by its form.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	e := explainer{dialect: d.dialect()}
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		var in deframer
		in.push(run)
		for {
			f, dropped := in.next(true)
			n.Skip(dropped)
			if f == nil {
				return
			}
			e.frame(f, d, n)
		}
	})
}

// explainer keeps the question for its answer.
type explainer struct {
	dialect
	question query
	asked    bool
}

func (e *explainer) frame(f frame, d instruments.Direction, n *instruments.Namer) {
	n.Name(1, "STX", "start of a frame")
	n.Name(1, "length", fmt.Sprintf("%d bytes", f[1]))
	n.Name(1, "link control", instruments.Hex(f.link())+linkText(f.link()))
	payload := f.payload()
	switch {
	case len(payload) == 0:
	case payload[0] != e.host:
		n.Skip(len(payload))
	case d == instruments.ToInstrument:
		e.explainQuestion(payload, n)
	default:
		e.explainAnswer(payload, n)
	}
	n.Name(1, "ETX", "end of the frame")
	n.Name(2, "checksum", instruments.Hex(f[len(f)-2:]...)+", CRC-16 of the bytes before, low byte first")
}

func linkText(link byte) string {
	var words []string
	for _, b := range []struct {
		bit  byte
		word string
	}{{linkAck, "acknowledged"}, {linkDisconnect, "disconnect"}, {linkSends, "odd frame"}, {linkExpects, "odd one expected"}} {
		if link&b.bit != 0 {
			words = append(words, b.word)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ", " + strings.Join(words, ", ")
}

func (e *explainer) explainQuestion(payload []byte, n *instruments.Namer) {
	e.question, e.asked = e.questionIn(payload)
	if !e.asked {
		n.Skip(len(payload))
		return
	}
	said := len(e.said[e.question])
	n.Name(1, "host", instruments.Hex(payload[0]))
	n.Name(said, "question", instruments.Hex(payload[1:1+said]...)+", "+e.question.String())
	rest := payload[1+said:]
	switch e.question {
	case askResult:
		n.Name(2, "index", fmt.Sprint(binary.LittleEndian.Uint16(rest)))
	case showTime:
		n.Name(4, "time", e.timeText(rest))
	}
}

// questionIn returns the question that a payload asks.
func (d *dialect) questionIn(payload []byte) (query, bool) {
	for q := range query(queries + 1) {
		whole := d.payload(q, 0, 0)
		if d.said[q] != "" && len(payload) == len(whole) && bytes.HasPrefix(payload[1:], []byte(d.said[q])) {
			return q, true
		}
	}
	return 0, false
}

func (e *explainer) explainAnswer(payload []byte, n *instruments.Namer) {
	a, ok := e.answer(payload)
	if !ok {
		n.Skip(len(payload))
		return
	}
	question := e.question
	if !e.asked || !e.fits(question, a) {
		question = e.form(a)
	}
	n.Name(1, "host", instruments.Hex(payload[0]))
	n.Name(1, "status", instruments.Hex(a.status)+map[byte]string{good: ", good", absent: ", no such result"}[a.status])
	if !e.fits(question, a) {
		n.Skip(len(a.data))
		return
	}
	switch question {
	case askModel:
		name := model(a.data)
		n.Name(len(name)+1, "model", name)
		n.Name(len(a.data)-len(name)-1, "reserved", instruments.Hex(a.data[len(name)+1:]...))
	case askVersion:
		n.Name(1, "length of the text", fmt.Sprint(a.data[0]))
		n.Name(len(a.data)-1, "version", string(bytes.TrimRight(a.data[1:], "\x00")))
	case askSerial:
		number, _ := serial(a.data)
		n.Name(len(a.data), "serial number", number)
	case askCount:
		n.Name(2, "results", fmt.Sprint(binary.LittleEndian.Uint16(a.data)))
	case askResult:
		e.explainResult(a.data, n)
	case askClock, showTime:
		if len(a.data) > 0 {
			n.Name(len(a.data), "clock", e.timeText(a.data))
		}
	}
}

func (d *dialect) timeText(data []byte) string {
	wall := d.wall(data)
	if wall.IsZero() {
		return "none"
	}
	return wall.Format("2006-01-02 15:04:05")
}

func (d *dialect) explainResult(data []byte, n *instruments.Namer) {
	row := d.row(data)
	n.Name(4, "time", d.timeText(data))
	value := row.Value.String()
	if row.Refused != nil {
		value = row.Refused.Error()
	}
	if d.counted {
		n.Name(4, "value", value)
		return
	}
	n.Name(2, "value", value)
	n.Name(1, "kind", map[byte]string{blood: "blood", control: "control solution"}[data[6]])
	n.Name(1, "meal", instruments.Hex(data[7])+", not known to be set by anybody")
	n.Name(2, "reserved", instruments.Hex(data[8:]...))
}
