package hl7v2

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNoAck reports an answer that is no acknowledgement.
var ErrNoAck = errors.New("no HL7 acknowledgement")

// An AckCode is what became of a message (table 0008). The codes that begin with
// C are about storing it, those with A about taking it in.
type AckCode string

// The codes.
const (
	Accepted       AckCode = "AA"
	Error          AckCode = "AE"
	Rejected       AckCode = "AR"
	CommitAccepted AckCode = "CA"
	CommitError    AckCode = "CE"
	CommitRejected AckCode = "CR"
)

// An Ack is the answer to a message.
type Ack struct {
	Code AckCode
	// Of is the control id of the message that it answers.
	Of string
	// Condition is what is wrong, by table 0357; empty if it does not say.
	Condition string
	// Place is where in the message: segment, its number, field.
	Place string
	// Words are the receiver's own. They may quote what was sent.
	Words string
}

// ParseAck reads an answer. One that is no acknowledgement gives an error that
// matches ErrNoAck. Of several errors it tells the first.
func ParseAck(text []byte) (Ack, error) {
	lines := strings.FieldsFunc(strings.ToValidUTF8(string(text), "?"), func(r rune) bool { return r == '\r' || r == '\n' })
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "MSH") || len(lines[0]) < 9 {
		return Ack{}, fmt.Errorf("%w: it begins with no header", ErrNoAck)
	}
	r := reader{field: lines[0][3:4], component: lines[0][4:5], repeat: lines[0][5:6], escape: lines[0][6:7], sub: lines[0][7:8]}
	if strings.ContainsAny(r.field, "\x00 ") {
		return Ack{}, fmt.Errorf("%w: it names no separators", ErrNoAck)
	}
	var a Ack
	for _, line := range lines[1:] {
		fields := strings.Split(line, r.field)
		switch fields[0] {
		case "MSA":
			if a.Code != "" {
				return Ack{}, fmt.Errorf("%w: it answers twice", ErrNoAck)
			}
			a.Code, a.Of, a.Words = AckCode(strings.TrimSpace(at(fields, 1))), strings.TrimSpace(r.plain(at(fields, 2))), r.plain(at(fields, 3))
		case "ERR":
			r.error(fields, &a)
		}
	}
	switch a.Code {
	case Accepted, Error, Rejected, CommitAccepted, CommitError, CommitRejected:
		return a, nil
	}
	return Ack{}, fmt.Errorf("%w: it does not say what became of the message", ErrNoAck)
}

// A reader knows the separators of a message.
type reader struct{ field, component, repeat, escape, sub string }

// error reads an ERR segment: of version 2.5 and later, or of the ones before,
// which had everything in its first field.
func (r reader) error(fields []string, a *Ack) {
	if severity := at(fields, 4); a.Condition != "" || severity == "W" || severity == "I" {
		return
	}
	if at(fields, 3) != "" {
		a.Condition = r.part(at(fields, 3), 0)
		a.Place = r.path(strings.Split(first(at(fields, 2), r.repeat), r.component))
		for _, n := range []int{8, 7} {
			if words := r.plain(at(fields, n)); words != "" {
				a.Words = words
				return
			}
		}
		return
	}
	old := strings.Split(first(at(fields, 1), r.repeat), r.component)
	if len(old) > 3 {
		code := strings.Split(old[3], r.sub)
		a.Condition, a.Place = r.plain(code[0]), r.path(old[:3])
		if a.Words == "" {
			a.Words = r.plain(at(code, 1))
		}
	}
}

// path writes a place like PID-1-5.
func (r reader) path(parts []string) string {
	var out []string
	for _, p := range parts[:min(3, len(parts))] {
		if p = r.plain(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "-")
}

func (r reader) part(field string, n int) string {
	return r.plain(at(strings.Split(first(field, r.repeat), r.component), n))
}

// plain takes the escapes out of a text and joins its components.
func (r reader) plain(text string) string {
	text = strings.TrimSpace(text)
	if r.escape != "" && strings.Contains(text, r.escape) {
		e := r.escape
		text = strings.NewReplacer(
			e+"F"+e, "|", e+"S"+e, "^", e+"T"+e, "&", e+"R"+e, "~", e+"E"+e, `\`, e+".br"+e, " ", e+"H"+e, "", e+"N"+e, "",
		).Replace(text)
	}
	return text
}

func first(text, separator string) string {
	text, _, _ = strings.Cut(text, separator)
	return text
}

func at(list []string, n int) string {
	if n >= len(list) {
		return ""
	}
	return list[n]
}
