package nonin

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// fastStream describes formats 2 and 7. A parser believes nothing before a
// packet was followed by another, so the first sample is enough. The numbers of
// a sample are those of the packet before the one it is in.
func fastStream() spotcheck.Stream {
	return spotcheck.Stream{
		Pace: spotcheck.PerSecond(fastRate), Frame: fastFrame, Believe: 1, Lead: 3 * fastPacket,
		First: 3 * time.Second, Lost: 500 * time.Millisecond,
	}
}

// fastProbeTime bounds a probe; two packets and the sync of a third take less
// than a second.
const fastProbeTime = 1500 * time.Millisecond

// A FastDriver drives instruments in format 2 or 7.
type FastDriver struct{ wide bool }

var (
	_ instruments.Decoder   = FastDriver{}
	_ instruments.Explainer = FastDriver{}
)

// Format2 returns the driver of data format 2.
func Format2() FastDriver { return FastDriver{} }

// Format7 returns the driver of data format 7, with a finer wave.
func Format7() FastDriver { return FastDriver{wide: true} }

// Model describes what the driver serves.
func (d FastDriver) Model() instruments.Model {
	m := model("nonin-df2", "Xpod, OEM III, 9560 and 3150 in data format 2")
	if d.wide {
		m = model("nonin-df7", "Xpod, OEM III, 9560 and 3150 in data format 7")
	}
	m.Abilities = instruments.Abilities{Live: true}
	m.Evidence = instruments.VendorManual
	m.Checksum = "sum-8"
	m.Recheck = 2 * time.Second
	return m
}

func (d FastDriver) parser() *fastParser { return newFast(d.wide) }

func (d FastDriver) session(job instruments.Job, emit func(instruments.Event)) *spotcheck.Session {
	return spotcheck.NewSession(d.parser(), fastStream(), job, emit)
}

// Probe listens for two packets in a row. It sends nothing.
func (d FastDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	s := d.session(instruments.Job{}, func(instruments.Event) {})
	return instruments.Identity{}, s.Listen(ctx, port, fastProbeTime)
}

// Measure waits for a finger and takes one reading, as soon as the instrument
// or the rule of package spotcheck accepts one. It sends nothing.
func (d FastDriver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	return d.session(job, emit).Measure(ctx, port, nil)
}

// Decode reads a captured stream.
func (d FastDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return d.session(job, emit).Decode(captured)
}

// Explain names the bytes of frames.
func (d FastDriver) Explain(frames []instruments.Frame) []instruments.Field {
	return spotcheck.Explain(frames, d.parser, (*fastParser).name)
}
