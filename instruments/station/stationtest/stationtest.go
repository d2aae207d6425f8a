// Package stationtest holds what every driver of a station must do, as tests
// over its simulated instrument.
package stationtest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A Driver is what is tested.
type Driver interface {
	instruments.Decoder
	instruments.Explainer
}

// A Kit is a driver with its instrument.
type Kit struct {
	Driver  func() Driver
	Twin    func(simulated.Options) *simulated.Station
	Mean    bool // its record has the mean pressure
	Dated   bool
	Names   bool // it can be told whose the measurement is
	Silent  bool // it says nothing of a measurement that failed
	Marks   bool // it shows failed measurements as marks beside the values
	Checked bool // its record has a checksum
}

// A visit is one use of the driver at a station where nobody presses a key but
// the test.
type visit struct {
	Kit
	twin     *simulated.Station
	job      instruments.Job
	wrap     func(instruments.Port) instruments.Port
	hold     time.Duration // from the station's start to that of the measurement
	readings []*instruments.Reading
	faults   []instruments.FaultCode
	phases   []instruments.Phase
	took     time.Duration
}

// Result is a measurement that has just ended.
func Result() simulated.StationResult {
	return simulated.StationResult{At: time.Now(), Systolic: 128, Mean: 97, Diastolic: 82, Pulse: 71}
}

// start is when every visit begins.
var start = time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)

// run makes a test in virtual time, in which nobody presses a key but it.
func (k Kit) run(t *testing.T, o simulated.Options, test func(t *testing.T, v *visit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		v := &visit{Kit: k, twin: k.Twin(o)}
		v.twin.Clear()
		v.job = instruments.Job{Since: time.Now().Add(-time.Minute)}
		test(t, v)
		if sent := v.twin.Violations(); len(sent) > 0 {
			t.Errorf("the station was sent %q", sent)
		}
	})
}

// then does something at the station so long after the measurement began.
func (v *visit) then(after time.Duration, do func()) { time.AfterFunc(v.hold+after, do) }

// finish ends a measurement at the station after 30 s.
func (v *visit) finish(r simulated.StationResult) {
	v.then(30*time.Second, func() { r.At = r.At.Add(v.hold + 30*time.Second); v.twin.Finish(r) })
}

func (v *visit) measure(ctx context.Context) error {
	host, wire := instruments.Pipe()
	if v.wrap != nil {
		wire = v.wrap(wire)
	}
	running, stop := context.WithCancel(ctx)
	var run sync.WaitGroup
	run.Go(func() { _ = v.twin.Run(running, wire) })
	time.Sleep(v.hold)
	began := time.Now()
	err := v.Driver().Measure(ctx, host, v.job, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			v.readings = append(v.readings, e)
		case *instruments.Fault:
			v.faults = append(v.faults, e.Code)
		case *instruments.Progress:
			v.phases = append(v.phases, e.Phase)
		}
	})
	v.took = time.Since(began)
	stop()
	host.Close()
	run.Wait()
	return err
}

// Run makes all tests.
func Run(t *testing.T, k Kit) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Kit)
	}{
		{"one", testOne}, {"probe", testProbe}, {"stale", testStale}, {"clock", testClock}, {"cut", testCut}, {"flip", testFlip},
		{"nothing", testNothing}, {"noise", testNoise}, {"pieces", testPieces}, {"burst", testBurst}, {"persons", testPersons},
		{"faults", testFaults}, {"demonstration", testDemonstration},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, k) })
	}
}

// One checks that a measurement ended with Result as its reading.
func (v *visit) one(t *testing.T, err error) bool {
	t.Helper()
	if err != nil || len(v.readings) != 1 {
		t.Errorf("%d readings, %v", len(v.readings), err)
		return false
	}
	return v.right(t, v.readings[0])
}

func (v *visit) right(t *testing.T, r *instruments.Reading) bool {
	t.Helper()
	want := Result()
	for _, m := range []struct {
		measure vitals.Measure
		value   vitals.Quantity
		has     bool
	}{
		{vitals.Systolic, vitals.Of(want.Systolic, vitals.MmHg), true},
		{vitals.Diastolic, vitals.Of(want.Diastolic, vitals.MmHg), true},
		{vitals.MeanArterial, vitals.Of(want.Mean, vitals.MmHg), v.Mean},
		{vitals.Pulse, vitals.Of(want.Pulse, vitals.PerMinute), true},
	} {
		if got, ok := r.Values.Get(m.measure); ok != m.has || ok && got != m.value {
			t.Errorf("%s is %v", m.measure, got)
			return false
		}
	}
	return true
}

