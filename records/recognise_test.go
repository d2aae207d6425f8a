package records

import (
	"errors"
	"testing"
	"time"

	"aidpost/records/phone"
)

// household saves people who share a phone number, as staff wrote it, one visit
// each, and returns who is who by birth year.
func household(t *testing.T, d *desk, number string, years ...int) map[int]ID {
	t.Helper()
	ids := map[int]ID{}
	for _, year := range years {
		p := ada()
		p.ID, p.BirthDate.Year = NewID(), year
		p.Identifiers = []Identifier{{System: PhoneSystem, Value: number}}
		save(t, d.Store, visit(p, now.Add(-time.Hour)))
		ids[year] = p.ID
	}
	return ids
}

// A household shares its phone: each is found by their own birth date, whichever
// way the number was written, and nobody by another one. What was told by who
// looks is not shown to them.
func TestPhoneAndBirthDate(t *testing.T) {
	plan, _ := phone.PlanOf("GB")
	for _, kept := range []string{"07911 123456", "+44 7911 123456", "0044 7911123456"} {
		d := newDesk(t)
		ids := household(t, d, kept, 1956, 1984)
		kiosk := d.Visitor("kiosk-1")
		for typed, born := range map[string]int{"07911123456": 1956, "00447911123456": 1984} {
			q := Search{Phone: plan.Spellings(typed), Birth: Date{born, 12, 10}}
			r, err := kiosk.Recognise(t.Context(), q)
			if err != nil || r.Patient.ID != ids[born] {
				t.Errorf("kept as %q, typed as %q: %v, %v", kept, typed, r.Patient, err)
			}
			if r.Shown {
				t.Errorf("typed as %q: who told a number and a date has shown who they are", typed)
			}
		}
		for name, q := range map[string]Search{
			"another birth date": {Phone: plan.Spellings("07911123456"), Birth: Date{1956, 12, 11}},
			"another number":     {Phone: plan.Spellings("07911123457"), Birth: Date{1956, 12, 10}},
			"another country":    {Phone: plan.Spellings("+337911123456"), Birth: Date{1956, 12, 10}},
		} {
			if r, err := kiosk.Recognise(t.Context(), q); r.Patient != nil || !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %v, %v", name, r.Patient, err)
			}
		}
		if r, err := kiosk.Recognise(t.Context(), Search{Phone: plan.Spellings(kept)}); r.Patient != nil || !errors.Is(err, ErrInvalid) {
			t.Errorf("without a birth date: %v, %v", r.Patient, err)
		}
	}
}

// Of twins, who share number and date, neither is told of, until each has a PIN.
func TestTwinsShareAPhone(t *testing.T) {
	d := newDesk(t)
	one := household(t, d, "5550100", 1956)[1956]
	other := household(t, d, "555-0100", 1956)[1956]
	kiosk, q := d.Visitor("kiosk-1"), Search{Phone: []string{"5550100"}, Birth: Date{1956, 12, 10}}
	if r, err := kiosk.Recognise(t.Context(), q); r.Patient != nil || !errors.Is(err, ErrSeveral) {
		t.Errorf("two: %v, %v", r.Patient, err)
	}
	for pin, who := range map[string]ID{onePIN: one, otherPIN: other} {
		if err := kiosk.ChoosePIN(t.Context(), who, pin, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := kiosk.Recognise(t.Context(), q); r.Patient != nil || !errors.Is(err, ErrNeedsPIN) {
		t.Errorf("with PINs: %v, %v", r.Patient, err)
	}
	if r, err := kiosk.RecogniseByPIN(t.Context(), q, otherPIN); err != nil || r.Patient.ID != other || !r.Shown {
		t.Errorf("by PIN: %v, %v", r, err)
	}
}

// An age that staff guessed is no birth date that somebody could know.
func TestEstimatedBirthFindsNobody(t *testing.T) {
	d := newDesk(t)
	p := ada()
	p.BirthDate, p.BirthEstimated = EstimatedBirth(70, now), true
	p.Identifiers = []Identifier{{System: PhoneSystem, Value: "5550100"}}
	save(t, d.Store, visit(p, now.Add(-time.Hour)))
	r, err := d.Visitor("kiosk-1").Recognise(t.Context(), Search{Phone: []string{"5550100"}, Birth: p.BirthDate})
	if r.Patient != nil || !errors.Is(err, ErrNotFound) {
		t.Errorf("%v, %v", r.Patient, err)
	}
}

// A PIN chosen by somebody who had only told who they are opens what came after;
// the card opens all.
func TestPINOpensFromWhenItWasChosen(t *testing.T) {
	d := newDesk(t)
	p := ada()
	save(t, d.Store, visit(p, now.Add(-time.Hour)))
	kiosk := d.Visitor("kiosk-1")
	told := Search{Given: p.Given, Family: p.Family, Birth: p.BirthDate}
	if r, err := kiosk.Recognise(t.Context(), told); err != nil || r.Shown {
		t.Errorf("by name: %+v, %v", r, err)
	}
	if r, err := kiosk.Recognise(t.Context(), Search{Identifier: p.Identifiers[0]}); err != nil || !r.Shown {
		t.Errorf("by card: %+v, %v", r, err)
	}
	if err := kiosk.ChoosePIN(t.Context(), p.ID, onePIN, now); err != nil {
		t.Fatal(err)
	}
	if r, err := kiosk.RecogniseByPIN(t.Context(), told, onePIN); err != nil || !r.Shown || !r.Since.Equal(now) {
		t.Errorf("by name and PIN: %+v, %v", r, err)
	}
	if r, err := kiosk.RecogniseByPIN(t.Context(), Search{Identifier: p.Identifiers[0]}, onePIN); err != nil || !r.Since.IsZero() {
		t.Errorf("by card and PIN: %+v, %v", r, err)
	}
}

// Looking for others is slow, also after the machine was switched off and on. Cards
// that are known cost nothing.
func TestLookingForOthersIsSlow(t *testing.T) {
	d := newDesk(t)
	p := ada()
	save(t, d.Store, visit(p, now.Add(-time.Hour)))
	kiosk, card := d.Visitor("kiosk-1"), Search{Identifier: p.Identifiers[0]}
	for range 100 {
		if _, err := kiosk.Recognise(t.Context(), card); err != nil {
			t.Fatal(err)
		}
	}
	judged, waited := 0, time.Duration(0)
	for judged < 60 {
		_, err := kiosk.Recognise(t.Context(), Search{Phone: []string{"5550100"}, Birth: Date{1956, 1, 1 + judged%28}})
		var locked *LockedError
		switch {
		case errors.As(err, &locked):
			if waited == 0 { // switching it off and on does not help
				d.restart(t)
				kiosk = d.Visitor("kiosk-1")
			}
			d.uptime += locked.Wait
			waited += locked.Wait
		case errors.Is(err, ErrNotFound):
			judged++
		default:
			t.Fatal(err)
		}
	}
	if waited < 59*time.Minute {
		t.Errorf("60 guesses took %v", waited)
	}
	if _, err := kiosk.Recognise(t.Context(), card); err == nil {
		t.Error("a card is looked up while the kiosk must wait")
	}
}
