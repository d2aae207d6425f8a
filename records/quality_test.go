package records

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

var (
	qcMeter = quality.Instrument{Model: "onetouch-ultra2", Serial: "VDH74F2CY"}
	qcPlan  = quality.Plan{Panel: vitals.BloodGlucose, ControlEvery: 24, Lots: true, Calibration: true, Certificates: true, Overrides: 2}
)

func mgdl(n int) vitals.Quantity { return vitals.Of(n, vitals.MgPerDL) }

// equip puts a meter into a state in which it may be used.
func equip(t *testing.T, d *desk) {
	t.Helper()
	s := d.signIn(t, staff.Supervisor)
	steps := []error{
		s.AddLot(t.Context(), quality.Lot{Number: "S1", Kind: quality.Reagent, Model: qcMeter.Model, Expires: now.Add(30 * 24 * time.Hour)}),
		s.AddLot(t.Context(), quality.Lot{Number: "C1", Kind: quality.Control, Model: qcMeter.Model, Level: "normal", Expires: now.Add(90 * 24 * time.Hour),
			Target: quality.Target{Mean: mgdl(110), SD: vitals.Int(5)}}),
		s.Calibrate(t.Context(), quality.Calibration{Instrument: qcMeter, Due: now.Add(365 * 24 * time.Hour)}),
		s.Certify(t.Context(), qcPlan, quality.Certificate{Account: string(d.ids[staff.Operator]), Panel: vitals.BloodGlucose, Until: now.Add(365 * 24 * time.Hour)}),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
}

func control(t *testing.T, a *Access, value int) quality.Verdict {
	t.Helper()
	v, err := a.RunControl(t.Context(), qcPlan, quality.Run{Instrument: qcMeter, Control: "C1", Value: mgdl(value)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestQualityLocksAnInstrument(t *testing.T) {
	d := newDesk(t)
	visitor := d.Visitor("kiosk-1")
	locked := func(want ...quality.Lock) {
		t.Helper()
		_, err := visitor.Admit(t.Context(), qcPlan, qcMeter)
		var l *quality.LockedError
		if errors.As(err, &l); len(want) == 0 && err != nil || len(want) > 0 && (l == nil || !slices.Equal(l.Locks, want)) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	locked(quality.NoLot, quality.NoControl, quality.NoCalibration)
	equip(t, d)
	locked(quality.NoControl)
	operator := d.signIn(t, staff.Operator)
	if v := control(t, operator, 112); len(v.Broken) > 0 {
		t.Errorf("in control: %+v", v)
	}
	locked()
	if v := control(t, operator, 130); !v.Rejected() {
		t.Errorf("four deviations: %+v", v)
	}
	locked(quality.OutOfControl)

	// A supervisor lets two through.
	if _, err := operator.Override(t.Context(), qcPlan, qcMeter, "unconscious person"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an operator overrides: %v", err)
	}
	supervisor := d.signIn(t, staff.Supervisor)
	if _, err := supervisor.Override(t.Context(), qcPlan, qcMeter, " "); !errors.Is(err, ErrInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := supervisor.Override(t.Context(), qcPlan, qcMeter, "unconscious person"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if through, err := visitor.Admit(t.Context(), qcPlan, qcMeter); !through || err != nil {
			t.Errorf("with an override: let through %v, %v", through, err)
		}
	}
	locked(quality.OutOfControl)
	if _, err := supervisor.Override(t.Context(), qcPlan, qcMeter, "another one"); !errors.Is(err, ErrSpent) {
		t.Errorf("a third measurement in a day: %v", err)
	}
	if v := control(t, operator, 109); v.Rejected() {
		t.Errorf("repeated: %+v", v)
	}
	locked()
	if _, err := supervisor.Override(t.Context(), qcPlan, qcMeter, "for fun"); !errors.Is(err, ErrInvalid) {
		t.Errorf("nothing to override: %v", err)
	}
	d.clock = d.clock.Add(24 * time.Hour)
	locked(quality.ControlDue)
	d.clock = d.clock.Add(29 * 24 * time.Hour)
	locked(quality.LotExpired, quality.ControlDue)

	var trail []string
	for _, e := range auditOf(t, d.Store) {
		if strings.HasPrefix(string(e.Action), "quality.") {
			trail = append(trail, strings.TrimPrefix(string(e.Action), "quality.")+" "+string(e.Outcome))
		}
	}
	want := []string{
		"locked refused", "lot ", "lot ", "instrument ", "certify ", "locked refused", "run ", "run ", "locked refused", "override refused",
		"override ", "use ", "use ", "locked refused", "run ", "locked refused", "locked refused",
	}
	if !slices.Equal(trail, want) {
		t.Errorf("on record:\ngot  %q\nwant %q", trail, want)
	}
}

// Whoever of the staff measures somebody has a certificate that is valid today;
// who measures themselves at the kiosk needs none.
func TestCertificateIsAskedOfStaff(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	operator, supervisor := d.signIn(t, staff.Operator), d.signIn(t, staff.Supervisor)
	control(t, operator, 110)
	admit := func(a *Access) []quality.Lock {
		t.Helper()
		_, err := a.Admit(t.Context(), qcPlan, qcMeter)
		var l *quality.LockedError
		if errors.As(err, &l); err != nil && l == nil {
			t.Fatal(err)
		}
		if l == nil {
			return nil
		}
		return l.Locks
	}
	if got := admit(operator); got != nil {
		t.Errorf("with a certificate: %v", got)
	}
	if got := admit(supervisor); !slices.Equal(got, []quality.Lock{quality.NoCertificate}) {
		t.Errorf("without one: %v", got)
	}
	if got := admit(d.Visitor("kiosk-1")); got != nil {
		t.Errorf("a person alone: %v", got)
	}
	control(t, operator, 130)
	if _, err := supervisor.Override(t.Context(), qcPlan, qcMeter, "unconscious person"); err != nil {
		t.Fatal(err)
	}
	if got := admit(supervisor); !slices.Equal(got, []quality.Lock{quality.OutOfControl, quality.NoCertificate}) {
		t.Errorf("an override is for the instrument: %v", got)
	}
	if got := admit(operator); got != nil {
		t.Errorf("with a certificate and an override: %v", got)
	}
}

func TestControlRunsAreChecked(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	operator, technician := d.signIn(t, staff.Operator), d.signIn(t, staff.Technician)
	good := quality.Run{Instrument: qcMeter, Control: "C1", Value: mgdl(110)}
	if _, err := technician.RunControl(t.Context(), qcPlan, good); !errors.Is(err, ErrUncertified) {
		t.Errorf("without a certificate: %v", err)
	}
	for name, tt := range map[string]struct {
		change func(*quality.Run)
		want   error
	}{
		"unknown solution": {func(r *quality.Run) { r.Control = "C2" }, ErrUnknownLot},
		"strips for it":    {func(r *quality.Run) { r.Control = "S1" }, ErrUnknownLot},
		"another meter":    {func(r *quality.Run) { r.Instrument.Model = "taidoc-td4277" }, ErrUnknownLot},
		"unknown strips":   {func(r *quality.Run) { r.Reagent = "S2" }, ErrUnknownLot},
		"another unit":     {func(r *quality.Run) { r.Value = vitals.Of(6, vitals.MmolPerL) }, ErrInvalid},
	} {
		run := good
		tt.change(&run)
		if _, err := operator.RunControl(t.Context(), qcPlan, run); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.clock = d.clock.Add(90 * 24 * time.Hour)
	if _, err := operator.RunControl(t.Context(), qcPlan, good); !errors.Is(err, ErrExpired) {
		t.Errorf("a solution past its date: %v", err)
	}
	if err := d.signIn(t, staff.Supervisor).Certify(t.Context(), qcPlan, quality.Certificate{Account: string(d.ids[staff.Supervisor]), Panel: vitals.BloodGlucose}); !errors.Is(err, ErrInvalid) {
		t.Errorf("one's own certificate: %v", err)
	}
	if l, err := operator.Quality(t.Context()); err != nil || len(l.Runs) != 0 {
		t.Errorf("refused runs are on record: %+v, %v", l, err)
	}
}

// The log outlives a restart and the keys it was sealed with.
func TestQualityIsKept(t *testing.T) {
	d := newDesk(t)
	equip(t, d)
	control(t, d.signIn(t, staff.Operator), 112)
	before, err := d.QualityLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Lots) != 2 || len(before.Runs) != 1 || before.Runs[0].Reagent != "S1" || before.Runs[0].Target != before.Lots[1].Target {
		t.Errorf("%+v", before)
	}
	if err := d.RotateKey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.restart(t)
	after, err := d.QualityLog(t.Context())
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("got  %+v, %v\nwant %+v", after, err, before)
	}
	// A record that was moved to another kind is none.
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, d.path, "UPDATE quality SET kind = 4 WHERE kind = 5 OR kind = 3")
	s := openAt(t, d.path, d.options())
	if _, err := s.QualityLog(t.Context()); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a calibration made a certificate: %v", err)
	}
}
