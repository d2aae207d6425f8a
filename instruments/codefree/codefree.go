package codefree

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// ModelID is the catalogue's name of the meter.
const ModelID = "sd-codefree"

const (
	listenFor = 250 * time.Millisecond
	replyWait = time.Second
	// patience is how long a person may take to switch the meter on.
	patience = 5 * time.Minute
)

// Driver reads the meters. It implements [instruments.Decoder],
// [instruments.Explainer] and [instruments.ClockSetter].
type Driver struct{}

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.Explainer   = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Hearer      = Driver{}
)

// New returns the driver.
func New() Driver { return Driver{} }

// Model describes the meter.
func (Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Maker: "SD Biosensor", Name: "SD CodeFree (mg/dL)", Panel: vitals.BloodGlucose,
		Line:      instruments.Line{Baud: 38400, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  []instruments.Adapter{{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}}},
		Abilities: instruments.Abilities{Memory: true},
		Evidence:  instruments.Partial,
		Checksum:  "XOR-8",
		Chosen:    true,
		Version:   "1",
	}
}

// Probe listens. The meter is switched off as a rule, so silence is as good as
// the beginning of its question, which is left to Measure to answer.
func (Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	heard, err := meter.Overhear(ctx, port, listenFor)
	if err != nil {
		return instruments.Identity{}, err
	}
	if !waits(heard) {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "what it sends is not of an SD CodeFree")
	}
	return instruments.Identity{}, nil
}

// Hears knows the meter's question, which it asks when it is switched on.
func (Driver) Hears(said []byte) instruments.Hearsay {
	if bytes.Contains(said, challenge()) {
		return instruments.Proof
	}
	return instruments.Strange
}

// waits reports that what was heard is silence or the meter's question, as often
// as it was put before anybody listened, and perhaps the beginning of another.
// Sometimes a zero comes before it.
func waits(heard []byte) bool {
	question := challenge()
	for {
		heard = bytes.TrimLeft(heard, "\x00")
		rest, again := bytes.CutPrefix(heard, question)
		if !again {
			return bytes.HasPrefix(question, heard)
		}
		heard = rest
	}
}

// Measure waits until a person has switched the meter on and fetches the result
// of the visit; see [meter.Selection] for which one that is. Nothing is emitted
// as a reading before the memory was read to the end.
func (Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &session{Text: meter.Text{Port: port}, now: job.Clock()}
	defer s.Close()
	emit(&instruments.Progress{Phase: instruments.Awaiting})
	count, err := s.open(ctx)
	if err != nil {
		return err
	}
	selection := newSelection(job)
	var events []instruments.Event
	for i := range count {
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: i, Total: count})
		f, err := s.ask(ctx, next, recordSize)
		if err != nil {
			return fmt.Errorf("result %d of %d: %w", i+1, count, err)
		}
		if selection.Place(f.wall()) == meter.Wanted {
			events = append(events, add(selection, f, i, s.now()))
		}
	}
	emit(&instruments.Progress{Phase: instruments.Downloading, Done: count, Total: count})
	if err := s.leave(ctx); ctx.Err() != nil {
		return err // and otherwise it does not matter: every result is there
	}
	return selection.Deliver(events, emit)
}

func newSelection(job instruments.Job) *meter.Selection {
	return meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{Name: "SD CodeFree"}, meter.MinutesMargin)
}

// SetClock waits until a person has switched the meter on and makes it show to,
// in whole minutes. It cannot be asked what it shows, so ok is false.
func (Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, firstYear, lastYear); err != nil {
		return 0, false, err
	}
	s := &session{Text: meter.Text{Port: port}, now: meter.RunningFrom(to)}
	defer s.Close()
	if _, err := s.open(ctx); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	f, err := s.ask(ctx, clockSetting(s.now()), shortSize)
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("setting the clock: %w", err)
	case string(f.message()) != clockSet:
		return 0, false, garbled("the meter does not say that its clock is set")
	}
	if err := s.leave(ctx); err != nil {
		return 0, false, fmt.Errorf("after setting the clock: %w", err)
	}
	return 0, false, nil
}
