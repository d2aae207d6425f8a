package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"aidpost/records/vitals"
)

var (
	noon  = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)
	meter = Instrument{Model: "onetouch-ultra2", Serial: "VDH74F2CY"}
)

// target is 100 mg/dL with a standard deviation of 5.
func target(mean, sd int) Target {
	return Target{Mean: vitals.Of(mean, vitals.MgPerDL), SD: vitals.Int(sd)}
}

// runs makes control runs out of text: "low+2.5" is the solution low, 2.5
// standard deviations above its target. A blank is a day, a comma a minute.
func runs(t *testing.T, text string) []Run {
	t.Helper()
	at := noon
	var all []Run
	for _, day := range strings.Fields(text) {
		for _, one := range strings.Split(day, ",") {
			i := strings.IndexAny(one, "+-")
			var z float64
			if _, err := fmt.Sscanf(one[i:], "%g", &z); err != nil {
				t.Fatal(err)
			}
			goal := target(map[string]int{"low": 60, "mid": 100, "high": 300}[one[:i]], 10)
			all = append(all, Run{Instrument: meter, Control: one[:i], Target: goal, At: at,
				Value: vitals.Of(goal.Mean.Value.Int()+int(math.Round(10*z)), vitals.MgPerDL)})
			at = at.Add(time.Minute)
		}
		at = at.Add(24 * time.Hour)
	}
	return all
}

func TestWestgard(t *testing.T) {
	for text, want := range map[string]string{
		"mid+0":                   "",
		"mid+2":                   "", // on the limit is within
		"mid-2.1":                 "1-2s",
		"mid+3":                   "1-2s",
		"mid+3.1":                 "1-2s 1-3s",
		"mid-7":                   "1-2s 1-3s",
		"mid+2.1 mid+2.1":         "1-2s 2-2s",
		"mid+2.1 mid+0 mid+2.1":   "1-2s",
		"mid+2.1 mid-2.1":         "1-2s",
		"mid+2.1 low+0 mid+2.1":   "1-2s 2-2s", // the one before of the same solution
		"low+2.1,high+2.1":        "1-2s 2-2s", // across the levels of one run
		"low+2.1,high-2.1":        "1-2s R-4s",
		"low-2.1,high+2.1":        "1-2s R-4s",
		"low+2.1 high-2.1":        "1-2s", // on different days
		"low+2.1 high+2.1":        "1-2s",
		"low+2.1,high+0":          "",
		"low+1.9,high-2.1":        "1-2s",
		"low+3.1,high-3.1":        "1-2s 1-3s R-4s",
		"mid+2.1 mid+3.1,low-2.5": "1-2s R-4s",
	} {
		var got []string
		v := Judge(runs(t, text))
		for _, r := range v.Broken {
			got = append(got, string(r))
		}
		if strings.Join(got, " ") != want || v.Rejected() != (len(got) > 1) {
			t.Errorf("%s: %v, want %s", text, got, want)
		}
	}
}

// Limits are exact where floating point is not: 5.6 + 2 x 0.3 is 6.2.
func TestLimitsAreExact(t *testing.T) {
	decimal := func(s string) vitals.Decimal {
		d, err := vitals.ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	goal := Target{Mean: vitals.Quantity{Value: decimal("5.6"), Unit: vitals.MmolPerL}, SD: decimal("0.3")}
	for value, want := range map[string]int{"6.2": 0, "6.3": 1, "5.0": 0, "4.9": -1, "6.20": 0, "5.6": 0} {
		if got := goal.Beyond(decimal(value), 2); got != want {
			t.Errorf("%s: %d, want %d", value, got, want)
		}
	}
}

// A run within two standard deviations is never held against an instrument,
// and one beyond three always is, whatever was before.
func TestJudgeProperties(t *testing.T) {
	property := func(seed uint64) bool {
		r := rand.New(rand.NewPCG(seed, 2))
		var text []string
		for range 1 + r.IntN(12) {
			text = append(text, fmt.Sprintf("%s%+.1f", []string{"low", "mid", "high"}[r.IntN(3)], r.NormFloat64()*1.5))
		}
		all := runs(t, strings.Join(text, []string{" ", ","}[r.IntN(2)]))
		last := all[len(all)-1]
		z, v := math.Abs(last.Target.Deviations(last.Value.Value)), Judge(all)
		return (z <= 2) == (len(v.Broken) == 0) && (z <= 3) == !slices.Contains(v.Broken, Rule13s)
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 500}); err != nil {
		t.Error(err)
	}
}

