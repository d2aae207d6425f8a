package bedside_test

import (
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestResultOfAnotherVisit: a result that another visit came to hold while it was on
// the screen stays there, and keeps the rest of this one from nothing.
func TestResultOfAnotherVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := trayBench(t, nil)
		stored := memory(104)
		b.rack.gives(stored)
		b.do(b.Measure(vitals.BloodGlucose))
		b.do(b.Start())
		b.do(b.Shows(0))
		now := time.Now().UTC()
		other := &records.Encounter{
			ID: records.NewID(), Patient: b.State().Visit.Patient, Status: records.Finished, Started: now, Ended: now, Zone: "UTC",
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.BloodGlucose, State: records.Confirmed, Taken: now, Values: stored[0].Values,
				Origin: records.Origin{
					Device: records.Device{Maker: "m", Model: "m", Serial: "M1"}, Driver: "d", DriverVersion: "1",
					Record: stored[0].Record, InstrumentAt: stored[0].InstrumentTime,
				},
			}},
		}
		if err := b.store.Save(t.Context(), other); err != nil {
			t.Fatal(err)
		}
		b.do(b.Accept())
		if s := b.State(); !s.Elsewhere || s.SaveError != nil || len(s.Visit.Observations) > 0 {
			t.Errorf("elsewhere %t, %v, %d results", s.Elsewhere, s.SaveError, len(s.Visit.Observations))
		}
		b.at(bedside.Choose)
		time.Sleep(time.Minute)
		b.rack.gives(memory(88))
		b.do(b.Measure(vitals.BloodGlucose))
		b.do(b.Start())
		b.do(b.Shows(0))
		b.do(b.Accept())
		kept, err := b.store.Encounter(t.Context(), b.State().Visit.ID)
		if err != nil || len(kept.Observations) != 1 || kept.Observations[0].Values[0].Quantity.Value.String() != "88" {
			t.Errorf("%+v, %v", kept, err)
		}
		b.Close()
	})
}
