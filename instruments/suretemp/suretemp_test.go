package suretemp_test

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
	"aidpost/instruments/simulated"
	"aidpost/instruments/suretemp"
	"aidpost/records/vitals"
)

// A bedside is a module with a person, in virtual time.
type bedside struct {
	twin     *simulated.SureTemp
	readings []*instruments.Reading
	faults   []instruments.FaultCode
	phases   []instruments.Phase
	took     time.Duration
}

func at(t *testing.T, o simulated.Options, q simulated.SureTempQuirks, test func(t *testing.T, b *bedside)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)))
		b := &bedside{twin: simulated.NewSureTemp(o)}
		b.twin.SetTenths(373)
		b.twin.SetQuirks(q)
		test(t, b)
		if said := b.twin.Violations(); len(said) > 0 {
			t.Errorf("the module was told %q", said)
		}
	})
}

func (b *bedside) with(ctx context.Context, spoil func(instruments.Port) instruments.Port, do func(context.Context, instruments.Port) error) error {
	host, wire := instruments.Pipe()
	if spoil != nil {
		wire = spoil(wire)
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var run sync.WaitGroup
	run.Go(func() { _ = b.twin.Run(running, wire) })
	defer run.Wait()
	defer host.Close()
	defer stop()
	return do(ctx, host)
}

func (b *bedside) measure(ctx context.Context, spoil func(instruments.Port) instruments.Port) error {
	return b.with(ctx, spoil, func(ctx context.Context, port instruments.Port) error {
		began := time.Now()
		defer func() { b.took = time.Since(began) }()
		return suretemp.New().Measure(ctx, port, instruments.Job{Since: began.Add(-time.Minute)}, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				b.readings = append(b.readings, e)
			case *instruments.Fault:
				b.faults = append(b.faults, e.Code)
			case *instruments.Progress:
				b.phases = append(b.phases, e.Phase)
			}
		})
	})
}

func (b *bedside) reads(t *testing.T, err error, celsius string) {
	t.Helper()
	if err != nil || len(b.readings) != 1 {
		t.Fatalf("%d readings, %v", len(b.readings), err)
	}
	q, ok := b.readings[0].Values.Get(vitals.Temperature)
	if !ok || q.String() != celsius+" °C" {
		t.Errorf("read %v, want %s °C", b.readings[0].Values, celsius)
	}
}

func TestMeasure(t *testing.T) {
	for _, q := range []simulated.SureTempQuirks{{}, {Long: true}} {
		at(t, simulated.Options{}, q, func(t *testing.T, b *bedside) {
			b.reads(t, b.measure(t.Context(), nil), "37.3")
			r := b.readings[0]
			if r.Panel != vitals.BodyTemperature || r.Note != "oral, predicted" || time.Since(r.Taken) > time.Second {
				t.Errorf("%+v", r)
			}
			want := []instruments.Phase{instruments.Connecting, instruments.Awaiting, instruments.Measuring}
			if !slices.Equal(b.phases, want) || b.took < 12*time.Second || b.took > 14*time.Second {
				t.Errorf("took %s, %q", b.took, b.phases)
			}
			fields := explaintest.Whole(t, suretemp.New(), r.Capture)
			if got := explaintest.Value(fields, "final temperature"); got != "37.3 °C" {
				t.Errorf("explained as %q", got)
			}
		})
	}
}

