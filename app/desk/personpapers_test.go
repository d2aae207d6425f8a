package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/strongbox"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/cups"
)

// people saves visits with a reading, each of somebody else.
func (s *stage) people(n int) (who []*records.Patient) {
	for i := range n {
		e := s.visitor(fmt.Sprint("Person ", i), time.Duration(i)*time.Minute, 0)
		s.save(e)
		who = append(who, e.Patient)
	}
	return who
}

// TestPersonPapers: each paper of a person is drawn; a trend has its times, a
// letter is drawn when a field is done, and what is typed is on it.
func TestPersonPapers(t *testing.T) {
	s := papered(t, &office{})
	who := s.people(1)[0]
	s.Go(Route{Page: PagePersonPapers, Patient: who.ID})
	s.Wait()
	p := s.State().Papers
	if p.Kind != clerk.Person || len(p.Pages) == 0 || p.Who == nil || p.Who.ID != who.ID || len(p.Visits) != 1 || p.Spans() != nil {
		t.Fatalf("%s, %d pages, %d visits", p.Kind, len(p.Pages), len(p.Visits))
	}
	s.ChoosePaper(clerk.Trend)
	s.Wait()
	if p = s.State().Papers; p.Span != SpanAll || len(p.Pages) == 0 {
		t.Errorf("trend over %d, %d pages", p.Span, len(p.Pages))
	}
	for _, k := range []clerk.Kind{clerk.Visit, clerk.Referral} {
		s.ChoosePaper(k)
		s.Wait()
		if p = s.State().Papers; p.Visit != p.Visits[0].ID || len(p.Pages) == 0 {
			t.Errorf("%s: visit %s, %d pages", k, p.Visit, len(p.Pages))
		}
	}
	shown := p.Pages[0]
	s.ShowLetter() // nothing has changed
	s.Wait()
	if s.State().Papers.Pages[0] != shown {
		t.Error("the same letter was drawn again")
	}
	s.WriteLetter(Letter{To: "District Hospital", Days: 3})
	if s.Wait(); s.State().Papers.Pages[0] != shown {
		t.Error("a letter is drawn with every key that is pressed")
	}
	s.ShowLetter()
	if s.Wait(); s.State().Papers.Pages[0] == shown {
		t.Error("the letter is as it was")
	}
	o := s.paperOrderNow()
	if o.To != "District Hospital" || !o.Due.Equal(s.Now().AddDate(0, 0, 3)) {
		t.Errorf("%+v", o)
	}
}

// TestAgainNeedsAReason: what was printed of a visit before is printed again
// only for a reason, which is on record, and is marked as a copy.
func TestAgainNeedsAReason(t *testing.T) {
	o := &office{status: cups.Ready, phase: cups.Complete}
	s := papered(t, o)
	who := s.people(1)[0]
	s.Go(Route{Page: PagePersonPapers, Patient: who.ID})
	s.Wait()
	s.ChoosePaper(clerk.Visit)
	for i, want := range []words.Key{words.PapersPrinted, words.PapersBefore} {
		s.Wait()
		s.PrintPaper()
		s.Wait()
		if p := s.State().Papers; p.Said.Key != want || p.Asks != (i == 1) || len(o.media) != 1 {
			t.Fatalf("print %d: %q, asks %t, %d pages", i+1, p.Said.Key, p.Asks, len(o.media))
		}
	}
	s.SayWhy("the first one got wet")
	s.PrintPaper()
	s.Wait()
	if p := s.State().Papers; p.Said.Key != words.PapersPrinted || p.Asks || len(o.media) != 2 {
		t.Errorf("%q, %d pages", p.Said.Key, len(o.media))
	}
}

// jammed is a printer that fails at one of its pages.
type jammed struct {
	office
	at, printed int
}

func (j *jammed) Print(ctx context.Context, queue string, page cups.Page) (cups.JobID, error) {
	if j.printed++; j.printed == j.at {
		return "", fmt.Errorf("printing: %w", cups.ErrRefused)
	}
	return j.office.Print(ctx, queue, page)
}

