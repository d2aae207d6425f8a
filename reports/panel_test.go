package reports

import (
	"strings"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestOlderValueHasItsDate: what came out of the memory of somebody's own meter says
// on which day it was measured, what was measured in the visit only at what time.
func TestOlderValueHasItsDate(t *testing.T) {
	w := newWorld(t)
	for name, tt := range map[string]struct {
		ago   time.Duration
		dated bool
	}{"of the visit": {0, false}, "weeks before": {40 * 24 * time.Hour, true}} {
		d := w.data("en")
		taken := d.Encounter.Started.Add(-tt.ago)
		o := w.observe(t, "a1", vitals.BloodGlucose, taken, vitals.Fasting, vitals.Value{Measure: vitals.Glucose, Quantity: vitals.Of(92, vitals.MgPerDL)})
		d.Encounter.Observations = append(d.Encounter.Observations[:0], o)
		date := d.Lang.Date(taken.In(d.Encounter.Started.Location()))
		said := strings.ReplaceAll(allText(pagesOf(t, d)), "\u200e", "")
		i := strings.Index(said, "Blood sugar")
		if i < 0 {
			t.Fatalf("no blood sugar on the page: %s", said)
		}
		if got := strings.Contains(said[i:min(len(said), i+300)], date+","); got != tt.dated {
			t.Errorf("%s: the date %s is there: %v\n%s", name, date, got, said)
		}
	}
}
