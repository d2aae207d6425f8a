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

func kept(low, high int) quality.Limits {
	return quality.Limits{Low: vitals.Int(low), High: vitals.Int(high)}
}

// TestStripsThatWereHotAreHeld: a reading outside what the label allows locks the
// meter; a supervisor's reason lets some measurements through, and puts a misreading
// right; an operator does neither.
func TestStripsThatWereHotAreHeld(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	lead, operator, visitor := d.signIn(t, staff.Supervisor), d.signIn(t, staff.Operator), d.Visitor("kiosk-1")
	plan := quality.Plan{Panel: vitals.BloodGlucose, Lots: true}
	strips := quality.Lot{Number: "S1", Kind: quality.Reagent, Model: qcMeter.Model, Expires: now.Add(30 * 24 * time.Hour), Kept: kept(4, 30), Store: "cupboard"}
	if err := lead.AddLot(ctx, strips); err != nil {
		t.Fatal(err)
	}
	if err := operator.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 23), Corrects: true, Comment: "x"}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("an operator puts a reading right: %v", err)
	}
	if err := lead.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 23), Corrects: true, Comment: "x"}); !errors.Is(err, ErrNoReading) {
		t.Errorf("there is none: %v", err)
	}
	if err := operator.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 24)}); err != nil {
		t.Fatal(err)
	}
	if _, err := visitor.Admit(ctx, plan, qcMeter); err != nil {
		t.Errorf("kept well: %v", err)
	}
	if err := operator.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 37), Comment: "the window was open"}); err != nil {
		t.Fatal(err)
	}
	held := func() bool {
		_, err := visitor.Admit(ctx, plan, qcMeter)
		l, ok := errors.AsType[*quality.LockedError](err)
		return ok && slices.Equal(l.Locks, []quality.Lock{quality.LotSpoilt})
	}
	if !held() {
		t.Error("strips that were at 37 °C are used")
	}
	if _, err := lead.Override(ctx, plan, qcMeter, "no other strips today"); err != nil {
		t.Fatal(err)
	}
	if through, err := visitor.Admit(ctx, plan, qcMeter); err != nil || !through {
		t.Errorf("with an override: %t, %v", through, err)
	}
	if !held() {
		t.Error("an override lets more through than one")
	}
	if err := lead.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 27), Corrects: true}); !errors.Is(err, ErrInvalid) {
		t.Errorf("put right without a reason: %v", err)
	}
	if err := lead.NoteStorage(ctx, quality.Storage{Store: "cupboard", Limits: kept(19, 27), Corrects: true, Comment: "read the wrong mark"}); err != nil {
		t.Fatal(err)
	}
	if held() {
		t.Error("still held")
	}
	for why, n := range map[string]int{"cupboard 19–37 °C": 1, "cupboard 19–37 °C → 19–27 °C: read the wrong mark": 1} {
		if got := d.audited(t, staff.NoteStorage, why); got != n {
			t.Errorf("%q stands %d times in the trail", why, got)
		}
	}
}

