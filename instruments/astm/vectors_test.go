package astm

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A vector is a row of testdata/vectors.json. Bytes are written as text, with
// the names of control characters in angle brackets.
type vector struct {
	ID, Source, Bytes, Meaning string
	Driver                     string // that decodes it, or empty: frames alone
	Readings, Faults           []string
	Damaged                    int // frames with a wrong sum
}

func vectors(tb testing.TB) (all []vector) {
	tb.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil || len(all) == 0 {
		tb.Fatal(len(all), err)
	}
	return all
}

// wireBytes replaces the names of control characters.
func wireBytes(s string) []byte {
	return []byte(strings.NewReplacer("<STX>", "\x02", "<ETX>", "\x03", "<EOT>", "\x04", "<ENQ>", "\x05",
		"<ACK>", "\x06", "<LF>", "\n", "<CR>", "\r", "<NAK>", "\x15", "<ETB>", "\x17").Replace(s))
}

// TestVectors: every frame of a vector is accepted, and every byte of it has
// one name.
func TestVectors(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			var frames []instruments.Frame
			damaged := 0
			in := listening()
			take := func(s step) {
				switch s.event {
				case arrived:
					frames = append(frames, instruments.Frame{Direction: instruments.FromInstrument, Bytes: bytes.Clone(s.frame.raw)})
				default:
					damaged++
				}
			}
			in.push(wireBytes(v.Bytes), take)
			in.settle(take)
			if len(frames) == 0 && v.Damaged == 0 || damaged != v.Damaged {
				t.Errorf("%d frames, %d damaged", len(frames), damaged)
			}
			covered(t, frames, NewAnalyser().Explain(frames))
			covered(t, frames, NewContour().Explain(frames))
			switch v.Driver {
			case AnalyserID:
				v.decode(t, NewAnalyser())
			case ContourID:
				v.decode(t, NewContour())
			}
		})
	}
}

func (v vector) decode(t *testing.T, d instruments.Decoder) {
	t.Helper()
	readings, faults := []string{}, []string{}
	err := d.Decode(bytes.NewReader(wireBytes(v.Bytes)), instruments.Job{Now: noon2026}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			readings = append(readings, strings.Join([]string{string(e.Values[0].Measure), e.Values[0].Quantity.String(),
				string(e.Meal), e.InstrumentTime.Format("2006-01-02 15:04:05"), e.Identity.Serial}, ", "))
			covered(t, e.Capture, d.(instruments.Explainer).Explain(e.Capture))
		case *instruments.Fault:
			faults = append(faults, string(e.Code))
		}
	})
	if err != nil || !slices.Equal(readings, v.Readings) || !slices.Equal(faults, v.Faults) {
		t.Errorf("read %q, faults %q, %v", readings, faults, err)
	}
}

// covered fails unless every byte of every frame has exactly one name.
func covered(t *testing.T, frames []instruments.Frame, fields []instruments.Field) {
	t.Helper()
	frame, next := 0, 0
	for _, f := range fields {
		if f.Frame != frame && (f.Frame != frame+1 || next != len(frames[frame].Bytes)) || f.Length < 1 || f.Name == "" {
			t.Fatalf("%+v behind byte %d of frame %d", f, next, frame)
		}
		if f.Frame != frame {
			frame, next = f.Frame, 0
		}
		if f.Offset != next {
			t.Fatalf("%+v: byte %d is next", f, next)
		}
		next += f.Length
	}
	if len(frames) > 0 && (frame != len(frames)-1 || next != len(frames[frame].Bytes)) {
		t.Errorf("explained up to byte %d of frame %d", next, frame)
	}
}

