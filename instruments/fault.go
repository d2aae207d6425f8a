package instruments

import "errors"

// A FaultCode names a cause that a person can do something about. The words
// for people are kept in the message catalogue under this code.
type FaultCode string

// The causes. Each has its own words and its own drawing.
const (
	// The wire.
	NoAnswer   FaultCode = "no-answer"   // nothing, or nothing more, comes from the instrument
	Unplugged  FaultCode = "unplugged"   // the port vanished
	PortBusy   FaultCode = "port-busy"   // another program holds the port
	Permission FaultCode = "permission"  // the system refuses the port
	Garbled    FaultCode = "garbled"     // bytes that no instrument of this model sends
	WrongModel FaultCode = "wrong-model" // it answers, but is something else

	// The instrument.
	OutOfOrder FaultCode = "out-of-order"
	LowBattery FaultCode = "low-battery"
	LowPower   FaultCode = "low-power"  // of the computer: a cuff is not started any more
	LockedOut  FaultCode = "locked-out" // quality control does not let it be used
	NotClean   FaultCode = "not-clean"  // it was not cleaned since the person before
	OnePerson  FaultCode = "one-person" // it is made for one person, and not for this one

	// The finger.
	FingerOut  FaultCode = "finger-out"
	WeakSignal FaultCode = "weak-signal"
	Unstable   FaultCode = "unstable" // values never settled

	// The cuff.
	CuffLoose        FaultCode = "cuff-loose"
	HoseBlocked      FaultCode = "hose-blocked"
	Moved            FaultCode = "movement"
	NoPulse          FaultCode = "no-pulse"
	OutOfRange       FaultCode = "out-of-range" // outside what the instrument can measure
	Implausible      FaultCode = "implausible"  // a value no living person can have
	TooLong          FaultCode = "too-long"
	Overpressure     FaultCode = "overpressure"
	Stopped          FaultCode = "stopped"           // by a person or by the program
	AbortUnconfirmed FaultCode = "abort-unconfirmed" // the cuff may still be tight

	// The meter.
	NoNewResult    FaultCode = "no-new-result"
	AlreadySaved   FaultCode = "already-saved" // another visit has the result in the records
	SeveralResults FaultCode = "several-results"
	ControlTest    FaultCode = "control-solution"
	ClockUnset     FaultCode = "clock-unset"
	DamagedRecord  FaultCode = "damaged-record"
	NotGlucose     FaultCode = "not-glucose"
	OtherPerson    FaultCode = "other-person" // the instrument says that the result is somebody else's
	AboveRange     FaultCode = "above-range"  // HI; also given as a value with a comparator
	BelowRange     FaultCode = "below-range"  // LO

	Internal FaultCode = "internal"
)

// FaultCodes lists every code, for tests that each has words and a drawing.
func FaultCodes() []FaultCode {
	return []FaultCode{
		NoAnswer, Unplugged, PortBusy, Permission, Garbled, WrongModel, OutOfOrder, LowBattery, LowPower, LockedOut, NotClean, OnePerson,
		FingerOut, WeakSignal, Unstable, CuffLoose, HoseBlocked, Moved, NoPulse, OutOfRange,
		Implausible, TooLong, Overpressure, Stopped, AbortUnconfirmed, NoNewResult, AlreadySaved, SeveralResults,
		ControlTest, ClockUnset, DamagedRecord, NotGlucose, OtherPerson, AboveRange, BelowRange, Internal,
	}
}

// A Fault says why there is no reading. It is an error when it ends a
// measurement and an Event when it passes (a finger that left may come back).
type Fault struct {
	Code   FaultCode
	Device string // the instrument's own code, as its manual prints it
	Detail string // for staff and logs; never a measured value
	Err    error
}

// NewFault returns a Fault with a detail for staff.
func NewFault(code FaultCode, detail string) *Fault { return &Fault{Code: code, Detail: detail} }

// Wrap returns a Fault caused by err.
func Wrap(code FaultCode, err error) *Fault { return &Fault{Code: code, Err: err} }

func (f *Fault) Error() string {
	s := string(f.Code)
	if f.Device != "" {
		s += " (instrument code " + f.Device + ")"
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

func (f *Fault) Unwrap() error { return f.Err }

// Is makes errors.Is(err, &Fault{Code: c}) compare codes alone.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// CodeOf returns the code of the first Fault in err's chain, or Internal for
// any other error. The code of nil is empty.
func CodeOf(err error) FaultCode {
	var f *Fault
	switch {
	case err == nil:
		return ""
	case errors.As(err, &f):
		return f.Code
	}
	return Internal
}
