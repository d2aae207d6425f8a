package contec

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"testing/iotest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

func seconds(frame []byte, n int) []byte { return bytes.Repeat(frame, n*rate) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestDecodeTakesOneReadingForEachFinger(t *testing.T) {
	none, finger := seconds(streamNone, 3), seconds(streamSteady, 61)
	for name, c := range map[string]struct {
		capture  []byte
		readings int
	}{
		"too short":           {join(none, seconds(streamSteady, 59)), 0},
		"a minute":            {join(none, finger), 1},
		"stays for long":      {join(none, bytes.Repeat(finger, 5)), 1},
		"leaves and returns":  {join(finger, none, finger), 2},
		"leaves for good":     {join(finger, bytes.Repeat(none, 50)), 1},
		"flickers":            {join(finger, streamNone, streamNone, finger), 1},
		"leaves too early":    {join(seconds(streamSteady, 50), none, seconds(streamSteady, 50)), 0},
		"stored session left": {join(none, []byte{0xF2, 0x80, 0x00}, bytes.Repeat([]byte{0xF0, 0xBC, 0x61}, 3600), finger), 1},
	} {
		t.Run(name, func(t *testing.T) {
			k := keep(t, Stream(), bytes.NewReader(c.capture), 0)
			if len(k.readings) != c.readings || len(k.faults) != 0 {
				t.Errorf("%d readings, faults %v; want %d and none", len(k.readings), k.faults, c.readings)
			}
		})
	}
}

func TestDecodedReading(t *testing.T) {
	live := []byte{0x01, 0x88, 0x85, 0xC0, 0x87, 0x8C, 0xE1, 0xCF, 0x80} // 97 %, 140, PI 0.79 %
	k := keep(t, Packets(), bytes.NewReader(join([]byte{0x0E, 0x80, 0x80}, seconds(packetNone, 1), seconds(live, 61))), 0)
	if len(k.readings) != 1 {
		t.Fatalf("%d readings, faults %v", len(k.readings), k.faults)
	}
	r := k.readings[0]
	pi, err := vitals.ParseDecimal("0.79")
	if err != nil {
		t.Fatal(err)
	}
	want := vitals.Values{
		{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(140, vitals.PerMinute)},
		{Measure: vitals.PerfusionIndex, Quantity: vitals.Quantity{Value: pi, Unit: vitals.Percent}},
	}
	if !reflect.DeepEqual(r.Values, want) || !reflect.DeepEqual(r.Flags, []vitals.Flag{vitals.LowPerfusion}) {
		t.Errorf("values %v, flags %v", r.Values, r.Flags)
	}
	if r.Panel != vitals.Oximetry || !r.Taken.Equal(noon) || len(r.Capture) != 10 ||
		!bytes.Equal(r.Capture[9].Bytes, seconds(live, 1)) || r.Capture[0].Direction != instruments.FromInstrument {
		t.Errorf("reading %+v", r)
	}
	const note = "median of the last 5s of 10s stable, 1m0s after the finger went in, signal 5 of 8"
	if r.Note != note {
		t.Errorf("note %q", r.Note)
	}
}

// A job for staff asks for less contact; the settling time stays.
func TestDecodeWithLessContact(t *testing.T) {
	for contact, want := range map[time.Duration]int{30 * time.Second: 30, time.Second: 20} {
		samples := 0
		at := -1
		err := Stream().Decode(bytes.NewReader(seconds(streamSteady, 70)), instruments.Job{Contact: contact}, func(e instruments.Event) {
			switch e.(type) {
			case *instruments.PlethSample:
				samples++
			case *instruments.Reading:
				at = samples
			}
		})
		if err != nil || at != want*rate {
			t.Errorf("contact %v: reading after %d samples, %v; want %d", contact, at, err, want*rate)
		}
	}
}

func TestDecodeFaults(t *testing.T) {
	noise := bytes.Repeat([]byte{0x55}, 200)
	low := []byte{0x87, 0x32, 0x05, 0x48, 0x28} // 40 %: above the rule's limit, below what can be stored
	for name, c := range map[string]struct {
		driver  instruments.Decoder
		capture []byte
		want    []instruments.FaultCode
	}{
		"nothing":                  {Stream(), nil, nil},
		"no frame at all":          {Stream(), []byte("hello"), []instruments.FaultCode{instruments.Garbled}},
		"a part of a frame":        {Stream(), streamSteady[:3], nil},
		"bad line":                 {Stream(), join(seconds(streamSteady, 30), noise, seconds(streamSteady, 40)), []instruments.FaultCode{instruments.Garbled}},
		"no finger":                {Stream(), seconds(streamNone, 121), []instruments.FaultCode{instruments.FingerOut}},
		"weak signal":              {Stream(), seconds([]byte{0x82, 0x32, 0x05, 0x48, 0x62}, 121), []instruments.FaultCode{instruments.WeakSignal}},
		"weak pulse":               {Packets(), seconds([]byte{0x01, 0x80, 0x85, 0xB3, 0x86, 0xC1, 0xE1, 0xB1, 0x80}, 121), []instruments.FaultCode{instruments.WeakSignal}},
		"unstable":                 {Stream(), bytes.Repeat(join(seconds(streamSteady, 3), seconds([]byte{0x87, 0x32, 0x05, 0x48, 0x5E}, 3)), 21), []instruments.FaultCode{instruments.Unstable}},
		"impossible value":         {Stream(), seconds(low, 61), []instruments.FaultCode{instruments.Implausible}},
		"instrument says good-bye": {Packets(), join(seconds(packetSteady, 5), []byte{0x0D, 0x80, 0x81}), []instruments.FaultCode{instruments.NoAnswer}},
		"live samples are granted": {Packets(), []byte{0x0B, 0x81, 0xA1, 0x80}, nil},
		"instrument is recording":  {Packets(), []byte{0x0B, 0x81, 0xA1, 0x83}, []instruments.FaultCode{instruments.OutOfOrder}},
	} {
		t.Run(name, func(t *testing.T) {
			k := keep(t, c.driver, bytes.NewReader(c.capture), 0)
			if len(k.readings) != 0 || !reflect.DeepEqual(k.faults, c.want) {
				t.Errorf("%d readings, faults %v; want none and %v", len(k.readings), k.faults, c.want)
			}
		})
	}
}

func TestDecodeReportsReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, d := range []instruments.Decoder{Stream(), Packets()} {
		err := d.Decode(iotest.ErrReader(broken), instruments.Job{}, func(instruments.Event) {})
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", d.Model().ID, err)
		}
	}
}

