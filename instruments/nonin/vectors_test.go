package nonin

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/spotcheck"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// still is a packet of format 2 as the tests of pez-globo/pufferfish-software
// have it: 72 beats, 97 %, firmware 48.
const still = "01 81 01 00 83 01 80 01 48 CA 01 80 01 61 E3 01 80 01 30 B2 01 80 01 00 82 01 80 01 00 82 01 80 01 00 82 01 80 01 00 82" +
	"01 80 01 61 E3 01 80 01 61 E3 01 80 01 61 E3 01 80 01 00 82 01 80 01 00 82 01 80 01 00 82 01 80 01 48 CA" +
	"01 80 01 61 E3 01 80 01 61 E3 01 80 01 00 82 01 80 01 00 82 01 80 01 00 82 01 80 01 48 CA 01 80 01 00 82" +
	"01 80 01 48 CA 01 80 01 00 82 01 80 01 00 82"

// next25 is the first frame of the packet after it, and stray a frame that
// begins none.
const (
	next25 = "01 81 01 00 83"
	stray  = "01 80 01 00 82"
)

// packetWith returns a packet of format 2 with these status bytes (the last
// one goes on) and numbers.
func packetWith(status []byte, floats map[int]byte) []byte {
	var out []byte
	for i := range fastPacket {
		st := status[min(i, len(status)-1)]
		if i == 0 {
			st |= statusSync
		} else {
			st &^= statusSync
		}
		f := []byte{0x01, st, 100, floats[i], 0}
		f[4] = f[0] + f[1] + f[2] + f[3]
		out = append(out, f...)
	}
	return out
}

func numbersOf(spo2, high, low byte) map[int]byte {
	return map[int]byte{firmwareAt: 48, spo2At: spo2, pulseHighAt: high, pulseLowAt: low}
}

// each feeds bytes, in pieces of size chunk, and hands out the samples.
func each(p spotcheck.Parser, b []byte, chunk int, sample func(instruments.PlethSample)) {
	var s instruments.PlethSample
	for len(b) > 0 {
		piece := b[:min(chunk, len(b))]
		b = b[len(piece):]
		for len(piece) > 0 {
			n, found := p.Next(piece)
			piece = piece[n:]
			if found == spotcheck.Whole && p.Live(&s) {
				sample(s)
			}
		}
	}
}

// last returns the last sample, and how many there are.
func last(p spotcheck.Parser, b []byte, chunk int) (s instruments.PlethSample, samples int) {
	each(p, b, chunk, func(got instruments.PlethSample) { s = got; samples++ })
	return s, samples
}

func TestFormat2Packets(t *testing.T) {
	packet, begin, lone := unhex(t, still), unhex(t, next25), unhex(t, stray)
	frames := func(n int) []byte { return packet[:n*fastFrame] }
	badSum := bytes.Clone(packet)
	badSum[9]++
	for name, c := range map[string]struct {
		bytes            [][]byte
		samples, numbers int // handed out, and those with numbers
	}{
		"one packet proves nothing":   {[][]byte{packet}, 0, 0},
		"a second one does":           {[][]byte{packet, begin}, 1, 1},
		"two packets":                 {[][]byte{packet, packet, begin}, 26, 26},
		"begun in the middle":         {[][]byte{packet[62:], packet, begin}, 1, 1},
		"garbage before":              {[][]byte{{0xFF, 0x01, 0x00, 0x81}, packet, begin}, 1, 1},
		"acknowledged meanwhile":      {[][]byte{packet, {ack}, begin, {nak}, lone}, 2, 2},
		"short packet":                {[][]byte{packet, frames(23), begin}, 24, 23},
		"long packet":                 {[][]byte{packet, packet, lone, lone, begin}, 26, 25},
		"bad sum in the second frame": {[][]byte{badSum, begin}, 0, 0},
		"lost, and found again":       {[][]byte{packet, frames(20), {0xFF}, packet, packet, begin}, 71, 47},
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.Join(c.bytes, nil)
			for _, chunk := range []int{1, 2, 7, len(b)} {
				p := newFast(false)
				samples, numbers := 0, 0
				each(p, b, chunk, func(s instruments.PlethSample) {
					samples++
					if s.SpO2 == 97 && s.Pulse == 72 {
						numbers++
					} else if s.SpO2.Valid() || s.Pulse.Valid() {
						t.Errorf("a sample of %+v", s)
					}
				})
				if samples != c.samples || numbers != c.numbers {
					t.Errorf("in pieces of %d: %d samples, %d with numbers; want %d, %d", chunk, samples, numbers, c.samples, c.numbers)
				}
			}
		})
	}
}