func TestDescribe(t *testing.T) {
	s := Describe(runs(t, "mid+1 mid-1 mid+0 mid+4"))
	if s.N != 4 || s.Mean != 110 || math.Abs(s.SD-math.Sqrt(1400.0/3)) > 1e-9 || math.Abs(s.CV-100*s.SD/110) > 1e-9 || s.Rejections != 1 {
		t.Errorf("%+v", s)
	}
	if s := Describe(nil); s != (Statistics{}) {
		t.Errorf("of nothing: %+v", s)
	}
	if s := Describe(runs(t, "mid+1")); s.SD != 0 || s.N != 1 {
		t.Errorf("of one: %+v", s)
	}
}

// An instrument belongs here when somebody has enrolled it, by what was said
// last.
func TestEnrolment(t *testing.T) {
	other, cuff := Instrument{Model: meter.Model, Serial: "borrowed"}, Instrument{Model: "suntech-advantage"}
	log := &Log{}
	asked, unasked := Plan{EnrolledOnly: true}, Plan{}
	for _, tt := range []struct {
		then       Enrolment
		here, open []Lock // by a plan that asks for it, and by one that does not
		name       string
	}{
		{Enrolment{Instrument: cuff}, []Lock{NotEnrolled}, nil, "one of another model"},
		{Enrolment{Instrument: other, OnePerson: true}, []Lock{NotEnrolled}, nil, "another one, for one person"},
		{Enrolment{Instrument: other}, []Lock{NotEnrolled}, []Lock{NotEnrolled}, "another one"},
		{Enrolment{Instrument: meter, Place: "room 1"}, nil, nil, "enrolled"},
		{Enrolment{Instrument: meter, Retired: true}, []Lock{NotEnrolled}, nil, "retired"},
		{Enrolment{Instrument: meter, OnePerson: true}, []Lock{OnePerson}, []Lock{OnePerson}, "for one person"},
		{Enrolment{Instrument: meter, Place: "room 2"}, nil, nil, "enrolled again"},
	} {
		stranger := Instrument{Model: meter.Model, Serial: "brought along"}
		if got := log.Locks(Plan{Brought: true}, stranger, noon); len(got) > 0 {
			t.Errorf("%s: what a person brought is locked out: %v", tt.name, got)
		}
		log.Enrolments = append(log.Enrolments, tt.then)
		if got := log.Locks(asked, meter, noon); !slices.Equal(got, tt.here) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.here)
		}
		if got := log.Locks(unasked, meter, noon); !slices.Equal(got, tt.open) {
			t.Errorf("%s, not asked for: %v, want %v", tt.name, got, tt.open)
		}
	}
}

