package visit_test

import (
	"slices"
	"testing"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// measured is for which arms the kiosk's cuff is made.
var measured = intended.Range{From: 22, To: 42}

// withCuff begins the kiosk's visits anew, with a cuff for such arms.
func (k *kiosk) withCuff(made intended.Range) {
	k.v.Close()
	grades, err := quality.LoadGrades()
	if err != nil {
		k.t.Fatal(err)
	}
	var l intended.Label
	l.Validation = &intended.Validation{Status: intended.Published, Groups: []intended.Group{intended.Adults}}
	k.cfg.Grades = grades
	k.cfg.Cuff = func(from instruments.Attached) intended.Range {
		if from.Model.Panel != vitals.BloodPressure {
			return intended.Range{}
		}
		return made
	}
	k.cfg.Fit = func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
		if from.Model.Panel != vitals.BloodPressure {
			return nil
		}
		return l.Objections(who, intended.Use{Own: own, Cuff: made})
	}
	k.v = visit.New(k.cfg)
}

// toCuff chooses the pressure and comes to the rest, in which the cuff is asked about.
func (k *kiosk) toCuff() visit.State {
	k.t.Helper()
	k.prepare(vitals.BloodPressure)
	s := k.do(k.v.Prepared(), visit.Rest)
	if s.Question != visit.AskCuff {
		k.t.Fatalf("in the rest %q is asked", s.Question)
	}
	return s
}

// TestCuffFit: who is measured with a cuff, and what the result says of it.
func TestCuffFit(t *testing.T) {
	for _, c := range []struct {
		lie   intended.Lie
		grade string // empty: the cuff is refused
		note  bool
	}{
		{intended.Within, "A", false}, {intended.LieUnknown, "B", true},
		{intended.Thinner, "", false}, {intended.Thicker, "", false},
	} {
		t.Run(string(c.lie), func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.withCuff(measured)
				k.guest()
				s := k.toCuff()
				if s.Cuff != measured || len(s.Options) != 4 {
					t.Errorf("asked of %+v with %v", s.Cuff, s.Options)
				}
				k.refused(k.v.Answer(visit.Yes))
				if c.grade == "" {
					s := k.do(k.v.Answer(string(c.lie)), visit.Unsuitable)
					if a := s.Encounter.Answers[len(s.Encounter.Answers)-1]; a.Question != "cuff" || a.Answer != string(c.lie) {
						t.Errorf("kept is %+v", a)
					}
					s = k.do(k.v.Back(), visit.Choose)
					if len(s.Offers) < 2 || k.rack.started() > 0 {
						t.Errorf("%d other measurements after %d", len(s.Offers), k.rack.started())
					}
					k.toCuff() // the answer was not for ever: there may be another cuff
					return
				}
				s = k.do(k.v.Answer(string(c.lie)), visit.Rest)
				if s.Lie != c.lie || s.Question != "" {
					t.Errorf("then it is %q, and %q is asked", s.Lie, s.Question)
				}
				k.pass(k.cfg.Rules.Protocol().Rest)
				for range 3 {
					if k.v.State().Step == visit.Pause {
						k.pass(k.cfg.Rules.Protocol().Interval)
					}
					if k.v.State().Step != visit.Ready {
						break
					}
					k.rack.then(reads(pressure(118, 76, 72)))
					k.do(k.v.StartReading(), visit.Measure)
					k.pass(inflationTime)
				}
				res := k.want(visit.Result).Results[0]
				if slices.Contains(res.Notes, visit.NoteCuffUnsure) != c.note {
					t.Errorf("notes %v", res.Notes)
				}
				all := k.v.State().Encounter.Observations
				st := all[len(all)-1].Statement
				if st == nil || st.Grade != c.grade || st.Cuff == nil || *st.Cuff != (records.CuffFit{Lie: c.lie, From: 22, To: 42}) {
					t.Errorf("statement %+v", st)
				}
			})
		})
	}
}

// TestCuffNotKnown: nobody is asked of a cuff that nothing is known of.
func TestCuffNotKnown(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.withCuff(intended.Range{})
		k.guest()
		k.cuffed()
		k.inflate(reads(pressure(118, 76, 72)), visit.Pause)
		k.do(k.v.GiveUp(), visit.Result)
		o := k.v.State().Encounter.Observations[0]
		if o.Statement == nil || o.Statement.Cuff != nil || slices.Contains(o.Notes, visit.NoteCuffUnsure) {
			t.Errorf("%+v, notes %v", o.Statement, o.Notes)
		}
	})
}

// TestCuffNotSaid: whoever says nothing of it in the rest says it with the tap that
// starts the cuff, and nothing pumps without.
func TestCuffNotSaid(t *testing.T) {
	for _, c := range []struct {
		lie  intended.Lie
		step visit.Step
	}{{intended.Within, visit.Measure}, {intended.LieUnknown, visit.Measure}, {intended.Thicker, visit.Unsuitable}} {
		t.Run(string(c.lie), func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.withCuff(measured)
				k.guest()
				k.toCuff()
				k.pass(k.cfg.Rules.Protocol().Rest)
				if s := k.want(visit.Ready); s.Question != visit.AskCuff || k.rack.started() > 0 {
					t.Fatalf("asked %q after %d measurements", s.Question, k.rack.started())
				}
				k.rack.then(reads(pressure(118, 76, 72)))
				k.do(k.v.Answer(string(c.lie)), c.step)
				if pumped := k.rack.started() > 0; pumped != (c.step == visit.Measure) {
					t.Errorf("pumped: %t", pumped)
				}
			})
		})
	}
}

// TestAnotherCuff: one that was plugged in after the answer is asked about again.
func TestAnotherCuff(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.withCuff(measured)
		k.guest()
		k.toCuff()
		k.do(k.v.Answer(string(intended.Within)), visit.Rest)
		k.do(k.v.SkipRest(visit.SkipOther), visit.Ready)
		k.rack.swap(vitals.BloodPressure)
		if s := k.want(visit.Ready); s.Question != visit.AskCuff {
			t.Fatalf("asked %q", s.Question)
		}
		k.do(k.v.StartReading(), visit.Question) // by a tap that came too late
		if k.rack.started() > 0 {
			t.Fatal("it pumps")
		}
		k.do(k.v.Answer(string(intended.Thicker)), visit.Unsuitable)
		k.refused(k.v.StartReading())
	})
}
