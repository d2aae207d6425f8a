package bedside_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// TestOverrideMarksWhatItLetsThrough: what staff measures in spite of a lock carries
// the mark and the worst grade, and no more is let through in a day than the site
// allows.
func TestOverrideMarksWhatItLetsThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t)
		lead := store.Console("ben", "k")
		plan := quality.Plan{Panel: vitals.Oximetry, ControlEvery: 24, Overrides: 1}
		rack := &counter{}
		rack.plug(vitals.Oximetry)
		rack.gives(oxygen(97), oxygen(96))
		cfg := config(t, rack, &hands{a: lead})
		cfg.Plan = func(p vitals.Panel) (quality.Plan, bool) { return plan, p == vitals.Oximetry }
		b := &bench{t: t, rack: rack, store: store}
		b.Bedside = bedside.New(cfg, bedside.Visit(lena(), records.Place{Kiosk: "k"}, time.UTC, time.Now()), guideline.Subject{}, true)
		t.Cleanup(b.Close)
		b.identified()
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		locked := func() {
			t.Helper()
			if s := b.at(bedside.Review); s.Fault == nil || s.Fault.Code != instruments.LockedOut {
				t.Fatalf("not locked out: %v", s.Fault)
			}
		}
		locked()
		if _, err := lead.Override(t.Context(), plan, visit.InstrumentOf(rack.Attached()[0]), "unconscious person"); err != nil {
			t.Fatal(err)
		}
		b.do(b.Again())
		b.do(b.Start())
		if s := b.at(bedside.Review); s.Result == nil || s.Result.Grade != "D" || !slices.Contains(s.Result.Flags, vitals.Overridden) {
			t.Fatalf("%v, %+v", s.Fault, s.Result)
		}
		b.do(b.Accept())
		for _, o := range b.stored().Observations {
			if !slices.Contains(o.Flags, vitals.Overridden) || o.Statement.Control != string(quality.OverrideUsed) || !slices.Contains(o.Statement.Reasons, "control-overridden") {
				t.Errorf("%v, %+v", o.Flags, o.Statement)
			}
		}
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		locked()
	})
}
