package records

import (
	"reflect"
	"testing"
	"time"

	"aidpost/records/staff"
)

// A visit from the page of a person can be changed and saved: it keeps the bytes
// of the wires.
func TestVisitsOfAreWhole(t *testing.T) {
	d := newDesk(t)
	p := ada()
	e := visit(p, now.Add(-time.Hour))
	save(t, d.Store, e)
	save(t, d.Store, visit(p, now.Add(-48*time.Hour)))
	a := d.signIn(t, staff.Operator)
	all, err := a.VisitsOf(t.Context(), e.Patient.ID)
	if err != nil || len(all) != 2 || all[0].ID != e.ID {
		t.Fatalf("%d visits, %v", len(all), err)
	}
	if err := a.AddRemark(t.Context(), all[0], "cold hands"); err != nil {
		t.Fatal(err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || len(stored.Remarks) != 1 {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	frames := 0
	for i, o := range stored.Observations {
		frames += len(o.Capture)
		if !reflect.DeepEqual(o.Capture, e.Observations[i].Capture) {
			t.Errorf("the capture of observation %d is another one", i)
		}
	}
	if frames == 0 {
		t.Error("there was no capture to lose")
	}
	trail := auditOf(t, d.Store)
	if i := len(trail) - 3; i < 0 || trail[i].Action != staff.ReadRecord || trail[i].Patient != e.Patient.ID {
		t.Errorf("the look is not on record before what was written: %+v", trail)
	}
}
