package simulated

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"aidpost/instruments"
)

const (
	vitalSerial   = "GV7654321"
	vitalCapacity = 250
)

// Vital is the twin of an Arkray GlucoCard Vital glucose meter. Its oldest
// result has the index 0.
type Vital struct {
	*GlucoseMeter
	commands bool   // it takes them
	asked    bool   // somebody wants it to
	words    string // of the command so far
	word     string // that is not complete
}

var _ Twin = (*Vital)(nil)

// NewVital returns a meter.
func NewVital(o Options) *Vital {
	return &Vital{GlucoseMeter: newGlucoseMeter(o, vitalSerial, vitalCapacity)}
}

// Model returns "glucocard-vital".
func (v *Vital) Model() string { return "glucocard-vital" }

// Line returns 19200 8N2.
func (v *Vital) Line() instruments.Line {
	return instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 2}
}

// Run answers until ctx ends or the host is gone.
func (v *Vital) Run(ctx context.Context, wire instruments.Port) error {
	v.mu.Lock()
	v.commands, v.asked, v.words, v.word = false, false, "", ""
	v.mu.Unlock()
	return listen(ctx, wire, v.hear)
}

func (v *Vital) hear(b []byte) []byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	var reply strings.Builder
	for _, c := range b {
		switch {
		case c == 0x04, c == 0x05, c == 0x06, c == 0x92:
			v.words, v.word = "", ""
			if !v.slept() {
				reply.WriteString(v.control(c))
			}
		case v.commands:
			v.word += string(rune(c))
			if v.complete() && !v.slept() {
				reply.WriteString(v.command())
			}
		}
	}
	return []byte(reply.String())
}

// control answers the characters of the link.
func (v *Vital) control(c byte) string {
	asked := v.asked
	v.asked = false
	switch {
	case c == 0x04: // it offers its data
		v.commands = false
		return "\x05"
	case c == 0x06 && !v.commands:
		body := fmt.Sprintf("1H|\\^&||000000|Vital^1.02^%s|||||||P|1|%s\r\x17", v.serial, v.wallNow().Format("200601021504"))
		return fmt.Sprintf("\x02%s%02X\r\n", body, vitalSum(body))
	case c == 0x92:
		v.commands, v.asked = false, true
		return "\x04"
	case c == 0x05 && asked:
		v.commands = true
		return "\x06"
	}
	return ""
}

// complete reports whether a word has come to its end. What is written to the
// clock ends with a carriage return.
func (v *Vital) complete() bool {
	if strings.HasPrefix(v.words, "W|") && len(v.words) > len("W|") {
		return strings.HasSuffix(v.word, "\r")
	}
	return strings.HasSuffix(v.word, "|")
}

// command answers a complete word.
func (v *Vital) command() string {
	const yes, no = "\x06", "\x15"
	words, word := v.words, v.word
	if word == "R|" || word == "W|" { // a command anew
		words = ""
	}
	v.words, v.word = "", ""
	wall := v.wallNow()
	switch words + word {
	case "R|", "W|", "W|D|", "W|T|", "R|N|":
		v.words = words + word
		return yes
	case "R|T|":
		return wall.Format("D|1504|\r\n") + yes
	case "R|D|":
		return "D|" + wall.Format("060102") + "|\r\n" + yes
	case "R|M|":
		v.refresh()
		return fmt.Sprintf("D|%03d|\r\n", len(v.rows)) + yes
	}
	switch words {
	case "R|N|":
		if index, err := strconv.ParseUint(strings.TrimSuffix(word, "|"), 16, 16); err == nil && int(index) < len(v.rows) {
			if row := v.rows[len(v.rows)-1-int(index)]; row.Kind != Damaged {
				return vitalResult(row) + yes
			}
		}
		v.commands = false
	case "W|D|":
		if set, err := time.Parse("060102|\r", word); err == nil {
			v.show(set.Add(wall.Sub(wall.Truncate(24*time.Hour))), "W|D| set clock")
			return yes
		}
	case "W|T|":
		if set, err := time.Parse("1504|\r", word); err == nil {
			year, month, day := wall.Date()
			v.show(time.Date(year, month, day, set.Hour(), set.Minute(), 0, 0, time.UTC), "W|T| set clock")
			return yes
		}
	}
	return no
}

func vitalResult(r storedRow) string {
	flags, when := 0, r.wall.Format("0415020106")
	number := min(max(r.MgPerDL, 20), 600)
	switch {
	case r.Kind == ControlTest:
		flags = 4
	case r.MgPerDL > 600:
		flags = 1
	case r.MgPerDL < 20:
		flags = 2
	}
	if r.Kind == Undated {
		when = "0000000000"
	}
	body := fmt.Sprintf("D|%02X%02X%s%02X\x17", number&0xFF, number>>8, when, flags)
	return fmt.Sprintf("%s%02X|\r\n", body, vitalSum(body))
}

func vitalSum(s string) (sum byte) {
	for i := range len(s) {
		sum += s[i]
	}
	return sum
}