func TestExplain(t *testing.T) {
	frame := instruments.Frame{Direction: instruments.FromInstrument,
		Bytes: wireBytes(`<STX>4R|1|^^^GLU|6.2|mmol/L|3.9^6.1|H||F||OP1||20240506070830|SN001234<CR><ETX>56<CR><LF>`)}
	got := map[string]string{}
	for _, f := range NewAnalyser().Explain([]instruments.Frame{frame}) {
		got[f.Name] = f.Value
	}
	for name, want := range map[string]string{
		"R-3 test": "^^^GLU", "R-4 value": "6.2 mmol/L", "R-13 completed": "20240506070830",
		"FN": "frame 4 modulo 8", "checksum": "sum-8 of FN to the end of the text, 56",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

func TestDelimiters(t *testing.T) {
	for header, ok := range map[string]bool{
		`H|\^&`: true, `H|\^&|||POCGLU`: true, `H~!#$~x`: true,
		`H|\^`: false, `H|\^\|`: false, `H|\^A|`: false, `H|\^&x`: false, `P|\^&|`: false, "H|\\^ |": false, "": false,
	} {
		if _, got := parseDelimiters([]byte(header)); got != ok {
			t.Errorf("%q: %t", header, got)
		}
	}
}

func TestEscapes(t *testing.T) {
	for s, want := range map[string]string{
		"plain": "plain", "a&F&b": "a|b", "&S&&R&&E&": `^\&`, "&X0D0a&.": "\r\n.", "&X0&": "", "&Z&x": "x", "&F": "", "a&": "a", "": "",
	} {
		if got := usual.unescape(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	other := delimiters{'~', '!', '#', '$'}
	if got := other.unescape("&F&$F$$R$"); got != "&F&~!" {
		t.Errorf("%q", got)
	}
	r := parseRecord([]byte("R~1~a#b$S$c!d#e~~  f "), other)
	if r.kind != 'R' || r.part(3, 2) != "b#c" || r.part(3, 1) != "a" || r.part(3, 4) != "" || r.part(5, 1) != "f" || r.field(9) != "" {
		t.Errorf("%+v", r)
	}
}

func TestTimes(t *testing.T) {
	for s, want := range map[string]string{
		"20240506070809": "2024-05-06 07:08:09 timed", "202405060708": "2024-05-06 07:08:00 timed", "20240506": "2024-05-06 00:00:00",
		"20240230": "", "2024050607": "", "": "", "2024050x": "", "202405062408": "", "00000000": "", "２０２４": "",
	} {
		got := ""
		if wall, timed := parseTime(s); !wall.IsZero() {
			got = wall.Format("2006-01-02 15:04:05")
			if timed {
				got += " timed"
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// The sum covers the frame's number, so two frames may have the same.
func TestSums(t *testing.T) {
	for _, s := range []string{"<STX>1G<CR><ETB>9C<CR><LF>", "<STX>7A<CR><ETB>9C<CR><LF>", "<STX>7A<CR><ETB>9C<CR>"} {
		if _, ok := parseFrame(wireBytes(s)); !ok {
			t.Errorf("%s is refused", s)
		}
	}
	for _, s := range []string{
		"<STX>1A<CR><ETB>9C<CR><LF>", "<STX>1G<CR><ETB>9c<CR><LF>", "<STX>8@<CR><ETB>9C<CR><LF>", "1G<CR><ETB>9C<CR><LF>",
		"<STX>1G<CR><ETB>9C", "<STX>1G<CR>69C<CR>", "<STX><ETB><CR>", "",
	} {
		if _, ok := parseFrame(wireBytes(s)); ok {
			t.Errorf("%s is accepted", s)
		}
	}
}

func noon2026() time.Time { return time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC) }

func TestQuantities(t *testing.T) {
	for _, tt := range []struct {
		measure           vitals.Measure
		number, unit, out string
		code              instruments.FaultCode
	}{
		{vitals.Glucose, "112", "MG/DL", "112 mg/dL", ""},
		{vitals.Glucose, "6.20", "mmol/l", "6.20 mmol/L", ""},
		{vitals.Glucose, ">33.3", "mmol/L", ">33.3 mmol/L", ""},
		{vitals.Glucose, "HI", "mmol/L", "", instruments.AboveRange},
		{vitals.Glucose, "low", "mmol/L", "", instruments.BelowRange},
		{vitals.Glucose, "6,2", "mmol/L", "", instruments.DamagedRecord},
		{vitals.Glucose, "", "mmol/L", "", instruments.DamagedRecord},
		{vitals.Glucose, "6.2", "%", "", instruments.DamagedRecord},
		{vitals.HbA1c, "5.9", "%", "5.9 %", ""},
		{vitals.HbA1c, "41", "mmol/mol", "", instruments.DamagedRecord},
		{vitals.HbA1c, "2.9", "%", "", instruments.Implausible},
	} {
		q, fault := readQuantity(tt.measure, tt.number, tt.unit, "")
		out, code := "", instruments.FaultCode("")
		if fault == nil {
			out = q.String()
		} else {
			code = fault.Code
		}
		if out != tt.out || code != tt.code {
			t.Errorf("%s %s: %q, %v", tt.number, tt.unit, out, fault)
		}
	}
}
