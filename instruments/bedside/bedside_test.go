package bedside

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/instruments/spotcheck/spotchecktest"
	"aidpost/records/vitals"
)

const (
	rad8 = "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097 PI=03.60% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800"
	n560 = "07-Jan-04 11:24:50   100     105      88                   AO"
	// The manual leaves the digits of the program's sum open.
	title1 = "N-560    VERSION 1.61.00    CRC:7C1E  SpO2 Limit: 95-100%    PR Limit: 59-148BPM"
	title2 = "                             ADULT           25SAT-S"
	title3 = "TIME                 %SpO2   BPM     PA     Status"
)

// shown is a sample with these numbers, changed.
func shown(rate int, spo2, pulse, perfusion instruments.Number, changes ...func(*instruments.PlethSample)) *instruments.PlethSample {
	s := sample()
	s.Rate, s.SpO2, s.Pulse, s.Perfusion = rate, spo2, pulse, perfusion
	for _, change := range changes {
		change(&s)
	}
	return &s
}

func out(s *instruments.PlethSample)       { s.FingerOut = true }
func searching(s *instruments.PlethSample) { s.Searching = true }
func artifact(s *instruments.PlethSample)  { s.Artifact = true }
func battery(s *instruments.PlethSample)   { s.LowBattery = true }
func weak(s *instruments.PlethSample)      { s.Signal = 0 }

// Lines are captures of yahnatan/pulseox README.md, remkolems/masimo-datacapture
// and a public Rad-8 logger, examples of the Rad-8 manual page 4-24 and the
// NPB-295 manual page 75, a capture of hansmuc/NellcorN560Seriell, or made by
// the layout of these.
func TestLines(t *testing.T) {
	const none = instruments.Missing
	for _, c := range []struct {
		driver Driver
		line   string
		want   *instruments.PlethSample // nil: no numbers
		bad    bool
	}{
		{Masimo(), rad8, shown(1, 98, 97, 360), false},
		{Masimo(), "02/22/16 22:47:47 SN=0000056661 SPO2=098% BPM=096 PI=04.25% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000800", shown(1, 98, 96, 425), false},
		{Masimo(), "03/19/16 13:37:12 SN=0000093112 SPO2=---% BPM=--- DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000001", shown(1, none, none, none, out, searching), false},
		{Masimo(), "05/20/21 14:06:02 SN=0000182948 SPO2=098% BPM=101 PI=--.--% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0010 EXC=000824", shown(1, 98, 101, none, out, weak), false},
		{Masimo(), "09/21/08 09:56:14 SpO2=096 PR=074 PI=02.28 EXC=C00:LowSigIQ,SET", nil, false},
		{Masimo(), "09/21/08 09:56:08 SpO2=000 PR=000 PI=00.00 EXC=820:OffPat,SET", nil, false},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 PI=03.60 EXC=0000C00 EXC1=00000000", shown(1, 98, 97, 360, artifact), false},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 PI=00.40% EXC=000804", shown(1, 98, 97, 40), false},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 PI=03.60% EXC=000000", shown(1, 98, 97, 360, searching), false},
		{Masimo(), "02/22/16 22:47:45 EXC=000800 BPM=097 SPO2=098%", shown(1, 98, 97, none), false},
		{Masimo(), "02/22/16 22:47:45 SN=0000056661", nil, false},
		{Masimo(), "02/30/16 22:47:45 SPO2=098% BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 24:47:45 SPO2=098% BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097", nil, true}, // cut before EXC
		{Masimo(), "02/22/16 22:47:45 SPO2=098% EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=98% BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098 BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=0x8% BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=97 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 EXC=0008G0", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 PI=3.60% EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 SPO2=098% BPM=097 EXC=000800 02/22/16", nil, true},
		{Masimo(), "SPO2=098% BPM=097 EXC=000800", nil, true},
		{Masimo(), "02/22/16 22:47:45 =0 SPO2=098% BPM=097 EXC=000800", nil, true},
		{Masimo(), n560, nil, true},

		{Nellcor(), n560, shown(0, 100, 105, none), false},
		{Nellcor(), "07-Jan-04 11:24:54   100     102      36    MO             AO", shown(0, 100, 102, none, artifact), false},
		{Nellcor(), "12-NOV-98 14:00:05   100   120    50", shown(0, 100, 120, none), false},
		{Nellcor(), "01-Feb-26 08:00:02    84*    130*    12    SL PH", shown(0, 84, 130, none), false},
		{Nellcor(), "01-Feb-26 08:00:04   ---     ---    ---    SO", shown(0, none, none, none, out, weak), false},
		{Nellcor(), "01-Feb-26 08:00:04    97      70     30    PS LB", shown(0, 97, 70, none, searching, battery), false},
		{Nellcor(), "01-Feb-26 08:00:04    97      70     30    LP SD LM", shown(0, 97, 70, none, searching, out, artifact), false},
		{Nellcor(), "01-Feb-26 08:00:04    97      70      0", shown(0, 97, 70, none, weak), false},
		{Nellcor(), "01-Feb-26 08:00:04    97      70     30    ZZ", shown(0, 97, 70, none, artifact), false},
		{Nellcor(), title1, nil, false},
		{Nellcor(), title2, nil, false},
		{Nellcor(), title3, nil, false},
		{Nellcor(), "01-Fab-26 08:00:04    97      70     30", nil, true},
		{Nellcor(), "01-anF-26 08:00:04    97      70     30", nil, true},
		{Nellcor(), "30-Feb-26 08:00:04    97      70     30", nil, true},
		{Nellcor(), "01-Feb-26 08:00:04    97      70", nil, true},
		{Nellcor(), "01-Feb-26 08:00:04    97      7O     30", nil, true},
		{Nellcor(), "01-Feb-26 08:00:04    97      70     30   SOX", nil, true},
		{Nellcor(), rad8, nil, true},
	} {
		p := c.driver.format().parser()
		p.Next([]byte(c.line + "\r\n"))
		var s instruments.PlethSample
		live := p.Live(&s)
		if live != (c.want != nil) || (p.Tally().Dropped > 0) != c.bad || live && s != *c.want {
			t.Errorf("%s\n%+v, dropped %d; want %+v, %t", c.line, s, p.Tally().Dropped, c.want, c.bad)
		}
		if live {
			frames := []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: []byte(c.line + "\r\n")}}
			explaintest.Whole(t, c.driver, frames)
		}
	}
}

