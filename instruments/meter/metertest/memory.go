package metertest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata" // for the nights on which clocks change

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

func (k Kit) testClocks(t *testing.T) {
	tests := []struct {
		off   time.Duration
		code  instruments.FaultCode
		doubt bool
	}{
		{0, "", false},
		{-10 * time.Second, "", false},
		{3 * time.Minute, "", true},
		{-14 * time.Minute, "", true},
		{time.Hour, "", true},
		{-6 * time.Hour, "", true},
		{25 * time.Minute, instruments.ClockUnset, false},
		{time.Date(2000, 1, 1, 0, 0, 0, 0, zone).Sub(start), instruments.ClockUnset, false},
		{365 * 24 * time.Hour, instruments.ClockUnset, false},
	}
	if k.Clockless {
		k.testUnreadClocks(t)
		return
	}
	for _, tt := range tests {
		t.Run(tt.off.String(), func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) {
				v.meter.SetClockError(tt.off)
				v.meter.AddResult(ago(24*time.Hour, 333))
				v.meter.AddResult(ago(2*time.Minute, 104))
				out := k.measure(t, v)
				if tt.code != "" {
					out.want(t, tt.code)
					return
				}
				out.want(t, "", "104 mg/dL")
				r := out.readings[0]
				if miss := r.Taken.Sub(start.Add(-2 * time.Minute)).Abs(); miss > k.Resolution+time.Second {
					t.Errorf("taken %s, off by %s", r.Taken, miss)
				}
				shown := start.Add(-2 * time.Minute).Add(tt.off).Truncate(k.Resolution)
				if !r.InstrumentTime.Equal(shown) || r.InstrumentTime.Location() != zone {
					t.Errorf("instrument time %s, want %s", r.InstrumentTime, shown.In(zone))
				}
				if (r.Drift - tt.off).Abs() > k.Resolution+time.Second {
					t.Errorf("drift %s, want %s", r.Drift, tt.off)
				}
				if slices.Contains(r.Flags, vitals.ClockDoubt) != tt.doubt {
					t.Errorf("flags %v", r.Flags)
				}
			})
		})
	}
}

// testDaylightSaving measures in the hour that comes twice.
func (k Kit) testDaylightSaving(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, time.October, 25, 0, 30, 15, 0, time.UTC) // 02:30
	for _, at := range []time.Time{first, first.Add(time.Hour)} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			now := func() time.Time { return at.Add(time.Since(begun)) }
			v := &visit{job: instruments.Job{Since: at.Add(-5 * time.Minute), Zone: berlin, Now: now}}
			v.meter = k.NewTwin(simulated.Options{Now: now, Zone: berlin})
			v.meter.Clear()
			v.meter.AddResult(simulated.Result{At: at.Add(-time.Minute), MgPerDL: 104})
			out := k.measure(t, v)
			if k.Clockless { // which of the two hours it was nobody can tell
				out.want(t, instruments.ClockUnset)
				return
			}
			out.want(t, "", "104 mg/dL")
			if miss := out.readings[0].Taken.Sub(at.Add(-time.Minute)).Abs(); miss > k.Resolution+time.Second {
				t.Errorf("taken %s, off by %s", out.readings[0].Taken, miss)
			}
		})
	}
}

