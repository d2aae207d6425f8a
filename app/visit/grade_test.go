package visit_test

import (
	"slices"
	"testing"

	"aidpost/app/visit"
	"aidpost/records/oximetry"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// TestEveryResultIsGraded by how it was measured, a mean as well as a single
// value; readings that do not stand for themselves are not.
func TestEveryResultIsGraded(t *testing.T) {
	grades, err := quality.LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	bubble(t, func(k *kiosk) {
		k.v.Close()
		k.cfg.Grades = grades
		k.v = visit.New(k.cfg)
		k.person(1970)
		k.prepare(vitals.Oximetry)
		r := saturation(97, 64)
		r.Flags = []vitals.Flag{vitals.WaveDiffers}
		r.Oximetry = &oximetry.Taken{Rule: "spot-1", Stable: 10, Contact: 61}
		k.rack.then(reads(r))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(inflationTime)
		k.want(visit.Result)
		s := k.store.last(t).Observations[0].Statement
		if s == nil || s.Grade != "C" || !slices.Equal(s.Reasons, []string{"pulse-unlike-wave"}) || s.Protocol != "spot-1" || s.Oximetry == nil || s.Oximetry.Contact != 61 {
			t.Fatalf("%+v", s)
		}
		k.do(k.v.MeasureAnother(), visit.Choose)
		k.prepare(vitals.BloodPressure)
		k.do(k.v.Prepared(), visit.Rest)
		k.do(k.v.SkipRest(visit.SkipOther), visit.Ready)
		k.rack.then(reads(pressure(118, 76, 64)))
		k.do(k.v.StartReading(), visit.Measure)
		k.pass(inflationTime)
		k.do(k.v.GiveUp(), visit.Result)
		all := k.store.last(t).Observations
		s = all[len(all)-1].Statement
		if s == nil || s.Grade != "C" || !slices.Equal(s.Reasons, []string{"single-reading", "rest-not-completed"}) || s.Protocol == "" {
			t.Errorf("%+v", s)
		}
	})
}
