package visit_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

// canary is a name that must not be found anywhere once a visit has ended.
const canary = "Quetzalcoatlina"

func TestCheckBirthDate(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		year, month, day int
		want             visit.WhoError
	}{
		{1970, 2, 28, visit.WhoOK},
		{1972, 2, 29, visit.WhoOK},
		{1970, 2, 29, visit.WhoDateImpossible},
		{1970, 13, 1, visit.WhoDateImpossible},
		{0, 1, 1, visit.WhoDateImpossible},
		{-5, 1, 1, visit.WhoDateImpossible},
		{2026, 3, 1, visit.WhoOK},
		{2026, 3, 2, visit.WhoDateFuture},
		{1900, 3, 2, visit.WhoOK},
		{1900, 3, 1, visit.WhoDateTooOld},
	} {
		got, wrong := visit.CheckBirthDate(test.year, test.month, test.day, now)
		if wrong != test.want || (wrong == visit.WhoOK) == got.IsZero() {
			t.Errorf("%d-%d-%d = %s, %q; want %q", test.year, test.month, test.day, got, wrong, test.want)
		}
	}
}

func TestWhoErrors(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.do(k.v.Begin(), visit.Who)
		for _, test := range []struct {
			given, family string
			year          int
			want          visit.WhoError
		}{
			{"", "  ", 1970, visit.WhoNameMissing},
			{strings.Repeat("é", visit.MaxName+1), "", 1970, visit.WhoNameTooLong},
			{"", strings.Repeat("é", visit.MaxName+1), 1970, visit.WhoNameTooLong},
			{canary, "", 2090, visit.WhoDateFuture},
			{canary, "", 0, visit.WhoDateImpossible},
			{canary, "", 1800, visit.WhoDateTooOld},
		} {
			s := k.do(k.v.Identify(test.given, test.family, test.year, 1, 1), visit.Who)
			if s.WhoError != test.want {
				t.Errorf("%.20q %.20q %d: %q, want %q", test.given, test.family, test.year, s.WhoError, test.want)
			}
		}
		for _, card := range []string{"", "  ", "12\x0034", "\xff\xfe", strings.Repeat("1", visit.MaxCard+1)} {
			if s := k.do(k.v.Card(card), visit.Who); s.WhoError != visit.WhoCardUnreadable {
				t.Errorf("card %q: %q", card, s.WhoError)
			}
		}
		if s := k.do(k.v.Identify(canary, "", 1970, 1, 1), visit.Consent); s.WhoError != visit.WhoOK {
			t.Errorf("still %q", s.WhoError)
		}
	})
}

// TestLongestName is one that the visit takes and the records do not refuse.
func TestLongestName(t *testing.T) {
	store := openStore(t)
	e := &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: time.Now(), Ended: time.Now(), Zone: "UTC", Language: "en",
		Place: records.Place{Organization: "o", Location: "l", Kiosk: "k"},
		Patient: &records.Patient{ID: records.NewID(), Created: time.Now(), BirthDate: records.Date{Year: 1970, Month: 1, Day: 1},
			Given: strings.Repeat("é", visit.MaxName), Family: strings.Repeat("é", visit.MaxName),
			Identifiers: []records.Identifier{{System: visit.CardSystem, Value: strings.Repeat("1", visit.MaxCard)}}},
	}
	if err := store.Save(t.Context(), e); err != nil {
		t.Errorf("a name of %d letters: %v", visit.MaxName, err)
	}
}

// remembered has the store know somebody with an earlier result.
func remembered(k *kiosk) {
	k.store.known = &records.Patient{
		ID: "p1", Given: canary, Family: canary, BirthDate: records.Date{Year: 1960, Month: 5, Day: 6},
		Identifiers: []records.Identifier{{System: visit.CardSystem, Value: canary}},
	}
	k.store.history = []records.Observation{{ID: "old", Taken: time.Now().Add(-time.Hour)}}
}

