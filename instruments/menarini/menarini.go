package menarini

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The catalogue's names of the two models.
const (
	AreoID     = "menarini-glucomen-areo"
	GlucoFixID = "menarini-glucofix-tech"
)

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = 800 * time.Millisecond
)

// Driver reads one of the two models. Its Decode takes captures of both.
type Driver struct {
	id, name string
	ketone   bool // it has a memory of ketone
}

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// Areo returns the driver of the GlucoMen areo. Whether it stores ketone is
// not known, and it is not asked.
func Areo() Driver { return Driver{id: AreoID, name: "GlucoMen areo"} }

// GlucoFix returns the driver of the GlucoFix Tech GK.
func GlucoFix() Driver { return Driver{id: GlucoFixID, name: "GlucoFix Tech GK", ketone: true} }

// Model describes the meter. The adapter is that of the areo's cable.
func (d Driver) Model() instruments.Model {
	m := instruments.Model{
		ID: d.id, Maker: "Menarini", Name: d.name, Panel: vitals.BloodGlucose,
		Line:      instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.OddParity, StopBits: 1},
		Adapters:  []instruments.Adapter{{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}}},
		Abilities: instruments.Abilities{Memory: true, Info: true},
		Evidence:  instruments.Partial,
		Checksum:  "CRC-8/MAXIM-DOW",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
	if d.ketone {
		m.Also = []vitals.Panel{vitals.BloodKetone}
		m.Chosen = true
	}
	return m
}

// Probe asks who the meter is, unless something speaks first.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := d.session(port, time.Now, probeWait)
	defer s.Close()
	return s.identify(ctx, d.name)
}

func (Driver) session(port instruments.Port, now func() time.Time, wait time.Duration) *session {
	return &session{Text: meter.Text{Port: port}, now: now, wait: wait}
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before the memory was read to the
// end without damage and found to be of the same meter. Ketone is asked for
// only if everything is.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := d.session(port, job.Clock(), lineWait)
	defer s.Close()
	emit(&instruments.Progress{Phase: instruments.Connecting})
	identity, err := s.identify(ctx, d.name)
	if err != nil {
		return err
	}
	begin := func() *meter.Selection {
		return meter.NewSelection(job, meter.UnreadClock(job.Location()), identity, meter.MinutesMargin)
	}
	selection, events, err := s.download(ctx, askGlucose, begin, emit)
	if err != nil {
		return err
	}
	if d.ketone && selection.All() {
		_, more, err := s.download(ctx, askKetone, func() *meter.Selection { return selection }, emit)
		switch {
		case err == nil:
			events = append(events, more...)
		case instruments.CodeOf(err) != instruments.NoAnswer || ctx.Err() != nil:
			return err
		} // one that stores no ketone does not answer
	}
	now, err := s.identify(ctx, d.name)
	if err != nil {
		return err
	}
	if err := meter.Same(identity, now.Serial); err != nil {
		return err
	}
	return selection.Deliver(events, emit)
}
