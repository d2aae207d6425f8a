package desk

import (
	"context"
	"slices"
	"testing"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports"
	"aidpost/reports/cups"
)

// office is a printer that does what the test says.
type office struct {
	status    cups.Status
	phase     cups.Phase
	err       error
	media     []string
	cancelled chan struct{}
}

func (o *office) Queues(context.Context) ([]cups.Queue, error) {
	return []cups.Queue{{Name: "office", Default: true, Status: o.status}}, nil
}

func (o *office) Print(_ context.Context, _ string, page cups.Page) (cups.JobID, error) {
	o.media = append(o.media, page.Media)
	return "office-1", o.err
}

func (o *office) Job(_ context.Context, id cups.JobID) (cups.Job, error) {
	return cups.Job{ID: id, Phase: o.phase}, nil
}

func (o *office) Cancel(context.Context, cups.JobID) error {
	close(o.cancelled)
	return nil
}

// papered is a stage with a printer, on which the administrator is signed in.
func papered(t *testing.T, printer *office) *stage {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := newStage(t)
	s.cfg.Printer = printer
	s.cfg.Papers = func(_ context.Context, a *records.Access) (*clerk.Clerk, error) {
		return &clerk.Clerk{Access: a, Profile: site.DefaultProfile(), Words: catalogue, Zone: zone, Lang: "en", Now: s.now}, nil
	}
	s.SetUp(First{Name: "Amina Haddad", Badge: "BADGE-2041", PIN: "604183", Again: "604183"})
	s.Wait()
	s.Go(Route{Page: PagePapers})
	s.Wait()
	return s
}

// TestPapersAreDrawn: opening the page draws the day list; each choice draws it
// anew, and an older answer never covers a newer one.
func TestPapersAreDrawn(t *testing.T) {
	s := papered(t, &office{})
	if p := s.State().Papers; p.Kind != clerk.Days || len(p.Pages) != 1 || p.Drawing {
		t.Fatalf("%s, %d pages", p.Kind, len(p.Pages))
	}
	wide := s.State().Papers.Pages[0].Bounds().Dx()
	for range 3 {
		s.ChoosePaper(clerk.Activity)
		s.ChooseSpan(SpanMonth)
		s.ChooseSize(reports.Receipt)
	}
	s.Wait()
	p := s.State().Papers
	if len(p.Pages) != 1 || p.Pages[0].Bounds().Dx() >= wide || p.Kind != clerk.Activity || p.Span != SpanMonth {
		t.Errorf("%+v", p)
	}
	s.TurnPaper(5)
	if s.State().Papers.Page != 0 {
		t.Error("turned beyond the last page")
	}
	s.SignOut()
	s.Wait()
	if p := s.State().Papers; p.Kind != "" || p.Pages != nil {
		t.Error("pages stay after the session")
	}
}

// TestPapersNeedAClerk: without one there is no such page.
func TestPapersNeedAClerk(t *testing.T) {
	s := newStage(t)
	s.SetUp(First{Name: "Amina Haddad", Badge: "BADGE-2041", PIN: "604183", Again: "604183"})
	s.Wait()
	if s.MayOpen(PagePapers) {
		t.Error("a page that can show nothing")
	}
}

// TestPrintEnds: how a print ended is said, and a paper tray that is empty calls
// for somebody.
func TestPrintEnds(t *testing.T) {
	for name, test := range map[string]struct {
		office office
		want   words.Key
		bad    bool
		why    words.Key // in our words
	}{
		"printed":    {office{status: cups.Ready, phase: cups.Complete}, words.PapersPrinted, false, ""},
		"aborted":    {office{status: cups.OutOfPaper, phase: cups.Aborted}, words.PapersNotPrinted, true, words.UnprintedAborted},
		"no printer": {office{err: cups.ErrNoPrinter}, words.PapersNoPrinter, true, ""},
		"refused":    {office{err: cups.ErrRefused}, words.PapersNotPrinted, true, words.UnprintedUnsaid},
	} {
		s := papered(t, &test.office)
		s.ChooseSize(reports.Letter)
		s.Wait()
		s.PrintPaper()
		s.Wait()
		p := s.State().Papers
		if p.Said.Key != test.want || p.Bad != test.bad || p.Printing || len(test.office.media) != 1 || test.office.media[0] != "Letter" {
			t.Errorf("%s: %q, bad %t, printed on %v", name, p.Said.Key, p.Bad, test.office.media)
		}
		if test.why != "" && !slices.Contains(p.Said.Args, words.WithKey("reason", test.why)) {
			t.Errorf("%s: says why with %v", name, p.Said.Args)
		}
	}
}

// TestPrintIsCancelled by whoever asked for it, and by the end of their session.
func TestPrintIsCancelled(t *testing.T) {
	for name, end := range map[string]func(*stage){
		"cancelled": func(s *stage) { s.CancelPrint() }, "signed out": func(s *stage) { s.SignOut() },
	} {
		o := &office{status: cups.OutOfPaper, phase: cups.Sending, cancelled: make(chan struct{})}
		s := papered(t, o)
		s.PrintPaper()
		for s.State().Papers.Said.Key != words.PapersOutOfPaper {
			time.Sleep(time.Millisecond)
		}
		end(s)
		<-o.cancelled
		s.Wait()
		if p := s.State().Papers; p.Printing || name == "cancelled" && p.Said.Key != words.PapersStopped {
			t.Errorf("%s: %+v", name, p.Said)
		}
	}
}
