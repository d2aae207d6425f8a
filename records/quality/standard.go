package quality

import "aidpost/records/vitals"

// A Check is what an instrument that has no control solution is held against, as
// it is usually done. A site may use other levels and limits.
type Check struct {
	Level  string // its name: the pressure, "leak" or "volunteer"
	Target Target
	Source string // of the limit
}

// Checks returns the usual checks of a panel against a standard: a pressure
// gauge on the cuff's hose, a reference on the arm of a volunteer, a tester in place of the finger, a weight.
func Checks(p vitals.Panel) []Check {
	within := func(level string, value, limit vitals.Decimal, unit vitals.Unit, source string) Check {
		return Check{Level: level, Target: Target{Mean: vitals.Quantity{Value: value, Unit: unit}, Limit: limit}, Source: source}
	}
	const (
		pressure = "OIML R 16-2: maximum permissible error of the cuff pressure 3 mmHg"
		leak     = "OIML R 16-2: pressure lost in a minute at most 6 mmHg"
		oxygen   = "ISO 80601-2-61: accuracy within 4 % from 70 % to 100 %"
		paired   = "ISO 81060-2: mean difference at most 5 mmHg; ESH International Protocol: widest class 15 mmHg"
		weight   = "OIML R 76-1: class III, 0.1 kg a step, in service"
	)
	step, _ := vitals.Scaled(1, 1)
	switch p {
	case vitals.BloodPressure:
		volunteer := within("volunteer", vitals.Int(0), vitals.Int(meanApart), vitals.MmHg, paired)
		volunteer.Target.Single = vitals.Int(singleApart)
		return []Check{
			within("50", vitals.Int(50), vitals.Int(3), vitals.MmHg, pressure),
			within("150", vitals.Int(150), vitals.Int(3), vitals.MmHg, pressure),
			within("250", vitals.Int(250), vitals.Int(3), vitals.MmHg, pressure),
			within("leak", vitals.Int(0), vitals.Int(6), vitals.MmHg, leak),
			volunteer,
		}
	case vitals.Oximetry:
		return []Check{
			within("80", vitals.Int(80), vitals.Int(4), vitals.Percent, oxygen),
			within("90", vitals.Int(90), vitals.Int(4), vitals.Percent, oxygen),
			within("97", vitals.Int(97), vitals.Int(4), vitals.Percent, oxygen),
		}
	case vitals.BodyWeight:
		return []Check{within("20", vitals.Int(20), step, vitals.Kilogram, weight)}
	}
	return nil
}
