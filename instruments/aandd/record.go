package aandd

import (
	"bytes"
	"fmt"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff"
	"aidpost/instruments/meter"
	"aidpost/instruments/station"
	"aidpost/records/vitals"
)

const (
	soh = 0x01
	stx = 0x02
	etx = 0x03
	ack = 0x06
	nak = 0x15
	syn = 0x16
	rs  = 0x1E // between fields

	leadSize = 6 // SYN SYN SOH, two characters of an identifier, STX
	tailSize = 2 // ETX and the check byte
)

// A format finds the frames of a station and reads the records in them. It is
// a station.Format.
type format struct{}

var _ station.Format = format{}

// Between implements station.Format: what a station may answer to a command.
func (format) Between(c byte) bool { return c == ack || c == nak || c == syn || c == 0x00 || c == 0xFF }

// Find implements station.Format.
func (format) Find(heard []byte) (begin, end int) {
	for begin = range heard {
		size, ok := frame(heard[begin:])
		switch {
		case ok && size > 0:
			return begin, begin + size
		case ok:
			return begin, 0
		}
	}
	return len(heard), 0
}

// frame returns the size of the frame that b begins with, or zero if b may be
// the beginning of one.
func frame(b []byte) (size int, ok bool) {
	lead := [leadSize]func(byte) bool{is(syn), is(syn), is(soh), is('0'), header, is(stx)}
	for i, fits := range lead {
		if i == len(b) {
			return 0, true
		}
		if !fits(b[i]) {
			return 0, false
		}
	}
	for i := leadSize; i < len(b); i++ {
		switch c := b[i]; {
		case c == etx && i+1 < len(b):
			return i + tailSize, true
		case c == etx:
			return 0, true
		case c != rs && c != ack && c != nak && (c < ' ' || c > '~'):
			return 0, false
		}
	}
	return 0, true
}

func is(want byte) func(byte) bool { return func(c byte) bool { return c == want } }

// header reports the second character of the identifier: stations answer under
// "00", and deployed commands have "0 ".
func header(c byte) bool { return c == '0' || c == ' ' }

// checked reports whether the check byte of a frame is the XOR of its text
// without the ETX, the one rule of which bytes were published: the commands that
// start and stop stations and ask for their record. No whole frame of a station
// was. Should a station take in the ETX, as other makers do, its records are
// refused: to believe either rule would be to believe a record in which two bits
// of one byte were flipped.
func checked(frame []byte) bool {
	return frame[len(frame)-1] == textSum(frame)
}

func textSum(frame []byte) byte { return checksum.Xor8(frame[leadSize : len(frame)-tailSize]) }

// misfit says what is wrong with a check byte, for whoever reads the log of a
// station whose every record is refused.
func misfit(frame []byte) string {
	if frame[len(frame)-1] == textSum(frame)^etx {
		return "the check byte of the record is wrong: it would be right if it took in the ETX, which no published one does"
	}
	return "the check byte of the record is wrong"
}

// The fields of a record that have a fixed place.
const (
	fieldModel = iota
	fieldTime
	fieldKind
	fieldMode
	fieldError
	fieldsFixed
)

// Parse implements station.Format. Frames that are no blood-pressure record,
// such as answers to commands, are aside.
func (format) Parse(frame []byte) station.Record {
	text := strings.TrimSuffix(string(frame[leadSize:len(frame)-tailSize]), string(rune(rs)))
	fields := strings.Split(text, string(rune(rs)))
	switch {
	case !checked(frame):
		return station.Record{Refused: instruments.NewFault(instruments.Garbled, misfit(frame))}
	case len(fields) <= fieldsFixed || fields[fieldKind] != "RB":
		return station.Record{Aside: true}
	}
	r := station.Record{Name: strings.TrimSpace(fields[fieldModel]), Range: cuff.AnyCuff()}
	if err := dated(&r, fields[fieldTime]); err != nil {
		r.Refused = station.Malformed("its date is none")
		return r
	}
	code := fields[fieldError]
	if n, ok := digits(code[min(1, len(code)):]); len(code) != 3 || code[0] != 'E' || !ok {
		r.Refused = station.Malformed("it has no error field")
		return r
	} else if n != 0 {
		r.Refused = station.Failed(code)
		return r
	}
	if why := read(&r, fields[fieldsFixed:]); why != "" {
		r.Refused = station.Malformed(why)
	}
	return r
}