// TestKnownPerson: a card shows who one is, and what was kept before.
func TestKnownPerson(t *testing.T) {
	bubble(t, func(k *kiosk) {
		remembered(k)
		k.do(k.v.Begin(), visit.Who)
		if s := k.do(k.v.Card(" 4711 "), visit.Consent); !s.Returning || s.Told || s.Name != canary {
			t.Errorf("returning %t, told %t, name %q", s.Returning, s.Told, s.Name)
		}
		k.do(k.v.Agree(true, true), visit.Choose)
		k.measureOximeter(98)
		res := k.v.State().Results[0]
		if len(res.History) != 1 || res.History[0].ID != "old" {
			t.Errorf("history %v", res.History)
		}
		if e := k.store.last(t); e.Patient.ID != "p1" {
			t.Errorf("kept as %s", e.Patient.ID)
		}
	})
}

// TestToldPerson: who only says what others know as well has their results kept
// under the person's record, and is shown nothing that they have not said: no
// result, no name, no number, not even that there is such a person.
func TestToldPerson(t *testing.T) {
	for name, identify := range map[string]func(*visit.Visit) error{
		"name":  func(v *visit.Visit) error { return v.Identify("Ana", "Lopez", 1960, 5, 6) },
		"phone": func(v *visit.Visit) error { return v.Phone("555 0100", 1960, 5, 6) },
	} {
		t.Run(name, func(t *testing.T) {
			var said [2]string
			for i, known := range []bool{false, true} {
				bubble(t, func(k *kiosk) {
					if known {
						remembered(k)
					}
					k.do(k.v.Begin(), visit.Who)
					s := k.do(identify(k.v), visit.Consent)
					if s.Returning || !s.Told {
						t.Errorf("returning %t, told %t", s.Returning, s.Told)
					}
					k.do(k.v.Agree(true, true), visit.Choose)
					k.measureOximeter(98)
					s = k.do(k.v.Done(), visit.Finish)
					if known {
						if k.store.asked > 0 || len(s.Results[0].History) > 0 {
							t.Error("earlier results are shown")
						}
						if e := k.store.last(t); e.Patient.ID != "p1" || e.Patient.Given != canary {
							t.Errorf("kept as %+v", e.Patient)
						}
					}
					p := *s.Encounter.Patient // goes onto paper
					p.ID, p.Created = "", time.Time{}
					said[i] = fmt.Sprintf("%+v %q %t", p, s.Name, s.MayChoosePIN)
				})
			}
			if said[0] != said[1] || strings.Contains(said[1], canary) {
				t.Errorf("a stranger is told\n%s\nand somebody known\n%s", said[0], said[1])
			}
		})
	}
}

// TestPINOfToldPerson: a PIN that was chosen by somebody who had only said who
// they are never shows what was kept before.
func TestPINOfToldPerson(t *testing.T) {
	for name, test := range map[string]struct {
		identify func(*visit.Visit) error
		opens    bool
	}{
		"name": {func(v *visit.Visit) error { return v.Identify("Ana", "Lopez", 1960, 5, 6) }, false},
		"card": {func(v *visit.Visit) error { return v.Card("4711") }, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				remembered(k)
				enter := func() {
					k.do(k.v.Agree(true, false), visit.Choose)
					k.measureOximeter(98)
				}
				k.do(k.v.Begin(), visit.Who)
				k.do(test.identify(k.v), visit.Consent)
				enter()
				k.do(k.v.Done(), visit.Finish)
				k.do(k.v.ChoosePIN("483920"), visit.Finish)
				k.do(k.v.Leave(), visit.Welcome)

				k.store.history = append(k.store.history, records.Observation{ID: "new", Taken: time.Now()})
				k.do(k.v.Begin(), visit.Who)
				k.do(test.identify(k.v), visit.PIN)
				k.do(k.v.EnterPIN("483920"), visit.Consent)
				enter()
				got := len(k.v.State().Results[0].History)
				if want := map[bool]int{true: 2, false: 1}[test.opens]; got != want {
					t.Errorf("%d earlier results are shown, want %d", got, want)
				}
			})
		})
	}
}