// Status bytes as the tests of pez-globo/pufferfish-software have them.
func TestFormat2Status(t *testing.T) {
	type flags struct {
		signal                                 instruments.Number
		finger, alarm, searching, art, battery bool
		smart                                  bool
	}
	for name, c := range map[string]struct {
		status []byte // of the last packet
		stat2  byte
		srev   byte
		want   flags
	}{
		"green":               {[]byte{0x82, 0x80}, 0, 48, flags{signal: strong}},
		"red":                 {[]byte{0x84, 0x80}, 0, 48, flags{signal: feeble}},
		"yellow":              {[]byte{0x86, 0x80}, 0, 48, flags{signal: marginal}},
		"sensor alarm":        {[]byte{0x82, 0x88}, 0x20, 48, flags{finger: true, alarm: true}},
		"alarm in the packet": {[]byte{0x82, 0x88, 0x80}, 0x20, 48, flags{alarm: true}},
		"out of track":        {[]byte{0x82, 0x90}, 0, 48, flags{signal: strong, searching: true}},
		"artifact":            {[]byte{0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xA0, 0x80}, 0, 48, flags{signal: strong, art: true}},
		"artifact long ago":   {[]byte{0x82, 0xA0, 0x80}, 0, 48, flags{signal: strong}},
		"disconnected":        {[]byte{0x82, 0xC0}, 0, 48, flags{finger: true, alarm: true}},
		"SmartPoint, battery": {[]byte{0x82, 0x80}, 0x21, 48, flags{signal: strong, smart: true, battery: true}},
		"SmartPoint":          {[]byte{0x82, 0x80}, 0x20, 16, flags{signal: strong, smart: true}},
		"older firmware":      {[]byte{0x82, 0x80}, 0x20, 15, flags{signal: strong}},
		"battery":             {[]byte{0x82, 0x80}, 0x01, 48, flags{signal: strong, battery: true}},
	} {
		t.Run(name, func(t *testing.T) {
			floats := numbersOf(97, 0, 72)
			floats[stat2At], floats[firmwareAt] = c.stat2, c.srev
			b := append(packetWith([]byte{0x80}, numbersOf(97, 0, 72)), packetWith(c.status, floats)...)
			s, n := last(newFast(false), b, len(b))
			got := flags{s.Signal, s.FingerOut, s.SensorAlarm, s.Searching, s.Artifact, s.LowBattery, s.SmartPoint}
			if n != fastPacket || got != c.want {
				t.Errorf("%d samples, %+v, want %+v", n, got, c.want)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	none := instruments.Missing
	for _, c := range []struct {
		high, low, spo2     byte
		wantPulse, wantSpO2 instruments.Number
	}{
		{0x03, 0x7F, 127, none, none}, {0x01, 0x0C, 93, 140, 93}, {0x00, 0x7F, 100, 127, 100}, {0x01, 0x00, 101, 128, none},
		{0x02, 0x41, 0, 321, none}, {0x00, 0x00, 1, none, 1}, {0xFC, 0xC8, 0xE1, 72, 97},
	} {
		if p, s := pulse(c.high, c.low), spo2(c.spo2); p != c.wantPulse || s != c.wantSpO2 {
			t.Errorf("%02X %02X %02X: %d, %d; want %d, %d", c.high, c.low, c.spo2, p, s, c.wantPulse, c.wantSpO2)
		}
	}
}

func TestFormat7(t *testing.T) {
	p := newFast(true)
	frame := unhex(t, "81 12 34 00 C7") // bit layout of the 9560 specification
	if n, found := p.Next(frame); n != 5 || found != spotcheck.Whole {
		t.Fatalf("%d bytes, %d", n, found)
	}
	// Either parser finds nothing in the other's stream.
	two := bytes.Repeat(unhex(t, still), 20)
	if _, n := last(newFast(true), two, len(two)); n != 0 {
		t.Errorf("format 7 finds %d samples in format 2", n)
	}
	var seven []byte
	for i := 0; i < len(two); i += fastFrame {
		f := []byte{two[i+1], two[i+2], 0x55, two[i+3], 0}
		f[4] = f[0] + f[1] + f[2] + f[3]
		seven = append(seven, f...)
	}
	if s, n := last(newFast(true), seven, len(seven)); n != 19*fastPacket || s.SpO2 != 97 || s.Pulse != 72 || s.Pleth != 0 {
		t.Errorf("%d samples, %+v", n, s)
	}
	if _, n := last(newFast(false), seven, len(seven)); n != 0 {
		t.Errorf("format 2 finds %d samples in format 7", n)
	}
}

// Whatever bit flips, a packet says what it said or nothing.
func TestFormat2FlippedBits(t *testing.T) {
	whole := unhex(t, still+still+next25)
	for i := range 2 * fastPacket * fastFrame * 8 {
		b := bytes.Clone(whole)
		b[i/8] ^= 1 << (i % 8)
		each(newFast(false), b, len(b), func(s instruments.PlethSample) {
			if s.SpO2.Valid() && s.SpO2 != 97 || s.Pulse.Valid() && s.Pulse != 72 || s.SmartPoint || s.LowBattery {
				t.Fatalf("bit %d: %+v", i, s)
			}
		})
	}
}

func TestSlowGroups(t *testing.T) {
	type said struct {
		spo2, pulse, signal                           instruments.Number
		finger, alarm, searching, art, smart, battery bool
	}
	none := instruments.Missing
	for _, c := range []struct {
		name, bytes string
		size        int
		want        said
	}{
		{"SmartPoint", "80 48 61 20", format8, said{97, 72, strong, false, false, false, false, true, false}},
		{"held", "80 48 61 08", format8, said{97, 72, strong, true, true, false, false, false, false}},
		{"held, and once good", "80 48 61 28", format8, said{97, 72, strong, true, true, false, false, false, false}},
		{"nothing", "83 7F 7F 08", format8, said{none, none, strong, true, true, false, false, false, false}},
		{"pulse of 140", "81 0C 5D 00", format8, said{93, 140, strong, false, false, false, false, false, false}},
		{"marks", "BC 48 61 01", format8, said{97, 72, feeble, false, false, true, true, false, true}},
		{"marginal", "88 48 61 00", format8, said{97, 72, marginal, false, false, false, false, false, false}},
		{"disconnected", "C0 48 61 20", format8, said{97, 72, strong, true, false, false, false, false, false}},
		{"format 1", "81 0C 5D", format1, said{93, 140, strong, false, false, false, false, false, false}},
		{"format 1, nothing", "83 7F 7F", format1, said{none, none, strong, true, false, false, false, false, false}},
		{"format 1, disconnected", "C0 48 61", format1, said{97, 72, strong, true, false, false, false, false, false}},
		{"cut before", "80 48 81 0C 5D", format1, said{93, 140, strong, false, false, false, false, false, false}},
		{"noise before", "01 02 80 48 81 0C 5D 00", format8, said{93, 140, strong, false, false, false, false, false, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := unhex(t, c.bytes)
			for chunk := 1; chunk <= len(b); chunk++ {
				s, n := last(&slowParser{size: c.size}, b, chunk)
				got := said{s.SpO2, s.Pulse, s.Signal, s.FingerOut, s.SensorAlarm, s.Searching, s.Artifact, s.SmartPoint, s.LowBattery}
				if n != 1 || got != c.want || s.Rate != 1 || s.Pleth.Valid() {
					t.Errorf("%d samples, %+v, want %+v", n, got, c.want)
				}
			}
		})
	}
}

func TestExplainLive(t *testing.T) {
	frames := func(text string) []instruments.Frame {
		return []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: unhex(t, text)}}
	}
	fields := explaintest.Whole(t, Format2(), frames(still+still))
	for name, want := range map[string]string{
		"STATUS": "81, first of a packet", "SpO2-D": "97 %", "HR-D LSB": "48, with the byte before it 72 /min",
		"SREV": "48", "checksum": "83", "pleth": "1",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	explaintest.Sound(t, Format2(), frames("FF 06"+still+"55"))
	fields = explaintest.Whole(t, Format7(), frames("81 12 34 00 C7"))
	if got := explaintest.Value(fields, "pleth"); got != "4660" {
		t.Errorf("wave %q", got)
	}
	fields = explaintest.Whole(t, Format8(), frames("80 48 61 20"))
	if got := explaintest.Value(fields, "STAT2"); got != "20, SmartPoint" {
		t.Errorf("STAT2 %q", got)
	}
	explaintest.Whole(t, Format1(), frames("80 48 61 81 0C 5D"))
}

// A held value is refused for as long as it is held, whatever marks it has.
func TestHeldValuesAreNeverRead(t *testing.T) {
	floats := numbersOf(97, 0, 72)
	floats[stat2At] = stat2SmartPoint
	held := bytes.Repeat(packetWith([]byte{0x88}, floats), 3*90)
	slow := bytes.Repeat(unhex(t, "80 48 61 28"), 90)
	for d, capture := range map[instruments.Decoder][]byte{Format2(): held, Format8(): slow} {
		err := d.Decode(bytes.NewReader(capture), instruments.Job{Contact: time.Second}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				t.Errorf("%s: reading %v", d.Model().ID, r.Values)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
