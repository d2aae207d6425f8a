package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"aidpost/app/clerk"
	"aidpost/app/strongbox"
	"aidpost/reports"
)

// many writes reports into a new folder, which gets its name when all of them
// are there; one alone is a file. Names of files are ids and tell of nobody.
func (c *command) many(ctx context.Context, writer *clerk.Clerk, j reportJob, orders []clerk.Order, p *progress) error {
	if len(orders) == 0 {
		return fail(ExitFailed, "nobody came in that time")
	}
	if len(orders) == 1 && (len(j.patients) == 1 || j.out == "-") {
		o := orders[0]
		return c.reportFailed(ctx, o, c.deliver(j.out, j.force, j.box.Around(func(w io.Writer) error { return writer.Write(ctx, w, o, "file") })))
	}
	if j.out == "-" || j.force {
		return fail(ExitFailed, "%d reports go into a new folder", len(orders))
	}
	err := reports.SaveFolder(j.out, func(folder string) error {
		for i, o := range orders {
			if err := ctx.Err(); err != nil {
				return err
			}
			p.show("%d of %d ...", i+1, len(orders))
			name := fmt.Sprintf("%s-%s%s.pdf", o.Kind, o.Patient, o.Encounter)
			if j.box.Closed() {
				name += strongbox.Suffix
			}
			err := reports.SaveFile(filepath.Join(folder, filepath.Base(name)), j.box.Around(func(w io.Writer) error { return writer.Write(ctx, w, o, "file") }))
			if err != nil {
				return c.reportFailed(ctx, o, err)
			}
		}
		return nil
	})
	if err != nil {
		return c.savingFailed(ctx, err)
	}
	p.clear()
	_, err = fmt.Fprintf(c.Stdout, "%s: %s\n", j.out, counted(int64(len(orders)), "report", "reports"))
	return err
}
