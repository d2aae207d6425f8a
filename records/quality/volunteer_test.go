package quality

import (
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records/vitals"
)

var (
	armCuff   = Instrument{Model: "cuff", Serial: "1"}
	reference = Lot{
		Number: "V1", Kind: Standard, Panel: vitals.BloodPressure, Level: "volunteer", Target: volunteerTarget(),
		Opened: noon.AddDate(-1, 0, 0), Expires: noon.AddDate(1, 0, 0),
	}
	gauge = Lot{
		Number: "G1", Kind: Standard, Panel: vitals.BloodPressure, Level: "150", Target: Target{Mean: vitals.Of(150, vitals.MmHg), Limit: vitals.Int(3)},
		Opened: noon.AddDate(-1, 0, 0), Expires: noon.AddDate(1, 0, 0),
	}
)

// volunteerTarget is that of the usual volunteer check.
func volunteerTarget() Target {
	for _, c := range Checks(vitals.BloodPressure) {
		if c.Target.Paired() {
			return c.Target
		}
	}
	return Target{}
}

// compared is a volunteer check of so many pairs, each systolic and diastolic apart.
func compared(t *testing.T, ago time.Duration, apart ...[2]int) Run {
	t.Helper()
	run := Run{Instrument: armCuff, Control: "V1", Target: volunteerTarget(), At: noon.Add(-ago)}
	for _, d := range apart {
		run.Pairs = append(run.Pairs, Difference{vitals.Int(d[0]), vitals.Int(d[1])})
	}
	run, err := run.Judged()
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestVolunteerIsJudged(t *testing.T) {
	for name, tt := range map[string]struct {
		apart [][2]int
		value string
		want  []Rule
	}{
		"near":                         {[][2]int{{2, -1}, {-3, 0}, {4, 1}}, "1", nil},
		"some way off":                 {[][2]int{{4, 0}, {4, 0}, {4, 0}}, "4", []Rule{Rule12s}},
		"the mean on its limit":        {[][2]int{{5, 0}, {5, 0}, {5, 0}}, "5", []Rule{Rule12s}},
		"the mean over its limit":      {[][2]int{{5, 0}, {5, 0}, {6, 0}}, "5.33", []Rule{Rule12s, Rule13s}},
		"too low":                      {[][2]int{{-7, 0}, {-5, 0}, {-6, 0}}, "-6", []Rule{Rule12s, Rule13s}},
		"diastolic alone":              {[][2]int{{0, 8}, {0, 6}, {1, 7}}, "7", []Rule{Rule12s, Rule13s}},
		"one pair on its limit":        {[][2]int{{15, 0}, {0, 0}, {-3, 0}}, "4", []Rule{Rule12s}},
		"one pair over it":             {[][2]int{{16, 0}, {0, 0}, {-16, 0}}, "0", []Rule{RulePair}},
		"one diastolic pair":           {[][2]int{{0, -16}, {0, 8}, {0, 8}}, "0", []Rule{RulePair}},
		"far off altogether":           {[][2]int{{20, 9}, {18, 8}, {19, 9}}, "19", []Rule{Rule12s, Rule13s, RulePair}},
		"more pairs than are needed":   {[][2]int{{1, 0}, {2, 0}, {3, 0}, {2, 0}, {2, 0}}, "2", nil},
		"the two sides do not make up": {[][2]int{{6, -6}, {6, -6}, {6, -6}}, "6", []Rule{Rule12s, Rule13s}},
	} {
		run := compared(t, 0, tt.apart...)
		v := Judge([]Run{run})
		if run.Value.Value.String() != tt.value || run.Value.Unit != vitals.MmHg || !slices.Equal(v.Broken, tt.want) {
			t.Errorf("%s: %s, %v, want %s, %v", name, run.Value, v.Broken, tt.value, tt.want)
		}
		if rejects := len(tt.want) > 0 && !slices.Equal(tt.want, []Rule{Rule12s}); v.Rejected() != rejects {
			t.Errorf("%s: rejected %t", name, v.Rejected())
		}
	}
}

func TestPairsAreCounted(t *testing.T) {
	pairs := func(n int) []Difference { return make([]Difference, n) }
	for name, tt := range map[string]struct {
		run Run
		ok  bool
	}{
		"two":             {Run{Target: volunteerTarget(), Pairs: pairs(2)}, false},
		"none":            {Run{Target: volunteerTarget()}, false},
		"three":           {Run{Target: volunteerTarget(), Pairs: pairs(3)}, true},
		"ten":             {Run{Target: volunteerTarget(), Pairs: pairs(10)}, true},
		"eleven":          {Run{Target: volunteerTarget(), Pairs: pairs(11)}, false},
		"some at a gauge": {Run{Target: gauge.Target, Pairs: pairs(3)}, false},
		"none at a gauge": {Run{Target: gauge.Target}, true},
	} {
		if _, err := tt.run.Judged(); (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrFewPairs) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePressures(t *testing.T) {
	for text, ok := range map[string]bool{
		"118/76": true, " 118 / 76 ": true, "118": false, "": false, "76/118": false, "118/118": false, "1180/76": false, "118/7": false,
		"281/76": false, "280/30": true, "118/29": false, "118/76/70": false, "a/b": false, "-118/76": false,
	} {
		if p, err := ParsePressures(text, vitals.ParseDecimal); (err == nil) != ok {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
}

// TestVolunteerIsDue: by a schedule of its own where the site has one, and like any
// other control where it has not; one that failed locks the cuff either way.
func TestVolunteerIsDue(t *testing.T) {
	const day = 24 * time.Hour
	near, far := [][2]int{{1, 0}, {0, 0}, {2, 0}}, [][2]int{{9, 0}, {8, 0}, {9, 0}}
	static := func(ago time.Duration) Run {
		return Run{Instrument: armCuff, Control: "G1", Target: gauge.Target, Value: gauge.Target.Mean, At: noon.Add(-ago)}
	}
	volunteer := func(ago time.Duration) Run { return compared(t, ago, near...) }
	both, alone, neither := Plan{ControlEvery: 24, VolunteerEvery: 30}, Plan{VolunteerEvery: 30}, Plan{ControlEvery: 24}
	for name, tt := range map[string]struct {
		plan Plan
		runs []Run
		lock Lock
		next string
	}{
		"never, and none is asked for":            {neither, []Run{static(day / 2)}, "", "V1"},
		"one counts where none is asked for":      {neither, []Run{volunteer(day / 2)}, "", "G1"},
		"never":                                   {both, []Run{static(day / 2)}, NoControl, "V1"},
		"it is no static check":                   {both, []Run{static(2 * day), volunteer(day / 2)}, ControlDue, "G1"},
		"a static check is none":                  {both, []Run{volunteer(31 * day), static(day / 2)}, ControlDue, "V1"},
		"both in time":                            {both, []Run{volunteer(29*day + 18*time.Hour), static(day / 4)}, "", "V1"},
		"the static one is due first":             {both, []Run{volunteer(day), static(day / 4)}, "", "G1"},
		"alone, in time":                          {alone, []Run{volunteer(29 * day)}, "", "V1"},
		"alone, on the day":                       {alone, []Run{volunteer(30 * day)}, ControlDue, "V1"},
		"failed":                                  {both, []Run{static(day / 2), compared(t, day/4, far...)}, OutOfControl, "G1"},
		"failed, and others passed since":         {both, []Run{compared(t, day/2, far...), static(day / 4)}, OutOfControl, "G1"},
		"failed, and nothing else is asked for":   {alone, []Run{compared(t, day/2, far...)}, OutOfControl, "V1"},
		"failed where one counts like any other":  {neither, []Run{compared(t, day/2, far...)}, OutOfControl, "G1"},
		"failed, and passed":                      {both, []Run{compared(t, day/2, far...), volunteer(day / 3), static(day / 4)}, "", "G1"},
		"the static one failed, this one did not": {alone, []Run{{Instrument: armCuff, Control: "G1", Target: gauge.Target, Value: vitals.Of(160, vitals.MmHg), At: noon.Add(-day)}, volunteer(day / 2)}, OutOfControl, "V1"},
	} {
		l := &Log{Lots: []Lot{gauge, reference}, Runs: tt.runs}
		tt.plan.Panel = vitals.BloodPressure
		if got := l.Due(tt.plan, armCuff, noon); got.Lock != tt.lock || got.Next.Number != tt.next {
			t.Errorf("%s: %q with %s, want %q with %s", name, got.Lock, got.Next.Number, tt.lock, tt.next)
		}
	}
}
