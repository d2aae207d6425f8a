package metertest

import (
	"bytes"
	"io"
	"time"

	"aidpost/instruments"
)

// Script returns a port on which what was said comes in pieces whenever one
// reads, as many bytes at a time as piece tells of the rest, and then the cable
// is pulled. What is written to it goes nowhere.
func Script(said []byte, piece func(rest []byte) int) instruments.Port {
	return &script{rest: said, piece: piece}
}

// Lines are pieces that end with a line feed.
func Lines(rest []byte) int {
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		return i + 1
	}
	return len(rest)
}

// Bytes are pieces of n bytes.
func Bytes(n int) func(rest []byte) int {
	return func(rest []byte) int { return min(n, len(rest)) }
}

// All is one piece.
func All(rest []byte) int { return len(rest) }

type script struct {
	rest  []byte
	piece func(rest []byte) int
}

func (s *script) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.ErrClosedPipe
	}
	n := copy(b, s.rest[:s.piece(s.rest)])
	s.rest = s.rest[n:]
	return n, nil
}

func (s *script) Write(b []byte) (int, error)       { return len(b), nil }
func (s *script) SetReadDeadline(t time.Time) error { return nil }
func (s *script) SetModemLines(dtr, rts bool) error { return nil }
func (s *script) Discard() error                    { return nil }
func (s *script) Close() error                      { return nil }