// TestEveryTenth: binary floats of kelvin come out as the tenths that the module
// shows.
func TestEveryTenth(t *testing.T) {
	for tenths := 300; tenths <= 440; tenths++ {
		at(t, simulated.Options{Speed: 20}, simulated.SureTempQuirks{}, func(t *testing.T, b *bedside) {
			b.twin.SetTenths(tenths)
			want, err := vitals.Scaled(int64(tenths), 1)
			if err != nil {
				t.Fatal(err)
			}
			b.reads(t, b.measure(t.Context(), nil), want.String())
		})
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault  simulated.Fault
		quirks simulated.SureTempQuirks
		tenths int
		code   instruments.FaultCode
		within time.Duration
	}{
		"over range":     {fault: simulated.High, code: instruments.OutOfRange, within: 15 * time.Second},
		"under range":    {fault: simulated.Low, code: instruments.OutOfRange, within: 15 * time.Second},
		"never final":    {fault: simulated.Unstable, code: instruments.Unstable, within: 7 * time.Minute},
		"not used":       {fault: simulated.NoResult, code: instruments.NoAnswer, within: 7 * time.Minute},
		"error":          {fault: simulated.LowBattery, code: instruments.OutOfOrder, within: 2 * time.Second},
		"no probe":       {quirks: simulated.SureTempQuirks{NoProbe: true}, code: instruments.OutOfOrder, within: 2 * time.Second},
		"refuses":        {quirks: simulated.SureTempQuirks{Refuses: true}, code: instruments.OutOfOrder, within: 7 * time.Second},
		"old one stays":  {quirks: simulated.SureTempQuirks{Stale: true}, code: instruments.NoNewResult, within: 7 * time.Minute},
		"of nobody":      {tenths: 512, code: instruments.Implausible, within: 15 * time.Second},
		"cold as a well": {tenths: 240, code: instruments.Implausible, within: 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			at(t, simulated.Options{Fault: c.fault}, c.quirks, func(t *testing.T, b *bedside) {
				if c.tenths > 0 {
					b.twin.SetTenths(c.tenths)
				}
				err := b.measure(t.Context(), nil)
				if instruments.CodeOf(err) != c.code || len(b.readings) > 0 || b.took > c.within {
					t.Errorf("%d readings, %v after %s", len(b.readings), err, b.took)
				}
			})
		})
	}
}

// TestStale: the temperature of the person before is not of this visit.
func TestStale(t *testing.T) {
	at(t, simulated.Options{}, simulated.SureTempQuirks{Stale: true}, func(t *testing.T, b *bedside) {
		time.AfterFunc(40*time.Second, func() {
			b.twin.SetQuirks(simulated.SureTempQuirks{})
			b.twin.SetTenths(368)
		})
		b.reads(t, b.measure(t.Context(), nil), "36.8")
		if !slices.Equal(b.faults, []instruments.FaultCode{instruments.NoNewResult}) {
			t.Errorf("told %q", b.faults)
		}
	})
}

func TestProbe(t *testing.T) {
	probe := func(b *bedside, spoil func(instruments.Port) instruments.Port) error {
		return b.with(t.Context(), spoil, func(ctx context.Context, port instruments.Port) error {
			_, err := suretemp.New().Probe(ctx, port)
			return err
		})
	}
	for name, c := range map[string]struct {
		spoil func(instruments.Port) instruments.Port
		code  instruments.FaultCode
	}{
		"there":   {nil, ""},
		"silence": {func(p instruments.Port) instruments.Port { return instruments.ListenOnly(p) }, instruments.NoAnswer},
		"a printer": {func(p instruments.Port) instruments.Port {
			go func() { _, _ = p.Write([]byte("READY\r\n")) }()
			return p
		}, instruments.WrongModel},
		"an echo": {func(p instruments.Port) instruments.Port { return &echo{Port: p} }, instruments.NoAnswer},
	} {
		at(t, simulated.Options{}, simulated.SureTempQuirks{}, func(t *testing.T, b *bedside) {
			if err := probe(b, c.spoil); instruments.CodeOf(err) != c.code {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}

// An echo sends back what it hears, as a cable does whose wires touch.
type echo struct{ instruments.Port }

func (e *echo) Read(b []byte) (int, error) {
	n, err := e.Port.Read(b)
	_, _ = e.Port.Write(b[:n])
	return 0, err
}

func TestCancel(t *testing.T) {
	gone := errors.New("the screen was left")
	at(t, simulated.Options{}, simulated.SureTempQuirks{}, func(t *testing.T, b *bedside) {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer time.AfterFunc(5*time.Second, func() { cancel(gone) }).Stop()
		if err := b.measure(ctx, nil); !errors.Is(err, gone) || b.took > 5100*time.Millisecond {
			t.Errorf("%v after %s", err, b.took)
		}
	})
}
