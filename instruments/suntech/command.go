package suntech

// A command is one of the few things this driver can say. There is no way to
// send other bytes: calibration, direct pump and valve control, the holding
// pressure for blood draws, neonatal inflation and sleep have no command.
type command uint8

const (
	askVersion command = iota
	askStatusLX
	askStatusAPlus
	askPressure
	askResult
	stayAwake
	setInflation // takes the first target in mmHg
	startAdult
	abort
)

// body returns the bytes between the start byte and the checksum, without the
// argument of setInflation. An unknown command has none.
func (c command) body() string {
	switch c {
	case askVersion:
		return "\x79\x02\x40"
	case askStatusLX:
		return "\x79\x10\x03"
	case askStatusAPlus:
		return "\x79\x11\x00"
	case askPressure:
		return "\x79\x05\x00"
	case askResult:
		return "\x79\x03\x00"
	case stayAwake:
		return "\x81\x00\x00\x00\x00"
	case setInflation:
		return "\x17"
	case startAdult:
		return "\x20"
	case abort:
		return "\x79\x01\x00"
	}
	return ""
}

// appendTo appends the whole frame of c to dst: start byte, body, checksum. An
// unknown command appends nothing. Target is used by setInflation alone.
func (c command) appendTo(dst []byte, target uint16) []byte {
	body := c.body()
	if body == "" {
		return dst
	}
	start := len(dst)
	dst = append(append(dst, hostStart), body...)
	if c == setInflation {
		dst = append(dst, byte(target), byte(target>>8))
	}
	return append(dst, -sum(dst[start:]))
}
