package quality

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestStandards: a cuff, an oximeter and a scale stand under the same rules as
// what has a control solution: the limit is where three deviations are.
func TestStandards(t *testing.T) {
	half, _ := vitals.ParseDecimal("19.95")
	over, _ := vitals.ParseDecimal("20.11")
	for _, panel := range []vitals.Panel{vitals.BloodPressure, vitals.Oximetry, vitals.BodyWeight} {
		for _, c := range Checks(panel) {
			limit, mean := c.Target.Limit, c.Target.Mean.Value
			up := mean.Sub(vitals.Int(0).Sub(limit))
			if c.Source == "" || c.Target.Beyond(up, 3) != 0 || c.Target.Beyond(mean.Sub(limit), 3) != 0 {
				t.Errorf("%s at %s: what is on the limit is beyond it", panel, c.Level)
			}
			small, _ := vitals.Scaled(1, 2)
			if c.Target.Beyond(up.Sub(vitals.Int(0).Sub(small)), 3) != 1 {
				t.Errorf("%s at %s: what is over the limit is within", panel, c.Level)
			}
		}
	}
	cuff := Target{Mean: vitals.Of(150, vitals.MmHg), Limit: vitals.Int(3)}
	i := Instrument{Model: "cuff"}
	run := func(value int) Run {
		return Run{Instrument: i, Control: "G/150", Target: cuff, Value: vitals.Of(value, vitals.MmHg), At: noon}
	}
	for _, tt := range []struct {
		values []int
		want   []Rule
	}{
		{[]int{152}, nil}, {[]int{153}, []Rule{Rule12s}}, {[]int{154}, []Rule{Rule12s, Rule13s}},
		{[]int{153, 153}, []Rule{Rule12s, Rule22s}}, {[]int{147, 153}, []Rule{Rule12s}},
	} {
		var runs []Run
		for _, v := range tt.values {
			runs = append(runs, run(v))
		}
		if got := Judge(runs).Broken; !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.values, got, tt.want)
		}
	}
	scale := Checks(vitals.BodyWeight)[0].Target
	if scale.Beyond(half, 2) != 0 || scale.Beyond(over, 3) != 1 {
		t.Error("the scale is judged wrongly")
	}
	if got := cuff.At(-2).String(); got != "148" {
		t.Errorf("two deviations below are at %s", got)
	}
	if got := cuff.Deviations(vitals.Int(151)); got != 1 {
		t.Errorf("a third of the limit is %v deviations", got)
	}
	l := &Log{
		Lots: []Lot{{Number: "G/150", Kind: Standard, Panel: vitals.BloodPressure, Level: "150", Target: cuff, Opened: noon.Add(-time.Hour), Expires: noon.Add(time.Hour)}},
		Runs: []Run{run(154)},
	}
	plan := Plan{Panel: vitals.BloodPressure, ControlEvery: 24}
	if got := l.Locks(plan, i, noon); !slices.Equal(got, []Lock{OutOfControl}) {
		t.Errorf("a cuff 4 mmHg off: %v", got)
	}
	l.Runs = append(l.Runs, run(150))
	if got := l.Locks(plan, i, noon); got != nil {
		t.Errorf("mended: %v", got)
	}
}

func TestSamplesAreBlind(t *testing.T) {
	target := Target{Mean: vitals.Of(100, vitals.MgPerDL), SD: vitals.Int(5)}
	l := &Log{
		Lots:    []Lot{{Number: "C", Kind: Control, Target: target}, {Number: "P", Kind: Proficiency, Target: target}},
		Samples: []Run{{Instrument: meter, Control: "P", Value: vitals.Of(300, vitals.MgPerDL), Target: target, Comment: "cloudy", At: noon}},
	}
	b := l.Blinded()
	if b.Lots[1].Target.Known() || b.Samples[0].Value.Unit != "" || b.Samples[0].Comment != "" || b.Samples[0].Target.Known() {
		t.Errorf("the operator sees %+v", b)
	}
	if !b.Lots[0].Target.Known() || !l.Lots[1].Target.Known() || b.Samples[0].Control != "P" {
		t.Error("too much was taken away")
	}
	if _, ok := l.Solution("P"); ok {
		t.Error("a sample is taken for a control")
	}
	if got := l.Locks(Plan{ControlEvery: 24}, meter, noon); !slices.Equal(got, []Lock{NoControl}) {
		t.Errorf("a sample counts as a control: %v", got)
	}
}

func TestLinearity(t *testing.T) {
	l := &Log{}
	add := func(number string, want, got int) {
		l.Lots = append(l.Lots, Lot{Number: number, Kind: Linearity, Target: Target{Mean: vitals.Of(want, vitals.MgPerDL)}})
		l.Samples = append(l.Samples, Run{Instrument: meter, Control: number, Value: vitals.Of(got, vitals.MgPerDL)})
	}
	add("1", 50, 60)
	add("2", 150, 170)
	if _, err := l.Linearity(meter); !errors.Is(err, ErrFewSamples) {
		t.Errorf("a line through two: %v", err)
	}
	add("3", 250, 280)
	line, err := l.Linearity(meter)
	if err != nil || line.N != 3 || line.Slope < 1.099 || line.Slope > 1.101 || line.Intercept < 4.99 || line.Intercept > 5.01 || line.Farthest > 1e-9 {
		t.Errorf("%+v, %v", line, err)
	}
	add("4", 350, 300)
	if line, _ := l.Linearity(meter); line.Farthest < 20 {
		t.Errorf("a saturated meter is %.1f off the line", line.Farthest)
	}
}
