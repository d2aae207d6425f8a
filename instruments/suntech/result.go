package suntech

import (
	"encoding/binary"
	"fmt"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// A result is what the module says at the end of a measurement.
type result struct {
	cuff.Result
	beats int
	code  byte // 0 is good
}

// result reads a result frame, asked for or streamed.
func (f frame) result() (result, bool) {
	data := f[2:]
	switch {
	case f.kind() == resultFrame:
	case f.kind() == streamedResult && f[2] == 3:
		data = f[3:]
	default:
		return result{}, false
	}
	word := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }
	return result{
		Result: cuff.Result{Systolic: word(0), Diastolic: word(2), Mean: word(16), Pulse: word(14)},
		beats:  int(data[4]),
		code:   data[18],
	}, true
}

// reading returns the result as a reading, without its time, identity and
// frames, or the *Fault that says why it is none. An error code beats numbers.
func (r result) reading() (*instruments.Reading, error) {
	if r.code != 0 {
		return nil, faultOf(r.code)
	}
	values, flags, err := r.Values(cuff.AnyCuff())
	if err != nil {
		return nil, err
	}
	return &instruments.Reading{
		Panel:  panel,
		Values: values,
		Flags:  flags,
		Note:   fmt.Sprintf("from %d heart beats", r.beats),
	}, nil
}

// faultOf names the cause behind an error code. The maker lists some codes in
// decimal, but on the wire 55 to 63 are hexadecimal.
func faultOf(code byte) *instruments.Fault {
	fault := func(cause instruments.FaultCode, detail string) *instruments.Fault {
		return &instruments.Fault{Code: cause, Device: fmt.Sprintf("%02X", code), Detail: detail}
	}
	switch code {
	case 0x01:
		return fault(instruments.NoPulse, "weak or no pulse signal")
	case 0x02:
		return fault(instruments.Moved, "erratic signal")
	case 0x03:
		return fault(instruments.OutOfRange, "value outside the range of the module")
	case 0x04:
		return fault(instruments.TooLong, "measurement took too long")
	case 0x55:
		return fault(instruments.HoseBlocked, "hose blocked or kinked")
	case 0x56:
		return fault(instruments.Stopped, "stopped")
	case 0x57:
		return fault(instruments.CuffLoose, "inflation too slow: leak, loose cuff or plug")
	case 0x58:
		return fault(instruments.TooLong, "safety time limit of the module")
	case 0x59:
		return fault(instruments.Overpressure, "cuff over-pressure")
	case 0x5A:
		return fault(instruments.OutOfOrder, "supply or hardware")
	case 0x5B:
		return fault(instruments.OutOfOrder, "safety override fitted, or zero offset too large")
	case 0x61:
		return fault(instruments.OutOfOrder, "pressure sensor out of range")
	case 0x63:
		return fault(instruments.OutOfOrder, "calibration data damaged")
	}
	return fault(instruments.OutOfOrder, "unknown error code")
}
