package astm

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// AnalyserID is the catalogue's name of an analyser that speaks LIS1-A.
const AnalyserID = "astm-analyser"

const (
	listenFor = 200 * time.Millisecond
	// patience is how long a person may take to sample and the analyser to
	// measure. HbA1c takes some of them five minutes.
	patience = 15 * time.Minute
	// frameWait is after how long a receiver gives a silent sender up.
	frameWait = 30 * time.Second
	// recovery is how long a broken-off message may take to come again: the
	// sender's own time-out, its pause and some more.
	recovery = time.Minute
	// endWait is how long the end is waited for after the last record.
	endWait = 2 * time.Second
)

// Analyser receives what a point-of-care analyser pushes. It implements
// [instruments.Decoder] and [instruments.Explainer].
type Analyser struct{}

var (
	_ instruments.Decoder   = Analyser{}
	_ instruments.Explainer = Analyser{}
	_ instruments.Hearer    = Analyser{}
)

// NewAnalyser returns the driver.
func NewAnalyser() Analyser { return Analyser{} }

// Model describes analysers in general. Their menu sets the line; 9600 8N1 is
// what nearly all are delivered with.
func (Analyser) Model() instruments.Model {
	return instruments.Model{
		ID: AnalyserID, Maker: "Any", Name: "LIS1-A / LIS2-A2 point-of-care analyser",
		Panel: vitals.BloodGlucose, Also: []vitals.Panel{vitals.Laboratory},
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Abilities: instruments.Abilities{Info: true},
		Evidence:  instruments.PublicCode,
		Checksum:  "sum-8",
		Chosen:    true,
		Version:   "1",
	}
}

// Probe listens. An analyser has nothing to say until it has measured; what it
// offers meanwhile is not taken, and it will offer it again.
func (Analyser) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	heard, err := meter.Overhear(ctx, port, listenFor)
	if err != nil {
		return instruments.Identity{}, err
	}
	if !offers(heard) {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "what it sends is not an offer of results")
	}
	return instruments.Identity{}, nil
}

// offers reports that nothing was heard but offers of results, and their ends.
func offers(heard []byte) bool { return len(bytes.Trim(heard, string([]byte{enq, eot}))) == 0 }

// Hears knows an offer of results. A Contour makes the same.
func (Analyser) Hears(said []byte) instruments.Hearsay {
	if offers(said) {
		return instruments.Alike
	}
	return instruments.Strange
}

// Measure waits until the analyser sends a result of the visit. Older ones that
// it kept for later are acknowledged, so that it gets rid of them, and dropped.
func (Analyser) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	waiting, cancel := context.WithTimeoutCause(ctx, patience, errSilent)
	defer cancel()
	s := &session{port: port, now: job.Clock()}
	defer s.close()
	a := newAnalysis(job, emit)
	messages := &assembler{sink: a}
	wait, last := patience, error(errSilent) // until when, and why then nothing is there
	for {
		if !a.decided() {
			emit(&instruments.Progress{Phase: instruments.Awaiting})
		}
		err := s.offer(waiting, wait)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return err
		case a.decided(): // even if the wire is gone: all was sent
			return a.verdict()
		case instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		default:
			return last
		}
		emit(&instruments.Progress{Phase: instruments.Downloading})
		before := a.messages
		err = s.receive(waiting, messages, frameWait, func() bool { return a.messages > before })
		switch code := instruments.CodeOf(err); {
		case a.decided():
			wait = endWait // for one more that the analyser has kept
		case err == nil:
			wait, last = patience, errOthers
		case ctx.Err() == nil && (code == instruments.NoAnswer || code == instruments.Garbled):
			wait, last = recovery, err
		default:
			return err
		}
	}
}

// Why there is no result when nobody waits any more.
var (
	errSilent = instruments.NewFault(instruments.NoAnswer, "the analyser has sent nothing")
	errOthers = instruments.NewFault(instruments.NoNewResult, "results came, but none of this visit")
)

// offer waits for an instrument that has data.
func (s *session) offer(ctx context.Context, wait time.Duration) error {
	for until := time.Now().Add(wait); ; {
		st, err := s.next(ctx, time.Until(until))
		if err != nil || st.event == offered {
			return err
		}
	}
}

// receive takes one session, from the offer that was heard to the end. A
// sender that falls silent after the last record has ended, too: complete says
// whether that has come.
func (s *session) receive(ctx context.Context, to *assembler, wait time.Duration, complete func() bool) error {
	to.cut()
	if err := s.say(ack); err != nil {
		return err
	}
	for {
		patience := wait
		if complete() && !to.begun {
			patience = endWait
		}
		st, err := s.next(ctx, patience)
		switch {
		case err == nil:
		case complete() && !to.begun && ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer:
			return nil
		default:
			to.cut()
			return err
		}
		switch st.event {
		case offered:
			to.cut()
		case arrived:
			err = to.frame(st.frame, s.now())
		case ended:
			to.cut()
			if !complete() {
				return instruments.NewFault(instruments.Garbled, "the message was broken off before its end")
			}
			return nil
		}
		if err != nil {
			return errors.Join(err, s.say(eot))
		}
		if err := s.say(st.reply); err != nil {
			return err
		}
	}
}

// Decode reads what an analyser sent.
func (Analyser) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	a := newAnalysis(job, emit)
	return decode(captured, job.Clock(), a, emit, func() { a.flush() })
}

// Explain names the fields of the frames of a result.
func (Analyser) Explain(frames []instruments.Frame) []instruments.Field {
	return explain(frames, analyserNames)
}
