// Package berry drives the pulse oximeters and modules of Berry (BerryMed) that
// send the 5-byte frames of the BCI protocol: BM1000 and kin over USB, and OEM
// modules over a serial line.
//
// Sources: Berry, "BCI Protocol (v1.2) for Bluetooth & USB Oximeter" (2017, in
// zh2x/BCI_Protocol); public programs that run against real ones
// (atick-faisal/berry-oximeter, nortd/WaveGlide).
//
// The frames are those of the older Contec oximeters, but bit 5 of the first
// byte says that the probe is unplugged. They have no checksum; see package
// contec for what stands against that. The protocol states a hundred frames a
// second and no baud rate, and modules at 4800 baud can only send fewer: so the
// frames are counted for a second before anything is made of them.
package berry

import (
	"context"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

// flags are the bits of a frame as BCI v1.2 has them.
func flags() *spotcheck.FlagTable {
	return &spotcheck.FlagTable{
		Beat:        spotcheck.Flags{First: 0x40},
		Searching:   spotcheck.Flags{First: 0x10, Third: 0x20},
		FingerOut:   spotcheck.Flags{First: 0x20, Third: 0x10},
		FirstOut:    "probe unplugged",
		ZeroMissing: true,
	}
}

const (
	frame   = 5  // bytes
	believe = 10 // whole frames in a row that make a stream trustworthy
)

// A Driver drives one kind of line.
type Driver struct {
	id, name string
	baud     int
	rate     int  // frames a second, where they cannot be counted
	chosen   bool // the wire is that of another maker's boards
}

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
	_ instruments.Hearer    = Driver{}
)

// USB returns the driver of oximeters with a USB bridge, 115200 8N1.
func USB() Driver {
	return Driver{id: "berry-bci", name: "BM1000 and other BCI oximeters on USB", baud: 115200, rate: 100}
}

// Module returns the driver of OEM modules, 4800 8N1. Contec's boards send the
// same frames, with another meaning of some bits, so that staff must say which
// it is.
func Module() Driver {
	return Driver{id: "berry-bci-4800", name: "BCI modules at 4800 baud", baud: 4800, rate: 60, chosen: true}
}

// Model describes what the driver serves. What is known of the lines is partial.
func (d Driver) Model() instruments.Model {
	return instruments.Model{
		ID:        d.id,
		Maker:     "Berry",
		Name:      d.name,
		Panel:     vitals.Oximetry,
		Line:      instruments.Line{Baud: d.baud, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  []instruments.Adapter{{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}}},
		Abilities: instruments.Abilities{Live: true},
		Evidence:  instruments.Partial,
		Chosen:    d.chosen,
		Recheck:   2 * time.Second,
		Version:   "1",
	}
}

func stream(rate int) spotcheck.Stream {
	return spotcheck.Stream{
		Pace: spotcheck.PerSecond(rate), Frame: frame, Believe: believe,
		First: 3 * time.Second, Lost: 500 * time.Millisecond,
	}
}

func session(rate int, job instruments.Job, emit func(instruments.Event)) *spotcheck.Session {
	return spotcheck.NewSession(spotcheck.NewFiveByte(flags(), rate), stream(rate), job, emit)
}

// Bounds of a probe: ten frames take a sixth of a second.
const (
	probeTime  = time.Second
	chosenTime = 300 * time.Millisecond
)

// Probe listens for ten whole frames in a row. It sends nothing.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	limit := probeTime
	if d.chosen {
		limit = chosenTime
	}
	s := session(d.rate, instruments.Job{}, func(instruments.Event) {})
	err := s.Listen(ctx, port, limit)
	if d.chosen && instruments.CodeOf(err) == instruments.NoAnswer {
		return instruments.Identity{}, nil // not switched on yet
	}
	return instruments.Identity{}, err
}

// Hears knows frames, as other boards send them, too.
func (d Driver) Hears(said []byte) instruments.Hearsay {
	return spotcheck.Hears(spotcheck.NewFiveByte(flags(), d.rate), said)
}

// Measure waits for a finger and takes one reading by the rule of package
// spotcheck. It sends nothing.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	twice := &rereader{Port: port}
	rate, err := d.count(ctx, twice, job.Clock())
	if err != nil {
		return err
	}
	twice.again = true
	return session(rate, job, emit).Measure(ctx, twice, nil)
}

// A rereader is a port whose first bytes are read twice: once to count the
// frames, and again to judge them.
type rereader struct {
	instruments.Port
	heard []byte
	again bool
}

func (r *rereader) Read(b []byte) (int, error) {
	if r.again && len(r.heard) > 0 {
		n := copy(b, r.heard)
		r.heard = r.heard[n:]
		return n, nil
	}
	n, err := r.Port.Read(b)
	if !r.again {
		r.heard = append(r.heard, b[:n]...)
	}
	return n, err
}

// countFor is for how long frames are counted.
const countFor = time.Second

// count returns how many frames come in a second of the job's clock, which in a
// replay is not that of the wall.
func (d Driver) count(ctx context.Context, port instruments.Port, now func() time.Time) (int, error) {
	s := stream(d.rate)
	first := session(d.rate, instruments.Job{}, func(instruments.Event) {})
	if err := first.Listen(ctx, port, s.First); err != nil {
		return 0, err
	}
	p := spotcheck.NewFiveByte(flags(), d.rate)
	frames := 0
	buf := make([]byte, 512)
	for began := now(); now().Sub(began) < countFor && frames <= fastest; {
		n, err := instruments.ReadSome(ctx, port, buf, s.Lost)
		if err != nil {
			return 0, err
		}
		for b := buf[:n]; len(b) > 0; {
			taken, found := p.Next(b)
			b = b[taken:]
			if found == spotcheck.Whole {
				frames++
			}
		}
	}
	return nominal(frames)
}

// slowest and fastest bound the frames a second that make sense.
const (
	slowest = 30
	fastest = 250
)

// nominal returns the rate that was meant: one of the two that are known, if it
// is within a tenth, or else what was counted.
func nominal(frames int) (int, error) {
	for _, rate := range []int{60, 100} {
		if off := frames - rate; off*10 <= rate && -off*10 <= rate {
			return rate, nil
		}
	}
	if frames < slowest || frames > fastest {
		return 0, instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d frames in a second", frames))
	}
	return frames, nil
}

// Decode reads a captured stream, at the rate that the model states.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return session(d.rate, job, emit).Decode(captured)
}

// Explain names the bytes of frames.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	fresh := func() *spotcheck.FiveByte { return spotcheck.NewFiveByte(flags(), d.rate) }
	return spotcheck.Explain(frames, fresh, (*spotcheck.FiveByte).Name)
}
