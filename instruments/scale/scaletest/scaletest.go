// Package scaletest holds what every driver of a scale must do, as tests over
// its simulated instrument, and the tests of captured bytes.
package scaletest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/scale"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// A Kit is a driver with its instrument.
type Kit struct {
	Driver scale.Driver
	Twin   func(simulated.Options) *simulated.Scale
	// Pounds is what the twin tells of 72.5 kg when it is set to pounds.
	Pounds string
	// Tared, Named and Overload say whether a record can tell that.
	Tared, Named, Overload bool
	// Malformed is how records end that say what cannot be.
	Malformed instruments.FaultCode
	// Restless says that the scale tells a weight that is not steady.
	Restless bool
}

// A visit is one use of the driver at a scale, in virtual time.
type visit struct {
	Kit
	twin     *simulated.Scale
	job      instruments.Job
	readings []*instruments.Reading
	faults   []instruments.FaultCode
	phases   []instruments.Phase
	took     time.Duration
}

var start = time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)

func (k Kit) run(t *testing.T, o simulated.Options, q simulated.ScaleQuirk, test func(t *testing.T, v *visit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		v := &visit{Kit: k, twin: k.Twin(o)}
		v.twin.SetWeight(72_500)
		v.twin.SetQuirk(q)
		v.job = instruments.Job{Since: time.Now().Add(-time.Minute)}
		test(t, v)
		if said := v.twin.Violations(); len(said) > 0 {
			t.Errorf("the scale was told %q", said)
		}
	})
}

// with runs do on the port of the running scale, whose wire spoil changes.
func (v *visit) with(ctx context.Context, spoil func(instruments.Port) instruments.Port, do func(context.Context, instruments.Port) error) error {
	host, wire := instruments.Pipe()
	if spoil != nil {
		wire = spoil(wire)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var run sync.WaitGroup
	run.Go(func() { _ = v.twin.Run(running, wire) })
	defer run.Wait()
	defer host.Close()
	defer stop()
	return do(ctx, host)
}

func (v *visit) measure(ctx context.Context, spoil func(instruments.Port) instruments.Port) error {
	return v.with(ctx, spoil, func(ctx context.Context, port instruments.Port) error {
		began := time.Now()
		defer func() { v.took = time.Since(began) }()
		return v.Driver.Measure(ctx, port, v.job, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				v.readings = append(v.readings, e)
			case *instruments.Fault:
				v.faults = append(v.faults, e.Code)
			case *instruments.Progress:
				v.phases = append(v.phases, e.Phase)
			}
		})
	})
}

// weighs checks that there is one reading of so much.
func (v *visit) weighs(t *testing.T, err error, number string, unit vitals.Unit) {
	t.Helper()
	if err != nil || len(v.readings) != 1 {
		t.Fatalf("%d readings, %v", len(v.readings), err)
	}
	q, ok := v.readings[0].Values.Get(vitals.Weight)
	want, wrong := vitals.ParseDecimal(number)
	if wrong != nil {
		t.Fatal(wrong)
	}
	if !ok || q.Unit != unit || q.Value.Cmp(want) != 0 || len(v.readings[0].Values) != 1 {
		t.Errorf("read %v, want %s %s", v.readings[0].Values, number, unit)
	}
}

// Run makes all tests.
func Run(t *testing.T, k Kit) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Kit)
	}{
		{"one", testOne}, {"pounds", testPounds}, {"stays", testStays}, {"faults", testFaults}, {"probe", testProbe},
		{"flip", testFlip}, {"cancel", testCancel}, {"silence", testSilence}, {"speed", testSpeed},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, k) })
	}
}

func testOne(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		v.weighs(t, v.measure(t.Context(), nil), "72.5", vitals.Kilogram)
		r := v.readings[0]
		if r.Panel != vitals.BodyWeight || time.Since(r.Taken) > time.Second || r.EnteredBy != "" || r.Note == "" {
			t.Errorf("%+v", r)
		}
		if v.took < 5*time.Second || v.took > 12*time.Second || v.phases[0] != instruments.Awaiting || !slices.Contains(v.phases, instruments.Measuring) {
			t.Errorf("took %s, %q", v.took, v.phases)
		}
		fields := explaintest.Whole(t, k.Driver, r.Capture)
		number := func(c rune) bool { return c >= '0' && c <= '9' || c == '.' }
		if got := explaintest.Value(fields, "weight"); !slices.Contains([]rune(got), 'k') || !slices.ContainsFunc([]rune(got), number) {
			t.Errorf("the weight is explained as %q", got)
		}
	})
}

func testPounds(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{Pounds: true}, func(t *testing.T, v *visit) {
		v.weighs(t, v.measure(t.Context(), nil), k.Pounds, vitals.Pound)
	})
}

// testStays: somebody who stands there already is not of this visit, until the
// platform was empty.
func testStays(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{Standing: true}, func(t *testing.T, v *visit) {
		time.AfterFunc(30*time.Second, func() {
			v.twin.SetWeight(81_000)
			v.twin.SetQuirk(simulated.ScaleQuirk{})
		})
		v.weighs(t, v.measure(t.Context(), nil), "81.0", vitals.Kilogram)
		if !slices.Equal(v.faults, []instruments.FaultCode{instruments.NoNewResult}) {
			t.Errorf("told %q", v.faults)
		}
	})
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{Standing: true}, func(t *testing.T, v *visit) {
		if err := v.measure(t.Context(), nil); instruments.CodeOf(err) != instruments.NoNewResult || len(v.readings) > 0 {
			t.Errorf("%d readings, %v", len(v.readings), err)
		}
	})
}

