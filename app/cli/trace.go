package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/manual"
	"aidpost/records"
	"aidpost/records/vitals"
)

func traceVerb() verb {
	return verb{
		name: "trace", args: "OBSERVATION|ENCOUNTER [--data DIR] [--json]",
		brief: "show the bytes that a value came from",
		about: `
Shows what crossed the wire for one observation: its bytes, frame by frame, and
beside them what each means. With an encounter (see: aidpost encounters) it
lists the observations in it. A kiosk may be running meanwhile; nothing is
changed.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupTrace,
	}
}

func setupTrace(c *command) func(context.Context, []string) error {
	c.emergencyFlag()
	data, asJSON := c.dataFlag(), c.jsonFlag()
	return func(ctx context.Context, args []string) error {
		name, err := one(args, "an observation or an encounter; see: aidpost encounters")
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error {
			return c.traced(ctx, a, records.ID(name), *asJSON)
		})
	}
}

// traced shows an observation, or what can be traced of an encounter.
func (c *command) traced(ctx context.Context, a *records.Access, id records.ID, asJSON bool) error {
	o, e, err := a.Observation(ctx, id)
	if err == nil {
		return c.trace(*o, e.Zone, asJSON)
	}
	if !errors.Is(err, records.ErrNotFound) {
		return err
	}
	e, err = a.Encounter(ctx, id)
	if errors.Is(err, records.ErrNotFound) {
		return fail(ExitFailed, "there is no observation and no encounter %.40q", id)
	}
	if err != nil {
		return err
	}
	return c.traceable(e, asJSON)
}

// traceable lists the observations of an encounter.
func (c *command) traceable(e *records.Encounter, asJSON bool) error {
	if asJSON {
		return writeList(c.Stdout, e.Observations)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "OBSERVATION\tTAKEN\tVALUES\tINSTRUMENT\tBYTES")
	for _, o := range e.Observations {
		size := 0
		for _, f := range o.Capture {
			size += len(f.Bytes)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\n", o.ID, localTime(o.Taken, e.Zone), valueList(o), instrumentName(o.Origin), size)
	}
	return tw.Flush()
}

func valueList(o records.Observation) string { return cmp.Or(quantities(o.Values), "-") }

func quantities(values vitals.Values) string {
	var list []string
	for _, v := range values {
		list = append(list, string(v.Measure)+" "+v.Quantity.String())
	}
	return strings.Join(list, ", ")
}

func instrumentName(o records.Origin) string {
	name := strings.TrimSpace(o.Device.Maker + " " + o.Device.Model)
	if o.Device.Serial != "" {
		name += " " + clean(o.Device.Serial)
	}
	if o.EnteredBy != "" {
		name += " by " + clean(o.EnteredBy)
	}
	return cmp.Or(name, "-")
}

// A tracedFrame is a frame with what its bytes mean.
type tracedFrame struct {
	At        time.Time           `json:"at"`
	Direction string              `json:"direction"` // "<" from the instrument, ">" to it
	Bytes     string              `json:"bytes"`     // hexadecimal
	Fields    []instruments.Field `json:"fields"`
}

// trace writes an observation's bytes with their meaning.
func (c *command) trace(o records.Observation, zone string, asJSON bool) error {
	frames := make([]instruments.Frame, len(o.Capture))
	for i, f := range o.Capture {
		frames[i] = instruments.Frame{At: f.At, Direction: instruments.FromInstrument, Bytes: f.Bytes}
		if f.Sent {
			frames[i].Direction = instruments.ToInstrument
		}
	}
	traced := explained(driverOf(o), frames)
	if asJSON {
		return writeList(c.Stdout, traced)
	}
	fmt.Fprintf(c.Stdout, "%s, taken %s\n%s, driver %s version %s\n", valueList(o), localTime(o.Taken, zone),
		instrumentName(o.Origin), cmp.Or(o.Origin.Driver, "-"), cmp.Or(o.Origin.DriverVersion, "-"))
	if len(frames) == 0 {
		fmt.Fprintln(c.Stdout, "\nnothing was kept of its wire: it is formed of other readings, or was entered by hand")
	}
	for i, f := range traced {
		fmt.Fprintf(c.Stdout, "\nframe %d  %s %s, %d bytes\n", i+1, f.Direction, f.At.UTC().Format("15:04:05.000000"), len(frames[i].Bytes))
		if err := writeFields(c.Stdout, frames[i].Bytes, f.Fields); err != nil {
			return err
		}
	}
	return nil
}

// driverOf returns the driver that an observation came from, or nil.
func driverOf(o records.Observation) instruments.Driver {
	if o.Origin.Driver == manual.ModelID {
		return manual.New(o.Panel, o.Origin.EnteredBy)
	}
	d, _ := catalogue.Find(o.Origin.Driver)
	return d
}

// explained puts the fields beside their frames. A driver that cannot explain
// leaves the bytes alone.
func explained(d instruments.Driver, frames []instruments.Frame) []tracedFrame {
	traced := make([]tracedFrame, len(frames))
	for i, f := range frames {
		traced[i] = tracedFrame{At: f.At, Direction: string(rune(f.Direction)), Bytes: fmt.Sprintf("% X", f.Bytes), Fields: []instruments.Field{}}
	}
	explainer, ok := d.(instruments.Explainer)
	if !ok {
		return traced
	}
	for _, f := range explainer.Explain(frames) {
		if f.Frame >= 0 && f.Frame < len(traced) {
			traced[f.Frame].Fields = append(traced[f.Frame].Fields, f)
		}
	}
	return traced
}

// bytesPerLine is how many bytes stand side by side where no field says what
// they mean.
const bytesPerLine = 16

// writeFields writes every byte of a frame once, in order: those of a field
// beside its meaning, and the others alone.
func writeFields(w io.Writer, frame []byte, fields []instruments.Field) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	at := 0
	plain := func(to int) {
		for at < to {
			n := min(to-at, bytesPerLine)
			fmt.Fprintf(tw, "  %d\t% X\t\t\n", at, frame[at:at+n])
			at += n
		}
	}
	for _, f := range fields {
		if f.Offset < at || f.Length < 1 || f.Offset+f.Length > len(frame) {
			continue
		}
		plain(f.Offset)
		fmt.Fprintf(tw, "  %d\t% X\t%s\t%s\n", at, frame[at:at+f.Length], f.Name, clean(f.Value))
		at += f.Length
	}
	plain(len(frame))
	return tw.Flush()
}
