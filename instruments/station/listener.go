package station

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
)

const (
	// Patience is how long a person may take to press start and the station to
	// measure.
	Patience = 5 * time.Minute
	// early is how soon after the visit began to listen a record is of an
	// earlier measurement: an adapter or a station that has kept it hands it
	// over as soon as the port is opened, and nobody is measured in a second.
	early = time.Second
	// burst is how long it is listened for more after a record. What follows at
	// once was not measured after it.
	burst = 500 * time.Millisecond
	// mercy is how long a damaged record may take to come again.
	mercy = 3 * time.Second
	// interByte is the longest pause within a record.
	interByte = time.Second
	// longest is more than any record has.
	longest = 256
)

// A Listener hears the records that come from a port. It holds some of what
// was received, which may be about other people, until Close.
type Listener struct {
	port   instruments.Port
	format Format
	job    instruments.Job

	buf   [longest]byte
	n     int
	since time.Time // when the first byte since the last record came, by the job's clock
	noise int       // bytes dropped since the last record
	began time.Time // when it began to listen, by the job's clock
	ended bool      // a whole record has come
}

// Listen drops what has arrived on the port so far and returns a Listener.
func Listen(port instruments.Port, format Format, job instruments.Job) (*Listener, error) {
	if err := port.Discard(); err != nil {
		return nil, instruments.Wrap(instruments.Unplugged, err)
	}
	return &Listener{port: port, format: format, job: job, began: job.Clock()()}, nil
}

// Close forgets what was received.
func (l *Listener) Close() {
	clear(l.buf[:])
	l.n = 0
}

// heard is a record with its bytes.
type heard struct {
	Record
	frame instruments.Frame
	since time.Time // when its first byte came
	noise int       // bytes before it that are no record
}

// next returns the next record. A *Fault is NoAnswer at the time until, Garbled
// for bytes that are no record, or Unplugged.
func (l *Listener) next(ctx context.Context, until time.Time) (heard, error) {
	for {
		if h, ok := l.take(); ok {
			if h.Aside {
				continue
			}
			whole := h.Refused == nil || h.Refused.Code != instruments.Garbled
			l.ended = l.ended || whole && !l.early(h)
			return h, nil
		}
		wait := time.Until(until)
		if wait <= 0 {
			return heard{}, instruments.NewFault(instruments.NoAnswer, "no record has come")
		}
		if l.n > 0 || l.noise > 0 {
			wait = min(wait, interByte)
		}
		n, err := instruments.ReadSome(ctx, l.port, l.buf[l.n:], wait)
		switch {
		case err == nil:
			if l.n == 0 && l.noise == 0 {
				l.since = l.job.Clock()()
			}
			l.n += n
		case ctx.Err() != nil || instruments.CodeOf(err) != instruments.NoAnswer:
			return heard{}, err
		default:
			if n := l.giveUp(); n > 0 {
				return heard{since: l.since}, noise(n)
			}
		}
	}
}

// take returns the first whole record that was received and drops what comes
// before it.
func (l *Listener) take() (heard, bool) {
	begin, end := l.format.Find(l.buf[:l.n])
	if end == 0 {
		if begin == 0 && l.n == longest {
			begin = 1
		}
		l.drop(begin)
		return heard{}, false
	}
	l.drop(begin)
	raw := bytes.Clone(l.buf[:end-begin])
	h := heard{
		Record: l.format.Parse(raw), since: l.since, noise: l.noise,
		frame: instruments.Frame{At: l.job.Clock()(), Direction: instruments.FromInstrument, Bytes: raw},
	}
	l.n = copy(l.buf[:], l.buf[len(raw):l.n])
	l.noise, l.since = 0, h.frame.At
	return h, true
}

// drop passes over n bytes. Those that may stand between records are no noise.
func (l *Listener) drop(n int) {
	for _, c := range l.buf[:n] {
		if !l.format.Between(c) {
			l.noise++
		}
	}
	l.n = copy(l.buf[:], l.buf[n:l.n])
}

// giveUp drops a record that does not go on, and returns how many bytes were
// no record.
func (l *Listener) giveUp() int {
	l.drop(l.n)
	n := l.noise
	l.noise = 0
	return n
}

// early reports that h came so soon that it was there before.
func (l *Listener) early(h heard) bool { return h.since.Sub(l.began) < early }

// Ended reports that a record has come since Listen, and with it the end of a
// measurement.
func (l *Listener) Ended() bool { return l.ended }

// Drop waits for the end of a measurement until a time, and drops its record.
// It fails as ReadSome does.
func (l *Listener) Drop(ctx context.Context, until time.Time) error {
	for !l.ended {
		if _, err := l.next(ctx, until); err != nil && instruments.CodeOf(err) != instruments.Garbled {
			return err
		}
	}
	return nil
}

// Await waits until a record of the visit comes and emits its reading. It ends
// with a *Fault if that is none; damaged records may come again for a moment.
func (l *Listener) Await(ctx context.Context, patience time.Duration, emit func(instruments.Event)) error {
	until := time.Now().Add(patience)
	silent := error(instruments.NewFault(instruments.NoAnswer, "no record has come within "+patience.String()))
	for {
		h, err := l.next(ctx, until)
		code, soon := instruments.CodeOf(err), l.early(h)
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case code == instruments.NoAnswer:
			return silent
		case code == instruments.Garbled && !soon:
			silent, until = err, earlier(until, time.Now().Add(mercy))
		case code == instruments.Garbled:
		case err != nil:
			return err
		case !soon:
			return l.deliver(ctx, h, emit)
		default:
			emit(instruments.NewFault(instruments.NoNewResult, "a record that was already there is not of this visit"))
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// deliver emits the reading of h unless more records follow at once: then
// nobody knows which of them is of the visit.
func (l *Listener) deliver(ctx context.Context, h heard, emit func(instruments.Event)) error {
	events := []instruments.Event{h.Event(h.frame, l.job)}
	for until := time.Now().Add(burst); ; {
		more, err := l.next(ctx, until)
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case instruments.CodeOf(err) == instruments.Garbled:
			continue
		case err == nil && bytes.Equal(more.frame.Bytes, h.frame.Bytes): // sent twice
			continue
		case err == nil:
			events = append(events, more.Event(more.frame, l.job))
			continue
		}
		break // even if the wire is gone: the record has come
	}
	for _, e := range events {
		if fault, ok := e.(*instruments.Fault); ok {
			return fault
		}
	}
	for _, e := range events {
		emit(e)
	}
	if len(events) > 1 {
		return instruments.NewFault(instruments.SeveralResults, "the station has sent several records at once")
	}
	return nil
}

// overhear emits the reading of each record that comes, until ctx ends. One that is
// sent twice is one.
func (l *Listener) overhear(ctx context.Context, emit func(instruments.Event)) error {
	var last heard
	for {
		h, err := l.next(ctx, time.Now().Add(Patience))
		switch code := instruments.CodeOf(err); {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case code == instruments.NoAnswer, code == instruments.Garbled:
			continue
		case err != nil:
			return err
		case bytes.Equal(h.frame.Bytes, last.frame.Bytes) && h.frame.At.Sub(last.frame.At) < burst:
			continue
		}
		last = h
		if r, ok := h.Event(h.frame, l.job).(*instruments.Reading); ok {
			emit(r)
		}
	}
}
