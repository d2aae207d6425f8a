package spotcheck

import (
	"fmt"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// A Result is an accepted reading. Every number is one that the instrument
// sent: the lower median, never a mean.
type Result struct {
	SpO2      instruments.Number // percent
	Pulse     instruments.Number // beats a minute
	Signal    instruments.Number // of 8, or Missing
	Perfusion instruments.Number // hundredths of a percent; Missing unless every frame has it
	// Contact is how long the finger had been in; Final is the span of the
	// median and Window that of the judgement.
	Contact, Final, Window time.Duration
	// SpO2Spread and PulseSpread are by how much the good frames that were judged
	// differ, and Artefact how many percent of all of them were not good.
	SpO2Spread, PulseSpread instruments.Number
	Artefact                int
	// LowPerfusion reports that the perfusion index is poor but usable.
	LowPerfusion bool
	// SmartPoint reports that the instrument itself accepted the values, and
	// not the rule.
	SmartPoint bool
}

// Values returns the result as measured values, or an error if one of them
// cannot be.
func (r Result) Values() (vitals.Values, error) {
	vs := vitals.Values{
		{Measure: vitals.SpO2, Quantity: vitals.Of(int(r.SpO2), vitals.Percent)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(int(r.Pulse), vitals.PerMinute)},
	}
	if r.Perfusion.Valid() {
		pi, err := vitals.Scaled(int64(r.Perfusion), 2)
		if err != nil {
			return nil, err
		}
		vs = append(vs, vitals.Value{
			Measure:  vitals.PerfusionIndex,
			Quantity: vitals.Quantity{Value: pi, Unit: vitals.Percent},
		})
	}
	if err := vitals.CheckPlausible(vs); err != nil {
		return nil, err
	}
	return vs, nil
}

// Flags returns the cautions that go with the result.
func (r Result) Flags() []vitals.Flag {
	if r.LowPerfusion {
		return []vitals.Flag{vitals.LowPerfusion}
	}
	return nil
}

// Note says for staff how the value was formed.
func (r Result) Note() string {
	if r.SmartPoint {
		return fmt.Sprintf("accepted by the instrument itself (SmartPoint), %s after the finger went in", r.Contact)
	}
	note := fmt.Sprintf("median of the last %s of %s stable, %s after the finger went in", r.Final, r.Window, r.Contact)
	if r.Signal.Valid() {
		note += fmt.Sprintf(", signal %d of 8", r.Signal)
	}
	return note
}

// Taken is the quality statement of the result, by the rule of an id.
func (r Result) Taken(rule string) *oximetry.Taken {
	t := &oximetry.Taken{
		Rule: rule, ByInstrument: r.SmartPoint, Contact: int(r.Contact / time.Second), Stable: int(r.Window / time.Second),
		SpO2Spread: int(r.SpO2Spread), PulseSpread: int(r.PulseSpread), Artefact: r.Artefact,
	}
	if r.SmartPoint {
		t.Stable = 0
	}
	for _, told := range []struct {
		number instruments.Number
		to     **int
	}{{r.Signal, &t.Signal}, {r.Perfusion, &t.Perfusion}} {
		if told.number.Valid() {
			*told.to = new(int(told.number))
		}
	}
	return t
}

// accept ends the check if the window is stable.
func (c *Check) accept() bool {
	finalFrames := c.span.final * c.pace.Frames
	spo2, pulse := emptySpread(), emptySpread()
	finalSpO2 := emptySpread()
	spoilt := 0
	for i := range c.ring {
		f := &c.ring[(c.next+i)%len(c.ring)]
		if !f.good {
			spoilt++
			continue
		}
		spo2.add(f.spo2)
		pulse.add(f.pulse)
		if i >= len(c.ring)-finalFrames {
			finalSpO2.add(f.spo2)
		}
	}
	if spo2.width() > c.rule.SpO2Spread || pulse.width() > c.rule.PulseSpread || finalSpO2.width() > c.rule.FinalSpread {
		return false
	}
	c.verdict = Accepted
	c.result = c.median(finalFrames)
	c.result.SpO2Spread, c.result.PulseSpread = spo2.width(), pulse.width()
	c.result.Artefact = (100*spoilt + len(c.ring) - 1) / len(c.ring)
	return true
}

// confirm ends the check if the instrument itself accepts its values, and has
// for a few samples that agree.
func (c *Check) confirm(s *instruments.PlethSample) bool {
	if !s.SmartPoint || !c.finger.in || !c.rule.credible(s) {
		c.confirmed = 0
		return false
	}
	n := min(max(c.rule.Confirm, 1), len(c.ring))
	if c.confirmed = min(c.confirmed+1, n); c.confirmed < n {
		return false
	}
	spo2, pulse := emptySpread(), emptySpread()
	for i := len(c.ring) - n; i < len(c.ring); i++ {
		f := &c.ring[(c.next+i)%len(c.ring)]
		spo2.add(f.spo2)
		pulse.add(f.pulse)
	}
	if spo2.width() > c.rule.FinalSpread || pulse.width() > c.rule.PulseSpread {
		return false
	}
	c.verdict = Accepted
	c.result = c.median(n)
	c.result.SpO2Spread, c.result.PulseSpread = spo2.width(), pulse.width()
	c.result.SmartPoint = true
	return true
}

// median forms the result from the good frames among the last n.
func (c *Check) median(n int) Result {
	var spo2, pulse, signal, perfusion []instruments.Number
	for i := len(c.ring) - n; i < len(c.ring); i++ {
		f := c.ring[(c.next+i)%len(c.ring)]
		if !f.good {
			continue
		}
		spo2 = append(spo2, f.spo2)
		pulse = append(pulse, f.pulse)
		signal = append(signal, f.signal)
		perfusion = append(perfusion, f.perfusion)
	}
	r := Result{
		SpO2: lowerMedian(spo2), Pulse: lowerMedian(pulse),
		Signal: lowerMedian(signal), Perfusion: lowerMedian(perfusion),
		Contact: time.Duration(c.finger.contact/c.pace.Frames) * c.pace.Unit,
		Final:   time.Duration(c.span.final) * c.pace.Unit,
		Window:  time.Duration(c.span.window) * c.pace.Unit,
	}
	r.LowPerfusion = r.Perfusion.Valid() && r.Perfusion < c.rule.LowPerfusion
	return r
}

// lowerMedian sorts ns. It is Missing if any of them is.
func lowerMedian(ns []instruments.Number) instruments.Number {
	if len(ns) == 0 || slices.Contains(ns, instruments.Missing) {
		return instruments.Missing
	}
	slices.Sort(ns)
	return ns[(len(ns)-1)/2]
}

// spread is the smallest and the largest of some numbers.
type spread struct{ low, high instruments.Number }

func emptySpread() spread { return spread{low: 1<<15 - 1, high: -1 << 15} }

func (s *spread) add(n instruments.Number) {
	s.low, s.high = min(s.low, n), max(s.high, n)
}

func (s *spread) width() instruments.Number { return s.high - s.low }