// TestPhone: what was typed is looked for in all ways to write it, and kept in the
// one that all countries know.
func TestPhone(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.do(k.v.Begin(), visit.Who)
		for _, odd := range []string{"", "12", strings.Repeat("1", 16)} {
			if s := k.do(k.v.Phone(odd, 1960, 5, 6), visit.Who); s.WhoError != visit.WhoPhoneOdd {
				t.Errorf("%q: %q", odd, s.WhoError)
			}
		}
		if s := k.do(k.v.Phone("07911123456", 1960, 13, 6), visit.Who); s.WhoError != visit.WhoDateImpossible {
			t.Errorf("an impossible date: %q", s.WhoError)
		}
		s := k.do(k.v.Phone("07911123456", 1960, 5, 6), visit.Consent)
		if want := (records.Identifier{System: records.PhoneSystem, Value: "+447911123456"}); !slices.Contains(s.Encounter.Patient.Identifiers, want) {
			t.Errorf("kept as %v", s.Encounter.Patient.Identifiers)
		}
		if s.Encounter.Patient.BirthDate.String() != "1960-05-06" || !slices.Contains(k.store.search.Phone, "07911123456") {
			t.Errorf("born %v, looked for %q", s.Encounter.Patient.BirthDate, k.store.search.Phone)
		}
	})
}

// TestNobodyElseIsShown: of several people with one name, and of people who do
// not want to be kept, no earlier result is asked for.
func TestNobodyElseIsShown(t *testing.T) {
	t.Run("several", func(t *testing.T) {
		bubble(t, func(k *kiosk) {
			k.store.findErr = records.ErrSeveral
			k.store.history = []records.Observation{{ID: "of somebody"}}
			k.do(k.v.Begin(), visit.Who)
			s := k.do(k.v.Identify("Ana", "Lopez", 1960, 5, 6), visit.Consent)
			if s.Returning || s.Encounter.Patient.ID == "" {
				t.Errorf("returning %t as %+v", s.Returning, s.Encounter.Patient)
			}
			k.do(k.v.Agree(true, false), visit.Choose)
			k.prepare(vitals.Oximetry)
			if k.store.asked > 0 {
				t.Error("a history was asked for")
			}
		})
	})
	t.Run("not kept", func(t *testing.T) {
		bubble(t, func(k *kiosk) {
			k.store.known = &records.Patient{ID: "p1", Given: canary}
			k.do(k.v.Begin(), visit.Who)
			k.do(k.v.Identify(canary, "Lopez", 1960, 5, 6), visit.Consent)
			k.do(k.v.Agree(false, true), visit.Choose)
			k.prepare(vitals.Oximetry)
			if k.store.asked > 0 {
				t.Error("a history was asked for")
			}
		})
	})
}

// TestNothingKept: a guest, and a person who only measures, leave nothing.
func TestNothingKept(t *testing.T) {
	for name, enter := range map[string]func(k *kiosk){
		"guest": (*kiosk).guest,
		"measure only": func(k *kiosk) {
			k.do(k.v.Begin(), visit.Who)
			k.do(k.v.Identify(canary, "Rossi", 1970, 4, 30), visit.Consent)
			k.do(k.v.Agree(false, true), visit.Choose)
		},
	} {
		for _, end := range []func(*visit.Visit){
			(*visit.Visit).Cancel, (*visit.Visit).Close,
			func(v *visit.Visit) { _ = v.Done(); _ = v.Leave() },
		} {
			t.Run(name, func(t *testing.T) {
				bubble(t, func(k *kiosk) {
					enter(k)
					k.cuffed()
					runSeries(k, "186/104")
					k.do(k.v.Symptoms(true), visit.Urgent)
					s := k.do(k.v.Understood(), visit.Result)
					if s.Saved || s.Keeping || s.Encounter.Patient != nil {
						t.Errorf("saved %t, keeping %t, patient %v", s.Saved, s.Keeping, s.Encounter.Patient)
					}
					k.refused(k.v.SaveAgain())
					end(k.v)
					k.want(visit.Welcome)
					if n := len(k.store.saved()); n > 0 {
						t.Errorf("%d saves", n)
					}
				})
			})
		}
	}
}

