package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
)

func decodeVerb() verb {
	return verb{
		name: "decode", args: "--model MODEL [--samples|--recordings] [--at TIME] FILE|-",
		brief: "read captured bytes of an instrument",
		about: `
Reads the bytes that an instrument sent, from a file or with - from standard
input, and writes its readings as FHIR R4 Observations, one JSON object a line.
With --samples it writes every sample of a live stream instead, with null where
the instrument marks a value as invalid, and with --recordings what an oximeter
recorded on its own, as aidpost recordings does. Bytes carry no time: readings of
instruments without a clock are dated now, or as --at says.`,
		exits: []int{ExitFailed, ExitFault, ExitInterrupted},
		setup: setupDecode,
	}
}

func setupDecode(c *command) func(context.Context, []string) error {
	model := c.flags.String("model", "", "the `model` that sent the bytes; see: aidpost instruments")
	samples := c.flags.Bool("samples", false, "write every live sample")
	recordings := c.flags.Bool("recordings", false, "write what the instrument recorded on its own")
	at := c.flags.String("at", "", "when the capture was made, as a `time` like 2026-03-01T09:30:00+01:00")
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) error {
		name, err := one(args, "a file, or - for standard input")
		if err != nil {
			return err
		}
		driver, ok := catalogue.Find(*model)
		if !ok {
			return usage("there is no model %.40q; see: aidpost instruments", *model)
		}
		decoder, ok := driver.(instruments.Decoder)
		if !ok {
			return usage("captures of %s cannot be decoded", *model)
		}
		if _, ok := driver.(instruments.Recaller); *recordings && !ok {
			return usage("a %s keeps no recordings", *model)
		}
		job := instruments.Job{Now: c.Now}
		if job.Zone, err = zone(); err != nil {
			return err
		}
		if *at != "" {
			made, err := time.Parse(time.RFC3339, *at)
			if err != nil {
				return usage("%.40q is no time like 2026-03-01T09:30:00+01:00", *at)
			}
			job.Now = func() time.Time { return made }
		}
		captured, err := c.open(name)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		defer captured.Close()
		t := taker{
			samples:    *samples && decoder.Model().Abilities.Live,
			recordings: *recordings,
		}
		t.alone = t.samples || t.recordings
		return c.decode(ctx, decoder, captured, job, &t)
	}
}

// open opens a file, or standard input for "-".
func (c *command) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.Stdin), nil
	}
	return os.Open(name)
}

// interruptible returns what r holds until ctx ends, even while r waits for a
// person or another program.
// Closing it lets go of r.
func interruptible(ctx context.Context, r io.Reader) io.ReadCloser {
	pr, pw := io.Pipe()
	context.AfterFunc(ctx, func() { pw.CloseWithError(context.Cause(ctx)) })
	go func() {
		_, err := io.Copy(pw, r)
		pw.CloseWithError(err)
	}()
	return pr
}

// decode reads what was captured. What is written of it, t says.
func (c *command) decode(ctx context.Context, d instruments.Decoder, captured io.Reader, job instruments.Job, t *taker) error {
	buffered := bufio.NewWriter(c.Stdout)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in := interruptible(ctx, captured)
	defer in.Close()
	t.from, t.zone, t.now = instruments.Attached{Model: d.Model()}, job.Zone, job.Now
	t.out, t.progress, t.stop = newLineWriter(buffered), &progress{}, cancel
	err := d.Decode(in, job, t.event)
	if flushErr := buffered.Flush(); t.out.err == nil {
		t.out.err = flushErr
	}
	c.printFaults(&t.passing)
	switch {
	case t.out.err != nil:
		return fail(ExitFailed, "writing: %w", t.out.err)
	case err != nil && !errors.Is(err, context.Cause(ctx)):
		return fail(ExitFailed, "%w", err)
	case err != nil:
		return err
	case t.failed != nil:
		return fail(ExitFault, "%w", t.failed)
	case t.samples && t.seen > 0, t.recordings && t.recorded > 0, !t.alone && t.readings > 0:
		return nil
	case t.recorded > 0:
		return fail(ExitFault, "the capture has %d recordings but no reading; --recordings shows them", t.recorded)
	case t.seen > 0:
		return fail(ExitFault, "the capture has %d live samples but no reading; --samples shows them", t.seen)
	}
	return fail(ExitFault, "nothing that a %s sends was found in the capture", d.Model().ID)
}
