package visit_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

// visits is for a longer search: go test -run Random -args -visits 100000.
var visits = flag.Int("visits", 1000, "how many random visits to try")

const (
	randomMoves = 60
	// randomStored is how many of the saved encounters go through the checks of
	// a real store, which flushes each to the disk.
	randomStored = 100
)

// TestRandomVisits lets people touch anything at any time, while instruments,
// cables and the disk do what they like.
func TestRandomVisits(t *testing.T) {
	steps := map[visit.Step]int{}
	var kept []*records.Encounter
	for seed := range uint64(*visits) {
		synctest.Test(t, func(t *testing.T) {
			c := newChaos(t, seed)
			for range randomMoves {
				c.move()
				c.check()
				steps[c.v.State().Step]++
				if t.Failed() {
					t.Fatalf("seed %d, after %s", seed, c.last)
				}
			}
			c.finish()
			kept = append(kept, c.store.latest()...)
		})
	}
	for _, at := range stands() {
		if steps[at.step] == 0 && *visits >= 1000 {
			t.Errorf("never came to %s", at.step)
		}
	}
	store := openStore(t)
	stride := max(1, len(kept)/randomStored)
	for i := 0; i < len(kept); i += stride {
		kept[i].Revision = 0
		if err := store.Save(t.Context(), kept[i]); err != nil {
			t.Errorf("a visit saved what the records refuse: %v", err)
		}
	}
	t.Logf("%d encounters kept; moves that ended at each step: %v", len(kept), steps)
}

// latest returns the last version of each encounter.
func (s *fakeStore) latest() []*records.Encounter {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*records.Encounter
	for _, e := range s.saves {
		if n := len(out); n > 0 && out[n-1].ID == e.ID {
			out[n-1] = e
			continue
		}
		out = append(out, e)
	}
	return out
}

// chaos is a kiosk at which anything happens.
type chaos struct {
	*kiosk
	rand  *rand.Rand
	meter string     // its serial number
	last  string     // move
	step  visit.Step // before the move
	pumps int        // that ran since the series began
	calls int        // of the rack before the move
}

func newChaos(t *testing.T, seed uint64) *chaos {
	c := &chaos{kiosk: newKiosk(t), rand: rand.New(rand.NewPCG(seed, 1)), meter: fmt.Sprint("M", seed)}
	for _, p := range vitals.Panels() {
		c.rack.plug(p)
	}
	if c.chance(2) {
		c.store.known = &records.Patient{ID: records.NewID(), Given: canary, Created: time.Now(),
			BirthDate: records.Date{Year: 1900 + c.rand.IntN(99), Month: 2, Day: 3}}
	}
	return c
}

// chance is true once in n times.
func (c *chaos) chance(n int) bool { return c.rand.IntN(n) == 0 }

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// move does one thing: mostly one that fits the step, sometimes any.
func (c *chaos) move() {
	s := c.v.State()
	c.calls = c.rack.started()
	step := s.Step
	c.step, c.last = s.Step, "time"
	c.rack.then(c.outcome(s.Panel))
	if s.Step == visit.Choose && c.chance(4) {
		c.rack.set(pick(c.rand, vitals.Panels()...), instruments.Ready)
	}
	waiting := s.Step == visit.Measure || s.Step == visit.Stopping || s.Step == visit.Rest || s.Step == visit.Pause || s.Searching
	switch n := c.rand.IntN(40); {
	case n == 0:
		c.world()
	case n < 4, waiting && n < 30:
		time.Sleep(pick(c.rand, time.Second, 29*time.Second, 31*time.Second, 61*time.Second, 91*time.Second, 5*time.Minute))
	case n < 7:
		step = pick(c.rand, stands()...).step
		fallthrough
	default:
		c.touch(step, s)
	}
	synctest.Wait()
	c.rack.mu.Lock()
	c.rack.outcomes = nil
	c.rack.mu.Unlock()
}

// world does something that is no touch.
func (c *chaos) world() {
	panel := pick(c.rand, vitals.Panels()...)
	switch c.rand.IntN(6) {
	case 0:
		c.last = "instrument changes"
		c.rack.set(panel, pick(c.rand, instruments.Ready, instruments.Ready, instruments.Ready, instruments.Silent, instruments.Unknown, instruments.InUse))
	case 1:
		c.last = "cable pulled for a moment"
		c.rack.set(panel, "")
		c.rack.plug(panel)
	case 2:
		c.last = "plugged"
		c.rack.plug(panel)
	case 3:
		c.last = "disk"
		c.store.fail(pick(c.rand, nil, nil, records.ErrFull))
	case 4:
		c.last = "speed of the disk"
		c.store.mu.Lock()
		c.store.delay = pick(c.rand, 0, 0, time.Second, 25*time.Second)
		c.store.mu.Unlock()
	case 5:
		c.last = "known"
		c.store.mu.Lock()
		c.store.findErr = pick(c.rand, records.ErrNotFound, records.ErrSeveral, errors.New("broken"))
		c.store.mu.Unlock()
	}
}