func (k Kit) testMemories(t *testing.T) {
	full := func(v *visit, n int) {
		for i := range n {
			v.meter.AddResult(ago(time.Duration(n-i+1)*time.Hour, 333))
		}
	}
	tests := []struct {
		name   string
		fill   func(v *visit)
		code   instruments.FaultCode
		values []string
	}{
		{"empty", func(v *visit) {}, instruments.NoNewResult, nil},
		{"one", func(v *visit) { v.meter.AddResult(ago(time.Minute, 104)) }, "", []string{"104 mg/dL"}},
		{"newest is older", func(v *visit) { full(v, 3) }, instruments.NoNewResult, nil},
		{"a minute before the margin", func(v *visit) {
			v.meter.AddResult(ago(5*time.Minute+k.Margin+time.Minute, 333))
		}, instruments.NoNewResult, nil},
		{"full", func(v *visit) {
			full(v, k.Capacity-1)
			v.meter.AddResult(ago(time.Minute, 104))
		}, "", []string{"104 mg/dL"}},
		{"rolled over", func(v *visit) {
			full(v, k.Capacity+5)
			v.meter.AddResult(ago(time.Minute, 104))
		}, "", []string{"104 mg/dL"}},
		{"two in one minute", func(v *visit) {
			full(v, 2)
			v.meter.AddResult(ago(10*time.Second, 104))
			v.meter.AddResult(ago(2*time.Second, 111))
		}, instruments.SeveralResults, []string{"111 mg/dL", "104 mg/dL"}},
		{"two people", func(v *visit) {
			v.meter.AddResult(ago(20*time.Minute, 333))
			v.meter.AddResult(ago(15*time.Minute, 333))
			v.meter.AddResult(ago(time.Minute, 104))
		}, "", []string{"104 mg/dL"}},
		{"older ones out of order", func(v *visit) {
			v.meter.AddResult(ago(15*time.Minute, 333))
			v.meter.AddResult(ago(48*time.Hour, 333))
			v.meter.AddResult(ago(20*time.Minute, 333))
			v.meter.AddResult(ago(time.Minute, 104))
		}, "", []string{"104 mg/dL"}},
		{"newest in the future", func(v *visit) {
			full(v, 3)
			v.meter.AddResult(ago(-10*time.Minute, 333))
		}, instruments.ClockUnset, nil},
		{"future behind a good one", func(v *visit) {
			v.meter.AddResult(ago(-10*time.Minute, 333))
			v.meter.AddResult(ago(time.Minute, 104))
		}, "", []string{"104 mg/dL"}},
		{"newest without a date", func(v *visit) {
			full(v, 3)
			v.meter.AddResult(simulated.Result{At: start, MgPerDL: 333, Kind: simulated.Undated})
		}, instruments.DamagedRecord, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) {
				tt.fill(v)
				out := k.measure(t, v)
				out.want(t, tt.code, tt.values...)
				k.checkOthers(t, out)
			})
		})
	}
}

// fewBytes is plenty for a visit at a meter that is asked result by result.
const fewBytes = 250

// checkOthers makes sure that no 333, the value of everybody else, came along.
func (k Kit) checkOthers(t *testing.T, out outcome) {
	t.Helper()
	trace := k.Traces(333)
	for _, r := range out.readings {
		var crossed []byte
		for _, f := range r.Capture {
			crossed = append(crossed, f.Bytes...)
		}
		if len(crossed) == 0 || bytes.Contains(crossed, trace) {
			t.Errorf("captured %q", crossed)
		}
	}
	if k.Unread && bytes.Contains(out.fromWire, trace) {
		t.Error("another person's value was read")
	}
	if k.Unread && len(out.fromWire) > fewBytes {
		t.Errorf("%d bytes were read for one visit", len(out.fromWire))
	}
	if text := fmt.Sprintf("%v %v", out.err, out.faults); bytes.Contains([]byte(text), []byte("333")) {
		t.Errorf("a fault tells a value: %s", text)
	}
}