func TestLocks(t *testing.T) {
	plan := Plan{Panel: vitals.BloodGlucose, ControlEvery: 24, Lots: true, Calibration: true}
	day := 24 * time.Hour
	good := func() *Log {
		return &Log{
			Lots: []Lot{
				{Number: "S1", Kind: Reagent, Model: meter.Model, Opened: noon.Add(-30 * day), Expires: noon.Add(30 * day)},
				{Number: "mid", Kind: Control, Model: meter.Model, Opened: noon.Add(-30 * day), Expires: noon.Add(90 * day), Target: target(100, 10)},
			},
			Runs:         []Run{{Instrument: meter, Control: "mid", Target: target(100, 10), Value: vitals.Of(101, vitals.MgPerDL), At: noon.Add(-2 * time.Hour)}},
			Calibrations: []Calibration{{Instrument: meter, At: noon.Add(-100 * day), Due: noon.Add(265 * day)}},
		}
	}
	for name, tt := range map[string]struct {
		change func(*Log)
		after  time.Duration
		want   []Lock
	}{
		"all well":               {func(*Log) {}, 0, nil},
		"strips expire at once":  {func(l *Log) { l.Lots[0].Expires = noon }, 0, []Lock{LotExpired}},
		"a moment before":        {func(l *Log) { l.Lots[0].Expires = noon.Add(1) }, 0, nil},
		"another model's strips": {func(l *Log) { l.Lots[0].Model = "taidoc-td4277" }, 0, []Lock{NoLot}},
		"no lot at all":          {func(l *Log) { l.Lots = nil }, 0, []Lock{NoLot}},
		"new strips, not checked": {func(l *Log) {
			l.Lots = append(l.Lots, Lot{Number: "S2", Kind: Reagent, Model: meter.Model, Opened: noon.Add(-time.Hour), Expires: noon.Add(day)})
		}, 0, []Lock{NoControl}},
		"strips for later": {func(l *Log) {
			l.Lots = append(l.Lots, Lot{Number: "S2", Kind: Reagent, Model: meter.Model, Opened: noon.Add(day)})
		}, 0, nil},
		"another instrument":    {func(l *Log) { l.Runs[0].Instrument.Serial = "X" }, 0, []Lock{NoControl}},
		"control a day ago":     {func(*Log) {}, 22 * time.Hour, []Lock{ControlDue}},
		"control of the future": {func(*Log) {}, -4 * time.Hour, []Lock{ControlDue}},
		"control failed": {func(l *Log) {
			l.Runs = append(l.Runs, l.Runs[0])
			l.Runs[1].Value, l.Runs[1].At = vitals.Of(140, vitals.MgPerDL), noon.Add(-time.Hour)
		}, 0, []Lock{OutOfControl}},
		"control repeated and passed": {func(l *Log) {
			l.Runs = append(l.Runs, l.Runs[0], l.Runs[0])
			l.Runs[1].Value, l.Runs[1].At, l.Runs[2].At = vitals.Of(140, vitals.MgPerDL), noon.Add(-time.Hour), noon.Add(-time.Minute)
		}, 0, nil},
		"another level failed": {func(l *Log) {
			bad := l.Runs[0]
			bad.Control, bad.Value = "high", vitals.Of(140, vitals.MgPerDL)
			l.Runs = append([]Run{bad}, l.Runs...)
		}, 0, []Lock{OutOfControl}},
		"never calibrated":    {func(l *Log) { l.Calibrations = nil }, 0, []Lock{NoCalibration}},
		"calibration overdue": {func(l *Log) { l.Calibrations[0].Due = noon }, 0, []Lock{CalibrationDue}},
		"nothing is well":     {func(l *Log) { *l = Log{} }, 0, []Lock{NoLot, NoControl, NoCalibration}},
	} {
		l := good()
		tt.change(l)
		if got := l.Locks(plan, meter, noon.Add(tt.after)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
		if got := l.Locks(Plan{Panel: vitals.BloodGlucose}, meter, noon); len(got) > 0 {
			t.Errorf("%s, where nothing is asked: %v", name, got)
		}
	}
}

// TestEnrolled: where a site lists its instruments, no other one measures.
func TestEnrolled(t *testing.T) {
	other := Instrument{Model: meter.Model, Serial: "BORROWED"}
	for _, tt := range []struct {
		enrolled []string
		i        Instrument
		want     []Lock
	}{
		{nil, other, nil},
		{[]string{meter.String()}, meter, nil},
		{[]string{meter.String()}, other, []Lock{NotEnrolled}},
		{[]string{"astm-analyser", meter.Model}, other, nil},
		{[]string{"astm-analyser"}, meter, []Lock{NotEnrolled}},
		{[]string{meter.Model + "/"}, Instrument{Model: meter.Model}, []Lock{NotEnrolled}},
	} {
		if got := (&Log{}).Locks(Plan{Panel: vitals.BloodGlucose, Enrolled: tt.enrolled}, tt.i, noon); !slices.Equal(got, tt.want) {
			t.Errorf("%s where %q are enrolled: %v, want %v", tt.i, tt.enrolled, got, tt.want)
		}
	}
}

func TestCertified(t *testing.T) {
	l := &Log{Certificates: []Certificate{{Account: "a", Panel: vitals.BloodGlucose, Until: noon}}}
	for now, want := range map[time.Time]bool{noon.Add(-1): true, noon: false} {
		if got := l.Certified("a", vitals.BloodGlucose, now); got != want {
			t.Errorf("at %v: %v", now, got)
		}
	}
	if l.Certified("b", vitals.BloodGlucose, noon.Add(-1)) || l.Certified("a", vitals.Oximetry, noon.Add(-1)) {
		t.Error("a certificate holds for somebody or something else")
	}
	l.Certificates = append(l.Certificates, Certificate{Account: "a", Panel: vitals.BloodGlucose, Until: noon.Add(-time.Hour)})
	if l.Certified("a", vitals.BloodGlucose, noon.Add(-1)) {
		t.Error("a certificate that was taken back holds")
	}
}

func TestOverride(t *testing.T) {
	l := &Log{Overrides: []Override{{Instrument: meter, Tests: 2, At: noon, Until: noon.Add(time.Hour)}}}
	for _, want := range []int{2, 1, 0, 0} {
		if got := l.Left(meter, noon.Add(time.Minute)); got != want {
			t.Errorf("%d left, want %d", got, want)
		}
		l.Uses = append(l.Uses, Use{Instrument: meter, At: noon.Add(time.Minute)})
	}
	l.Uses = nil
	for now, want := range map[time.Time]int{noon.Add(time.Hour): 0, noon.Add(-2 * time.Hour): 0, noon.Add(59 * time.Minute): 2} {
		if got := l.Left(meter, now); got != want {
			t.Errorf("at %v: %d left, want %d", now, got, want)
		}
	}
	for n, want := range []int{2, 1, 0, 0} {
		if got := l.Allowed(Plan{Overrides: 2}, meter, noon.Add(24*time.Hour)); got != want {
			t.Errorf("after %d measurements %d may be let through, want %d", n, got, want)
		}
		l.Uses = append(l.Uses, Use{Instrument: meter, At: noon.Add(time.Minute)}, Use{Instrument: Instrument{Model: "other"}, At: noon.Add(time.Minute)})
	}
	if got := l.Allowed(Plan{}, meter, noon.Add(25*time.Hour)); got != 1 {
		t.Errorf("the next day %d may be let through, want 1", got)
	}
	if l.Left(Instrument{Model: meter.Model}, noon) > 0 {
		t.Error("an override holds for another instrument")
	}
}

// TestOpenedLotEndsSooner: a lot ends so many days after it was opened, if its label
// does not end it before that.
func TestOpenedLotEndsSooner(t *testing.T) {
	lot := Lot{Opened: noon, Expires: noon.AddDate(0, 0, 100)}
	for days, want := range map[int]time.Time{0: lot.Expires, 90: noon.AddDate(0, 0, 90), 180: lot.Expires} {
		got := lot.OpenedFor(days)
		if !got.Expires.Equal(want) || got.Labelled.IsZero() != want.Equal(lot.Expires) || !got.Labelled.IsZero() && !got.Labelled.Equal(lot.Expires) {
			t.Errorf("%d days: ends %v, its label %v", days, got.Expires, got.Labelled)
		}
	}
}

// TestEnding: what is in use and ends within two weeks is told of, and nothing that was
// replaced or is over.
func TestEnding(t *testing.T) {
	in := func(days int) time.Time { return noon.AddDate(0, 0, days) }
	l := &Log{Lots: []Lot{
		{Number: "old", Kind: Reagent, Model: "m", Opened: in(-50), Expires: in(3)},
		{Number: "now", Kind: Reagent, Model: "m", Opened: in(-5), Expires: in(13)},
		{Number: "C", Kind: Control, Model: "m", Opened: in(-5), Expires: in(2)},
		{Number: "C", Kind: Control, Model: "m", Opened: in(-4), Expires: in(5)},
		{Number: "D", Kind: Control, Model: "m", Opened: in(-5), Expires: in(15)},
		{Number: "E", Kind: Control, Model: "m", Opened: in(-5), Expires: in(0)},
	}}
	var got []string
	for _, lot := range l.Ending(noon) {
		got = append(got, lot.Number+lot.Expires.Format(" 02"))
	}
	if want := []string{"C" + in(5).Format(" 02"), "now" + in(13).Format(" 02")}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
