package records

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"aidpost/records/staff"
)

// queuing is a visit of somebody who comes at a time, where the clock of the wall is
// five and a half hours ahead.
func queuing(at time.Time) *Encounter {
	e := visit(ada(), at)
	e.Status, e.Ended, e.Observations, e.Operator, e.Zone = InProgress, time.Time{}, nil, Clinician{}, "Asia/Kolkata"
	return e
}

// TestTicketsOfADay: numbers count up from 1, whatever becomes of those who had them,
// and begin anew at the midnight of the place.
func TestTicketsOfADay(t *testing.T) {
	d := newDesk(t)
	midnight := time.Date(2026, 3, 3, 18, 30, 0, 0, time.UTC) // in Kolkata
	next := func(at time.Time) (*Encounter, int) {
		t.Helper()
		d.clock = at
		a, e := d.signIn(t, staff.Supervisor), queuing(at)
		if err := a.Enqueue(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return e, e.Ticket
	}
	first, n := next(midnight.Add(-time.Hour))
	if stored, err := d.Encounter(t.Context(), first.ID); err != nil || n != 1 || stored.Ticket != 1 || turned(t, d.Store).Ticket != 1 {
		t.Fatalf("the first has number %d, stored %+v, %v", n, stored, err)
	}
	gone, _ := next(midnight.Add(-50 * time.Minute))
	if _, err := d.signIn(t, staff.Administrator).Erase(t.Context(), gone.Patient.ID, "asked for it"); err != nil {
		t.Fatal(err)
	}
	d.restart(t)
	if _, n := next(midnight.Add(-40 * time.Minute)); n != 3 {
		t.Errorf("after somebody was erased and a restart: number %d", n)
	}
	for i, at := range []time.Time{midnight, midnight.Add(time.Minute), midnight.Add(6 * time.Hour)} { // the last on another day of UTC
		if _, n := next(at); n != i+1 {
			t.Errorf("at %s: number %d, want %d", at, n, i+1)
		}
	}
	if _, n := next(midnight.Add(-30 * time.Minute)); n != 4 {
		t.Errorf("the clock was set back over midnight: number %d", n)
	}
	again := first
	if err := d.signIn(t, staff.Supervisor).Enqueue(t.Context(), again); err != nil || again.Ticket != 1 {
		t.Errorf("asked for a number twice: %d, %v", again.Ticket, err)
	}
}

// TestTicketsAtOnce: several screens that register at once give each number once, also
// if some of them fail.
func TestTicketsAtOnce(t *testing.T) {
	s := openTemp(t, Options{})
	a := s.Console("ada", "kiosk-1")
	const people = 40
	given := make([]int, people)
	var work sync.WaitGroup
	for i := range people {
		work.Go(func() {
			e := queuing(now.Add(-time.Hour))
			if i%5 == 0 {
				e.Revision = 7 // of a revision that is not there
			}
			if err := a.Enqueue(t.Context(), e); (err == nil) == (i%5 == 0) || err != nil && !errors.Is(err, ErrStale) {
				t.Errorf("person %d: %v", i, err)
			} else if err == nil {
				given[i] = e.Ticket
			}
		})
	}
	work.Wait()
	seen := map[int]bool{0: true}
	for _, n := range given {
		if n > people*4/5 || n != 0 && seen[n] {
			t.Errorf("number %d was given twice, or one was left out", n)
		}
		seen[n] = true
	}
}

// TestTicketsAfterRestore: on the day of a restore, also onto an empty disk, or of new
// records, no number comes again, not even after a second restore of the same backup
// some minutes later; the next day begins at 1.
func TestTicketsAfterRestore(t *testing.T) {
	at := time.Date(2026, 3, 3, 4, 30, 0, 0, time.UTC) // ten in Kolkata
	options := func() Options { return Options{Keys: testKeys(), Now: func() time.Time { return at }} }
	give := func(path string, people int) (given []int) {
		s := openAt(t, path, options())
		for range people {
			e := queuing(at)
			if err := s.Console("ada", "").Enqueue(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			given = append(given, e.Ticket)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return given
	}
	restored := func(from, path string) string {
		if _, err := Restore(t.Context(), from, path, "", options()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path, backup := filepath.Join(t.TempDir(), "aidpost.db"), filepath.Join(t.TempDir(), "backup.db")
	seen := give(path, 1)
	s := openAt(t, path, options())
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	seen = append(seen, give(path, 30)...)
	at = at.Add(time.Minute)
	seen = append(seen, give(restored(backup, path), 9)...)
	at = at.Add(time.Minute)
	seen = append(seen, give(restored(backup, filepath.Join(t.TempDir(), "new-disk.db")), 9)...)
	at = at.Add(time.Minute)
	if _, err := SetAside(path, at); err != nil {
		t.Fatal(err)
	}
	seen = append(seen, give(path, 9)...)
	if all := slices.Compact(slices.Sorted(slices.Values(seen))); len(all) != len(seen) {
		t.Errorf("numbers came again: %v", seen)
	}
	at = at.Add(24 * time.Hour)
	if next := give(path, 2); !slices.Equal(next, []int{1, 2}) {
		t.Errorf("the next day: %v", next)
	}
}

// TestTicketsAfterDamage: numbers that are only in the damaged file are not given again,
// nor those that may have been lost with it.
func TestTicketsAfterDamage(t *testing.T) {
	path, backup := filepath.Join(t.TempDir(), "aidpost.db"), filepath.Join(t.TempDir(), "backup.db")
	s := openAt(t, path, Options{})
	for i := range 3 {
		if err := s.Console("ada", "").Enqueue(t.Context(), queuing(now.Add(-time.Hour))); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, err := s.Backup(t.Context(), backup, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: func() time.Time { return now }}); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	e := queuing(now.Add(-time.Minute))
	if err := s.Console("ada", "").Enqueue(t.Context(), e); err != nil || e.Ticket <= 3 {
		t.Errorf("number %d, %v", e.Ticket, err)
	}
}

// TestTicketNeedsTheRight: whoever may not save gives no number, and none is made up.
func TestTicketNeedsTheRight(t *testing.T) {
	d := newDesk(t)
	e := queuing(d.clock.Add(-time.Minute))
	if err := d.signIn(t, staff.Auditor).Enqueue(t.Context(), e); !errors.Is(err, staff.ErrDenied) || e.Ticket != 0 {
		t.Errorf("number %d, %v", e.Ticket, err)
	}
	for _, n := range []int{-1, maxTicket + 1} {
		if e.Ticket = n; !errors.Is(d.Save(t.Context(), e), ErrInvalid) {
			t.Errorf("number %d was saved", n)
		}
	}
}
