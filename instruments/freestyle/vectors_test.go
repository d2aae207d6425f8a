package freestyle

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/explaintest"
)

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

// lines joins lines as a meter sends them, from the empty one on.
func lines(all ...string) string { return "\r\n" + strings.Join(all, "\r\n") + "\r\n" }

// The memories of which the vectors are made: the third is decoded alike by
// glucometerutils, the others are made by the rules of its driver fsoptium and
// of Tidepool uploader. Serial numbers are of flupzor.nl/protocol.html.
var (
	optiumMemory = lines("CDMK311-B0764", "0.22", "July 10 2013 14:26:44", "003",
		"120  July 10 2013 13:02 G 0x00", "HI   June 09 2013 08:15 G 0x00", "003  June 01 2013 07:00 K 0x00", "0x1D8B  END")
	oddMemory = lines("CDMK311-B0764", "0.22", "Apr  22 2014 02:14:37", "004",
		"LO   Apr  22 2014 01:59 G 0x00", "101  Apr  21 2014 08:00 G 0x01", "009  Apr  20 2014 19:45 K 0x00", "HI   Apr  19 2014 07:30 K 0x00", "0x22BF  END")
	oneMemory = unhex("0D0A43444D4B3331312D42303736340D0A302E32320D0A4170722020323220323031342030323A31343A33370D0A3030310D0A303837202041707220203232203230313420" +
		"30313A353920472030783030" + "0D0A3078304638392020454E440D0A")
	liteMemory = lines("CDMK311-B0764", "0.31-P", "Apr  22 2014 02:14:37", "002",
		"\n108  Apr  22 2014 01:10 17 0x00", "094  Mar  09 2014 22:41 16 0x00", "0x1695  END")
	liteOddMemory = lines("DBMN169-C4824", "1.43     -P", "July 10 2013 14:26:44", "003",
		"\nHI   July 10 2013 13:02 17 0x00", "LO   June 09 2013 08:15 17 0x00", "112  June 01 2013 07:00 17 0x01", "0x1F4E  END")
)

func unhex(s string) string {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestDecodeVectors(t *testing.T) {
	row := "087  Apr  22 2014 01:59 G 0x00\r\n"
	tests := []struct{ name, said, values, faults, identity string }{
		{"optium", optiumMemory, "[120 mg/dL 13:02 >500 mg/dL 08:15 0.2 mmol/L 07:00]", "[]", "CDMK311-B0764 0.22"},
		{"odd ones", oddMemory, "[<20 mg/dL 01:59 0.5 mmol/L 19:45 >8.0 mmol/L 07:30]", "[control-solution]", "CDMK311-B0764 0.22"},
		{"one", oneMemory, "[87 mg/dL 01:59]", "[]", "CDMK311-B0764 0.22"},
		{"lite", liteMemory, "[108 mg/dL 01:10 94 mg/dL 22:41]", "[]", "CDMK311-B0764 0.31-P"},
		{"odd lite", liteOddMemory, "[>500 mg/dL 13:02 <20 mg/dL 08:15]", "[control-solution]", "DBMN169-C4824 1.43-P"},
		{"between marks", "\x02" + oneMemory + "\x03", "[87 mg/dL 01:59]", "[]", "CDMK311-B0764 0.22"},
		{"empty", lines("CDMK311-B0764", "0.31-P", "Apr  22 2014 02:14:37", "Log Empty END"), "[]", "[]", " "},
		{"wrong sum", strings.Replace(oneMemory, "0F89", "0F88", 1), "[]", "[garbled]", " "},
		{"exchanged digits, which a sum does not see", strings.Replace(oneMemory, "087", "078", 1), "[78 mg/dL 01:59]", "[]", "CDMK311-B0764 0.22"},
		{"too few", strings.Replace(optiumMemory, "\r\n003\r\n", "\r\n002\r\n", 1), "[]", "[garbled]", " "},
		{"cut", oneMemory[:len(oneMemory)-8], "[]", "[garbled]", " "},
		{"a result alone", row, "[87 mg/dL 01:59]", "[]", " "},
		{"a result before a memory", row + oneMemory, "[87 mg/dL 01:59]", "[]", "CDMK311-B0764 0.22"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values, faults, identity := []string{}, []instruments.FaultCode{}, " "
			err := Optium().Decode(strings.NewReader(tt.said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					values = append(values, e.Values[0].Quantity.String()+e.Taken.Format(" 15:04"))
					identity = e.Identity.Serial + " " + e.Identity.Firmware
				case *instruments.Fault:
					faults = append(faults, e.Code)
				}
			})
			if err != nil || fmt.Sprint(values) != tt.values || fmt.Sprint(faults) != tt.faults || identity != tt.identity {
				t.Errorf("%q, %q, %q, %v", values, faults, identity, err)
			}
		})
	}
}

// Every bit of a memory turned over: nothing comes of it, but from the bits
// that mean nothing.
func TestDecodeFlips(t *testing.T) {
	for bit := range 8 * len(optiumMemory) {
		flipped := []byte(optiumMemory)
		flipped[bit/8] ^= 1 << (bit % 8)
		var got []string
		err := Optium().Decode(bytes.NewReader(flipped), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				got = append(got, r.Values[0].Quantity.String())
			}
		})
		if err != nil || len(got) > 0 && fmt.Sprint(got) != "[120 mg/dL >500 mg/dL 0.2 mmol/L]" {
			t.Errorf("bit %d: %q, %v", bit, got, err)
		}
	}
}