func TestLookUpFails(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.findErr = errors.New("the disk is on fire")
		k.store.delay = time.Second
		k.do(k.v.Begin(), visit.Who)
		if s := k.do(k.v.Identify(canary, "", 1970, 1, 1), visit.Who); !s.Searching {
			t.Error("not searching")
		}
		k.refused(k.v.Identify(canary, "", 1970, 1, 1))
		k.refused(k.v.Card("1"))
		k.pass(time.Second)
		if s := k.want(visit.Who); s.WhoError != visit.WhoStore || s.Searching {
			t.Errorf("%q, searching %t", s.WhoError, s.Searching)
		}
		k.store.findErr = records.ErrNotFound
		k.do(k.v.Card("1"), visit.Who)
		k.pass(time.Second)
		if s := k.want(visit.Consent); s.Encounter.Patient.Identifiers[0].Value != "1" {
			t.Errorf("patient %+v", s.Encounter.Patient)
		}
	})
}

// TestLateLookUp: what is found after the person has gone on does nothing.
func TestLateLookUp(t *testing.T) {
	for name, leave := range map[string]func(*visit.Visit){
		"guest":  func(v *visit.Visit) { _ = v.Guest() },
		"back":   func(v *visit.Visit) { _ = v.Back() },
		"cancel": (*visit.Visit).Cancel,
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(k *kiosk) {
				k.store.known = &records.Patient{ID: "p1", Given: canary}
				k.store.delay = time.Second
				k.do(k.v.Begin(), visit.Who)
				k.do(k.v.Card("1"), visit.Who)
				leave(k.v)
				before := k.v.State().Step
				k.pass(2 * time.Second)
				if s := k.want(before); s.Name != "" || s.Returning || s.Searching || (s.Encounter != nil && s.Encounter.Patient != nil) {
					t.Errorf("name %q, returning %t, searching %t", s.Name, s.Returning, s.Searching)
				}
				if name == "guest" {
					k.do(k.v.Back(), visit.Who)
					k.do(k.v.Card("1"), visit.Who) // may search again
					k.pass(time.Second)
					k.want(visit.Consent)
				}
			})
		})
	}
}

func TestBack(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.refused(k.v.Back())
		k.do(k.v.Begin(), visit.Who)
		k.do(k.v.Back(), visit.Welcome)
		k.do(k.v.Begin(), visit.Who)
		k.do(k.v.Identify(canary, "Rossi", 1970, 1, 1), visit.Consent)
		if s := k.do(k.v.Back(), visit.Who); s.Name != "" || s.Encounter.Patient != nil {
			t.Errorf("name %q, patient %v", s.Name, s.Encounter.Patient)
		}
		k.do(k.v.Guest(), visit.Choose)
		k.do(k.v.Back(), visit.Who)
		k.do(k.v.Identify(canary, "Rossi", 1970, 1, 1), visit.Consent)
		if k.v.State().Guest {
			t.Error("still a guest")
		}
		k.do(k.v.Agree(true, false), visit.Choose)
		k.refused(k.v.Back())
		if err := k.v.ChoosePanel(vitals.BloodPressure); err != nil {
			t.Fatal(err)
		}
		k.do(k.v.Back(), visit.Choose)
		k.cuffed()
		k.do(k.v.Back(), visit.Choose)
		k.cuffed()
		k.inflate(reads(pressure(120, 75, 60)), visit.Pause)
		k.refused(k.v.Back())
		k.pass(time.Minute)
		k.refused(k.v.Back()) // nothing measured is lost by it
		k.want(visit.Ready)
	})
}

// TestGuestsOnly: where there are no records nobody is asked who they are, nothing is
// kept, and the way back leads out.
func TestGuestsOnly(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.close()
		k.closed = false
		k.cfg.GuestsOnly = true
		k.v = visit.New(k.cfg)
		k.do(k.v.Begin(), visit.Choose)
		k.do(k.v.Back(), visit.Welcome)
		k.do(k.v.Begin(), visit.Choose)
		if s := k.v.State(); !s.Guest {
			k.t.Error("somebody who may be known")
		}
		k.refused(k.v.Agree(true, true))
		k.cuffed()
		k.inflate(reads(pressure(118, 76, 71)), visit.Pause)
		k.do(k.v.GiveUp(), visit.Result)
		k.do(k.v.Done(), visit.Finish)
		k.do(k.v.Next(), visit.Choose)
		if n := len(k.store.saved()); n > 0 {
			k.t.Errorf("%d saves", n)
		}
	})
}
