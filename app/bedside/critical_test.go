package bedside_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// The way that is allowed: measured, repeated, told, read back, finished.
func TestCriticalIsReadBackBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.gives(oxygen(86), oxygen(88))
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		if s := b.at(bedside.Review); !s.Result.RepeatDue {
			t.Fatal("a critical value need not be repeated")
		}
		if b.Accept() == nil {
			t.Fatal("a critical value is accepted without being repeated")
		}
		b.do(b.Again())
		b.do(b.Start())
		s := b.at(bedside.Review)
		if s.Result.RepeatDue || s.Result.Values[0].Quantity.Value.Int() != 88 && s.Result.Tier < guideline.Emergency {
			t.Fatalf("the result is %+v", s.Result)
		}
		b.do(b.Accept())
		s = b.at(bedside.Tell)
		if len(s.Untold) != 1 {
			t.Fatalf("%d to tell of, want 1", len(s.Untold))
		}
		if b.Finish() == nil || b.Measure(vitals.Oximetry) == nil {
			t.Fatal("there is a way past the read-back")
		}
		critical := s.Untold[0]
		said := records.Telling{Observation: critical.ID, To: "Dr Cole", Role: "doctor", Way: "phone", Identified: true, ReadBack: oxygen(98)[:1]}
		b.do(b.TellOf(said))
		if s := b.at(bedside.Tell); !errors.Is(s.TellError, records.ErrReadBack) || len(b.stored().Tellings) != 0 {
			t.Errorf("another value read back: %v", s.TellError)
		}
		value, _ := critical.Values.Get(vitals.SpO2)
		said.ReadBack = vitals.Values{{Measure: vitals.SpO2, Quantity: value}}
		b.do(b.TellOf(said))
		b.at(bedside.Choose)
		if e := b.stored(); len(e.Tellings) != 1 || len(e.Untold()) != 0 {
			t.Errorf("stored %+v", e.Tellings)
		}
		b.do(b.Finish())
		b.at(bedside.Finished)
	})
}

// Nobody gets to the end of a visit with something untold, whatever they press.
func TestNoWayToTheEndPastTheReadBack(t *testing.T) {
	for seed := range 12 {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, lena(), false)
			for i := range 60 {
				if i%3 == 0 {
					b.rack.gives(oxygen(84+seed%4), mmHg(190+i%7, 118), instruments.Moved)
				}
				b.press(seed*7919 + i*104729)
				synctest.Wait()
				if s := b.State(); s.Phase == bedside.Finished {
					e := b.stored()
					if len(e.Untold()) > 0 || e.Status != records.Finished {
						t.Fatalf("finished with %d untold", len(e.Untold()))
					}
					return
				}
			}
		})
	}
}

// press does something; what is not possible is refused and changes nothing.
func (b *bench) press(n int) {
	s := b.State()
	actions := []func() error{
		b.Start, b.SkipRest, b.Again, b.Look, b.Accept, b.Finish, b.GiveUp, b.SaveAgain, b.Stop,
		func() error { return b.Measure(vitals.Oximetry) },
		func() error { return b.Measure(vitals.BloodPressure) },
		func() error { return b.SetAside(0, "moved") },
		func() error { return b.SkipRepeat("refused") },
		func() error { return b.Shows(0) },
		func() error { time.Sleep(time.Minute); return nil },
		func() error {
			if len(s.Untold) == 0 {
				return bedside.ErrNotNow
			}
			wrong := records.Telling{Observation: s.Untold[0].ID, To: "x", Role: "nurse", Way: "phone", Identified: true, ReadBack: oxygen(70)[:1]}
			return b.TellOf(wrong)
		},
	}
	_ = actions[(n%len(actions)+len(actions))%len(actions)]() // refused is fine
}

// Two members of staff measure one person at the same time: both results are
// kept, and the second one is told.
func TestTwoOfStaffWithOnePerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.gives(oxygen(97))
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		b.do(b.Accept())
		// Another screen opens the visit, and both go on.
		rack := &counter{}
		rack.plug(vitals.BodyTemperature)
		rack.gives(vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Quantity{Value: decimal(t, "36.8"), Unit: vitals.Celsius}}})
		other := bedside.New(config(t, rack, b.hands), b.stored(), guideline.Subject{Age: 56, AgeKnown: true}, false)
		defer other.Close()
		b.rack.gives(mmHg(128, 80))
		b.do(b.Measure(vitals.BloodPressure))
		b.do(b.SkipRest())
		b.do(b.Start())
		b.do(b.Look())
		b.do(b.Accept())
		b.do(other.Measure(vitals.BodyTemperature))
		b.do(other.Start())
		b.do(other.Accept())
		if s := other.State(); !s.Joined || !s.Saved || s.SaveError != nil {
			t.Errorf("the second is not told: joined %t, saved %t, %v", s.Joined, s.Saved, s.SaveError)
		}
		if e := b.stored(); len(e.Observations) != 3 {
			t.Errorf("%d observations are left of 3", len(e.Observations))
		}
		if b.State().Joined {
			t.Error("the first one is told of something that did not happen to them")
		}
	})
}

func TestSetAsideIsKeptWithItsReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.gives(mmHg(170, 99), mmHg(132, 84), mmHg(130, 82))
		b.do(b.Measure(vitals.BloodPressure))
		b.do(b.SkipRest())
		b.do(b.Start())
		b.do(b.SetAside(0, "talked"))
		for range 2 {
			time.Sleep(time.Minute)
			synctest.Wait()
			b.do(b.Start())
		}
		s := b.at(bedside.Review)
		if s.Result == nil || s.Result.Of != 2 || s.Result.Values[0].Quantity.Value.Int() != 131 || s.Result.Grade != "B" {
			t.Fatalf("the result is %+v", s.Result)
		}
		if b.SetAside(1, "because") == nil || b.SetAside(9, "talked") == nil {
			t.Error("any reason, any reading")
		}
		b.do(b.Accept())
		if e := b.stored(); len(e.Observations) != 4 || e.Observations[0].Excluded != "set-aside-talked" || e.Observations[0].Result() {
			t.Errorf("stored %+v", e.Observations)
		}
	})
}

func TestStopLetsTheCuffGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.hold = make(chan struct{})
		b.do(b.Measure(vitals.BloodPressure))
		b.do(b.SkipRest())
		b.do(b.Start())
		b.at(bedside.Running)
		b.do(b.Stop())
		s := b.at(bedside.Pause) // the arm was squeezed, so it rests
		if len(s.Attempts) != 1 || s.Fault == nil || s.Fault.Code != instruments.Stopped {
			t.Errorf("after a stop: %d attempts, %v", len(s.Attempts), s.Fault)
		}
		b.do(b.GiveUp())
		if s := b.at(bedside.Choose); len(s.Visit.Observations) != 0 {
			t.Error("something is kept of what was given up")
		}
	})
}

// Whoever was here before is measured on the arm that earlier visits found, unless that is
// the one with a fistula.
func TestUsualArm(t *testing.T) {
	for name, test := range map[string]struct {
		first bool
		marks []records.Mark
		want  vitals.Arm
	}{
		"again":   {false, nil, vitals.RightArm},
		"first":   {true, nil, vitals.LeftArm}, // both are measured
		"fistula": {false, []records.Mark{"fistula-right"}, vitals.LeftArm},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := lena()
			p.Marks = test.marks
			b := newBench(t, p, test.first, func(c *bedside.Config) { c.Arm = vitals.RightArm })
			b.do(b.Measure(vitals.BloodPressure))
			if s := b.State(); s.Arm != test.want {
				t.Errorf("%s: the %s arm is proposed", name, s.Arm)
			}
		})
	}
}

// The arm with a fistula is neither proposed nor squeezed.
func TestSparedArm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := lena()
		p.Marks = []records.Mark{"fistula-left"}
		b := newBench(t, p, true)
		b.do(b.Measure(vitals.BloodPressure))
		b.do(b.SkipRest())
		if s := b.State(); s.Arm != vitals.RightArm {
			t.Errorf("the %s arm is proposed", s.Arm)
		}
		b.do(b.SetArm(vitals.LeftArm))
		if b.Start() == nil {
			t.Error("the cuff of the spared arm is filled")
		}
	})
}

func TestEnteredByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.do(b.Enter(vitals.BodyTemperature))
		typed := bedside.Typed{Panel: vitals.BodyTemperature, Numbers: map[vitals.Measure]string{vitals.Temperature: "36,8"},
			Units: map[vitals.Measure]vitals.Unit{vitals.Temperature: vitals.Celsius}}
		problems, err := b.Type(typed)
		if len(problems) > 0 || err != nil {
			t.Fatalf("refused: %v, %v", problems, err)
		}
		synctest.Wait()
		b.do(b.Accept())
		e := b.stored()
		o := e.Observations[0]
		if o.Origin.EnteredBy != "Ben" || o.Values[0].Quantity.Value.String() != "36.8" || o.Statement.Grade != "B" ||
			!slices.Contains(o.Statement.Reasons, "entered-by-hand") {
			t.Errorf("stored %+v with %+v", o, o.Statement)
		}
	})
}

