package desk

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/cups"
)

// groupOf is where the only one on today's list stands.
func (s *stage) groupOf(t *testing.T) Visitor {
	t.Helper()
	rows := s.State().Today.Rows
	if len(rows) != 1 {
		t.Fatalf("%d are on the list", len(rows))
	}
	return rows[0]
}

// TestHoldEndsByItself: who is on hold stays in sight, apart from those who wait,
// and waits again when the time is over.
func TestHoldEndsByItself(t *testing.T) {
	s := working(t)
	e := s.visitor("Fatima", 20*time.Minute, -1)
	s.save(e)
	s.after(time.Second)
	s.Hold(e.ID, "ate", 10*time.Minute)
	s.after(time.Second)
	if v := s.groupOf(t); v.Group != Held || v.Turns.Last().Reason != "ate" || s.State().Said.Key != words.QueueSaidHeld || s.State().Turns != 1 {
		t.Fatalf("%+v, says %+v", v, s.State().Said)
	}
	s.CheckIn(e.Patient)
	s.after(time.Second)
	if s.groupOf(t); s.State().Said.Key != words.TodayWaitsAlready {
		t.Errorf("on hold, and registered again: %+v", s.State().Said)
	}
	for range 10 {
		s.Used()
		s.after(time.Minute)
	}
	if v := s.groupOf(t); v.Group != Waiting {
		t.Errorf("the hold is over, and they are in group %d", v.Group)
	}
}

// TestNoShowIsTakenBack: nobody can have missed a call that was not made; who did
// not come stays in sight and can be brought back.
func TestNoShowIsTakenBack(t *testing.T) {
	s := working(t)
	e := s.visitor("Fatima", 20*time.Minute, -1)
	s.save(e)
	s.after(time.Second)
	s.MarkAbsent(e.ID)
	s.after(time.Second)
	if v := s.groupOf(t); v.Group != Waiting || !s.State().Said.Bad {
		t.Errorf("never called: group %d, says %+v", v.Group, s.State().Said)
	}
	s.Call(e.ID)
	s.after(time.Second)
	s.MarkAbsent(e.ID)
	s.after(time.Second)
	got := s.State().Today
	if v := s.groupOf(t); v.Group != Absent || got.Counts[Waiting] != 0 || got.Counts[Absent] != 1 || !s.State().Said.Undo {
		t.Fatalf("group %d, counts %v, says %+v", v.Group, got.Counts, s.State().Said)
	}
	s.Undo()
	s.after(time.Second)
	if v := s.groupOf(t); v.Group != Waiting {
		t.Errorf("taken back, and in group %d", v.Group)
	}
	s.Requeue(e.ID)
	s.after(time.Second)
	if said := s.State().Said; said.Key != words.QueueGone || !said.Bad {
		t.Errorf("back from nowhere: %+v", said)
	}
	if stored, err := s.store.Encounter(t.Context(), e.ID); err != nil || stored.Status != records.InProgress || len(stored.Turns) != 3 {
		t.Errorf("stored %+v, %v", stored, err)
	}
}

// TestTicket: whoever is put on the list is given a number, which is called; where the
// site has said on what, it is printed at once, and a printer that fails keeps nobody
// off the list.
func TestTicket(t *testing.T) {
	for name, test := range map[string]struct {
		printers map[string]site.Printer
		fault    error
		papers   int
		says     words.Key
	}{
		"nothing said":        {says: words.TodayCheckedIn},
		"a roll for numbers":  {printers: map[string]site.Printer{"ticket": {Queue: "office", Paper: "receipt"}}, papers: 1, says: words.TodayCheckedIn},
		"and it is unplugged": {printers: map[string]site.Printer{"ticket": {Queue: "office", Paper: "receipt"}}, fault: cups.ErrNoPrinter, papers: 1, says: words.PapersNoPrinter},
	} {
		t.Run(name, func(t *testing.T) {
			o := &office{status: cups.Ready, phase: cups.Complete, err: test.fault}
			s := papered(t, o)
			papers := s.cfg.Papers
			s.cfg.Place.Queue = "B"
			s.cfg.Papers = func(ctx context.Context, a *records.Access) (*clerk.Clerk, error) {
				c, err := papers(ctx, a)
				c.Profile.Printers = test.printers
				return c, err
			}
			s.Go(Route{Page: PageToday})
			s.Wait()
			for i := range 2 {
				s.CheckIn(&records.Patient{ID: records.NewID(), Given: "Fatima", Family: fmt.Sprint(i)})
				s.Wait()
			}
			s.after(time.Second)
			got := s.State()
			if got.Said.Key != test.says || got.Said.Bad != (test.fault != nil) || len(o.media) != 2*test.papers {
				t.Errorf("says %+v, %d papers", got.Said, len(o.media))
			}
			if test.papers > 0 && o.media[0] != "Receipt" {
				t.Errorf("on %s", o.media[0])
			}
			rows := got.Today.Rows
			if len(rows) != 2 || rows[0].Ticket != "B1" || rows[1].Ticket != "B2" {
				t.Fatalf("%+v", rows)
			}
			s.Call(rows[1].Visit)
			s.Wait()
			if said := s.State().Said; said.Key != words.QueueSaidNumber || !slices.Contains(said.Args, words.With("n", "B2")) {
				t.Errorf("called, and says %+v", said)
			}
			s.PrintTicket(rows[1].Visit)
			if s.Wait(); len(o.media) != 2*test.papers+1 {
				t.Errorf("%d papers after one was asked for", len(o.media))
			}
		})
	}
}
