// Package suretemp takes temperatures with the SureTemp Plus module of Welch
// Allyn, which stands in vital-signs monitors and on desks: a probe in its well,
// which a member of staff takes out and holds in the mouth, the armpit or the
// rectum.
//
// The host asks for the temperature record, which is renewed every 173 ms, and
// for nothing else. A final temperature stays in the record until the probe is
// back in its well; so it is of this visit only if the module was seen without
// one after the measurement had begun.
//
// Facts are from the maker's manual of the module with its examples. The meaning
// of its error numbers and of what later modules add to the record is not
// public.
package suretemp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the module.
const ModelID = "welchallyn-suretemp-plus"

const (
	// patience is how long it may take to dress the probe, hold it still and
	// take the temperature, which in the armpit of an adult takes minutes.
	patience  = 6 * time.Minute
	listenFor = 150 * time.Millisecond
	replyWait = 400 * time.Millisecond
	every     = 400 * time.Millisecond // between two questions
	probeAsks = 3
	// mute is how long the module may say nothing that can be read.
	mute = 5 * time.Second
)

// Driver reads the module. It implements [instruments.Decoder] and
// [instruments.Explainer].
type Driver struct{}

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
)

// New returns the driver.
func New() Driver { return Driver{} }

// Model describes the module.
func (Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Maker: "Welch Allyn", Name: "SureTemp Plus module", Panel: vitals.BodyTemperature,
		Line: instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
			{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
			{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
			{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
		},
		Evidence: instruments.VendorManual,
		Checksum: "sum-8, two's complement",
		Talks:    true,
		Recheck:  10 * time.Second,
		Version:  "1",
	}
}

// Probe asks for the temperature record.
func (Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	err := meter.Unasked(ctx, port, listenFor)
	if err != nil {
		return instruments.Identity{}, err
	}
	s := &session{port: port, now: time.Now}
	for range probeAsks {
		if _, err = s.ask(ctx); err == nil || ctx.Err() != nil || instruments.CodeOf(err) == instruments.Unplugged {
			return instruments.Identity{}, err
		}
	}
	return instruments.Identity{}, err
}

// Measure waits for the end of a temperature that is taken now.
func (Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{port: port, now: job.Clock()}
	emit(&instruments.Progress{Phase: instruments.Connecting})
	t := taking{emit: emit, phase: instruments.Connecting}
	heard := time.Now()
	for until := time.Now().Add(patience); time.Now().Before(until); {
		began := time.Now()
		answer, err := s.ask(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case instruments.CodeOf(err) == instruments.Unplugged:
			return err
		case err != nil && time.Since(heard) >= mute:
			return err
		case err == nil:
			heard = time.Now()
			reading, fault := t.take(answer)
			if fault != nil {
				return fault
			}
			if reading != nil {
				emit(reading)
				return nil
			}
		}
		if err := instruments.Pause(ctx, every-time.Since(began)); err != nil {
			return err
		}
	}
	return t.nobody()
}

// A taking is what is known of the temperature that is taken.
type taking struct {
	emit  func(instruments.Event)
	phase instruments.Phase
	fresh bool // the module was seen without a final temperature
	told  bool // that an old one is there
	begun bool
	last  *answer
}

func (t *taking) enter(p instruments.Phase) {
	if t.phase != p {
		t.phase = p
		t.emit(&instruments.Progress{Phase: p})
	}
}

// take looks at an answer. It returns a reading or a *Fault when the module has
// said the same twice, and otherwise nothing.
func (t *taking) take(a *answer) (*instruments.Reading, *instruments.Fault) {
	last := t.last
	t.last = a
	fault := a.fault()
	switch {
	case !a.ends():
		t.fresh = true
		if a.state == predicting || a.state == predicted || a.state == monitoring {
			t.begun = true
			t.enter(instruments.Measuring)
		} else {
			t.enter(instruments.Awaiting)
		}
	case !t.fresh && a.stays():
		t.enter(instruments.Awaiting)
		if !t.told {
			t.told = true
			t.emit(instruments.NewFault(instruments.NoNewResult, "the temperature before is still there: put the probe back first"))
		}
	case last == nil || !last.same(a):
	case fault != nil:
		return nil, fault
	default:
		return a.reading(last)
	}
	return nil, nil
}

// nobody says why there is no temperature in the end.
func (t *taking) nobody() *instruments.Fault {
	switch {
	case !t.fresh:
		return instruments.NewFault(instruments.NoNewResult, "the probe was never put back")
	case t.begun:
		return instruments.NewFault(instruments.Unstable, "the temperature was never final")
	}
	return instruments.NewFault(instruments.NoAnswer, "the probe was not used within "+patience.String())
}

// Decode reads what a module answered: a reading for each final temperature,
// the *Fault of each that failed, and one for each run of damaged bytes.
func (Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	var (
		sc    scanner
		last  *answer
		noise int
	)
	damage := func() {
		if noise > 0 {
			emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no answer", noise)))
		}
		noise = 0
	}
	for {
		n, err := captured.Read(sc.room())
		sc.add(n)
		for {
			p, skipped, ok := sc.next()
			noise += skipped
			if !ok {
				break
			}
			damage()
			a, fault := p.answer(job.Clock()())
			switch {
			case fault != nil:
				emit(fault)
			case a.ends() && (last == nil || !last.same(a)):
				emit(a.event())
			}
			last = a
		}
		if err == nil {
			continue
		}
		noise += sc.n
		damage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("reading the capture: %w", err)
	}
}

// event is the reading or the *Fault of a captured answer.
func (a *answer) event() instruments.Event {
	if fault := a.fault(); fault != nil {
		return fault
	}
	reading, fault := a.reading()
	if fault != nil {
		return fault
	}
	return reading
}
