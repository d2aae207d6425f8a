package clinic

import (
	"context"
	"sync"
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/reports"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// A paperTray is a print service that does what the test says.
type paperTray struct {
	mu     sync.Mutex
	queue  cups.Queue
	job    cups.Job
	pages  []cups.Page
	gone   int  // jobs that were cancelled
	absent bool // there is no print service
}

func (t *paperTray) Queues(context.Context) ([]cups.Queue, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return []cups.Queue{t.queue}, nil
}

func (t *paperTray) Print(_ context.Context, _ string, page cups.Page) (cups.JobID, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.absent {
		return "", cups.ErrNotInstalled
	}
	t.pages = append(t.pages, page)
	return "office-1", nil
}

func (t *paperTray) Job(context.Context, cups.JobID) (cups.Job, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.job, nil
}

func (t *paperTray) Cancel(context.Context, cups.JobID) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone++
	return nil
}

func (t *paperTray) set(q cups.Status, phase cups.Phase, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = cups.Queue{Name: "office", Default: true, Status: q, Reason: reason}
	t.job = cups.Job{ID: "office-1", Phase: phase, Reason: reason}
}

func tourPapers(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PagePapers)
	shoot(s, "40-reports-day-list")
	s.desk.ChooseSpan(desk.SpanMonth)
	s.desk.ChoosePaper(clerk.Activity)
	s.settle()
	shoot(s, "41-reports-activity")
	s.desk.ChoosePaper(clerk.Quality)
	s.desk.ChooseSize(reports.Receipt)
	s.settle()
	s.tray.set(cups.OutOfPaper, cups.Aborted, "Out of paper")
	s.desk.PrintPaper()
	s.settle()
	shoot(s, "42-reports-not-printed")
	s.tray.set(cups.Ready, cups.Complete, "")
	s.desk.ChooseBatch()
	s.desk.ChooseSize(reports.A4)
	s.settle()
	shoot(s, "43-reports-many")
}

// tourPersonPapers walks through the papers of the person whose page is open.
func tourPersonPapers(s *stage, who records.ID, shoot func(*stage, string)) {
	s.tray.set(cups.Ready, cups.Complete, "")
	s.desk.Go(desk.Route{Page: desk.PagePersonPapers, Patient: who})
	s.settle()
	shoot(s, "36-papers-summary")
	s.desk.ChoosePaper(clerk.Trend)
	s.desk.ChooseSpan(desk.SpanYear)
	s.settle()
	shoot(s, "36-papers-trend")
	s.desk.ChoosePaper(clerk.Visit)
	s.settle()
	s.desk.PrintPaper()
	s.settle()
	s.tray.set(cups.OutOfPaper, cups.Complete, "media-empty-error")
	s.desk.LookAtPrinters()
	s.desk.PrintPaper()
	s.settle()
	shoot(s, "36-papers-again")
	s.tray.set(cups.Ready, cups.Complete, "")
	s.desk.LookAtPrinters()
	s.desk.ChoosePaper(clerk.Referral)
	s.settle()
	s.desk.WriteLetter(desk.Letter{To: "Dr Cole, District Hospital", Reason: "Low oxygen at rest", Days: 1})
	s.desk.ShowLetter()
	s.settle()
	p := s.clinic.page.(*papers)
	shoot(s, "37-papers-letter")
	p.askHow()
	s.settle()
	shoot(s, "38-papers-how")
	p.askSave()
	shoot(s, "38-papers-save")
	s.clinic.closeDialog()
	s.desk.Back()
	s.settle()
}

// TestPapersPage: what is chosen is drawn, shown and printed, and how the print
// went is said.
func TestPapersPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PagePapers)
	p, ok := s.clinic.page.(*papers)
	if !ok {
		t.Fatalf("the page is %T", s.clinic.page)
	}
	if p.shown == nil || len(p.kinds) != 9 {
		t.Fatalf("no page is shown, %d kinds", len(p.kinds))
	}
	first := p.shown
	s.desk.ChoosePaper(clerk.Instruments)
	s.settle()
	if p.shown == nil || p.shown == first {
		t.Error("another report shows the same page")
	}
	if p.key(&fyne.KeyEvent{Name: fyne.KeyPageDown}); !p.key(&fyne.KeyEvent{Name: fyne.KeyPageUp}) || p.key(&fyne.KeyEvent{Name: fyne.KeyA}) {
		t.Error("keys that turn pages")
	}
	s.tray.set(cups.Ready, cups.Complete, "")
	s.desk.PrintPaper()
	s.settle()
	if got := s.desk.State().Papers; got.Bad || got.Printing || len(s.tray.pages) != 1 || s.clinic.message(got.Said) != "It is printed." {
		t.Errorf("%+v, %d printed", got.Said, len(s.tray.pages))
	}
}
