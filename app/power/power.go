// Package power knows whether the computer runs on its battery, and how much is
// left: a cuff that is started must be let go again, and a record that is begun must
// be written, before the lights go out.
//
// Linux tells in /sys/class/power_supply, of laptops and of UPS on USB that the
// kernel or upower present there, Windows in GetSystemPowerStatus, and macOS by pmset.
// Elsewhere nothing is known, and nothing is refused.
package power

import (
	"context"
	"io/fs"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/vitals"
)

// What is left, in percent, when something is done about it.
const (
	tellBelow = 30 // it is said on both sides
	cuffBelow = 15 // no cuff is started
	stopAt    = 5  // the program ends in order, while it can
)

// A State is how the computer is powered. The zero State: nobody knows, or it is on
// the mains.
type State struct {
	Battery bool // it runs on it
	Percent int  // what is left
}

// Low reports whether staff should be told.
func (s State) Low() bool { return s.Battery && s.Percent <= tellBelow }

// NoCuff reports whether a cuff must not be started any more.
func (s State) NoCuff() bool { return s.Battery && s.Percent < cuffBelow }

// Empty reports whether the program must end before the battery does.
func (s State) Empty() bool { return s.Battery && s.Percent <= stopAt }

// Lasts reports whether it is worth while to start: on the mains, or with enough in
// the battery not to end again at once.
func (s State) Lasts() bool { return !s.Battery || s.Percent >= cuffBelow }

// read looks at the power supplies in a folder as Linux presents them. Those of a
// mouse or of headphones are not the computer's.
func read(supplies fs.FS) State {
	folders, err := fs.ReadDir(supplies, ".")
	if err != nil {
		return State{}
	}
	says := func(name, file string) string {
		text, err := fs.ReadFile(supplies, name+"/"+file)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	sum, batteries, draining, mains := 0, 0, false, false
	for _, f := range folders {
		name := f.Name()
		if says(name, "scope") == "Device" {
			continue
		}
		switch says(name, "type") {
		case "Mains", "USB", "Wireless":
			mains = mains || says(name, "online") == "1"
		case "Battery", "UPS":
			left, err := strconv.Atoi(says(name, "capacity"))
			if err != nil || left < 0 || left > 100 {
				continue // it does not say
			}
			sum, batteries = sum+left, batteries+1
			draining = draining || says(name, "status") == "Discharging"
		}
	}
	if batteries == 0 || !draining || mains {
		return State{}
	}
	return State{Battery: true, Percent: sum / batteries}
}

// A Watch looks at the power again and again.
type Watch struct {
	look func() State
	now  atomic.Pointer[State]
}

// New returns a watch that has looked once. Of a nil look nothing is known.
func New(look func() State) *Watch {
	w := &Watch{look: look}
	w.again()
	return w
}

// again looks, and reports whether it is another state.
func (w *Watch) again() bool {
	var s State
	if w.look != nil {
		s = w.look()
	}
	before := w.now.Swap(&s)
	return before == nil || *before != s
}

// Now returns the state that was seen last.
func (w *Watch) Now() State { return *w.now.Load() }

// Every is how often it is looked.
const Every = 15 * time.Second

// Run looks until ctx ends, and calls changed when it is another state. It calls empty,
// once, and returns, when the battery is empty at two looks in a row: who sits at the
// screen has read meanwhile what is going to happen, may have plugged the computer in,
// and a battery that said nothing true for a moment ends nothing.
func (w *Watch) Run(ctx context.Context, changed, empty func()) {
	t := time.NewTicker(Every)
	defer t.Stop()
	for {
		before := w.Now()
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if w.again() {
			changed()
		}
		if before.Empty() && w.Now().Empty() {
			empty()
			return
		}
	}
}

// Wait looks until the power lasts, or ctx ends. It tells what it waits for.
func Wait(ctx context.Context, look func() State, tell func(State)) error {
	t := time.NewTicker(Every)
	defer t.Stop()
	for {
		s := look()
		if s.Lasts() {
			return nil
		}
		tell(s)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-t.C:
		}
	}
}

// Careful are instruments of which no cuff is started on the last of a battery.
// Whatever runs already is left alone.
func (w *Watch) Careful(on visit.Instruments) visit.Instruments { return careful{on, w} }

type careful struct {
	visit.Instruments
	watch *Watch
}

func (c careful) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	if c.watch.Now().NoCuff() {
		for _, a := range c.Attached() {
			if a.ID == id && a.Model.Panel == vitals.BloodPressure {
				return instruments.NewFault(instruments.LowPower, "the computer's battery is nearly empty")
			}
		}
	}
	return c.Instruments.Measure(ctx, id, job, emit)
}