// What a line is worth however it arrives, and where lines end.
func TestStreams(t *testing.T) {
	for name, c := range map[string]struct {
		driver  Driver
		text    string
		samples int
		fault   bool
	}{
		"begun in the middle":    {Masimo(), rad8[40:] + "\r\n" + rad8 + "\r\n" + rad8 + "\r\n", 2, false},
		"without a return":       {Masimo(), rad8 + "\n" + rad8 + "\n", 2, false},
		"the last is not ended":  {Masimo(), rad8 + "\r\n" + rad8, 1, false},
		"a line of noise":        {Masimo(), strings.Repeat("x", 1000) + "\r\n" + rad8 + "\r\n", 1, false},
		"noise before a line":    {Masimo(), "\x00\xff" + rad8 + "\r\n" + rad8 + "\r\n", 1, false},
		"nothing but noise":      {Masimo(), strings.Repeat("x", 1000) + "\r\n", 0, true},
		"headings and lines":     {Nellcor(), title1 + "\r\n" + title2 + "\r\n" + title3 + "\r\n" + n560 + "\r\n\r\n" + n560 + "\r\n", 2, false},
		"another maker's":        {Nellcor(), rad8 + "\r\n", 0, true},
		"nothing but a heading":  {Nellcor(), title3 + "\r\n", 0, false},
		"a long line, then more": {Nellcor(), strings.Repeat(" ", maxLine) + n560 + "\r\n" + n560 + "\r\n", 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, oneByOne := range []bool{false, true} {
				var r interface{ Read([]byte) (int, error) } = strings.NewReader(c.text)
				if oneByOne {
					r = iotest.OneByteReader(r)
				}
				var got spotchecktest.Events
				if err := c.driver.Decode(r, instruments.Job{}, got.Emit); err != nil {
					t.Fatal(err)
				}
				if len(got.Samples) != c.samples || (len(got.Faults) > 0) != c.fault {
					t.Errorf("%d samples, faults %v; want %d, %t", len(got.Samples), got.Faults, c.samples, c.fault)
				}
			}
		})
	}
}

func TestInstrumentTime(t *testing.T) {
	for _, c := range []struct {
		driver Driver
		line   string
		want   time.Time
	}{
		{Masimo(), rad8, time.Date(2016, time.February, 22, 22, 47, 45, 0, time.UTC)},
		{Nellcor(), n560, time.Date(2004, time.January, 7, 11, 24, 50, 0, time.UTC)},
		{Nellcor(), "12-NOV-98 14:00:05   100   120    50", time.Date(1998, time.November, 12, 14, 0, 5, 0, time.UTC)},
	} {
		p := c.driver.format().parser()
		p.Next([]byte(c.line + "\r\n"))
		if !p.record.wall.Equal(c.want) {
			t.Errorf("%s: %v", c.line, p.record.wall)
		}
	}
}

