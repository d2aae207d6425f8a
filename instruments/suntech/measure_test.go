package suntech_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// seedOne is what a twin with seed 1 measures first: systolic, diastolic, mean
// and pulse.
var seedOne = [4]int{123, 82, 95, 67}

func TestMeasureGoodReading(t *testing.T) {
	for name, quirks := range map[string]simulated.SunTechQuirks{
		"A+":                      {},
		"LX":                      {LX: true},
		"late K of the inflation": {Inflation: 3 * time.Second},
		"very late K":             {Inflation: 9 * time.Second},
		"no K of the inflation":   {Inflation: -1},
		"blind at first":          {Blind: time.Second},
		"busy at first":           {StartLetters: "BBBBB"},
		"start arrives damaged":   {StartLetters: "D"},
		"start breaks off":        {StartLetters: "T"},
		"asleep":                  {StartLetters: "S", InflationLetters: "S"},
		"inflation busy":          {InflationLetters: "BB"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, simulated.Options{Seed: 1}, quirks, nil, func(r *rig) {
				if err := r.measure(r.t.Context()); err != nil {
					r.t.Fatal(err)
				}
				r.wantSafe()
				if got := r.twin.Tally().Starts; got != 1 {
					r.t.Errorf("%d starts", got)
				}
				r.wantReading(seedOne)
				want := []instruments.Phase{instruments.Connecting, instruments.Inflating, instruments.Measuring, instruments.Releasing}
				if !slices.Equal(r.events.phases, want) {
					r.t.Errorf("phases %v, want %v", r.events.phases, want)
				}
			})
		})
	}
}

// wantReading checks the one reading that was handed out.
func (r *rig) wantReading(want [4]int) {
	r.t.Helper()
	if len(r.events.readings) != 1 {
		r.t.Fatalf("%d readings", len(r.events.readings))
	}
	reading := r.events.readings[0]
	if got := numbers(reading); got != want {
		r.t.Errorf("got %v, want %v", got, want)
	}
	if reading.Panel != vitals.BloodPressure || len(reading.Flags) != 0 || reading.Identity.Firmware != "1.04" {
		r.t.Errorf("reading %+v", reading)
	}
	var sent []byte
	for _, f := range reading.Capture {
		if f.Direction != instruments.FromInstrument || f.At.IsZero() {
			r.t.Errorf("frame %+v", f)
		}
		sent = append(sent, f.Bytes...)
	}
	if !bytes.HasPrefix(sent, []byte("\x3E\x04\x4F\x6F\x3E\x18")) || len(sent) != 4+24 {
		r.t.Errorf("capture % X", sent)
	}
}

func TestMeasureLivePressure(t *testing.T) {
	bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, nil, func(r *rig) {
		began := time.Now()
		var first *instruments.CuffSample
		reused := true
		r.onEvent = func(e instruments.Event) {
			if sample, ok := e.(*instruments.CuffSample); ok {
				if first == nil {
					first = sample
				}
				reused = reused && sample == first
				if off := int(sample.Pressure) - r.twin.Pressure(); off < -5 || off > 5 {
					r.t.Errorf("sample %d at a true pressure of %d", sample.Pressure, r.twin.Pressure())
				}
			}
		}
		if err := r.measure(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		if !reused {
			r.t.Error("samples are not reused")
		}
		took := time.Since(began)
		if n := len(r.events.pressures); n < int(took/(300*time.Millisecond)) {
			r.t.Errorf("%d samples in %s", n, took)
		}
		if top := slices.Max(r.events.pressures); top < 150 || top > 165 {
			r.t.Errorf("highest pressure %d", top)
		}
		reading := r.events.readings[0]
		if reading.Taken.Before(began.Add(15*time.Second)) || reading.Taken.After(time.Now()) {
			r.t.Errorf("taken at %s", reading.Taken)
		}
	})
}

func TestMeasureCommands(t *testing.T) {
	bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, nil, func(r *rig) {
		r.job.Inflation = 120
		if err := r.measure(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		var said []string
		var before, inflation time.Time
		for _, c := range r.twin.Tally().Commands {
			if line := fmt.Sprintf("% X", c.Bytes); len(said) == 0 || said[len(said)-1] != line {
				said = append(said, line)
			}
			if gap := c.At.Sub(before); gap < 100*time.Millisecond {
				r.t.Errorf("% X came %s after the command before", c.Bytes, gap)
			}
			before = c.At
			switch c.Bytes[1] {
			case 0x17:
				inflation = c.At
			case 0x20:
				if gap := c.At.Sub(inflation); gap < 500*time.Millisecond {
					r.t.Errorf("started %s after the inflation was set", gap)
				}
			}
		}
		want := []string{
			"3A 79 02 40 0B", "3A 79 11 00 3C", "3A 79 05 00 48", "3A 17 78 00 37", "3A 20 A6",
			"3A 79 05 00 48", "3A 79 03 00 4A", "3A 79 05 00 48",
		}
		if !slices.Equal(said, want) {
			r.t.Errorf("the host said %q", said)
		}
	})
}

