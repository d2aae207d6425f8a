package spotcheck

import (
	"time"

	"aidpost/instruments"
)

// A recorder keeps the raw bytes of the last frames, and no more: a capture
// holds nothing but the frames that made the reading.
type recorder struct {
	bytes  []byte // size for each frame
	ring   []rawFrame
	size   int // of the longest frame
	second int // frames in one run of the capture
	n      int // frames added so far
}

type rawFrame struct {
	at   time.Time
	size int
}

func newRecorder(frames, size, second int) recorder {
	return recorder{bytes: make([]byte, frames*size), ring: make([]rawFrame, frames), size: size, second: second}
}

func (r *recorder) add(at time.Time, frame []byte) {
	i := r.n % len(r.ring)
	r.ring[i] = rawFrame{at: at, size: copy(r.bytes[i*r.size:(i+1)*r.size], frame)}
	r.n++
}

// forget drops what is kept.
func (r *recorder) forget() { r.n = 0 }

// frames returns what is kept, oldest first, joined to one run of bytes a
// second with the time at which its first frame arrived.
func (r *recorder) frames() []instruments.Frame {
	var out []instruments.Frame
	kept := min(r.n, len(r.ring))
	for i := range kept {
		at := (r.n - kept + i) % len(r.ring)
		f := &r.ring[at]
		if i%r.second == 0 {
			out = append(out, instruments.Frame{At: f.at, Direction: instruments.FromInstrument})
		}
		last := &out[len(out)-1]
		last.Bytes = append(last.Bytes, r.bytes[at*r.size:at*r.size+f.size]...)
	}
	return out
}
