package bedside_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// TestOximetryByTheRuleOfTheSite: staff measure by the rule that the site has chosen,
// for as long as somebody who is watched, and the value keeps by which it was taken.
func TestOximetryByTheRuleOfTheSite(t *testing.T) {
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "nhs-2021"} {
		synctest.Test(t, func(t *testing.T) {
			chosen, err := set.Choose(guideline.Choice{Oximetry: id})
			if err != nil {
				t.Fatal(err)
			}
			b := newBench(t, lena(), false)
			b.Close()
			cfg := config(t, b.rack, b.hands)
			cfg.Rules = chosen
			b.Bedside = bedside.New(cfg, bedside.Visit(lena(), records.Place{Kiosk: "k"}, time.UTC, time.Now()), b.subject, false)
			t.Cleanup(b.Close)
			b.identified()
			b.rack.gives(oxygen(97))
			b.do(b.Measure(vitals.Oximetry))
			b.do(b.Start())
			b.do(b.Accept())
			kept, err := b.store.Encounter(context.Background(), b.State().Visit.ID)
			if err != nil || len(kept.Observations) != 1 {
				t.Fatalf("%+v, %v", kept, err)
			}
			rule, s := chosen.Oximetry(), kept.Observations[0].Statement
			if s == nil || s.Oximetry == nil || s.Protocol != rule.ID || s.Oximetry.Rule != rule.ID ||
				s.Oximetry.Contact != int(rule.Watched/time.Second) || s.Oximetry.Stable != int(rule.Stable/time.Second) {
				t.Errorf("by %q the statement is %+v", id, s)
			}
		})
	}
}
