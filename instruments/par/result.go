package par

import (
	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

// measurable is what the boards can measure, as far as public programs say.
func measurable() cuff.Range {
	r := cuff.AnyCuff()
	r.Diastolic[1] = 200
	return r
}

// reading returns the result as a reading, without its time and frames, or the
// *Fault that says why it is none. Numbers count only in a status that is good
// in every way: one with an error repeats those of somebody else.
func (s status) reading() (*instruments.Reading, error) {
	switch {
	case s.message != "00" && s.message != "03":
		return nil, faultOf(s.message)
	case s.state == inError:
		return nil, instruments.NewFault(instruments.OutOfOrder, "the board is in error and says no reason")
	case s.state != standby:
		return nil, instruments.NewFault(instruments.NoAnswer, "the board has no result yet")
	case s.patient != '0':
		return nil, notAdult()
	}
	values, flags, err := s.Values(measurable())
	if err != nil {
		return nil, err
	}
	return &instruments.Reading{Panel: panel, Values: values, Flags: flags}, nil
}

// single checks that the board has made one measurement and is at rest: one
// that is set to a series would pump again when nobody asked for it.
func (s status) single() error {
	if s.series == "00" {
		return nil
	}
	return &instruments.Fault{Code: instruments.OutOfOrder, Device: "C" + s.series,
		Detail: "the board is set to a series, or to another cuff"}
}

func wrongCuff() error {
	return instruments.NewFault(instruments.OutOfOrder, "the cuff is of another size than the board is set to")
}

func notAdult() error {
	return instruments.NewFault(instruments.OutOfOrder, "the board is set to newborns")
}

// faultOf names the cause behind a message.
func faultOf(message string) *instruments.Fault {
	fault := func(code instruments.FaultCode, detail string) *instruments.Fault {
		return &instruments.Fault{Code: code, Device: message, Detail: detail}
	}
	switch message {
	case "--":
		return fault(instruments.NoPulse, "nothing was measured")
	case "02":
		return fault(instruments.WrongModel, "the board does not know a command: another variant")
	case "06":
		return fault(instruments.CuffLoose, "cuff loose or not connected")
	case "07":
		return fault(instruments.CuffLoose, "leak")
	case "08":
		return fault(instruments.OutOfOrder, "pneumatic fault")
	case "09":
		return fault(instruments.TooLong, "took too long, or too few pulses")
	case "10":
		return fault(instruments.OutOfRange, "value outside the range of the board")
	case "11":
		return fault(instruments.Moved, "movement")
	case "12":
		return fault(instruments.Overpressure, "cuff over-pressure")
	case "13":
		return fault(instruments.Moved, "signal saturated")
	case "14":
		return fault(instruments.OutOfOrder, "leak found in the leak test")
	case "15":
		return fault(instruments.OutOfOrder, "system error")
	}
	return fault(instruments.OutOfOrder, "unknown message")
}
