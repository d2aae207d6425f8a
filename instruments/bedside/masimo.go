package bedside

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Masimo returns the driver of Masimo's oximeters in format ASCII 1. Rad-8 leaves
// the factory in ASCII 2, in which it says nothing by itself.
func Masimo() Driver { return Driver{masimo} }

func masimoFormat() *format {
	return &format{
		model: func() instruments.Model {
			m := model("masimo-ascii1", "Masimo", "Rad-8, Rad-57, Rad-87, Radical-7 (ASCII 1)")
			m.Abilities = instruments.Abilities{Live: true, Clock: true, Info: true}
			m.Evidence = instruments.PublicCode
			m.Gap = time.Second
			return m
		},
		stream: func() spotcheck.Stream {
			return spotcheck.Stream{
				Pace: spotcheck.PerSecond(1), Frame: maxLine, Believe: 2, Strict: true,
				First: 5 * time.Second, Lost: 3 * time.Second,
			}
		},
		believe: 2, wait: 2700 * time.Millisecond,
		parse: parseMasimo, opens: opensMasimo, name: nameMasimo,
	}
}

// Bits of EXC, Rad-8 manual page 4-24.
const (
	excNoSensor     = 0x001
	excDefective    = 0x002
	excLowPerfusion = 0x004
	excSearch       = 0x008
	excInterference = 0x010
	excSensorOff    = 0x020
	excAmbient      = 0x040
	excUnrecognized = 0x080
	excLowSignal    = 0x400
	excActive       = 0x800 // SET has locked on
)

// What of EXC means that there is no finger, and that the numbers are of no use.
const (
	excOut      = excNoSensor | excDefective | excSensorOff | excUnrecognized
	excUnusable = excInterference | excAmbient | excLowSignal
)

// A masimoLine is what the keys of a line have told.
type masimoLine struct {
	exc                     uint64
	hasSpO2, hasBPM, hasEXC bool
	trend                   bool
}

// parseMasimo reads "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097 ...". The
// keys differ by model and come in any order; those of a trend are written
// otherwise, and are not of now.
func parseMasimo(line []byte, r *record) bool {
	date, rest, _ := bytes.Cut(line, []byte(" "))
	at, rest, _ := bytes.Cut(rest, []byte(" "))
	if !masimoDate(date, at, r) {
		return false
	}
	r.sample = sample()
	var l masimoLine
	for len(rest) > 0 {
		var part []byte
		part, rest, _ = bytes.Cut(rest, []byte(" "))
		if len(part) == 0 {
			continue
		}
		key, value, ok := bytes.Cut(part, []byte("="))
		if !ok || !word(key) || !l.take(key, value, r) {
			return false
		}
	}
	r.live = l.hasSpO2 && !l.trend
	if !r.live {
		return true // a line without SPO2 is no measurement
	}
	l.judge(&r.sample)
	return l.hasBPM && l.hasEXC
}

// opensMasimo reports a date, a time and a key.
func opensMasimo(begun []byte) bool {
	date, rest, _ := bytes.Cut(begun, []byte(" "))
	at, rest, _ := bytes.Cut(rest, []byte(" "))
	key, _, keyed := bytes.Cut(rest, []byte("="))
	return keyed && word(key) && masimoDate(date, at, &record{})
}

func masimoDate(date, at []byte, r *record) bool {
	if len(date) != len("02/22/16") || date[2] != '/' || date[5] != '/' {
		return false
	}
	month, ok1 := digits(date[:2])
	day, ok2 := digits(date[3:5])
	year, ok3 := digits(date[6:])
	return ok1 && ok2 && ok3 && r.setWall(year, month, day, at)
}

// word reports that a key is one: letters and digits.
func word(key []byte) bool {
	for _, c := range key {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(key) > 0
}

// take reads one key; false if its value has another shape than it must.
func (l *masimoLine) take(key, value []byte, r *record) (ok bool) {
	switch string(key) {
	case "SPO2":
		l.hasSpO2 = true
		number3, percent := bytes.CutSuffix(value, []byte("%"))
		r.sample.SpO2, ok = number(number3, 3, 3, 1, 100)
		return ok && percent
	case "BPM":
		l.hasBPM = true
		r.sample.Pulse, ok = number(value, 3, 3, 1, 300)
		return ok
	case "PI":
		r.sample.Perfusion, ok = perfusion(value)
		return ok
	case "EXC":
		if !l.trend {
			l.hasEXC = true
			l.exc, ok = hexadecimal(value, 6, 7)
			return ok
		}
	case "SN":
		r.serial = bytes.Trim(value, "-")
	case "ALARM":
		_, ok = hexadecimal(value, 4, 6)
		return ok
	case "SpO2", "PR":
		l.trend = true
	}
	return len(value) > 0
}

// judge says what the bits mean for the numbers. Low perfusion alone is weak but
// usable where the index says how low it is.
func (l *masimoLine) judge(s *instruments.PlethSample) {
	s.FingerOut = l.exc&excOut != 0
	s.Searching = l.exc&excSearch != 0 || l.exc&excActive == 0
	s.Artifact = l.exc&excUnusable != 0
	if l.exc&excLowPerfusion != 0 && !s.Perfusion.Valid() {
		s.Signal = 0
	}
}

// perfusion reads "03.95%", which Radical-7 writes without the sign.
func perfusion(b []byte) (instruments.Number, bool) {
	b, _ = bytes.CutSuffix(b, []byte("%"))
	if len(b) != len("03.95") || b[2] != '.' {
		return instruments.Missing, false
	}
	if string(b) == "--.--" {
		return instruments.Missing, true
	}
	whole, ok1 := digits(b[:2])
	part, ok2 := digits(b[3:])
	return spotcheck.Between(instruments.Number(whole*100+part), 1, 9999), ok1 && ok2
}

func hexadecimal(b []byte, least, most int) (n uint64, ok bool) {
	if len(b) < least || len(b) > most {
		return 0, false
	}
	var pair [4]byte
	var padded [8]byte
	copy(padded[:], "00000000")
	copy(padded[8-len(b):], b)
	if _, err := hex.Decode(pair[:], padded[:]); err != nil {
		return 0, false
	}
	return uint64(pair[0])<<24 | uint64(pair[1])<<16 | uint64(pair[2])<<8 | uint64(pair[3]), true
}

// excNames are the maker's words for the bits of EXC.
var excNames = []struct {
	bit  uint64
	name string
}{
	{excNoSensor, "no sensor"}, {excDefective, "defective sensor"}, {excLowPerfusion, "low perfusion"},
	{excSearch, "pulse search"}, {excInterference, "interference"}, {excSensorOff, "sensor off"},
	{excAmbient, "ambient light"}, {excUnrecognized, "unrecognized sensor"}, {excLowSignal, "low signal IQ"},
	{excActive, "SET active"},
}

func nameMasimo(index int, part []byte) (name, value string) {
	switch index {
	case 0:
		return "date", string(part)
	case 1:
		return "time", string(part)
	}
	key, v, _ := bytes.Cut(part, []byte("="))
	text := string(v)
	switch string(key) {
	case "SPO2", "PI":
		text = string(bytes.TrimSuffix(v, []byte("%"))) + " %"
	case "BPM":
		text += " /min"
	case "EXC":
		bits, err := strconv.ParseUint(text, 16, 32)
		if err != nil {
			break
		}
		for _, e := range excNames {
			text += spotcheck.Ticked(bits&e.bit != 0, fmt.Sprintf(", %s", e.name))
		}
	}
	return string(key), text
}
