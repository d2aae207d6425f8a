package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/conformance"
	"aidpost/instruments/serialport"
)

func conformanceVerb() verb {
	return verb{
		name: "conformance", args: "--port PATH --model MODEL [--start-pump] [--since D] [--json]",
		brief: "check that an instrument and its driver do what they must",
		about: `
Drives an instrument, real or simulated, through the checks that every driver
must pass, and prints one line for each: pass, fail or skip, and why. It measures
three times and cancels one of them; what an instrument wants of a person for
that (a key, a step, a finger) is shown on a terminal. A meter must hold one
result of the time that --since tells.

Checks that inflate a cuff are made only with --start-pump: the cuff must be on
an arm or a bottle. No check erases anything or sets a clock. No value is
printed.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitInterrupted},
		setup: setupConformance,
	}
}

func setupConformance(c *command) func(context.Context, []string) error {
	path := c.flags.String("port", "", "the `path` of the serial port")
	model := c.flags.String("model", "", "the `model` on it; see: aidpost instruments")
	pump := c.flags.Bool("start-pump", false, "make the checks that inflate a cuff, too")
	since := c.flags.Duration("since", time.Hour, "the `time` within which a meter took its result")
	asJSON := c.jsonFlag()
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		driver, ok := catalogue.Find(*model)
		switch {
		case *path == "" || *model == "":
			return usage("name the port with --port and what is on it with --model")
		case !ok:
			return usage("there is no model %.40q; see: aidpost instruments", *model)
		case *since <= 0:
			return usage("a time is above zero")
		}
		job := instruments.Job{Since: c.Now().Add(-*since), Now: c.Now}
		var err error
		if job.Zone, err = zone(); err != nil {
			return err
		}
		return c.conformance(ctx, conformance.Subject{
			Driver: driver, Job: job, Pump: *pump,
			Open: func(context.Context) (instruments.Port, error) {
				return serialport.Open(*path, driver.Model().Line)
			},
		}, *asJSON)
	}
}

// conformance makes the checks and writes a line for each.
func (c *command) conformance(ctx context.Context, s conformance.Subject, asJSON bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := taker{from: instruments.Attached{Model: s.Driver.Model()}, progress: c.progress(), alone: true}
	s.Watch = watch.live
	write := c.writeCheck
	if asJSON {
		lines := newLineWriter(c.Stdout)
		write = func(r conformance.Result) error { return lines.write(r) }
	}
	made := map[conformance.Outcome]int{}
	err := conformance.Run(ctx, s, func(r conformance.Result) {
		watch.progress.clear()
		made[r.Outcome]++
		if err := write(r); err != nil {
			cancel(fail(ExitFailed, "writing: %w", err))
		}
	})
	watch.progress.clear()
	switch {
	case errors.Is(err, conformance.ErrNoInstrument):
		return fail(ExitNoInstrument, "%w", err)
	case errors.Is(err, conformance.ErrStuck):
		return fail(ExitFailed, "%w", err)
	case err != nil:
		return err
	case made[conformance.Fail] > 0:
		return fail(ExitFailed, "%d of %d checks failed", made[conformance.Fail], made[conformance.Fail]+made[conformance.Pass])
	}
	return nil
}

func (c *command) writeCheck(r conformance.Result) error {
	detail := ""
	if r.Detail != "" {
		detail = ": " + oneLine(r.Detail)
	}
	_, err := fmt.Fprintf(c.Stdout, "%s  %-13s  %s (%.1f s)%s\n", r.Outcome, r.Check, r.Purpose, r.Took.Seconds(), detail)
	return err
}
