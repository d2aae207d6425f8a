package records

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// Many save at once, some of them what may not be saved. Those fail alone, and
// everybody else's visit is there, also for a program that starts after this
// one was cut off.
func TestSavingAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	taken := visit(ada(), now.Add(-2*time.Hour))
	save(t, s, taken)
	stale := *taken
	save(t, s, changed(taken))

	const savers = 40
	var all [savers]*Encounter
	var errs [savers]error
	release(t, s, func(begin func()) {
		var work sync.WaitGroup
		for i := range savers {
			all[i] = visit(ada(), now.Add(-time.Hour))
			if i%7 == 3 {
				all[i] = changed(&stale)
				all[i].Observations[0].Method = "standing"
			}
			work.Go(func() { errs[i] = s.Save(context.Background(), all[i]) })
		}
		begin()
		work.Wait()
	})
	s.write.turn <- struct{}{} // what signs beside saving commits, too
	commits := s.write.commits
	<-s.write.turn
	if commits > 3+savers/2 {
		t.Errorf("%d commits for %d visits: they did not share any", commits, savers)
	}
	other := openAt(t, path, Options{ReadOnly: true})
	for i, e := range all {
		if i%7 == 3 {
			if !errors.Is(errs[i], ErrStale) {
				t.Errorf("saver %d: %v", i, errs[i])
			}
			continue
		}
		if errs[i] != nil {
			t.Errorf("saver %d: %v", i, errs[i])
		}
		got, err := other.Encounter(t.Context(), e.ID)
		if err != nil || got.Revision != 1 || e.Revision != 1 || len(got.Observations) != len(e.Observations) {
			t.Errorf("saver %d: %v, %v", i, got, err)
		}
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// changed returns the encounter with another value.
func changed(e *Encounter) *Encounter {
	out := clone(e)
	out.Observations[0].Method = "seated"
	out.Observations[0].Number++
	return out
}

// release holds the turn to write until fn calls begin and everybody waits.
func release(t *testing.T, s *Store, fn func(begin func())) {
	t.Helper()
	s.write.turn <- struct{}{}
	fn(func() {
		for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			s.joint.mu.Lock()
			n := len(s.joint.waiting)
			s.joint.mu.Unlock()
			if n == 40 {
				break
			}
		}
		<-s.write.turn
	})
}

// Who gives up while waiting has saved nothing, and who is already under way
// learns what came of it.
func TestSaveGivesUp(t *testing.T) {
	s := openTemp(t, Options{})
	s.write.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	e := visit(ada(), now.Add(-time.Hour))
	done := make(chan error, 1)
	go func() { done <- s.Save(ctx, e) }()
	time.Sleep(10 * time.Millisecond)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-s.write.turn
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	if _, err := s.Encounter(t.Context(), e.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("what was given up: %v", err)
	}
}

// An instrument that two visits in one commit both see first is one instrument.
func TestSavingAtOnceMeetsOneInstrument(t *testing.T) {
	s := openTemp(t, Options{})
	var work sync.WaitGroup
	s.write.turn <- struct{}{}
	all := make([]*Encounter, 6)
	for i := range all {
		all[i] = visit(nil, now.Add(-time.Hour))
		for j := range all[i].Observations {
			all[i].Observations[j].Origin.Device.Serial = "new"
		}
		if i == 2 { // so that the first try fails
			all[i].Observations[0].ID = all[0].Observations[0].ID
			all[i].Observations[2].MeanOf = nil
		}
		work.Go(func() { _ = s.Save(context.Background(), all[i]) })
	}
	time.Sleep(20 * time.Millisecond)
	<-s.write.turn
	work.Wait()
	devices, err := s.Devices(t.Context())
	if err != nil || len(devices) != 1 {
		t.Fatalf("%d instruments, %v", len(devices), err)
	}
	for i, e := range all {
		if e.Revision == 0 {
			continue // one of the two with the same observation
		}
		got, err := s.Encounter(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range got.Observations {
			if o.Origin.Device.ID != devices[0].ID || o.Panel != vitals.BloodPressure {
				t.Error(fmt.Sprint(i, o.Origin.Device.ID))
			}
		}
	}
}
