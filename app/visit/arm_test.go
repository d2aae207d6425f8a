package visit_test

import (
	"errors"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

const left, right, none = vitals.LeftArm, vitals.RightArm, vitals.UnknownArm

// knows has the records know somebody with marks.
func knows(k *kiosk, marks ...records.Mark) {
	remembered(k)
	k.store.known.Marks = marks
}

// returns lets a known person in with their card.
func (k *kiosk) returns(keep bool, marks ...records.Mark) {
	k.t.Helper()
	knows(k, marks...)
	k.do(k.v.Begin(), visit.Who)
	k.do(k.v.Card("4711"), visit.Consent)
	k.do(k.v.Agree(keep, false), visit.Choose)
}

// sitsDown comes to how to get ready for a pressure, as somebody who reads what is asked.
func (k *kiosk) sitsDown() {
	k.t.Helper()
	if err := k.v.ChoosePanel(vitals.BloodPressure); err != nil {
		k.t.Fatal(err)
	}
	for k.pass(time.Second); k.v.State().Step == visit.Question; k.pass(time.Second) {
		if err := k.v.Answer(harmless(k.v.State().Question)); err != nil {
			k.t.Fatal(err)
		}
	}
	k.want(visit.Prepare)
}

// pressed goes on from how to get ready to a result of two or three readings.
func (k *kiosk) pressed() *records.Encounter {
	k.t.Helper()
	k.pass(5 * time.Minute)
	k.want(visit.Ready)
	for _, systolic := range []int{128, 124, 122} {
		if k.v.State().Step == visit.Pause {
			k.pass(time.Minute)
		}
		if k.v.State().Step != visit.Ready {
			break
		}
		k.rack.then(reads(pressure(systolic, 80, 70)))
		k.do(k.v.StartReading(), visit.Measure)
		k.pass(inflationTime)
	}
	k.want(visit.Result)
	return k.store.last(k.t)
}

// TestArmIsOffered: whoever comes again is offered the arm that the records know, may
// change it, and what they were ready with is on record.
func TestArmIsOffered(t *testing.T) {
	for name, test := range map[string]struct {
		known  records.KnownArm
		marks  []records.Mark
		say    vitals.Arm
		offers visit.ArmState
		kept   vitals.Arm
	}{
		"nothing known":         {offers: visit.ArmState{MaySay: true}},
		"nothing known, said":   {say: left, offers: visit.ArmState{MaySay: true}, kept: left},
		"last":                  {known: records.KnownArm{Arm: right}, offers: visit.ArmState{Arm: right, Why: visit.ArmLast, MaySay: true}, kept: right},
		"last, changed":         {known: records.KnownArm{Arm: right}, say: left, offers: visit.ArmState{Arm: right, Why: visit.ArmLast, MaySay: true}, kept: left},
		"compared":              {known: records.KnownArm{Arm: left, Compared: true}, offers: visit.ArmState{Arm: left, Why: visit.ArmHigher, MaySay: true}, kept: left},
		"fistula":               {known: records.KnownArm{Arm: left, Compared: true}, marks: []records.Mark{"fistula-left"}, offers: visit.ArmState{Arm: right, Why: visit.ArmSpared}, kept: right},
		"fistulas in both arms": {known: records.KnownArm{Arm: left}, marks: []records.Mark{"fistula-left", "fistula-right"}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.store.arm = test.known
				k.returns(true, test.marks...)
				k.sitsDown()
				if got := k.v.State().Arm; got != test.offers {
					t.Fatalf("offered %+v, want %+v", got, test.offers)
				}
				if test.say != none {
					s := k.do(k.v.SayArm(test.say), visit.Prepare)
					if want := (visit.ArmState{Arm: test.say, Why: visit.ArmSaid, MaySay: true}); s.Arm != want {
						t.Errorf("said %s, and the screen has %+v", test.say, s.Arm)
					}
				} else if !test.offers.MaySay && !errors.Is(k.v.SayArm(left), visit.ErrNotNow) {
					t.Error("an arm that is to be spared was taken")
				}
				k.do(k.v.Prepared(), visit.Rest)
				for i, o := range k.pressed().Observations {
					if o.Arm != test.kept {
						t.Errorf("reading %d is of the %q arm, want %q", i, o.Arm, test.kept)
					}
				}
			})
		})
	}
}

