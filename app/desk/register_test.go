package desk

import (
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/people"
)

func TestProblemsStandBesideTheirFields(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, zone)
	long := strings.Repeat("ä", 300)
	for _, tc := range []struct {
		name  string
		draft Draft
		tried bool
		field Field
		want  words.Key // empty: nothing is wrong there
	}{
		{"nothing typed", Draft{}, false, FieldName, ""},
		{"nothing typed, saved", Draft{}, true, FieldName, words.RegisterNameMissing},
		{"a card alone", Draft{Card: "C-1"}, true, FieldName, ""},
		{"300 letters", Draft{Given: long}, false, FieldName, words.RegisterNameLong},
		{"300 letters of family", Draft{Family: long}, false, FieldFamily, words.RegisterNameLong},
		{"just fits", Draft{Given: strings.Repeat("ä", MaxName) + "  "}, true, FieldName, ""},
		{"emoji and Arabic", Draft{Given: "محمد 😀"}, true, FieldName, ""},
		{"a card in the name", Draft{Given: "4006381333931"}, false, FieldName, words.RegisterNameNumber},
		{"a card in the family name", Draft{Family: "C-10042"}, false, FieldFamily, words.RegisterNameNumber},
		{"a name with a number", Draft{Given: "Louis 14"}, false, FieldName, ""},
		{"no agreement", Draft{Given: "A"}, true, FieldConsent, words.RegisterConsentMissing},
		{"agreement", Draft{Given: "A", Keep: true}, true, FieldConsent, ""},
		{"typing a date", Draft{Day: "3"}, false, FieldBirth, ""},
		{"half a date", Draft{Day: "3", Year: "1980"}, false, FieldBirth, words.RegisterDateHalf},
		{"30 February", Draft{Day: "30", Month: "02", Year: "1980"}, false, FieldBirth, words.RegisterDateImpossible},
		{"month 13", Draft{Day: "01", Month: "13", Year: "1980"}, false, FieldBirth, words.RegisterDateImpossible},
		{"29 February of no leap year", Draft{Day: "29", Month: "02", Year: "1900"}, false, FieldBirth, words.RegisterDateImpossible},
		{"today", Draft{Day: "02", Month: "03", Year: "2026"}, false, FieldBirth, ""},
		{"tomorrow", Draft{Day: "03", Month: "03", Year: "2026"}, false, FieldBirth, words.RegisterDateFuture},
		{"another century", Draft{Day: "01", Month: "01", Year: "2126"}, false, FieldBirth, words.RegisterDateFuture},
		{"too long ago", Draft{Day: "01", Month: "01", Year: "1880"}, false, FieldBirth, words.RegisterDateOld},
		{"an age", Draft{ByAge: true, Age: "64"}, true, FieldAge, ""},
		{"no age", Draft{ByAge: true}, true, FieldAge, ""},
		{"an age of Methuselah", Draft{ByAge: true, Age: "969"}, false, FieldAge, words.RegisterAgeImpossible},
		{"an age instead of a date", Draft{ByAge: true, Age: "64", Day: "30", Month: "02", Year: "1980"}, false, FieldBirth, ""},
		{"a phone", Draft{Phone: "+44 (20) 7946-0958"}, false, FieldPhone, ""},
		{"words for a phone", Draft{Phone: "ask her son"}, false, FieldPhone, words.RegisterPhoneOdd},
		{"three digits", Draft{Phone: "112"}, false, FieldPhone, words.RegisterPhoneOdd},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.draft.problems(now, tc.tried)[tc.field]; got.Key != tc.want {
				t.Errorf("%q, want %q", got.Key, tc.want)
			}
		})
	}
}

// TestWhatIsFineCanBeSaved: no draft without a problem is refused by the
// records.
func TestWhatIsFineCanBeSaved(t *testing.T) {
	s := working(t)
	for _, draft := range []Draft{
		{Given: "Nyota", ByAge: true, Age: "64", Sex: records.Female},
		{Given: strings.Repeat("ä", MaxName), Family: strings.Repeat("字", MaxName), Sex: records.UnknownSex},
		{Card: strings.Repeat("9", 64), Phone: "+4420794609"},
		{Given: "محمد", Family: "العلي 😀", Day: "02", Month: "03", Year: "2026", Language: "ar"},
		{Family: "O’Brien-Ñuñez", Day: "29", Month: "02", Year: "1904"},
		{Given: "A", ByAge: true, Age: "0"}, {Given: "B", ByAge: true, Age: "130"},
	} {
		draft.Keep = true
		s.Go(Route{Page: PageRegister})
		s.Edit(func(d *Draft) { *d = draft })
		s.Wait()
		s.Save()
		s.Wait()
		got := s.State()
		if got.Said.Key != words.RegisterDone || got.Route.Page != PageToday || !got.Register.Draft.empty() {
			t.Errorf("%+v: says %+v with %v", draft, got.Said, got.Register.Problems)
		}
	}
	s.after(time.Second)
	if got := s.State().Today.Counts[Waiting]; got != 7 {
		t.Errorf("%d wait, want 7", got)
	}
}

