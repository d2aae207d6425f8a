package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/reports"
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
		return c.openSummary(ctx, folder, args[1], *out, box)
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

func (c *command) openSummary(ctx context.Context, data, name, out string, box strongbox.Box) error {
	sealed, err := os.ReadFile(filepath.Join(data, site.SummaryFolder, filepath.Base(name)))
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return c.withStore(ctx, data, c.changing(), func(_ *records.Store, a *records.Access) error {
		paper, err := a.OpenSummary(ctx, sealed)
		if errors.Is(err, records.ErrNotFound) {
			return fail(ExitFailed, "%s: its visit was erased, or its time is over; nobody can open it", name)
		}
		if err != nil {
			return err
		}
		err = reports.SaveFile(out, box.Around(func(w io.Writer) error {
			_, err := w.Write(paper)
			return err
		}))
		if err != nil {
			return c.savingFailed(ctx, err)
		}
		_, err = fmt.Fprintf(c.Stdout, "%s\n", out)
		return err
	})
}
