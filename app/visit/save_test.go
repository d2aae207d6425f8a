package visit_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

func TestSavesInOrder(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.store.delay = 5 * time.Second // a slow disk: saves queue up
		k.person2(1970)
		k.measureOximeter(98)
		if k.v.State().Saved {
			t.Error("called saved before it was")
		}
		k.do(k.v.MeasureAnother(), visit.Choose)
		k.store.mu.Lock()
		k.store.delay = 40 * time.Second / 4
		k.store.mu.Unlock()
		k.measureOximeter(97)
		k.do(k.v.Done(), visit.Finish)
		k.do(k.v.Leave(), visit.Welcome)
		k.pass(time.Minute)
		var revisions []int
		var statuses []records.Status
		for _, e := range k.store.saved() {
			revisions = append(revisions, e.Revision)
			statuses = append(statuses, e.Status)
		}
		if !slices.Equal(revisions, []int{1, 2, 3}) ||
			!slices.Equal(statuses, []records.Status{records.InProgress, records.InProgress, records.Finished}) {
			t.Errorf("revisions %v, %v", revisions, statuses)
		}
		checkWiped(t, k.v)
	})
}

// person2 is person with records that take their time.
func (k *kiosk) person2(year int) {
	k.t.Helper()
	k.do(k.v.Begin(), visit.Who)
	if err := k.v.Identify(canary, "Rossi", year, 4, 30); err != nil {
		k.t.Fatal(err)
	}
	k.pass(time.Minute / 4)
	k.do(k.v.Agree(true, false), visit.Choose)
}

func (k *kiosk) measureOximeter(spo2 int) {
	k.t.Helper()
	k.prepare(vitals.Oximetry)
	k.rack.then(reads(saturation(spo2, 60)))
	k.do(k.v.Prepared(), visit.Measure)
	k.pass(inflationTime)
	k.want(visit.Result)
}

// TestSaveFails: it is said, and can be tried again.
func TestSaveFails(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.refused(k.v.SaveAgain())
		k.store.fail(records.ErrFull)
		k.measureOximeter(98)
		s := k.want(visit.Result)
		if !errors.Is(s.SaveError, records.ErrFull) || s.Saved {
			t.Errorf("error %v, saved %t", s.SaveError, s.Saved)
		}
		k.do(k.v.SaveAgain(), visit.Result)
		if s := k.v.State(); !errors.Is(s.SaveError, records.ErrFull) || s.Saved {
			t.Errorf("error %v, saved %t", s.SaveError, s.Saved)
		}
		k.store.fail(nil)
		k.do(k.v.SaveAgain(), visit.Result)
		if s := k.v.State(); s.SaveError != nil || !s.Saved || k.store.last(t).Revision != 1 {
			t.Errorf("error %v, saved %t", s.SaveError, s.Saved)
		}
		k.refused(k.v.SaveAgain())
		k.do(k.v.Done(), visit.Finish)
		k.do(k.v.Leave(), visit.Welcome)
		if e := k.store.last(t); e.Revision != 2 || e.Status != records.Finished {
			t.Errorf("revision %d, %s", e.Revision, e.Status)
		}
	})
}

// TestDiskHangs: a save that does not come back ends by itself, and Close waits
// for it.
func TestDiskHangs(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.store.mu.Lock()
		k.store.delay = time.Hour
		k.store.mu.Unlock()
		k.measureOximeter(98)
		k.pass(21 * time.Second)
		if s := k.want(visit.Result); s.SaveError == nil {
			t.Error("no error")
		}
		began := time.Now()
		k.do(k.v.Done(), visit.Finish)
		k.do(k.v.Leave(), visit.Welcome)
		k.close()
		if took := time.Since(began); took < 20*time.Second || took > 25*time.Second {
			t.Errorf("Close took %v", took)
		}
	})
}
