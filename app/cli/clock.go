package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
)

func clockVerb() verb {
	return verb{
		name: "clock", args: "--port PATH [--model MODEL] [--set] [--zone ZONE]",
		brief: "show how far an instrument's clock is off, or set it",
		about: `
Shows how far the clock of the instrument on a port is ahead of this machine's
(negative: behind). With --set it is set to the time it is now in the zone; the
results already stored keep the times they were stored under. That writes to the
instrument: do it only with your own.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitFault, ExitInterrupted},
		setup: setupClock,
	}
}

// clockTimeout bounds recognising the instrument and setting its clock.
const clockTimeout = time.Minute

func setupClock(c *command) func(context.Context, []string) error {
	path := c.flags.String("port", "", "the `path` of the serial port")
	model := c.flags.String("model", "", "the `model`, if it is known; see: aidpost instruments")
	set := c.flags.Bool("set", false, "set the clock")
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *path == "" {
			return usage("name the port with --port")
		}
		if _, ok := catalogue.Find(*model); *model != "" && !ok {
			return usage("there is no model %.40q; see: aidpost instruments", *model)
		}
		where, err := zone()
		if err != nil {
			return err
		}
		return c.clock(ctx, *path, *model, *set, where)
	}
}

func (c *command) clock(ctx context.Context, path, model string, set bool, zone *time.Location) error {
	ctx, cancel := context.WithTimeoutCause(ctx, clockTimeout, errTimeout)
	defer cancel()
	drivers := catalogue.Drivers()
	if !set {
		drivers = instruments.AskOnly(drivers)
	}
	k := c.openCounter(drivers, []string{path}, instruments.RackOptions{
		Pins: map[string]string{path: model},
	})
	defer k.close()
	attached, err := k.looked(ctx, c.progress())
	switch {
	case err != nil && !errors.Is(err, errTimeout):
		return err
	case err != nil, len(attached) == 0:
		return fail(ExitNoInstrument, "nothing was recognised on %s", path)
	case attached[0].State != instruments.Ready:
		return fail(ExitNoInstrument, "%s: %s", path, explain(instruments.NewFault(attached[0].Fault, "")))
	}
	a := attached[0]
	if set {
		drift, known, err := k.rack.SetClock(ctx, a.ID, zone)
		if errors.Is(err, errors.ErrUnsupported) {
			return fail(ExitFailed, "the clock of a %s cannot be set over its wire", a.Model.ID)
		}
		if err != nil {
			return fail(ExitFault, "%s", explain(err))
		}
		a.Identity.Drift, a.Identity.HasClock = drift, known
	}
	return c.printDrift(a, set)
}

func (c *command) printDrift(a instruments.Attached, set bool) error {
	text := "its clock cannot be read"
	if a.Identity.HasClock {
		text = "clock off by " + a.Identity.Drift.Round(time.Second).String()
	}
	if set {
		text = "set; " + text
	}
	_, err := fmt.Fprintf(c.Stdout, "%s %s: %s\n", a.Model.ID, clean(a.Identity.Serial), text)
	return err
}
