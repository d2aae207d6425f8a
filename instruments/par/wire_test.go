package par

import (
	"bytes"
	"fmt"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/explaintest"
)

const (
	hemodialisis = "PyMonkey81/hemodialisis_ciateq tests/test_nibp_protocol.py"
	printed      = "the maker's technical description 2.12, as quoted by " + hemodialisis
)

// TestCommandVectors compares what the driver says with what public programs
// say to the same boards.
func TestCommandVectors(t *testing.T) {
	for _, c := range []struct {
		source   string
		combined bool
		command  command
		want     string
	}{
		{hemodialisis, false, start, "02 30 31 3B 3B 44 37 03"},
		{"CardioArtLab/NIBP-project", false, manual, "02 30 33 3B 3B 44 39 03"},
		{hemodialisis, false, askStatus, "02 31 38 3B 3B 44 46 03"},
		{"CardioArtLab/NIBP-project", false, adult, "02 32 34 3B 3B 44 43 03"},
		{"CardioArtLab/NIBP-project", false, inflateTo140, "02 32 31 3B 3B 44 39 03"},
		{hemodialisis, true, start, "FD 30 31 3B 3B 44 37 FE 0D"},
	} {
		d := NIBP()
		if c.combined {
			d = Combined()
		}
		if got := c.command.frame(d.delimiters); !bytes.Equal(got, cufftest.Unhex(c.want)) {
			t.Errorf("%s (%s): % X, want %s", c.command, c.source, got, c.want)
		}
	}
}

// TestCommandsAreHarmless goes through everything the driver can say.
func TestCommandsAreHarmless(t *testing.T) {
	never := map[command]string{
		"14": "manometer", "17": "leak test", "15": "reboot", "16": "reset", "25": "newborns", "30": "SpO2 off, or 80 mmHg",
		"31": "SpO2 on, or 100 mmHg", "19": "not known to all", "20": "not known to all",
	}
	for _, c := range commands() {
		switch what, bad := never[c]; {
		case bad, c >= "04" && c <= "13":
			t.Errorf("command %s is %s, or a series", string(c), what)
		case c.String() == "":
			t.Errorf("command %s has no name", string(c))
		}
	}
}

// framed is a text between delimiters, as a board without oximeter sends it.
func framed(texts ...string) []byte {
	var b []byte
	for _, text := range texts {
		b = append(append(b, "\x02"+text...), "\x03\r"...)
	}
	return b
}

// summed is a text with its checksum.
func summed(text string) string { return fmt.Sprintf("%s%02X", text, checksum.Sum8([]byte(text))) }

// after is a status at the end of a measurement.
func after(status string) []byte { return framed("004C0S3", "999", status) }

type (
	codes = []instruments.FaultCode
	texts = []string
)

func vectors() []cufftest.Vector {
	four := []int{4}
	fault := func(code instruments.FaultCode, device string) cufftest.Decoded {
		return cufftest.Decoded{Pressures: four, Faults: codes{code}, Devices: texts{device}}
	}
	reading := func(n ...int) cufftest.Decoded {
		return cufftest.Decoded{Pressures: four, Readings: [][4]int{[4]int(n)}}
	}
	garbled := cufftest.Decoded{Faults: codes{instruments.Garbled}, Devices: texts{""}}
	return []cufftest.Vector{
		{Name: "cuff 35", Source: hemodialisis, Bytes: cufftest.Unhex("02 30 33 35 43 30 53 33 03 0D"), Want: cufftest.Decoded{Pressures: []int{35}}},
		{Name: "cuff 184", Bytes: cufftest.Unhex("02 31 38 34 43 30 53 33 03 0D"), Want: cufftest.Decoded{Pressures: []int{184}}},
		{Name: "cuff 330", Bytes: framed("330C0S8"), Want: cufftest.Decoded{Pressures: []int{330}}},
		{Name: "more than a cuff holds", Bytes: framed("331C0S8"), Want: garbled},
		{Name: "end", Source: hemodialisis, Bytes: cufftest.Unhex("02 39 39 39 03 0D")},
		{Name: "101/65", Source: "bench capture in " + hemodialisis, Want: reading(101, 65, 76, 60),
			Bytes: append(framed("004C0S3"), cufftest.Unhex("02 53 31 3B 41 30 3B 43 30 30 3B 4D 30 30 3B 50 31 30 31 30 36 35 30 37 36 3B "+
				"52 30 36 30 3B 54 20 20 20 20 3B 3B 46 33 03 0D")...)},
		{Name: "125/80", Source: hemodialisis, Bytes: after("S1;A0;C03;M00;P125080090;R075;T0005;;40"), Want: reading(125, 80, 90, 75)},
		{Name: "142/91, message 03", Bytes: after("S1;A0;C00;M03;P142091108;R068;T    ;;FE"), Want: reading(142, 91, 108, 68)},
		{Name: "wrong checksum", Source: printed, Bytes: framed("S1;A0;C03;M00;P125080090;R075;T0005;;D2"), Want: garbled},
		{Name: "leak, with somebody else's numbers", Source: printed, Bytes: after("S2;A0;C00;M07;P120078090;R060;T    ;;FC"), Want: fault(instruments.CuffLoose, "07")},
		{Name: "leak", Source: printed, Bytes: after("S2;A0;C05;M07;P---------;R---;T    ;;BC"), Want: fault(instruments.CuffLoose, "07")},
		{Name: "cuff loose", Bytes: after("S2;A0;C00;M06;P---------;R---;T    ;;B6"), Want: fault(instruments.CuffLoose, "06")},
		{Name: "over-pressure", Bytes: after("S2;A0;C00;M12;P---------;R---;T    ;;B3"), Want: fault(instruments.Overpressure, "12")},
		{Name: "still measuring", Bytes: framed("160C0S3", "S3;A0;C00;M00;P---------;R---;T    ;;B1"), Want: cufftest.Decoded{Pressures: []int{160}}},
		{Name: "set to newborns", Bytes: after("S1;A1;C00;M00;P072041053;R138;T    ;;F6"), Want: fault(instruments.OutOfOrder, "")},
		{Name: "all dashes", Source: hemodialisis, Bytes: framed(summed("S0;A0;C--;M--;P---------;R---;T----;;"))},
		{Name: "an old result", Bytes: framed("S1;A0;C00;M03;P142091108;R068;T    ;;FE")},
		{Name: "good, without numbers", Bytes: after(summed("S1;A0;C00;M00;P---------;R---;T    ;;")), Want: fault(instruments.NoPulse, "")},
		{Name: "noise before a pressure", Bytes: append([]byte{0x00, 0xFF}, framed("035C0S3")...),
			Want: cufftest.Decoded{Pressures: []int{35}, Faults: codes{instruments.Garbled}, Devices: texts{""}}},
		{Name: "a frame cut by the next", Bytes: append([]byte("\x02142C0"), framed("035C0S3")...),
			Want: cufftest.Decoded{Pressures: []int{35}, Faults: codes{instruments.Garbled}, Devices: texts{""}}},
	}
}

