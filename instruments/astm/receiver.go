package astm

// A step is something that happened on the link.
type step struct {
	event event
	frame frame // of arrived
	reply byte  // what the host has to say to it; zero: nothing
}

type event int

const (
	offered event = iota + 1 // the instrument has data
	arrived                  // a frame, not seen before
	again                    // a frame that had arrived before
	damaged                  // something that is no frame, or not the next one
	ended                    // the instrument has said that this was all
)

// anyNumber as the expected number of a frame accepts every one.
const anyNumber = -1

// A receiver is the receiving half of the link as a machine over bytes,
// without a wire and without a clock.
//
// Frames count only after the instrument has offered its data. A line feed ends
// a damaged frame, since text has none; so even a frame that lost its end is
// asked for again at once and not after a time-out.
type receiver struct {
	open   bool
	expect int // number of the next frame
	last   int // number of the last accepted one, or anyNumber

	frame  []byte // under way, from STX on
	end    int    // index of its ETX or ETB; zero: not there yet
	whole  bool   // in length, but for the line feed, which may be left out
	signal byte   // an ENQ or EOT in the middle of a frame that came last
	stray  int    // bytes between frames
}

// listening returns a receiver that takes frames without having heard the
// offer, as for a capture that begins later.
func listening() receiver { return receiver{open: true, expect: anyNumber, last: anyNumber} }

// push takes bytes and calls do for everything that happens.
func (r *receiver) push(b []byte, do func(step)) {
	for _, c := range b {
		if r.whole {
			if c == lf {
				r.frame = append(r.frame, c)
			}
			do(r.check())
			if c == lf {
				continue
			}
		}
		if s := r.take(c); s.event != 0 {
			do(s)
		}
	}
}

// unsettled reports whether it depends on what comes next, or on nothing
// coming, what the last byte was.
func (r *receiver) unsettled() bool { return r.whole || r.signal != 0 }

// settle says that nothing came after the last byte for a while.
func (r *receiver) settle(do func(step)) {
	switch {
	case r.whole:
		do(r.check())
	case r.signal != 0:
		do(r.control(r.signal))
	}
}

func (r *receiver) take(c byte) step {
	switch {
	case c == stx && r.open:
		r.begin()
	case len(r.frame) > 0:
		return r.within(c)
	case c == enq, c == eot && r.open:
		return r.control(c)
	case !r.open:
	case c == lf && r.stray >= tailSize:
		return r.refuse()
	case c != lf:
		r.stray++
	}
	return step{}
}

// begin starts a frame. Text never has this character, so it starts one
// wherever it comes.
func (r *receiver) begin() {
	r.frame = append(r.frame[:0], stx)
	r.end, r.whole, r.signal, r.stray = 0, false, 0, 0
}

func (r *receiver) within(c byte) step {
	r.frame = append(r.frame, c)
	n := len(r.frame)
	r.signal = 0
	if c == enq || c == eot {
		r.signal = c
	}
	switch {
	case c == lf:
		return r.refuse()
	case n > longestFrame:
		r.reset()
		r.stray = n
	case r.end > 0:
		r.whole = n == r.end+tailSize
	case c == etx, c == etb:
		r.end = n - 1
	}
	return step{}
}

// check judges a whole frame: the next one is taken, the last one once more is
// a repetition whose answer was lost, and any other is not wanted.
func (r *receiver) check() step {
	f, ok := parseFrame(r.frame)
	switch {
	case !ok:
		return r.refuse()
	case f.number == r.last:
		r.reset()
		return step{event: again, frame: f, reply: ack}
	case r.expect != anyNumber && f.number != r.expect:
		return r.refuse()
	}
	r.last, r.expect = f.number, (f.number+1)%numbers
	r.reset()
	return step{event: arrived, frame: f, reply: ack}
}

func (r *receiver) refuse() step {
	r.reset()
	return step{event: damaged, reply: nak}
}

func (r *receiver) control(c byte) step {
	r.reset()
	if c == enq {
		r.open, r.expect, r.last = true, 1, anyNumber
		return step{event: offered, reply: ack}
	}
	r.open = false
	return step{event: ended}
}

// reset forgets the frame under way, not its bytes: a step may still show them.
func (r *receiver) reset() {
	r.frame = r.frame[:0]
	r.end, r.whole, r.signal, r.stray = 0, false, 0, 0
}

// wipe forgets everything that was received.
func (r *receiver) wipe() {
	clear(r.frame[:cap(r.frame)])
	r.reset()
	r.open = false
}
