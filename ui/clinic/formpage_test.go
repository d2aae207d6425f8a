package clinic

import (
	"context"
	"testing"
	"time"

	"aidpost/app/backentry"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// printedForms makes forms as a print does.
func (s *stage) printedForms(n int) []string {
	s.t.Helper()
	var batch records.FormBatch
	s.desk.Do(func(ctx context.Context, a *records.Access) (err error) {
		batch, err = a.MakeForms(ctx, n, "en")
		return err
	}, nil)
	s.settle()
	if len(batch.Codes) != n {
		s.t.Fatalf("%d forms", len(batch.Codes))
	}
	return batch.Codes
}

// onForm is the page of a form that was scanned.
func (s *stage) onForm(code string) *formPage {
	s.t.Helper()
	s.scan(code)
	p, ok := s.clinic.page.(*formPage)
	if !ok || p.form.Code != code {
		s.t.Fatalf("the scan leads to %T, and says %q", s.clinic.page, s.desk.State().Said.Key)
	}
	return p
}

// fill types what stands on a form.
func (s *stage) fill(p *formPage, card string) {
	s.t.Helper()
	p.find.SetText(card)
	s.settle()
	rows := s.desk.State().Find.Rows
	if len(rows) == 0 {
		s.t.Fatalf("%q finds nobody", card)
	}
	p.choose(rows[0])
	s.settle()
	p.date.SetText("02.03.2026")
	p.hour.SetText("8:20")
	p.by.SetText("Nyota Mwangi")
	p.ticks[words.BookRested].SetOn(true)
	p.values[0].inputs[vitals.Systolic].SetText("152")
	p.values[0].inputs[vitals.Diastolic].SetText("94")
	p.values[2].inputs[vitals.SpO2].SetText("96")
	s.settle()
}

// A form that is scanned on any page is typed in, and opens the person; scanned
// once more it says who typed it in, and asks why again. The mark is on the page.
func TestFormIsTypedIn(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	who := fatima()
	s.came(who, time.Minute, -1)
	code := s.printedForms(2)[0]
	s.after(30 * time.Minute)
	s.desk.SignIn(adminBadge, adminPIN)
	s.settle()
	s.turnTo(desk.PageToday)
	p := s.onForm(code)
	p.save()
	s.settle()
	for field, want := range map[backentry.Field]words.Key{
		backentry.FieldWho: words.BookWhoMissing, backentry.FieldWhen: words.BookNoTime, backentry.FieldBy: words.BedsideMissing,
	} {
		if got := p.fields[field].Problem(); got != s.clinic.t(want) {
			t.Errorf("beside %s stands %q", field, got)
		}
	}
	s.fill(p, "C-10042")
	p.save()
	s.settle()
	page, ok := s.clinic.page.(*personPage)
	if !ok || s.desk.State().Said.Key != words.BookSaved {
		t.Fatalf("saving leads to %T, and says %q %v", s.clinic.page, s.desk.State().Said.Key, p.sheet())
	}
	rows := page.dossier.State().Rows
	if len(rows) != 2 || rows[0].Visit.Operator.Name != "Nyota Mwangi" || rows[0].Visit.Paper.By.Name != "Amina Haddad" {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	again := s.onForm(code)
	s.fill(again, "C-10042")
	again.save()
	s.settle()
	if s.clinic.page != page && again.fields[backentry.FieldAgain].Problem() == "" {
		t.Error("a second time is taken without a reason")
	}
	again.again.SetText("two people on one form")
	again.save()
	s.settle()
	if _, ok := s.clinic.page.(*personPage); !ok {
		t.Errorf("with a reason: %T", s.clinic.page)
	}
}

// A code of another place is no form, and a wrong digit is no code.
func TestStrayForm(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	s.turnTo(desk.PageToday)
	s.scan("00000000000098")
	if said := s.desk.State().Said.Key; said != words.BookUnknown {
		t.Errorf("it says %q", said)
	}
}

// tourForm shows a form that is typed in.
func tourForm(s *stage, shoot func(*stage, string)) {
	code := s.printedForms(1)[0]
	s.after(time.Minute)
	s.turnTo(desk.PageToday)
	p := s.onForm(code)
	p.find.SetText("fatima")
	s.settle()
	shoot(s, "38-form")
	s.fill(p, "C-10042")
	p.date.SetText("31.02.2026")
	p.values[2].inputs[vitals.SpO2].SetText("960")
	p.save()
	s.settle()
	shoot(s, "38-form-wrong")
	p.date.SetText("02.03.2026")
	p.hour.SetText("8:05") // the form was printed after that
	p.doubt.SetOn(true)
	p.values[2].inputs[vitals.SpO2].SetText("96")
	p.save()
	s.settle()
	shoot(s, "39-form-saved")
	s.onForm(code)
	shoot(s, "39-form-again")
	s.turnTo(desk.PageToday)
}