// touch touches a button that the screen of step has; an error says that
// nothing came of it.
func (c *chaos) touch(step visit.Step, s visit.State) {
	v, r := c.v, c.rand
	var err error
	switch {
	case c.chance(60):
		c.last = "cancel"
		v.Cancel()
	case c.chance(20):
		c.last = "language"
		v.SetLanguage(pick(r, "en", "es", "fr", "ar"))
	case c.chance(20):
		c.last = "help"
		pick(r, v.CallHelp, v.HelpArrived, v.Touch)()
	default:
		c.last = "button of " + string(step)
		err = pick(r, c.buttons(step, s)...)()
	}
	if err != nil && !errors.Is(err, visit.ErrNotNow) {
		c.t.Errorf("%s: %v", c.last, err)
	}
}

// buttons lists what can be touched at a step.
func (c *chaos) buttons(step visit.Step, s visit.State) []func() error {
	v, r := c.v, c.rand
	switch step {
	case visit.Welcome:
		return []func() error{v.Begin, func() error { return v.JustMeasure("") },
			func() error { return v.JustMeasure(pick(r, vitals.Panels()...)) }}
	case visit.Who:
		named := func() error { return v.Identify(canary, "Rossi", 1960, 1, 1) }
		return []func() error{v.Guest, v.Back, named, named, named, named,
			func() error { return v.Identify(canary, "", 1880+r.IntN(125), 1+r.IntN(12), 1+r.IntN(31)) },
			func() error { return v.Phone(pick(r, "07911 123456", "+1", ""), 1960, 1+r.IntN(13), 1) },
			func() error { return v.Card(pick(r, "4711", "", "\x00")) }}
	case visit.Consent:
		agree := func() error { return v.Agree(!c.chance(8), c.chance(2)) }
		return []func() error{v.Back, agree, agree, agree, agree}
	case visit.Choose, visit.Result:
		choose := func() error { return v.ChoosePanel(pick(r, vitals.Panels()...)) }
		return []func() error{choose, choose, choose, choose, v.Back, v.Done, v.MeasureAnother, v.SaveAgain}
	case visit.Question:
		answer := func() error { return v.Answer(harmless(s.Question)) }
		return []func() error{answer, answer, answer, answer, answer, answer, answer, answer, answer, answer,
			answer, answer, answer, answer, answer, answer, answer, answer, answer, answer, v.Back,
			func() error {
				return v.Answer(pick(r, visit.Yes, visit.No, visit.MealFasting, visit.Unknown, "perhaps"))
			}}
	case visit.Unsuitable, visit.Connect:
		return []func() error{v.Back, v.GiveUp}
	case visit.Prepare:
		return []func() error{v.Prepared, v.Prepared, v.Prepared, v.Back}
	case visit.Rest:
		return []func() error{v.GiveUp, v.Unsettled, func() error { return v.SkipRest(pick(r, append(visit.SkipReasons(), "because")...)) }}
	case visit.Ready:
		return []func() error{v.StartReading, v.StartReading, v.StartReading, v.StartReading,
			v.StartReading, v.StartReading, v.StartReading, v.StartReading, v.GiveUp, v.Back}
	case visit.Measure, visit.Stopping:
		return []func() error{v.Stop}
	case visit.Pause:
		return []func() error{v.GiveUp, v.StartReading}
	case visit.Confirm:
		return []func() error{v.RefuseReading, func() error { return v.ConfirmReading(r.IntN(3) - 1) },
			func() error { return v.ConfirmReading(0) }}
	case visit.Trouble:
		return []func() error{v.Retry, v.Retry, v.Retry, v.GiveUp}
	case visit.Urgent:
		return []func() error{v.Repeat, v.Repeat, v.SkipRepeat, v.FeelUnwell, v.Understood, v.SaveAgain,
			func() error { return v.Symptoms(c.chance(4)) }}
	}
	return []func() error{v.Done, v.Leave, v.Next, v.MeasureAnother, v.SaveAgain}
}

// outcome is what the instrument would do, should it be told to measure now.
func (c *chaos) outcome(p vitals.Panel) outcome {
	r := c.rand
	end := c.end()
	var readings []*instruments.Reading
	if end == nil || c.chance(4) {
		for range 1 + r.IntN(2) {
			readings = append(readings, c.reading(p))
		}
	}
	if len(readings) > 1 && p == vitals.BloodGlucose && c.chance(2) {
		end = instruments.NewFault(instruments.SeveralResults, "")
	}
	whole := runs(p, end, readings...)
	if c.chance(20) {
		whole = stuck
	} else if c.chance(20) {
		whole = refuses(pick(r, instruments.FaultCodes()...))
	}
	return func(ctx context.Context, job instruments.Job, emit func(instruments.Event)) error {
		return whole(ctx, job, func(e instruments.Event) {
			if p, ok := e.(*instruments.Progress); ok && p.Phase == instruments.Inflating {
				c.pumps++
			}
			emit(e)
		})
	}
}