func testFaults(t *testing.T, k Kit) {
	when := func(can bool, code instruments.FaultCode) instruments.FaultCode {
		if can {
			return code
		}
		return ""
	}
	for name, c := range map[string]struct {
		fault simulated.Fault
		quirk simulated.ScaleQuirk
		grams int
		code  instruments.FaultCode
	}{
		"nobody":        {fault: simulated.NoResult, code: instruments.NoAnswer},
		"never steady":  {fault: simulated.Unstable, code: when(k.Restless, instruments.Unstable)},
		"overload":      {fault: simulated.High, code: when(k.Overload, instruments.OutOfRange)},
		"tare":          {quirk: simulated.ScaleQuirk{Tared: true}, code: when(k.Tared, instruments.OutOfOrder)},
		"somebody else": {quirk: simulated.ScaleQuirk{Owner: "1234567890"}, code: when(k.Named, instruments.OtherPerson)},
		"malformed":     {quirk: simulated.ScaleQuirk{Malformed: true}, code: k.Malformed},
		"too much":      {grams: 450_000, code: instruments.Implausible},
		"a bag":         {grams: 1_900, code: instruments.NoAnswer},
	} {
		if c.code == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			k.run(t, simulated.Options{Fault: c.fault}, c.quirk, func(t *testing.T, v *visit) {
				if c.grams > 0 {
					v.twin.SetWeight(c.grams)
				}
				if err := v.measure(t.Context(), nil); instruments.CodeOf(err) != c.code || len(v.readings) > 0 {
					t.Errorf("%d readings, %v", len(v.readings), err)
				}
			})
		})
	}
	if !k.Named {
		return
	}
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{Owner: "1234567890"}, func(t *testing.T, v *visit) {
		v.job.Person = "1234567890"
		v.weighs(t, v.measure(t.Context(), nil), "72.5", vitals.Kilogram)
	})
}

func testProbe(t *testing.T, k Kit) {
	probe := func(v *visit, spoil func(instruments.Port) instruments.Port) error {
		return v.with(t.Context(), spoil, func(ctx context.Context, port instruments.Port) error {
			_, err := k.Driver.Probe(ctx, port)
			return err
		})
	}
	for _, standing := range []bool{false, true} {
		k.run(t, simulated.Options{}, simulated.ScaleQuirk{Standing: standing}, func(t *testing.T, v *visit) {
			if err := probe(v, nil); err != nil {
				t.Error(err)
			}
		})
	}
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		other := func(p instruments.Port) instruments.Port {
			go func() { _, _ = p.Write([]byte("HELLO, I AM A PRINTER\r\n")) }()
			return p
		}
		if err := probe(v, other); instruments.CodeOf(err) != instruments.WrongModel {
			t.Errorf("a printer was taken for %v", err)
		}
	})
	if k.Driver.Ask == "" {
		return
	}
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		deaf := func(p instruments.Port) instruments.Port { return instruments.ListenOnly(p) }
		if err := probe(v, deaf); instruments.CodeOf(err) != instruments.NoAnswer {
			t.Errorf("silence was taken for %v", err)
		}
	})
}

// flipped is a wire on which one bit of what the scale sends is flipped.
type flipped struct {
	instruments.Port
	at, bit int
	mu      sync.Mutex
	sent    int
}

func (f *flipped) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b = slices.Clone(b)
	if i := f.at - f.sent; i >= 0 && i < len(b) {
		b[i] ^= 1 << f.bit
	}
	f.sent += len(b)
	return f.Port.Write(b)
}

// testFlip: no single flipped bit makes a wrong reading, although the wire has
// no checksum.
func testFlip(t *testing.T, k Kit) {
	for at := range 320 {
		k.run(t, simulated.Options{}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
			err := v.measure(t.Context(), func(p instruments.Port) instruments.Port { return &flipped{Port: p, at: at, bit: at % 8} })
			if err == nil {
				v.weighs(t, err, "72.5", vitals.Kilogram)
			} else if len(v.readings) > 0 || instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("byte %d: %d readings, %v", at, len(v.readings), err)
			}
		})
	}
}

func testCancel(t *testing.T, k Kit) {
	gone := errors.New("the screen was left")
	k.run(t, simulated.Options{Fault: simulated.NoResult}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(4*time.Second, func() { cancel(gone) }).Stop()
		if err := v.measure(ctx, nil); !errors.Is(err, gone) || v.took > 4200*time.Millisecond {
			t.Errorf("%v after %s", err, v.took)
		}
	})
}

// testSilence: a scale that says nothing is noticed as such.
func testSilence(t *testing.T, k Kit) {
	k.run(t, simulated.Options{}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		dead := func(p instruments.Port) instruments.Port { return instruments.ListenOnly(p) }
		if err := v.measure(t.Context(), dead); instruments.CodeOf(err) != instruments.NoAnswer || v.took > 121*time.Second {
			t.Errorf("%v after %s", err, v.took)
		}
	})
}

func testSpeed(t *testing.T, k Kit) {
	k.run(t, simulated.Options{Speed: 1, Seed: 9}, simulated.ScaleQuirk{}, func(t *testing.T, v *visit) {
		again := k.Twin(simulated.Options{Seed: 9})
		if again.Grams() != k.Twin(simulated.Options{Seed: 9}).Grams() || again.Grams() == k.Twin(simulated.Options{Seed: 10}).Grams() {
			t.Error("the weight does not follow its seed")
		}
	})
}
