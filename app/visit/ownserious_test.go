package visit_test

import (
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/memory"
	"aidpost/app/visit"
	"aidpost/instruments/simulated"
	"aidpost/records/guideline"
)

// TestSeriousResultsOfAnOwnMeter: of one that was just taken the person is told what to
// do and staff are called, of an older one the person alone is told, and of one that is
// not the newest nobody is called.
func TestSeriousResultsOfAnOwnMeter(t *testing.T) {
	for _, c := range []struct {
		name    string
		mgPerDL int
		age     time.Duration
		later   int // a result after it, a minute ago; 0: none
		calls   bool
		serious bool
	}{
		{"low now", 45, 5 * time.Minute, 0, true, true},
		{"low an hour ago", 45, time.Hour, 0, false, true},
		{"low, and eaten", 45, 10 * time.Minute, 110, false, true},
		{"usual now", 110, 5 * time.Minute, 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := owns(t)
				defer k.stop()
				results := []simulated.Result{{At: time.Now().Add(-c.age), MgPerDL: c.mgPerDL}}
				if c.later > 0 {
					results = append(results, simulated.Result{At: time.Now().Add(-time.Minute), MgPerDL: c.later})
				}
				k.bring(memory.Meter, meterOf(t, k.cfg.Zone, "onetouch-ultra2", 3, results...))
				if c.calls {
					s := k.until(visit.Urgent, time.Minute)
					if s.Alarm.Tier != guideline.Emergency || !s.Help {
						t.Errorf("alarm %+v, staff called: %t", s.Alarm, s.Help)
					}
					k.do(k.v.Understood(), visit.OwnDone)
				}
				s := k.until(visit.OwnDone, time.Minute)
				if s.Own.Serious != c.serious || s.Help != c.calls || s.Alarm.Phase != "" {
					t.Errorf("serious %t, staff called %t, alarm %+v", s.Own.Serious, s.Help, s.Alarm)
				}
			})
		})
	}
}
