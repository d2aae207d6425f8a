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

// streamChosenTime bounds it for a model that staff has named.
const streamChosenTime = 300 * time.Millisecond

// A StreamDriver drives instruments that send 5-byte frames by themselves.
type StreamDriver struct{ kind streamKind }

type streamKind byte

const (
	fingertip streamKind = iota
	board
	plainBoard
)

// A RecordingDriver is a StreamDriver of instruments that also keep a recording.
type RecordingDriver struct{ StreamDriver }

var (
	_ instruments.Decoder   = StreamDriver{}
	_ instruments.Explainer = StreamDriver{}
	_ instruments.Recaller  = RecordingDriver{}
)

// Stream returns the driver of the older protocol, 19200 8O1.
func Stream() RecordingDriver { return RecordingDriver{StreamDriver{fingertip}} }

// Board returns the driver of OEM boards, 4800 8O1.
func Board() StreamDriver { return StreamDriver{board} }

// PlainBoard returns the driver of OEM boards, 4800 8N1.
func PlainBoard() StreamDriver { return StreamDriver{plainBoard} }

// Model describes what the driver serves.
func (d StreamDriver) Model() instruments.Model {
	switch d.kind {
	case board:
		return boardModel()
	case plainBoard:
		return plainBoardModel()
	}
	return streamModel()
}

// Probe listens for ten whole frames in a row. It sends nothing. The
// instrument does not say who it is, so the identity is empty. One that staff
// has named may not be switched on yet.
func (d StreamDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	chosen, limit := d.Model().Chosen, streamProbeTime
	if chosen {
		limit = streamChosenTime
	}
	s := spotcheck.NewSession(newStreamParser(), stream(), instruments.Job{}, func(instruments.Event) {})
	err := s.Listen(ctx, port, limit)
	if chosen && instruments.CodeOf(err) == instruments.NoAnswer {
		return instruments.Identity{}, nil
	}
	return instruments.Identity{}, err
}

// Hears knows frames, as other boards send them, too.
func (StreamDriver) Hears(said []byte) instruments.Hearsay {
	return spotcheck.Hears(newStreamParser(), said)
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

// Decode reads a captured stream, and stored sessions in it.
func (StreamDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return spotcheck.NewSession(newStreamParser(), stream(), job, emit).Decode(&tap{from: captured, emit: emit})
}
