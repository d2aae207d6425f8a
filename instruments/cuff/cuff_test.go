package cuff_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/records/vitals"
)

// valve is a cuff that answers at once.
type valve struct {
	pressure  int
	falls     int // by how much at each question after an abort
	confirms  bool
	deaf      int  // aborts not heard
	shy       bool // tells no pressure after one of an empty cuff
	mute      int  // tells no pressure after so many questions, once it lets go
	asked     int
	told      bool // it has told one
	senseErr  error
	abortErr  error
	aborts    []time.Time
	listening bool
}

func (v *valve) Abort(context.Context) error {
	v.aborts = append(v.aborts, time.Now())
	v.listening = v.listening || len(v.aborts) > v.deaf
	return v.abortErr
}

func (v *valve) Sense(context.Context) (cuff.State, error) {
	if v.listening {
		v.pressure = max(v.pressure-v.falls, 0)
	}
	unseen := v.shy && v.told || v.mute > 0 && v.listening && v.asked >= v.mute-1
	v.asked++
	v.told = v.pressure < cuff.Empty
	return cuff.State{Pressure: v.pressure, Stopped: v.confirms && v.listening, Unseen: unseen}, v.senseErr
}

func TestRelease(t *testing.T) {
	gone := instruments.NewFault(instruments.Unplugged, "")
	silent := instruments.NewFault(instruments.NoAnswer, "")
	for name, c := range map[string]struct {
		valve  valve
		want   instruments.FaultCode
		aborts int
		takes  [2]time.Duration
	}{
		"empty and confirmed":   {valve{confirms: true}, "", 1, [2]time.Duration{0, 0}},
		"falls":                 {valve{pressure: 160, falls: 20, confirms: true}, "", 3, [2]time.Duration{time.Second, 2 * time.Second}},
		"15 is not empty":       {valve{pressure: 15, confirms: true}, instruments.AbortUnconfirmed, 5, [2]time.Duration{5 * time.Second, 6 * time.Second}},
		"14 is empty":           {valve{pressure: 14, confirms: true}, "", 1, [2]time.Duration{0, 0}},
		"empty but unconfirmed": {valve{}, "", 5, [2]time.Duration{2 * time.Second, 3 * time.Second}},
		"empty, then at rest":   {valve{pressure: 100, falls: 50, shy: true}, "", 5, [2]time.Duration{2 * time.Second, 2500 * time.Millisecond}},
		"empty, then confirmed": {valve{confirms: true, shy: true, deaf: 1}, "", 2, [2]time.Duration{400 * time.Millisecond, 900 * time.Millisecond}},
		"hears the fifth": {valve{pressure: 100, falls: 50, confirms: true, deaf: 4}, "", 5,
			[2]time.Duration{2 * time.Second, 3 * time.Second}},
		"never falls":  {valve{pressure: 100, confirms: true}, instruments.AbortUnconfirmed, 5, [2]time.Duration{5 * time.Second, 6 * time.Second}},
		"silent":       {valve{senseErr: silent}, instruments.AbortUnconfirmed, 5, [2]time.Duration{5 * time.Second, 6 * time.Second}},
		"port gone":    {valve{abortErr: gone}, instruments.Unplugged, 1, [2]time.Duration{0, 0}},
		"port leaving": {valve{senseErr: gone}, instruments.Unplugged, 1, [2]time.Duration{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := cuff.Release(&c.valve)
				if instruments.CodeOf(err) != c.want {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took < c.takes[0] || took > c.takes[1] {
					t.Errorf("took %s", took)
				}
				if len(c.valve.aborts) != c.aborts {
					t.Errorf("%d aborts", len(c.valve.aborts))
				}
				for i := 1; i < len(c.valve.aborts); i++ {
					if gap := c.valve.aborts[i].Sub(c.valve.aborts[i-1]); gap < 500*time.Millisecond || gap > 700*time.Millisecond {
						t.Errorf("abort %d came %s after the one before", i, gap)
					}
				}
			})
		})
	}
}

