package clinic

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// refer has whoever is signed in refer the person of a visit, within so many
// days of today; zero: no day is named.
func (s *stage) refer(e *records.Encounter, to, reason string, days int) (code string) {
	s.t.Helper()
	r := records.Referral{To: to, Reason: reason}
	if days != 0 {
		y, m, d := s.now().AddDate(0, 0, days).Date()
		r.Until = records.Date{Year: y, Month: int(m), Day: d}
	}
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		made, err := a.Refer(ctx, e, r)
		code = made.Code
		return err
	}, nil)
	s.settle()
	if code == "" {
		s.t.Fatal("nobody was referred")
	}
	return code
}

// referred are referrals of all kinds, the first of which is overdue.
func (s *stage) referred() (codes []string) {
	for i, r := range []struct {
		given, family, to, reason string
		days, tier                int
	}{
		{"Fatima", "al-Rashid", "Dr Cole, District Hospital", "Low oxygen at rest, short of breath on stairs", 2, 3},
		{"محمد", "العلي", "عيادة القلب", "ضغط مرتفع في ثلاث قراءات", 5, 1},
		{"Ana María", "Fernández de la Cruz y Villanueva-Montenegro", "Centro de Salud de San Cristóbal de las Casas, medicina interna", "Glucosa alta en ayunas", 5, 0},
		{"Jürgen", "Großmann", "", "", 0, 0},
		{"Анна", "Ковальчук", "Eye clinic", "Diabetes for ten years, never seen there", 30, 0},
	} {
		e := s.came(person(r.given, r.family, records.Date{Year: 1956, Month: 4, Day: 30}, "C-1004"+string(rune('1'+i))), time.Hour, r.tier)
		codes = append(codes, s.refer(e, r.to, r.reason, r.days))
	}
	return codes
}

func tourReferrals(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageReferrals)
	shoot(s, "44-referrals-none")
	codes := s.referred()
	s.days(5)
	s.turnTo(desk.PageReferrals)
	shoot(s, "45-referrals")
	s.scan(codes[0])
	shoot(s, "46-referral-open")
	row, _ := s.desk.State().Referrals.Of(codes[1])
	s.desk.CameBack(row, records.Return{From: "Dr. Haddad", Outcome: records.Treated, Found: "Amlodipine 5 mg, again in two weeks"})
	s.settle()
	s.desk.ShowReferrals(desk.ReturnedReferrals)
	s.desk.ChooseReferral(codes[1])
	s.settle()
	shoot(s, "47-referral-returned")
}

// days lets days pass while whoever is signed in comes back.
func (s *stage) days(n int) {
	s.desk.SignOut()
	s.after(time.Duration(n) * 24 * time.Hour)
	s.desk.SignIn(adminBadge, adminPIN)
	s.settle()
	s.clinic.closeDialog() // with what the shift before has left open
	s.settle()
}

// TestReferralByScan: the code of the part that came back opens its referral
// wherever it is scanned or typed, what came of it is put on record and can be
// taken back, and what is overdue stands on top.
func TestReferralByScan(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	codes := s.referred()
	s.days(5)
	open := func(how string, want string) {
		t.Helper()
		if got := s.desk.State(); got.Route.Page != desk.PageReferrals || got.Referrals.Chosen != want {
			t.Fatalf("%s: page %s, referral %q", how, got.Route.Page, got.Referrals.Chosen)
		}
	}
	for page, c := range map[desk.Page]string{desk.PageToday: codes[0], desk.PageFind: codes[1], desk.PageRegister: codes[2], desk.PagePapers: codes[3], desk.PageReferrals: codes[4]} {
		s.turnTo(page)
		s.scan(c)
		open("scanned on "+string(page), c)
	}
	if d := s.desk.State().Register.Draft; d.Card != "" {
		t.Errorf("the register has taken it for the card %q", d.Card)
	}
	s.turnTo(desk.PageFind)
	s.desk.ChooseReferral("")
	s.pause()
	s.clinic.focus(s.clinic.page.(*find).field)
	s.typed(codes[0][:4] + " " + codes[0][4:])
	s.pause()
	s.press(fyne.KeyReturn)
	open("typed into the search", codes[0])

	p := s.clinic.page.(*referrals)
	if first := p.rows[0]; first.Code != codes[0] || !first.Overdue(s.now()) || len(p.rows) != 5 {
		t.Errorf("on top of %d is %s", len(p.rows), first.To)
	}
	if s.desk.State().Referrals.Counts != [3]int{5, 1, 0} {
		t.Errorf("counts %v", s.desk.State().Referrals.Counts)
	}
	row, _ := s.desk.State().Referrals.Of(codes[0])
	form := newReturnForm(s.clinic, row)
	form.send()
	if s.settle(); form.said.Text() == "" || s.desk.State().Referrals.Counts[desk.ReturnedReferrals] != 0 {
		t.Error("an answer without an outcome")
	}
	form.from.SetText("Dr Cole")
	form.outcome.choose(string(records.Admitted))
	form.send()
	s.settle()
	if got := s.desk.State().Referrals; got.Counts != [3]int{4, 0, 1} || got.Chosen != "" {
		t.Errorf("after the answer: counts %v", got.Counts)
	}
	form.send() // somebody else was faster
	s.settle()
	if m := s.desk.State().Said; m.Key != words.ReferralsTaken {
		t.Errorf("a second answer: %q", m.Key)
	}
	s.desk.ShowReferrals(desk.ReturnedReferrals)
	s.settle()
	if len(p.rows) != 1 || p.rows[0].Return.From != "Dr Cole" || p.rows[0].Return.By.Name != "Amina Haddad" {
		t.Errorf("came back: %+v", p.rows)
	}
}

// TestAnswerIsTakenBack: what was recorded by mistake can be undone.
func TestAnswerIsTakenBack(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	code := s.referred()[0]
	s.turnTo(desk.PageReferrals)
	row, _ := s.desk.State().Referrals.Of(code)
	s.desk.CameBack(row, records.Return{Outcome: records.NotAttended})
	s.settle()
	s.desk.Undo()
	s.settle()
	if got := s.desk.State().Referrals.Counts; got != [3]int{5, 0, 0} {
		t.Errorf("counts %v", got)
	}
}

// TestUnknownReferral: a code of another place is not taken for a person, nor a
// number with a wrong digit for a referral.
func TestUnknownReferral(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.scan("1234567890123428")
	if got := s.desk.State(); got.Route.Page != desk.PageFind || got.Said.Key != words.ReferralsUnknown {
		t.Errorf("page %s, said %q", got.Route.Page, got.Said.Key)
	}
	s.turnTo(desk.PageReferrals)
	p := s.clinic.page.(*referrals)
	s.scan("1234567890123429")
	if p.number.Text() != "1234567890123429" || p.field.Problem() == "" {
		t.Errorf("%q stands there, with %q", p.number.Text(), p.field.Problem())
	}
	s.scan("1234567890123428")
	if p.field.Problem() != "No referral with this number was written here." {
		t.Errorf("said %q", p.field.Problem())
	}
}
