package clinic

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

func tourAudit(s *stage, shoot func(*stage, string)) {
	_ = s.store.Console("root", "desk-1").Note(context.Background(), records.Deed{Action: staff.ExportRecord})
	s.turnTo(desk.PageAudit)
	shoot(s, "66-audit")
	p := s.clinic.page.(*auditPage)
	p.trail.Verify()
	s.settle()
	shoot(s, "67-audit-whole")
	p.openEntry(p.rows[0])
	shoot(s, "68-audit-entry")
	s.clinic.closeDialog()
	p.verdict.Objects = nil
	p.verdict.Add(s.clinic.verdict(tampered()))
	p.object.Refresh()
	shoot(s, "69-audit-broken")
	p.askHash()
	s.typed("5f0c")
	s.push(words.AuditVerify)
	shoot(s, "69-audit-compare")
	s.clinic.closeDialog()
	s.push(words.AuditPrint)
	shoot(s, "69-audit-extract")
}

// tampered is what a look at a trail finds that somebody has been at.
func tampered() office.TrailCheck {
	return office.TrailCheck{Report: &records.AuditReport{Entries: 4711, Broken: []records.TamperedError{
		{Seq: 117, Why: records.WhyChanged}, {Seq: 204, To: 209, Why: records.WhyMissing}, {Seq: 981, Why: records.WhyUnsigned},
	}}}
}

// TestAuditPage: everything that was done stands there, a filter shows part of
// it, and the look at it is on record.
func TestAuditPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.turnTo(desk.PageAudit)
	p := s.clinic.page.(*auditPage)
	if len(p.rows) < 10 || p.rows[0].Action != staff.ReadAudit {
		t.Fatalf("%d entries, the first %+v", len(p.rows), p.rows[0])
	}
	s.option(s.clinic.t(words.AuditStaff))
	for _, e := range p.rows {
		if kind, _, _ := strings.Cut(string(e.Action), "."); kind != "staff" && kind != "audit" {
			t.Errorf("among sign-ins: %s", e.Action)
		}
	}
	s.push(words.AuditVerify)
	if !s.reads("Nothing is missing and nothing was changed") {
		t.Error("nothing says that the trail is whole")
	}
	// One person's trail, from the page of that person.
	var visit *records.Encounter
	s.desk.Do(func(ctx context.Context, a *records.Access) (err error) {
		visit, err = a.Encounter(ctx, s.desk.State().Today.Rows[0].Visit)
		return err
	}, nil)
	s.settle()
	s.desk.Go(desk.Route{Page: desk.PageAudit, Patient: visit.Patient.ID})
	s.settle()
	p = s.clinic.page.(*auditPage)
	if len(p.rows) == 0 {
		t.Fatal("nothing is on record of somebody whose record was seen")
	}
	for _, e := range p.rows {
		if e.Patient != visit.Patient.ID && e.Object != visit.Patient.ID {
			t.Errorf("of somebody else: %+v", e)
		}
	}
	s.push(words.AuditAboutAll)
	if len(p.rows) < 20 {
		t.Errorf("%d entries of everybody", len(p.rows))
	}
}

// TestAuditReadsOn: who scrolls down comes to the first entry.
func TestAuditReadsOn(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		for range 1100 {
			if err := a.Note(ctx, records.Deed{Action: staff.PrintRecord}); err != nil {
				return err
			}
		}
		return nil
	}, nil)
	s.settle()
	s.turnTo(desk.PageAudit)
	p := s.clinic.page.(*auditPage)
	if len(p.rows) >= 1000 {
		t.Fatalf("%d entries at once", len(p.rows))
	}
	for range 400 {
		p.list.ScrollBy(300)
		s.settle()
	}
	if last := p.rows[len(p.rows)-1]; last.Seq != 1 || p.list.Length() != len(p.rows) {
		t.Errorf("the last entry is %d of %d", last.Seq, len(p.rows))
	}
}

