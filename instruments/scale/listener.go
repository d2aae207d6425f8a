package scale

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
)

// longest is more than any record has.
const longest = 256

// A listener hears the records that come from a port, and asks for them where
// the scale wants to be asked. It holds what was received until close.
type listener struct {
	port instruments.Port
	Driver
	now func() time.Time

	buf   [longest]byte
	n     int
	asked time.Time // when it was last asked
	ask   *instruments.Frame
	clear string    // what is said before the next question
	noise int       // bytes that were no record
	quiet time.Time // since when nothing has come, by the job's clock
	pause time.Duration
}

func (d Driver) listen(port instruments.Port, now func() time.Time) (*listener, error) {
	if err := port.Discard(); err != nil {
		return nil, instruments.Wrap(instruments.Unplugged, err)
	}
	return &listener{port: port, Driver: d, now: now, quiet: now()}, nil
}

// close forgets what was received.
func (l *listener) close() {
	clear(l.buf[:])
	l.n = 0
}

// A told is a record with its frames: the question, where there was one, and
// the answer.
type told struct {
	Record
	frames []instruments.Frame
	// pause is the silence before it, by the job's clock, so that it is the same
	// where a capture is replayed in less time.
	pause time.Duration
}

// next asks when it is time, and returns the next record. Silence for a while
// is a NoAnswer *Fault.
func (l *listener) next(ctx context.Context) (told, error) {
	until := time.Now().Add(l.Every)
	for {
		if r, ok := l.take(); ok {
			return r, nil
		}
		if l.Ask != "" && time.Since(l.asked) >= l.Every {
			if err := l.question(); err != nil {
				return told{}, err
			}
		}
		wait := time.Until(until)
		if wait <= 0 {
			return told{}, instruments.NewFault(instruments.NoAnswer, "the scale says nothing")
		}
		if l.Ask != "" {
			wait = min(wait, max(l.Every-time.Since(l.asked), time.Millisecond))
		}
		n, err := instruments.ReadSome(ctx, l.port, l.buf[l.n:], wait)
		if err != nil && (ctx.Err() != nil || instruments.CodeOf(err) != instruments.NoAnswer) {
			return told{}, err
		}
		if n > 0 {
			if l.n == 0 {
				l.pause = l.now().Sub(l.quiet)
			}
			l.n, l.quiet = l.n+n, l.now()
		}
	}
}

// question asks for the weight.
func (l *listener) question() error {
	l.asked = time.Now()
	l.ask = &instruments.Frame{At: l.now(), Direction: instruments.ToInstrument, Bytes: []byte(l.Ask)}
	before := l.clear
	l.clear = ""
	return instruments.WriteAll(l.port, []byte(before+l.Ask))
}

// take returns the first whole record that was received and drops what comes
// before it.
func (l *listener) take() (told, bool) {
	begin, end := l.Format.Find(l.buf[:l.n])
	if end == 0 {
		if begin == 0 && l.n == longest {
			begin = 1
		}
		l.drop(begin)
		return told{}, false
	}
	l.drop(begin)
	raw := bytes.Clone(l.buf[:end-begin])
	l.n = copy(l.buf[:], l.buf[len(raw):l.n])
	r := told{Record: l.Format.Parse(raw), pause: l.pause}
	l.pause = 0
	if l.ask != nil {
		r.frames = append(r.frames, *l.ask)
		l.ask = nil
	}
	r.frames = append(r.frames, instruments.Frame{At: l.now(), Direction: instruments.FromInstrument, Bytes: raw})
	return r, true
}

func (l *listener) drop(n int) {
	l.noise += n
	l.n = copy(l.buf[:], l.buf[n:l.n])
}
