package astm

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ContourID is the catalogue's name of Contour meters with a serial cable.
const ContourID = "contour-serial"

const (
	probeTime   = 2800 * time.Millisecond
	probeReply  = 600 * time.Millisecond
	offerFirst  = 300 * time.Millisecond // for an offer that nobody asked for
	offerWait   = time.Second            // for one that was
	nudges      = 4                      // how often a meter is asked to offer its data
	replyWait   = 5 * time.Second
	attempts    = 2 // to have the whole memory sent
	headerTries = 2 // of a probe
)

// Contour reads Bayer and Ascensia Contour meters. It implements
// [instruments.Decoder], [instruments.Explainer] and
// [instruments.ClockSetter].
type Contour struct{}

var (
	_ instruments.Decoder     = Contour{}
	_ instruments.Explainer   = Contour{}
	_ instruments.ClockSetter = Contour{}
)

// NewContour returns the driver.
func NewContour() Contour { return Contour{} }

// Model describes the meters.
func (Contour) Model() instruments.Model {
	return instruments.Model{
		ID: ContourID, Maker: "Bayer / Ascensia", Name: "Contour (serial)", Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "1A79", PID: "6001"}, Own: true},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicRules,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe has the meter offer its data, reads the header, and asks it to stop
// before the first result.
func (Contour) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	heard, err := meter.Overhear(ctx, port, listenFor)
	if err != nil {
		return instruments.Identity{}, err
	}
	for _, c := range heard {
		if c != enq && c != eot {
			return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "it speaks without being asked")
		}
	}
	s := &session{port: port, now: time.Now}
	defer s.close()
	s.hear(heard)
	d := &dump{job: instruments.Job{Zone: time.Local}, probing: true}
	for range headerTries {
		if err = s.fetch(ctx, d, probeReply, probeReply); err == nil || !worthRepeating(ctx, err) {
			break
		}
	}
	return d.identity, err
}

// hear takes bytes that were read already.
func (s *session) hear(b []byte) {
	s.in.push(b, func(st step) { s.steps = append(s.steps, st) })
}

// Measure has the whole memory sent and keeps the result of the visit; see
// [meter.Selection] for which one that is.
func (Contour) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{port: port, now: job.Clock()}
	defer s.close()
	emit(&instruments.Progress{Phase: instruments.Connecting})
	var err error
	for range attempts {
		d := &dump{job: job, emit: emit, now: job.Clock()}
		if err = s.fetch(ctx, d, replyWait, offerWait); err == nil {
			return d.selection.Deliver(d.events(), emit)
		}
		if !worthRepeating(ctx, err) || d.asked.IsZero() { // or it offers nothing at all
			break
		}
	}
	return err
}

func worthRepeating(ctx context.Context, err error) bool {
	code := instruments.CodeOf(err)
	return ctx.Err() == nil && (code == instruments.NoAnswer || code == instruments.Garbled)
}

// fetch has the meter send its memory to d.
func (s *session) fetch(ctx context.Context, d *dump, wait, offer time.Duration) error {
	if err := s.nudge(ctx, offer); err != nil {
		return err
	}
	d.asked = s.now()
	err := s.receive(ctx, &assembler{sink: d}, wait, func() bool { return d.over })
	if d.probing && d.known {
		return nil
	}
	if err != nil {
		// The meter may be in the middle of it. If the wire is gone, so is the
		// need to stop it.
		_ = s.say(eot)
	}
	return err
}

// nudge waits until the meter offers its data. It does so when its cable is
// plugged in, and when the host ends a session.
func (s *session) nudge(ctx context.Context, wait time.Duration) error {
	patience := offerFirst
	for try := 0; ; {
		st, err := s.next(ctx, patience)
		switch {
		case err == nil && st.event == offered:
			return nil
		case err == nil:
			continue
		case try == nudges || !worthRepeating(ctx, err):
			return err
		}
		if err := s.say(eot); err != nil {
			return err
		}
		try++
		patience = wait
	}
}

// Decode reads what a meter sent. A capture does not tell when it was made, so
// the meter's clock is taken at its word.
func (Contour) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	d := &dump{job: job, now: job.Clock(), captured: true}
	return decode(captured, job.Clock(), d, emit, func() {
		if !d.over {
			return
		}
		for _, e := range d.events() {
			emit(e)
		}
		d.over, d.held = false, nil
	})
}

// Explain names the fields of the frames of a result.
func (Contour) Explain(frames []instruments.Frame) []instruments.Field {
	return explain(frames, contourNames)
}
