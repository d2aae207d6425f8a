package records

import (
	"testing"
	"time"

	"aidpost/records/vitals"
)

// armed is a visit some days ago whose pressure was measured on an arm; on the other one,
// too, if both were compared.
func armed(p *Patient, days int, arm vitals.Arm, compared bool) *Encounter {
	e := visit(p, now.AddDate(0, 0, -days))
	for i := range e.Observations {
		e.Observations[i].Arm = arm
	}
	if compared {
		other := e.Observations[0]
		other.ID, other.Arm, other.Excluded = NewID(), vitals.LeftArm, otherArm
		if arm == vitals.LeftArm {
			other.Arm = vitals.RightArm
		}
		e.Observations = append([]Observation{other}, e.Observations...)
		e.Observations[1].Number, e.Observations[2].Number = 2, 3
	}
	return e
}

// TestKnownArm: the arm that was measured last, unless both were compared: then the one
// whose pressure was the higher, whatever was measured since.
func TestKnownArm(t *testing.T) {
	const left, right, none = vitals.LeftArm, vitals.RightArm, vitals.UnknownArm
	for name, test := range map[string]struct {
		visits func(p *Patient) []*Encounter
		since  time.Time
		want   vitals.Arm
		both   bool
	}{
		"nobody said one": {visits: func(p *Patient) []*Encounter { return []*Encounter{armed(p, 1, none, false)} }, want: none},
		"last": {visits: func(p *Patient) []*Encounter {
			return []*Encounter{armed(p, 9, left, false), armed(p, 2, right, false), armed(p, 1, none, false)}
		}, want: right},
		"compared, then the other one": {visits: func(p *Patient) []*Encounter {
			return []*Encounter{armed(p, 9, right, true), armed(p, 2, left, false)}
		}, want: right, both: true},
		"compared twice": {visits: func(p *Patient) []*Encounter {
			return []*Encounter{armed(p, 9, right, true), armed(p, 2, left, true)}
		}, want: left, both: true},
		"cancelled": {visits: func(p *Patient) []*Encounter {
			e := armed(p, 1, left, true)
			e.Status = Cancelled
			return []*Encounter{armed(p, 9, right, false), e}
		}, want: right},
		"voided": {visits: func(p *Patient) []*Encounter {
			e := armed(p, 1, left, false)
			for i := range e.Observations {
				e.Observations[i].State = Voided
			}
			return []*Encounter{armed(p, 9, right, false), e}
		}, want: right},
		"not to be told of": {visits: func(p *Patient) []*Encounter { return []*Encounter{armed(p, 9, right, false)} },
			since: now.AddDate(0, 0, -5), want: none},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t, Options{})
			p := ada()
			var list KnownArm
			for _, e := range test.visits(p) {
				save(t, s, e)
				if e.Status != Cancelled && !e.Started.Before(test.since) {
					list.Add(e.Observations)
				}
			}
			save(t, s, armed(ada(), 1, left, true)) // somebody else
			got, err := s.KnownArm(t.Context(), p.ID, test.since)
			if err != nil || got.Arm != test.want || got.Compared != test.both {
				t.Errorf("%+v, %v; want the %q arm, compared: %t", got, err, test.want, test.both)
			}
			if list != got {
				t.Errorf("by its visits %+v, by the store %+v", list, got)
			}
		})
	}
	s := openTemp(t, Options{})
	for _, nobody := range []ID{NewID(), "x"} {
		if got, err := s.KnownArm(t.Context(), nobody, time.Time{}); err != nil || got != (KnownArm{}) {
			t.Errorf("%s: %+v, %v", nobody, got, err)
		}
	}
}
