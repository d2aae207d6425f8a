package visit_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/vitals"
)

// putAway is what went to the tray.
type putAway struct {
	mu  sync.Mutex
	all []*records.Encounter
}

func (p *putAway) put(_ context.Context, e *records.Encounter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, e)
	return nil
}

// TestNotWhatTheMeterShows: a result that the person says is not theirs goes to the
// tray when they are done with the panel, without a name, and not into their visit.
func TestNotWhatTheMeterShows(t *testing.T) {
	var away putAway
	bubble(t, func(k *kiosk) {
		k.v.Close()
		k.cfg.Tray = tray.New(tray.Config{Put: away.put, Zone: time.UTC})
		k.v = visit.New(k.cfg)
		k.person(1970)
		k.prepare(vitals.BloodGlucose)
		k.readMeter(reads(glucose(104, 0)), visit.Confirm)
		k.do(k.v.RefuseReading(), visit.Trouble)
		if len(away.all) != 0 {
			t.Error("put away before the person was done")
		}
		k.do(k.v.GiveUp(), visit.Choose)
		synctest.Wait()
		if len(away.all) != 1 || away.all[0].Orphan.Why != records.NotShown || away.all[0].Patient != nil || away.all[0].Status != records.Unclaimed {
			t.Fatalf("%+v", away.all)
		}
		for _, e := range k.store.saved() {
			if len(e.Observations) > 0 {
				t.Errorf("in the visit: %+v", e.Observations)
			}
		}
	})
}
