package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestAlteredInstrumentNeedsAControl: new firmware, a fall and a new battery ask for
// a control before the next measurement, where controls are asked for at all.
func TestAlteredInstrumentNeedsAControl(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	operator, visitor := d.signIn(t, staff.Operator), d.Visitor("kiosk-1")
	plan := quality.Plan{Panel: vitals.BloodGlucose, ControlEvery: 24}
	locks := func(p quality.Plan) []quality.Lock {
		t.Helper()
		_, err := visitor.Admit(t.Context(), p, qcMeter)
		var l *quality.LockedError
		if errors.As(err, &l); err != nil && l == nil {
			t.Fatal(err)
		}
		if l == nil {
			return nil
		}
		return l.Locks
	}
	sight := func(s quality.Sighting) {
		t.Helper()
		d.clock = d.clock.Add(time.Minute)
		s.Instrument = qcMeter
		if err := d.Sight(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	control(t, operator, 110)
	sight(quality.Sighting{Firmware: "1.0", Cable: "FT0001", Drift: 12, Clock: true})
	sight(quality.Sighting{Cable: "FT0002"})
	if got := locks(plan); got != nil {
		t.Errorf("on another cable: %v", got)
	}
	sight(quality.Sighting{Firmware: "1.1", Drift: 70, Clock: true})
	if got := locks(plan); !slices.Equal(got, []quality.Lock{quality.Altered}) {
		t.Errorf("with new firmware: %v", got)
	}
	if got := locks(quality.Plan{Panel: vitals.BloodGlucose}); got != nil {
		t.Errorf("where nobody asks for controls: %v", got)
	}
	control(t, operator, 110)
	if got := locks(plan); got != nil {
		t.Errorf("after a control: %v", got)
	}
	for _, what := range quality.Mishaps() {
		d.clock = d.clock.Add(time.Minute)
		if err := operator.Happened(t.Context(), quality.Happening{Instrument: qcMeter, What: what}); err != nil {
			t.Fatal(err)
		}
		if got := locks(plan); !slices.Equal(got, []quality.Lock{quality.Altered}) {
			t.Errorf("%s: %v", what, got)
		}
		d.clock = d.clock.Add(time.Minute)
		control(t, operator, 110)
		if got := locks(plan); got != nil {
			t.Errorf("%s, after a control: %v", what, got)
		}
	}
	if err := operator.Happened(t.Context(), quality.Happening{Instrument: qcMeter, What: "stolen"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("what is not known: %v", err)
	}
	var firmware []string
	for _, e := range auditOf(t, d.Store) {
		if e.Action == auditFirmware {
			firmware = append(firmware, e.Reason)
		}
	}
	if len(firmware) != 1 || !strings.HasSuffix(firmware[0], "from 1.0 to 1.1") {
		t.Errorf("on record: %q", firmware)
	}
}

// TestInventory: an instrument of the site is on the list with what it told last,
// whether it is attached or not; one that is retired is not.
func TestInventory(t *testing.T) {
	d := newDesk(t)
	lead := d.signIn(t, staff.Supervisor)
	enrol := func(e quality.Enrolment) {
		t.Helper()
		if err := lead.Enrol(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	gone := quality.Instrument{Model: qcMeter.Model, Serial: "GONE"}
	enrol(quality.Enrolment{Instrument: qcMeter, Place: "room 2"})
	enrol(quality.Enrolment{Instrument: gone, Place: "room 3"})
	enrol(quality.Enrolment{Instrument: gone, Retired: true})
	for _, s := range []quality.Sighting{
		{Instrument: qcMeter, Firmware: "1.0", Cable: "FT0001", Drift: -40, Clock: true}, {Instrument: qcMeter},
		{Instrument: quality.Instrument{Model: "stranger", Serial: "9"}},
	} {
		if err := d.Sight(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	l, err := d.QualityLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := l.Inventory(func(quality.Instrument) quality.Plan { return qcPlan }, d.clock)
	if len(all) != 1 || len(l.Sightings) != 2 {
		t.Fatalf("%d on the list, %d were seen", len(all), len(l.Sightings))
	}
	e := all[0]
	if e.ID != qcMeter || e.Enrolment.Place != "room 2" || !slices.Contains(e.Locks, quality.NoControl) {
		t.Errorf("%+v", e)
	}
	if s := e.Seen; s.Firmware != "1.0" || s.Cable != "FT0001" || s.Drift != -40 || !s.Clock || !s.Changed.IsZero() {
		t.Errorf("seen as %+v", s)
	}
}

// TestOpenedLotLocks: strips whose days after opening are over lock their instrument,
// whatever the label says.
func TestOpenedLotLocks(t *testing.T) {
	d := newDesk(t)
	lead := d.signIn(t, staff.Supervisor)
	lot := quality.Lot{Number: "S9", Kind: quality.Reagent, Model: qcMeter.Model, Expires: d.clock.AddDate(1, 0, 0), Days: 90}
	if err := lead.AddLot(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	plan := quality.Plan{Panel: vitals.BloodGlucose, Lots: true}
	for days, want := range map[int]bool{89: false, 90: true} {
		l, err := d.QualityLog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Locks(plan, qcMeter, d.clock.AddDate(0, 0, days)); slices.Contains(got, quality.LotExpired) != want {
			t.Errorf("after %d days: %v", days, got)
		}
	}
	lot.Days = -1
	if err := lead.AddLot(t.Context(), lot); !errors.Is(err, ErrInvalid) {
		t.Errorf("days below zero: %v", err)
	}
}
