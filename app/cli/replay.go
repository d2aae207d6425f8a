package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/instruments/catalogue"
)

func replayVerb() verb {
	return verb{
		name: "replay", args: "[--speed full|real] [--samples] [--card NUMBER] FILE|-",
		brief: "run a driver on a captured session",
		about: `
Plays a session that aidpost read --capture wrote to the driver that had it, and
writes its readings as FHIR R4 Observations, one JSON object a line. At full
speed bytes are there as soon as they are wanted; at real speed they come when
they came. It fails when the driver says something else than it said then. With
--samples each live sample is written, too.

A capture does not say whose it is. One of an analyser that was told a person is
replayed with the number of that person's card in --card.`,
		exits: []int{ExitFailed, ExitFault, ExitInterrupted},
		setup: setupReplay,
	}
}

func setupReplay(c *command) func(context.Context, []string) error {
	samples := c.flags.Bool("samples", false, "write each live sample, too")
	card := c.flags.String("card", "", "the `number` of the card of whoever it was captured of")
	speed := c.flags.String("speed", "full", "the `speed`: full or real")
	return func(ctx context.Context, args []string) error {
		name, err := one(args, "a capture, or - for standard input")
		if err != nil {
			return err
		}
		pace, ok := map[string]capture.Pace{"full": capture.FullSpeed, "real": capture.RealSpeed}[*speed]
		if !ok {
			return usage("there is no speed %.40q: full or real", *speed)
		}
		file, err := c.open(name)
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		defer file.Close()
		session, err := capture.Read(file)
		if err != nil {
			return fail(ExitFailed, "%s: %w", name, err)
		}
		session.Person = *card
		driver, ok := catalogue.Find(session.Model)
		if !ok {
			return fail(ExitFailed, "%s: there is no driver for %.40q", name, session.Model)
		}
		return c.replay(ctx, driver, session, pace, *samples)
	}
}

func (c *command) replay(ctx context.Context, d instruments.Driver, s *capture.Session, pace capture.Pace, samples bool) error {
	buffered := bufio.NewWriter(c.Stdout)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	job, err := s.Job(nil)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	t := taker{
		from: instruments.Attached{Model: d.Model()}, zone: job.Location(), now: c.Now, samples: samples,
		out: newLineWriter(buffered), progress: c.progress(), stop: cancel,
	}
	err = capture.Replay(ctx, d, s, pace, t.event)
	t.progress.clear()
	if flushErr := buffered.Flush(); t.out.err == nil {
		t.out.err = flushErr
	}
	t.passing.skip(err)
	c.printFaults(&t.passing)
	var fault *instruments.Fault
	switch {
	case t.out.err != nil:
		return fail(ExitFailed, "writing: %w", t.out.err)
	case t.failed != nil:
		return fail(ExitFault, "%w", t.failed)
	case errors.Is(err, capture.ErrDiverged):
		return fail(ExitFailed, "%w", err)
	case errors.As(err, &fault) && !(fault.Code == instruments.SeveralResults && t.readings > 0):
		return fail(ExitFault, "%s", explain(fault))
	}
	return err
}

// recordFunc is what instruments.RackOptions.Record is.
type recordFunc = func(instruments.Attached, instruments.Job, instruments.Port) (instruments.Port, func())

// captured runs do with what writes a session into a new file. An empty file
// does not stay behind.
func (c *command) captured(name string, do func(recordFunc) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	var recorder *capture.Recorder
	err = do(func(from instruments.Attached, job instruments.Job, port instruments.Port) (instruments.Port, func()) {
		recorder = capture.NewRecorder(file, capture.HeaderOf(from.Model, job), c.Now)
		return recorder.Port(port), func() {}
	})
	if recorder == nil {
		return errors.Join(err, file.Close(), os.Remove(name))
	}
	broken := recorder.CloseFile(file)
	if broken != nil && err != nil { // which is said besides
		fmt.Fprintf(c.Stderr, "aidpost: %s\n", oneLine(diskFailure(broken).Error()))
		return err
	}
	if broken != nil {
		return fail(ExitFailed, "%w", broken)
	}
	return err
}
