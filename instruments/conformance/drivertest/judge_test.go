package drivertest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/waitingroom"
	"aidpost/records/vitals"
)

func pulse(n int) *instruments.Reading {
	return &instruments.Reading{Panel: vitals.BloodPressure, Values: vitals.Values{{Measure: vitals.Pulse, Quantity: vitals.Of(n, vitals.PerMinute)}}}
}

// TestProblems: what a trial must not come to is found, and nothing else.
func TestProblems(t *testing.T) {
	fault := instruments.NewFault(instruments.Garbled, "")
	one := []*instruments.Reading{pulse(70)}
	for name, tt := range map[string]struct {
		rule rule
		out  outcome
		want string // in the only problem; empty: there is none
	}{
		"the right value": {rule{reads: true, want: one}, outcome{readings: one}, ""},
		"a fault":         {rule{want: one}, outcome{err: fault}, ""},
		"wrong value":     {rule{want: one}, outcome{readings: []*instruments.Reading{pulse(71)}}, "wrong"},
		"any value":       {rule{}, outcome{readings: []*instruments.Reading{pulse(71)}}, ""},
		"no reading":      {rule{reads: true}, outcome{err: fault}, "no reading"},
		"nothing at all":  {rule{}, outcome{}, "0 readings"},
		"twice":           {rule{}, outcome{readings: append(one, pulse(70))}, "2 readings"},
		"with a fault":    {rule{}, outcome{readings: one, err: fault}, "a reading came with"},
		"of nothing":      {rule{never: true}, outcome{readings: one}, "a reading of nothing"},
		"untyped":         {rule{}, outcome{err: errors.New("oh")}, "not a fault"},
		"internal":        {rule{}, outcome{err: instruments.NewFault(instruments.Internal, "")}, "internal"},
		"no end":          {rule{}, outcome{err: errOver}, "did not end"},
		"hung":            {rule{}, outcome{hung: true}, "went on"},
		"panicked":        {rule{}, outcome{panicked: "oh"}, "panicked"},
		"late":            {rule{}, outcome{readings: one, late: true}, "after the return"},
		"not pulled":      {rule{pulled: true}, outcome{err: fault}, "pulled cable"},
		"pulled":          {rule{pulled: true}, outcome{err: instruments.NewFault(instruments.Unplugged, "")}, ""},
		"cancelled late":  {rule{cancelled: time.Second}, outcome{err: errOver, took: 8 * time.Second}, "after it was cancelled"},
		"cancelled":       {rule{cancelled: time.Second}, outcome{err: errOver, took: 2 * time.Second}, ""},
		"tight": {rule{cancelled: time.Second, released: true},
			outcome{err: instruments.NewFault(instruments.AbortUnconfirmed, "")}, "cancelled"},
		"told":        {rule{}, outcome{readings: one, told: []string{"erase"}}, "was told"},
		"told by bad": {rule{garbledHost: true}, outcome{readings: one, told: []string{"erase"}}, ""},
		"unfit":       {rule{}, outcome{readings: one, unfit: []string{"of tomorrow"}}, "of tomorrow"},
		"left tight":  {rule{}, outcome{readings: one, tight: []string{"40 mmHg"}}, "40 mmHg"},
		"afterwards":  {rule{}, outcome{readings: one, after: []string{"dead"}}, "dead"},
	} {
		found := tt.rule.problems(tt.out)
		if tt.want == "" && len(found) > 0 || tt.want != "" && (len(found) != 1 || !strings.Contains(found[0], tt.want)) {
			t.Errorf("%s: found %q, want %q", name, found, tt.want)
		}
	}
}

// A changed driver says something else of itself, or measures in another way.
type changed struct {
	instruments.Driver
	model   func(instruments.Model) instruments.Model
	measure func(err error) error
}

func (c changed) Model() instruments.Model {
	if c.model == nil {
		return c.Driver.Model()
	}
	return c.model(c.Driver.Model())
}

func (c changed) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	err := c.Driver.Measure(ctx, port, job, emit)
	if c.measure == nil {
		return err
	}
	return c.measure(err)
}

// TestSuiteSees: each way of disturbing a wire is seen to break a driver that
// cannot stand it, and breaks none that can.
func TestSuiteSees(t *testing.T) {
	for name, tt := range map[string]struct {
		driver changed
		breaks []string // families
	}{
		"as it is": {driver: changed{}},
		// Its wire has no checksum, so a flipped bit is another number.
		"claims a checksum": {
			driver: changed{model: func(m instruments.Model) instruments.Model { m.Checksum = "CRC-16/CCITT-FALSE"; return m }},
			breaks: []string{"flipped bit", "further flipped bits", "changed byte"},
		},
		"takes a pulled cable for silence": {
			driver: changed{measure: func(err error) error {
				if instruments.CodeOf(err) == instruments.Unplugged {
					return instruments.NewFault(instruments.NoAnswer, "")
				}
				return err
			}},
			breaks: []string{"cable pulled"},
		},
		"hides its faults": {
			driver: changed{measure: func(error) error { return nil }},
			breaks: []string{"cable pulled", "falls silent", "no instrument", "cancelled"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.driver.Driver = waitingroom.BP868F()
			broken := map[string]bool{}
			for seed := range uint64(4) { // one alone may change nothing that tells
				k := Kit{
					Seed: seed, Driver: func() instruments.Driver { return tt.driver },
					Twin: func(o simulated.Options) simulated.Twin { return simulated.NewBP868F(o) },
				}
				for _, f := range k.prepare(t).families() {
					broken[f.name] = broken[f.name] || slices.ContainsFunc(f.cases, func(c testCase) bool {
						return len(c.rule.problems(c.trial.run(t))) > 0
					})
				}
			}
			for _, f := range tt.breaks {
				if !broken[f] {
					t.Errorf("%q did not break it", f)
				}
			}
			if some := slices.Collect(maps.Values(broken)); len(tt.breaks) == 0 && slices.Contains(some, true) {
				t.Errorf("broken by %v", broken)
			}
		})
	}
}
