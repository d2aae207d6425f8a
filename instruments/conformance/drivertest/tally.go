package drivertest

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"aidpost/instruments"
)

// A tally notes what one end sends.
type tally struct {
	mu     sync.Mutex
	bytes  int
	writes int
	frames []span
}

// A span is a frame among what was sent: what was written at once, or a line or
// piece of it where that is long.
type span struct {
	at, n int
	first [2]byte
}

// longest is the length of a frame that is not divided.
const longest = 64

func (c *tally) spoil(p instruments.Port, at int, b []byte) error {
	c.mu.Lock()
	c.bytes += len(b)
	c.writes++
	for rest, from := b, at; len(rest) > 0; {
		n := len(rest)
		if n > longest {
			n = longest
			if i := bytes.IndexByte(rest[:longest], '\n'); i >= 0 {
				n = i + 1
			}
		}
		s := span{at: from, n: n}
		copy(s.first[:], rest[:n])
		c.frames = append(c.frames, s)
		rest, from = rest[n:], from+n
	}
	c.mu.Unlock()
	return send(p, b)
}

// mostKinds is how many kinds of frames are told apart.
const mostKinds = 24

// typical returns frames that stand for all: of each kind the first one, the
// one in the middle and the last. A kind is told by its length and its first
// bytes, or by less where that would make too many kinds: then those bytes are
// values.
func (c *tally) typical() []span {
	var kinds map[span][]span
	for keep := 2; keep >= 0; keep-- {
		kinds = map[span][]span{}
		for _, s := range c.frames {
			kind := span{n: s.n}
			copy(kind.first[:], s.first[:keep])
			kinds[kind] = append(kinds[kind], s)
		}
		if len(kinds) <= mostKinds {
			break
		}
	}
	var list []span
	for _, same := range kinds {
		list = append(list, same[0], same[len(same)/2], same[len(same)-1])
	}
	slices.SortFunc(list, func(a, b span) int { return cmp.Compare(a.at, b.at) })
	return slices.Compact(list)
}
