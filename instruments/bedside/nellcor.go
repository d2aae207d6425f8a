package bedside

import (
	"bytes"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Nellcor returns the driver of Nellcor's oximeters that print.
func Nellcor() Driver { return Driver{nellcor} }

func nellcorFormat() *format {
	return &format{
		model: func() instruments.Model {
			m := model("nellcor-printout", "Nellcor", "N-395, N-560, N-595, NPB-190, NPB-290, NPB-295 (printout)")
			m.Abilities = instruments.Abilities{Live: true, Clock: true}
			m.Evidence = instruments.Partial
			m.Gap = nellcorPace
			return m
		},
		stream: func() spotcheck.Stream {
			return spotcheck.Stream{
				Pace: spotcheck.Every(nellcorPace), Frame: maxLine, Believe: 1,
				First: 6 * time.Second, Lost: 6 * time.Second,
			}
		},
		believe: 1, wait: 2700 * time.Millisecond,
		parse: parseNellcor, betrays: betraysNellcor, opens: opensNellcor, name: nameNellcor,
	}
}

// nellcorPace is the time between two lines.
const nellcorPace = 2 * time.Second

// headings are the words of lines that stand above the numbers, which come at
// the start and again at intervals, in capitals on some models.
var headings = [][]byte{
	[]byte("%SPO2"), []byte("VERSION"), []byte("LIMIT"), []byte("SAT-S"), []byte("RESP MODE"),
	[]byte("ADULT"), []byte("NEONATAL"), []byte("PEDIATRIC"),
}

// parseNellcor reads "07-Jan-04 11:24:50   100     105      88    MO   AO". A
// star behind a number says that it is outside the alarm limits; it is valid.
func parseNellcor(line []byte, r *record) bool {
	var parts [maxParts][]byte
	n := split(line, &parts)
	if n < leastParts || !nellcorDate(parts[0], parts[1], r) {
		return heading(line)
	}
	r.sample, r.live = sample(), true
	return nellcorNumbers(parts[2:n], &r.sample)
}

// nellcorNumbers reads what follows the time: saturation, pulse, amplitude, and
// codes.
func nellcorNumbers(parts [][]byte, s *instruments.PlethSample) bool {
	var ok1, ok2, ok3 bool
	var amplitude instruments.Number
	s.SpO2, ok1 = number(unstarred(parts[0]), 1, 3, 1, 100)
	s.Pulse, ok2 = number(unstarred(parts[1]), 1, 3, 1, 300)
	amplitude, ok3 = number(parts[2], 1, 3, 1, 999)
	if !amplitude.Valid() {
		s.Signal = 0
	}
	for _, code := range parts[numbers:] {
		if len(code) != 2 {
			return false
		}
		judgeNellcor(string(code), s)
	}
	return ok1 && ok2 && ok3
}

// betraysNellcor reports that a line is a heading with the name of the model, or
// the end of one with numbers.
func betraysNellcor(line []byte, begun bool) bool {
	return titled(line) || !begun && nellcorEnd(line)
}

// opensNellcor reports the date of a line with numbers, and the blank behind it.
func opensNellcor(begun []byte) bool {
	date, _, whole := bytes.Cut(bytes.TrimLeft(begun, " "), []byte(" "))
	var r record
	return whole && nellcorDate(date, []byte("00:00:00"), &r)
}

// titled reports that a line begins as a heading does that names the model,
// "N-560    VERSION 1.61.00" or "NPB-295 VERSION 2.05".
func titled(line []byte) bool {
	var parts [maxParts][]byte
	if split(line, &parts) < 3 || string(parts[1]) != "VERSION" || parts[2][0] < '0' || parts[2][0] > '9' {
		return false
	}
	for _, series := range []string{"N-", "NPB-"} {
		if number, ok := bytes.CutPrefix(parts[0], []byte(series)); ok {
			_, ok = digits(number)
			return ok && len(number) == len("560")
		}
	}
	return false
}

// nellcorEnd reports that a line can be nothing but the end of one with numbers:
// at least the seconds, the three numbers in columns of their own, and no code
// that the maker does not list.
func nellcorEnd(line []byte) bool {
	var parts [maxParts][]byte
	n := split(line, &parts)
	for first := range min(n, 2) {
		rest := parts[first+1 : n]
		if !endsTime(parts[first]) || len(rest) < numbers {
			continue
		}
		var ignored instruments.PlethSample
		_, after, _ := bytes.Cut(line, parts[first])
		return inColumns(after, rest[:numbers]) && nellcorNumbers(rest, &ignored) &&
			!slices.ContainsFunc(rest[numbers:], func(code []byte) bool { return codeNames[string(code)] == "" })
	}
	return false
}

// endsTime reports that b is the end of a time of day, at least its seconds with
// the colon.
func endsTime(b []byte) bool {
	const noon = "12:00:00"
	if len(b) < len(":00") || len(b) > len(noon) {
		return false
	}
	var r record
	return r.setWall(0, 1, 1, append([]byte(noon[:len(noon)-len(b)]), b...))
}

// inColumns reports that at least two blanks stand before each part of a text.
func inColumns(text []byte, parts [][]byte) bool {
	for _, p := range parts {
		blanks, after, _ := bytes.Cut(text, p)
		if len(blanks) < 2 || len(bytes.Trim(blanks, " ")) > 0 {
			return false
		}
		text = after
	}
	return true
}

const (
	leastParts = 2 + numbers // date, time
	numbers    = 3           // SpO2, pulse, amplitude
	maxParts   = 16          // and codes
)

// split cuts a line at blanks.
func split(line []byte, parts *[maxParts][]byte) (n int) {
	for rest := line; ; n++ {
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 || n == len(parts) {
			return n
		}
		parts[n], rest, _ = bytes.Cut(rest, []byte(" "))
	}
}

func unstarred(b []byte) []byte { return bytes.TrimSuffix(b, []byte("*")) }

func heading(line []byte) bool {
	var capitals [maxLine]byte
	upper := capitals[:copy(capitals[:], line)]
	for i, c := range upper {
		if c >= 'a' && c <= 'z' {
			upper[i] = c - ('a' - 'A')
		}
	}
	for _, word := range headings {
		if bytes.Contains(upper, word) {
			return true
		}
	}
	return false
}

// months as they are written, in any case.
const months = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"

func nellcorDate(date, at []byte, r *record) bool {
	if len(date) != len("07-Jan-04") || date[2] != '-' || date[6] != '-' {
		return false
	}
	var name [3]byte
	for i, c := range date[3:6] {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		name[i] = c
	}
	month := bytes.Index([]byte(months), name[:])
	day, ok1 := digits(date[:2])
	year, ok2 := digits(date[7:])
	return ok1 && ok2 && month >= 0 && month%3 == 0 && r.setWall(year, month/3+1, day, at)
}

// judgeNellcor says what a code means for the numbers. One that is not known
// may mean anything, and spoils them.
func judgeNellcor(code string, s *instruments.PlethSample) {
	switch code {
	case "AO", "AS", "PH", "PL", "SH", "SL":
	case "LB":
		s.LowBattery = true
	case "SD", "SO":
		s.FingerOut = true
	case "PS", "LP":
		s.Searching = true
	default: // LM, MO
		s.Artifact = true
	}
}

// codeNames are the maker's words for the codes.
var codeNames = map[string]string{
	"AO": "alarm off", "AS": "alarm silenced", "LB": "low battery", "LM": "loss of pulse with interference",
	"LP": "loss of pulse", "MO": "interference", "PH": "pulse above the limit", "PL": "pulse below the limit",
	"PS": "pulse search", "SD": "sensor disconnected", "SH": "saturation above the limit",
	"SL": "saturation below the limit", "SO": "sensor off",
}

func nameNellcor(index int, part []byte) (name, value string) {
	text := string(part)
	switch index {
	case 0:
		return "date", text
	case 1:
		return "time", text
	case 2:
		return "%SpO2", text + " %"
	case 3:
		return "BPM", text + " /min"
	case 4:
		return "PA", text
	}
	return "status", text + ", " + codeNames[text]
}
