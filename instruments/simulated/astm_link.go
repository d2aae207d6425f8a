package simulated

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
)

// The sending half of LIS1-A, written down apart from the driver so that the
// two check each other.
const (
	astmSTX = "\x02"
	astmETX = "\x03"
	astmEOT = 0x04
	astmENQ = 0x05
	astmACK = 0x06
	astmNAK = 0x15
	astmETB = "\x17"

	astmReplyWait  = 15 * time.Second // for the receiver's answer
	astmBusyWait   = 10 * time.Second // after the receiver was busy
	astmContention = time.Second      // the instrument's pause when both want to send
	astmRepeats    = 6
	astmLongest    = 240 // characters of text in a frame
)

// An ASTMQuirk is something that senders of LIS1-A do, or do wrong.
type ASTMQuirk string

// The quirks.
const (
	RepeatedENQ   ASTMQuirk = "repeated-enq"   // the offer is made twice
	BadSum        ASTMQuirk = "bad-sum"        // a frame has a wrong sum, and is right when repeated
	RepeatedFrame ASTMQuirk = "repeated-frame" // a frame is sent once more though it was acknowledged
	SkippedNumber ASTMQuirk = "skipped-number" // a number is left out, until the receiver complains
	ShortFrames   ASTMQuirk = "short-frames"   // records are cut into frames of a few characters
	OneFrame      ASTMQuirk = "one-frame"      // all records are in one frame
	NoLineFeed    ASTMQuirk = "no-line-feed"   // frames end with the carriage return
	NoLast        ASTMQuirk = "no-last-record" // the message has no L record
	EarlyEnd      ASTMQuirk = "early-end"      // it ends before its result
	NeverRight    ASTMQuirk = "never-right"    // a frame has a wrong sum every time
)

// shortFrame is the text of a frame of ShortFrames.
const shortFrame = 13

// astmSender is one session of sending.
type astmSender struct {
	wire   instruments.Port
	quirk  ASTMQuirk
	number int
	sent   int // frames
	deaf   func() bool
}

// What ends a session.
var (
	errASTMStopped = errors.New("the receiver wants no more")
	errASTMRefused = errors.New("the receiver does not understand")
	errASTMCommand = errors.New("the receiver wants to speak")
)

// establish offers data until the receiver agrees. With refuse set, a receiver
// that is busy so often in a row is taken to want to speak itself.
func (s *astmSender) establish(ctx context.Context, refuse int) error {
	busy := 0
	for {
		if err := s.say(astmENQ); err != nil {
			return err
		}
		if s.quirk == RepeatedENQ && busy == 0 {
			if err := s.say(astmENQ); err != nil {
				return err
			}
		}
		answer, err := s.answer(ctx)
		if err != nil {
			return err
		}
		switch answer {
		case astmACK:
			s.number = 1
			return nil
		case astmENQ:
			err = instruments.Pause(ctx, astmContention)
		case astmEOT:
			// A nudge: offer again.
		case astmNAK:
			if busy++; refuse > 0 && busy >= refuse {
				return errors.Join(errASTMCommand, s.say(astmEOT))
			}
			if refuse == 0 {
				err = instruments.Pause(ctx, astmBusyWait)
			}
		default: // nothing
			return errors.Join(errASTMStopped, s.say(astmEOT))
		}
		if err != nil {
			return err
		}
	}
}

// message sends records, one or more frames each, and ends the session.
func (s *astmSender) message(ctx context.Context, records []string, between string) error {
	switch s.quirk {
	case NoLast:
		records = records[:len(records)-1]
	case EarlyEnd:
		records = records[:2]
	case OneFrame:
		records = []string{strings.Join(records, "\r")}
	}
	for i, record := range records {
		end := between
		if i == len(records)-1 {
			end = astmETX
		}
		longest := astmLongest
		switch s.quirk {
		case ShortFrames:
			longest = shortFrame
		case OneFrame:
			longest = len(record) + 1
		}
		for text := record + "\r"; text != ""; {
			part := text[:min(longest, len(text))]
			text = text[len(part):]
			mark := end
			if text != "" {
				mark = astmETB
			}
			if err := s.frame(ctx, part, mark); err != nil {
				return errors.Join(err, s.say(astmEOT))
			}
		}
	}
	return s.say(astmEOT)
}

// frame sends one frame until it is acknowledged.
func (s *astmSender) frame(ctx context.Context, text, end string) error {
	defer func() { s.sent++; s.number = (s.number + 1) % 8 }()
	odd := s.sent == 2 // the frame that is treated specially
	again := odd && s.quirk == RepeatedFrame
	for try := 0; try <= astmRepeats; try++ {
		number, body := s.number, text
		if odd && s.quirk == SkippedNumber && try == 0 {
			number = (number + 1) % 8
		}
		whole := astmFrame(number, body, end, s.quirk != NoLineFeed)
		if odd && (s.quirk == NeverRight || s.quirk == BadSum && try == 0) {
			whole[3] ^= 1
		}
		if _, err := s.wire.Write(whole); err != nil {
			return err
		}
		answer, err := s.answer(ctx)
		switch {
		case err != nil:
			return err
		case answer == astmACK && again:
			again = false
		case answer == astmACK:
			return nil
		case answer == astmEOT, answer == 0:
			return errASTMStopped
		}
	}
	return errASTMRefused
}

func astmFrame(number int, text, end string, lineFeed bool) []byte {
	body := fmt.Sprintf("%d%s%s", number, text, end)
	sum := 0
	for i := range len(body) {
		sum += int(body[i])
	}
	frame := fmt.Sprintf("%s%s%02X\r", astmSTX, body, sum&0xFF)
	if lineFeed {
		frame += "\n"
	}
	return []byte(frame)
}

// answer waits for the receiver's answer; zero is none in time.
func (s *astmSender) answer(ctx context.Context) (byte, error) {
	return astmHear(ctx, s.wire, astmReplyWait, s.deaf)
}

// astmHear returns the next control character of the host, or zero if none
// came. What the instrument is deaf to goes unheard.
func astmHear(ctx context.Context, wire instruments.Port, wait time.Duration, deaf func() bool) (byte, error) {
	for until := time.Now().Add(wait); ; {
		var b [1]byte
		_, err := instruments.ReadSome(ctx, wire, b[:], max(0, time.Until(until)))
		switch {
		case err != nil && ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer:
			return 0, nil
		case err != nil:
			return 0, err
		}
		switch b[0] {
		case astmENQ, astmACK, astmNAK, astmEOT:
			if !deaf() {
				return b[0], nil
			}
		}
	}
}

func (s *astmSender) say(c byte) error {
	_, err := s.wire.Write([]byte{c})
	return err
}