// dated reads YYMMDDhhmm.
func dated(r *station.Record, s string) error {
	var n [5]int
	ok := len(s) == 2*len(n)
	for i := range n {
		if ok {
			n[i], ok = digits(s[2*i : 2*i+2])
		}
	}
	if !ok {
		return meter.ErrWallTime
	}
	wall, err := meter.Wall(2000+n[0], n[1], n[2], n[3], n[4], 0)
	r.Wall = wall
	return err
}

// read reads the fields that are known by their first letter. It returns why
// the record is malformed, or nothing.
func read(r *station.Record, fields []string) (why string) {
	found := map[byte]bool{}
	for _, f := range fields {
		if f == "" {
			return "a field is empty"
		}
		var to *int
		switch f[0] {
		case 'S':
			to = &r.Result.Systolic
		case 'M':
			to = &r.Result.Mean
		case 'D':
			to = &r.Result.Diastolic
		case 'P':
			to = &r.Result.Pulse
		case 'i', 'm':
			n, ok := digits(strings.TrimLeft(f[1:], " "))
			if !ok {
				return "a caution is no number"
			}
			if n > 0 {
				r.Flags = append(r.Flags, map[byte]vitals.Flag{'i': vitals.IrregularPulse, 'm': vitals.Movement}[f[0]])
			}
		}
		if found[f[0]] {
			return "a field is there twice"
		}
		found[f[0]] = true
		if to == nil {
			continue // inflation, amplitude, retries, seconds
		}
		n, ok := digits(strings.TrimLeft(f[1:], " "))
		if len(f) != 4 || !ok {
			return "a value is no number of three characters"
		}
		*to = n
	}
	for _, letter := range []byte("SMDP") {
		if !found[letter] {
			return "a value is missing"
		}
	}
	return ""
}

// digits reads a number of one to four digits.
func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, 0 < len(s) && len(s) <= 4
}

// Explain implements station.Format.
func (format) Explain(frame []byte, n *instruments.Namer) {
	n.Name(2, "SYN SYN", "lead-in")
	n.Name(1, "SOH", "start of the header")
	n.Name(2, "identifier", fmt.Sprintf("%q", frame[3:5]))
	n.Name(1, "STX", "start of the text")
	text := frame[leadSize : len(frame)-tailSize]
	for i := 0; len(text) > 0; i++ {
		size := bytes.IndexByte(text, rs) + 1
		if size == 0 {
			size = len(text)
		}
		field := strings.TrimSuffix(string(text[:size]), string(rune(rs)))
		name, value := named(i, field)
		n.Name(size, name, value)
		text = text[size:]
	}
	n.Name(1, "ETX", "end of the text")
	verdict := "right"
	if !checked(frame) {
		verdict = "wrong"
	}
	n.Name(1, "check byte", fmt.Sprintf("%02X, XOR of the text, %s", frame[len(frame)-1], verdict))
}

// named tells what the i-th field of a record is called, and its value.
func named(i int, field string) (name, value string) {
	fixed := [...]string{"model", "date and time", "kind of record", "mode", "error"}
	if i < len(fixed) {
		return fixed[i], field
	}
	if field == "" {
		return "end of the fields", "RS"
	}
	lettered := map[byte][2]string{
		'S': {"SYS", " mmHg"}, 'M': {"MAP", " mmHg"}, 'D': {"DIA", " mmHg"}, 'P': {"PR", " /min"},
		'I': {"inflation", " tens of mmHg"}, 'L': {"largest amplitude", ""}, 'i': {"irregular beats", ""},
		'm': {"movement", ""}, 'r': {"retries", ""}, 't': {"measuring time", " s"},
	}
	l, ok := lettered[field[0]]
	if !ok {
		return "of unknown meaning", field
	}
	return l[0], strings.TrimSpace(field[1:]) + l[1]
}
