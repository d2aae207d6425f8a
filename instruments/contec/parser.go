package contec

import "aidpost/instruments"

// sync is the bit that sets the first byte of a frame apart from the others.
const sync = 0x80

// A parser cuts one protocol out of a stream of bytes, however they arrive.
type parser interface {
	// next consumes bytes up to the end of the first whole frame, or all of
	// them, and reports whether there is one.
	next(b []byte) (n int, whole bool)
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

// A tally counts bytes.
type tally struct {
	received, dropped uint64
}

// badShare is the share of dropped bytes, in percent of a minute's bytes at
// full rate, above which a line is bad.
const badShare = 1

// A judge decides whether a line is bad. A minute is counted in bytes, so that
// a capture is judged as the live line was.
type judge struct {
	minute uint64 // bytes of a minute
	start  tally  // where the current minute began
}

func newJudge(frameSize int) judge { return judge{minute: uint64(frameSize) * rate * 60} }

// bad reports that too much has been dropped in the current minute.
func (j *judge) bad(t tally) bool {
	bad := (t.dropped-j.start.dropped)*100 > j.minute*badShare
	if bad || t.received-j.start.received >= j.minute {
		j.start = t
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