func testOne(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.finish(Result())
		err := v.measure(t.Context())
		if !v.one(t, err) {
			return
		}
		r := v.readings[0]
		if r.Panel != vitals.BloodPressure || len(r.Flags) > 0 || time.Since(r.Taken) > time.Second || r.InstrumentTime.IsZero() == k.Dated {
			t.Errorf("%+v", r)
		}
		if v.took < 30*time.Second || v.took > 31*time.Second || !slices.Equal(v.phases, []instruments.Phase{instruments.Awaiting}) {
			t.Errorf("took %s, %q", v.took, v.phases)
		}
		explaintest.Whole(t, k.Driver(), r.Capture)
		k.decodes(t, v, r)
	})
}

// decodes checks that the captured bytes give the same reading.
func (k Kit) decodes(t *testing.T, v *visit, r *instruments.Reading) {
	t.Helper()
	var again []*instruments.Reading
	err := k.Driver().Decode(bytes.NewReader(r.Capture[0].Bytes), instruments.Job{}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			again = append(again, r)
		} else {
			t.Error(e)
		}
	})
	if err != nil || len(again) != 1 || !v.right(t, again[0]) {
		t.Errorf("decoded %d readings, %v", len(again), err)
	}
}

func testProbe(t *testing.T, k Kit) {
	for said, want := range map[string]instruments.FaultCode{
		"": "", "\r\n\x00": "", "\x55\xAA\x55\xAA": instruments.WrongModel, "OK READY ": instruments.WrongModel,
	} {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			host, wire := instruments.Pipe()
			ctx, stop := context.WithCancel(t.Context())
			var run sync.WaitGroup
			run.Go(func() { _ = v.twin.Run(ctx, wire) })
			v.twin.Say([]byte(said))
			began := time.Now()
			id, err := k.Driver().Probe(ctx, host)
			if instruments.CodeOf(err) != want || id != (instruments.Identity{}) || time.Since(began) > 300*time.Millisecond {
				t.Errorf("%q: %+v, %v after %s", said, id, err, time.Since(began))
			}
			stop()
			host.Close()
			run.Wait()
		})
	}
}

// A record that was there before the visit asked is of somebody else.
func testStale(t *testing.T, k Kit) {
	for name, c := range map[string]struct {
		hold, at time.Duration // of the old record, from the start
		passing  int
	}{
		"buffered":      {10 * time.Second, 9 * time.Second, 0},
		"kept inside":   {0, 300 * time.Millisecond, 1},
		"its tail only": {time.Second, time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
				v.hold = c.hold
				if name == "its tail only" {
					v.wrap = func(p instruments.Port) instruments.Port {
						return simulated.Paced(p, instruments.Line{Baud: 300, DataBits: 8, StopBits: 1})
					}
					v.hold = c.at + 200*time.Millisecond
				}
				time.AfterFunc(c.at, func() {
					old := Result()
					old.Systolic++
					v.twin.Finish(old)
				})
				v.finish(Result())
				err := v.measure(t.Context())
				if v.one(t, err) && len(v.faults) != c.passing {
					t.Errorf("passing faults %q", v.faults)
				}
			})
		})
	}
}

