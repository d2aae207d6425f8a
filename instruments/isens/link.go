package isens

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// A session is a conversation with one meter.
type session struct {
	meter.Text
	now  func() time.Time
	wait time.Duration // for each answer
}

func newSession(port instruments.Port, now func() time.Time, wait time.Duration) session {
	return session{Text: meter.Text{Port: port}, now: now, wait: wait}
}

// A dialect is the protocol that a meter says it speaks.
type dialect byte

const (
	ping = 0x80 // asks for it

	memoryReads dialect = 0x20 // the older one
	commands    dialect = 0x2E // the newer one
	obsolete    dialect = 0x2F // one that the maker wants nobody to use
)

// A pong, the answer to a ping, has three bytes, the first of them that of the
// ping. Since some public code looks for the dialect anywhere in it, so does
// expect, and quietFor ends one that is shorter.
const (
	pongSize = 3
	quietFor = 100 * time.Millisecond
)

// expect pings the meter, which must speak the dialect.
func (s *session) expect(ctx context.Context, want dialect) error {
	var spoken dialect
	err := s.Repeat(ctx, s.wait, func() error {
		pong, err := s.pong(ctx)
		if err != nil {
			return err
		}
		spoken = 0
		for _, d := range []dialect{memoryReads, commands, obsolete} {
			switch {
			case bytes.IndexByte(pong, byte(d)) < 0:
			case spoken != 0:
				return garbled("an answer that names two protocols")
			default:
				spoken = d
			}
		}
		if spoken == 0 {
			return garbled("an answer that names no protocol")
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case spoken != want:
		return instruments.NewFault(instruments.WrongModel, "an i-SENS meter that speaks another protocol")
	}
	return nil
}

// pong pings the meter and returns what it answers.
func (s *session) pong(ctx context.Context) ([]byte, error) {
	if err := s.Say([]byte{ping}); err != nil {
		return nil, err
	}
	var pong []byte
	for wait := s.wait; len(pong) < pongSize; wait = quietFor {
		some, err := s.Some(ctx, wait)
		switch {
		case err != nil && len(pong) > 0 && meter.Again(ctx, err):
			return pong, nil
		case err != nil:
			return nil, err
		}
		pong = append(pong, some...)
	}
	if len(pong) > pongSize {
		return nil, garbled("an answer that is too long for a ping")
	}
	return pong, nil
}

func damaged(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.DamagedRecord, detail)
}

func garbled(detail string) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, detail)
}
