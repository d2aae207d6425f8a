package lifescan

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

const (
	tries     = 4
	replyWait = time.Second
)

// A session is a conversation with one meter.
type session struct {
	dialect
	port  instruments.Port
	now   func() time.Time
	wait  time.Duration // for each answer
	in    deframer
	chunk [64]byte

	linked bool // both sides count frames from zero
	odd    bool // an odd number of questions was answered since then
	last   time.Time
}

// An exchange is a question with its answer, and the frames in between.
type exchange struct {
	answer
	sent, received time.Time
	frames         []instruments.Frame
}

func (e *exchange) add(at time.Time, d instruments.Direction, f frame) {
	e.frames = append(e.frames, instruments.Frame{At: at, Direction: d, Bytes: f})
}

// ask puts a question until it is answered. A fault is NoAnswer, Garbled,
// Unplugged, or OutOfOrder if the meter says no.
func (s *session) ask(ctx context.Context, q query, index uint16) (exchange, error) {
	var worst error
	late := false // an answer to an earlier try may still come
	for range tries {
		e, err := s.try(ctx, q, index)
		if err == nil && late {
			err = s.settle(ctx)
		}
		switch {
		case err == nil:
			return e, nil
		case ctx.Err() != nil:
			return e, context.Cause(ctx)
		case !again(err):
			return e, err
		}
		if worst == nil || instruments.CodeOf(err) == instruments.Garbled {
			worst = err
		}
		late = true
		s.linked = false // who has counted what is not known any more
	}
	return exchange{}, worst
}

// again reports whether asking once more can help.
func again(err error) bool {
	code := instruments.CodeOf(err)
	return code == instruments.NoAnswer || code == instruments.Garbled
}

// try puts a question once.
func (s *session) try(ctx context.Context, q query, index uint16) (e exchange, err error) {
	if err := s.connect(ctx); err != nil {
		return e, err
	}
	if err := instruments.Pause(ctx, s.gap-time.Since(s.last)); err != nil {
		return e, err
	}
	var seconds uint32
	if q == showTime {
		seconds = s.seconds(s.now())
	}
	ours, theirs, thanks := s.links()
	e.sent = s.now()
	question := newFrame(ours, s.payload(q, index, seconds))
	e.add(e.sent, instruments.ToInstrument, question)
	if err := s.send(question); err != nil {
		return e, err
	}
	refused := false
	err = s.await(ctx, func(f frame) bool {
		a, ok := s.answer(f.payload())
		switch {
		case s.counted && len(f.payload()) == 0:
			e.add(s.now(), instruments.FromInstrument, f)
			return false
		case !ok || f.link() != theirs, !s.fits(q, a) && !s.failed(a):
			return false // a late answer to something else
		}
		e.answer, refused = a, !s.fits(q, a)
		e.received = s.now()
		e.add(e.received, instruments.FromInstrument, f)
		return true
	})
	if err != nil {
		return e, err
	}
	s.last = time.Now()
	if s.counted {
		s.odd = !s.odd
		f := newFrame(thanks, nil)
		e.add(s.now(), instruments.ToInstrument, f)
		err = instruments.WriteAll(s.port, f)
	}
	if err == nil && refused {
		err = &instruments.Fault{Code: instruments.OutOfOrder, Device: instruments.Hex(e.status),
			Detail: "the meter does not answer the question for its " + q.String()}
	}
	return e, err
}

// links returns the link control of the next question, its answer, and the
// acknowledgement of that. They alternate from one question to the next.
func (s *session) links() (question, answer, thanks byte) {
	switch {
	case !s.counted:
		return 0, 0, 0
	case s.odd:
		return linkSends | linkExpects, linkSends, linkAck
	}
	return 0, linkExpects, linkAck | linkSends | linkExpects
}

// connect makes both sides count from zero, where they count.
func (s *session) connect(ctx context.Context) error {
	if !s.counted || s.linked {
		return nil
	}
	if err := s.send(newFrame(linkDisconnect, nil)); err != nil {
		return err
	}
	err := s.await(ctx, func(f frame) bool { return f.link() == linkDisconnect|linkAck && len(f.payload()) == 0 })
	s.linked, s.odd = err == nil, false
	return err
}

// close leaves a counting meter as it was found, if the wire is still there.
func (s *session) close() {
	if s.counted {
		_ = instruments.WriteAll(s.port, newFrame(linkDisconnect, nil))
	}
}

// send drops what has come so far and sends a frame.
func (s *session) send(f frame) error {
	if err := s.port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	s.in.reset()
	return instruments.WriteAll(s.port, f)
}

