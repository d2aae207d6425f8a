package simulated

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// at2015 is when the newest result of the Tidepool uploader's example was
// taken, and one minute.
var at2015 = time.Date(2015, time.March, 21, 16, 46, 24, 0, time.UTC)

func options2015() Options {
	return Options{Speed: 1e6, Now: func() time.Time { return at2015 }}
}

// The lines of the Tidepool uploader (lib/drivers/onetouch/oneTouchUltra2.js)
// and of Doume/Glucometer captures (S, T), from commands as drivers send them.
func TestUltra2SpeaksAsPublished(t *testing.T) {
	u := NewUltra2(options2015())
	u.Clear()
	add := func(second, value int, meal vitals.Meal, kind ResultKind) {
		at := time.Date(2015, time.March, 21, 16, 45, second, 0, time.UTC)
		if second == 11 {
			at = at.Add(-3 * time.Minute)
		}
		u.AddResult(Result{At: at, MgPerDL: value, Meal: meal, Kind: kind})
	}
	tests := []struct{ name, send, want string }{
		{"wake", "\x11\rDMS\r", "S 0053\r\n"},
		{"no clock set", "\x11\rDMT\r", "T 0054\r\n"},
		{"serial", "\x11\rDM@\r", "@ \"GMF600DCY\" 02F4\r\n"},
		{"serial without end", "\x11\rDM@", "@ \"GMF600DCY\" 02F4\r\n"},
		{"after garbage", "DMx?\x11\rDM@\r", "@ \"GMF600DCY\" 02F4\r\n"},
		{"unit", "\x11\rDMSU?", "SU?,\"MG/DL \" 02CA\r\n"},
		{"empty", "\x11\rDMP\r", "P 000,\"GMF600DCY\",\"MG/DL \" 05A3\r\n"},
		{"unknown", "\x11\rDMQ\r", ""},
	}
	for _, tt := range tests {
		if got := string(u.hear([]byte(tt.send))); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	add(11, 105, vitals.BeforeMeal, Blood)
	add(24, 81, vitals.MealUnknown, Blood)
	dump := string(u.hear([]byte("\x11\rDMP\r")))
	if !strings.HasPrefix(dump, "P 002,\"GMF600DCY\",\"MG/DL \" 05A5\r\nP \"SAT\",\"03/21/15\",\"16:45:24   \",\"  081 \",\"N\",") ||
		!strings.Contains(dump, "\r\nP \"SAT\",\"03/21/15\",\"16:42:11   \",\"  105 \",\"B\",") {
		t.Errorf("dump %q", dump)
	}
	if len(u.Violations()) != 0 {
		t.Errorf("violations %q", u.Violations())
	}
	u.DisplayMmol()
	if got := string(u.hear([]byte("\x11\rDMSU?"))); got != "SU?,\"MMOL/L\" 0307\r\n" {
		t.Errorf("unit %q", got)
	}
	if got := string(u.hear([]byte("\x11\rDMT05/06/24 07:08:00\r"))); got != "T \"MON\",\"05/06/24\",\"07:08:00   \" 0614\r\n" {
		t.Errorf("clock set: %q", got)
	}
	if got := string(u.hear([]byte("\x11\rDMZ\r"))); got != "Z 005A\r\n" {
		t.Errorf("erase: %q", got)
	}
	if got := u.Violations(); len(got) != 2 {
		t.Errorf("violations %q", got)
	}
}

// Frames that glucometerutils decodes to what is stored here.
func TestTaiDocSpeaksAsPublished(t *testing.T) {
	now := time.Date(2019, time.August, 4, 13, 37, 20, 0, time.UTC)
	td := NewTaiDoc(Options{Now: func() time.Time { return now }})
	td.Clear()
	td.AddResult(Result{At: now, MgPerDL: 601})
	td.AddResult(Result{At: now, MgPerDL: 45, Kind: Ketone})
	td.AddResult(Result{At: now, MgPerDL: 120, Kind: ControlTest})
	td.AddResult(Result{At: now, MgPerDL: 145, Meal: vitals.AfterMeal})
	td.AddResult(Result{At: now, MgPerDL: 98, Meal: vitals.BeforeMeal})
	td.AddResult(Result{At: now, MgPerDL: 112})
	tests := []struct{ name, send, want string }{
		{"ready first", "51 24 00 00 00 00 A3 18", "51 54 00 00 00 00 A5 4A"},
		{"model", "51 24 00 00 00 00 A3 18", "51 24 77 42 00 00 A5 D3"},
		{"wrong sum", "51 24 00 00 00 00 A3 19", ""},
		{"clock", "51 23 00 00 00 00 A3 17", "51 23 04 27 25 0D A5 76"},
		{"serial low", "51 27 00 00 00 00 A3 1B", "51 27 78 56 34 12 A5 31"},
		{"serial high", "51 28 00 00 00 00 A3 1C", "51 28 01 00 77 42 A5 D8"},
		{"general", "51 26 00 00 00 00 A3 1A", "51 26 70 00 06 00 A5 92"},
		{"before meal", "51 26 01 00 00 00 A3 1B", "51 26 62 00 06 40 A5 C4"},
		{"after meal", "51 26 02 00 00 00 A3 1C", "51 26 91 00 06 80 A5 33"},
		{"past the end", "51 26 09 00 00 00 A3 23", ""},
		{"in two parts", "51 25 00 00", ""},
		{"the second part", "00 00 A3 19", "51 25 04 27 25 0D A5 78"},
	}
	for _, tt := range tests {
		if got := td.hear(unhex(t, tt.send)); !bytes.Equal(got, unhex(t, tt.want)) {
			t.Errorf("%s: % X, want %s", tt.name, got, tt.want)
		}
	}
	if got := td.hear(unhex(t, "51 2B 00 00 00 00 A3 1F")); !bytes.Equal(got, unhex(t, "51 2B 06 00 05 00 A5 2C")) {
		t.Errorf("count % X", got)
	}
	if len(td.Violations()) != 0 {
		t.Errorf("violations %q", td.Violations())
	}
	if got := td.hear(unhex(t, "51 33 A6 30 08 07 A3 0C")); !bytes.Equal(got, unhex(t, "51 33 A6 30 08 07 A5 0E")) {
		t.Errorf("clock set % X", got)
	}
	td.hear(unhex(t, "51 52 00 00 00 00 A3 46"))
	if got := td.hear(unhex(t, "51 2B 00 00 00 00 A3 1F")); !bytes.Equal(got, unhex(t, "51 2B 00 00 FF FF A5 1F")) {
		t.Errorf("count after erasing % X", got)
	}
	if got := td.Violations(); len(got) != 2 {
		t.Errorf("violations %q", got)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The memory keeps the newest, and the demonstration has one new result, no
// matter how often it is read.
func TestGlucoseMemory(t *testing.T) {
	now := at2015
	m := newGlucoseMeter(Options{Now: func() time.Time { return now }}, "1", 3)
	fresh := func() (n int) {
		for _, r := range m.rows {
			if now.Sub(r.At) < time.Minute {
				n++
			}
		}
		return n
	}
	if fresh() != 0 {
		t.Error("a new result before anybody read")
	}
	for range 5 {
		m.refresh()
		first := m.rows[0]
		m.refresh()
		if fresh() != 1 || m.rows[0] != first {
			t.Errorf("%d new results", fresh())
		}
		now = now.Add(30 * time.Second)
	}
	if m.Clear(); len(m.rows) != 0 {
		t.Error("not empty")
	}
	for i := range 5 {
		m.AddResult(Result{At: now, MgPerDL: 100 + i})
	}
	if m.refresh(); len(m.rows) != 3 || m.rows[0].MgPerDL != 104 || m.rows[2].MgPerDL != 102 {
		t.Errorf("memory %+v", m.rows)
	}
}

// Bytes take as long as on the line, both ways, in however many pieces.
func TestPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
		host, wire := instruments.Pipe()
		slow := Paced(wire, line)
		begun := time.Now()
		for range 2 {
			if _, err := slow.Write(make([]byte, 480)); err != nil {
				t.Fatal(err)
			}
		}
		if took, want := time.Since(begun), 960*line.CharTime(); took != want {
			t.Errorf("sent in %s, want %s", took, want)
		}
		if _, err := host.Write(make([]byte, 96)); err != nil {
			t.Fatal(err)
		}
		begun = time.Now()
		buf := make([]byte, 96)
		if n, err := slow.Read(buf); n != 96 || err != nil || time.Since(begun) != 96*line.CharTime() {
			t.Errorf("read %d in %s: %v", n, time.Since(begun), err)
		}
	})
}