// Clocks of the tests of glucometerutils (drivers/tests/test_fsoptium.py).
func TestQueryClock(t *testing.T) {
	for said, want := range map[string]string{
		"Clock:\tApr  22 2014\t02:14:37":    "2014-04-22 02:14:37",
		"Clock:\tJul  10 2013\t14:26:44":    "2013-07-10 14:26:44",
		"Clock:\tSep  29 2013\t17:35:22.34": "",
		"Clock:\tFeb  30 2013\t17:35:22":    "",
		"Clock:\tXxx  10 2013\t17:35:22":    "",
	} {
		at := noon2026()
		c, err := queryClock(bytes.Split([]byte(said), []byte("\t"))[1:], at, at, time.UTC)
		if got := at.Add(c.Drift()).Format(time.DateTime); (err == nil) != (want != "") || err == nil && got != want {
			t.Errorf("%s: %s, %v", said, got, err)
		}
	}
}

func TestSerial(t *testing.T) {
	for said, want := range map[string]bool{
		"CDMK311-B0764": true, "DBMN169-C4824": true, "DAMH359-63524": true, "A-1234-ABCDE": true,
		"XAG12345678": true, "CAM12345678": true,
		"XAX12345678": false, "YAG12345678": false, "CDMK311B0764": false, "": false, "cdmk311-B0764": false, "1-1234-ABCDE": false, "CDMK311-B0764X": false,
	} {
		if serial, ok := parseSerial([]byte(said)); ok != want || ok && serial != said {
			t.Errorf("%s: %q, %t", said, serial, ok)
		}
	}
}

func TestResults(t *testing.T) {
	tests := []struct{ line, want string }{
		{"500  Apr  22 2014 01:59 G 0x00", "500 mg/dL"},
		{"501  Apr  22 2014 01:59 G 0x00", ">500 mg/dL"},
		{"019  Apr  22 2014 01:59 G 0x00", "<20 mg/dL"},
		{"144  Apr  22 2014 01:59 K 0x00", "8.0 mmol/L"},
		{"145  Apr  22 2014 01:59 K 0x00", ">8.0 mmol/L"}, // 8.06
		{"LO   Apr  22 2014 01:59 K 0x00", "damaged-record"},
		{"1x3  Apr  22 2014 01:59 G 0x00", "damaged-record"},
		{"120  Apr  22 2014 01:59 B 0x00", "damaged-record"},
		{"120  Apr  22 2014 01:59 G 0x02", "clock-unset"},
		{"120  Apr  22 2014 01:59 G 0x03", "control-solution"},
		{"120  Apr  22 2014 01:59 G 0x04", "damaged-record"},
		{"120  Apr  22 2014 01:59 17 0x02", "damaged-record"},
		{"120  Apr  22 2014 01:59 FF 0x00", "120 mg/dL"},
	}
	for _, tt := range tests {
		row := parseRow([]byte(tt.line))
		got := row.Value.String()
		if row.Refused != nil {
			got = string(row.Refused.Code)
		}
		if !isResult([]byte(tt.line)) || got != tt.want {
			t.Errorf("%s: %s, want %s", tt.line, got, tt.want)
		}
	}
}

// No command of a probe or a measurement sets a clock or switches a meter off.
func TestNothingWrites(t *testing.T) {
	for _, c := range []command{askOptium, askXtra, askLite} {
		if c != "$colq" && c != "$xmem" && c != "$mem" || c.String() == "unknown" {
			t.Errorf("command %q", string(c))
		}
	}
	if got, want := clockSetting(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)), "$tim,05,06,24,07,08"; got != want {
		t.Errorf("said %s, want %s", got, want)
	}
}

func TestExplain(t *testing.T) {
	for _, said := range []string{optiumMemory, oddMemory, oneMemory, liteMemory, liteOddMemory, lines("CDMK311-B0764", "0.22", "Jan  00 2000 00:00:00", "Log Empty END")} {
		explaintest.Whole(t, Lite(), []instruments.Frame{
			{Direction: instruments.ToInstrument, Bytes: []byte("$mem\r\n$tim,05,06,24,07,08\r\n")},
			{Direction: instruments.FromInstrument, Bytes: []byte(said)},
		})
	}
	fields := explaintest.Whole(t, Optium(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: []byte(oneMemory)}})
	for name, want := range map[string]string{
		"serial number": "CDMK311-B0764", "version": "0.22", "clock": "2014-04-22 02:14:37", "number of results": "001", "value": "87 mg/dL",
		"date": "2014-04-22", "time": "01:59", "kind": "glucose", "status": "00, control solution false, clock had been lost false",
		"checksum": "0F89, the sum of the memory up to here",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// withSum gives a memory the sum that it needs, so that a fuzzer gets past it.
func withSum(rows string) string {
	body := lines("CDMK311-B0764", "0.22", "Mar  10 2026 12:00:00", fmt.Sprintf("%03d", strings.Count(rows, "\n"))) + rows
	return fmt.Sprintf("%s0x%04X  END\r\n", body, checksum.Sum16([]byte(body)))
}
