package bedside

import (
	"bytes"
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
)

// A Driver drives the oximeters of one maker.
type Driver struct{ maker maker }

type maker byte

const (
	masimo maker = iota
	nellcor
)

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
)

func (d Driver) format() *format {
	if d.maker == nellcor {
		return nellcorFormat()
	}
	return masimoFormat()
}

// Model describes what the driver serves.
func (d Driver) Model() instruments.Model { return d.format().model() }

// Probe listens for lines with numbers, or with dashes for them, and takes a
// heading or the end of a line that was begun before it if that can be of no other
// maker. It sends nothing.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	f := d.format()
	p := f.parser()
	p.probing = true
	stream := f.stream()
	stream.Believe = f.believe
	s := spotcheck.NewSession(p, stream, instruments.Job{}, func(instruments.Event) {})
	if err := s.Listen(ctx, port, f.wait); err != nil {
		return instruments.Identity{}, err
	}
	return instruments.Identity{Serial: p.serial}, nil
}

// Measure waits for a finger and takes one reading by the rule of package
// spotcheck. It sends nothing.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	p := d.format().parser()
	now := job.Clock()
	return d.session(p, job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			at := now()
			p.sign(r, meter.ReadClock(at, at, p.record.wall, job.Location()))
		}
		emit(e)
	}).Measure(ctx, port, nil)
}

// Decode reads captured lines. What the instrument's clock shows in them was
// never held against ours.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	p := d.format().parser()
	return d.session(p, job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			p.sign(r, meter.UnreadClock(job.Location()))
		}
		emit(e)
	}).Decode(captured)
}

func (d Driver) session(p *parser, job instruments.Job, emit func(instruments.Event)) *spotcheck.Session {
	return spotcheck.NewSession(p, d.format().stream(), job, emit)
}

// sign puts down what the last line says of the instrument: who it is, and what
// its clock shows.
func (p *parser) sign(r *instruments.Reading, clock meter.Clock) {
	r.InstrumentTime = clock.Shown(p.record.wall)
	r.Drift = clock.Drift().Round(time.Second)
	r.Identity = instruments.Identity{Serial: p.serial, Drift: r.Drift, HasClock: clock.Known()}
}

// Explain names the parts of lines.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return spotcheck.Explain(frames, d.format().parser, (*parser).name)
}

// name names the parts of the whole line, each with the blanks behind it.
func (p *parser) name(n *instruments.Namer) {
	line := p.Frame()
	if !p.record.live {
		n.Name(len(line), "heading", string(bytes.TrimRight(line, "\r\n")))
		return
	}
	if blanks := len(line) - len(bytes.TrimLeft(line, " ")); blanks > 0 {
		n.Name(blanks, "blanks", "")
		line = line[blanks:]
	}
	for i := 0; len(line) > 0; i++ {
		end := bytes.IndexAny(line, " \r\n")
		next := end + len(line[end:]) - len(bytes.TrimLeft(line[end:], " \r\n"))
		name, value := p.format.name(i, line[:end])
		n.Name(next, name, value)
		line = line[next:]
	}
}
