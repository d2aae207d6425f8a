package station

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// listenFor is how long a probe listens.
const listenFor = 250 * time.Millisecond

// A Driver receives the records of one model. It sends nothing. It implements
// [instruments.Decoder], [instruments.Explainer] and [instruments.Overhearer].
type Driver struct {
	model  instruments.Model
	format Format
}

var (
	_ instruments.Decoder    = Driver{}
	_ instruments.Explainer  = Driver{}
	_ instruments.Overhearer = Driver{}
	_ instruments.Hearer     = Driver{}
)

// New returns the driver of a model with such records.
func New(model instruments.Model, format Format) Driver { return Driver{model, format} }

// Model describes the station.
func (d Driver) Model() instruments.Model { return d.model }

// Probe listens. A station has nothing to say until somebody was measured, so
// silence is as good as a record.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	return instruments.Identity{}, Probe(ctx, port, d.format)
}

// Probe listens for something that no record begins with.
func Probe(ctx context.Context, port instruments.Port, format Format) error {
	said, err := meter.Overhear(ctx, port, listenFor)
	if err != nil {
		return err
	}
	said = slices.DeleteFunc(said, format.Between)
	if begin, end := format.Find(said); end == 0 && begin > 0 && begin == len(said) {
		return instruments.NewFault(instruments.WrongModel, "what it sends is not of a record")
	}
	return nil
}

// Hears knows a whole record.
func (d Driver) Hears(said []byte) instruments.Hearsay { return Hears(said, d.format) }

// Hears finds the first whole record.
func Hears(said []byte, format Format) instruments.Hearsay {
	if _, end := format.Find(said); end > 0 {
		return instruments.Proof
	}
	return instruments.Strange
}

// Measure waits until a person has started the station and its record comes.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	l, err := Listen(port, d.format, job)
	if err != nil {
		return err
	}
	defer l.Close()
	emit(&instruments.Progress{Phase: instruments.Awaiting})
	return l.Await(ctx, Patience, emit)
}

// Overhear emits the reading of each record that comes while nobody waits for one.
func (d Driver) Overhear(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	l, err := Listen(port, d.format, job)
	if err != nil {
		return err
	}
	defer l.Close()
	return l.overhear(ctx, emit)
}

// Decode reads what a station sent.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return Decode(captured, d.format, job, emit)
}

// Decode emits the reading or the *Fault of every record in a capture, and one
// Garbled *Fault for each run of bytes that are none.
func Decode(captured io.Reader, format Format, job instruments.Job, emit func(instruments.Event)) error {
	l := &Listener{format: format, job: job}
	damage := func(n int) {
		if n > 0 {
			emit(noise(n))
		}
	}
	for {
		n, err := captured.Read(l.buf[l.n:])
		l.n += n
		for {
			h, ok := l.take()
			if !ok {
				break
			}
			damage(h.noise)
			if h.Aside {
				continue
			}
			if e := h.captured(h.frame, job); e != nil {
				emit(e)
			}
		}
		if err == nil {
			continue
		}
		damage(l.giveUp())
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("reading the capture: %w", err)
	}
}

// Explain names the fields of captured records.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return Explain(frames, d.format)
}

// Explain names the fields of the records in frames.
func Explain(frames []instruments.Frame, format Format) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			begin, end := format.Find(run)
			if end == 0 || d != instruments.FromInstrument {
				n.Skip(len(run))
				return
			}
			n.Skip(begin)
			format.Explain(run[begin:end], n)
			run = run[end:]
		}
	})
}
