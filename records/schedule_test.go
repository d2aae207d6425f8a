package records

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestCountedTestsLockAnInstrument: after so many measurements a control is due,
// whatever else is asked; the count survives a restart and another key.
func TestCountedTestsLockAnInstrument(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	plan := quality.Plan{Panel: vitals.BloodGlucose, ControlAfter: 3}
	operator, visitor := d.signIn(t, staff.Operator), d.Visitor("kiosk-1")
	admit := func() error {
		through, err := visitor.Admit(t.Context(), plan, qcMeter)
		if through {
			t.Error("let through without an override")
		}
		return err
	}
	control(t, operator, 110)
	for n := range 2 {
		if err := admit(); err != nil {
			t.Fatalf("measurement %d: %v", n+1, err)
		}
	}
	if err := d.RotateKey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.restart(t)
	visitor = d.Visitor("kiosk-1")
	if err := admit(); err != nil {
		t.Fatalf("the third: %v", err)
	}
	var locked *quality.LockedError
	if err := admit(); !errors.As(err, &locked) || !slices.Equal(locked.Locks, []quality.Lock{quality.ControlDue}) {
		t.Errorf("the fourth: %v", err)
	}
	if l, err := d.QualityLog(t.Context()); err != nil || len(l.Tallies) != 1 || l.Tests(qcMeter) != 3 {
		t.Errorf("counted: %+v, %v", l.Tallies, err)
	}
	control(t, d.signIn(t, staff.Operator), 110)
	if err := admit(); err != nil {
		t.Errorf("after a control: %v", err)
	}
}

// TestSamplesAreKeptForTheCoordinator: whoever measures a sample learns neither
// what it should give nor, later, what it gave; and it is no control.
func TestSamplesAreKeptForTheCoordinator(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	lead := d.signIn(t, staff.Supervisor)
	sample := quality.Lot{
		Number: "P1", Kind: quality.Proficiency, Model: qcMeter.Model, Expires: now.Add(24 * time.Hour),
		Target: quality.Target{Mean: mgdl(250), SD: vitals.Int(10)},
	}
	if err := lead.AddLot(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	operator := d.signIn(t, staff.Operator)
	run := quality.Run{Instrument: qcMeter, Control: "P1", Value: mgdl(301)}
	if err := operator.RunSample(t.Context(), qcPlan, run); err != nil {
		t.Fatal(err)
	}
	if _, err := operator.RunControl(t.Context(), qcPlan, run); !errors.Is(err, ErrUnknownLot) {
		t.Errorf("a sample as a control: %v", err)
	}
	if err := d.signIn(t, staff.Technician).RunSample(t.Context(), qcPlan, run); !errors.Is(err, ErrUncertified) {
		t.Errorf("without a certificate: %v", err)
	}
	if err := operator.RunSample(t.Context(), qcPlan, quality.Run{Instrument: qcMeter, Control: "C1", Value: mgdl(110)}); !errors.Is(err, ErrUnknownLot) {
		t.Errorf("a control as a sample: %v", err)
	}
	for role, sees := range map[staff.Role]bool{staff.Operator: false, staff.Technician: false, staff.Supervisor: true} {
		l, err := d.signIn(t, role).Quality(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		lot, ok := l.Sample("P1")
		if !ok || len(l.Samples) != 1 || lot.Target.Known() != sees || (l.Samples[0].Value == mgdl(301)) != sees {
			t.Errorf("%s sees %+v and %+v", role, lot.Target, l.Samples)
		}
		if len(l.Runs) != 0 {
			t.Errorf("it counts as a control: %+v", l.Runs)
		}
	}
	if n := len(slices.Collect(func(yield func(Summary) bool) {
		for sum := range d.Encounters(t.Context(), Filter{}) {
			yield(sum)
		}
	})); n != 0 {
		t.Errorf("%d visits were made of it", n)
	}
}

func TestLotsAreChecked(t *testing.T) {
	d := newDesk(t)
	lead := d.signIn(t, staff.Supervisor)
	good := quality.Lot{
		Number: "G/150", Kind: quality.Standard, Panel: vitals.BloodPressure, Level: "150", Expires: now.Add(time.Hour),
		Target: quality.Target{Mean: vitals.Of(150, vitals.MmHg), Limit: vitals.Int(3)},
	}
	if err := lead.AddLot(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*quality.Lot){
		"the number of another level": func(l *quality.Lot) { l.Level = "50" },
		"a standard of a model":       func(l *quality.Lot) { l.Number, l.Model = "H", "m" },
		"a standard of nothing":       func(l *quality.Lot) { l.Number, l.Panel = "H", "" },
		"without a limit":             func(l *quality.Lot) { l.Number, l.Target.Limit = "H", vitals.Int(0) },
		"without a target":            func(l *quality.Lot) { l.Number, l.Target = "H", quality.Target{} },
		"a control without a model":   func(l *quality.Lot) { l.Number, l.Kind = "H", quality.Control },
		"of an unknown kind":          func(l *quality.Lot) { l.Number, l.Kind = "H", "x" },
		"past its date":               func(l *quality.Lot) { l.Number, l.Expires = "H", now },
	} {
		lot := good
		change(&lot)
		if err := lead.AddLot(t.Context(), lot); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestResultsTellOfNobody: only what an instrument measured, one of a visit.
func TestResultsTellOfNobody(t *testing.T) {
	d := newDesk(t)
	values := vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}, {Measure: vitals.Pulse, Quantity: vitals.Of(70, vitals.PerMinute)}}
	save := func(change func(*Observation)) {
		t.Helper()
		o := Observation{
			ID: NewID(), Panel: vitals.Oximetry, Taken: now, State: Confirmed, Values: values,
			Origin: Origin{Driver: "nonin", DriverVersion: "1", Device: Device{Maker: "Nonin", Model: "x", Serial: "7"}},
		}
		change(&o)
		e := &Encounter{ID: NewID(), Status: Finished, Started: now, Ended: now, Zone: "UTC", Language: "en", Observations: []Observation{o}}
		if err := d.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	save(func(*Observation) {})
	save(func(o *Observation) { o.Origin.EnteredBy = "somebody" })
	save(func(o *Observation) { o.Excluded = "repeated" })
	found, err := d.signIn(t, staff.Operator).Results(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for c, list := range found {
		if c.Instrument != (quality.Instrument{Model: "nonin", Serial: "7"}) || c.Measure != vitals.SpO2 || len(list) != 1 || list[0].Value != vitals.Int(97) {
			t.Errorf("%+v: %+v", c, list)
		}
	}
	if len(found) != 1 {
		t.Errorf("%d channels", len(found))
	}
	if _, err := d.signIn(t, staff.Auditor).Results(t.Context(), Filter{}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an auditor: %v", err)
	}
}
