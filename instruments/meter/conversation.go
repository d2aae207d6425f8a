package meter

import (
	"context"
	"time"

	"aidpost/instruments"
)

// A Conversation is with a meter that tells who it is, and what time it has.
type Conversation interface {
	// Identify asks who is at the other end.
	Identify(ctx context.Context) (instruments.Identity, error)
	// Clock asks for the time. A meter that shows none has lost it: a
	// ClockUnset *Fault.
	Clock(ctx context.Context, zone *time.Location) (Clock, error)
	// Serial asks for the serial number once more.
	Serial(ctx context.Context) (string, error)
	// Download reads the memory, each time it has to begin anew into another
	// selection, and returns the last of these with the events of its rows.
	Download(ctx context.Context, begin func() *Selection, emit func(instruments.Event)) (*Selection, []instruments.Event, error)
}

// Introduce asks who a meter is and how far its clock is off, for a probe. A
// meter whose clock shows no time is there all the same.
func Introduce(ctx context.Context, meter interface {
	Identify(context.Context) (instruments.Identity, error)
	Clock(context.Context, *time.Location) (Clock, error)
}) (instruments.Identity, error) {
	who, err := meter.Identify(ctx)
	if err != nil {
		return instruments.Identity{}, err
	}
	clock, err := meter.Clock(ctx, time.Local)
	if err != nil && instruments.CodeOf(err) != instruments.ClockUnset {
		return instruments.Identity{}, err
	}
	who.Drift, who.HasClock = clock.Drift(), clock.Known()
	return who, nil
}

// Fetch reads the results of a job; see [Selection] for which these are. margin
// is how exact the meter's clock is. Nothing is emitted as a reading before the
// memory was read without damage and found to be of the meter asked first.
func Fetch(ctx context.Context, meter Conversation, job instruments.Job, margin time.Duration, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	who, err := meter.Identify(ctx)
	if err != nil {
		return err
	}
	clock, err := meter.Clock(ctx, job.Location())
	clock, err = Believed(job, clock, err)
	if err != nil {
		return err
	}
	begin := func() *Selection { return NewSelection(job, clock, who, margin) }
	selection, events, err := meter.Download(ctx, begin, emit)
	if err != nil {
		return err
	}
	serial, err := meter.Serial(ctx)
	if err != nil {
		return err
	}
	if err := Same(who, serial); err != nil {
		return err
	}
	return selection.Deliver(events, emit)
}

// Same returns a WrongModel *Fault if a meter with that serial number is not
// the one asked first.
func Same(first instruments.Identity, serial string) error {
	if serial == first.Serial {
		return nil
	}
	return instruments.NewFault(instruments.WrongModel, "another meter was plugged in meanwhile")
}
