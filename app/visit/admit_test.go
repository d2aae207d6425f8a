package visit_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// controlled begins the kiosk's visits anew, with quality control that answers
// after a while.
func (k *kiosk) controlled(answer func(instruments.Attached) error) {
	k.v.Close()
	k.cfg.Admit = func(ctx context.Context, a instruments.Attached, _ bool) (bool, error) {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
		return false, answer(a)
	}
	k.v = visit.New(k.cfg)
}

// TestOverrideMarksWhatItLetsThrough: the result and the readings that it is made of
// carry the mark, on screen and in the records, and no grade is better than D.
func TestOverrideMarksWhatItLetsThrough(t *testing.T) {
	grades, err := quality.LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	bubble(t, func(k *kiosk) {
		k.v.Close()
		k.cfg.Admit = func(context.Context, instruments.Attached, bool) (bool, error) { return true, nil }
		k.cfg.Grades = grades
		k.v = visit.New(k.cfg)
		k.person(1970)
		k.prepare(vitals.Oximetry)
		k.rack.then(reads(saturation(97, 64)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(time.Minute)
		res := k.want(visit.Result).Results[0]
		if !slices.Contains(res.Flags, vitals.Overridden) {
			t.Errorf("the screen is told of %v", res.Flags)
		}
		for _, o := range k.store.last(t).Observations {
			if !slices.Contains(o.Flags, vitals.Overridden) || o.Statement == nil || o.Statement.Grade != "D" || !slices.Contains(o.Statement.Reasons, "control-overridden") {
				t.Errorf("%v, %+v", o.Flags, o.Statement)
			}
		}
	})
}

var lockedOut = &quality.LockedError{Locks: []quality.Lock{quality.ControlDue}}

// A person hears of it before they have done anything for it, may go on with
// another instrument, and nothing is measured.
func TestLockedOut(t *testing.T) {
	bubble(t, func(k *kiosk) {
		asked := 0
		k.controlled(func(a instruments.Attached) error {
			asked++
			if a.Model.Panel == vitals.BloodGlucose {
				return lockedOut
			}
			return nil
		})
		k.guest()
		k.do(k.v.ChoosePanel(vitals.BloodGlucose), visit.Question)
		k.pass(2 * time.Second)
		s := k.want(visit.Trouble)
		if s.Fault.Code != instruments.LockedOut || s.CanRetry || asked != 1 {
			t.Fatalf("fault %v, retry %v, asked %d times", s.Fault, s.CanRetry, asked)
		}
		k.refused(k.v.Retry())
		k.do(k.v.GiveUp(), visit.Choose)
		k.prepare(vitals.Oximetry)
		k.pass(2 * time.Second)
		k.rack.then(reads(saturation(97, 64)))
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(time.Minute)
		if s := k.want(visit.Result); len(s.Results) != 1 || k.rack.started() != 1 {
			t.Errorf("%d results, %d measurements", len(s.Results), k.rack.started())
		}
	})
}

// Whoever is faster than the answer waits for it; no pump starts before.
func TestLockedOutLate(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.controlled(func(instruments.Attached) error { return lockedOut })
		k.guest()
		k.prepare(vitals.Oximetry)
		k.do(k.v.Prepared(), visit.Measure)
		k.pass(2 * time.Second)
		if s := k.want(visit.Trouble); s.Fault.Code != instruments.LockedOut || k.rack.started() != 0 {
			t.Errorf("fault %v after %d measurements", s.Fault, k.rack.started())
		}
	})
}

// A series of readings is one measurement, and a log that cannot be read lets
// nothing through.
func TestAdmittedOnce(t *testing.T) {
	bubble(t, func(k *kiosk) {
		asked := 0
		k.controlled(func(instruments.Attached) error { asked++; return nil })
		k.guest()
		k.cuffed()
		for range k.cfg.Rules.Protocol().Readings - 1 {
			k.inflate(reads(pressure(118, 76, 60)), visit.Pause)
			k.pass(2 * time.Minute)
		}
		k.inflate(reads(pressure(118, 76, 60)), visit.Result)
		if asked != 1 {
			t.Errorf("asked %d times", asked)
		}
	})
	bubble(t, func(k *kiosk) {
		k.controlled(func(instruments.Attached) error { return errors.New("the disk failed") })
		k.guest()
		k.do(k.v.ChoosePanel(vitals.Oximetry), visit.Question)
		k.pass(2 * time.Second)
		if s := k.want(visit.Trouble); s.Fault.Code != instruments.Internal || k.rack.started() != 0 {
			t.Errorf("fault %v after %d measurements", s.Fault, k.rack.started())
		}
	})
}
