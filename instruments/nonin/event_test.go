package nonin_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/meter"
	"aidpost/instruments/nonin"
	"aidpost/instruments/simulated"
	"aidpost/instruments/spotcheck/spotchecktest"
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

// leapDay is a packet of 2024-02-29 23:59:30 by the layout of the 9560
// specification: 72 beats, 97 %, SmartPoint.
const leapDay = "00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C6 03"

var newYear = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func decode(t testing.TB, b []byte, job instruments.Job) (got spotchecktest.Events) {
	t.Helper()
	job.Now = func() time.Time { return newYear }
	if err := nonin.Format13().Decode(bytes.NewReader(b), job, got.Emit); err != nil {
		t.Error(err)
	}
	return got
}

func TestEventVectors(t *testing.T) {
	for name, c := range map[string]struct {
		bytes string
		spo2  int // 0: no reading
		pulse int
		fault instruments.FaultCode
	}{
		"spot check":          {leapDay, 97, 72, ""},
		"pulse of 140":        {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 8C 00 61 0A 03", 97, 140, ""},
		"from the memory":     {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 10 00 48 00 61 D6 03", 97, 72, ""},
		"longer data":         {"00 02 00 0D 00 10 20 24 02 29 23 59 30 00 02 00 00 48 00 61 AA 55 C5 03", 97, 72, ""},
		"noise, ack, packet":  {"00 02 55 06 02 15 00 00 02" + leapDay, 97, 72, ""},
		"cut, and whole":      {leapDay[:36] + leapDay, 97, 72, ""},
		"after an answer":     {"02 F2 06 1A 01 01 00 00 00 03" + leapDay, 97, 72, ""},
		"not confirmed":       {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 00 00 00 48 00 61 C4 03", 0, 0, instruments.Unstable},
		"no measurement":      {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 03 00 01 FF 00 7F 9D 03", 0, 0, instruments.WeakSignal},
		"no pulse":            {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 01 FF 00 61 7E 03", 0, 0, instruments.WeakSignal},
		"bad sum":             {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C7 03", 0, 0, instruments.Garbled},
		"bad end":             {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 00 48 00 61 C6 04", 0, 0, instruments.Garbled},
		"date in binary":      {"00 02 00 0D 00 0E 14 18 02 1D 17 3B 1E 00 02 00 00 48 00 61 66 03", 0, 0, instruments.DamagedRecord},
		"30 February":         {"00 02 00 0D 00 0E 20 24 02 30 23 59 30 00 02 00 00 48 00 61 CD 03", 0, 0, instruments.DamagedRecord},
		"impossible pulse":    {"00 02 00 0D 00 0E 20 24 02 29 23 59 30 00 02 00 01 F4 00 61 73 03", 0, 0, instruments.Implausible},
		"cut":                 {leapDay[:50], 0, 0, instruments.Garbled},
		"only acknowledged":   {"06 15 06", 0, 0, ""},
		"data of an odd size": {"00 02 00 0D 00 0D 20 24 02 29 23 59 30 00 02 00 00 48 00 61 03", 0, 0, instruments.Garbled},
	} {
		t.Run(name, func(t *testing.T) {
			b := unhex(t, c.bytes)
			got := decode(t, b, instruments.Job{})
			if c.spo2 == 0 {
				want := []instruments.FaultCode{c.fault}
				if c.fault == "" {
					want = nil
				}
				if len(got.Readings) != 0 || !slices.Equal(got.Faults, want) {
					t.Errorf("%d readings, faults %v, want %v", len(got.Readings), got.Faults, want)
				}
				return
			}
			if len(got.Readings) != 1 || len(got.Faults) != 0 {
				t.Fatalf("%d readings, faults %v", len(got.Readings), got.Faults)
			}
			r := got.Readings[0]
			spo2, _ := r.Values.Get(vitals.SpO2)
			pulse, _ := r.Values.Get(vitals.Pulse)
			at := time.Date(2024, time.February, 29, 23, 59, 30, 0, time.UTC)
			if spo2.Value.Int() != c.spo2 || pulse.Value.Int() != c.pulse || !r.Taken.Equal(at) || !slices.Contains(r.Flags, vitals.StoredReading) {
				t.Errorf("reading %+v", r)
			}
			if len(r.Capture) != 1 || !bytes.Contains(b, r.Capture[0].Bytes) {
				t.Errorf("capture %v", r.Capture)
			}
			fields := explaintest.Whole(t, nonin.Format13(), r.Capture)
			if v := explaintest.Value(fields, "date and time"); v != "2024-02-29 23:59:30" {
				t.Errorf("date %q", v)
			}
			explaintest.Sound(t, nonin.Format13(), []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: b}})
		})
	}
}

// Whatever bit flips in a packet: the sum sees it.
func TestEventFlippedBits(t *testing.T) {
	for i := range len(unhex(t, leapDay)) * 8 {
		b := unhex(t, leapDay)
		b[i/8] ^= 1 << (i % 8)
		if got := decode(t, b, instruments.Job{}); len(got.Readings) != 0 || len(got.Faults) != 1 {
			t.Errorf("bit %d: %v, %v", i, got.Readings, got.Faults)
		}
	}
}

// A capture decoded for a visit holds other people's results, too.
func TestEventDecodeForAVisit(t *testing.T) {
	at := time.Date(2024, time.February, 29, 23, 59, 30, 0, time.UTC)
	for since, want := range map[time.Time]int{at.Add(-time.Minute): 1, at.Add(time.Minute): 0} {
		if got := decode(t, unhex(t, leapDay), instruments.Job{Since: since}); len(got.Readings) != want || len(got.Faults) != 0 {
			t.Errorf("since %v: %d readings, faults %v", since, len(got.Readings), got.Faults)
		}
	}
	broken := errors.New("disk on fire")
	if err := nonin.Format13().Decode(iotest.ErrReader(broken), instruments.Job{}, func(instruments.Event) {}); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// One reading of this visit comes, or what stands in its way; what is stored of
// others never does.
func TestEventMeasure(t *testing.T) {
	for fault, want := range map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.Garbage: "", simulated.Trickle: "", simulated.MidFrame: "", simulated.Critical: "",
		simulated.LowBattery: "", simulated.WrongClock: "",
		simulated.FingerOut:  instruments.NoNewResult,
		simulated.NoResult:   instruments.NoNewResult,
		simulated.WeakSignal: instruments.WeakSignal,
		simulated.Unstable:   instruments.Unstable,
	} {
		for seed := range uint64(2) {
			twin := simulated.NewNonin13(simulated.Options{Fault: fault, Seed: seed})
			disturb := func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 1) }
			spotchecktest.OnWire(t, twin, disturb, func(t *testing.T, host instruments.Port) {
				var got spotchecktest.Events
				start := time.Now()
				err := nonin.Format13().Measure(t.Context(), host, instruments.Job{Since: start.Add(-time.Minute)}, got.Emit)
				if instruments.CodeOf(err) != want || len(got.Readings) != map[bool]int{true: 1, false: 0}[want == ""] {
					t.Fatalf("%q: %v, %d readings, want %q", fault, err, len(got.Readings), want)
				}
				if len(twin.Violations()) != 0 {
					t.Errorf("%q: violations %q", fault, twin.Violations())
				}
				if want != "" {
					return
				}
				r := got.Readings[0]
				spo2, _ := r.Values.Get(vitals.SpO2)
				if spo2.Value.Int() < 95 && fault != simulated.Critical || time.Since(r.Taken).Abs() > 2*time.Second {
					t.Errorf("%q: %v taken %v ago", fault, r.Values, time.Since(r.Taken))
				}
				if doubt := slices.Contains(r.Flags, vitals.ClockDoubt); doubt != (fault == simulated.WrongClock) {
					t.Errorf("%q: flags %v", fault, r.Flags)
				}
				if slices.Contains(got.Faults, instruments.LowBattery) != (fault == simulated.LowBattery) {
					t.Errorf("%q: passing %v", fault, got.Faults)
				}
			})
		}
	}
}

// Wherever the cable is pulled, there is a fault and no reading of others.
func TestEventCutAtEveryByte(t *testing.T) {
	for n := range 78 { // two stored results of 22 bytes, the clock, the result
		cut := func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
		twin := simulated.NewNonin13(simulated.Options{})
		spotchecktest.OnWire(t, twin, cut, func(t *testing.T, host instruments.Port) {
			var got spotchecktest.Events
			err := nonin.Format13().Measure(t.Context(), host, instruments.Job{Since: time.Now()}, got.Emit)
			whole := n >= 2*22+10+22
			if whole && (err != nil || len(got.Readings) != 1) {
				t.Errorf("%d bytes: %v", n, err)
			}
			if !whole && (instruments.CodeOf(err) != instruments.Unplugged || len(got.Readings) != 0) {
				t.Errorf("%d bytes: %v, %d readings", n, err, len(got.Readings))
			}
		})
	}
}

func TestEventProbe(t *testing.T) {
	probe := func(twin simulated.Twin, want instruments.FaultCode) {
		spotchecktest.OnWire(t, twin, nil, func(t *testing.T, host instruments.Port) {
			start := time.Now()
			id, err := nonin.Format13().Probe(t.Context(), host)
			if instruments.CodeOf(err) != want || id != (instruments.Identity{}) || time.Since(start) > 350*time.Millisecond {
				t.Errorf("%s: %v after %v, want %q", twin.Model(), err, time.Since(start), want)
			}
		})
	}
	probe(simulated.NewNonin13(simulated.Options{}), "")
	probe(simulated.NewNonin2(simulated.Options{}), instruments.WrongModel)
	probe(simulated.NewContecPackets(simulated.Options{}), "") // silent: staff say what it is
}

func TestEventCancel(t *testing.T) {
	spotchecktest.OnWire(t, simulated.NewNonin13(simulated.Options{Fault: simulated.NoResult}), nil, func(t *testing.T, host instruments.Port) {
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
		defer cancel()
		start := time.Now()
		err := nonin.Format13().Measure(ctx, host, instruments.Job{Since: start}, func(instruments.Event) {})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 7400*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestEventSetClock(t *testing.T) {
	twin := simulated.NewNonin13(simulated.Options{Fault: simulated.WrongClock})
	twin.AllowClock()
	spotchecktest.OnWire(t, twin, nil, func(t *testing.T, host instruments.Port) {
		drift, ok, err := nonin.Format13().SetClock(t.Context(), host, time.Now().UTC())
		if err != nil || !ok || drift.Abs() > time.Second || twin.ClockOff().Abs() > time.Second || len(twin.Violations()) != 0 {
			t.Errorf("drift %v, %v, %v; it is off by %v; %q", drift, ok, err, twin.ClockOff(), twin.Violations())
		}
		if _, _, err := nonin.Format13().SetClock(t.Context(), host, time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)); !errors.Is(err, meter.ErrWallTime) {
			t.Errorf("1999: %v", err)
		}
		time.Sleep(6 * time.Second) // it answers no more
		before := twin.ClockOff()
		if _, ok, err := nonin.Format13().SetClock(t.Context(), host, time.Now().Add(time.Hour)); ok || instruments.CodeOf(err) != instruments.NoAnswer || twin.ClockOff() != before {
			t.Errorf("silent instrument: %v, %v", ok, err)
		}
	})
}

// Noise is neither a result nor waited for in vain.
func TestEventNoise(t *testing.T) {
	spotchecktest.OnWire(t, simulated.NewNonin2(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
		var got spotchecktest.Events
		err := nonin.Format13().Measure(t.Context(), host, instruments.Job{Since: time.Now()}, got.Emit)
		if instruments.CodeOf(err) != instruments.Garbled || len(got.Readings) != 0 {
			t.Errorf("%v, %d readings", err, len(got.Readings))
		}
	})
}
