package nonin

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

func drivers() []instruments.Decoder {
	return []instruments.Decoder{Format2(), Format7(), Format8(), Format1(), Format13()}
}

type decoded struct {
	samples  []instruments.PlethSample
	readings []*instruments.Reading
	faults   []instruments.FaultCode
}

func keep(t testing.TB, d instruments.Decoder, b []byte, oneByOne bool) (k decoded) {
	t.Helper()
	at := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	job := instruments.Job{Contact: time.Second, Now: func() time.Time { return at }}
	r := bytes.NewReader(b)
	emit := func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.PlethSample:
			k.samples = append(k.samples, *e)
		case *instruments.Reading:
			k.readings = append(k.readings, e)
		case *instruments.Fault:
			k.faults = append(k.faults, e.Code)
		}
	}
	var err error
	if oneByOne {
		err = d.Decode(iotest.OneByteReader(r), job, emit)
	} else {
		err = d.Decode(r, job, emit)
	}
	if err != nil {
		t.Error(err)
	}
	return k
}

// checkBytes holds the drivers to what is true of any bytes: numbers in range,
// readings that are plausible and made of what is there, and the same events
// however the bytes arrive.
func checkBytes(t *testing.T, d instruments.Decoder, b []byte) {
	t.Helper()
	in := func(n, low, high instruments.Number) bool { return !n.Valid() || n >= low && n <= high }
	k := keep(t, d, b, false)
	for i, s := range k.samples {
		if s.Index != uint64(i) || !in(s.SpO2, 1, 100) || !in(s.Pulse, 1, 510) || !in(s.Pleth, 0, 127) || s.SmartPoint && s.SensorAlarm {
			t.Fatalf("sample %d: %+v", i, s)
		}
	}
	for _, r := range k.readings {
		if err := vitals.CheckPlausible(r.Values); err != nil {
			t.Error(err)
		}
		for _, f := range r.Capture {
			if !bytes.Contains(b, f.Bytes) && d.Model().ID == "nonin-df13" {
				t.Errorf("captured % X", f.Bytes)
			}
		}
		spo2, _ := r.Values.Get(vitals.SpO2)
		if len(k.samples) > 0 && !slices.ContainsFunc(k.samples, func(s instruments.PlethSample) bool {
			return int(s.SpO2) == spo2.Value.Int() && !s.SensorAlarm
		}) {
			t.Errorf("%v was never shown", spo2)
		}
	}
	if again := keep(t, d, b, true); !reflect.DeepEqual(again, k) {
		t.Errorf("%s: byte by byte it is another capture", d.Model().ID)
	}
	explained := d.(instruments.Explainer).Explain([]instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
	next := 0
	for _, f := range explained {
		if f.Offset < next || f.Length < 1 || f.Offset+f.Length > len(b) {
			t.Fatalf("%s: field %+v behind byte %d", d.Model().ID, f, next)
		}
		next = f.Offset + f.Length
	}
}

// FuzzDecode reads any bytes in every format.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		still + still + next25, "81 12 34 00 C7", "80 48 61 20 80 48 61 20 81 0C 5D 00", "83 7F 7F",
		"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C6 03", "02 F2 06 1A 01 01 00 00 00 03",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range drivers() {
			checkBytes(t, d, b)
		}
	})
}

// FuzzDamage damages streams that would give a reading: every three bytes say
// where, and what is there instead.
func FuzzDamage(f *testing.F) {
	good := numbersOf(97, 0, 72)
	smart := numbersOf(96, 1, 12)
	smart[stat2At] = stat2SmartPoint
	fast := append(bytes.Repeat(packetWith([]byte{0x82, 0x82, 0x80}, good), 90), bytes.Repeat(packetWith([]byte{0x80}, smart), 9)...)
	slow := append(bytes.Repeat([]byte{0x80, 0x48, 0x61, 0x00}, 30), bytes.Repeat([]byte{0x81, 0x0C, 0x60, 0x20}, 5)...)
	f.Add([]byte{})
	f.Add([]byte{0, 40, 0x88, 1, 1, 1, 2, 2, 2})
	f.Fuzz(func(t *testing.T, marks []byte) {
		for d, stream := range map[instruments.Decoder][]byte{Format2(): fast, Format8(): slow} {
			b := bytes.Clone(stream)
			for i := 0; i+2 < len(marks); i += 3 {
				b[(int(marks[i])<<8|int(marks[i+1]))%len(b)] = marks[i+2]
			}
			checkBytes(t, d, b)
		}
	})
}

// FuzzMeasure plays any bytes to a measurement.
func FuzzMeasure(f *testing.F) {
	f.Add(uint8(0), unhex(f, still+still+next25))
	f.Add(uint8(4), unhex(f, "00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C6 03"))
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		d := drivers()[int(which)%len(drivers())]
		host, wire := instruments.Pipe()
		defer host.Close()
		go func() {
			_, _ = wire.Write(b)
			wire.Close()
		}()
		var readings []*instruments.Reading
		err := d.Measure(t.Context(), host, instruments.Job{Contact: time.Second}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings = append(readings, r)
			}
		})
		if (err == nil) != (len(readings) == 1) {
			t.Errorf("%d readings, %v", len(readings), err)
		}
		for _, r := range readings {
			if err := vitals.CheckPlausible(r.Values); err != nil {
				t.Error(err)
			}
		}
	})
}

// Samples cost no memory.
func TestSamplesCostNoMemory(t *testing.T) {
	for name, c := range map[string]struct {
		parser spotcheck.Parser
		stream spotcheck.Stream
		bytes  []byte
	}{
		"fast": {newFast(false), fastStream(), unhex(t, still)},
		"wide": {newFast(true), fastStream(), bytes.Repeat(unhex(t, "81 12 34 00 C7"), 25)},
		"slow": {&slowParser{size: format8}, slowStream(), unhex(t, "90 48 61 00")},
	} {
		s := spotcheck.NewSession(c.parser, c.stream, instruments.Job{}, func(instruments.Event) {})
		s.Feed(c.bytes)
		if n := testing.AllocsPerRun(20, func() { s.Feed(c.bytes) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func benchmark(b *testing.B, d instruments.Decoder, capture []byte) {
	b.SetBytes(int64(len(capture)))
	b.ReportAllocs()
	samples := 0
	for b.Loop() {
		err := d.Decode(bytes.NewReader(capture), instruments.Job{}, func(e instruments.Event) {
			if _, ok := e.(*instruments.PlethSample); ok {
				samples++
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(samples)/b.Elapsed().Seconds(), "samples/s")
}

// A capture of ten minutes in format 2, with one reading in it.
func BenchmarkDecodeFormat2(b *testing.B) {
	benchmark(b, Format2(), bytes.Repeat(packetWith([]byte{0x82, 0x82, 0x80}, numbersOf(97, 0, 72)), 1800))
}

// A capture of a day in format 8, with one reading in it.
func BenchmarkDecodeFormat8(b *testing.B) {
	benchmark(b, Format8(), bytes.Repeat([]byte{0x80, 0x48, 0x61, 0x00}, 86400))
}

// A memory of a thousand results in format 13.
func BenchmarkDecodeFormat13(b *testing.B) {
	benchmark(b, Format13(), bytes.Repeat(unhex(b, "00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C6 03"), 1000))
}
