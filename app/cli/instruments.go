package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/manual"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

func instrumentsVerb() verb {
	return verb{
		name: "instruments", args: "[--attached|--enrolled] [--port PATH[=MODEL]]... [--data DIR] [--json]",
		brief: "list the supported instruments, those that are attached, or those of the site",
		about: `
Lists the models that Aidpost can drive, and what they are meant for: who may
share a meter, and how a cuff was validated, as far as a public source was
found; --json has the sources. With --attached it looks at the serial
ports of this machine instead and says what is on them. It only listens and
asks; nothing is started, stopped, set or erased, and a cuff that was left
tight stays so. Ports that USB does not tell about are named with --port, which
may be repeated.

With --enrolled it lists the instruments of the site, attached or not: where each
is kept, the cable it hung on, its firmware and how far its clock was off when it
was attached last, its last control, and why it is locked out.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitDenied, ExitInterrupted},
		setup: setupInstruments,
	}
}

func setupInstruments(c *command) func(context.Context, []string) error {
	attached := c.flags.Bool("attached", false, "look at the ports of this machine")
	enrolled := c.flags.Bool("enrolled", false, "list the instruments of the site from the records")
	data, zone, asJSON := c.dataFlag(), c.zoneFlag(), c.jsonFlag()
	var ports portList
	c.flags.Var(&ports, "port", "look at this port alone; `PATH[=MODEL]`")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *enrolled {
			if *attached || len(ports) > 0 {
				return usage("--enrolled looks at no ports")
			}
			where, err := zone()
			if err != nil {
				return err
			}
			folder, err := data()
			if err != nil {
				return fail(ExitFailed, "%w", err)
			}
			return c.listEnrolled(ctx, folder, where, *asJSON)
		}
		if !*attached && len(ports) == 0 {
			return c.listModels(*asJSON)
		}
		return c.listAttached(ctx, ports, *asJSON)
	}
}

func (c *command) listModels(asJSON bool) error {
	labels, err := intended.Load()
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	var models []listedModel
	for _, d := range catalogue.Drivers() {
		models = append(models, withLabel(d.Model(), labels.Of(d.Model().ID)))
	}
	models = append(models, listedModel{Model: manual.All()})
	if asJSON {
		return writeList(c.Stdout, models)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "MODEL\tINSTRUMENT\tMEASURES\tLINE\tCAN\tKNOWN FROM\tMEANT FOR")
	for _, m := range models {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			m.ID, strings.TrimSpace(m.Maker+" "+m.Name), m.measures(), m.Line, strings.Join(m.Abilities.Names(), ", "), m.Evidence, m.meantFor())
	}
	return tw.Flush()
}

// measures is what a model measures; whoever types may have measured anything.
func (m listedModel) measures() string {
	if !m.Wired() {
		return "anything"
	}
	return panelName(m.Panel)
}

func panelName(p vitals.Panel) string { return strings.ReplaceAll(string(p), "-", " ") }

func (c *command) listAttached(ctx context.Context, ports []site.Port, asJSON bool) error {
	paths, pins := split(ports)
	// Somebody may have started the cuff by its own button: a list only asks.
	k := c.openCounter(instruments.AskOnly(catalogue.Drivers()), paths, instruments.RackOptions{Pins: pins})
	defer k.close()
	attached, err := k.looked(ctx, c.progress(), 1)
	if err != nil {
		return err
	}
	if asJSON {
		err = writeList(c.Stdout, attached)
	} else {
		err = c.printAttached(attached)
	}
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !has(attached, path) {
			return fail(ExitNoInstrument, "there is no port %s", path)
		}
	}
	return nil
}

// split returns the paths, and the models on those where they are known.
func split(ports []site.Port) (paths []string, pins map[string]string) {
	pins = map[string]string{}
	for _, p := range ports {
		paths = append(paths, p.Path)
		pins[p.Path] = p.Model
	}
	return paths, pins
}

func has(attached []instruments.Attached, path string) bool {
	for _, a := range attached {
		if instruments.SamePath(a.Endpoint.Path, path) {
			return true
		}
	}
	return false
}

func (c *command) printAttached(attached []instruments.Attached) error {
	if len(attached) == 0 {
		fmt.Fprintln(c.Stderr, "aidpost: nothing is attached")
		return nil
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "PORT\tSTATE\tMODEL\tSERIAL\tCLOCK\tUSB")
	for _, a := range attached {
		state := string(a.State)
		if a.Fault != "" {
			state += " (" + string(a.Fault) + ")"
		}
		usb := strings.TrimSpace(a.Endpoint.VID + ":" + a.Endpoint.PID + " " + a.Endpoint.Product)
		if a.Endpoint.VID == "" {
			usb = ""
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n",
			a.Endpoint.Path, state, cmp.Or(a.Model.ID, "-"), cmp.Or(a.Identity.Serial, "-"), clockOf(a.Identity), cmp.Or(usb, "-"))
	}
	return tw.Flush()
}

// clockOf says how far an instrument's clock is off.
func clockOf(i instruments.Identity) string {
	switch off := i.Drift.Round(time.Second); {
	case !i.HasClock:
		return "-"
	case off == 0:
		return "right"
	case off > 0:
		return off.String() + " ahead"
	default:
		return (-off).String() + " behind"
	}
}
