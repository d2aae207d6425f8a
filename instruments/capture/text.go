package capture

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// magic is the first line; its number changes with the format.
const magic = "aidpost-capture 1"

// maxLine bounds a line that is read: a port is read in small pieces, so a
// longer one was not written by us.
const maxLine = 1 << 20

// ErrFormat reports text that is no capture. The error around it names the
// line.
var ErrFormat = errors.New("not a capture")

// text returns the header as written, with the empty line after it.
func (h Header) text() string {
	var b strings.Builder
	b.WriteString(magic + "\n")
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s %s\n", name, strings.Join(strings.Fields(value), " "))
		}
	}
	field("model", h.Model)
	field("driver", h.Driver)
	field("line", h.Line)
	field("started", h.Started.Format(time.RFC3339Nano))
	field("zone", h.Zone)
	if !h.Since.IsZero() {
		field("since", h.Since.Format(time.RFC3339Nano))
	}
	if h.Contact > 0 {
		field("contact", h.Contact.String())
	}
	field("note", strings.ReplaceAll(h.Note, "#", ""))
	b.WriteByte('\n')
	return b.String()
}

// appendTo writes the event as a line at the end of b.
func (e Event) appendTo(b []byte) []byte {
	b = append(b, byte(e.Kind), ' ')
	b = strconv.AppendInt(b, int64(e.After/time.Second), 10)
	b = fmt.Appendf(b, ".%06d", e.After%time.Second/time.Microsecond)
	switch e.Kind {
	case Received, Sent:
		for _, c := range e.Bytes {
			b = fmt.Appendf(b, " %02X", c)
		}
	case Lines:
		b = fmt.Appendf(b, " dtr=%d rts=%d", bit(e.DTR), bit(e.RTS))
	case Ended:
		b = append(b, " unplugged"...)
	}
	return append(b, '\n')
}

func bit(on bool) int {
	if on {
		return 1
	}
	return 0
}

// Write writes the whole session.
func (s *Session) Write(w io.Writer) error {
	out := []byte(s.text())
	for _, e := range s.Events {
		out = e.appendTo(out)
	}
	_, err := w.Write(out)
	return err
}

// Read reads a capture. An error that matches ErrFormat names the line that is
// none.
func Read(r io.Reader) (*Session, error) {
	s := &Session{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if err := s.line(n, lines.Text()); err != nil {
			return nil, fmt.Errorf("line %d: %w: %w", n, ErrFormat, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("%w: a line is too long", ErrFormat)
	case err != nil:
		return nil, fmt.Errorf("reading a capture: %w", err)
	case s.Model == "" || s.Started.IsZero():
		return nil, fmt.Errorf("%w: no model or no start", ErrFormat)
	}
	return s, nil
}

// line takes in the n-th line, counted from 1.
func (s *Session) line(n int, text string) error {
	if n == 1 {
		if strings.TrimSpace(text) != magic {
			return fmt.Errorf("it begins with no %q", magic)
		}
		return nil
	}
	text, _, _ = strings.Cut(text, "#")
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	if word == "" {
		return nil
	}
	if len(word) == 1 && strings.Contains("<>=!", word) {
		e, err := parseEvent(Kind(word[0]), rest)
		if err != nil {
			return err
		}
		if k := len(s.Events); k > 0 && (e.After < s.Events[k-1].After || s.Events[k-1].Kind == Ended) {
			return errors.New("an event before the one above it")
		}
		s.Events = append(s.Events, e)
		return nil
	}
	if len(s.Events) > 0 {
		return errors.New("a field among the events")
	}
	return s.field(word, rest)
}

func (s *Session) field(name, value string) (err error) {
	texts := map[string]*string{
		"model": &s.Model, "driver": &s.Driver, "line": &s.Line, "zone": &s.Zone, "note": &s.Note,
	}
	times := map[string]*time.Time{"started": &s.Started, "since": &s.Since}
	if to, ok := texts[name]; ok && *to == "" && value != "" {
		*to = value
		if name == "zone" {
			_, err = time.LoadLocation(value)
		}
		return err
	}
	if to, ok := times[name]; ok && to.IsZero() {
		*to, err = time.Parse(time.RFC3339Nano, value)
		return err
	}
	if name == "contact" && s.Contact == 0 {
		s.Contact, err = time.ParseDuration(value)
		if err == nil && s.Contact <= 0 {
			err = errors.New("a contact of no time")
		}
		return err
	}
	return fmt.Errorf("field %.20q is unknown, empty or there twice", name)
}

func parseEvent(kind Kind, rest string) (Event, error) {
	at, what, _ := strings.Cut(rest, " ")
	after, err := parseSeconds(at)
	if err != nil {
		return Event{}, err
	}
	e := Event{Kind: kind, After: after}
	switch what = strings.TrimSpace(what); kind {
	case Received, Sent:
		e.Bytes, err = hex.DecodeString(strings.ReplaceAll(what, " ", ""))
		if err == nil && len(e.Bytes) == 0 {
			err = errors.New("no bytes")
		}
	case Lines:
		var dtr, rts int
		_, err = fmt.Sscanf(what+"\n", "dtr=%d rts=%d\n", &dtr, &rts)
		e.DTR, e.RTS = dtr != 0, rts != 0
	case Ended:
		if what != "unplugged" {
			err = errors.New("an end of an unknown kind")
		}
	}
	return e, err
}

// maxSeconds is longer than any session.
const maxSeconds = 7 * 24 * 3600

// parseSeconds reads seconds with up to six decimals, exactly.
func parseSeconds(s string) (time.Duration, error) {
	whole, part, _ := strings.Cut(s, ".")
	if len(part) > 6 {
		return 0, fmt.Errorf("%.20q is no time", s)
	}
	seconds, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || seconds > maxSeconds {
		return 0, fmt.Errorf("%.20q is no time", s)
	}
	micros, err := strconv.ParseUint((part + "000000")[:6], 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%.20q is no time", s)
	}
	return time.Duration(seconds)*time.Second + time.Duration(micros)*time.Microsecond, nil
}
