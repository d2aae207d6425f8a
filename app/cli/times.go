package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/timing"
)

func timesVerb() verb {
	return verb{
		name: "times", args: "[--from DAY] [--to DAY] [--data DIR] [--zone ZONE] [--json]",
		brief: "how long screens, visits and queues take here",
		about: `
times shows how long things took at this computer in the last 30 days, or from a
day to another: each screen of the patients' window by language and mode, and how
often people left there, whole visits, calls for help until they were answered,
each page of the staff's window, registering somebody new, and finding somebody
who returns. Half of them took no longer than HALF, nine of ten no longer than
NINE. No person is in it. aidpost report activity prints the same for a period.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: setupTimes,
	}
}

// timesIn returns what reads the times that are kept in the folder of the records.
func timesIn(folder string, zone *time.Location) func(since, until time.Time) (timing.Figures, error) {
	return func(since, until time.Time) (timing.Figures, error) {
		return timing.Read(filepath.Join(folder, timing.Folder), since.In(zone), until.In(zone))
	}
}

func setupTimes(c *command) func(context.Context, []string) error {
	data, zone, asJSON := c.dataFlag(), c.zoneFlag(), c.jsonFlag()
	from := c.flags.String("from", "", "the first `day`, or a time before now like 24h")
	to := c.flags.String("to", "", "the last `day`")
	return func(_ context.Context, args []string) error {
		if len(args) > 0 {
			return usage("times takes no arguments")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		period := reportJob{Order: clerk.Order{Kind: clerk.Activity}, zone: where}
		if err := period.times(c.Now().In(where), *from, *to, ""); err != nil {
			return err
		}
		f, err := timesIn(folder, where)(period.Since, period.Until)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if *asJSON {
			return c.timesJSON(f)
		}
		return c.timesTable(f)
	}
}

// A took is a line of the JSON.
type took struct {
	timing.Key
	N    int     `json:"n"`
	Half float64 `json:"halfSeconds"`
	Nine float64 `json:"nineSeconds"`
	Left int     `json:"left"`
}

func (c *command) timesJSON(f timing.Figures) error {
	out := newLineWriter(c.Stdout)
	for _, k := range f.Keys() {
		t := f[k]
		if err := out.write(took{k, t.N(), t.Median().Seconds(), t.P90().Seconds(), t.Left}); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) timesTable(f timing.Figures) error {
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "WHAT\tOF\tLANGUAGE\tMODE\tTIMES\tHALF\tNINE\tLEFT")
	for _, k := range f.Keys() {
		t := f[k]
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%d\n", k.Kind, cmp.Or(k.Of, "-"), cmp.Or(k.Lang, "-"), cmp.Or(k.Mode, "-"), t.N(), t.Median(), t.P90(), t.Left)
	}
	return tw.Flush()
}