func testClock(t *testing.T, k Kit) {
	if !k.Dated {
		t.Skip("its records have no date")
	}
	for off, want := range map[time.Duration]struct {
		code  instruments.FaultCode
		doubt bool
	}{
		-3 * time.Minute: {"", false}, time.Minute: {"", false}, 12 * time.Minute: {"", true}, -12 * time.Minute: {"", true},
		time.Hour: {"", true}, -time.Hour: {"", true}, 30 * time.Minute: {instruments.ClockUnset, false},
		-30 * time.Minute: {instruments.ClockUnset, false}, -48 * time.Hour: {instruments.ClockUnset, false},
		-9000 * time.Hour: {instruments.ClockUnset, false},
	} {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			r := Result()
			r.At = r.At.Add(off)
			v.finish(r)
			err := v.measure(t.Context())
			if want.code != "" {
				if instruments.CodeOf(err) != want.code || len(v.readings) > 0 {
					t.Errorf("%s: %v", off, err)
				}
				return
			}
			if !v.one(t, err) {
				t.Errorf("%s off", off)
				return
			}
			got := v.readings[0]
			if slices.Contains(got.Flags, vitals.ClockDoubt) != want.doubt || (got.Drift-off).Abs() > 2*time.Minute ||
				time.Since(got.Taken) > time.Second || !got.InstrumentTime.Equal(got.InstrumentTime.Truncate(time.Second)) {
				t.Errorf("%s: %q, drift %s, taken %s", off, got.Flags, got.Drift, got.Taken)
			}
		})
	}
	k.run(t, simulated.Options{Zone: time.FixedZone("", 5*3600)}, func(t *testing.T, v *visit) {
		v.job.Zone = time.FixedZone("", 5*3600)
		v.finish(Result())
		if err := v.measure(t.Context()); v.one(t, err) && v.readings[0].Drift.Abs() > time.Minute {
			t.Errorf("in another zone: drift %s", v.readings[0].Drift)
		}
	})
}

func testPersons(t *testing.T, k Kit) {
	if !k.Names {
		t.Skip("its records name nobody")
	}
	for _, c := range []struct {
		id, person string
		code       instruments.FaultCode
	}{
		{"42", "42", ""}, {"0042", "42", ""}, {"000000000", "", ""}, {"", "42", ""},
		{"41", "42", instruments.OtherPerson}, {"41", "", instruments.OtherPerson},
	} {
		k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
			r := Result()
			r.ID, v.job.Person = c.id, c.person
			v.finish(r)
			err := v.measure(t.Context())
			if c.code == "" {
				v.one(t, err)
			} else if instruments.CodeOf(err) != c.code || len(v.readings) > 0 || bytes.Contains([]byte(err.Error()), []byte(c.id)) {
				t.Errorf("%+v: %d readings, %v", c, len(v.readings), err)
			}
		})
	}
}

func testFaults(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		v.finish(simulated.StationResult{At: time.Now(), Error: 7})
		err := v.measure(t.Context())
		want := instruments.Unstable
		switch {
		case k.Silent:
			want = instruments.NoAnswer
		case k.Marks:
			want = instruments.NoPulse
		}
		if instruments.CodeOf(err) != want || len(v.readings) > 0 {
			t.Errorf("failed: %d readings, %v", len(v.readings), err)
		}
	})
	k.run(t, simulated.Options{}, func(t *testing.T, v *visit) {
		r := Result()
		r.Systolic, r.Diastolic = r.Diastolic, r.Systolic
		v.finish(r)
		if err := v.measure(t.Context()); instruments.CodeOf(err) != instruments.Implausible || len(v.readings) > 0 {
			t.Errorf("upside down: %d readings, %v", len(v.readings), err)
		}
	})
}

// testDemonstration: a person comes by herself.
func testDemonstration(t *testing.T, k Kit) {
	for _, fault := range append(simulated.Faults(), simulated.None) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(start))
			o := simulated.Options{Seed: 5, Fault: fault}
			v := &visit{Kit: k, twin: k.Twin(o), job: instruments.Job{Since: time.Now().Add(-time.Minute)}}
			v.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 5) }
			err := v.measure(t.Context())
			var typed *instruments.Fault
			switch {
			case err != nil && (!errors.As(err, &typed) || len(v.readings) > 0):
				t.Errorf("%s: %d readings, %v", fault, len(v.readings), err)
			case err == nil && (len(v.readings) != 1 || vitals.CheckPlausible(v.readings[0].Values) != nil):
				t.Errorf("%s: %d readings", fault, len(v.readings))
			case err != nil && (fault == simulated.None || fault == simulated.Critical || fault == simulated.Garbage):
				t.Errorf("%q: %v", fault, err)
			case err == nil && k.Dated && fault == simulated.WrongClock:
				t.Error("a reading of a station with a wrong clock")
			}
			if sent := v.twin.Violations(); len(sent) > 0 {
				t.Errorf("the station was sent %q", sent)
			}
		})
	}
}
