package freestyle

import (
	"cmp"
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The catalogue's names of the two lines of products.
const (
	OptiumID = "abbott-freestyle-optium"
	LiteID   = "abbott-freestyle-lite"
)

const (
	listenFor = 150 * time.Millisecond
	probeTime = 2800 * time.Millisecond
	probeWait = time.Second
)

// A product is one of the two lines.
type product struct {
	id, name string
	memory   command
	adapters []instruments.Adapter
	also     []vitals.Panel
	evidence instruments.Evidence
}

// named returns the identity with the product's name, which the serial number
// of a Lite tells.
func (p product) named(id instruments.Identity) instruments.Identity {
	switch {
	case p.id != LiteID:
		id.Name = p.name
	case id.Serial != "" && id.Serial[0] == 'C':
		id.Name = "FreeStyle Freedom Lite"
	default:
		id.Name = "FreeStyle Lite"
	}
	return id
}

// Driver reads one of the two lines. Its Decode takes captures of both.
type Driver struct{ product product }

var (
	_ instruments.Decoder     = Driver{}
	_ instruments.ClockSetter = Driver{}
	_ instruments.Explainer   = Driver{}
)

// Optium returns the driver of FreeStyle Optium, Precision Xtra and Xceed.
func Optium() Driver {
	return Driver{product{
		id: OptiumID, name: "FreeStyle Optium / Precision Xtra", memory: askXtra,
		adapters: []instruments.Adapter{{USBID: instruments.USBID{VID: "1A61", PID: "3420"}, Own: true}},
		also:     []vitals.Panel{vitals.BloodKetone},
		evidence: instruments.PublicCode,
	}}
}

// Lite returns the driver of FreeStyle Lite, Freedom Lite and Mini. What some
// bytes of their results mean is not known.
func Lite() Driver {
	return Driver{product{
		id: LiteID, name: "FreeStyle Lite / Freedom Lite", memory: askLite,
		adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "1A61", PID: "3410"}, Own: true},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
		},
		evidence: instruments.Partial,
	}}
}

// Model describes the meters.
func (d Driver) Model() instruments.Model {
	return instruments.Model{
		ID: d.product.id, Maker: "Abbott", Name: d.product.name, Panel: vitals.BloodGlucose, Also: d.product.also,
		Line:      instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
		Adapters:  d.product.adapters,
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  d.product.evidence,
		Checksum:  "sum-16",
		Talks:     true,
		Version:   "1",
	}
}

func (d Driver) session(port instruments.Port, now func() time.Time, wait time.Duration) *session {
	return &session{Text: meter.Text{Port: port}, product: d.product, now: now, wait: wait}
}

// Probe asks an Optium who it is. A Lite has only its memory to tell it: what
// comes behind its serial number, version and clock is not listened to. It is
// probed once, as its memory takes seconds to pass.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	if err := meter.Unasked(ctx, port, listenFor); err != nil {
		return instruments.Identity{}, err
	}
	s := d.session(port, time.Now, probeWait)
	defer s.Close()
	h, err := s.who(ctx, time.Local)
	if err != nil && instruments.CodeOf(err) != instruments.ClockUnset {
		return instruments.Identity{}, err
	}
	h.identity.Drift, h.identity.HasClock = h.clock.Drift(), h.clock.Known()
	return h.identity, nil
}

// who asks who the meter is, and what its clock shows. What an Optium answers
// has no sum, so it has to answer the same twice. The serial number of a Lite is
// under the sum of its memory, seconds later, which a measurement waits for and
// a probe cannot.
func (s *session) who(ctx context.Context, zone *time.Location) (head, error) {
	if s.product.id != OptiumID {
		return s.readHead(ctx, zone)
	}
	var h head
	var clockErr error
	_, err := instruments.Twice(func() (instruments.Identity, error) {
		var err error
		if h, err = s.ask(ctx, zone); instruments.CodeOf(err) == instruments.ClockUnset {
			clockErr, err = err, nil
		}
		return h.identity, err
	})
	return h, cmp.Or(err, clockErr)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. Serial number, clock and results come in one answer, and nothing of
// it is emitted as a reading before its sum was found right.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := d.session(port, job.Clock(), firstWait)
	defer s.Close()
	emit(&instruments.Progress{Phase: instruments.Connecting})
	begin := func(h head) (*meter.Selection, error) {
		return meter.NewSelection(job, h.clock, h.identity, meter.MinutesMargin), h.clock.CheckFor(job)
	}
	if d.product.id == LiteID { // a probe has left it speaking
		if err := s.Settle(ctx); err != nil {
			return err
		}
	}
	selection, events, err := s.download(ctx, job.Location(), begin, emit)
	switch {
	case err != nil:
		return err
	case selection == nil:
		return instruments.NewFault(instruments.NoNewResult, "")
	}
	return selection.Deliver(events, emit)
}