func (k Kit) testKinds(t *testing.T) {
	for kind, code := range k.Refused {
		odd := simulated.Result{At: start.Add(-time.Minute), MgPerDL: 88, Kind: kind}
		t.Run(string(kind), func(t *testing.T) {
			k.in(t, func(t *testing.T, v *visit) { // alone and newest
				v.meter.AddResult(ago(24*time.Hour, 333))
				v.meter.AddResult(odd)
				out := k.measure(t, v)
				out.want(t, code)
				k.checkOthers(t, out)
			})
			k.in(t, func(t *testing.T, v *visit) { // beside the result of the visit
				v.meter.AddResult(ago(2*time.Minute, 104))
				v.meter.AddResult(odd)
				out := k.measure(t, v)
				out.want(t, "", "104 mg/dL")
				if len(out.faults) != 1 || out.faults[0].Code != code {
					t.Errorf("passing faults %v", out.faults)
				}
			})
			k.in(t, func(t *testing.T, v *visit) { // somebody else's is nobody's business
				v.meter.AddResult(simulated.Result{At: start.Add(-time.Hour), MgPerDL: 88, Kind: kind})
				v.meter.AddResult(ago(time.Minute, 104))
				out := k.measure(t, v)
				out.want(t, "", "104 mg/dL")
				if len(out.faults) != 0 {
					t.Errorf("passing faults %v", out.faults)
				}
			})
		})
	}
}

func (k Kit) testRanges(t *testing.T) {
	l := k.limits()
	tests := map[int]string{0: l.Lo().String(), l.Low - 1: l.Lo().String(), l.High + 1: l.Hi().String(), 999: l.Hi().String()}
	for _, number := range []int{l.Low, l.Low + 1, l.High - 1, l.High} {
		tests[number] = fmt.Sprintf("%d mg/dL", number)
	}
	if k.AtLimits {
		tests[l.Low], tests[l.High] = l.Lo().String(), l.Hi().String()
	}
	for number, want := range tests {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.AddResult(ago(time.Minute, number))
			out := k.measure(t, v)
			if k.Numbers && (number < l.Low || number > l.High) {
				out.want(t, instruments.DamagedRecord)
				return
			}
			out.want(t, "", want)
		})
	}
	if k.Unmarked {
		return
	}
	meals := k.Meals
	if meals == nil {
		meals = []vitals.Meal{vitals.BeforeMeal, vitals.AfterMeal}
	}
	for _, meal := range append(meals, vitals.MealUnknown) {
		k.in(t, func(t *testing.T, v *visit) {
			v.meter.AddResult(simulated.Result{At: start.Add(-time.Minute), MgPerDL: 104, Meal: meal})
			out := k.measure(t, v)
			out.want(t, "", "104 mg/dL")
			if out.readings[0].Meal != meal {
				t.Errorf("meal %q, want %q", out.readings[0].Meal, meal)
			}
		})
	}
}

// testTwinFaults runs visits at the demonstration twin.
func (k Kit) testTwinFaults(t *testing.T) {
	control, sent := k.Refused[simulated.ControlTest]
	if !sent { // the meter keeps it to itself
		control = instruments.NoNewResult
	}
	wrongClock := instruments.ClockUnset
	if k.Clockless {
		wrongClock = instruments.NoNewResult
	}
	var limits instruments.FaultCode
	if k.Numbers {
		limits = instruments.DamagedRecord
	}
	for fault, code := range map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.High: limits, simulated.Low: limits, simulated.Critical: "",
		simulated.Control: control, simulated.WrongClock: wrongClock, simulated.NoResult: instruments.NoNewResult,
	} {
		synctest.Test(t, func(t *testing.T) {
			for range 3 { // one visit after the other
				v := k.newVisit(fault)
				v.job.Since = v.job.Now()
				time.Sleep(3 * time.Second)
				out := k.measure(t, v)
				if instruments.CodeOf(out.err) != code || code == "" && len(out.readings) != 1 {
					t.Errorf("%q: %q, %v", fault, out.values(), out.err)
				}
				for _, r := range out.readings {
					if r.Taken.After(v.job.Now()) {
						t.Errorf("%q: taken in the future, %s", fault, r.Taken)
					}
					comparator := map[simulated.Fault]vitals.Comparator{simulated.High: vitals.Above, simulated.Low: vitals.Below}[fault]
					if q := r.Values[0].Quantity; q.Comparator != comparator {
						t.Errorf("%q: %s", fault, q)
					}
				}
				time.Sleep(time.Minute)
			}
		})
	}
}