// combined are those of boards with an oximeter.
func combinedVectors() []cufftest.Vector {
	reading := cufftest.Decoded{Pressures: []int{4}, Readings: [][4]int{{101, 65, 76, 60}}}
	result := []byte("\xFD004C0S3\xFE\r\xFD999\xFE\r\xFDS1;A0;C00;M00;P101065076;R060;T    ;;F3\xFE\r")
	packet := cufftest.Unhex("55 AA 07 6C 02 7F FF 00 F3")
	return []cufftest.Vector{
		{Name: "101/65", Source: hemodialisis, Bytes: result, Want: reading},
		{Name: "no finger", Source: hemodialisis, Bytes: packet},
		{Name: "packets between", Source: hemodialisis, Bytes: append(append(bytes.Clone(packet), result...), packet...), Want: reading},
		{Name: "a start in a packet", Bytes: append(append([]byte("\x55\xAA\x07\xFD\xFD\x39\x39\x39\xAC"), packet...), result...), Want: reading},
		{Name: "packet with a wrong sum", Source: hemodialisis, Bytes: append(cufftest.Unhex("55 AA 07 6C 02 7F FF 00 00"), result...),
			Want: cufftest.Decoded{Pressures: reading.Pressures, Readings: reading.Readings, Faults: codes{instruments.Garbled}, Devices: texts{""}}},
	}
}

func TestVectors(t *testing.T) {
	t.Run("pressure alone", func(t *testing.T) { cufftest.RunVectors(t, NIBP(), vectors()) })
	t.Run("combined", func(t *testing.T) { cufftest.RunVectors(t, Combined(), combinedVectors()) })
	cufftest.Allocates(t, NIBP(), framed("142C0S3"))
}

func TestExplain(t *testing.T) {
	fields := explaintest.Whole(t, NIBP(), []instruments.Frame{
		{Direction: instruments.ToInstrument, Bytes: inflateTo160.frame(NIBP().delimiters)},
		{Direction: instruments.FromInstrument, Bytes: framed("035C0S8", "S1;A0;C00;M03;P142091108;R068;T    ;;FE")},
		{Direction: instruments.ToInstrument, Bytes: []byte(abort)},
	})
	for name, want := range map[string]string{
		"command": "first inflation 160 mmHg", "cuff pressure": "35 mmHg", "state": "inflating", "patient": "adult",
		"message": "good", "SYS": "142 mmHg", "DIA": "91 mmHg", "MAP": "108 mmHg", "PR": "68 /min",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	fields = explaintest.Whole(t, NIBP(), []instruments.Frame{
		{Direction: instruments.FromInstrument, Bytes: framed("S2;A1;C00;M12;P---------;R---;T    ;;B4")},
	})
	for name, want := range map[string]string{
		"SYS": "none", "PR": "none", "patient": "newborn", "state": "error",
		"message": "overpressure (instrument code 12): cuff over-pressure",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func FuzzDecode(f *testing.F)         { cufftest.FuzzDecode(f, NIBP(), vectors()) }
func FuzzDecodeCombined(f *testing.F) { cufftest.FuzzDecode(f, Combined(), combinedVectors()) }

func BenchmarkDecode(b *testing.B) {
	cufftest.Bench(b, NIBP(), framed("142C0S3"), after("S1;A0;C00;M03;P142091108;R068;T    ;;FE"))
}

func BenchmarkDecodeNoise(b *testing.B) {
	cufftest.Bench(b, NIBP(), bytes.Repeat([]byte("\x02S1;A0;C00\x02"), 3), framed("999"))
}