func TestExplainedValues(t *testing.T) {
	for name, c := range map[string]struct {
		driver Driver
		line   string
		want   map[string]string
	}{
		"masimo": {Masimo(), rad8, map[string]string{
			"date": "02/22/16", "SPO2": "098 %", "BPM": "097 /min", "PI": "03.60 %", "EXC": "000800, SET active", "SN": "0000056661"}},
		"nellcor": {Nellcor(), n560, map[string]string{
			"time": "11:24:50", "%SpO2": "100 %", "BPM": "105 /min", "PA": "88", "status": "AO, alarm off"}},
	} {
		fields := explaintest.Whole(t, c.driver, []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: []byte(c.line + "\r\n")}})
		for field, want := range c.want {
			if got := explaintest.Value(fields, field); got != want {
				t.Errorf("%s: %s is %q, want %q", name, field, got, want)
			}
		}
	}
}

func kits() map[string]spotchecktest.Kit {
	want := map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.Garbage: "", simulated.MidFrame: "", simulated.Trickle: "",
		simulated.ChecksumError: instruments.Garbled,
		simulated.Stall:         instruments.NoAnswer,
		simulated.Unplug:        instruments.Unplugged,
		simulated.FingerOut:     instruments.FingerOut,
		simulated.WeakSignal:    instruments.WeakSignal,
		simulated.Unstable:      instruments.Unstable,
		simulated.Movement:      "",
		simulated.Critical:      "",
		simulated.WrongClock:    "",
	}
	kit := func(d Driver, build func(simulated.Options) *simulated.Bedside, even bool, lost time.Duration) spotchecktest.Kit {
		return spotchecktest.Kit{
			Driver: d, Want: want, Soonest: time.Minute, Cuts: 300, Lost: lost,
			Twin: func(o simulated.Options) simulated.Twin {
				o.Seed *= 2
				if !even {
					o.Seed++
				}
				return build(o)
			},
			Passing: map[simulated.Fault]instruments.FaultCode{
				simulated.FingerOut: instruments.FingerOut, simulated.WeakSignal: instruments.WeakSignal,
			},
		}
	}
	const masimoLost, nellcorLost = 5100 * time.Millisecond, 6100 * time.Millisecond
	return map[string]spotchecktest.Kit{
		"Rad-8":     kit(Masimo(), simulated.NewMasimo, true, masimoLost),
		"Radical-7": kit(Masimo(), simulated.NewMasimo, false, masimoLost),
		"N-560":     kit(Nellcor(), simulated.NewNellcor, true, nellcorLost),
		"NPB-295":   kit(Nellcor(), simulated.NewNellcor, false, nellcorLost),
	}
}

func TestLive(t *testing.T) {
	for name, kit := range kits() {
		t.Run(name, func(t *testing.T) { spotchecktest.Run(t, kit) })
	}
}

// A reading is dated by our clock; what the instrument's clock shows is kept
// beside it, and so is who it is.
func TestClockAndSerial(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	for name, c := range map[string]struct {
		driver Driver
		twin   simulated.Twin
		serial string
	}{
		"masimo":  {Masimo(), simulated.NewMasimo(simulated.Options{Fault: simulated.WrongClock, Zone: zone}), "0000093112"},
		"nellcor": {Nellcor(), simulated.NewNellcor(simulated.Options{Fault: simulated.WrongClock, Zone: zone}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			spotchecktest.OnWire(t, c.twin, nil, func(t *testing.T, host instruments.Port) {
				var got spotchecktest.Events
				if err := c.driver.Measure(t.Context(), host, instruments.Job{Zone: zone}, got.Emit); err != nil {
					t.Fatal(err)
				}
				r := got.Readings[0]
				const year = -365 * 24 * time.Hour
				if !r.Taken.Equal(time.Now()) || r.Drift < year-24*time.Hour || r.Drift > year ||
					!r.InstrumentTime.Equal(r.Taken.Add(r.Drift).Truncate(time.Second)) {
					t.Errorf("taken %v, instrument %v, drift %v", r.Taken, r.InstrumentTime, r.Drift)
				}
				if r.Identity.Serial != c.serial || !r.Identity.HasClock {
					t.Errorf("identity %+v", r.Identity)
				}
				if id, err := c.driver.Probe(t.Context(), host); err != nil || id.Serial != c.serial {
					t.Errorf("probe: %+v, %v", id, err)
				}
			})
		})
	}
}

// TestOpening: a date, a time and a key are the beginning of a Masimo's line, and
// nothing else is.
func TestOpening(t *testing.T) {
	const line = "02/22/16 22:47:45 SN=0000056661 SPO2=098% BPM=097"
	for begun, want := range map[string]bool{
		line: true, line[:21]: true, line[:20]: false, line[3:]: false, "": false,
		"02/22/16 22:67:45 SN=": false, "02/30/16 22:47:45 SN=": false, "02/22/16 22:47:45 =": false, "02/22/16 22:47:45 S N=": false,
		"07-Jan-04 11:24:50 SN=": false,
	} {
		p := masimoFormat().parser()
		p.Next([]byte(begun))
		if got := p.Opening(); got != want {
			t.Errorf("%q: %t", begun, got)
		}
	}
}