// testEverything reads the whole memory and decodes what crossed the wire.
func (k Kit) testEverything(t *testing.T) {
	k.in(t, func(t *testing.T, v *visit) {
		v.job.Since = time.Time{}
		want := []string{}
		for i := range 40 {
			value := 60 + 7*i
			v.meter.AddResult(ago(time.Duration(40-i)*5*time.Hour, value))
			want = slices.Insert(want, 0, fmt.Sprintf("%d mg/dL", value))
		}
		out := k.measure(t, v)
		out.want(t, "", want...)
		if last := out.progress[len(out.progress)-1]; last.Total != 40 || last.Phase != instruments.Downloading {
			t.Errorf("last progress %+v", last)
		}
		for i, r := range out.readings {
			if r.Record != fmt.Sprint(i) || (r.Identity.Serial == "") != k.Nameless || r.Identity.HasClock == k.Clockless {
				t.Errorf("reading %d: %+v", i, r)
			}
			old := v.job.Now().Sub(r.Taken) > vitals.StoredAfter
			if slices.Contains(r.Flags, vitals.StoredReading) != old {
				t.Errorf("reading %d of %s: flags %v", i, r.Taken, r.Flags)
			}
		}
		var decoded outcome
		err := k.Driver.Decode(bytes.NewReader(out.fromWire), instruments.Job{Zone: zone, Now: v.job.Now}, func(e instruments.Event) {
			switch e := e.(type) {
			case *instruments.Reading:
				decoded.readings = append(decoded.readings, e)
			case *instruments.Fault:
				t.Errorf("decoding: %v", e)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		// Some drivers look at the newest result a second time.
		decoded.readings = decoded.readings[:min(len(decoded.readings), len(want))]
		decoded.want(t, "", want...)
		for i, r := range decoded.readings {
			if !r.InstrumentTime.Equal(out.readings[i].InstrumentTime) || r.Identity.HasClock || r.Drift != 0 {
				t.Errorf("decoded %d: %+v", i, r)
			}
		}
	})
}

// testAnyMemory: whatever is stored and whenever the visit began, what comes
// out lies in the visit, and if the memory is in order all of it comes out.
func (k Kit) testAnyMemory(t *testing.T) {
	for seed := range uint64(150) {
		k.in(t, func(t *testing.T, v *visit) { k.tryMemory(t, v, rand.New(rand.NewPCG(seed, 1))) })
	}
}

func (k Kit) tryMemory(t *testing.T, v *visit, rnd *rand.Rand) {
	since := time.Duration(1+rnd.IntN(120)) * time.Minute
	v.job.Since = start.Add(-since)
	if off := time.Duration(rnd.IntN(14*60)-7*60) * time.Second; !k.Clockless {
		v.meter.SetClockError(off)
	}
	times := make([]time.Duration, rnd.IntN(12))
	for i := range times {
		times[i] = time.Duration(rnd.IntN(240*60)) * time.Second
	}
	ordered := rnd.IntN(2) == 0
	if ordered {
		slices.SortFunc(times, func(a, b time.Duration) int { return int(b - a) })
	}
	inside, border := []string{}, false
	for i, at := range times {
		v.meter.AddResult(ago(at, 100+i))
		far := at - (since + k.Margin)
		border = border || far.Abs() <= k.Resolution+time.Second
		if far < 0 {
			inside = slices.Insert(inside, 0, fmt.Sprintf("%d mg/dL", 100+i))
		}
	}
	out := k.measure(t, v)
	if border {
		return
	}
	for _, value := range out.values() {
		if !slices.Contains(inside, value) {
			t.Errorf("since %s, memory %v: %s is not of this visit", since, times, value)
		}
	}
	if ordered && !slices.Equal(out.values(), inside) {
		t.Errorf("since %s, memory %v: got %q, want %q", since, times, out.values(), inside)
	}
}
