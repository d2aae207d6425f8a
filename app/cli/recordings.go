package cli

import (
	"context"
	"errors"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
)

func recordingsVerb() verb {
	return verb{
		name: "recordings", args: "--port PATH [--model MODEL] [--after FILE] [--timeout D] [--zone ZONE]",
		brief: "fetch what an oximeter recorded on its own",
		about: `
Writes every recording in an oximeter's memory, such as a night, as JSON lines:
one about the recording, then one for each second of it, with null where there
was no number. It may be of anybody and of any time, so it is never a reading of
a visit and enters no record. An instrument without a clock does not say when it
began, and some say only at what time of day. Nothing is erased. Some
instruments send it only after a person has chosen "upload" on them.
If the cable is pulled, what came is written all the same, with fewer samples
than were announced. --after FILE, with what was written then, goes on there: a
recording that is whole in it and has a date is not fetched again, and is
written with the others.`,
		exits: []int{ExitFailed, ExitNoInstrument, ExitFault, ExitInterrupted},
		setup: setupRecordings,
	}
}

func setupRecordings(c *command) func(context.Context, []string) error {
	path := c.flags.String("port", "", "the `path` of the serial port")
	model := c.flags.String("model", "", "the `model`, if it is known; see: aidpost instruments")
	after := c.flags.String("after", "", "the `file` with what came before the cable was pulled")
	timeout := c.flags.Duration("timeout", 5*time.Minute, "give up after this `time`, like 90s")
	zone := c.zoneFlag()
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *path == "" {
			return usage("name the port with --port")
		}
		if *timeout <= 0 {
			return usage("a time is above zero")
		}
		if *model != "" {
			if d, ok := catalogue.Find(*model); !ok {
				return usage("there is no model %.40q; see: aidpost instruments", *model)
			} else if _, ok := d.(instruments.Recaller); !ok {
				return usage("a %s keeps no recordings", *model)
			}
		}
		where, err := zone()
		if err != nil {
			return err
		}
		have, err := recordingsIn(*after)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		ctx, cancel := context.WithTimeoutCause(ctx, *timeout, errTimeout)
		defer cancel()
		return c.recordings(ctx, *path, *model, instruments.Job{Zone: where, Have: have, Now: c.Now})
	}
}

// recallers are the drivers whose instruments keep recordings. No other is
// asked.
func recallers() []instruments.Driver {
	var list []instruments.Driver
	for _, d := range catalogue.Drivers() {
		if _, ok := d.(instruments.Recaller); ok {
			list = append(list, d)
		}
	}
	return list
}

// recordings recognises what is on the port and writes what it has recorded.
func (c *command) recordings(ctx context.Context, path, model string, job instruments.Job) error {
	k := c.openCounter(recallers(), []string{path}, instruments.RackOptions{Pins: map[string]string{path: model}})
	defer k.close()
	attached, err := k.looked(ctx, c.progress(), readLooks)
	switch {
	case err != nil && !errors.Is(err, errTimeout):
		return err
	case err != nil, len(attached) == 0:
		return fail(ExitNoInstrument, "nothing that keeps recordings was recognised on %s", path)
	case attached[0].State != instruments.Ready:
		return fail(ExitNoInstrument, "%s: %s", path, explain(instruments.NewFault(attached[0].Fault, "")))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := taker{
		from: attached[0], zone: job.Zone, now: c.Now, recordings: true, alone: true,
		out: newLineWriter(c.Stdout), progress: c.progress(), stop: cancel,
	}
	err = k.rack.Recall(ctx, attached[0].ID, job, t.event)
	t.progress.clear()
	var fault *instruments.Fault
	switch {
	case t.out.err != nil:
		return fail(ExitFailed, "writing: %w", t.out.err)
	case errors.As(err, &fault):
		return fail(ExitFault, "%s", explain(fault))
	case errors.Is(err, errTimeout):
		return fail(ExitFault, "%s did not send all in time", attached[0].Model.ID)
	}
	return err
}

// A recordingLine is written before the seconds of a recording. What the
// instrument does not say is null.
type recordingLine struct {
	Recording int        `json:"recording"` // counted from one
	Model     string     `json:"model"`
	Serial    string     `json:"serial,omitempty"`
	Firmware  string     `json:"firmware,omitempty"`
	Name      string     `json:"name,omitempty"`
	Place     string     `json:"place,omitempty"`
	Began     *time.Time `json:"began"`
	TimeOfDay *string    `json:"time_of_day"`
	Every     float64    `json:"every_seconds"`
	Announced *int       `json:"announced"`
	Samples   int        `json:"samples"`
}

// A recordedLine is one sample of a recording.
type recordedLine struct {
	Recording int                `json:"recording"`
	Index     int                `json:"index"`
	SpO2      instruments.Number `json:"spo2"`
	Pulse     instruments.Number `json:"pulse"`
	Perfusion hundredths         `json:"perfusion_index"`
}

// recording writes the n-th recording.
func (t *taker) recording(n int, r *instruments.Recording) {
	line := recordingLine{
		Recording: n, Model: t.from.Model.ID, Serial: r.Identity.Serial, Firmware: r.Identity.Firmware, Name: r.Identity.Name, Place: r.Place,
		Every: r.Every.Seconds(), Samples: len(r.Samples),
	}
	if !r.Began.IsZero() {
		line.Began = &r.Began
	}
	if r.TimeOfDay != "" {
		line.TimeOfDay = &r.TimeOfDay
	}
	if r.Announced > 0 {
		line.Announced = &r.Announced
	}
	t.write(line)
	for i, s := range r.Samples {
		t.write(recordedLine{Recording: n, Index: i, SpO2: s.SpO2, Pulse: s.Pulse, Perfusion: hundredths(s.Perfusion)})
	}
}
