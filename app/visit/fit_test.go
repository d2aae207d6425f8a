package visit_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// fitted begins the kiosk's visits anew, where glucose meters are for one person
// and cuffs were not tested in pregnancy.
func (k *kiosk) fitted() {
	k.v.Close()
	k.cfg.Fit = func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
		switch {
		case from.Model.Panel == vitals.BloodGlucose && !own:
			return []intended.Objection{intended.NotToBeShared}
		case from.Model.Panel == vitals.BloodPressure && who.Pregnant:
			return []intended.Objection{intended.NotForPregnancy, intended.NotValidated}
		}
		return nil
	}
	k.v = visit.New(k.cfg)
}

// TestOwnMeter: a meter for one person is read if it is that person's.
func TestOwnMeter(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.fitted()
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		s := k.do(k.v.Prepared(), visit.Question)
		if s.Question != visit.AskMeter || !slices.Equal(s.Options, []string{visit.MeterOwn, visit.MeterPlace}) || k.rack.started() > 0 {
			t.Fatalf("asked %q with %v after %d measurements", s.Question, s.Options, k.rack.started())
		}
		k.rack.then(reads(glucose(104, 0)))
		k.do(k.v.Answer(visit.MeterOwn), visit.Measure)
		k.pass(inflationTime)
		k.want(visit.Confirm)
		res := k.do(k.v.ConfirmReading(0), visit.Result).Results[0]
		if !slices.Contains(res.Notes, visit.NoteOwnMeter) || !k.said("meter", visit.MeterOwn) {
			t.Errorf("notes %v", res.Notes)
		}
	})
}

// TestMeterOfThePlace: it measures nobody, until another one is plugged in.
func TestMeterOfThePlace(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.fitted()
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		for range 2 {
			k.do(k.v.Prepared(), visit.Question)
			s := k.do(k.v.Answer(visit.MeterPlace), visit.Trouble)
			if s.Fault.Code != instruments.OnePerson || !s.CanRetry || k.rack.started() > 0 {
				t.Fatalf("fault %v after %d measurements", s.Fault, k.rack.started())
			}
			k.do(k.v.Retry(), visit.Prepare)
		}
	})
}

// TestPregnancyIsNoted with the pressure of a cuff that was not tested for it;
// that it was never validated is not the person's to read.
func TestPregnancyIsNoted(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.fitted()
		k.guest()
		k.do(k.v.ChoosePanel(vitals.BloodPressure), visit.Question)
		for s := k.v.State(); s.Step == visit.Question; s = k.v.State() {
			option := visit.No
			switch s.Question {
			case visit.AskFit, visit.AskAdult, visit.AskPregnant:
				option = visit.Yes
			}
			if err := k.v.Answer(option); err != nil {
				t.Fatal(err)
			}
		}
		k.do(k.v.Prepared(), visit.Rest)
		k.do(k.v.SkipRest(visit.SkipOther), visit.Ready)
		k.rack.then(reads(pressure(118, 76, 72)))
		k.do(k.v.StartReading(), visit.Measure)
		k.pass(inflationTime)
		k.do(k.v.GiveUp(), visit.Result)
		notes := k.v.State().Results[0].Notes
		if !slices.Contains(notes, visit.NoteNotForPregnancy) || slices.Contains(notes, string(intended.NotValidated)) {
			t.Errorf("notes %v", notes)
		}
	})
}

// soil is which visit soiled an instrument last.
type soil struct {
	of   map[quality.Instrument]records.ID
	fail error
}

func (s *soil) Waits(i quality.Instrument, visit records.ID) (bool, error) {
	last, used := s.of[i]
	return used && last != visit, nil
}

func (s *soil) Used(i quality.Instrument, visit records.ID) error {
	if s.fail == nil {
		s.of[i] = visit
	}
	return s.fail
}

// TestUncleanWaits: the same person goes on, the next one waits until it is clean.
func TestUncleanWaits(t *testing.T) {
	bubble(t, func(k *kiosk) {
		s := &soil{of: map[quality.Instrument]records.ID{}}
		k.v.Close()
		k.cfg.Hygiene = s
		k.v = visit.New(k.cfg)
		measure := func() visit.State {
			k.prepare(vitals.Oximetry)
			k.rack.then(reads(saturation(97, 64)))
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(time.Minute)
			return k.v.State()
		}
		k.guest()
		for range 2 {
			if got := measure(); got.Step != visit.Result {
				t.Fatalf("the same person is at %s with %v", got.Step, got.Fault)
			}
			k.do(k.v.MeasureAnother(), visit.Choose)
		}
		k.v.Cancel()
		k.guest()
		got := k.do(k.v.ChoosePanel(vitals.Oximetry), visit.Trouble)
		if got.Fault.Code != instruments.NotClean || got.CanRetry || k.rack.started() != 2 {
			t.Fatalf("the next person meets %v after %d measurements", got.Fault, k.rack.started())
		}
		clear(s.of) // somebody has cleaned it
		k.do(k.v.GiveUp(), visit.Choose)
		if got := measure(); got.Step != visit.Result {
			t.Errorf("after it was cleaned: %s with %v", got.Step, got.Fault)
		}
		s.fail = errors.New("disk full")
		k.do(k.v.MeasureAnother(), visit.Choose)
		k.prepare(vitals.Oximetry)
		if k.do(k.v.Prepared(), visit.Trouble); k.rack.started() != 3 {
			t.Errorf("measured %d times, though what follows could not be noted", k.rack.started())
		}
	})
}

// TestWitnessesOfAPulse: the wave of the oximeter is a witness of its own.
func TestWitnessesOfAPulse(t *testing.T) {
	for wave, want := range map[int]bool{0: false, 72: false, 82: false, 83: true, 61: true} {
		bubble(t, func(k *kiosk) {
			k.guest()
			k.prepare(vitals.BloodPressure)
			k.do(k.v.Prepared(), visit.Rest)
			k.do(k.v.SkipRest(visit.SkipOther), visit.Ready)
			k.rack.then(reads(pressure(118, 76, 72)))
			k.do(k.v.StartReading(), visit.Measure)
			k.pass(inflationTime)
			k.do(k.v.GiveUp(), visit.Result)
			pulse, _ := k.v.State().Results[0].Values.Get(vitals.Pulse)
			k.do(k.v.MeasureAnother(), visit.Choose)
			k.prepare(vitals.Oximetry)
			r := saturation(97, pulse.Value.Int())
			if wave > 0 {
				r.WavePulse = vitals.Of(pulse.Value.Int()+wave-72, vitals.PerMinute)
			}
			k.rack.then(reads(r))
			k.do(k.v.Prepared(), visit.Measure)
			k.pass(time.Minute)
			res := k.want(visit.Result).Results[1]
			if got := slices.Contains(res.Notes, visit.NotePulseMismatch); got != want {
				t.Errorf("a wave of %d beside a pulse of 72: %v", wave, res.Notes)
			}
		})
	}
}