// Decoding costs memory for the events that are kept, not for samples.
func TestSamplesCostNoMemory(t *testing.T) {
	for name, c := range map[string]struct {
		parser      spotcheck.Parser
		stream      spotcheck.Stream
		frame, none []byte
	}{
		"stream":  {newStreamParser(), stream(), streamSteady, streamNone},
		"packets": {&packetParser{}, packets(), packetSteady, packetNone},
	} {
		t.Run(name, func(t *testing.T) {
			s := spotcheck.NewSession(c.parser, c.stream, instruments.Job{}, func(instruments.Event) {})
			s.Feed(seconds(c.none, 1))
			// Before the first good second there is no progress to tell.
			if n := testing.AllocsPerRun(20, func() { s.Feed(c.frame) }); n != 0 {
				t.Errorf("%v allocations for a sample", n)
			}
			s.Feed(seconds(c.frame, 70))
			if n := testing.AllocsPerRun(5, func() { s.Feed(seconds(c.frame, 10)) }); n > 1 { // the argument itself
				t.Errorf("%v allocations in ten seconds after the reading", n)
			}
		})
	}
}

func benchmarkDecode(b *testing.B, d instruments.Decoder, frame, none []byte) {
	capture := join(seconds(none, 3), seconds(frame, 600))
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

// A capture of ten minutes, with one reading in it.
func BenchmarkDecodeStream(b *testing.B) { benchmarkDecode(b, Stream(), streamSteady, streamNone) }

// A capture of ten minutes, with one reading in it.
func BenchmarkDecodePackets(b *testing.B) { benchmarkDecode(b, Packets(), packetSteady, packetNone) }

func benchmarkSample(b *testing.B, p spotcheck.Parser, frame []byte) {
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	var s instruments.PlethSample
	for b.Loop() {
		if _, found := p.Next(frame); found != spotcheck.Whole || !p.Live(&s) {
			b.Fatal("no sample")
		}
	}
}

func BenchmarkSampleStream(b *testing.B)  { benchmarkSample(b, newStreamParser(), streamSteady) }
func BenchmarkSamplePackets(b *testing.B) { benchmarkSample(b, &packetParser{}, packetSteady) }
