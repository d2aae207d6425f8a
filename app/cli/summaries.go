package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
)

func summariesVerb() verb {
	return verb{
		name: "summaries", args: "[list|open NAME --out FILE.pdf] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "open what people saved at the kiosk as a file",
		about: `
list shows the summaries that people saved at the kiosk when there was no printer.
They are sealed. open writes one as PDF for the person to take along, and puts
that on record. A summary goes after keep.summaryDays, and at once when its visit
is erased; then nobody can open what is left of it. An encrypted file is opened
with: age --decrypt.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupSummaries,
	}
}

func setupSummaries(c *command) func(context.Context, []string) error {
	data, encrypt := c.dataFlag(), c.encryptFlags()
	out := c.flags.String("out", "", "the new `file`")
	return func(ctx context.Context, args []string) error {
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		folder = filepath.Clean(folder)
		switch {
		case len(args) == 0 || len(args) == 1 && args[0] == "list":
			return c.listSummaries(folder)
		case len(args) != 2 || args[0] != "open" || *out == "":
			return usage("summaries takes list, or open with a name and --out")
		}
		box, err := encrypt(ctx)
		if err != nil {
			return err
		}
		from := filepath.Join(folder, site.SummaryFolder, filepath.Base(args[1]))
		return c.openSealed(ctx, folder, from, *out, box, (*records.Access).OpenSummary)
	}
}

func (c *command) listSummaries(data string) error {
	files, err := site.SavedSummaries(filepath.Join(data, site.SummaryFolder))
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	for _, path := range files {
		fmt.Fprintln(c.Stdout, filepath.Base(path))
	}
	return nil
}
