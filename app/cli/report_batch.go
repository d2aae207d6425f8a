package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"aidpost/app/clerk"
	"aidpost/records"
	"aidpost/reports"
)

// visitsOf returns an order for every visit of a time.
func (c *command) visitsOf(ctx context.Context, a *records.Access, j reportJob) ([]clerk.Order, error) {
	orders := []clerk.Order{}
	err := a.Encounters(ctx, records.Filter{Since: j.Since, Until: j.Until}, func(s records.Summary) error {
		o := j.Order
		o.Encounter = s.ID
		orders = append(orders, o)
		return nil
	})
	return orders, err
}

// peopleOf returns an order for everybody who came in a time, with all their
// results.
func (c *command) peopleOf(ctx context.Context, a *records.Access, j reportJob) ([]clerk.Order, error) {
	orders, seen := []clerk.Order{}, map[records.ID]bool{}
	err := a.Encounters(ctx, records.Filter{Since: j.Since, Until: j.Until}, func(s records.Summary) error {
		if s.Patient == nil || seen[s.Patient.ID] {
			return nil
		}
		seen[s.Patient.ID] = true
		o := j.Order
		o.Patient = s.Patient.ID
		orders = append(orders, o)
		return nil
	})
	return orders, err
}

// many writes reports into a new folder, which gets its name when all of them
// are there; one alone is a file. Names of files are ids and tell of nobody.
func (c *command) many(ctx context.Context, writer *clerk.Clerk, j reportJob, orders []clerk.Order, p *progress) error {
	if len(orders) == 0 {
		return fail(ExitFailed, "nobody came in that time")
	}
	if len(orders) == 1 && (len(j.patients) == 1 || j.out == "-") {
		o := orders[0]
		return c.reportFailed(ctx, o, c.deliver(j.out, j.force, j.box.around(func(w io.Writer) error { return writer.Write(ctx, w, o, "file") })))
	}
	if j.out == "-" || j.force {
		return fail(ExitFailed, "%d reports go into a new folder", len(orders))
	}
	err := saveFolder(j.out, func(folder string) error {
		for i, o := range orders {
			if err := ctx.Err(); err != nil {
				return err
			}
			p.show("%d of %d ...", i+1, len(orders))
			name := fmt.Sprintf("%s-%s%s.pdf", o.Kind, o.Patient, o.Encounter)
			if j.box.closed() {
				name += ".age"
			}
			err := reports.SaveFile(filepath.Join(folder, filepath.Base(name)), j.box.around(func(w io.Writer) error { return writer.Write(ctx, w, o, "file") }))
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
