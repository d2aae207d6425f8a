package hl7v2

import (
	"strings"
	"time"
	"unicode"
)

// encodingCharacters are MSH-2: the separators of components, repetitions and
// subcomponents, and the escape.
const encodingCharacters = `^~\&`

// escapes are how text says what separates (HL7 v2.5.1, 2.7.1).
var escapes = strings.NewReplacer(`\`, `\E\`, `|`, `\F\`, `^`, `\S\`, `&`, `\T\`, `~`, `\R\`)

// escape writes text as the content of a field. What prints nothing becomes a
// blank, so that nothing can end a segment or a frame.
func escape(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	return escapes.Replace(strings.TrimSpace(text))
}

// parts writes the components of a field; those that are empty at its end go.
func parts(texts ...string) string { return joined('^', texts) }

// joined writes texts with a separator between them.
func joined(separator byte, texts []string) string {
	var b strings.Builder
	for i, t := range texts {
		if i > 0 {
			b.WriteByte(separator)
		}
		b.WriteString(escape(t))
	}
	return strings.TrimRight(b.String(), string(separator))
}

// maxName is the longest name of an authority (type IS).
const maxName = 20

// short cuts a name to what HL7 takes as that of an authority.
func short(name string) string {
	name = strings.TrimSpace(name)
	if all := []rune(name); len(all) > maxName {
		return strings.TrimSpace(string(all[:maxName]))
	}
	return name
}

// A segment is a line of a message.
type segment struct {
	name   string
	fields []string // from field 1, in a header from field 2
}

// set gives field n a content that is encoded already.
func (s *segment) set(n int, encoded string) *segment {
	switch s.name {
	case "MSH", "FHS", "BHS":
		n-- // field 1 is the separator itself
	}
	for len(s.fields) < n {
		s.fields = append(s.fields, "")
	}
	s.fields[n-1] = encoded
	return s
}

// text gives field n a content of one component.
func (s *segment) text(n int, text string) *segment { return s.set(n, escape(text)) }

func (s *segment) String() string {
	return strings.TrimRight(s.name+"|"+strings.Join(s.fields, "|"), "|")
}

// stamp writes an instant with its offset, in the zone that it is given in.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("20060102150405-0700")
}
