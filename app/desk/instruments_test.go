package desk

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// onCounter is a counter with what a test puts on it.
type onCounter struct {
	attached []instruments.Attached
	changed  func()
	set      []string // whose clocks were set
	may      []instruments.Candidate
	named    []string // what was said to be what
	err      error
}

func (c *onCounter) Attached() []instruments.Attached { return slices.Clone(c.attached) }

func (c *onCounter) Notify(fn func()) func() {
	c.changed = fn
	return func() { c.changed = nil }
}

func (c *onCounter) Candidates(string) []instruments.Candidate { return slices.Clone(c.may) }

func (c *onCounter) Name(_ context.Context, id, model string) error {
	c.named = append(c.named, id+" "+model)
	return c.err
}

func (c *onCounter) SetClock(_ context.Context, id string, _ *time.Location) (time.Duration, bool, error) {
	c.set = append(c.set, id)
	if c.err == nil {
		c.attached[0].Identity.Drift = 0
	}
	return 0, true, c.err
}

func meterOf(id string) instruments.Attached {
	return instruments.Attached{
		ID: id, State: instruments.Ready,
		Model: instruments.Model{ID: "onetouch-ultra2", Maker: "LifeScan", Name: "OneTouch Ultra2", Panel: vitals.BloodGlucose,
			Abilities: instruments.Abilities{Clock: true, Memory: true}},
		Identity: instruments.Identity{Serial: "QX1", HasClock: true, Drift: -3 * time.Minute},
	}
}

// withCounter gives the stage's desk a counter, as New would.
func (s *stage) withCounter(c *onCounter) {
	s.cfg.Counter = c
	s.cfg.Quality = func(a instruments.Attached) (quality.Instrument, quality.Plan, bool) {
		return quality.Instrument{Model: a.Model.ID, Serial: a.Identity.Serial},
			quality.Plan{Panel: a.Model.Panel, Lots: true}, a.Model.Panel == vitals.BloodGlucose
	}
	s.unplug = c.Notify(func() { s.change(func() { s.countInstruments() }) })
	s.Go(Route{Page: PageInstruments})
	s.Wait()
}

func TestInstrumentsShowWhatIsOnTheCounter(t *testing.T) {
	s := working(t)
	c := &onCounter{attached: []instruments.Attached{meterOf("a")}}
	s.withCounter(c)
	list := s.State().Instruments.List
	if len(list) != 1 || !list[0].Controlled || !slices.Equal(list[0].Locks, []quality.Lock{quality.NoLot}) {
		t.Fatalf("%+v: want one instrument, locked since no lot is in use", list)
	}
	c.attached = append(c.attached, instruments.Attached{ID: "b", State: instruments.Ready, Model: instruments.Model{ID: "contec", Panel: vitals.Oximetry}})
	c.changed()
	list = s.State().Instruments.List
	if len(list) != 2 || list[1].Controlled {
		t.Fatalf("after one was plugged in: %+v", list)
	}
	c.attached = nil
	c.changed()
	if n := len(s.State().Instruments.List); n != 0 {
		t.Errorf("%d instruments after all were pulled", n)
	}
}

func TestSettingAClockIsPutOnRecord(t *testing.T) {
	s := working(t)
	c := &onCounter{attached: []instruments.Attached{meterOf("a")}}
	s.withCounter(c)
	s.SetClock(s.State().Instruments.List[0])
	s.Wait()
	if !slices.Equal(c.set, []string{"a"}) {
		t.Fatalf("clocks set: %q", c.set)
	}
	got := s.State()
	if got.Said.Key != words.InstrumentsClockSet || got.Said.Bad || got.Instruments.Setting != "" {
		t.Errorf("said %+v, setting %q", got.Said, got.Instruments.Setting)
	}
	if d := got.Instruments.List[0].Identity.Drift; d != 0 {
		t.Errorf("the screen still shows a drift of %s", d)
	}
	var noted []string
	s.Do(func(ctx context.Context, a *records.Access) error {
		return a.Audit(ctx, records.AuditFilter{}, func(e records.AuditEntry) error {
			if e.Action == staff.SetClock {
				noted = append(noted, e.Reason)
			}
			return nil
		})
	}, nil)
	s.Wait()
	if !slices.Equal(noted, []string{"onetouch-ultra2 QX1"}) {
		t.Errorf("on record: %q", noted)
	}
}

func TestAClockThatIsNotSetSaysWhy(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want words.Key
	}{
		{instruments.NewFault(instruments.NoAnswer, "asleep"), words.InstrumentsClockFailed},
		{errors.ErrUnsupported, words.InstrumentsClockCannot},
	} {
		s := working(t)
		c := &onCounter{attached: []instruments.Attached{meterOf("a")}, err: tt.err}
		s.withCounter(c)
		s.SetClock(s.State().Instruments.List[0])
		s.Wait()
		if got := s.State().Said; got.Key != tt.want || !got.Bad {
			t.Errorf("%v: said %+v, want %s", tt.err, got, tt.want)
		}
	}
}

// TestOperatorsSetNoClock: the policy gives that to others.
func TestOperatorsSetNoClock(t *testing.T) {
	s := working(t)
	c := &onCounter{attached: []instruments.Attached{meterOf("a")}}
	s.withCounter(c)
	s.SignOut()
	s.signIn(otherBadge, otherPIN)
	s.Go(Route{Page: PageInstruments})
	s.Wait()
	i := s.State().Instruments.List[0]
	if s.MaySetClock(i) {
		t.Error("an operator is offered to set a clock")
	}
	s.SetClock(i)
	s.Wait()
	if len(c.set) > 0 {
		t.Error("an operator set a clock")
	}
}