func TestMeasureSeriesRests(t *testing.T) {
	bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, nil, func(r *rig) {
		for range 3 {
			if err := r.measure(r.t.Context()); err != nil {
				r.t.Fatal(err)
			}
		}
		empty := time.Time{}
		for _, c := range r.twin.Tally().Commands {
			switch c.Bytes[1] {
			case 0x79:
				if c.Bytes[2] == 0x03 { // the result was asked: the cuff was falling
					empty = c.At
				}
			case 0x20:
				if !empty.IsZero() && c.At.Sub(empty) < 5*time.Second {
					r.t.Errorf("started %s after a reading", c.At.Sub(empty))
				}
			}
		}
		if r.twin.Tally().Starts != 3 {
			r.t.Errorf("%d starts", r.twin.Tally().Starts)
		}
	})
}

// TestMeasureLeftTight: a cuff that another program left tight is let go, and
// the arm rests, before the start.
func TestMeasureLeftTight(t *testing.T) {
	bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{LeftTight: 90}, nil, func(r *rig) {
		if err := r.measure(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		var aborted, started time.Time
		for _, c := range r.twin.Tally().Commands {
			switch {
			case c.Bytes[1] == 0x79 && c.Bytes[2] == 0x01:
				aborted = c.At
			case c.Bytes[1] == 0x20:
				started = c.At
			}
		}
		if aborted.IsZero() || started.Sub(aborted) < 5*time.Second {
			r.t.Errorf("aborted at %s, started at %s", aborted, started)
		}
	})
}

// TestMeasureLostLetters: readings that survive a lost acknowledgement.
func TestMeasureLostLetters(t *testing.T) {
	for _, letter := range []byte("O") {
		lose := func(_ int, b []byte) []byte {
			if b[1] == 4 && b[2] == letter {
				return nil
			}
			return b
		}
		bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{Alter: lose}, nil, func(r *rig) {
			if err := r.measure(r.t.Context()); err != nil {
				r.t.Fatalf("without %c: %v", letter, err)
			}
			if got := numbers(r.events.readings[0]); got != seedOne {
				r.t.Errorf("without %c: %v", letter, got)
			}
			r.wantSafe()
		})
	}
}

func TestMeasureErrors(t *testing.T) {
	codes := map[byte]instruments.FaultCode{
		0x01: instruments.NoPulse, 0x02: instruments.Moved, 0x03: instruments.OutOfRange,
		0x04: instruments.TooLong, 0x55: instruments.HoseBlocked, 0x56: instruments.Stopped,
		0x57: instruments.CuffLoose, 0x58: instruments.TooLong, 0x59: instruments.Overpressure,
		0x5A: instruments.OutOfOrder, 0x5B: instruments.OutOfOrder, 0x61: instruments.OutOfOrder,
		0x63: instruments.OutOfOrder, 0x85: instruments.OutOfOrder,
	}
	for code, want := range codes {
		t.Run(fmt.Sprintf("%02X", code), func(t *testing.T) {
			bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{Code: code}, nil, func(r *rig) {
				fault := r.wantFault(r.measure(r.t.Context()), want)
				if fault.Device != fmt.Sprintf("%02X", code) {
					r.t.Errorf("device code %q", fault.Device)
				}
				r.wantSafe()
				if tally := r.twin.Tally(); tally.Starts != 1 || tally.Aborts == 0 {
					r.t.Errorf("%d starts, %d aborts", tally.Starts, tally.Aborts)
				}
			})
		})
	}
}

