package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"aidpost/records"
	"aidpost/records/quality"
)

// qcStored lists the controls out of the memories of meters, in the order they were
// read, of all or of one.
func (c *command) qcStored(ctx context.Context, a *records.Access, j *qcJob) error {
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tTAKEN\tVALUE\tREAD")
	for _, s := range log.Stored {
		if j.instrument != (quality.Instrument{}) && s.Instrument != j.instrument {
			continue
		}
		const minute = "2006-01-02 15:04"
		taken := "-"
		if !s.Taken.IsZero() {
			taken = s.Taken.In(j.zone).Format(minute)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", clean(s.Instrument.String()), taken, s.Value, s.At.In(j.zone).Format(minute))
	}
	return tw.Flush()
}