func TestRun(t *testing.T) {
	errMeasure := errors.New("measure failed")
	t.Run("reading", func(t *testing.T) {
		v := &valve{pressure: 100}
		if err := cuff.Run(t.Context(), v, func(context.Context) error { return nil }); err != nil || len(v.aborts) > 0 {
			t.Errorf("got %v, %d aborts", err, len(v.aborts))
		}
	})
	t.Run("fault", func(t *testing.T) {
		v := &valve{confirms: true}
		err := cuff.Run(t.Context(), v, func(context.Context) error { return errMeasure })
		if err != errMeasure || len(v.aborts) != 1 {
			t.Errorf("got %v, %d aborts", err, len(v.aborts))
		}
	})
	t.Run("unreleased", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			v := &valve{pressure: 100}
			err := cuff.Run(t.Context(), v, func(context.Context) error { return errMeasure })
			if instruments.CodeOf(err) != instruments.AbortUnconfirmed || !errors.Is(err, errMeasure) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("ended context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		v := &valve{confirms: true}
		err := cuff.Run(ctx, v, func(ctx context.Context) error { return context.Cause(ctx) })
		if !errors.Is(err, context.Canceled) || len(v.aborts) != 1 {
			t.Errorf("got %v, %d aborts", err, len(v.aborts))
		}
	})
	t.Run("limit", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			v := &valve{confirms: true}
			err := cuff.Run(t.Context(), v, func(ctx context.Context) error {
				<-ctx.Done()
				return context.Cause(ctx)
			})
			if instruments.CodeOf(err) != instruments.TooLong || time.Since(began) != cuff.Limit || len(v.aborts) != 1 {
				t.Errorf("got %v after %s, %d aborts", err, time.Since(began), len(v.aborts))
			}
		})
	})
	t.Run("panic", func(t *testing.T) {
		v := &valve{confirms: true}
		defer func() {
			if p := recover(); p != errMeasure || len(v.aborts) != 1 {
				t.Errorf("recovered %v, %d aborts", p, len(v.aborts))
			}
		}()
		_ = cuff.Run(t.Context(), v, func(context.Context) error { panic(errMeasure) })
	})
	t.Run("goexit", func(t *testing.T) {
		v := &valve{confirms: true}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = cuff.Run(t.Context(), v, func(context.Context) error { runtime.Goexit(); return nil })
		}()
		<-ended
		if len(v.aborts) != 1 {
			t.Errorf("%d aborts", len(v.aborts))
		}
	})
}

