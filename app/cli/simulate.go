package cli

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"aidpost/instruments/simulated"
)

func simulateVerb() verb {
	return verb{
		name: "simulate", args: "MODEL [--seed N] [--fault NAME] [--speed X] | --list [--json]",
		brief: "pretend to be an instrument on a pseudo-terminal",
		about: `
Speaks as an instrument of the model would, on a pseudo-terminal whose path is
the first and only line on standard output. It runs until it is stopped.
MODEL is one of: aidpost simulate --list. The same seed gives the same person
and the same noise; a fault makes it misbehave; the speed divides the time that
the instrument takes, not that of the wire.`,
		exits: []int{ExitFailed},
		setup: setupSimulate,
	}
}

func setupSimulate(c *command) func(context.Context, []string) error {
	twins := c.twinFlags()
	list := c.flags.Bool("list", false, "list the models and the faults")
	asJSON := c.jsonFlag()
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) error {
		if *list {
			return c.listTwins(args, *asJSON)
		}
		model, err := one(args, "a model")
		if err != nil {
			return err
		}
		options, err := twins()
		if err != nil {
			return err
		}
		options.Now = c.Now
		if options.Zone, err = zone(); err != nil {
			return err
		}
		twin, err := simulated.New(model, options)
		if err != nil {
			return usage("there is no model %.40q; see: aidpost simulate --list", model)
		}
		return c.simulate(ctx, twin, options)
	}
}

// simulate runs the twin on a pseudo-terminal until ctx ends.
func (c *command) simulate(ctx context.Context, twin simulated.Twin, o simulated.Options) error {
	pty, err := simulated.OpenPty()
	if errors.Is(err, errors.ErrUnsupported) {
		return fail(ExitFailed, "this system has no pseudo-terminals to simulate on")
	}
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	defer pty.Close()
	if _, err := fmt.Fprintln(c.Stdout, pty.Path); err != nil {
		return fail(ExitFailed, "telling the path: %w", err)
	}
	// A twin whose host does not read waits in a write; only a closed wire
	// ends that.
	defer context.AfterFunc(ctx, func() { pty.Close() })()
	wire := simulated.Disturb(simulated.Paced(pty.Tuned(twin.Line()), twin.Line()), o.Fault, o.Seed)
	err = twin.Run(ctx, wire)
	switch {
	case ctx.Err() != nil: // being stopped is how it ends
		return nil
	case o.Fault == simulated.Unplug:
		fmt.Fprintln(c.Stderr, "aidpost: the cable was pulled, as the fault asks")
		return nil
	case err != nil:
		return fail(ExitFailed, "the simulated instrument ended: %w", err)
	}
	return nil
}

// A menu is what can be simulated.
type menu struct {
	Models []string          `json:"models"`
	Faults []simulated.Fault `json:"faults"`
}

func (c *command) listTwins(args []string, asJSON bool) error {
	if err := none(args); err != nil {
		return err
	}
	if asJSON {
		return newLineWriter(c.Stdout).write(menu{simulated.Twins(), simulated.Faults()})
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "MODELS\tFAULTS")
	models, faults := simulated.Twins(), simulated.Faults()
	for i := range max(len(models), len(faults)) {
		model, fault := "", ""
		if i < len(models) {
			model = models[i]
		}
		if i < len(faults) {
			fault = string(faults[i])
		}
		fmt.Fprintf(tw, "%s\t%s\n", model, fault)
	}
	return tw.Flush()
}
