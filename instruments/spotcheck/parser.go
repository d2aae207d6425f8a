package spotcheck

import (
	"fmt"

	"aidpost/instruments"
)

// A Parser cuts one protocol out of a stream of bytes, however they arrive.
type Parser interface {
	// Next consumes bytes up to the first that matters, or all of them.
	Next(b []byte) (n int, found Finding)
	// Frame returns the whole frame, valid until Next is called.
	Frame() []byte
	// Live decodes the whole frame into s, all but its Index; false if it is
	// no live sample.
	Live(s *instruments.PlethSample) bool
	// Refused returns why there will be no live samples, if the whole frame
	// says so.
	Refused() *instruments.Fault
	// Tally counts what was received and what fitted no frame.
	Tally() Tally
}

// fewFrames are enough to think of a protocol, not to believe in it.
const fewFrames = 4

// Hears reports that frames of a stream were among what an instrument said.
func Hears(p Parser, said []byte) instruments.Hearsay {
	frames := 0
	for len(said) > 0 {
		n, found := p.Next(said)
		said = said[n:]
		if found == Whole {
			frames++
		}
	}
	if frames >= fewFrames && p.Tally().Dropped < fewFrames {
		return instruments.Alike
	}
	return instruments.Strange
}

// A Finding is what a byte brought.
type Finding byte

// The findings.
const (
	Nothing Finding = iota
	Whole           // the byte completes a frame
	Spoiled         // with it, the line is bad
)

// badShare is the share of dropped bytes, in percent of a minute's bytes at
// full rate, above which a line is bad. On a wire of a few bytes a second that
// would be one burst of noise, so that it may be leastBad bytes.
const (
	badShare = 1
	leastBad = 50
)

// A Tally counts bytes and judges the line by the minute. A minute is counted
// in bytes, so that a capture is judged as the live line was.
type Tally struct {
	Received, Dropped uint64
	// The same when the present minute began.
	receivedBefore, droppedBefore uint64
}

// Take counts one byte, after what it dropped has been counted, on a line that
// carries so many bytes a minute. It reports that the line is bad, and then
// begins a new minute.
func (t *Tally) Take(minute uint64) (bad bool) {
	t.Received++
	bad = t.Dropped-t.droppedBefore > max(minute*badShare/100, leastBad)
	if bad || t.Received-t.receivedBefore >= minute {
		t.receivedBefore, t.droppedBefore = t.Received, t.Dropped
	}
	return bad
}

// fault says that the line is bad.
func (t Tally) fault() *instruments.Fault {
	return instruments.NewFault(instruments.Garbled,
		fmt.Sprintf("more than %d %% of a minute's bytes fit no frame (%d of %d in all)", badShare, t.Dropped, t.Received))
}

// Between returns n, or Missing if it lies outside low to high.
func Between(n, low, high instruments.Number) instruments.Number {
	if n < low || n > high {
		return instruments.Missing
	}
	return n
}
