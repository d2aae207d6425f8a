package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/staff"
)

func clockVerb() verb {
	return verb{
		name: "clock", args: "--port PATH [--model MODEL] [--set] [--zone ZONE] [--data DIR]",
		brief: "show how far an instrument's clock is off, or set it",
		about: `
Shows how far the clock of the instrument on a port is ahead of this machine's
(negative: behind). With --set it is set to the time it is now in the zone; the
results already stored keep the times they were stored under. That writes to the
instrument: do it only with your own. Where there are records, setting a clock
is on record in them.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitFault, ExitDenied, ExitInterrupted},
		setup: setupClock,
	}
}

// clockTimeout bounds recognising the instrument and setting its clock.
const clockTimeout = time.Minute

func setupClock(c *command) func(context.Context, []string) error {
	path := c.flags.String("port", "", "the `path` of the serial port")
	model := c.flags.String("model", "", "the `model`, if it is known; see: aidpost instruments")
	set := c.flags.Bool("set", false, "set the clock")
	zone, data := c.zoneFlag(), c.dataFlag()
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
		job := clockJob{path: *path, model: *model, set: *set, zone: where}
		if !*set {
			return c.clock(ctx, job, nil)
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if _, err := os.Stat(filepath.Join(folder, site.DatabaseName)); errors.Is(err, fs.ErrNotExist) {
			return c.clock(ctx, job, nil) // an instrument without a kiosk
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return c.clock(ctx, job, a) })
	}
}

// A clockJob is what the flags of clock say.
type clockJob struct {
	path, model string
	set         bool
	zone        *time.Location
}

// clock shows or sets an instrument's clock. The records are nil where setting
// is not put on record.
func (c *command) clock(ctx context.Context, j clockJob, a *records.Access) error {
	ctx, cancel := context.WithTimeoutCause(ctx, clockTimeout, errTimeout)
	defer cancel()
	drivers := catalogue.Drivers()
	if !j.set {
		drivers = instruments.AskOnly(drivers)
	}
	k := c.openCounter(drivers, []string{j.path}, instruments.RackOptions{
		Pins: map[string]string{j.path: j.model},
	})
	defer k.close()
	attached, err := k.looked(ctx, c.progress(), readLooks)
	switch {
	case err != nil && !errors.Is(err, errTimeout):
		return err
	case err != nil, len(attached) == 0:
		return fail(ExitNoInstrument, "nothing was recognised on %s", j.path)
	case attached[0].State != instruments.Ready:
		return fail(ExitNoInstrument, "%s: %s", j.path, explain(instruments.NewFault(attached[0].Fault, "")))
	}
	found := attached[0]
	if j.set {
		if a != nil {
			err := a.Note(ctx, records.Deed{Action: staff.SetClock, Reason: strings.TrimSpace(found.Model.ID + " " + found.Identity.Serial)})
			if err != nil {
				return err
			}
		}
		drift, known, err := k.rack.SetClock(ctx, found.ID, j.zone)
		if errors.Is(err, errors.ErrUnsupported) {
			return fail(ExitFailed, "the clock of a %s cannot be set over its wire", found.Model.ID)
		}
		if err != nil {
			return fail(ExitFault, "%s", explain(err))
		}
		found.Identity.Drift, found.Identity.HasClock = drift, known
	}
	return c.printDrift(found, j.set)
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