// TestArmIsNotGuessed: of a rest that began by itself nobody has said which arm is in the
// cuff, unless they had said it before.
func TestArmIsNotGuessed(t *testing.T) {
	for _, say := range []vitals.Arm{none, left} {
		bubble(t, func(k *kiosk) {
			k.store.arm = records.KnownArm{Arm: right}
			k.returns(true)
			k.sitsDown()
			if say != none {
				k.do(k.v.SayArm(say), visit.Prepare)
			}
			k.pass(time.Minute)
			k.want(visit.Rest)
			if o := k.pressed().Observations[0]; o.Arm != say {
				t.Errorf("said %q, on record %q", say, o.Arm)
			}
		})
	}
}

// TestArmOfNobodyElse: nothing is asked of the records, and nothing offered or kept, of
// whom nothing may be told, or who leaves nothing.
func TestArmOfNobodyElse(t *testing.T) {
	for name, comes := range map[string]func(k *kiosk){
		"guest":               (*kiosk).guest,
		"keeps nothing":       func(k *kiosk) { k.returns(false, "fistula-right") },
		"only said who it is": func(k *kiosk) { knows(k, "fistula-right"); k.person(1960) },
		"never was here":      func(k *kiosk) { k.carded("PT-0042") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.store.arm = records.KnownArm{Arm: right, Compared: true}
				comes(k)
				k.sitsDown()
				s := k.v.State().Arm
				if s.Arm != none || k.store.armAsked > 0 {
					t.Errorf("offered %+v, asked %d times", s, k.store.armAsked)
				}
				asked := name == "only said who it is" || name == "never was here"
				if s.MaySay != asked {
					t.Errorf("may say it: %t, want %t", s.MaySay, asked)
				}
				if !asked {
					k.refused(k.v.SayArm(left))
				}
			})
		})
	}
}

// TestArmStaysWithItsVisit: whoever comes next is not offered the arm of the person
// before, not even one that the records tell of late; the same person is, when they
// measure again.
func TestArmStaysWithItsVisit(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.arm = records.KnownArm{Arm: right}
		k.returns(true)
		k.sitsDown()
		k.do(k.v.SayArm(left), visit.Prepare)
		k.do(k.v.Prepared(), visit.Rest)
		k.pressed()
		k.do(k.v.MeasureAnother(), visit.Choose)
		k.sitsDown()
		if got := k.v.State().Arm; got.Arm != left || got.Why != visit.ArmLast {
			t.Errorf("the same person is offered %+v", got)
		}
		k.v.Cancel()
		k.want(visit.Welcome)
		k.returns(true)
		k.store.delay = 2 * time.Second
		if err := k.v.ChoosePanel(vitals.BloodPressure); err != nil {
			t.Fatal(err)
		}
		k.v.Cancel()
		k.want(visit.Welcome)
		k.store.known = nil
		k.pass(time.Second)
		k.store.delay = 0
		k.carded("PT-0042")
		k.pass(5 * time.Second)
		k.sitsDown()
		if got := k.v.State().Arm; got.Arm != none {
			t.Errorf("the next person is offered %+v", got)
		}
	})
}

// TestArmWithoutRecords: records that fail to tell keep nobody from being measured.
func TestArmWithoutRecords(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.armErr = records.ErrCorrupt
		k.returns(true)
		k.sitsDown()
		if got := k.v.State().Arm; got != (visit.ArmState{MaySay: true}) {
			t.Errorf("offered %+v", got)
		}
	})
}