func TestStorageIsChecked(t *testing.T) {
	d := newDesk(t)
	lead := d.signIn(t, staff.Supervisor)
	for name, limits := range map[string]quality.Limits{"upside down": kept(25, 19), "too cold": kept(-41, 5), "too warm": kept(5, 81)} {
		if err := lead.NoteStorage(t.Context(), quality.Storage{Limits: limits}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	volunteer := quality.Checks(vitals.BloodPressure)[4].Target
	later := now.Add(30 * 24 * time.Hour)
	for name, tt := range map[string]struct {
		lot quality.Lot
		ok  bool
	}{
		"strips":            {quality.Lot{Kind: quality.Reagent, Model: qcMeter.Model, Kept: kept(4, 30)}, true},
		"limits of nothing": {quality.Lot{Kind: quality.Reagent, Model: qcMeter.Model, Kept: kept(4, 4)}, false},
		"limits swapped":    {quality.Lot{Kind: quality.Reagent, Model: qcMeter.Model, Kept: kept(30, 4)}, false},
		"a gauge kept cold": {quality.Lot{Kind: quality.Standard, Panel: vitals.BloodPressure, Target: volunteer, Kept: kept(4, 30)}, false},
		"a reference":       {quality.Lot{Kind: quality.Standard, Panel: vitals.BloodPressure, Target: volunteer}, true},
		"of oximeters":      {quality.Lot{Kind: quality.Standard, Panel: vitals.Oximetry, Target: volunteer}, false},
		"of 150 mmHg": {quality.Lot{Kind: quality.Standard, Panel: vitals.BloodPressure,
			Target: quality.Target{Mean: vitals.Of(150, vitals.MmHg), Limit: vitals.Int(3), Single: vitals.Int(15)}}, false},
	} {
		tt.lot.Number, tt.lot.Expires = name, later
		if err := lead.AddLot(t.Context(), tt.lot); (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestVolunteerCheck: the records judge it by the pairs alone, keep no pressure of
// anybody, and what failed locks the cuff.
func TestVolunteerCheck(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	lead, operator := d.signIn(t, staff.Supervisor), d.signIn(t, staff.Operator)
	cuff := quality.Instrument{Model: "suntech-advantage", Serial: "A2-1"}
	plan := quality.Plan{Panel: vitals.BloodPressure, VolunteerEvery: 30, Certificates: true}
	err := lead.AddLot(ctx, quality.Lot{
		Number: "V1", Kind: quality.Standard, Panel: vitals.BloodPressure, Level: "volunteer", Expires: now.AddDate(1, 0, 0),
		Target: quality.Checks(vitals.BloodPressure)[4].Target,
	})
	if err != nil {
		t.Fatal(err)
	}
	run := func(apart ...int) (quality.Verdict, error) {
		r := quality.Run{Instrument: cuff, Control: "V1", Value: vitals.Of(0, vitals.MmHg)} // which is not believed
		for _, n := range apart {
			r.Pairs = append(r.Pairs, quality.Difference{Systolic: vitals.Int(n), Diastolic: vitals.Int(1)})
		}
		return operator.RunControl(ctx, plan, r)
	}
	if _, err := run(1, 2, 3); !errors.Is(err, ErrUncertified) {
		t.Errorf("by somebody who was not trained: %v", err)
	}
	if err := lead.Certify(ctx, plan, quality.Certificate{Account: string(d.ids[staff.Operator]), Panel: vitals.BloodPressure, Until: now.AddDate(1, 0, 0)}); err != nil {
		t.Fatal(err)
	}
	if _, err := run(1, 2); !errors.Is(err, quality.ErrFewPairs) {
		t.Errorf("of two pairs: %v", err)
	}
	for _, tt := range []struct {
		apart []int
		locks []quality.Lock
	}{{[]int{8, 9, 7}, []quality.Lock{quality.OutOfControl}}, {[]int{1, 2, 0}, nil}, {[]int{16, -8, -8}, []quality.Lock{quality.OutOfControl}}} {
		v, err := run(tt.apart...)
		if err != nil || v.Rejected() != (tt.locks != nil) {
			t.Errorf("%v: %+v, %v", tt.apart, v, err)
		}
		_, err = d.Visitor("kiosk-1").Admit(ctx, plan, cuff)
		var locked quality.LockedError
		if l, ok := errors.AsType[*quality.LockedError](err); ok {
			locked = *l
		}
		if !slices.Equal(locked.Locks, tt.locks) {
			t.Errorf("%v: %v", tt.apart, locked.Locks)
		}
	}
	l, err := operator.Quality(ctx)
	if err != nil || len(l.Runs) != 3 || l.Runs[0].Value != vitals.Of(8, vitals.MmHg) {
		t.Errorf("%+v, %v", l.Runs, err)
	}
	for range d.Encounters(ctx, Filter{}) {
		t.Error("the volunteer became a patient")
	}
	if got := d.audited(t, staff.RunControl, cuff.String()); got != 3 {
		t.Errorf("%d runs in the trail", got)
	}
}

// audited returns how often an action was done for a reason.
func (d *desk) audited(t *testing.T, action staff.Action, reason string) (n int) {
	t.Helper()
	err := d.signIn(t, staff.Administrator).Audit(t.Context(), AuditFilter{}, func(e AuditEntry) error {
		if e.Action == action && e.Reason == reason && e.Outcome == Done {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