// TestBatch: papers of all that came are printed one after the other; what a
// fault has left is printed when somebody goes on, and nothing twice.
func TestBatch(t *testing.T) {
	printer := &jammed{office: office{status: cups.Ready, phase: cups.Complete}, at: 3}
	s := papered(t, &printer.office)
	s.cfg.Printer = printer
	s.people(5)
	s.ChooseBatch()
	s.Wait()
	if p := s.State().Papers; p.Batch != 5 || len(p.Pages) == 0 {
		t.Fatalf("a batch of %d, %d pages of the first", p.Batch, len(p.Pages))
	}
	s.PrintPaper()
	s.Wait()
	if p := s.State().Papers; p.Done != 2 || p.Said.Key != words.PapersNotPrinted || !p.Bad || p.Printing {
		t.Fatalf("%d are out, %q", p.Done, p.Said.Key)
	}
	s.PrintPaper()
	s.Wait()
	if p := s.State().Papers; p.Done != 0 || p.Said.Key != words.PapersPrinted || len(printer.media) != 5 {
		t.Errorf("%d are out, %q, %d pages", p.Done, p.Said.Key, len(printer.media))
	}
}

// TestCoverEndsAPrint: nobody would take it out of the tray.
func TestCoverEndsAPrint(t *testing.T) {
	o := &office{status: cups.OutOfPaper, phase: cups.Sending, cancelled: make(chan struct{})}
	s := papered(t, o)
	s.PrintPaper()
	for s.State().Papers.Said.Key != words.PapersOutOfPaper {
		time.Sleep(time.Millisecond)
	}
	s.Cover()
	<-o.cancelled
	s.Wait()
	if p := s.State().Papers; p.Printing || p.Said.Key != words.PapersStopped {
		t.Errorf("printing %t, %q", p.Printing, p.Said.Key)
	}
}

// TestSavePaper: the file is in the folder, nobody's name is on it, and what is
// in it is encrypted.
func TestSavePaper(t *testing.T) {
	s := papered(t, &office{})
	who := s.people(1)[0]
	s.Go(Route{Page: PagePersonPapers, Patient: who.ID})
	s.Wait()
	folder := filepath.Join(t.TempDir(), "stick")
	if err := s.SavePaper(folder, "short"); !errors.Is(err, strongbox.ErrShort) {
		t.Errorf("a short passphrase: %v", err)
	}
	if err := s.SavePaper(folder, "four words of Amina"); err != nil {
		t.Fatal(err)
	}
	s.Wait()
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0].Name(), ".pdf.age") || strings.Contains(files[0].Name(), string(who.ID)) {
		t.Fatalf("%v, %v", files, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, files[0].Name()))
	if err != nil || !strings.HasPrefix(string(text), "age-encryption.org/v1") || strings.Contains(string(text), "%PDF") {
		t.Errorf("%.40q, %v", text, err)
	}
	if p := s.State().Papers; p.Said.Key != words.PapersSaved || p.Bad {
		t.Errorf("%+v", p.Said)
	}
	blocked := filepath.Join(folder, files[0].Name(), "below a file")
	if err := s.SavePaper(blocked, "four words of Amina"); err != nil {
		t.Fatal(err)
	}
	s.Wait()
	if p := s.State().Papers; p.Said.Key != words.PapersNotSaved || !p.Bad {
		t.Errorf("%+v", p.Said)
	}
}

// TestPersonPapersNeedTheRight: whoever may not print has no such page.
func TestPersonPapersNeedTheRight(t *testing.T) {
	s := papered(t, &office{})
	if kinds := s.PaperKinds(PagePersonPapers); !slices.Equal(kinds, []clerk.Kind{clerk.Person, clerk.Trend, clerk.Visit, clerk.Referral}) {
		t.Errorf("%v", kinds)
	}
	s.SignOut()
	s.Wait()
	if s.MayOpen(PagePersonPapers) || s.PaperKinds(PagePersonPapers) != nil {
		t.Error("papers of people for nobody")
	}
}
