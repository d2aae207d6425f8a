package nonin

import (
	"context"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/instruments/spotcheck"
)

// An EventDriver drives instruments in format 13, which send one packet for
// each spot check that they have accepted themselves.
//
// When the connection is made they send what they have stored, the oldest
// first, and erase it: that is what the instrument does, and nothing that is
// sent prevents it. Whether some expect an acknowledgement before they erase
// is not known, so none is sent.
type EventDriver struct{}

var (
	_ instruments.Decoder     = EventDriver{}
	_ instruments.Explainer   = EventDriver{}
	_ instruments.ClockSetter = EventDriver{}
	_ instruments.Hearer      = EventDriver{}
)

// Format13 returns the driver of data format 13.
func Format13() EventDriver { return EventDriver{} }

// Model describes what the driver serves.
func (EventDriver) Model() instruments.Model {
	m := model("nonin-df13", "9560 in data format 13 (spot check)")
	m.Abilities = instruments.Abilities{Memory: true, Clock: true}
	m.Evidence = instruments.Partial
	m.Checksum = "sum-8"
	m.Chosen = true
	return m
}

// Times of an exchange.
const (
	eventListen = 300 * time.Millisecond // of a probe
	clockWait   = 500 * time.Millisecond // for an answer
	eventWait   = 2 * time.Minute        // for a result, as long as the rule of spotcheck has patience
)

// askClock is the one question that a measurement asks.
func askClock() []byte { return []byte{startOfText, 0x72, 0x00, endOfText} }

// Probe listens for a moment and refuses what is something else. An instrument
// in this format is silent until it has a result.
func (EventDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	heard, err := meter.Overhear(ctx, port, eventListen)
	if err != nil {
		return instruments.Identity{}, err
	}
	var s scanner
	s.feed(heard)
	if p, a := s.next(false); p == nil && a == nil && s.dropped > 0 {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "sends something else than results")
	}
	return instruments.Identity{}, nil
}

// Hears knows a packet with a right sum.
func (EventDriver) Hears(said []byte) instruments.Hearsay {
	var s scanner
	s.feed(said)
	if p, _ := s.next(true); p != nil {
		return instruments.Proof
	}
	return instruments.Strange
}

// Measure waits for the result of this visit.
func (EventDriver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	l := &eventLink{port: port, now: job.Clock()}
	clock, err := l.clock(ctx, job.Location())
	if err != nil {
		return err
	}
	emit(&instruments.Progress{Phase: instruments.Awaiting})
	j := judge{job: job, clock: clock, live: true}
	for end := time.Now().Add(eventWait); ; {
		p, err := l.packet(ctx, end)
		if instruments.CodeOf(err) == instruments.NoAnswer {
			return instruments.NewFault(instruments.NoNewResult, "no result within "+eventWait.String())
		}
		if err != nil {
			return err
		}
		switch e := j.judge(p).(type) {
		case *instruments.Reading:
			if p.status()&resultBattery != 0 {
				emit(&instruments.Fault{Code: instruments.LowBattery})
			}
			emit(e)
			return nil
		case *instruments.Fault:
			return e
		}
	}
}

// Decode reads captured packets; those that are no result come out as faults.
func (EventDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	j := judge{job: job, clock: meter.UnreadClock(job.Location())}
	var s scanner
	results := 0
	return instruments.Feed(captured, func(piece []byte, end bool) {
		s.feed(piece)
		for {
			p, a := s.next(end)
			if p == nil && a == nil {
				break
			}
			if p == nil {
				continue
			}
			results++
			if e := j.judge(p); e != nil {
				emit(e)
			}
		}
		if end && results == 0 && s.dropped > 0 {
			emit(instruments.NewFault(instruments.Garbled, "no packet with a right sum"))
		}
	})
}

// SetClock makes the instrument show to. The command has no answer, so the
// clock is asked afterwards.
func (EventDriver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	l := &eventLink{port: port, now: meter.RunningFrom(to)}
	switch clock, err := l.clock(ctx, to.Location()); {
	case err != nil:
		return 0, false, err
	case !clock.Known():
		return 0, false, instruments.NewFault(instruments.NoAnswer, "the instrument does not say what its clock shows")
	}
	if err := instruments.WriteAll(port, clockCommand(l.now())); err != nil {
		return 0, false, err
	}
	clock, err := l.clock(ctx, to.Location())
	return clock.Drift(), clock.Known(), err
}

// clockCommand sets the clock. Only SetClock sends it.
func clockCommand(t time.Time) []byte {
	return []byte{startOfText, 0x72, answerTime,
		byte(t.Year() - 2000), byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second()), endOfText}
}

// Explain names the bytes of packets, answers and questions.
func (EventDriver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		if d == instruments.ToInstrument {
			return // a question is in no capture of a reading
		}
		var s scanner
		s.feed(run)
		for passed := 0; ; passed = s.passed {
			p, a := s.next(true)
			n.Skip(s.passed - passed)
			switch {
			case p != nil:
				p.name(n)
			case a != nil:
				n.Name(1, "start", instruments.Hex(startOfText))
				n.Name(len(a)-1, "answer", instruments.Hex(a[1:]...))
			default:
				return
			}
		}
	})
}

// name names the bytes of the packet.
func (p packet) name(n *instruments.Namer) {
	d := p.data()
	n.Name(2, "start", instruments.Hex(p[:2]...))
	n.Name(2, "packet type", instruments.Hex(p[2:4]...)+", a spot check")
	n.Name(2, "length of the data", fmt.Sprint(len(d)))
	when := "no date"
	if wall, err := p.wall(); err == nil {
		when = wall.Format(time.DateTime)
	}
	n.Name(8, "date and time", when)
	s := p.status()
	n.Name(2, "status", instruments.Hex(d[statusOf:pulseOf]...)+
		spotcheck.Ticked(s&resultSmartPoint != 0, ", SmartPoint")+
		spotcheck.Ticked(s&resultNone != 0, ", no measurement")+
		spotcheck.Ticked(s&resultStored != 0, ", from the memory")+
		spotcheck.Ticked(s&resultBattery != 0, ", low battery"))
	n.Name(2, "pulse", spotcheck.Spell(p.pulse())+" /min")
	n.Name(1, "reserved", instruments.Hex(d[spo2Of-1]))
	n.Name(1, "SpO2", spotcheck.Spell(p.spo2())+" %")
	if more := len(d) - leastData; more > 0 {
		n.Name(more, "further data", instruments.Hex(d[leastData:]...))
	}
	n.Name(1, "checksum", instruments.Hex(p[len(p)-packetTail]))
	n.Name(1, "end", instruments.Hex(endOfText))
}
