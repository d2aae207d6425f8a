package cuff

import (
	"errors"
	"fmt"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Result is what a cuff reports: pressures in mmHg, pulse per minute. A Mean
// of zero was not given.
type Result struct {
	Systolic, Diastolic, Mean, Pulse int
}

// A Range is what an instrument can measure, both ends included.
type Range struct {
	Systolic, Diastolic, Pulse [2]int
}

// AnyCuff is the range of an instrument whose maker prints none.
func AnyCuff() Range {
	return Range{Systolic: [2]int{40, 300}, Diastolic: [2]int{20, 215}, Pulse: [2]int{30, 240}}
}

// The pulse pressures that are kept but flagged, in mmHg.
const (
	narrowPulse = 15
	widePulse   = 120
)

// Values checks the result against the range r of the instrument and against
// what can be, and returns it as values with its flags. A *Fault says why it
// is no reading: NoPulse if a number is missing, OutOfRange, or Implausible.
// Faults name the measure at fault, not its value.
func (res Result) Values(r Range) (vitals.Values, []vitals.Flag, error) {
	if err := res.check(r); err != nil {
		return nil, nil, err
	}
	values := vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(res.Systolic, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(res.Diastolic, vitals.MmHg)},
	}
	if res.Mean != 0 {
		values = append(values, vitals.Value{Measure: vitals.MeanArterial, Quantity: vitals.Of(res.Mean, vitals.MmHg)})
	}
	values = append(values, vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(res.Pulse, vitals.PerMinute)})
	if err := vitals.CheckPlausible(values); err != nil {
		return nil, nil, implausible(err)
	}
	var flags []vitals.Flag
	if gap := res.Systolic - res.Diastolic; gap < narrowPulse || gap > widePulse {
		flags = append(flags, vitals.WidePulse)
	}
	return values, flags, nil
}

func (res Result) check(r Range) error {
	for _, n := range []struct {
		measure vitals.Measure
		value   int
		limits  [2]int
	}{
		{vitals.Systolic, res.Systolic, r.Systolic},
		{vitals.Diastolic, res.Diastolic, r.Diastolic},
		{vitals.Pulse, res.Pulse, r.Pulse},
	} {
		switch {
		case n.value == 0:
			return instruments.NewFault(instruments.NoPulse, fmt.Sprintf("no %s in the result", n.measure))
		case n.value < n.limits[0], n.value > n.limits[1]:
			return instruments.NewFault(instruments.OutOfRange,
				fmt.Sprintf("%s outside %d to %d", n.measure, n.limits[0], n.limits[1]))
		}
	}
	return nil
}

// implausible names the measure and the reason, but keeps the value out of logs.
func implausible(err error) error {
	var why *vitals.ImplausibleError
	if errors.As(err, &why) {
		return instruments.NewFault(instruments.Implausible, fmt.Sprintf("%s %s", why.Measure, why.Why))
	}
	return instruments.NewFault(instruments.Implausible, "")
}
