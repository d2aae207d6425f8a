package bedside

import (
	"bytes"
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
		parse: parseNellcor, name: nameNellcor,
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
	s := &r.sample
	var ok1, ok2, ok3 bool
	var amplitude instruments.Number
	s.SpO2, ok1 = number(unstarred(parts[2]), 1, 3, 1, 100)
	s.Pulse, ok2 = number(unstarred(parts[3]), 1, 3, 1, 300)
	amplitude, ok3 = number(parts[4], 1, 3, 1, 999)
	if !amplitude.Valid() {
		s.Signal = 0
	}
	for _, code := range parts[leastParts:n] {
		if len(code) != 2 {
			return false
		}
		judgeNellcor(string(code), s)
	}
	return ok1 && ok2 && ok3
}

const (
	leastParts = 5  // date, time, SpO2, pulse, amplitude
	maxParts   = 16 // and codes
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
