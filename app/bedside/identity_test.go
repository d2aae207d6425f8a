package bedside_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// unknown is a bench on which nobody has made sure yet who p is.
func unknown(t *testing.T, p *records.Patient) *bench {
	t.Helper()
	b := &bench{t: t, rack: &counter{}, store: openStore(t)}
	b.rack.plug(vitals.Oximetry)
	b.hands = &hands{a: b.store.Console("ben", "k")}
	b.came(p)
	return b
}

// came begins a visit of somebody.
func (b *bench) came(p *records.Patient) {
	b.t.Helper()
	e := bedside.Visit(p, records.Place{Kiosk: "k"}, time.UTC, time.Now())
	b.Bedside = bedside.New(config(b.t, b.rack, b.hands), e, guideline.Subject{Age: 56, AgeKnown: true}, true)
	b.t.Cleanup(b.Close)
	synctest.Wait()
}

func card(p *records.Patient, code string) *records.Patient {
	p.Identifiers = append(p.Identifiers, records.Identifier{System: "card", Value: code})
	return p
}

// Whom the person is asked for, and what is on record once they have said it.
func TestIdentity(t *testing.T) {
	byAge := lena()
	byAge.BirthDate, byAge.BirthEstimated = records.Date{Year: 1970, Month: 7, Day: 1}, true
	for _, test := range []struct {
		name    string
		who     *records.Patient
		shows   string // a card that is scanned
		instead string
		asked   []records.Trait
		with    []records.Trait // nil: it does not lead on
		other   bool
	}{
		{name: "name and birth date", who: lena(), asked: []records.Trait{"name", "birth-date"}, with: []records.Trait{"name", "birth-date"}},
		{name: "own card", who: card(lena(), "C-77"), shows: "c-77 ", asked: []records.Trait{"card", "birth-date"}, with: []records.Trait{"card", "birth-date"}},
		{name: "another card", who: card(lena(), "C-77"), shows: "C-78", asked: []records.Trait{"name", "birth-date"}, with: []records.Trait{"name", "birth-date"}, other: true},
		{name: "estimated birth", who: card(byAge, "C-9"), asked: []records.Trait{"name", "card"}, with: []records.Trait{"name", "card"}},
		{name: "card without a name", who: card(&records.Patient{ID: records.NewID()}, "C-5"), shows: "C-5", asked: []records.Trait{"card"}},
		{name: "only a name", who: &records.Patient{ID: records.NewID(), Given: "Ana"}, asked: []records.Trait{"name"}},
		{name: "only a name, known", who: &records.Patient{ID: records.NewID(), Given: "Ana"}, instead: "known", asked: []records.Trait{"name"}, with: []records.Trait{}},
		{name: "a companion says it", who: lena(), instead: "companion", asked: []records.Trait{"name", "birth-date"}, with: []records.Trait{"name", "birth-date"}},
		{name: "emergency with a card", who: card(lena(), "C-77"), shows: "C-77", instead: "emergency", asked: []records.Trait{"card", "birth-date"}, with: []records.Trait{"card"}},
		{name: "no such reason", who: lena(), instead: "hurry", asked: []records.Trait{"name", "birth-date"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := unknown(t, test.who)
				if err := b.Measure(vitals.Oximetry); !errors.Is(err, bedside.ErrNotNow) {
					t.Errorf("measured before it was sure of whom: %v", err)
				}
				if test.shows != "" {
					b.do(b.ShowCard(test.shows))
				}
				s := b.at(bedside.Identify)
				if !slices.Equal(s.Identity.Asked, test.asked) || s.Identity.OtherCard != test.other {
					t.Errorf("asked %v, other card %t", s.Identity.Asked, s.Identity.OtherCard)
				}
				err := b.Identified
				if test.instead != "" {
					err = func() error { return b.IdentifiedBut(test.instead) }
				}
				if test.with == nil {
					if err := err(); !errors.Is(err, bedside.ErrNotNow) {
						t.Errorf("it leads on: %v", err)
					}
					b.at(bedside.Identify)
					return
				}
				b.do(err())
				b.at(bedside.Choose)
				b.rack.gives(oxygen(97))
				b.do(b.Measure(vitals.Oximetry))
				b.do(b.Start())
				b.do(b.Accept())
				got := b.stored().Identity
				if !slices.Equal(got.With, test.with) || got.Instead != test.instead || got.By.Name != "ben" || got.At.IsZero() {
					t.Errorf("on record is %+v", got)
				}
				if n := audited(t, b.store, test.who.ID); n != 1 {
					t.Errorf("%d entries in the audit trail", n)
				}
				// Once a visit is enough.
				other := bedside.New(config(t, b.rack, b.hands), b.stored(), guideline.Subject{}, false)
				defer other.Close()
				if p := other.State().Phase; p != bedside.Choose {
					t.Errorf("asked again: %s", p)
				}
			})
		})
	}
}

func audited(t *testing.T, s *records.Store, who records.ID) (n int) {
	t.Helper()
	page, err := s.AuditAfter(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page {
		if e.Action == staff.IdentifyPatient && e.Patient == who && e.User == "ben" {
			n++
		}
	}
	return n
}

// Whoever is alike stands on the screen before anybody can be sure, also if the
// records could not be asked when the visit began.
func TestIdentityShowsWhoIsAlike(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := unknown(t, lena())
		twin := lena()
		twin.Given, twin.ID = "Lina", records.NewID()
		e := bedside.Visit(twin, records.Place{Kiosk: "k"}, time.UTC, time.Now())
		if err := b.store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		b.hands.gone = true
		b.came(lena())
		b.hands.gone = false
		b.do(b.Identified())
		s := b.at(bedside.Identify)
		if len(s.Identity.Alike) != 1 || s.Identity.Alike[0].Patient.ID != twin.ID {
			t.Fatalf("alike are %v", s.Identity.Alike)
		}
		b.do(b.Identified())
		b.at(bedside.Choose)
	})
}

// A guest is nobody in the records, so there is nobody to be confused with.
func TestGuestIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, rack: &counter{}, store: openStore(t)}
		b.hands = &hands{a: b.store.Console("ben", "k")}
		e := bedside.Visit(lena(), records.Place{Kiosk: "k"}, time.UTC, time.Now())
		e.Patient = nil
		b.Bedside = bedside.New(config(t, b.rack, b.hands), e, guideline.Subject{}, false)
		defer b.Close()
		b.at(bedside.Choose)
	})
}

// What could not be put on record lets nobody go on.
func TestIdentityThatIsNotOnRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := unknown(t, lena())
		b.hands.fail = func() error { return records.ErrDisk }
		b.do(b.Identified())
		if s := b.at(bedside.Identify); s.Saving {
			t.Error("it is still being saved")
		}
		b.hands.fail = nil
		b.do(b.Identified())
		b.at(bedside.Choose)
	})
}
