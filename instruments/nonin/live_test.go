package nonin_test

import (
	"maps"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/nonin"
	"aidpost/instruments/simulated"
	"aidpost/instruments/spotcheck/spotchecktest"
)

// kits are the formats that stream, on instruments without SmartPoint or with.
func kits() map[string]spotchecktest.Kit {
	fast := map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.Garbage: "", simulated.MidFrame: "", simulated.Trickle: "",
		simulated.ChecksumError: instruments.Garbled,
		simulated.Stall:         instruments.NoAnswer,
		simulated.Unplug:        instruments.Unplugged,
		simulated.FingerOut:     instruments.FingerOut,
		simulated.WeakSignal:    instruments.WeakSignal,
		simulated.Unstable:      instruments.Unstable,
		simulated.Movement:      "",
		simulated.Critical:      "",
		simulated.LowBattery:    "",
	}
	slow := maps.Clone(fast)
	// One flipped bit in ten groups is outvoted; a few bytes a second say little
	// about a line.
	delete(slow, simulated.ChecksumError)
	early := maps.Clone(slow) // what SmartPoint accepts before the wire fails
	delete(early, simulated.Stall)
	delete(early, simulated.Unplug)
	passing := map[simulated.Fault]instruments.FaultCode{
		simulated.LowBattery: instruments.LowBattery, simulated.FingerOut: instruments.FingerOut,
		simulated.WeakSignal: instruments.WeakSignal,
	}
	blind := map[simulated.Fault]instruments.FaultCode{ // format 1 has no battery
		simulated.FingerOut: instruments.FingerOut, simulated.WeakSignal: instruments.WeakSignal,
	}
	old := func(build func(simulated.Options) *simulated.NoninLive) func(simulated.Options) simulated.Twin {
		return func(o simulated.Options) simulated.Twin { o.Seed = 2*o.Seed + 1; return build(o) }
	}
	smart := func(build func(simulated.Options) *simulated.NoninLive) func(simulated.Options) simulated.Twin {
		return func(o simulated.Options) simulated.Twin { o.Seed *= 2; return build(o) }
	}
	kit := func(d instruments.Decoder, twin func(simulated.Options) simulated.Twin, want, passing map[simulated.Fault]instruments.FaultCode, soonest time.Duration, cuts int) spotchecktest.Kit {
		return spotchecktest.Kit{
			Driver: d, Twin: twin, Want: want, Passing: passing, Soonest: soonest, Cuts: cuts, Lost: 5100 * time.Millisecond,
		}
	}
	const soon = 9 * time.Second // SmartPoint: eight after the pulse was found
	return map[string]spotchecktest.Kit{
		"format 2":       kit(nonin.Format2(), old(simulated.NewNonin2), fast, passing, time.Minute, 400),
		"format 2 smart": kit(nonin.Format2(), smart(simulated.NewNonin2), fast, passing, soon, 5),
		"format 7":       kit(nonin.Format7(), old(simulated.NewNonin7), fast, passing, time.Minute, 400),
		"format 7 smart": kit(nonin.Format7(), smart(simulated.NewNonin7), fast, passing, soon, 5),
		"format 8":       kit(nonin.Format8(), old(simulated.NewNonin8), slow, passing, time.Minute, 80),
		"format 8 smart": kit(nonin.Format8(), smart(simulated.NewNonin8), early, passing, soon, 5),
		"format 1":       kit(nonin.Format1(), old(simulated.NewNonin1), slow, blind, time.Minute, 60),
	}
}

func TestLive(t *testing.T) {
	for name, kit := range kits() {
		t.Run(name, func(t *testing.T) { spotchecktest.Run(t, kit) })
	}
}
