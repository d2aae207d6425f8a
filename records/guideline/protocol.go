package guideline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"aidpost/records/vitals"
)

// A Protocol says how a blood pressure is taken and which readings count.
type Protocol struct {
	Rest          time.Duration   // seated, before the first inflation
	Readings      int             // valid readings to take
	Interval      time.Duration   // from deflation to the next start
	MaxInflations int             // failed ones included
	UseLast       int             // how many of the last valid readings are averaged
	SpreadLimit   vitals.Quantity // a greater difference between them asks for one more
	Source        string
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

// Average averages the readings of one series in the order in which they were
// taken. An attempt that failed is an empty entry: it is no reading, but an
// inflation. A reading past the cuff's range is a limit and no number, so it is
// not averaged either. Ended says that no further attempt will be made,
// because the person stopped or the value must be acted upon.
func (p Protocol) Average(attempts []vitals.Values, ended bool) Average {
	var valid []vitals.Values
	for _, attempt := range attempts {
		if measured(attempt, vitals.Systolic) && measured(attempt, vitals.Diastolic) {
			valid = append(valid, attempt)
		}
	}
	used := valid[max(0, len(valid)-p.UseLast):]
	wide := p.spread(used, vitals.Systolic) || p.spread(used, vitals.Diastolic)
	result := Average{Mean: mean(used), Of: len(used)}
	final := ended || len(attempts) >= p.MaxInflations
	switch {
	case !final && (wide || len(valid) < p.Readings):
		result.Verdict = NeedMore
	case len(used) == 0:
		result.Verdict = NoReading
	case len(used) == 1:
		result.Verdict = SingleReading
	case wide:
		result.Verdict = SpreadNoted
	default:
		result.Verdict = Enough
	}
	return result
}

func measured(reading vitals.Values, m vitals.Measure) bool {
	q, ok := reading.Get(m)
	return ok && q.Comparator == vitals.Exactly
}

// spread reports whether measure m differs by more than the limit.
func (p Protocol) spread(readings []vitals.Values, m vitals.Measure) bool {
	for i, a := range readings {
		x, _ := a.Get(m)
		for _, b := range readings[i+1:] {
			y, _ := b.Get(m)
			if x.Value.Sub(y.Value).Cmp(p.SpreadLimit.Value) > 0 || y.Value.Sub(x.Value).Cmp(p.SpreadLimit.Value) > 0 {
				return true
			}
		}
	}
	return false
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

// check refuses a protocol that would never end or never average.
func (p Protocol) check() error {
	_, _, pressure := vitals.PlausibleRange(vitals.Systolic, p.SpreadLimit.Unit)
	switch {
	case p.Rest < 0, p.Interval <= 0, p.Readings < 1, p.UseLast < 1, p.UseLast > p.Readings,
		p.MaxInflations < p.Readings, p.SpreadLimit.Value.Cmp(vitals.Int(0)) <= 0, !pressure, p.Source == "":
		return faulty("the blood-pressure protocol is not complete")
	}
	return nil
}

// protocolText is the form of a Protocol in the data files.
type protocolText struct {
	Rest          string          `json:"rest"`
	Readings      int             `json:"readings"`
	Interval      string          `json:"interval"`
	MaxInflations int             `json:"maxInflations"`
	UseLast       int             `json:"useLast"`
	SpreadLimit   vitals.Quantity `json:"spreadLimit"`
	Source        string          `json:"source"`
}

// MarshalJSON writes the protocol as the data files have it.
func (p Protocol) MarshalJSON() ([]byte, error) {
	return json.Marshal(protocolText{
		p.Rest.String(), p.Readings, p.Interval.String(), p.MaxInflations, p.UseLast, p.SpreadLimit, p.Source,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (p *Protocol) UnmarshalJSON(data []byte) error {
	var text protocolText
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&text); err != nil {
		return err
	}
	rest, err := time.ParseDuration(text.Rest)
	if err != nil {
		return fmt.Errorf("reading the rest: %w", err)
	}
	interval, err := time.ParseDuration(text.Interval)
	if err != nil {
		return fmt.Errorf("reading the interval: %w", err)
	}
	*p = Protocol{rest, text.Readings, interval, text.MaxInflations, text.UseLast, text.SpreadLimit, text.Source}
	return nil
}
