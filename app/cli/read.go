package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/meter"
	"aidpost/records/fhir"
)

func readVerb() verb {
	return verb{
		name: "read", args: "--port PATH [--model MODEL] [--timeout D] [--since D] [--samples] [--capture FILE] [--listen-only]",
		brief: "take a reading from an instrument",
		about: `
Takes one reading and writes it as FHIR R4 Observations, one JSON object a line.
A cuff is started by this command: it must be on an arm. A meter gives every
result in its memory, or with --since those that are new. Without --model it
finds out what is on the port; it only listens and asks. A cuff is let go
before it is started, since it may have been left tight. With --samples each
live sample is written as a JSON line, too, with null where the instrument
marks a value as invalid.

With --capture everything that crosses the wire is written to a new file, for
aidpost replay. A meter's whole memory crosses it, which may hold other people's
results. With --listen-only nothing is ever sent; instruments that must be asked
give no reading then.

Stopping the command (Ctrl-C) lets go a cuff before it ends.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitFault, ExitInterrupted},
		setup: setupRead,
	}
}

// A readJob is what the flags of read say.
type readJob struct {
	path, model    string
	timeout, since time.Duration
	samples        bool
	capture        string // file; empty: none
	listenOnly     bool
	zone           *time.Location
}

// readLooks is how often a port is looked at before read gives up on it.
const readLooks = 2

// errTimeout is why a reading that takes too long ends.
var errTimeout = errors.New("no reading in time")

func setupRead(c *command) func(context.Context, []string) error {
	var r readJob
	c.flags.StringVar(&r.path, "port", "", "the `path` of the serial port")
	c.flags.StringVar(&r.model, "model", "", "the `model`, if it is known; see: aidpost instruments")
	c.flags.DurationVar(&r.timeout, "timeout", 3*time.Minute, "give up after this `time`, like 90s")
	c.flags.DurationVar(&r.since, "since", 0, "of a meter, only results of this last `time`, like 10m")
	c.flags.BoolVar(&r.samples, "samples", false, "write each live sample, too")
	c.flags.StringVar(&r.capture, "capture", "", "write what crosses the wire to this new `file`")
	c.flags.BoolVar(&r.listenOnly, "listen-only", false, "send nothing")
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) (err error) {
		if err := none(args); err != nil {
			return err
		}
		if r.path == "" {
			return usage("name the port with --port")
		}
		if r.timeout <= 0 || r.since < 0 {
			return usage("a time is above zero")
		}
		if _, ok := catalogue.Find(r.model); r.model != "" && !ok {
			return usage("there is no model %.40q; see: aidpost instruments", r.model)
		}
		if d, ok := catalogue.Find(r.model); ok && r.listenOnly && d.Model().Talks {
			return usage("a %s says nothing unless it is asked, so it cannot be read with --listen-only", r.model)
		}
		if r.zone, err = zone(); err != nil {
			return err
		}
		if r.capture == "" {
			return c.read(ctx, r, nil)
		}
		return c.captured(r.capture, func(record recordFunc) error { return c.read(ctx, r, record) })
	}
}

// read recognises what is on the port and takes its reading. With record set,
// what crosses the wire is written down.
func (c *command) read(ctx context.Context, r readJob, record recordFunc) error {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeout, errTimeout)
	defer cancel()
	k := c.openCounter(catalogue.Drivers(), []string{r.path}, instruments.RackOptions{
		Pins:       map[string]string{r.path: r.model},
		ListenOnly: map[string]bool{r.path: r.listenOnly},
		Record:     record,
	})
	defer k.close()
	attached, err := k.looked(ctx, c.progress(), readLooks)
	switch {
	case errors.Is(err, errTimeout):
		return fail(ExitNoInstrument, "%s: nothing was recognised within %s", r.path, r.timeout)
	case err != nil:
		return err
	case len(attached) == 0:
		return fail(ExitNoInstrument, "there is no port %s", r.path)
	}
	a := attached[0]
	if a.State != instruments.Ready {
		return fail(ExitNoInstrument, "%s: %s", r.path, explain(instruments.NewFault(a.Fault, "")))
	}
	if a.Identity.HasClock && meter.Classify(a.Identity.Drift) != meter.Exact {
		fmt.Fprintf(c.Stderr, "aidpost: the clock of the %s is %s; see: aidpost clock\n", a.Model.ID, clockOf(a.Identity))
	}
	return c.take(ctx, k.rack, a, r)
}

// take measures with what is attached.
func (c *command) take(ctx context.Context, rack *instruments.Rack, from instruments.Attached, r readJob) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	job := instruments.Job{Zone: r.zone, Now: c.Now}
	if r.since > 0 {
		job.Since = c.Now().Add(-r.since)
	}
	t := taker{
		from: from, zone: r.zone, now: c.Now, samples: r.samples,
		out: newLineWriter(c.Stdout), progress: c.progress(), stop: cancel,
	}
	err := rack.Measure(ctx, from.ID, job, t.event)
	t.progress.clear()
	t.passing.skip(err)
	c.printFaults(&t.passing)
	var fault *instruments.Fault
	switch {
	case t.out.err != nil && !errors.As(err, &fault):
		return fail(ExitFailed, "writing: %w", t.out.err)
	case t.failed != nil:
		return fail(ExitFault, "%w", t.failed)
	case err == nil && t.readings > 0, instruments.CodeOf(err) == instruments.SeveralResults && t.readings > 0:
		return nil
	case err == nil:
		return fail(ExitFault, "the instrument gave no reading")
	case errors.As(err, &fault):
		return fail(ExitFault, "%s", explain(fault))
	case errors.Is(err, errTimeout):
		return fail(ExitFault, "%s gave no reading within %s", from.Model.ID, r.timeout)
	}
	return err
}

// A taker writes what an instrument says. Its event method is called on one
// goroutine.
type taker struct {
	from     instruments.Attached
	zone     *time.Location
	now      func() time.Time
	samples  bool // write live samples
	alone    bool // and nothing else
	out      *lineWriter
	progress *progress
	stop     context.CancelCauseFunc // called when nobody reads any more

	recordings bool // write what the instrument recorded on its own

	readings, seen, recorded int // seen counts live samples, recorded recordings
	passing                  faultLog
	failed                   error // a reading that has no FHIR form
}

func (t *taker) event(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.Reading:
		t.readings++
		t.progress.clear()
		t.reading(e)
	case *instruments.Recording:
		t.recorded++
		if t.recordings {
			t.progress.clear()
			t.recording(t.recorded, e)
		}
	case *instruments.Fault:
		t.passing.add(e)
	default:
		t.live(e)
	}
}

func (t *taker) reading(r *instruments.Reading) {
	if t.alone {
		return
	}
	o := visit.ObservationOf(r, t.from)
	o.ID = "" // it enters no record, so nobody could ever refer to it
	resources, err := fhir.Observations(o, fhir.Context{Zone: t.zone, Issued: t.now()})
	if err != nil {
		t.failed = err
	}
	for _, r := range resources {
		t.write(r)
	}
}

func (t *taker) write(v any) {
	if err := t.out.write(v); err != nil {
		t.stop(err)
	}
}

// live writes samples and shows where the instrument is.
func (t *taker) live(e instruments.Event) {
	if line, ok := sampleLine(e); ok {
		t.seen++
		if t.samples {
			t.write(line)
		}
	}
	switch e := e.(type) {
	case *instruments.PlethSample:
		if e.SpO2.Valid() && e.Index%uint64(max(e.Rate, 1)) == 0 {
			t.progress.show("%s: SpO2 %d %%, pulse %s", t.from.Model.ID, e.SpO2, number(e.Pulse))
		}
	case *instruments.CuffSample:
		t.progress.show("%s: cuff %s mmHg", t.from.Model.ID, number(e.Pressure))
	case *instruments.Progress:
		text := string(e.Phase)
		if e.Total > 0 {
			text += fmt.Sprintf(" %d of %d", e.Done, e.Total)
		}
		t.progress.show("%s: %s", t.from.Model.ID, text)
	}
}

func number(n instruments.Number) string {
	if !n.Valid() {
		return "-"
	}
	return fmt.Sprint(int(n))
}
