package reports

import (
	"testing"
	"time"

	"aidpost/records"
)

// TestNoShowIsNoVisit: whoever was called and did not come is counted apart, and
// neither as a visit nor as one that ended early.
func TestNoShowIsNoVisit(t *testing.T) {
	tally := NewTally(time.UTC)
	who := &records.Patient{ID: records.NewID()}
	called := records.Turn{What: records.TurnCalled}
	for _, e := range []records.Encounter{
		{Status: records.Finished, Patient: who},
		{Status: records.Cancelled, Patient: who, Turns: records.Turns{called}},
		{Status: records.Cancelled, Patient: who, Turns: records.Turns{called, {What: records.TurnAbsent}}},
	} {
		tally.Add(&e)
	}
	if tally.visits != 2 || tally.ended != 1 || tally.absent != 1 || tally.people[who.ID] != 2 {
		t.Errorf("%+v", tally)
	}
}
