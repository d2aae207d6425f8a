package suntech

import (
	"bytes"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestCommandVectors compares what the driver says with what public programs
// say to the same modules.
func TestCommandVectors(t *testing.T) {
	for _, c := range []struct {
		source  string
		command command
		target  uint16
		want    string
	}{
		{"ak-git/DesktopFX tests, hwy0606/STM32F103", startAdult, 0, "3A 20 A6"},
		{"ak-git/DesktopFX, hwy0606/STM32F103", abort, 0, "3A 79 01 00 4C"},
		{"ak-git/DesktopFX", askPressure, 0, "3A 79 05 00 48"},
		{"ak-git/DesktopFX", askResult, 0, "3A 79 03 00 4A"},
		{"derived from ak-git/DesktopFX", setInflation, 160, "3A 17 A0 00 0F"},
		{"derived from ak-git/DesktopFX", setInflation, 120, "3A 17 78 00 37"},
		{"519984307/Appciton", askVersion, 0, "3A 79 02 40 0B"},
		{"519984307/Appciton", askStatusLX, 0, "3A 79 10 03 3A"},
		{"519984307/Appciton", askStatusAPlus, 0, "3A 79 11 00 3C"},
		{"519984307/Appciton", stayAwake, 0, "3A 81 00 00 00 00 45"},
	} {
		if got := c.command.appendTo(nil, c.target); !bytes.Equal(got, unhex(t, c.want)) {
			t.Errorf("command %d (%s): % X, want %s", c.command, c.source, got, c.want)
		}
	}
}

// TestCommandsAreHarmless goes through everything the driver can say. The
// second list is what a kiosk must never send.
func TestCommandsAreHarmless(t *testing.T) {
	allowed := []string{
		"79 02 40", "79 10 03", "79 11 00", "79 05 00", "79 03 00", // questions
		"81 00 00 00 00", // stay awake
		"17", "20",       // first inflation, start adult
		"79 01 00", // abort
	}
	never := map[byte]string{
		0x0C: "pump and valves", 0x04: "calibrate", 0x86: "venous stasis", 0x28: "start neonatal",
		0x56: "streamed start", 0x87: "start paediatric", 0x8A: "reset",
	}
	said := 0
	for c := range 256 {
		for _, target := range []uint16{0, 1, 0x0C04, 0x2828, 0x8686, 0xFFFF} {
			line := command(c).appendTo(nil, target)
			if len(line) == 0 {
				continue
			}
			said++
			if sum(line) != 0 || line[0] != hostStart {
				t.Errorf("command %d: % X is no frame", c, line)
			}
			if what, bad := never[line[1]]; bad {
				t.Errorf("command %d: % X is %s", c, line, what)
			}
			body := line[1 : len(line)-1]
			if body[0] == 0x17 {
				body = body[:1]
			}
			if !slices.ContainsFunc(allowed, func(a string) bool { return bytes.Equal(unhex(t, a), body) }) {
				t.Errorf("command %d: % X is not on the list", c, line)
			}
		}
	}
	if said != len(allowed)*6 {
		t.Errorf("%d lines for %d commands", said, len(allowed))
	}
}

// decoded is what Decode emitted, in short.
type decoded struct {
	pressures []int
	readings  [][4]int
	faults    []instruments.FaultCode
	devices   []string
}

func decodeAll(t testing.TB, r io.Reader) decoded {
	t.Helper()
	var d decoded
	err := New().Decode(r, instruments.Job{}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.CuffSample:
			d.pressures = append(d.pressures, int(e.Pressure))
		case *instruments.Reading:
			var n [4]int
			for i, m := range []vitals.Measure{vitals.Systolic, vitals.Diastolic, vitals.MeanArterial, vitals.Pulse} {
				if q, ok := e.Values.Get(m); ok {
					n[i] = q.Value.Int()
				}
			}
			d.readings = append(d.readings, n)
		case *instruments.Fault:
			d.faults = append(d.faults, e.Code)
			d.devices = append(d.devices, e.Device)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// moduleVectors are frames of the module. Those without a source are derived
// from the frame rules that ak-git/DesktopFX and hwy0606/STM32F103 agree on.
var moduleVectors = []struct {
	name, source string
	bytes        string
	want         decoded
}{
	{"O", "", "3E 04 4F 6F", decoded{}},
	{"K", "", "3E 04 4B 73", decoded{}},
	{"A", "", "3E 04 41 7D", decoded{}},
	{"B", "", "3E 04 42 7C", decoded{}},
	{"D, S, T", "", "3E 04 44 7A 3E 04 53 6B 3E 04 54 6A", decoded{}},
	{"cuff 0", "", "3E 05 00 00 BD", decoded{pressures: []int{0}}},
	{"cuff 35", "", "3E 05 23 00 9A", decoded{pressures: []int{35}}},
	{"cuff 142", "", "3E 05 8E 00 2F", decoded{pressures: []int{142}}},
	{"cuff 258", "ak-git/DesktopFX NIBPConverterTest", "3E 05 02 01 BA", decoded{pressures: []int{258}}},
	{"wrong checksum", "ak-git/DesktopFX NIBPBytesInterceptorTest", "3E 05 02 01 B1",
		decoded{faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
	{"streamed 142", "hwy0606/STM32F103", "3E 07 01 8E 00 00 2C", decoded{pressures: []int{142}}},
	{"not valid", "", "3E 05 FF FF BF", decoded{}},
	{"zero offset", "", "3E 05 FD FF C1", decoded{pressures: []int{0}}},
	{"115/74", "ak-git/DesktopFX NIBPConverterTest",
		"3E 18 73 00 4A 00 1E 01 00 00 00 00 00 00 31 07 55 00 58 00 00 00 00 E9",
		decoded{readings: [][4]int{{115, 74, 88, 85}}}},
	{"128/82", "", "3E 18 80 00 52 00 18 01 00 00 00 00 00 00 00 00 47 00 61 00 00 00 00 17",
		decoded{readings: [][4]int{{128, 82, 97, 71}}}},
	{"262/150", "", "3E 18 06 01 96 00 16 01 00 00 00 00 00 00 00 00 40 00 BB 00 00 00 00 FB",
		decoded{readings: [][4]int{{262, 150, 187, 64}}}},
	{"streamed 128/82", "hwy0606/STM32F103", "3E 19 03 80 00 52 00 18 01 00 00 00 00 00 00 00 00 47 00 61 00 00 00 00 13",
		decoded{readings: [][4]int{{128, 82, 97, 71}}}},
	{"movement", "", "3E 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 00 A8",
		decoded{faults: []instruments.FaultCode{instruments.Moved}, devices: []string{"02"}}},
	{"stopped", "", "3E 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 56 00 00 54",
		decoded{faults: []instruments.FaultCode{instruments.Stopped}, devices: []string{"56"}}},
	{"over-pressure", "", "3E 18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 59 00 00 51",
		decoded{faults: []instruments.FaultCode{instruments.Overpressure}, devices: []string{"59"}}},
	{"error beats numbers", "", "3E 18 80 00 52 00 18 01 00 00 00 00 00 00 00 00 47 00 61 00 01 00 00 16",
		decoded{faults: []instruments.FaultCode{instruments.NoPulse}, devices: []string{"01"}}},
	{"three frames in one read", "", "3E 05 23 00 9A 3E 05 8E 00 2F 3E 04 4B 73", decoded{pressures: []int{35, 142}}},
	{"noise before a frame", "", "00 FF 3E 05 23 00 9A",
		decoded{pressures: []int{35}, faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
	{"length 00", "", "3E 00 3E 05 23 00 9A",
		decoded{pressures: []int{35}, faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
	{"length over 43", "", "3E 44 3E 05 23 00 9A",
		decoded{pressures: []int{35}, faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
	{"a frame cut by the next", "", "3E 18 80 00 3E 05 23 00 9A",
		decoded{pressures: []int{35}, faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
	{"no such letter", "", "3E 04 BE 00",
		decoded{faults: []instruments.FaultCode{instruments.Garbled}, devices: []string{""}}},
}

func TestDecodeVectors(t *testing.T) {
	for _, v := range moduleVectors {
		t.Run(v.name, func(t *testing.T) {
			b := unhex(t, v.bytes)
			for how, r := range map[string]io.Reader{
				"whole":   bytes.NewReader(b),
				"in bits": iotest.OneByteReader(bytes.NewReader(b)),
				"halves":  iotest.HalfReader(bytes.NewReader(b)),
			} {
				if got := decodeAll(t, r); !got.equal(v.want) {
					t.Errorf("%s: got %+v, want %+v", how, got, v.want)
				}
			}
		})
	}
}

func (d decoded) equal(e decoded) bool {
	return slices.Equal(d.pressures, e.pressures) && slices.Equal(d.readings, e.readings) &&
		slices.Equal(d.faults, e.faults) && slices.Equal(d.devices, e.devices)
}

func TestDecodeReading(t *testing.T) {
	frame := unhex(t, moduleVectors[13].bytes)
	var got *instruments.Reading
	err := New().Decode(bytes.NewReader(frame), instruments.Job{}, func(e instruments.Event) {
		got, _ = e.(*instruments.Reading)
	})
	if err != nil || got == nil {
		t.Fatal(err, got)
	}
	if len(got.Capture) != 1 || !bytes.Equal(got.Capture[0].Bytes, frame) || got.Taken.IsZero() || got.Note != "from 30 heart beats" {
		t.Errorf("%+v", got)
	}
}

func TestDecodeReaderFails(t *testing.T) {
	err := New().Decode(iotest.ErrReader(io.ErrUnexpectedEOF), instruments.Job{}, func(instruments.Event) {})
	if err != io.ErrUnexpectedEOF {
		t.Errorf("got %v", err)
	}
	if err := New().Decode(idleReader{}, instruments.Job{}, func(instruments.Event) {}); err != io.ErrNoProgress {
		t.Errorf("got %v", err)
	}
}

type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

// TestResultFlips: no single flipped bit of a result makes other numbers.
func TestResultFlips(t *testing.T) {
	for _, v := range moduleVectors {
		b := unhex(t, v.bytes)
		if len(v.want.readings) == 0 {
			continue
		}
		for bit := range len(b) * 8 {
			flipped := bytes.Clone(b)
			flipped[bit/8] ^= 1 << (bit % 8)
			if got := decodeAll(t, bytes.NewReader(flipped)); len(got.readings) > 0 {
				t.Errorf("%s, bit %d: %v", v.name, bit, got.readings)
			}
		}
	}
}

// FuzzDecode: no bytes make Decode panic, and how they are cut into reads does
// not matter.
func FuzzDecode(f *testing.F) {
	for _, v := range moduleVectors {
		f.Add(unhex(f, v.bytes), uint8(3))
	}
	f.Fuzz(func(t *testing.T, b []byte, chunk uint8) {
		whole := decodeAll(t, bytes.NewReader(b))
		cut := decodeAll(t, &chunkReader{bytes.NewReader(b), int(chunk)%70 + 1})
		if !whole.equal(cut) {
			t.Errorf("whole %+v, cut %+v", whole, cut)
		}
		for _, n := range whole.readings {
			if n[0] <= n[1] || n[3] == 0 {
				t.Errorf("reading %v", n)
			}
		}
	})
}

type chunkReader struct {
	r    io.Reader
	size int
}

func (c *chunkReader) Read(b []byte) (int, error) { return c.r.Read(b[:min(len(b), c.size)]) }

// capture is a long measurement: pressures, and a result at the end.
func capture(t testing.TB, pressures int) []byte {
	one := unhex(t, "3E 05 8E 00 2F")
	b := bytes.Repeat(one, pressures)
	return append(b, unhex(t, moduleVectors[13].bytes)...)
}

func TestDecodeAllocates(t *testing.T) {
	count := func(pressures int) float64 {
		b := capture(t, pressures)
		r, d := bytes.NewReader(b), New()
		return testing.AllocsPerRun(20, func() {
			r.Reset(b)
			if err := d.Decode(r, instruments.Job{}, func(instruments.Event) {}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(1), count(10_000); many > few {
		t.Errorf("%v allocations for one pressure, %v for ten thousand", few, many)
	}
}

func BenchmarkDecode(b *testing.B) {
	const pressures = 1000
	data := capture(b, pressures)
	r, d := bytes.NewReader(data), New()
	emit := func(instruments.Event) {}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(data)
		if err := d.Decode(r, instruments.Job{}, emit); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*pressures), "ns/sample")
}

func BenchmarkScanNoise(b *testing.B) {
	noise := bytes.Repeat([]byte{moduleStart, 0x18, moduleStart, 0x43, 0x55}, 400)
	r, d := bytes.NewReader(noise), New()
	b.SetBytes(int64(len(noise)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(noise)
		if err := d.Decode(r, instruments.Job{}, func(instruments.Event) {}); err != nil {
			b.Fatal(err)
		}
	}
}
