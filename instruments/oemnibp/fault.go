package oemnibp

import (
	"fmt"

	"aidpost/instruments"
)

// faultOf names the cause behind an error of the board.
func faultOf(code byte) *instruments.Fault {
	fault := func(cause instruments.FaultCode, detail string) *instruments.Fault {
		return &instruments.Fault{Code: cause, Device: fmt.Sprint(code), Detail: detail}
	}
	switch code {
	case 1:
		return fault(instruments.OutOfOrder, "zero calibration")
	case 2:
		return fault(instruments.CuffLoose, "no inflation: hose, cuff or pump")
	case 3:
		return fault(instruments.CuffLoose, "deflation too fast")
	case 4:
		return fault(instruments.NoPulse, "no pulse")
	case 5:
		return fault(instruments.NoPulse, "pulse too small")
	case 6:
		return fault(instruments.OutOfOrder, "deflation too slow")
	case 7:
		return fault(instruments.Moved, "movement")
	case 8:
		return fault(instruments.OutOfRange, "systolic pressure too high for the board")
	case 9:
		return fault(instruments.OutOfRange, "diastolic pressure too low for the board")
	case 10:
		return fault(instruments.Overpressure, "pressure too high")
	case 11:
		return fault(instruments.TooLong, "took too long")
	case 12:
		return fault(instruments.OutOfOrder, "wrong cuff")
	}
	return fault(instruments.OutOfOrder, "unknown error code")
}
