package bedside_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// cuffBench measures with a cuff for arms of 22 to 42 cm.
func cuffBench(t *testing.T) *bench {
	b := newBench(t, lena(), false)
	made := intended.Range{From: 22, To: 42}
	b.again(func(c *bedside.Config) {
		c.Cuff = func(instruments.Attached) intended.Range { return made }
		c.Fit = func(_ instruments.Attached, who intended.Person, own bool) []intended.Objection {
			l := intended.Label{Validation: &intended.Validation{Status: intended.Published}}
			return l.Objections(who, intended.Use{Own: own, Cuff: made})
		}
	})
	return b
}

// TestCuffFit: what is said of the cuff is kept with the result, and one that is not
// made for the arm is not started.
func TestCuffFit(t *testing.T) {
	for name, c := range map[string]struct {
		say   func(b *bench) error
		want  *records.CuffFit // on record
		grade string           // of the result; empty: it is not started
	}{
		"nothing":      {func(*bench) error { return nil }, nil, "B"},
		"it fits":      {func(b *bench) error { return b.SetLie("within") }, &records.CuffFit{Lie: intended.Within, From: 22, To: 42}, "A"},
		"not known":    {func(b *bench) error { return b.SetLie("unknown") }, &records.CuffFit{Lie: intended.LieUnknown, From: 22, To: 42}, "B"},
		"measured":     {func(b *bench) error { return b.SetGirth(31) }, &records.CuffFit{Lie: intended.Within, Arm: 31, From: 22, To: 42}, "A"},
		"another cuff": {func(b *bench) error { return b.SetLie(bedside.OtherCuff) }, &records.CuffFit{Lie: intended.Within}, "A"},
		"too thin":     {func(b *bench) error { return b.SetLie("thinner") }, nil, ""},
		"43 cm":        {func(b *bench) error { return b.SetGirth(43) }, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := cuffBench(t)
				b.rack.gives(mmHg(118, 76), mmHg(120, 78), mmHg(119, 77))
				b.do(b.Measure(vitals.BloodPressure))
				if s := b.at(bedside.Rest); s.Cuff.From != 22 || s.Lie != "" || slices.Contains(s.Warnings, intended.CuffUnsure) {
					t.Errorf("asked of %+v, %q, warned of %v", s.Cuff, s.Lie, s.Warnings)
				}
				b.do(c.say(b))
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if c.grade == "" {
					if err := b.Start(); err == nil || b.rack.calls > 0 {
						t.Fatalf("started %d times: %v", b.rack.calls, err)
					}
					b.do(b.SetLie(bedside.OtherCuff)) // they take one of another size
					b.do(b.Start())
					return
				}
				for b.State().Phase != bedside.Review {
					b.do(b.Start())
					time.Sleep(time.Minute)
					synctest.Wait()
				}
				if r := b.State().Result; r == nil || r.Grade != c.grade {
					t.Errorf("the result is %+v", r)
				}
				b.do(b.Accept())
				all := b.stored().Observations
				got := all[len(all)-1].Statement.Cuff
				if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
					t.Errorf("on record is %+v, want %+v", got, c.want)
				}
			})
		})
	}
}

// TestGirthOfNobody is not taken.
func TestGirthOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := cuffBench(t)
		b.do(b.Measure(vitals.BloodPressure))
		if b.SetGirth(4) == nil || b.SetGirth(71) == nil || b.State().Girth != 0 {
			t.Errorf("%d cm", b.State().Girth)
		}
		b.do(b.SetGirth(30))
		b.do(b.SetGirth(0))
		if s := b.State(); s.Girth != 0 || s.Lie != "" {
			t.Errorf("taken back: %+v", s)
		}
	})
}
