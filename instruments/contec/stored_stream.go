package contec

import (
	"context"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
)

// A stored session of the 5-byte protocol is made of groups of three bytes, of
// which only the third has bit 7 clear; no live frame has two with it set.
//
//	F2 hour minute   the header, up to three times
//	L2 L1 L0         how many bytes follow, less one; not sent by every model
//	F0 pulse SpO2    a second; F1 if the pulse is 128 or more
const (
	groupSize   = 3
	groupHeader = 0xF2
	groupSecond = 0xF0 // and F1
)

// endsSession is how many bytes that are no group, ten live frames, end one.
const endsSession = 10 * streamFrame

// A streamMemory cuts stored sessions out of what an instrument sends.
type streamMemory struct {
	group [groupSize]byte
	n     int
	gap   int // bytes since the last group

	session *instruments.Recording
	header  string // the last one, as a time of day
	begun   bool   // a length or a second has followed the header
}

// put takes in a byte. It returns the session that ends with it, if one does.
func (m *streamMemory) put(c byte) *instruments.Recording {
	switch {
	case c&sync == 0 && m.n == groupSize-1:
		m.group[m.n] = c
		m.n = 0
		return m.take()
	case c&sync == 0:
		m.gap += m.n + 1
		m.n = 0
	case m.n == groupSize-1: // three with bit 7 set: the first was none of the group
		m.group[0], m.group[1] = m.group[1], c
		m.gap++
	default:
		m.group[m.n] = c
		m.n++
	}
	if m.session != nil && m.gap >= endsSession {
		return m.end()
	}
	return nil
}

// take judges the whole group.
func (m *streamMemory) take() (ended *instruments.Recording) {
	first := m.group[0]
	switch {
	case first == groupHeader && (m.session == nil || m.begun):
		ended = m.end()
		m.session = &instruments.Recording{Every: time.Second}
		m.header = m.timeOfDay()
	case m.session == nil:
		return nil
	case first == groupHeader:
		if again := m.timeOfDay(); again == m.header {
			m.session.TimeOfDay = again
		} else {
			m.header = again
		}
	case first&^1 == groupSecond:
		m.fill()
		m.session.Samples = append(m.session.Samples, m.second())
		m.begun = true
	case !m.begun && m.gap == 0:
		m.session.Announced = m.length()
		m.begun = true
	default: // damaged: no second begins like this
		m.gap += groupSize
		return nil
	}
	m.gap = 0
	return ended
}

// fill puts in the seconds whose bytes were damaged, so that those after them
// keep their time.
func (m *streamMemory) fill() {
	if !m.begun {
		return
	}
	for range (m.gap + 1) / groupSize {
		m.session.Samples = append(m.session.Samples, missingSample())
	}
}

// end returns the session, if there is one, and waits for the next.
func (m *streamMemory) end() *instruments.Recording {
	ended := m.session
	m.session, m.header, m.begun, m.gap = nil, "", false, 0
	return ended
}

// timeOfDay reads the header. Midnight is what models without a clock send.
func (m *streamMemory) timeOfDay() string {
	hour, minute := m.group[1]&sevenBits, m.group[2]
	if hour > 23 || minute > 59 || hour == 0 && minute == 0 {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", hour, minute)
}

// length reads how many seconds follow; zero if it cannot be a length.
func (m *streamMemory) length() int {
	n := int(m.group[0]&sevenBits)<<14 | int(m.group[1]&sevenBits)<<7 | int(m.group[2])
	if (n+1)%groupSize != 0 {
		return 0
	}
	return (n + 1) / groupSize
}

func (m *streamMemory) second() instruments.RecordedSample {
	return storedSample(m.group[2], m.group[0]&1<<7|m.group[1]&sevenBits)
}

// shortfall says that not as many seconds came as were announced. Nothing
// tells then when each was.
func shortfall(r *instruments.Recording) *instruments.Fault {
	if r == nil || r.Announced == 0 || r.Announced == len(r.Samples) {
		return nil
	}
	return instruments.NewFault(instruments.DamagedRecord,
		fmt.Sprintf("%d seconds were announced, %d came", r.Announced, len(r.Samples)))
}

// A tap passes a capture on and emits the stored sessions in it.
type tap struct {
	from   io.Reader
	memory streamMemory
	emit   func(instruments.Event)
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.from.Read(b)
	for _, c := range b[:n] {
		t.tell(t.memory.put(c))
	}
	if err != nil {
		t.tell(t.memory.end())
	}
	return n, err
}

// tell emits a session, unless it is none or empty.
func (t *tap) tell(r *instruments.Recording) {
	if r == nil {
		return
	}
	if len(r.Samples) > 0 {
		t.emit(r)
	}
	if f := shortfall(r); f != nil {
		t.emit(f)
	}
}

// Commands of the 5-byte protocol. They are sent when a stored session is
// asked for, and never otherwise.
func sendStored() []byte { return []byte{0xF5, 0xF5} }
func sendLive() []byte   { return []byte{0xF6, 0xF6, 0xF6} }

// Times of a download.
const (
	askAgain   = 500 * time.Millisecond
	uploadWait = time.Minute     // for a person to choose "upload" on the instrument
	storedLost = 2 * time.Second // silence that ends a session
)

// Recall asks for the stored session. Some models send it only after a person
// has chosen to on the instrument.
func (RecordingDriver) Recall(ctx context.Context, port instruments.Port, _ instruments.Job, emit func(instruments.Event)) (err error) {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	defer func() {
		if back := instruments.WriteAll(port, sendLive()); err == nil {
			err = back
		}
	}()
	session, err := download(ctx, port, emit)
	if session != nil {
		emit(session)
	}
	if f := shortfall(session); f != nil && err == nil {
		return f
	}
	return err
}

// download waits for a session and reads it to its end. Of one that is cut there is
// what came.
func download(ctx context.Context, port instruments.Port, emit func(instruments.Event)) (*instruments.Recording, error) {
	var m streamMemory
	var asked time.Time
	buf := make([]byte, 512)
	shown := instruments.Progress{Phase: instruments.Awaiting}
	emit(&instruments.Progress{Phase: instruments.Awaiting})
	for end := time.Now().Add(uploadWait); m.session != nil || time.Now().Before(end); {
		wait := storedLost
		if m.session == nil {
			wait = askAgain
			if time.Since(asked) >= askAgain {
				asked = time.Now()
				if err := instruments.WriteAll(port, sendStored()); err != nil {
					return nil, err
				}
			}
		}
		n, err := instruments.ReadSome(ctx, port, buf, wait)
		if err != nil && instruments.CodeOf(err) != instruments.NoAnswer {
			if cut := m.end(); cut != nil && len(cut.Samples) > 0 {
				return cut, err
			}
			return nil, err
		}
		var ended *instruments.Recording
		for _, c := range buf[:n] {
			if ended = m.put(c); ended != nil && len(ended.Samples) > 0 {
				break
			}
		}
		if err != nil {
			ended = m.end()
		}
		if ended != nil && len(ended.Samples) > 0 {
			return ended, nil
		}
		show(&shown, m.session, emit)
	}
	return nil, instruments.NewFault(instruments.NoNewResult, "no stored session was sent within "+uploadWait.String())
}

// show tells how far a download is, by the minute of what was stored.
func show(shown *instruments.Progress, r *instruments.Recording, emit func(instruments.Event)) {
	if r == nil {
		return
	}
	const minute = 60
	now := instruments.Progress{Phase: instruments.Downloading, Done: len(r.Samples) / minute * minute, Total: r.Announced}
	if now != *shown {
		*shown = now
		emit(&now)
	}
}
