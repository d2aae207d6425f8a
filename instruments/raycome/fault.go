package raycome

import (
	"fmt"

	"aidpost/instruments"
)

// faultOf names the cause behind an error of the monitor.
func faultOf(code byte) *instruments.Fault {
	fault := func(cause instruments.FaultCode, detail string) *instruments.Fault {
		return &instruments.Fault{Code: cause, Device: fmt.Sprintf("%02X", code), Detail: detail}
	}
	switch code {
	case 0x01:
		return fault(instruments.Overpressure, "pressure protection")
	case 0x02:
		return fault(instruments.CuffLoose, "signal too small, or a leak before the bladder")
	case 0x05:
		return fault(instruments.CuffLoose, "signal wrong, or a leak behind the bladder")
	case 0x06:
		return fault(instruments.NoPulse, "no signal, or the sensor")
	case 0x07:
		return fault(instruments.LowBattery, "battery low")
	case 0x09:
		return fault(instruments.OutOfOrder, "deflation went wrong")
	case 0x0F:
		return fault(instruments.CuffLoose, "leak")
	case 0x10:
		return fault(instruments.OutOfOrder, "pump")
	}
	return fault(instruments.OutOfOrder, "unknown error code")
}