func TestSavedPerson(t *testing.T) {
	s := working(t)
	s.Edit(func(d *Draft) {
		*d = Draft{Given: " Nyota ", Family: "Mwangi", ByAge: true, Age: "64", Sex: records.Female,
			Phone: "+254 700 000000", Card: "C-10312", Language: "fr", Keep: true}
	})
	s.Save()
	s.after(time.Second)
	e, err := s.store.Encounter(t.Context(), s.State().Today.Rows[0].Visit)
	if err != nil {
		t.Fatal(err)
	}
	p := e.Patient
	if p.Given != "Nyota" || p.Sex != records.Female || !p.BirthEstimated || p.BirthDate != (records.Date{Year: 1961, Month: 7, Day: 1}) || p.Language != "fr" || len(p.Identifiers) != 2 {
		t.Errorf("%+v", p)
	}
	given := map[string]bool{}
	for _, c := range e.Consents {
		given[c.Purpose] = c.Given
		if c.Version != "1" || !c.At.Equal(opening) {
			t.Errorf("%+v", c)
		}
	}
	if !given[records.ConsentKeep] || !given[records.ConsentMeasure] || given[records.ConsentShare] {
		t.Errorf("consents %v", given)
	}
	if e.Status != records.InProgress || e.Place.Kiosk != "desk-1" {
		t.Errorf("%+v", e)
	}
}

// TestSomebodyAlikeHasToBeLookedAt: a person is not written down a second time
// before somebody has compared the two.
func TestSomebodyAlikeHasToBeLookedAt(t *testing.T) {
	s := working(t)
	known := s.visitor("Fatima", 48*time.Hour, 0)
	s.save(known)
	typed := Draft{Given: "Fatma", Family: "Haddad", Day: "30", Month: "04", Year: "1956", Keep: true}
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) { *d = typed })
	s.Wait()
	got := s.State().Register
	if len(got.Alike) != 1 || got.Alike[0].Patient.ID != known.Patient.ID || got.Alike[0].Why != people.NearName {
		t.Fatalf("alike: %+v", got.Alike)
	}
	s.Save()
	s.Wait()
	if got = s.State().Register; got.Beside == nil || got.Saving {
		t.Fatalf("saved without a look: %+v", got)
	}
	s.StopComparing()
	if got = s.State().Register; got.Beside != nil || got.Draft != typed {
		t.Errorf("going back: %+v", got)
	}
	s.Save()
	s.NotTheSame()
	s.after(time.Second)
	if all := s.State(); all.Said.Key != words.RegisterDone || len(all.Today.Rows) != 1 {
		t.Errorf("another person: says %+v, %d rows", all.Said, len(all.Today.Rows))
	}
	// The same person again: their record is opened and nothing is made.
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) { *d = typed })
	s.Wait()
	s.Compare(known.Patient.ID)
	s.OpenInstead(s.State().Register.Beside.Patient)
	if all := s.State(); all.Route != (Route{Page: PagePatient, Patient: known.Patient.ID}) || !all.Register.Draft.empty() {
		t.Errorf("%+v, %+v", all.Route, all.Register.Draft)
	}
}

// TestSameNameIsShownAndHindersNobody: of two people of one name whose birth
// nobody knows, the first is shown, and the second can be written down.
func TestSameNameIsShownAndHindersNobody(t *testing.T) {
	s := working(t)
	known := s.visitor("Fatima", 48*time.Hour, 0)
	s.save(known)
	s.Edit(func(d *Draft) { *d = Draft{Given: "fatima", Family: "Haddad", Keep: true} })
	s.Wait()
	if got := s.State().Register.Alike; len(got) != 1 || got[0].Why != people.SameName {
		t.Fatalf("alike: %+v", got)
	}
	s.Save()
	s.Wait()
	if got := s.State(); got.Said.Key != words.RegisterDone {
		t.Errorf("says %+v, beside %+v", got.Said, got.Register.Beside)
	}
}

func TestClearCanBeTakenBack(t *testing.T) {
	s := working(t)
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) { d.Given, d.Phone = "Fatima", "0700" })
	s.Wait()
	s.ClearDraft()
	if got := s.State(); !got.Register.Draft.empty() || !got.Said.Undo {
		t.Fatalf("%+v", got.Register.Draft)
	}
	s.Undo()
	s.Wait()
	if got := s.State().Register.Draft; got.Given != "Fatima" || got.Phone != "0700" {
		t.Errorf("came back as %+v", got)
	}
}

// TestNothingTypedIsLostWhenSavingFails: the records cannot be written, and all
// fields stay.
func TestNothingTypedIsLostWhenSavingFails(t *testing.T) {
	s := working(t)
	s.Go(Route{Page: PageRegister})
	s.Edit(func(d *Draft) { *d = Draft{Given: "Fatima", Keep: true, Card: strings.Repeat("9", 300)} })
	s.Wait()
	s.Save()
	s.Wait()
	got := s.State()
	if got.Said.Key != words.ProblemRecords || !got.Said.Bad || got.Register.Draft.Given != "Fatima" || got.Register.Saving {
		t.Errorf("says %+v, %+v", got.Said, got.Register)
	}
}
