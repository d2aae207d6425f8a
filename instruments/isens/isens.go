package isens

import (
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The catalogue's names of the two lines of meters.
const (
	CareSensID = "caresens-n"
	ShineID    = "glucocard-shine"
)

const (
	careSensName = "CareSens"
	shineName    = "GlucoCard Shine"
)

func line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

func adapters() []instruments.Adapter {
	return []instruments.Adapter{
		{USBID: instruments.USBID{VID: "0403", PID: "6015"}},
		{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
	}
}

// CareSens reads CareSens N meters. It implements [instruments.Decoder] and
// [instruments.Explainer].
type CareSens struct{}

// Shine reads GlucoCard Shine meters. It implements [instruments.Decoder],
// [instruments.Explainer] and [instruments.ClockSetter].
type Shine struct{}

var (
	_ instruments.Decoder     = CareSens{}
	_ instruments.Explainer   = CareSens{}
	_ instruments.Decoder     = Shine{}
	_ instruments.Explainer   = Shine{}
	_ instruments.ClockSetter = Shine{}
)

// NewCareSens returns the driver of the older protocol.
func NewCareSens() CareSens { return CareSens{} }

// NewShine returns the driver of the newer protocol.
func NewShine() Shine { return Shine{} }

// Model describes CareSens N meters. Their newer cable is no serial port.
func (CareSens) Model() instruments.Model {
	return instruments.Model{
		ID: CareSensID, Maker: "i-SENS", Name: "CareSens N / POP", Panel: vitals.BloodGlucose,
		Line:      line(),
		Adapters:  adapters(),
		Abilities: instruments.Abilities{Memory: true, Info: true},
		Evidence:  instruments.Partial,
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Model describes GlucoCard Shine meters. Since what protects all else does not
// protect results, the wire counts as one without a checksum.
func (Shine) Model() instruments.Model {
	return instruments.Model{
		ID: ShineID, Maker: "Arkray", Name: "GlucoCard Shine / ReliOn Premier", Panel: vitals.BloodGlucose,
		Also:      []vitals.Panel{vitals.BloodKetone},
		Line:      line(),
		Adapters:  adapters(),
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.PublicRules,
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe asks which protocol the meter speaks and who it is.
func (CareSens) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	return probe(ctx, port, olderProtocol)
}

// Probe asks which protocol the meter speaks, who it is and for its clock.
func (Shine) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	return probe(ctx, port, newerProtocol)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before it was read twice and the
// meter was found to be the same as before.
func (CareSens) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	return measure(ctx, port, olderProtocol, job, emit)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Nothing is emitted as a reading before it was read twice and the
// meter was found to be the same as before.
func (Shine) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	return measure(ctx, port, newerProtocol, job, emit)
}

// setClock sets the clock. Only SetClock says it.
const setClock = "WTIM"

// SetClock makes the meter show to, and reads its clock to see that it does.
func (Shine) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, firstYear, lastYear); err != nil {
		return 0, false, err
	}
	r := &frameReader{session: newSession(port, meter.RunningFrom(to), replyWait)}
	defer r.Close()
	if err := r.expect(ctx, commands); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	if _, err := r.Identify(ctx); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	if _, err := r.ask(ctx, func() frame { return newFrame(setClock, wallBytes(r.now())...) }); err != nil {
		return 0, false, fmt.Errorf("setting the clock: %w", err)
	}
	clock, err := r.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}
