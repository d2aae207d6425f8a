package nonin

import (
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

// An eventLink receives packets and asks for the clock.
type eventLink struct {
	port    instruments.Port
	now     func() time.Time
	scanner scanner
	buf     [256]byte
	waiting []packet // that came while an answer was awaited
}

// clock asks what the clock shows. The instrument answers only in the first
// seconds of a connection, so that no answer is no fault.
func (l *eventLink) clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	before := l.now()
	if err := instruments.WriteAll(l.port, askClock()); err != nil {
		return meter.Clock{}, err
	}
	for end := time.Now().Add(clockWait); ; {
		p, a, err := l.next(ctx, end)
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer:
			return meter.UnreadClock(zone), nil
		case err != nil:
			return meter.Clock{}, err
		case p != nil:
			l.waiting = append(l.waiting, p)
		default:
			if wall, err := a.wall(); err == nil {
				return meter.ReadClock(before, l.now(), wall, zone), nil
			}
		}
	}
}

// packet returns the next packet.
func (l *eventLink) packet(ctx context.Context, end time.Time) (packet, error) {
	if len(l.waiting) > 0 {
		p := l.waiting[0]
		l.waiting = l.waiting[1:]
		return p, nil
	}
	for {
		p, _, err := l.next(ctx, end)
		if p != nil || err != nil {
			return p, err
		}
	}
}

// mostNoise is how many bytes that belong to no packet are borne.
const mostNoise = 512

// next returns the next packet or answer, or a NoAnswer *Fault at end.
func (l *eventLink) next(ctx context.Context, end time.Time) (packet, answer, error) {
	for {
		if p, a := l.scanner.next(false); p != nil || a != nil {
			return p, a, nil
		}
		if l.scanner.dropped > mostNoise {
			return nil, nil, instruments.NewFault(instruments.Garbled, "no packets among what is sent")
		}
		n, err := instruments.ReadSome(ctx, l.port, l.buf[:], max(time.Until(end), 0))
		if err != nil {
			return nil, nil, err
		}
		l.scanner.feed(l.buf[:n])
		if !time.Now().Before(end) {
			return nil, nil, instruments.NewFault(instruments.NoAnswer, "no packet in time")
		}
	}
}

// A judge turns packets into events.
type judge struct {
	job   instruments.Job
	clock meter.Clock
	live  bool // packets arrive as they are made, but for those marked as stored
}

// judge returns a *Reading, a *Fault that says why the packet is none, or nil
// for another person's, which is dropped unread.
func (j judge) judge(p packet) instruments.Event {
	wall, err := p.wall()
	stored := p.status()&resultStored != 0
	if !j.job.Since.IsZero() && !j.ofVisit(wall, err == nil, stored) {
		return nil
	}
	switch {
	case err != nil:
		return instruments.NewFault(instruments.DamagedRecord, "a result has no valid date")
	case p.status()&resultNone != 0, !p.pulse().Valid(), !p.spo2().Valid():
		return instruments.NewFault(instruments.WeakSignal, "the instrument made no measurement")
	case p.status()&resultSmartPoint == 0:
		return instruments.NewFault(instruments.Unstable, "the instrument did not confirm its values (SmartPoint)")
	}
	result := spotcheck.Result{SpO2: p.spo2(), Pulse: p.pulse(), Signal: instruments.Missing, Perfusion: instruments.Missing}
	values, err := result.Values()
	if err != nil {
		return instruments.Wrap(instruments.Implausible, err)
	}
	r := &instruments.Reading{
		Panel:          vitals.Oximetry,
		Values:         values,
		Taken:          j.clock.Taken(wall),
		InstrumentTime: j.clock.Shown(wall),
		Drift:          j.clock.Drift(),
		Identity:       instruments.Identity{Drift: j.clock.Drift(), HasClock: j.clock.Known()},
		Note:           "accepted by the instrument itself (SmartPoint)",
	}
	now := j.job.Clock()()
	doubt := j.clock.Trust() != meter.Exact
	if j.live && !stored && !j.clock.Known() {
		// It came as it was made, whatever the clock says.
		doubt = meter.Classify(r.InstrumentTime.Sub(now)) != meter.Exact
		r.Taken = now
	}
	if j.live && r.Taken.After(now) {
		r.Taken = now // its clock shows whole seconds
	}
	r.Capture = []instruments.Frame{{At: now, Direction: instruments.FromInstrument, Bytes: p}}
	if doubt {
		r.Flags = append(r.Flags, vitals.ClockDoubt)
	}
	if now.Sub(r.Taken) > vitals.StoredAfter {
		r.Flags = append(r.Flags, vitals.StoredReading)
	}
	return r
}

// ofVisit reports that a packet was made in this visit. One from the memory
// must have a date that can be believed.
func (j judge) ofVisit(wall time.Time, dated, stored bool) bool {
	if j.live && (!dated || !j.clock.Known() || j.clock.Trust() == meter.Unset) {
		return !stored
	}
	taken := j.clock.Taken(wall)
	return dated && !taken.Before(j.job.Since.Add(-meter.SecondsMargin)) &&
		!taken.After(j.job.Clock()().Add(meter.SecondsMargin))
}