// await reads until a frame is the one that is waited for.
func (s *session) await(ctx context.Context, found func(frame) bool) error {
	heard := false
	for until := time.Now().Add(s.wait); ; {
		for f, dropped := s.in.next(false); f != nil || dropped > 0; f, dropped = s.in.next(false) {
			heard = heard || dropped > 0
			if f != nil && found(f) {
				return nil
			}
		}
		wait := max(0, time.Until(until))
		n, err := instruments.ReadSome(ctx, s.port, s.chunk[:], wait)
		if err != nil {
			if instruments.CodeOf(err) == instruments.NoAnswer && (heard || len(s.in.buf) > 0) {
				return instruments.NewFault(instruments.Garbled, "no whole frame came")
			}
			return err
		}
		s.in.push(s.chunk[:n])
	}
}

// settle drops late answers to a question that was asked more than once, until
// none has come for longer than the questions were apart. They do not tell
// which result they are about, and would be taken for the next one's.
func (s *session) settle(ctx context.Context) error {
	for range tries {
		heard, err := meter.Overhear(ctx, s.port, s.wait*3/2)
		if err != nil || len(heard) == 0 {
			return err
		}
	}
	return nil
}

// seconds returns what the meter's clock counts at t, as it is shown on walls.
func (s *session) seconds(t time.Time) uint32 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	return uint32(wall.Sub(s.base) / time.Second)
}

// Identify asks who the meter is. A meter that has no answer is another.
func (s *session) Identify(ctx context.Context) (id instruments.Identity, err error) {
	id.Name = s.name
	if s.said[askModel] != "" {
		e, err := s.ask(ctx, askModel, 0)
		if err != nil {
			return instruments.Identity{}, other(err)
		}
		if !s.isModel(model(e.data)) {
			return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "it says that it is no "+s.name)
		}
	}
	e, err := s.ask(ctx, askVersion, 0)
	if err != nil {
		return instruments.Identity{}, other(err)
	}
	id.Firmware, _ = version(e.data)
	id.Serial, err = s.Serial(ctx)
	if err != nil {
		return instruments.Identity{}, other(err)
	}
	return id, nil
}

// isModel reports whether the meter gives the name of the dialect's product.
func (d *dialect) isModel(given string) bool {
	return given != "" && strings.HasPrefix(given, strings.TrimPrefix(d.name, "OneTouch "))
}

// other says what a refusal means while nobody knows who is there.
func other(err error) error {
	if instruments.CodeOf(err) == instruments.OutOfOrder {
		return instruments.Wrap(instruments.WrongModel, err)
	}
	return err
}

// Serial asks for the serial number.
func (s *session) Serial(ctx context.Context) (string, error) {
	e, err := s.ask(ctx, askSerial, 0)
	number, _ := serial(e.data)
	return number, err
}

// Clock asks for the time.
func (s *session) Clock(ctx context.Context, zone *time.Location) (meter.Clock, error) {
	e, err := s.ask(ctx, askClock, 0)
	if err != nil {
		return meter.Clock{}, err
	}
	wall := s.base.Add(time.Duration(binary.LittleEndian.Uint32(e.data)) * time.Second)
	return meter.ReadClock(e.sent, e.received, wall, zone), nil
}

// Download reads the memory.
func (s *session) Download(ctx context.Context, begin func() *meter.Selection, emit func(instruments.Event)) (*meter.Selection, []instruments.Event, error) {
	return meter.Download(ctx, s, begin, emit)
}

// The memory of the meter at the other end, see [meter.Memory].
var _ meter.Memory = (*session)(nil)

// Count asks how many results there are.
func (s *session) Count(ctx context.Context) (int, error) {
	e, err := s.ask(ctx, askCount, 0)
	if err != nil {
		return 0, err
	}
	return int(binary.LittleEndian.Uint16(e.data)), nil
}

// Result asks for a result. Its time and its value come together. One that the
// meter refuses to give is a damaged one without a time.
func (s *session) Result(ctx context.Context, index int, wanted func(wall time.Time) bool) (meter.Stored, error) {
	e, err := s.ask(ctx, askResult, uint16(index))
	var fault *instruments.Fault
	switch {
	case errors.As(err, &fault) && fault.Code == instruments.OutOfOrder:
		wanted(time.Time{})
		refused := &instruments.Fault{Code: instruments.DamagedRecord, Device: fault.Device, Detail: "the meter does not give it"}
		return meter.Stored{Row: meter.Row{Refused: refused, Record: strconv.Itoa(index)}, Bytes: fault.Device, Frames: e.frames}, nil
	case err != nil:
		return meter.Stored{}, err
	}
	stored := meter.Stored{Bytes: string(e.data)}
	if wanted(s.wall(e.data)) {
		stored.Row, stored.Frames = s.row(e.data), slices.Clip(e.frames)
		stored.Row.Record = strconv.Itoa(index)
	}
	return stored, nil
}
