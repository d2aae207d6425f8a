package contec

import "aidpost/instruments"

// sync is the bit that sets the first byte of a frame apart from the others.
const sync = 0x80

// A parser cuts one protocol out of a stream of bytes, however they arrive.
type parser interface {
	// next consumes bytes up to the first that matters, or all of them.
	next(b []byte) (n int, found finding)
	// frame returns the whole frame, valid until next is called.
	frame() []byte
	// live decodes the whole frame into s, all but its Index; false if it is
	// no live sample.
	live(s *instruments.PlethSample) bool
	// refused returns why there will be no live samples, if the whole frame
	// says so.
	refused() *instruments.Fault
	// tally counts what was received and what fitted no frame.
	tally() tally
}

// A finding is what a byte brought.
type finding byte

const (
	nothing finding = iota
	whole           // the byte completes a frame
	spoiled         // with it, the line is bad
)

// badShare is the share of dropped bytes, in percent of a minute's bytes at
// full rate, above which a line is bad.
const badShare = 1

// A tally counts bytes and judges the line by the minute. A minute is counted
// in bytes, so that a capture is judged as the live line was.
type tally struct {
	received, dropped uint64
	// The same when the present minute began.
	receivedBefore, droppedBefore uint64
}

// take counts one byte, after what it dropped has been counted, on a line
// whose frames have the given size. It reports that the line is bad, and then
// begins a new minute.
func (t *tally) take(frameSize uint64) (bad bool) {
	t.received++
	minute := frameSize * rate * 60
	bad = (t.dropped-t.droppedBefore)*100 > minute*badShare
	if bad || t.received-t.receivedBefore >= minute {
		t.receivedBefore, t.droppedBefore = t.received, t.dropped
	}
	return bad
}

// between returns n, or Missing if it lies outside low to high.
func between(n, low, high instruments.Number) instruments.Number {
	if n < low || n > high {
		return instruments.Missing
	}
	return n
}
