package par

import (
	"strings"

	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff"
)

// delimiters are the bytes around the text of a frame.
type delimiters struct{ start, end byte }

const (
	stx, etx                   = 0x02, 0x03
	combinedStart, combinedEnd = 0xFD, 0xFE
	carriageReturn             = 0x0D // behind every frame of a board
)

// The texts of a board. A lower-case letter stands for a kind of character:
// d digit; n digit or dash; t digit, dash or space; h hexadecimal digit.
const (
	endText      = "999"
	pressureText = "dddCdSd"
	statusText   = "Sd;Ad;Cnn;Mnn;Pnnnnnnnnn;Rnnn;Ttttt;;hh"
)

func fits(c, shape byte) bool {
	digit := '0' <= c && c <= '9'
	switch shape {
	case 'd':
		return digit
	case 'n':
		return digit || c == '-'
	case 't':
		return digit || c == '-' || c == ' '
	case 'h':
		return digit || 'A' <= c && c <= 'F'
	}
	return c == shape
}

// begins reports whether b is the text, or a beginning of it, and then end.
func begins(b []byte, text string, end byte) bool {
	for i, c := range b[:min(len(b), len(text)+1)] {
		if i == len(text) {
			return c == end
		}
		if !fits(c, text[i]) {
			return false
		}
	}
	return true
}

// cut tells the frames of a board, which are from start to end. It is a
// cuff.Cut. Packets of an oximeter on the same board lie between them.
func (d delimiters) cut(b []byte) (int, cuff.Finding) {
	switch {
	case b[0] == d.start:
	case b[0] == carriageReturn:
		return 1, cuff.Filler
	case b[0] == packetStart && d.start == combinedStart:
		return packet(b)
	default:
		return 1, cuff.Noise
	}
	for _, text := range []string{endText, pressureText, statusText} {
		size := len(text) + 2
		switch {
		case !begins(b[1:], text, d.end):
			continue
		case len(b) < size:
			return 0, cuff.Short
		case text == statusText && !goodSum(b[1:size-1]):
			return 1, cuff.Damaged
		case text == pressureText && number(b[1:4]) > mostPressure:
			return 1, cuff.Noise
		}
		return size, cuff.Whole
	}
	return 1, cuff.Noise
}

// A packet of the oximeter begins with two bytes that are not counted in the
// length behind them, and ends with the sum of what is counted.
const (
	packetStart, packetSecond = 0x55, 0xAA
	packetHead                = 2
	leastPacket, mostPacket   = 2, 32 // the length; seven is seen
)

// packet tells a packet of the oximeter.
func packet(b []byte) (int, cuff.Finding) {
	switch {
	case len(b) > 1 && b[1] != packetSecond, len(b) > 2 && (b[2] < leastPacket || b[2] > mostPacket):
		return 1, cuff.Noise
	case len(b) <= packetHead, len(b) < packetHead+int(b[2]):
		return 0, cuff.Short
	}
	size := packetHead + int(b[2])
	if checksum.Sum8(b[packetHead:size-1]) != b[size-1] {
		return 1, cuff.Noise
	}
	return size, cuff.Filler
}

// mostPressure is more than a cuff can hold, in mmHg.
const mostPressure = 330

const hexDigits = "0123456789ABCDEF"

// goodSum checks the two hexadecimal digits at the end of a text.
func goodSum(text []byte) bool {
	body, sum := text[:len(text)-2], text[len(text)-2:]
	want := checksum.Sum8(body)
	return sum[0] == hexDigits[want>>4] && sum[1] == hexDigits[want&15]
}

// number reads digits; anything else, such as the dashes of a missing number,
// is zero.
func number(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// A frame is one whole frame of a board, from start to end.
type frame []byte

func (f frame) text() []byte { return f[1 : len(f)-1] }

func (f frame) isEnd() bool { return len(f) == len(endText)+2 }

// pressure returns the cuff pressure in mmHg, if f tells it.
func (f frame) pressure() (int, bool) {
	if !f.isPressure() {
		return 0, false
	}
	return number(f[1:4]), true
}

func (f frame) isPressure() bool { return len(f) == len(pressureText)+2 }

// wrongCuff reports that f is a pressure and says that the cuff is of a size
// that the board is not set to: 1, a newborn's on an adult; 2, the other way.
func (f frame) wrongCuff() bool { return f.isPressure() && (f[5] == '1' || f[5] == '2') }

// A status is what a board says of itself. It is not the result of anything
// unless good says so.
type status struct {
	state   byte // a digit
	patient byte // '0': adult
	// series is 00 of a single measurement. What else it can be is not
	// certain: the minutes of a series for PyMonkey81/hemodialisis_ciateq, a
	// check of the cuff for others.
	series  string
	message string
	cuff.Result
}

// status reads the answer to a question for the status.
func (f frame) status() (status, bool) {
	if len(f) != len(statusText)+2 {
		return status{}, false
	}
	return status{
		state: f[2], patient: f[5], series: string(f[8:10]), message: string(f[12:14]),
		Result: cuff.Result{
			Systolic: number(f[16:19]), Diastolic: number(f[19:22]), Mean: number(f[22:25]), Pulse: number(f[27:30]),
		},
	}, true
}

// The states of a board.
const (
	selfTest = '0'
	standby  = '1'
	inError  = '2'
	watchdog = '5'
	inCycle  = '6'
)

// atRest reports that no pump runs and the valves are open.
func (s status) atRest() bool { return s.state == standby || s.state == inError }

// starting reports that the board was just switched on, or has reset itself.
func (s status) starting() bool { return s.state == selfTest || s.state == watchdog }

// stateName names a state for people who check bytes.
func stateName(state byte) string {
	names := strings.Split("self-test,standby,error,measuring,manometer,watchdog test,cycle,leak test,inflating,holding", ",")
	return names[state-'0']
}
