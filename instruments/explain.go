package instruments

import "fmt"

// ExplainRuns names the bytes of frames for an [Explainer]. It joins
// neighbouring frames of one direction, since what belongs together may have
// arrived in pieces, and has explain name the bytes of each run in turn. A
// field that lies in two frames becomes two fields of the same name and value.
func ExplainRuns(frames []Frame, explain func(d Direction, run []byte, n *Namer)) []Field {
	n := &Namer{frames: frames}
	for first := 0; first < len(frames); {
		direction := frames[first].Direction
		var run []byte
		end := first
		for ; end < len(frames) && frames[end].Direction == direction; end++ {
			run = append(run, frames[end].Bytes...)
		}
		n.frame, n.offset, n.end = first, 0, end
		explain(direction, run, n)
		first = end
	}
	return n.fields
}

// A Namer names the bytes of a run one after the other.
type Namer struct {
	frames        []Frame
	frame, offset int // of the next byte
	end           int // index of the frame behind the run
	fields        []Field
}

// Name names the next length bytes.
func (n *Namer) Name(length int, name, value string) {
	n.pass(length, func(part int) {
		n.fields = append(n.fields, Field{Frame: n.frame, Offset: n.offset, Length: part, Name: name, Value: value})
	})
}

// Skip leaves the next length bytes without a name: they are not understood.
func (n *Namer) Skip(length int) { n.pass(length, func(int) {}) }

// pass moves on by length bytes, or to the end of the run, frame by frame.
func (n *Namer) pass(length int, over func(part int)) {
	for length > 0 && n.frame < n.end {
		part := min(length, len(n.frames[n.frame].Bytes)-n.offset)
		if part == 0 {
			n.frame, n.offset = n.frame+1, 0
			continue
		}
		over(part)
		n.offset += part
		length -= part
	}
}

// Hex writes bytes whose meaning is only their bits: "7D 81".
func Hex(b ...byte) string { return fmt.Sprintf("% X", b) }
