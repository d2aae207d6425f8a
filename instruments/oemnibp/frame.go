package oemnibp

import (
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff"
)

// A command is one of the bytes that this driver can say. The board knows two
// more, which make a gauge of it and have no name here.
type command byte

const (
	poll  command = 0xA0
	start command = 0xA1
	stop  command = 0xA2
)

func (c command) String() string {
	switch c {
	case poll:
		return "state?"
	case start:
		return "start"
	case stop:
		return "stop"
	}
	return "gauge"
}

// gauge on and off, of which a board may say that somebody else sent them.
const gaugeOn, gaugeOff command = 0xAC, 0xAD

// size is that of every frame.
const size = 10

// Offsets in a frame.
const (
	echoAt = iota
	systolicAt
	diastolicAt
	pressureAt // without bit 8
	stateAt
	errorAt
	settingsAt
	extraAt // which one the next byte is
	extraByteAt
	sumAt
)

// Bits of the state and of the settings.
const (
	pumping  = 1 << 0
	closed   = 1 << 1
	working  = 1 << 2
	beat     = 1 << 5
	fresh    = 1 << 6 // there is a result
	pressure = 1 << 7 // bit 8 of the pressure

	gauging = 1 << 4
)

// The bytes that frames bring in turn.
const (
	serialHigh = 0
	serialLow  = 1
	firmware   = 2
	mode       = 4 // zero: one measurement, when told
	inflation  = 5
	mean       = 6
	pulse      = 7
)

// cut tells the frames of the board. It is a cuff.Cut.
func cut(b []byte) (int, cuff.Finding) {
	switch command(b[0]) {
	case poll, start, stop, gaugeOn, gaugeOff:
	default:
		return 1, cuff.Noise
	}
	switch {
	case len(b) < size:
		return 0, cuff.Short
	case checksum.Sum8(b[:sumAt]) != b[sumAt]:
		return 1, cuff.Damaged
	}
	return size, cuff.Whole
}

// A frame is one whole frame of the board.
type frame []byte

// heard is the command that the frame answers.
func (f frame) heard() command { return command(f[echoAt]) }

// pressure is that in the cuff, in mmHg.
func (f frame) pressure() int {
	p := int(f[pressureAt])
	if f[stateAt]&pressure != 0 {
		p += 256
	}
	return p
}

// works reports whether the board pumps, measures or prepares for it.
func (f frame) works() bool { return f[stateAt]&(working|pumping) != 0 }

// hasResult reports whether numbers in the frame are those of a measurement.
func (f frame) hasResult() bool { return f[stateAt]&fresh != 0 && !f.works() }

// fault is the error that the frame tells, or nil.
func (f frame) fault() error {
	if f[errorAt] == 0 {
		return nil
	}
	return faultOf(f[errorAt])
}

// extras are the bytes that frames brought in turn.
type extras [pulse + 1]struct {
	value byte
	known bool
}

func (x *extras) take(f frame) {
	if at := int(f[extraAt]); at < len(x) {
		x[at].value, x[at].known = f[extraByteAt], true
	}
}

func (x *extras) identity() (id instruments.Identity) {
	if x[serialHigh].known && x[serialLow].known {
		id.Serial = fmt.Sprint(int(x[serialHigh].value)<<8 | int(x[serialLow].value))
	}
	if x[firmware].known {
		id.Firmware = fmt.Sprint(x[firmware].value)
	}
	return id
}

// met reports whether the board has told who it is, and its mode.
func (x *extras) met() bool {
	return x[serialHigh].known && x[serialLow].known && x[firmware].known && x[mode].known
}

// A tally collects a result from the frames that bring it: two of them at
// least, which must agree.
type tally struct {
	numbers [2]byte // systolic and diastolic
	extras  extras
	frames  []instruments.Frame
}

// add takes a frame with a result, and reports whether that is complete.
func (t *tally) add(f frame, job instruments.Job) bool {
	if now := [2]byte{f[systolicAt], f[diastolicAt]}; now != t.numbers {
		*t = tally{numbers: now}
	}
	if at := f[extraAt]; at == mean || at == pulse {
		if !t.extras[at].known {
			t.frames = append(t.frames, cuff.Kept(f, job))
		}
		t.extras.take(f)
	}
	return t.extras[mean].known && t.extras[pulse].known
}

// same reports whether t is, as far as it is known, the whole result u. A board
// that resets itself while it measures shows what it showed before, and all
// four numbers are seldom the same again.
func (t *tally) same(u *tally) bool {
	for _, at := range []int{mean, pulse} {
		if t.extras[at].known && t.extras[at] != u.extras[at] {
			return false
		}
	}
	return t.numbers == u.numbers
}

func (t *tally) result() cuff.Result {
	return cuff.Result{
		Systolic: int(t.numbers[0]), Diastolic: int(t.numbers[1]),
		Mean: int(t.extras[mean].value), Pulse: int(t.extras[pulse].value),
	}
}

// reading returns the result as a reading with its frames, or the *Fault that
// says why it is none. A systolic pressure over 255 does not fit its byte; what
// is left of it is under the mean.
func (t *tally) reading() (*instruments.Reading, error) {
	values, flags, err := t.result().Values(cuff.AnyCuff())
	if err != nil {
		return nil, err
	}
	return &instruments.Reading{Panel: panel, Values: values, Flags: flags, Capture: t.frames}, nil
}