func TestVerdictInWords(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	for b, want := range map[records.TamperedError]string{
		{Seq: 117, Why: records.WhyChanged}:               "Entry 117 was changed.",
		{Seq: 204, To: 209, Why: records.WhyMissing}:      "Entries 204 to 209 are missing.",
		{Seq: 7, Why: records.WhyMissing}:                 "Entries 7 to 7 are missing.",
		{Seq: 9, Why: records.WhyMoved}:                   "Entry 9 was moved to another place.",
		{Seq: 8, Why: records.WhyUnsigned}:                "Entry 8 is not what was signed.",
		{Seq: 40, Why: records.WhyNoEnd}:                  "Entry 40 is the last, and no signature says that the trail ends there.",
		{Seq: 60, Why: records.WhyNoted + " (5 changed)"}: "Entry 60 notes that the trail was broken before it.",
		{Seq: 5, Why: "torn"}:                             "Entry 5: torn.",
	} {
		if got := s.clinic.brokenAt(b); got != want {
			t.Errorf("%+v: %q", b, got)
		}
	}
	if s.clinic.verdict(office.TrailCheck{}) != nil {
		t.Error("a verdict without a look")
	}
}

// TestDeedsHaveWords: whatever a right is asked for stands in words in the list.
func TestDeedsHaveWords(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	for _, a := range staff.Actions() {
		if got := s.clinic.deed(a); strings.Contains(got, string(a)) && string(a) != "backup" && string(a) != "restore" {
			t.Errorf("%s has no words", a)
		}
	}
	if got := s.clinic.deed("something.new"); !strings.Contains(got, "something.new") {
		t.Errorf("an unknown deed is called %q", got)
	}
	e := records.AuditEntry{Role: staff.Console, User: "root", At: time.Now()}
	if got := fmt.Sprint(s.clinic.actor(e)); !strings.Contains(got, "root") {
		t.Errorf("who was at the command line: %q", got)
	}
}

// auditPrinted is what is on record of a printed extract: which paper, by its code,
// and that it was seen before.
var auditPrinted = regexp.MustCompile(`^audit paper, code [0-9A-Z]{4}-[0-9A-Z]{4} paper preview $`)

// TestAuditExtract: what the page shows is put on paper by whoever may read the
// trail, an auditor too, and that is on record.
func TestAuditExtract(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.act(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Ines Duarte", Role: staff.Auditor, Badge: "BADGE-9001", PIN: "718204"})
		return err
	})
	s.as("BADGE-9001", "718204")
	if got := s.desk.State(); got.Phase == desk.NewPIN {
		s.desk.ChoosePIN("530917", "530917")
		s.settle()
	}
	s.turnTo(desk.PageAudit)
	p := s.clinic.page.(*auditPage)
	who := p.rows[len(p.rows)-1].Who
	p.filter(func(f *records.AuditFilter) { f.Who = who })
	s.settle()
	s.push(words.AuditPrint)
	if got := s.desk.State().Papers; got.Kind != clerk.Audit || got.Span != desk.SpanWeek || got.Whose != who || len(got.Pages) == 0 {
		t.Fatalf("%s of %v and %q, %d pages, %v", got.Kind, got.Span, got.Whose, len(got.Pages), got.Said)
	}
	s.push(words.TakePrint)
	if len(s.tray.pages) != 1 {
		t.Fatalf("%d papers in the tray", len(s.tray.pages))
	}
	s.desk.Back()
	s.settle()
	found := ""
	s.clinic.page.(*auditPage).filter(func(f *records.AuditFilter) { f.Who = "" })
	s.settle()
	for _, e := range s.clinic.page.(*auditPage).rows {
		if e.Action == staff.PrintAudit && e.Name == "Ines Duarte" {
			found += e.Reason + " "
		}
		if e.Outcome == records.Refused {
			t.Errorf("refused on the way: %+v", e)
		}
	}
	if !auditPrinted.MatchString(found) {
		t.Errorf("on record: %q", found)
	}
}

// TestCompareWithPaper: the code on a paper is found in the trail, and one that
// no entry has is said to be so.
func TestCompareWithPaper(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	printed, err := s.store.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.aDay()
	s.turnTo(desk.PageAudit)
	for _, tt := range []struct{ code, want string }{
		{printed[:8] + " " + printed[8:16], "Up to there the trail is as it was then"}, {strings.Repeat("0a", 8), "No entry has the code"},
	} {
		s.push(words.AuditCompare)
		s.typed("5f0c")
		s.push(words.AuditVerify)
		s.sees(words.AuditHashWrong)
		s.clinic.closeDialog()
		s.push(words.AuditCompare)
		s.window.Canvas().Focused().(*kit.Entry).SetText("") // what was typed has waited
		s.typed(tt.code)
		s.press(fyne.KeyReturn)
		if !s.reads(tt.want) {
			t.Errorf("%s: %q is not said", tt.code, tt.want)
		}
	}
}
