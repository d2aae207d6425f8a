package records

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// captureVersion is the first byte of encoded captures.
const captureVersion = 1

// leastFrame is how many bytes a frame takes at the least.
const leastFrame = 2

// captures are the frames of each observation that has any.
type captures map[ID][]WireFrame

// capturesOf collects the frames of e's observations.
func capturesOf(e *Encounter) captures {
	all := captures{}
	for _, o := range e.Observations {
		if len(o.Capture) > 0 {
			all[o.ID] = o.Capture
		}
	}
	return all
}

// since returns what differs from the frames kept before; an observation that
// has lost its frames is there with none.
func (c captures) since(before captures) captures {
	changed := captures{}
	for id, frames := range c {
		if !slices.EqualFunc(frames, before[id], sameFrame) {
			changed[id] = frames
		}
	}
	for id, frames := range before {
		if len(frames) > 0 && len(c[id]) == 0 {
			changed[id] = nil
		}
	}
	return changed
}

func sameFrame(a, b WireFrame) bool {
	return a.At.Equal(b.At) && a.Sent == b.Sent && string(a.Bytes) == string(b.Bytes)
}

// restore puts the frames back into e's observations.
func (c captures) restore(e *Encounter) {
	for i := range e.Observations {
		if frames := c[e.Observations[i].ID]; len(frames) > 0 {
			e.Observations[i].Capture = frames
		}
	}
}

// encode writes, for each observation in the order of their ids: 16 bytes of
// id and the number of frames; for each frame the nanoseconds since the one
// before it, twice the length plus one if we sent it, and the bytes. Sixty
// frames a second of five bytes would grow tenfold in JSON.
func (c captures) encode() ([]byte, error) {
	ids := make([]ID, 0, len(c))
	size := 1
	for id, frames := range c {
		ids = append(ids, id)
		size += 20
		for _, f := range frames {
			size += 12 + len(f.Bytes)
		}
	}
	slices.Sort(ids)
	out := append(make([]byte, 0, size), captureVersion)
	for _, id := range ids {
		raw, err := uuid.Parse(string(id))
		if err != nil {
			return nil, fmt.Errorf("encode capture: %w", err)
		}
		out = append(out, raw[:]...)
		out = binary.AppendUvarint(out, uint64(len(c[id])))
		var last int64
		for _, f := range c[id] {
			at := f.At.UnixNano()
			out = binary.AppendVarint(out, at-last)
			last = at
			size := uint64(len(f.Bytes)) << 1
			if f.Sent {
				size |= 1
			}
			out = binary.AppendUvarint(out, size)
			out = append(out, f.Bytes...)
		}
	}
	return out, nil
}

// decodeCaptures adds to into what encode wrote, replacing frames of the same
// observation. Their bytes stay those of from.
func decodeCaptures(from []byte, into captures) error {
	if len(from) == 0 || from[0] != captureVersion {
		return fmt.Errorf("%w: capture of an unknown version", ErrCorrupt)
	}
	r := captureReader{rest: from[1:]}
	for len(r.rest) > 0 && !r.short {
		id, _ := uuid.FromBytes(r.take(16))
		count := r.uvarint()
		frames := make([]WireFrame, 0, min(count, uint64(len(r.rest)/leastFrame)))
		var at int64
		for i := uint64(0); i < count && !r.short; i++ {
			at += r.varint()
			size := r.uvarint()
			frames = append(frames, WireFrame{
				At: time.Unix(0, at).UTC(), Sent: size&1 == 1, Bytes: r.take(size >> 1),
			})
		}
		into[ID(id.String())] = frames
	}
	if r.short {
		return fmt.Errorf("%w: capture cut short", ErrCorrupt)
	}
	return nil
}

// A captureReader takes bytes off the front of rest until they run out.
type captureReader struct {
	rest  []byte
	short bool // there was less than asked for
}

func (r *captureReader) take(n uint64) []byte {
	if r.short = r.short || n > uint64(len(r.rest)); r.short {
		return nil
	}
	out := r.rest[:n:n]
	r.rest = r.rest[n:]
	return out
}

func (r *captureReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	r.skip(n)
	return v
}

func (r *captureReader) varint() int64 {
	v, n := binary.Varint(r.rest)
	r.skip(n)
	return v
}

func (r *captureReader) skip(n int) {
	if n <= 0 {
		r.short = true
		return
	}
	r.rest = r.rest[n:]
}
