package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

func redecodeVerb() verb {
	return verb{
		name: "redecode", args: "[--since D] [--data DIR] [--json]",
		brief: "decode what the records came from again, and list what differs",
		about: `
Has the drivers of this program read again the bytes that were kept of every
reading, and lists those that they would read otherwise today: after a driver
was mended, what the old one had made of the same bytes. Nothing is changed; see
aidpost void and aidpost amend for what staff decide about such a value.
--since takes a time like 24h or a date like 2026-03-01. It fails if anything
differs.

Some bytes do not tell enough to be read alone: of an oximeter only the last
moments are kept, of an analyser not what it said before its result. They are
counted, and so are values that staff have changed.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupRedecode,
	}
}

func setupRedecode(c *command) func(context.Context, []string) error {
	data, zone := c.dataFlag(), c.zoneFlag()
	since := c.flags.String("since", "", "only visits since this `time`, like 24h or 2026-03-01")
	asJSON := c.jsonFlag()
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		where, err := zone()
		if err != nil {
			return err
		}
		from, err := sinceTime(*since, c.Now(), where)
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.redecode(ctx, folder, records.Filter{Since: from}, *asJSON)
	}
}

// A redecoded observation would be read otherwise today.
type redecoded struct {
	Observation records.ID    `json:"observation"`
	Taken       time.Time     `json:"taken"`
	Driver      string        `json:"driver"`
	Version     string        `json:"driverVersion"` // that read it then
	Today       string        `json:"driverVersionToday"`
	Stored      vitals.Values `json:"stored"`
	Now         vitals.Values `json:"now"` // nothing, where the bytes are refused today

	taken, why string
}

// A redecoding counts what came of each observation.
type redecoding struct {
	same, untold, changed, without int
	differ                         []redecoded
}

func (c *command) redecode(ctx context.Context, folder string, f records.Filter, asJSON bool) error {
	var r redecoding
	p := c.progress()
	err := c.withRecords(ctx, folder, func(a *records.Access) error {
		return a.Each(ctx, f, "decoding anew", func(e *records.Encounter) error {
			for _, o := range e.Observations {
				r.add(o, e.Zone)
			}
			p.show("%d readings ...", r.same+r.untold+len(r.differ))
			return ctx.Err()
		})
	})
	p.clear()
	if err != nil {
		return err
	}
	if asJSON {
		err = writeList(c.Stdout, r.differ)
	} else {
		err = r.write(c)
	}
	switch {
	case err != nil:
		return fail(ExitFailed, "writing: %w", err)
	case len(r.differ) > 0:
		return fail(ExitFailed, "%d readings would be read otherwise today", len(r.differ))
	}
	return nil
}

// add decodes an observation again.
func (r *redecoding) add(o records.Observation, zone string) {
	decoder, ok := driverOf(o).(instruments.Decoder)
	switch {
	case o.State == records.Amended:
		r.changed++
		return
	case len(o.Capture) == 0, o.Origin.EnteredBy != "", len(o.MeanOf) > 0, !ok:
		r.without++
		return
	}
	readings, fault := readAgain(decoder, o, zone)
	best := vitals.Values(nil)
	for _, reading := range readings {
		if sameValues(reading.Values, o.Values) {
			r.same++
			return
		}
		best = reading.Values
	}
	if len(readings) == 0 && fault == nil {
		r.untold++
		return
	}
	d := redecoded{
		Observation: o.ID, Taken: o.Taken, Driver: o.Origin.Driver, Version: o.Origin.DriverVersion,
		Today: decoder.Model().Version, Stored: o.Values, Now: best, taken: localTime(o.Taken, zone),
	}
	if fault != nil && best == nil {
		d.why = string(fault.Code)
	}
	r.differ = append(r.differ, d)
}

// readAgain returns what a driver reads in the bytes of an observation, and the
// last fault that it finds in them.
func readAgain(d instruments.Decoder, o records.Observation, zone string) (readings []*instruments.Reading, last *instruments.Fault) {
	var said bytes.Buffer
	for _, f := range o.Capture {
		if !f.Sent {
			said.Write(f.Bytes)
		}
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		where = time.UTC
	}
	heard := o.Capture[len(o.Capture)-1].At
	job := instruments.Job{Zone: where, Now: func() time.Time { return heard }}
	err = d.Decode(&said, job, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			readings = append(readings, e)
		case *instruments.Fault:
			last = e
		}
	})
	if err != nil {
		last = instruments.NewFault(instruments.CodeOf(err), err.Error())
	}
	return readings, last
}

// sameValues reports whether both hold the same measures with the same
// quantities, in whatever order.
func sameValues(a, b vitals.Values) bool {
	if len(a) != len(b) {
		return false
	}
	for _, v := range a {
		if q, ok := b.Get(v.Measure); !ok || q.String() != v.Quantity.String() {
			return false
		}
	}
	return true
}

// write lists what differs, and counts the rest.
func (r *redecoding) write(c *command) error {
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	if len(r.differ) > 0 {
		fmt.Fprintln(tw, "OBSERVATION\tTAKEN\tDRIVER\tSTORED\tTODAY")
	}
	for _, d := range r.differ {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", d.Observation, d.taken, d.Driver+" "+d.Version+" -> "+d.Today,
			quantities(d.Stored), cmp.Or(quantities(d.Now), d.why, "nothing"))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.Stdout, "%d read the same, %d otherwise; %d do not tell enough alone, %d were changed by staff, %d have no bytes\n",
		r.same, len(r.differ), r.untold, r.changed, r.without)
	return err
}
