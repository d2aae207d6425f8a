package records

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

func TestReferralCodes(t *testing.T) {
	visit := NewID()
	code := codeFor(visit, 0)
	if len(code) != codeDigits || code == codeFor(visit, 1) || code != codeFor(visit, 0) {
		t.Fatalf("code %q", code)
	}
	arabic := strings.Map(func(r rune) rune { return '٠' + r - '0' }, code)
	for _, typed := range []string{code, " " + code[:4] + " " + code[4:8] + "-" + code[8:12] + "\u00a0" + code[12:] + " ", arabic} {
		if got, ok := ParseReferralCode(typed); !ok || got != code {
			t.Errorf("%q is %q, %t", typed, got, ok)
		}
	}
	// Whatever digit is wrong and whichever neighbours are swapped, it is no code.
	for i := range code {
		for d := byte('0'); d <= '9'; d++ {
			wrong := []byte(code)
			if wrong[i] = d; string(wrong) == code {
				continue
			}
			if _, ok := ParseReferralCode(string(wrong)); ok {
				t.Errorf("%s passes for %s", wrong, code)
			}
		}
		if i > 0 && code[i] != code[i-1] {
			swapped := []byte(code)
			swapped[i], swapped[i-1] = code[i-1], code[i]
			if _, ok := ParseReferralCode(string(swapped)); ok {
				t.Errorf("%s passes for %s", swapped, code)
			}
		}
	}
	for _, text := range []string{"", "ada lovelace", code + "1", code[1:], "A" + code[1:], "1990-01-02", strings.Repeat("0", 16)} {
		if _, ok := ParseReferralCode(text); ok {
			t.Errorf("%q passes", text)
		}
	}
}

func TestRefer(t *testing.T) {
	d := newDesk(t)
	e := visit(ada(), now.Add(-time.Hour))
	save(t, d.Store, e)
	a := d.signIn(t, staff.Operator)
	would := e.ReferralTo("Dr Cole")
	soon := Date{now.Year(), int(now.Month()), now.Day() + 3}
	first, err := a.Refer(t.Context(), e, Referral{To: " Dr Cole ", Reason: "pressure", Until: soon})
	if err != nil || first.Code != would.Code || first.To != "Dr Cole" || first.By.ID != d.ids[staff.Operator] || !first.At.Equal(now) {
		t.Fatalf("referred %+v, %v", first, err)
	}
	// The same letter once more is the same referral; to somebody else it is another.
	revision := e.Revision
	if again, err := a.Refer(t.Context(), e, Referral{To: "Dr Cole", Reason: "pressure", Until: soon}); err != nil || again.Code != first.Code || e.Revision != revision {
		t.Errorf("again: %+v, revision %d, %v", again, e.Revision, err)
	}
	if other, err := a.Refer(t.Context(), e, Referral{To: "Eye clinic"}); err != nil || other.Code == first.Code || len(e.Referrals) != 2 {
		t.Errorf("other: %+v of %d, %v", other, len(e.Referrals), err)
	}
	found, err := a.ReferralByCode(t.Context(), first.Code)
	if err != nil || found.ID != e.ID || !reflect.DeepEqual(found.Referrals, e.Referrals) {
		t.Fatalf("by its code: %+v, %v", found, err)
	}
	if _, err := a.ReferralByCode(t.Context(), codeFor(e.ID, 9)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown code: %v", err)
	}

	back := Return{From: "Dr Cole", Outcome: Treated, Found: "new medicine"}
	if err := a.CloseReferral(t.Context(), e, first.Code, Return{Outcome: "lost"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("an unknown outcome: %v", err)
	}
	if err := a.CloseReferral(t.Context(), e, first.Code, back); err != nil {
		t.Fatal(err)
	}
	if err := a.CloseReferral(t.Context(), e, first.Code, back); !errors.Is(err, ErrNotOpen) {
		t.Errorf("a second time: %v", err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || stored.Referrals[0].Return == nil || stored.Referrals[0].Return.Found != "new medicine" || stored.Referrals[0].Return.By.ID != d.ids[staff.Operator] {
		t.Fatalf("stored %+v, %v", stored.Referrals, err)
	}
	trail := auditOf(t, d.Store)
	if last := trail[len(trail)-1]; last.Action != staff.CloseReferral || last.Reason != string(Treated) || last.Patient != e.Patient.ID {
		t.Errorf("on record is %+v", last)
	}
	// A letter to the same after that is another one.
	if again, err := a.Refer(t.Context(), e, Referral{To: "Dr Cole"}); err != nil || again.Code == first.Code {
		t.Errorf("after it came back: %+v, %v", again, err)
	}
	if err := a.ReopenReferral(t.Context(), e, first.Code); err != nil || e.Referrals[0].Return != nil {
		t.Errorf("open again: %+v, %v", e.Referrals[0], err)
	}
}

// TestReferralOfVisitor: whoever is alone at a kiosk is not saved over.
func TestReferralOfVisitor(t *testing.T) {
	d := newDesk(t)
	e := visit(ada(), now.Add(-time.Hour))
	e.Status, e.Ended = InProgress, time.Time{}
	save(t, d.Store, e)
	if _, err := d.signIn(t, staff.Operator).Refer(t.Context(), e, Referral{}); !errors.Is(err, ErrOngoing) {
		t.Errorf("during a visit: %v", err)
	}
	if _, err := d.signIn(t, staff.Technician).Refer(t.Context(), e, Referral{}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a technician: %v", err)
	}
}

func TestReferrals(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Operator)
	day := func(n int) Date {
		at := now.AddDate(0, 0, n)
		return Date{at.Year(), int(at.Month()), at.Day()}
	}
	for _, r := range []Referral{{To: "open"}, {To: "in a week", Until: day(7)}, {To: "late", Until: day(-3)}, {To: "today", Until: day(0)}, {To: "back", Until: day(-9)}} {
		p := ada()
		e := visit(p, now.AddDate(0, 0, -10))
		save(t, d.Store, e)
		made, err := a.Refer(t.Context(), e, r)
		if err != nil {
			t.Fatal(err)
		}
		if r.To == "back" {
			if err := a.CloseReferral(t.Context(), e, made.Code, Return{Outcome: SeenOnly}); err != nil {
				t.Fatal(err)
			}
		}
	}
	all, err := a.Referrals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range all {
		order = append(order, r.To)
		if r.Overdue(now) != (r.To == "late") {
			t.Errorf("%s: overdue is %t", r.To, r.Overdue(now))
		}
		if r.To == "in a week" && r.DaysLeft(now) != 7 {
			t.Errorf("%d days left", r.DaysLeft(now))
		}
	}
	if want := []string{"late", "today", "in a week", "open", "back"}; !slices.Equal(order, want) {
		t.Errorf("in the order %v, want %v", order, want)
	}

	// Whoever is erased leaves no code behind.
	for _, r := range all {
		if _, err := d.Erase(t.Context(), r.Patient.ID, "asked for it"); err != nil && !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		if _, err := a.ReferralByCode(t.Context(), r.Code); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s is still found: %v", r.To, err)
		}
	}
}
