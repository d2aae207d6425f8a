package onetouch

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/explaintest"
	"aidpost/records/vitals"
)

// Sums of glucometerutils (drivers/tests/test_otultra2.py).
func TestChecked(t *testing.T) {
	if got := checksum.Sum16([]byte(`T "SAT","08/03/13","22:12:00   "`)); got != 0x0608 {
		t.Errorf("sum %04X, want 0608", got)
	}
	tests := []struct {
		line, body string
	}{
		{"@ \"12345678O\" 0297\r\n", `@ "12345678O"`},
		{"S 0053\r\n", "S"}, // capture of Doume/Glucometer
		{"T 0054\r\n", "T"},
		{"Z 005A\n", "Z"},
		{"% 1337\r\n", ""},
		{"% 0025\r\n", "%"},
		{"INVALID\r\n", ""},
		{"s 0053\r\n", ""},
		{"S 53\r\n", ""},
		{"Z 005a\r\n", ""}, // lower case
		{" 0000\r\n", ""},
		{"\r\n", ""},
		{"", ""},
	}
	for _, tt := range tests {
		body, ok := checked([]byte(tt.line))
		if string(body) != tt.body && ok || ok != (tt.body != "") {
			t.Errorf("%q: %q, %t", tt.line, body, ok)
		}
	}
}

// No command of a probe or a measurement writes: DMZ erases, DMT sets the
// clock.
func TestNothingWrites(t *testing.T) {
	var all []string
	for c := range command(commands) {
		all = append(all, string(c.bytes()))
	}
	want := []string{"\x11\rDM?\r", "\x11\rDM@\r", "\x11\rDMF\r", "\x11\rDMP\r"}
	if fmt.Sprint(all) != fmt.Sprint(want) {
		t.Errorf("commands %q", all)
	}
}

// Derived from glucometerutils (drivers/otultra2.py), which sets a clock so.
func TestClockSetting(t *testing.T) {
	setting := clockSetting{func() time.Time { return time.Date(2024, 5, 6, 7, 8, 0, 0, time.UTC) }}
	want := "11 0D 44 4D 54 30 35 2F 30 36 2F 32 34 20 30 37 3A 30 38 3A 30 30 0D"
	if got := instruments.Hex(setting.bytes()...); got != want {
		t.Errorf("said % s, want %s", got, want)
	}
	for line, want := range map[string]bool{
		`T "MON","05/06/24","07:08:00   " 0614`: true,
		`F "TUE","08/12/14","15:40:16   " 060B`: false,
		`T 0054`:                                false, // nothing was set
	} {
		if body, ok := checked([]byte(line)); !ok || setting.answeredBy(body) != want {
			t.Errorf("%s: %t", line, !want)
		}
	}
}

