package contec

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// stream describes the live samples. It has no way to ask, so silence is what
// tells that the instrument is gone; First is one that is just being switched
// on.
func stream() spotcheck.Stream {
	return spotcheck.Stream{
		Pace: spotcheck.PerSecond(rate), Frame: streamFrame, Believe: believe,
		First: 3 * time.Second, Lost: 500 * time.Millisecond,
	}
}

// streamProbeTime bounds a probe; ten frames take a sixth of a second.
const streamProbeTime = time.Second

// A StreamDriver drives instruments that send 5-byte frames by themselves.
type StreamDriver struct{}

var (
	_ instruments.Decoder   = StreamDriver{}
	_ instruments.Explainer = StreamDriver{}
)

// Stream returns the driver of the older protocol, 19200 8O1.
func Stream() StreamDriver { return StreamDriver{} }

// Model describes what the driver serves.
func (StreamDriver) Model() instruments.Model { return streamModel() }

// Probe listens for ten whole frames in a row. It sends nothing. The
// instrument does not say who it is, so the identity is empty.
func (StreamDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	s := spotcheck.NewSession(newStreamParser(), stream(), instruments.Job{}, func(instruments.Event) {})
	return instruments.Identity{}, s.Listen(ctx, port, streamProbeTime)
}

// Measure waits for a finger and takes one reading by the rule of package
// spotcheck. It sends nothing, so there is nothing to make safe.
func (StreamDriver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	return spotcheck.NewSession(newStreamParser(), stream(), job, emit).Measure(ctx, port, nil)
}

// Decode reads a captured stream. A stored session in it is skipped.
func (StreamDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return spotcheck.NewSession(newStreamParser(), stream(), job, emit).Decode(captured)
}
