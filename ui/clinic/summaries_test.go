package clinic

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"aidpost/app/desk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// saveSummary saves a summary of a visit as the kiosk does.
func (s *stage) saveSummary(of records.ID) {
	s.t.Helper()
	sealed, err := s.store.SealSummary(s.t.Context(), of, []byte("%PDF-1.3"))
	if err != nil {
		s.t.Fatal(err)
	}
	folder := filepath.Join(s.clinic.place.Data, site.SummaryFolder)
	path := filepath.Join(folder, site.SummaryName(of, s.now()))
	err = errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(path, sealed, 0o600), os.Chtimes(path, s.now(), s.now()))
	if err != nil {
		s.t.Fatal(err)
	}
}

// newestVisit is the newest visit of a person in the records.
func (s *stage) newestVisit() *records.Encounter {
	s.t.Helper()
	for sum, err := range s.store.Encounters(s.t.Context(), records.Filter{}) {
		if err != nil {
			s.t.Fatal(err)
		}
		if sum.Patient != nil {
			e, err := s.store.Encounter(s.t.Context(), sum.ID)
			if err != nil {
				s.t.Fatal(err)
			}
			return e
		}
	}
	s.t.Fatal("there is no visit")
	return nil
}

// tourSummaries walks through what people saved.
func tourSummaries(s *stage, shoot func(*stage, string)) {
	s.tray.set(cups.Ready, cups.Complete, "")
	s.turnTo(desk.PagePapers)
	s.desk.Go(desk.Route{Page: desk.PageSummaries})
	s.settle()
	shoot(s, "44-summaries-none")
	s.desk.Back()
	s.settle()
	s.saveSummary(s.newestVisit().ID)
	s.saveSummary(records.NewID())
	s.desk.Go(desk.Route{Page: desk.PageSummaries})
	s.settle()
	shoot(s, "45-summaries")
	p := s.clinic.page.(*summariesPage)
	for _, one := range p.rows {
		if one.Patient != nil {
			p.open(one)
		}
	}
	shoot(s, "46-summaries-one")
	s.clinic.closeDialog()
	p.model.Print(p.rows[0])
	s.settle()
	shoot(s, "47-summaries-printed")
	p.askRemove(p.rows[0])
	shoot(s, "48-summaries-remove")
	s.clinic.closeDialog()
	s.desk.Back()
	s.settle()
}

// TestSummariesPage: what a person saved is found under the reports, printed, and
// removed after a question.
func TestSummariesPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.tray.set(cups.Ready, cups.Complete, "")
	s.turnTo(desk.PagePapers)
	s.push(words.SummariesTitle)
	s.sees(words.SummariesNone)
	s.desk.Back()
	s.settle()
	s.saveSummary(records.NewID())
	s.desk.Go(desk.Route{Page: desk.PageSummaries})
	s.settle()
	p := s.clinic.page.(*summariesPage)
	if len(p.rows) != 1 {
		t.Fatalf("%d summaries, %v", len(p.rows), p.model.Task().Problem)
	}
	if cells := p.cells(0); cells[0].Text != s.clinic.t(words.TodayGuest) || cells[2].Text == "" {
		t.Errorf("%+v", cells)
	}
	p.open(p.rows[0])
	s.push(words.TakePrint)
	s.sees(words.PapersPrinted)
	s.tray.set(cups.OutOfPaper, cups.Aborted, "Out of paper")
	p.open(p.rows[0])
	s.push(words.TakePrint)
	if !s.reads("Out of paper") {
		t.Errorf("nothing says why it was not printed: %v", p.model.Task().Problem)
	}
	p.open(p.rows[0])
	s.push(words.SummariesRemove)
	s.sees(words.SummariesRemoveLead)
	if len(p.rows) != 1 {
		t.Error("it is removed without a question")
	}
	s.push(words.SummariesRemove)
	s.sees(words.SummariesRemoved)
	s.sees(words.SummariesNone)
}