func TestMonitor(t *testing.T) {
	const i, m, r = instruments.Inflating, instruments.Measuring, instruments.Releasing
	for name, c := range map[string]struct {
		pressures []int
		want      []instruments.Phase
	}{
		"usual":         {[]int{0, 40, 100, 160, 158, 152, 145, 90, 38, 10}, []instruments.Phase{i, i, i, i, i, m, m, m, r, r}},
		"moving arm":    {[]int{0, 40, 35, 60, 54, 160, 150}, []instruments.Phase{i, i, i, i, i, i, m}},
		"pumps again":   {[]int{160, 150, 140, 157, 200, 190, 30}, []instruments.Phase{i, m, m, i, i, m, r}},
		"bump in steps": {[]int{160, 150, 140, 150, 130}, []instruments.Phase{i, m, m, m, m}},
	} {
		var monitor cuff.Monitor
		monitor.Begin(time.Now())
		var got []instruments.Phase
		for _, p := range c.pressures {
			if err := monitor.Observe(time.Now(), p); err != nil {
				t.Error(name, err)
			}
			got = append(got, monitor.Phase())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if monitor.Peak() != slices.Max(c.pressures) {
			t.Errorf("%s: peak %d", name, monitor.Peak())
		}
	}
}

func TestMonitorBarriers(t *testing.T) {
	now := time.Now()
	var monitor cuff.Monitor
	monitor.Begin(now)
	if err := monitor.Observe(now, 299); err != nil {
		t.Error(err)
	}
	if err := monitor.Observe(now, 300); instruments.CodeOf(err) != instruments.Overpressure {
		t.Error(err)
	}
	if err := monitor.Overdue(now.Add(1999 * time.Millisecond)); err != nil {
		t.Error(err)
	}
	if err := monitor.Overdue(now.Add(2 * time.Second)); instruments.CodeOf(err) != instruments.NoAnswer {
		t.Error(err)
	}
	if monitor.Emptied() || monitor.Empty() {
		t.Error("a tight cuff counts as empty")
	}
	if err := monitor.Observe(now, 14); err != nil || !monitor.Emptied() || !monitor.Empty() {
		t.Error(err, "an emptied cuff does not count as such")
	}
}

func TestValues(t *testing.T) {
	for name, c := range map[string]struct {
		result cuff.Result
		want   instruments.FaultCode
		flags  []vitals.Flag
	}{
		"good":                    {cuff.Result{Systolic: 128, Diastolic: 82, Mean: 97, Pulse: 71}, "", nil},
		"without a mean":          {cuff.Result{Systolic: 128, Diastolic: 82, Pulse: 71}, "", nil},
		"narrow":                  {cuff.Result{Systolic: 96, Diastolic: 82, Pulse: 71}, "", []vitals.Flag{vitals.WidePulse}},
		"just not narrow":         {cuff.Result{Systolic: 97, Diastolic: 82, Pulse: 71}, "", nil},
		"wide":                    {cuff.Result{Systolic: 201, Diastolic: 80, Pulse: 71}, "", []vitals.Flag{vitals.WidePulse}},
		"just not wide":           {cuff.Result{Systolic: 200, Diastolic: 80, Pulse: 71}, "", nil},
		"nothing":                 {cuff.Result{}, instruments.NoPulse, nil},
		"no systolic":             {cuff.Result{Diastolic: 82, Pulse: 71}, instruments.NoPulse, nil},
		"no pulse":                {cuff.Result{Systolic: 128, Diastolic: 82}, instruments.NoPulse, nil},
		"kilopascals":             {cuff.Result{Systolic: 17, Diastolic: 11, Pulse: 71}, instruments.OutOfRange, nil},
		"systolic too high":       {cuff.Result{Systolic: 301, Diastolic: 82, Pulse: 71}, instruments.OutOfRange, nil},
		"diastolic too high":      {cuff.Result{Systolic: 250, Diastolic: 216, Pulse: 71}, instruments.OutOfRange, nil},
		"diastolic too low":       {cuff.Result{Systolic: 128, Diastolic: 19, Pulse: 71}, instruments.OutOfRange, nil},
		"pulse too slow":          {cuff.Result{Systolic: 128, Diastolic: 82, Pulse: 29}, instruments.OutOfRange, nil},
		"pulse too fast":          {cuff.Result{Systolic: 128, Diastolic: 82, Pulse: 241}, instruments.OutOfRange, nil},
		"systolic is diastolic":   {cuff.Result{Systolic: 82, Diastolic: 82, Pulse: 71}, instruments.Implausible, nil},
		"systolic less":           {cuff.Result{Systolic: 82, Diastolic: 128, Pulse: 71}, instruments.Implausible, nil},
		"mean is diastolic":       {cuff.Result{Systolic: 128, Diastolic: 82, Mean: 82, Pulse: 71}, instruments.Implausible, nil},
		"mean is systolic":        {cuff.Result{Systolic: 128, Diastolic: 82, Mean: 128, Pulse: 71}, instruments.Implausible, nil},
		"no living person, 290":   {cuff.Result{Systolic: 290, Diastolic: 82, Pulse: 71}, instruments.Implausible, nil},
		"no living person, 45/30": {cuff.Result{Systolic: 45, Diastolic: 30, Pulse: 71}, instruments.Implausible, nil},
	} {
		values, flags, err := c.result.Values(cuff.AnyCuff())
		if instruments.CodeOf(err) != c.want || !slices.Equal(flags, c.flags) {
			t.Errorf("%s: %v, %v", name, flags, err)
		}
		if (err == nil) != (len(values) > 0) {
			t.Errorf("%s: values %v with %v", name, values, err)
		}
	}
}

func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rest cuff.Rest
		began := time.Now()
		if err := rest.Wait(t.Context()); err != nil || time.Since(began) != 0 {
			t.Errorf("waited %s, %v", time.Since(began), err)
		}
		rest.Begin()
		time.Sleep(2 * time.Second)
		if err := rest.Wait(t.Context()); err != nil || time.Since(began) != cuff.Interval {
			t.Errorf("waited %s, %v", time.Since(began), err)
		}
		rest.Begin()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := rest.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

// TestRestAfterRelease: an arm that may have been squeezed gets its rest, and
// a cuff that was empty all along can be started at once. One that is at rest and
// tells no pressure is not watched, and is started no sooner than if it had been.
func TestRestAfterRelease(t *testing.T) {
	silent := instruments.NewFault(instruments.NoAnswer, "")
	const none, interval, fall = 0, cuff.Interval, 2500 * time.Millisecond
	for name, c := range map[string]struct {
		valve          valve
		release, start time.Duration // at least so long after the beginning
		soon           bool          // and it is released no later
	}{
		"at rest":                {valve{confirms: true}, none, none, true},
		"at rest, no confirm":    {valve{pressure: 14}, none, none, false},
		"was tight":              {valve{pressure: 160, falls: 20, confirms: true}, none, interval, false},
		"stays tight":            {valve{pressure: 160}, none, interval, false},
		"tells nothing":          {valve{senseErr: silent}, none, interval, false},
		"at rest, mute":          {valve{confirms: true, mute: 1}, none, fall + interval, true},
		"at rest, mute, unheard": {valve{mute: 1}, fall, fall + interval, false},
		"was tight, mute":        {valve{pressure: 160, falls: 20, confirms: true, mute: 2}, fall, fall + interval, false},
		"deaf to one, mute":      {valve{pressure: 160, falls: 20, confirms: true, mute: 1, deaf: 1}, fall, fall + interval, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var rest cuff.Rest
				began := time.Now()
				_ = rest.Release(&c.valve) // see TestRelease
				released := time.Since(began)
				if released < c.release || c.soon && released > c.release {
					t.Errorf("released after %s", released)
				}
				if err := rest.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				started := time.Since(began)
				if started < c.start || (started > released) != (c.start > 0) {
					t.Errorf("released after %s, started after %s", released, started)
				}
			})
		})
	}
}
