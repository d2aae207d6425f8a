package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
)

func capturesVerb() verb {
	return verb{
		name: "captures", args: "[list|open FILE --out FILE.capture] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "open what a running kiosk wrote down of its wires",
		about: `
list shows the files in the folder that the setting captures names: what crossed a
wire while somebody was measured, to find a fault. They are sealed. open writes one as
a session for aidpost replay and puts that on record; it holds what was measured, so
encrypt it for whoever is to read it. A file goes after keep.captureDays; then nobody
can open what is left of it. An encrypted one is opened with: age --decrypt.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupCaptures,
	}
}

func setupCaptures(c *command) func(context.Context, []string) error {
	data, encrypt := c.dataFlag(), c.encryptFlags()
	out := c.flags.String("out", "", "the new `file`")
	return func(ctx context.Context, args []string) error {
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		switch {
		case len(args) == 0 || len(args) == 1 && args[0] == "list":
			return c.listCaptures(folder)
		case len(args) != 2 || args[0] != "open" || *out == "":
			return usage("captures takes list, or open with a file and --out")
		}
		box, err := encrypt(ctx)
		if err != nil {
			return err
		}
		return c.openSealed(ctx, filepath.Clean(folder), args[1], *out, box, (*records.Access).OpenCapture)
	}
}

func (c *command) listCaptures(data string) error {
	profile, err := site.LoadProfile(data)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	config := site.Config{Data: filepath.Clean(data)}
	profile.Fill(&config)
	if config.Captures == "" {
		return fail(ExitFailed, "nothing is written down: the setting captures names no folder")
	}
	files, err := site.SavedCaptures(config.Captures)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	for _, path := range files {
		fmt.Fprintln(c.Stdout, path)
	}
	return nil
}
