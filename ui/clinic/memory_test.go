package clinic

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/records"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// worked is how many hours of a working day TestMemoryOfADay lets pass.
var hoursWorked = flag.Int("hours", 1, "hours of a working day at the staff's window")

const (
	weighedAlone = "AIDPOST_WEIGHED"
	// mostGrown is what a day may leave behind beside what lies in the records: the
	// names of sixty people in the index, and the pages of SQLite's cache that fill.
	mostGrown = 2 << 20
)

// TestMemoryOfADay: after hours (-args -hours 8) at the staff's window, in which people are
// written down, found, opened, charted, printed and signed out of, the program takes
// no more memory than after ten minutes. It runs in a process of its own, so that no
// other test is weighed.
func TestMemoryOfADay(t *testing.T) {
	if os.Getenv(weighedAlone) == "" {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemoryOfADay$", "-test.v", "-test.timeout=2h", "-hours", strconv.Itoa(*hoursWorked))
		again.Env = append(os.Environ(), weighedAlone+"=1")
		said, err := again.CombinedOutput()
		t.Logf("%s", said)
		if err != nil {
			t.Error(err)
		}
		return
	}
	synctest.Test(t, func(t *testing.T) {
		// Fyne forgets by the clock of the process, so that has to be the false one.
		s := working(t, "en", sizes["1366x768"], kit.Look{})
		s.equipped()
		s.tray.set(cups.Ready, cups.Complete, "")
		var early uint64
		rounds := *hoursWorked * 60 / minutesEach
		for n := range rounds {
			s.serves(n)
			if n == 0 {
				early = s.weighs()
			}
		}
		late := s.weighs()
		t.Logf("after %d minutes %d KiB of heap, after %d hours and %d people %d KiB", minutesEach, early>>10, *hoursWorked, rounds, late>>10)
		if late > early+mostGrown {
			t.Errorf("the heap has grown from %d to %d bytes", early, late)
		}
	})
}

// minutesEach is how long one person is served.
const minutesEach = 10

// serves is what staff do for one person in ten minutes: they sign in, write the
// person down, find them, look at their page and their chart, at the lists, print
// their results, and go.
func (s *stage) serves(n int) {
	s.t.Helper()
	s.pass(time.Minute)
	p := person("Nyota", fmt.Sprint("Mwangi ", n), records.Date{Year: 1940 + n%60, Month: 1 + n%12, Day: 1 + n%28}, fmt.Sprint("C-", 20000+n))
	s.history(p, 4)
	s.came(p, time.Minute, 0)
	s.turnTo(desk.PageFind)
	if f, ok := s.clinic.page.(*find); ok {
		f.field.SetText(fmt.Sprint("mwangi ", n))
		s.settle()
	}
	s.opened(p)
	s.seen()
	s.pass(2 * time.Minute)
	for _, page := range []desk.Page{desk.PageInstruments, desk.PageReferrals, desk.PagePapers, desk.PageToday} {
		s.turnTo(page)
	}
	s.desk.Go(desk.Route{Page: desk.PagePersonPapers, Patient: p.ID})
	s.settle()
	for _, k := range []clerk.Kind{clerk.Person, clerk.Trend} {
		s.desk.ChoosePaper(k)
		s.settle()
	}
	s.seen()
	s.desk.PrintPaper()
	s.settle()
	if said := s.desk.State().Papers; said.Bad {
		s.t.Fatalf("person %d: %v", n, said.Said)
	}
	s.pass(3 * time.Minute)
	s.desk.SignOut()
	s.settle()
	s.desk.SignIn(adminBadge, adminPIN)
	s.settle()
	s.must(desk.Working)
	s.pass(4 * time.Minute)
	s.mu.Lock()
	s.tray.pages = nil
	s.mu.Unlock()
}

// seen paints the window.
func (s *stage) seen() { s.window.Canvas().Capture() }

// pass lets time pass for the window, for the records and for the toolkit.
func (s *stage) pass(d time.Duration) {
	s.t.Helper()
	for range int(d / time.Minute) {
		time.Sleep(time.Minute)
		s.desk.Used()
		s.after(time.Minute)
	}
}

// weighs returns what is in use once the toolkit has forgotten what nobody looks at,
// and all garbage is gone.
func (s *stage) weighs() uint64 {
	s.desk.Home()
	s.settle()
	s.pass(5 * time.Minute)
	for range 2 { // Fyne cleans its caches when it paints
		s.seen()
		s.pass(2 * time.Minute)
	}
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