func TestMeasureTwinFaults(t *testing.T) {
	for fault, want := range map[simulated.Fault]instruments.FaultCode{
		simulated.CuffLoose:  instruments.CuffLoose,
		simulated.Movement:   instruments.Moved,
		simulated.HoseKinked: instruments.HoseBlocked,
		simulated.Overshoot:  instruments.Overpressure,
		simulated.WeakSignal: instruments.NoPulse,
		simulated.LowBattery: instruments.OutOfOrder,
	} {
		t.Run(string(fault), func(t *testing.T) {
			bubble(t, simulated.Options{Seed: 1, Fault: fault}, simulated.SunTechQuirks{}, nil, func(r *rig) {
				r.wantFault(r.measure(r.t.Context()), want)
				r.wantSafe()
			})
		})
	}
	t.Run("critical is a reading", func(t *testing.T) {
		bubble(t, simulated.Options{Seed: 1, Fault: simulated.Critical}, simulated.SunTechQuirks{}, nil, func(r *rig) {
			if err := r.measure(r.t.Context()); err != nil {
				r.t.Fatal(err)
			}
			r.wantReading([4]int{186, 112, 136, 92})
			r.wantSafe()
		})
	})
}

func TestMeasureLetters(t *testing.T) {
	for letters, want := range map[string]instruments.FaultCode{
		"N":      instruments.WrongModel,
		"A":      instruments.Stopped,
		"E":      instruments.OutOfOrder,
		"DD":     instruments.Garbled,
		"TT":     instruments.Garbled,
		"SS":     instruments.NoAnswer,
		"BBBBBB": instruments.NoAnswer,
	} {
		for name, quirks := range map[string]simulated.SunTechQuirks{
			"start":     {StartLetters: letters},
			"inflation": {InflationLetters: letters},
		} {
			t.Run(name+" "+letters, func(t *testing.T) {
				bubble(t, simulated.Options{Seed: 1}, quirks, nil, func(r *rig) {
					r.wantFault(r.measure(r.t.Context()), want)
					r.wantSafe()
					if got := r.twin.Tally().Starts; got != 0 {
						r.t.Errorf("%d starts", got)
					}
				})
			})
		}
	}
}

func TestMeasureBadEndings(t *testing.T) {
	for _, c := range []struct {
		name   string
		quirks simulated.SunTechQuirks
		want   instruments.FaultCode
	}{
		{"end without a result", simulated.SunTechQuirks{NoResult: true}, instruments.NoAnswer},
		{"end not announced", simulated.SunTechQuirks{NoEnd: true}, instruments.NoAnswer},
		{"no end and no K of the inflation", simulated.SunTechQuirks{NoEnd: true, Inflation: -1}, instruments.NoAnswer},
		{"pressure unknown for ever", simulated.SunTechQuirks{Blind: time.Hour}, instruments.NoAnswer},
		{"pump runs away", simulated.SunTechQuirks{Runaway: true}, instruments.Overpressure},
		{"abort ignored once", simulated.SunTechQuirks{Code: 1, DeafAborts: 1}, instruments.NoPulse},
		{"pump runs away, abort ignored twice", simulated.SunTechQuirks{Runaway: true, DeafAborts: 2}, instruments.Overpressure},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, simulated.Options{Seed: 1}, c.quirks, nil, func(r *rig) {
				top := 0
				r.onEvent = func(instruments.Event) { top = max(top, r.twin.Pressure()) }
				r.wantFault(r.measure(r.t.Context()), c.want)
				r.wantSafe()
				if top > 310 {
					r.t.Errorf("the cuff reached %d mmHg", top)
				}
			})
		})
	}
}

func TestMeasureUnreleased(t *testing.T) {
	for name, quirks := range map[string]simulated.SunTechQuirks{
		"every abort ignored": {Runaway: true, DeafAborts: 99},
		"silent":              {SilentAfter: 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, simulated.Options{Seed: 1}, quirks, nil, func(r *rig) {
				r.wantFault(r.measure(r.t.Context()), instruments.AbortUnconfirmed)
				if got := r.twin.Tally().Aborts; got != 5 {
					r.t.Errorf("%d aborts", got)
				}
			})
		})
	}
	t.Run("stuck", func(t *testing.T) {
		bubble(t, simulated.Options{Seed: 1, Fault: simulated.StuckCuff}, simulated.SunTechQuirks{}, nil, func(r *rig) {
			r.wantFault(r.measure(r.t.Context()), instruments.AbortUnconfirmed)
		})
	})
}

func TestMeasureRefusesTarget(t *testing.T) {
	for _, target := range []int{-1, 79, 281, 65696} {
		bubble(t, simulated.Options{}, simulated.SunTechQuirks{}, nil, func(r *rig) {
			r.job.Inflation = target
			r.wantFault(r.measure(r.t.Context()), instruments.Internal)
			if n := len(r.twin.Tally().Commands); n != 0 {
				r.t.Errorf("target %d: %d commands", target, n)
			}
		})
	}
}
