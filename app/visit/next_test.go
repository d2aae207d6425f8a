package visit_test

import (
	"fmt"
	"strings"
	"testing"

	"aidpost/app/visit"
	"aidpost/records"
)

// Somebody who came along is another person: of the one before them nothing is
// left but the language, each is kept as who they said they are, and what the
// first one's instruments hold is not the second one's.
func TestNextPerson(t *testing.T) {
	for name, identify := range map[string]func(*visit.Visit) error{
		"guest": (*visit.Visit).Guest,
		"name":  func(v *visit.Visit) error { return v.Identify("Ben", "Lopez", 1984, 1, 2) },
		"card":  func(v *visit.Visit) error { return v.Card("4712") },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.v.SetLanguage("es")
				k.do(k.v.Begin(), visit.Who)
				k.refused(k.v.Next())
				k.do(k.v.Identify(canary, canary, 1960, 5, 6), visit.Consent)
				k.do(k.v.Agree(true, false), visit.Choose)
				k.measureOximeter(98)
				first := k.do(k.v.Done(), visit.Finish)

				s := k.do(k.v.Next(), visit.Who)
				if s.Language != "es" {
					t.Errorf("the language is %q", s.Language)
				}
				if s.Encounter.ID == first.Encounter.ID {
					t.Error("it is the same visit")
				}
				seen := func(s visit.State) {
					t.Helper()
					said := fmt.Sprintf("%+v %+v", s, s.Encounter)
					if strings.Contains(said, canary) || len(s.Results) > 0 && s.Results[0].Taken.Equal(first.Results[0].Taken) {
						t.Errorf("at %s there is something of the first person: %s", s.Step, said)
					}
				}
				seen(s)
				if err := identify(k.v); err != nil {
					t.Fatal(err)
				}
				if name != "guest" {
					seen(k.want(visit.Consent))
					if err := k.v.Agree(true, false); err != nil {
						t.Fatal(err)
					}
				}
				seen(k.want(visit.Choose))
				k.measureOximeter(97)
				seen(k.v.State())
				seen(k.do(k.v.Done(), visit.Finish))
				k.do(k.v.Leave(), visit.Welcome)

				people := map[records.ID]bool{}
				for _, e := range k.store.saved() {
					for _, o := range e.Observations {
						if (e.Patient.Given == canary) != (e.ID == first.Encounter.ID) {
							t.Errorf("%s of %q is in the wrong visit", o.Panel, e.Patient.Given)
						}
					}
					people[e.Patient.ID] = true
				}
				if want := map[bool]int{true: 1, false: 2}[name == "guest"]; len(people) != want {
					t.Errorf("kept for %d people, want %d", len(people), want)
				}
				if k.v.State().Language == "es" {
					t.Error("the language outlives the household")
				}
			})
		})
	}
}