func decimal(t *testing.T, s string) vitals.Decimal {
	t.Helper()
	d, err := vitals.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCheckTyped(t *testing.T) {
	now := time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)
	type numbers = map[vitals.Measure]string
	for _, test := range []struct {
		panel   vitals.Panel
		numbers numbers
		taken   time.Time
		field   vitals.Measure
		why     bedside.ProblemKind
	}{
		{vitals.BloodPressure, numbers{vitals.Systolic: "142", vitals.Diastolic: "91"}, time.Time{}, "", ""},
		{vitals.BloodPressure, numbers{vitals.Systolic: " ١٤٢ ", vitals.Diastolic: "٩١", vitals.Pulse: "७१"}, time.Time{}, "", ""},
		{vitals.BloodPressure, numbers{vitals.Systolic: "142"}, time.Time{}, vitals.Diastolic, bedside.Missing},
		{vitals.BloodPressure, numbers{vitals.Systolic: "14Z", vitals.Diastolic: "91"}, time.Time{}, vitals.Systolic, bedside.NoNumber},
		{vitals.BloodPressure, numbers{vitals.Systolic: "1,4,2", vitals.Diastolic: "91"}, time.Time{}, vitals.Systolic, bedside.NoNumber},
		{vitals.BloodPressure, numbers{vitals.Systolic: "1420", vitals.Diastolic: "91"}, time.Time{}, vitals.Systolic, bedside.OutOfRange},
		{vitals.BloodPressure, numbers{vitals.Systolic: "-142", vitals.Diastolic: "91"}, time.Time{}, vitals.Systolic, bedside.NoNumber},
		{vitals.BloodPressure, numbers{vitals.Systolic: "91", vitals.Diastolic: "142"}, time.Time{}, vitals.Diastolic, bedside.NotAbove},
		{vitals.BloodPressure, numbers{vitals.Systolic: "142", vitals.Diastolic: "91"}, now.Add(time.Minute), vitals.Systolic, bedside.InTheFuture},
		{vitals.Oximetry, numbers{vitals.SpO2: "97", vitals.Pulse: "12"}, time.Time{}, vitals.Pulse, bedside.OutOfRange},
	} {
		values, problems := bedside.Typed{Panel: test.panel, Numbers: test.numbers, Taken: test.taken}.Check(now)
		if test.why == "" {
			if len(problems) > 0 || len(values) != len(test.numbers) {
				t.Errorf("%v: %v, %v", test.numbers, values, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[test.field].Why != test.why {
			t.Errorf("%v: %v, want %s at %s", test.numbers, problems, test.why, test.field)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"36,8", "٣٦٫٨", "1.2.3", "", "९", "-3", "1e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := bedside.ParseNumber(s)
		if err != nil {
			return
		}
		if again, err := bedside.ParseNumber(d.String()); err != nil || again.Cmp(d) != 0 || d.Cmp(vitals.Int(0)) < 0 {
			t.Errorf("%q is read as %s, which is read as %s, %v", s, d, again, err)
		}
	})
}

// A save that fails loses nothing: the next one has everything.
func TestFailedSaveIsSavedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		refuse := true
		b.hands.fail = func() error {
			if refuse {
				return records.ErrFull
			}
			return nil
		}
		b.rack.gives(oxygen(97))
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		b.do(b.Accept())
		if s := b.State(); s.Saved || !errors.Is(s.SaveError, records.ErrFull) || len(s.Visit.Observations) != 1 {
			t.Fatalf("a failed save: saved %t, %v", s.Saved, s.SaveError)
		}
		refuse = false
		b.do(b.SaveAgain())
		if s := b.State(); !s.Saved || s.SaveError != nil {
			t.Errorf("saved again: %t, %v", s.Saved, s.SaveError)
		}
		if got, err := b.store.Encounter(context.Background(), b.State().Visit.ID); err != nil || len(got.Observations) != 1 {
			t.Errorf("stored %+v, %v", got, err)
		}
	})
}

// Whatever is measured can be typed, in each of its units.
func TestEveryPanelCanBeTyped(t *testing.T) {
	for _, p := range vitals.Panels() {
		for _, u := range bedside.UnitsOf(p.Main()[0]) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, lena(), false)
				b.do(b.Enter(p))
				typed := bedside.Typed{Panel: p, Numbers: map[vitals.Measure]string{}, Units: map[vitals.Measure]vitals.Unit{p.Main()[0]: u}}
				needed, more := bedside.Fields(p)
				for _, m := range slices.Concat(needed, more) {
					unit := u
					if m != p.Main()[0] {
						unit = bedside.UnitsOf(m)[0]
					}
					low, high, _ := vitals.PlausibleRange(m, unit)
					typed.Numbers[m] = vitals.Mean([]vitals.Decimal{low, high}, 1).String()
				}
				if p == vitals.BloodPressure {
					typed.Numbers[vitals.Systolic], typed.Numbers[vitals.Diastolic] = "130", "80"
				}
				problems, err := b.Type(typed)
				if len(problems) > 0 || err != nil {
					t.Errorf("%s in %s: %v, %v", p, u, problems, err)
				}
				if s := b.State(); s.Phase != bedside.Review || s.Result == nil {
					t.Errorf("%s in %s ends in %s with %v", p, u, s.Phase, s.Fault)
				}
			})
		}
	}
}

// A session that ended as something was to be saved never answers; whoever comes
// back can save it.
func TestSaveWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.rack.gives(oxygen(97))
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		b.hands.gone = true
		b.do(b.Accept())
		if s := b.State(); !s.Saving || b.SaveAgain() == nil {
			t.Fatalf("right after: %+v", s.SaveError)
		}
		time.Sleep(30 * time.Second)
		if s := b.State(); s.Saving || s.Saved || s.SaveError == nil {
			t.Fatalf("later: saving %t, saved %t, %v", s.Saving, s.Saved, s.SaveError)
		}
		b.hands.gone = false
		b.do(b.SaveAgain())
		if s := b.State(); !s.Saved || s.SaveError != nil || len(b.stored().Observations) != 1 {
			t.Errorf("in the end: saved %t, %v", s.Saved, s.SaveError)
		}
	})
}