// TestDateOpens: a Nellcor's line is known by its date, and a date that another writes,
// or that there is not, is none.
func TestDateOpens(t *testing.T) {
	for begun, want := range map[string]bool{
		n560: true, "07-Jan-04 ": true, "  12-NOV-98 1": true, "07-Jan-04": false, n560[1:]: false, "": false,
		"32-Jan-04 ": false, "07-Jam-04 ": false, "2004-01-07 ": false, "02/22/16 22:47:45 SN=": false,
	} {
		p := nellcorFormat().parser()
		p.Next([]byte(begun))
		if got := p.Opening(); got != want {
			t.Errorf("%q: %t", begun, got)
		}
	}
}

// TestOneLineIsEnough: a probe that comes late takes the rest of a line, or a
// heading, for what it is, and nothing else.
func TestOneLineIsEnough(t *testing.T) {
	for _, c := range []struct {
		heard string // before anything else
		want  bool
	}{
		{n560[7:], true},   // "04 11:24:50   100     105      88     AO"
		{n560[12:], true},  // ":24:50   100..."
		{n560[15:], true},  // ":50   100..."
		{n560[16:], false}, // "50   100..." may be anything
		{"12-NOV-98 14:00:05   100   120    50"[12:], true},
		{":50   ---     ---    ---    SO", true},
		{":50    84*    130*    12    SL PH", true},
		{":50   100     105      88    ZZ", false}, // a code that nobody knows
		{":50   100     105", false},
		{":50 100 105 88", false}, // no columns
		{":50   100     305      88a", false},
		{":60   100     105      88", false},
		{"1:24:50 kg", false},
		{"x\r\n:50   100     105      88", false}, // a line that was heard from its beginning
		{title1, true},
		{"NPB-295 VERSION 2.05  SPO2 LIMIT: 85-100% PR LIMIT: 40-170BPM", true},
		{title1[1:], false},
		{title2, false},
		{title3, false},
		{"N-56    VERSION 1.61.00", false},
		{"N-560    VERSION unknown", false},
		{"SN-560    VERSION 1.61.00", false},
		{rad8[20:], false},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, far := instruments.Pipe()
			defer host.Close()
			time.AfterFunc(time.Second, func() { _, _ = far.Write([]byte(c.heard + "\r\n")) })
			if _, err := Nellcor().Probe(t.Context(), host); (err == nil) != c.want {
				t.Errorf("%q: %v", c.heard, err)
			}
		})
	}
}

// FuzzDecode: numbers are in range, readings plausible, every byte named once.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{rad8 + "\r\n", n560 + "\r\n", title1 + "\r\n" + n560 + "\n", rad8[20:] + "\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, d := range []Driver{Masimo(), Nellcor()} {
			var got spotchecktest.Events
			if err := d.Decode(bytes.NewReader(bytes.Repeat(b, 30)), instruments.Job{Contact: time.Second}, got.Emit); err != nil {
				t.Fatal(err)
			}
			for _, s := range got.Samples {
				if s.SpO2 > 100 || s.SpO2 == 0 || s.Pulse > 300 || s.Pulse == 0 || s.Perfusion == 0 || s.Perfusion > 9999 {
					t.Fatalf("%+v", s)
				}
			}
			for _, r := range got.Readings {
				if err := vitals.CheckPlausible(r.Values); err != nil || r.InstrumentTime.IsZero() {
					t.Error(err, r.InstrumentTime)
				}
			}
			explaintest.Sound(t, d, []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
		}
	})
}

func TestSamplesCostNoMemory(t *testing.T) {
	for d, line := range map[Driver]string{Masimo(): rad8, Nellcor(): n560} {
		p := d.format().parser()
		b := []byte(line + "\r\n")
		p.Next(b)
		var s instruments.PlethSample
		if n := testing.AllocsPerRun(50, func() { p.Next(b); p.Live(&s) }); n != 0 {
			t.Errorf("%s: %v allocations", d.Model().ID, n)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for d, line := range map[Driver]string{Masimo(): rad8, Nellcor(): n560} {
		b.Run(d.Model().ID, func(b *testing.B) {
			capture := bytes.Repeat([]byte(line+"\r\n"), 3600)
			b.SetBytes(int64(len(capture)))
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Decode(bytes.NewReader(capture), instruments.Job{}, func(instruments.Event) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
