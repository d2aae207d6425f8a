package contec

import (
	"time"

	"aidpost/instruments"
)

// A recorder keeps the raw bytes of the last frames, and no more: a capture
// holds nothing but the frames that made the reading.
type recorder struct {
	ring []rawFrame
	n    int // frames added so far
}

type rawFrame struct {
	at    time.Time
	size  int
	bytes [maxPacket]byte
}

func newRecorder(frames int) recorder { return recorder{ring: make([]rawFrame, frames)} }

func (r *recorder) add(at time.Time, frame []byte) {
	f := &r.ring[r.n%len(r.ring)]
	f.at = at
	f.size = copy(f.bytes[:], frame)
	r.n++
}

// frames returns what is kept, oldest first, joined to one run of bytes a
// second with the time at which its first frame arrived.
func (r *recorder) frames() []instruments.Frame {
	var out []instruments.Frame
	kept := min(r.n, len(r.ring))
	for i := range kept {
		f := &r.ring[(r.n-kept+i)%len(r.ring)]
		if i%rate == 0 {
			out = append(out, instruments.Frame{At: f.at, Direction: instruments.FromInstrument})
		}
		last := &out[len(out)-1]
		last.Bytes = append(last.Bytes, f.bytes[:f.size]...)
	}
	return out
}
