package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/manual"
	"aidpost/records/vitals"
)

func enterVerb() verb {
	return verb{
		name: "enter", args: "--by NAME [--at TIME] [--zone ZONE] PANEL VALUE...",
		brief: "write down values that somebody read off an instrument",
		about: `
Takes values that were read off an instrument without a wire, and writes them as
FHIR R4 Observations, one JSON object a line, like aidpost read does. They say that
they were entered by hand, and by whom. A value comes first, and others of the
same instrument behind the names of their measures. Where a measure has several
units, the unit must be there. What cannot be is refused.

For example:

  aidpost enter --by "Nurse Okafor" blood-pressure 118/76 pulse 66
  aidpost enter --by "Nurse Okafor" body-weight 72.5 kg height 178 cm
  aidpost enter --by "Nurse Okafor" body-temperature 98.6 F

The panels are ` + joinedPanels() + `.
To keep such values in the records of a visit, see enter in: aidpost help visit`,
		exits: []int{ExitFailed, ExitFault},
		setup: setupEnter,
	}
}

func joinedPanels() string {
	var names []string
	for _, p := range vitals.AllPanels() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

func setupEnter(c *command) func(context.Context, []string) error {
	by := c.flags.String("by", "", "the `name` of who enters the values")
	at := c.flags.String("at", "", "when they were measured, as a `time` like 2026-03-01T09:30:00+01:00")
	zone := c.zoneFlag()
	return func(_ context.Context, args []string) error {
		if len(args) < 2 {
			return usage("name a panel and its values; see: aidpost help enter")
		}
		if strings.TrimSpace(*by) == "" {
			return usage("say with --by who enters the values")
		}
		panel := vitals.Panel(args[0])
		if len(panel.Main()) == 0 {
			return usage("there is no panel %.40q; the panels are %s", args[0], joinedPanels())
		}
		taken := c.Now()
		if *at != "" {
			made, err := time.Parse(time.RFC3339, *at)
			if err != nil {
				return usage("%.40q is no time like 2026-03-01T09:30:00+01:00", *at)
			}
			if made.After(taken) {
				return usage("nothing was measured in the future")
			}
			taken = made
		}
		place, err := zone()
		if err != nil {
			return err
		}
		return c.enter(manual.New(panel, *by), strings.Join(args[1:], " "), taken, place)
	}
}

// enter writes the values as FHIR.
func (c *command) enter(d manual.Driver, text string, taken time.Time, zone *time.Location) error {
	reading, err := d.Read(text, taken)
	var fault *instruments.Fault
	if errors.As(err, &fault) {
		return fail(ExitFault, "%s: %s", d.Model().Panel, fault.Detail)
	}
	if err != nil {
		return err
	}
	if c.Now().Sub(taken) > vitals.StoredAfter {
		reading.Flags = append(reading.Flags, vitals.StoredReading)
	}
	t := taker{
		from: instruments.Attached{Model: d.Model()}, zone: zone, now: c.Now,
		out: newLineWriter(c.Stdout), progress: c.progress(), stop: func(error) {},
	}
	t.reading(reading)
	switch {
	case t.failed != nil:
		return fail(ExitFault, "%w", t.failed)
	case t.out.err != nil:
		return fail(ExitFailed, "writing: %w", t.out.err)
	}
	return nil
}
