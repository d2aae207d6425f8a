package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"aidpost/app/site"
	"aidpost/records"
)

func settingsVerb() verb {
	return verb{
		name: "settings", args: "explain|check|show|undo [FILE] [--data DIR] [--json]",
		brief: "explain, check or take back what a kiosk is set to",
		about: `
Everything that a place can set stands in one file, site.json in the data
folder, which may be copied to any number of kiosks: no secret is in it, and what
is of one machine alone stands beside it in machine.json.

  explain  lists every setting: what may stand there, its default, when a
           change counts, what it does
  check    reads FILE, or that of the data folder, and says everything that is
           wrong with it, with its line
  show     writes the settings as they count on this machine
  undo     puts the settings before the last change back`,
		exits: []int{ExitFailed, ExitDenied},
		setup: func(c *command) func(context.Context, []string) error {
			data, asJSON := c.dataFlag(), c.jsonFlag()
			return func(ctx context.Context, args []string) error {
				if len(args) == 0 || len(args) > 2 || len(args) == 2 && args[0] != "check" {
					return usage("say what to do: explain, check [FILE], show or undo")
				}
				folder, err := data()
				if err != nil {
					return fail(ExitFailed, "%w", err)
				}
				switch args[0] {
				case "explain":
					return c.explainSettings(*asJSON)
				case "check":
					return c.checkSettings(folder, args[1:])
				case "show":
					return c.showSettings(folder, *asJSON)
				case "undo":
					return c.undoSettings(ctx, folder)
				}
				return usage("there is no %.40q: explain, check, show or undo", args[0])
			}
		},
	}
}

func (c *command) explainSettings(asJSON bool) error {
	if asJSON {
		return writeObject(c.Stdout, site.Fields())
	}
	for _, f := range site.Fields() {
		by := f.Default
		if by == "" {
			by = "nothing"
		}
		if _, err := fmt.Fprintf(c.Stdout, "%s\n    %s\n    %s; by default %s; counts %s\n", f.Path, f.About, f.Form, by, f.Takes); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) checkSettings(folder string, file []string) error {
	name := filepath.Join(folder, site.ProfileName)
	if len(file) > 0 {
		name = file[0]
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if _, err := site.ParseProfile(folder, text); err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if len(file) == 0 {
		if _, err := site.LoadProfile(folder); err != nil { // what is beside it
			return fail(ExitFailed, "%w", err)
		}
		if _, err := site.LoadSync(folder); err != nil && !errors.Is(err, site.ErrNoSync) {
			return fail(ExitFailed, "%w", err)
		}
	}
	_, err = fmt.Fprintf(c.Stdout, "%s: nothing is wrong\n", name)
	return err
}

func (c *command) showSettings(folder string, asJSON bool) error {
	p, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if asJSON {
		return writeObject(c.Stdout, p)
	}
	all, err := site.Changes(site.Profile{}, p)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	for _, s := range all {
		fmt.Fprintf(tw, "%s\t%s\n", s.Path, s.After)
	}
	return tw.Flush()
}

func (c *command) undoSettings(ctx context.Context, folder string) error {
	before, err := site.Previous(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return c.putSettings(ctx, folder, before, "settings: the last change was taken back")
}

// putSettings writes a settings file. Where there are records, the right is asked
// for and what is done is put on record.
func (c *command) putSettings(ctx context.Context, folder string, text []byte, what string) error {
	put := func() error {
		if _, err := site.SaveSettings(folder, text); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		_, err := fmt.Fprintf(c.Stdout, "%s: written\n", filepath.Join(folder, site.ProfileName))
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, site.DatabaseName)); errors.Is(err, os.ErrNotExist) {
		return put()
	}
	return c.withStore(ctx, folder, c.changing(), func(_ *records.Store, a *records.Access) error {
		if err := a.ChangeSettings(ctx, text, what); err != nil {
			return err
		}
		return put()
	})
}

func provisionVerb() verb {
	return verb{
		name: "provision", args: "FILE [--kiosk NAME] [--location TEXT] [--queue LETTER] [--data DIR]",
		brief: "set up this machine by a settings file that others share",
		about: `
Checks the whole of FILE, a settings file, and puts it into the data folder. The
settings before are kept: aidpost settings undo. --kiosk, --location and --queue
are of this machine alone and stand in machine.json; without a name it is that of
the machine. FILE may be - for standard input. What the server lets a kiosk in with
is never in FILE: it is typed in the staff's window, or in a file of its own.`,
		exits: []int{ExitFailed, ExitDenied},
		setup: func(c *command) func(context.Context, []string) error {
			data := c.dataFlag()
			kiosk := c.flags.String("kiosk", "", "the `name` of this machine")
			location := c.flags.String("location", "", "where in the place it stands")
			queue := c.flags.String("queue", "", "the `letter` before its numbers in the queue")
			return func(ctx context.Context, args []string) error {
				name, err := one(args, "a settings file")
				if err != nil {
					return err
				}
				folder, err := data()
				if err != nil {
					return fail(ExitFailed, "%w", err)
				}
				return c.provision(ctx, folder, name, site.Machine{Kiosk: *kiosk, Location: *location, Queue: *queue})
			}
		},
	}
}

func (c *command) provision(ctx context.Context, folder, file string, m site.Machine) error {
	var text []byte
	var err error
	if file == "-" {
		text, err = io.ReadAll(c.Stdin)
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if _, err := site.ParseProfile(folder, text); err != nil { // before anything is asked or changed
		return fail(ExitFailed, "%w", err)
	}
	before, err := site.LoadMachine(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if err := c.putSettings(ctx, folder, text, "settings: set up by a file"); err != nil {
		return err
	}
	m.ListenOnly = before.ListenOnly
	if strings.TrimSpace(m.Kiosk) == "" {
		m.Kiosk = before.Kiosk
	}
	if strings.TrimSpace(m.Location) == "" {
		m.Location = before.Location
	}
	m.Queue = cmp.Or(m.Queue, before.Queue)
	if err := site.SaveMachine(folder, m); err != nil {
		return fail(ExitFailed, "%w", err)
	}
	p, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	_, err = fmt.Fprintf(c.Stdout, "this machine is %s, %s\n", p.Kiosk, p.Location)
	return err
}