// Every line of the vectors is named to its last byte.
func TestExplain(t *testing.T) {
	lines := []string{
		`P 003,"GMF600DCY","MG/DL " 05A6`, `@ "GMF600DCY" 02F4`, "?P02.00.01   /  /   034C",
		`F "TUE","08/12/14","15:40:16   " 060B`, `T "MON","05/06/24","07:08:00   " 0614`,
		`P "SAT","08/09/14","17:21:48   ","  091 ", 00 0831`,
		`P "MON","03/23/15","12:00:08   ","  143?","A","11", 00 09BF`,
		`P "SAT","03/21/15","16:42:11   ","  105 ","B","02", 00 099F`,
	}
	frames := []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: append(askVersion.bytes(), askMemory.bytes()...)},
		{Direction: instruments.FromInstrument, Bytes: []byte(strings.Join(lines, "\r\n") + "\r\n")},
	}
	fields := explaintest.Whole(t, Ultra(), frames)
	for i := 1; i < len(fields); i++ { // the last record is looked at
		if fields[len(fields)-i].Name == "record" {
			fields = fields[len(fields)-i:]
			break
		}
	}
	for name, want := range map[string]string{
		"day": "SAT", "date": "2015-03-21", "time": "16:42:11", "value": "105 mg/dL", "meal": "before-meal",
		"comment": "code 02", "checksum": "099F, the sum of the bytes before",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestIdentity(t *testing.T) {
	// Version of a Doume/Glucometer capture, with an empty date.
	raw, err := hex.DecodeString(strings.ReplaceAll("3F 50 30 32 2E 30 30 2E 30 31 20 20 20 2F 20 20 2F 20 20 20 30 33 34 43 0D 0A", " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	body, ok := checked(raw)
	if !ok || parseVersion(body) != "P02.00.01" {
		t.Errorf("version %q, %t", body, ok)
	}
	if got := parseVersion([]byte("?P02.00.00 30/08/06")); got != "P02.00.00" {
		t.Errorf("version %q", got)
	}
	// The first is of glucometerutils, where it is no Ultra2.
	for line, want := range map[string]string{
		`@ "12345678O" 0297`: "12345678O",
		`@ "GMF600DCY" 02F4`: "GMF600DCY",
	} {
		body, ok := checked([]byte(line))
		serial, fits := parseSerial(body)
		if !ok || !fits || serial != want || (productOf(serial) == ultra2) != (want == "GMF600DCY") {
			t.Errorf("%s: %q %t %t %d", line, serial, ok, fits, productOf(serial))
		}
	}
	for _, bad := range []string{`@ "GMF600DC"`, `@ "gmf600dcy"`, `@ "GMF600DCYY"`, `@ GMF600DCYYY`, `@ `} {
		if serial, ok := parseSerial([]byte(bad)); ok {
			t.Errorf("%s: %q", bad, serial)
		}
	}
}

// Lines of Tidepool uploader (lib/drivers/onetouch/oneTouchUltra2.js), of a
// Doume/Glucometer capture (091, an older Ultra), and made by the same rules.
func TestDecodeVectors(t *testing.T) {
	const ultra2 = "P 003,\"GMF600DCY\",\"MG/DL \" 05A6\r\n"
	tests := []struct {
		name, lines  string
		value, taken string
		meal         vitals.Meal
		serial       string
		fault        instruments.FaultCode
	}{
		{"no meal", ultra2 + `P "SAT","03/21/15","16:45:24   ","  081 ","N","03", 00 09B6`,
			"81 mg/dL", "2015-03-21 16:45:24", "", "GMF600DCY", ""},
		{"before meal", ultra2 + `P "SAT","03/21/15","16:42:11   ","  105 ","B","02", 00 099F`,
			"105 mg/dL", "2015-03-21 16:42:11", vitals.BeforeMeal, "GMF600DCY", ""},
		{"older Ultra", "P 001,\"TKF8EA0RT\",\"MG/DL \" 05CD\r\n" + `P "SAT","08/09/14","17:21:48   ","  091 ", 00 0831`,
			"91 mg/dL", "2014-08-09 17:21:48", "", "TKF8EA0RT", ""},
		{"control", ultra2 + `P "SUN","03/22/15","07:05:08   ","C 112 ","N","00", 00 09DE`, "", "", "", "", instruments.ControlTest},
		{"damaged", ultra2 + `P "MON","03/23/15","12:00:08   ","  143?","A","11", 00 09BF`, "", "", "", "", instruments.DamagedRecord},
		{"wrong sum", ultra2 + `P "SAT","03/21/15","16:45:24   ","  082 ","N","03", 00 09B6`, "", "", "", "", instruments.Garbled},
		{"empty", `P 000,"GMF600DCY","MG/DL " 05A3`, "", "", "", "", ""},
		{"clock", `F "TUE","08/12/14","15:40:16   " 060B`, "", "", "", "", ""},
		{"units", "SU?,\"MG/DL \" 02CA\r\nSU?,\"MMOL/L\" 0307", "", "", "", "", ""},
		{"no Ultra2", `@ "12345678O" 0297`, "", "", "", "", instruments.WrongModel},
		{"not erased", `Z 005A`, "", "", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, faults, last := decode(t, tt.lines+"\r\n")
			if fmt.Sprint(values) != "["+tt.value+"]" || fmt.Sprint(faults) != "["+string(tt.fault)+"]" {
				t.Fatalf("readings %q, faults %q", values, faults)
			}
			if last != nil && (last.Meal != tt.meal || last.Taken.Format("2006-01-02 15:04:05") != tt.taken || last.Identity.Serial != tt.serial) {
				t.Errorf("%+v", last)
			}
		})
	}
	if _, faults, _ := decode(t, `P "SAT","03/21/15","16:45:24   ","  081 ","N"`); fmt.Sprint(faults) != "[garbled]" {
		t.Errorf("cut line: %q", faults)
	}
}

func decode(t *testing.T, lines string) (values []string, faults []instruments.FaultCode, last *instruments.Reading) {
	t.Helper()
	err := Ultra2().Decode(strings.NewReader(lines), instruments.Job{Now: noon2026}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			last = e
			values = append(values, e.Values[0].Quantity.String())
		case *instruments.Fault:
			faults = append(faults, e.Code)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return values, faults, last
}

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

// Value fields, as they stand between the quotes.
func TestParseValue(t *testing.T) {
	tests := []struct{ field, value, fault string }{
		{"  081 ", "81 mg/dL", ""},
		{"  600 ", "600 mg/dL", ""},
		{"  601 ", ">600 mg/dL", ""},
		{" HIGH ", ">600 mg/dL", ""},
		{"  020 ", "20 mg/dL", ""},
		{"  019 ", "<20 mg/dL", ""},
		{"  000 ", "<20 mg/dL", ""},
		{"C 112 ", "", "control-solution"},
		{"K 112 ", "", "control-solution"},
		{"C 112?", "", "control-solution"},
		{"  143?", "", "damaged-record"},
		{"! 143 ", "", "damaged-record"},
		{"I 012 ", "", "not-glucose"},
		{" 1043 ", "", "damaged-record"},
		{"  14  ", "", "damaged-record"},
		{"  14x ", "", "damaged-record"},
		{"  -12 ", "", "damaged-record"},
		{"  143x", "", "damaged-record"},
	}
	for _, tt := range tests {
		value, fault := parseValue([]byte(tt.field))
		switch {
		case tt.fault == "" && (fault != nil || value.String() != tt.value):
			t.Errorf("%q: %s, %v", tt.field, value, fault)
		case tt.fault != "" && (fault == nil || string(fault.Code) != tt.fault):
			t.Errorf("%q: %s, %v, want %s", tt.field, value, fault, tt.fault)
		}
	}
}

func TestParseRow(t *testing.T) {
	const good = `P "SAT","03/21/15","16:45:24   ","  081 ","N","03", 00`
	tests := []struct {
		from, to string
		dated    bool
		fault    instruments.FaultCode
	}{
		{"", "", true, ""},
		{"03/21/15", "02/30/15", false, ""},
		{"03/21/15", "00/00/00", false, ""},
		{"16:45:24   ", "24:45:24   ", false, ""},
		{"16:45:24   ", "04:45:24 PM", false, instruments.DamagedRecord}, // no source shows it
		{`"N"`, `"X"`, true, instruments.DamagedRecord},
		{`, 00`, `, 01`, true, instruments.DamagedRecord},
		{`,"03"`, ``, true, instruments.DamagedRecord},
	}
	for _, tt := range tests {
		row := parseRow([]byte(strings.Replace(good, tt.from, tt.to, 1)))
		if row.Wall.IsZero() == tt.dated || (row.Refused != nil) != (tt.fault != "") || row.Refused != nil && row.Refused.Code != tt.fault {
			t.Errorf("%q for %q: %+v", tt.to, tt.from, row)
		}
	}
}
