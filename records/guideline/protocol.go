package guideline

import (
	"time"

	"aidpost/records/vitals"
)

// A Protocol says how a blood pressure is taken and which readings count. It is
// data, like the thresholds: one file per published procedure under protocols,
// and a site may write its own.
type Protocol struct {
	ID            string
	Title         string          // for whoever chooses one
	Rest          time.Duration   // seated, before the first inflation
	Readings      int             // valid readings to take
	Interval      time.Duration   // from deflation to the next start
	MaxInflations int             // failed ones included
	UseLast       int             // how many of the last valid readings are averaged
	DiscardFirst  bool            // the first valid reading never counts beside another
	SpreadLimit   vitals.Quantity // a greater difference between them asks for one more
	// EnoughBelow ends a series after a first reading with both pressures below
	// it; zero: none is enough.
	EnoughBelow Pressure
	// BothArms asks staff to measure both arms at a person's first visit. A kiosk
	// that a person uses alone does not ask: it cannot see which arm is in the cuff.
	BothArms bool
	Source   string
}

// A Pressure is a pair of limits in mmHg.
type Pressure struct {
	Systolic  vitals.Decimal `json:"systolic"`
	Diastolic vitals.Decimal `json:"diastolic"`
}

// A Verdict says whether a series of readings is enough.
type Verdict uint8

// The verdicts.
const (
	NeedMore      Verdict = iota // take another reading
	Enough                       // the mean is final
	SpreadNoted                  // final, but the readings still differ by more than the limit
	SingleReading                // final, from one reading only: not a mean
	NoReading                    // final: nothing was measured
)

// String returns the verdict's name for logs and tests.
func (v Verdict) String() string {
	switch v {
	case NeedMore:
		return "need more"
	case Enough:
		return "enough"
	case SpreadNoted:
		return "spread noted"
	case SingleReading:
		return "single reading"
	}
	return "no reading"
}

// An Average is what a series of readings comes to so far.
type Average struct {
	Mean    vitals.Values // each measure that all the readings used have, in whole units; nil without a reading
	Of      int           // readings used
	Verdict Verdict
}

// Average is Series for attempts of one arm, none of which was set aside.
func (p Protocol) Average(attempts []vitals.Values, ended bool) Average {
	tried := make([]Attempt, len(attempts))
	for i, values := range attempts {
		tried[i].Values = values
	}
	return p.Series(tried, ended).Average
}

// spread reports whether measure m differs by more than the limit.
func (p Protocol) spread(readings []vitals.Values, m vitals.Measure) bool {
	for i, a := range readings {
		x, _ := a.Get(m)
		for _, b := range readings[i+1:] {
			y, _ := b.Get(m)
			if apart(x, y).Cmp(p.SpreadLimit.Value) > 0 {
				return true
			}
		}
	}
	return false
}

// apart returns by how much two quantities of one unit differ.
func apart(x, y vitals.Quantity) vitals.Decimal {
	if x.Value.Cmp(y.Value) < 0 {
		x, y = y, x
	}
	return x.Value.Sub(y.Value)
}

// mean averages each measure over the same readings.
func mean(readings []vitals.Values) vitals.Values {
	if len(readings) == 0 {
		return nil
	}
	var means vitals.Values
	numbers := make([]vitals.Decimal, len(readings))
measures:
	for _, v := range readings[0] {
		for i, reading := range readings {
			q, ok := reading.Get(v.Measure)
			if !ok || q.Unit != v.Quantity.Unit || q.Comparator != vitals.Exactly {
				continue measures
			}
			numbers[i] = q.Value
		}
		means = append(means, vitals.Value{
			Measure:  v.Measure,
			Quantity: vitals.Quantity{Value: vitals.Mean(numbers, 0), Unit: v.Quantity.Unit},
		})
	}
	return means
}