func (c *chaos) end() error {
	switch {
	case c.chance(4):
		return instruments.NewFault(pick(c.rand, instruments.FaultCodes()...), "")
	case c.chance(20):
		return errors.New("an error of no known kind")
	}
	return nil
}

// reading is any value, also one that cannot be, and a meter's old one.
func (c *chaos) reading(p vitals.Panel) *instruments.Reading {
	r := c.rand
	switch p {
	case vitals.BloodPressure:
		diastolic := 40 + r.IntN(90)
		return pressure(diastolic+5+r.IntN(80), diastolic, 35+r.IntN(110))
	case vitals.Oximetry:
		return saturation(80+r.IntN(25), 35+r.IntN(110))
	}
	if c.chance(8) {
		off := offScale(20, pick(r, vitals.Below, vitals.Above))
		off.Identity.Serial = c.meter
		return off
	}
	fresh := glucose(5+r.IntN(500), r.IntN(5))
	fresh.Identity.Serial = c.meter
	return fresh
}

// check looks whether all that must always hold does.
func (c *chaos) check() {
	s := c.v.State()
	measuring := s.Step == visit.Measure || s.Step == visit.Stopping
	if c.rack.busy() != measuring {
		c.t.Errorf("at %s an instrument runs: %t", s.Step, c.rack.busy())
	}
	if c.rack.most > 1 {
		c.t.Errorf("%d measurements at once", c.rack.most)
	}
	if n := c.rack.started() - c.calls; n > 1 {
		c.t.Errorf("%d measurements from one move", n)
	}
	switch s.Step {
	case visit.Welcome, visit.Choose, visit.Result, visit.Finish:
		c.pumps = 0
	}
	if c.pumps > c.cfg.Rules.Protocol().MaxInflations {
		c.t.Errorf("%d inflations in a series", c.pumps)
	}
	if s.Step == visit.Welcome && c.step != visit.Welcome {
		checkWiped(c.t, c.v)
	}
	if s.Saved && len(c.store.saved()) == 0 {
		c.t.Error("called saved what never was")
	}
	if !s.Keeping && s.Encounter != nil {
		for _, e := range c.store.saved() {
			if e.ID == s.Encounter.ID {
				c.t.Error("kept without consent")
			}
		}
	}
	if (s.Step == visit.Trouble) != (s.Fault != nil) || (s.Step == visit.Confirm) != (len(s.Candidates) > 0) ||
		s.Step == visit.Question && len(s.Options) == 0 {
		c.t.Errorf("at %s: %v, %d candidates, %d options", s.Step, s.Fault, len(s.Candidates), len(s.Options))
	}
}

// finish ends the last visit in one of the ways there are, and looks at what
// was kept.
func (c *chaos) finish() {
	switch c.rand.IntN(3) {
	case 0:
		c.v.Cancel()
		c.pass(time.Minute)
		if s := c.v.State(); s.Step != visit.Welcome && (s.Fault == nil || s.Fault.Code != instruments.AbortUnconfirmed) {
			c.t.Errorf("after Cancel at %s", s.Step)
		}
	case 1:
		c.pass(3 * time.Minute)
	}
	c.close()
	checkWiped(c.t, c.v)
	if c.rack.busy() {
		c.t.Error("closed with a running instrument")
	}
	for _, e := range c.store.latest() {
		if err := sound(e); err != nil {
			c.t.Error(err)
		}
	}
}

// sound reports what is wrong in an encounter beyond the records' own checks.
func sound(e *records.Encounter) error {
	byID := map[records.ID]records.Observation{}
	results := map[vitals.Panel]int{}
	for _, o := range e.Observations {
		byID[o.ID] = o
		if err := vitals.CheckPlausible(o.Values); err != nil {
			return fmt.Errorf("kept: %w", err)
		}
		if o.Result() && len(o.Judged) == 0 {
			return errors.New("a result that nobody judged")
		}
		for _, id := range o.MeanOf {
			if byID[id].Excluded != visit.ExcludedAveraged {
				return fmt.Errorf("the mean is of a reading that is %q", byID[id].Excluded)
			}
		}
		if o.Result() {
			results[o.Panel]++
		}
	}
	if len(results) == 0 || e.Patient == nil {
		return errors.New("an encounter without a result or a person")
	}
	return nil
}
