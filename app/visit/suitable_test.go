package visit_test

import (
	"slices"
	"testing"

	"aidpost/app/visit"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func TestUnsuitable(t *testing.T) {
	for _, test := range []struct {
		question visit.QuestionID
		answer   string
	}{{visit.AskAdult, visit.No}, {visit.AskArm, visit.Yes}} {
		for _, leave := range []func(*visit.Visit) error{(*visit.Visit).Back, (*visit.Visit).GiveUp} {
			bubble(t, func(k *kiosk) {
				k.guest()
				k.ask(vitals.BloodPressure, test.question)
				k.refused(k.v.Answer("perhaps"))
				k.do(k.v.Answer(test.answer), visit.Unsuitable)
				k.refused(k.v.Prepared())
				k.do(leave(k.v), visit.Choose)
				// The same question comes again: the answer was not for ever.
				k.ask(vitals.BloodPressure, test.question)
			})
		}
	}
}

// TestNoBand: people whom the rules were not made for get the number alone.
func TestNoBand(t *testing.T) {
	for _, test := range []struct {
		name     string
		year     int
		pregnant string
		reason   guideline.Reason
	}{
		{"pregnant", 1970, visit.Yes, guideline.Pregnancy},
		{"under age", 1990, visit.No, guideline.UnderAge}, // the bubble's year is 2000
		{"adult", 1970, visit.No, guideline.HasBand},
	} {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.person(test.year)
				if err := k.v.ChoosePanel(vitals.Oximetry); err != nil {
					t.Fatal(err)
				}
				for s := k.v.State(); s.Step == visit.Question; s = k.v.State() {
					answer := harmless(s.Question)
					if s.Question == visit.AskPregnant || s.Question == visit.AskFit {
						answer = test.pregnant
					}
					if err := k.v.Answer(answer); err != nil {
						t.Fatal(err)
					}
				}
				k.rack.then(reads(saturation(98, 64)))
				k.do(k.v.Prepared(), visit.Measure)
				k.pass(inflationTime)
				res := k.want(visit.Result).Results[0]
				for _, j := range res.Judged {
					if j.Reason != test.reason || (j.Band == "") != (test.reason != guideline.HasBand) {
						t.Errorf("%s: band %q, reason %q", j.Part, j.Band, j.Reason)
					}
				}
				if slices.Contains(res.Notes, visit.NotePregnancy) != (test.pregnant == visit.Yes) {
					t.Errorf("notes %v", res.Notes)
				}
			})
		})
	}
}
