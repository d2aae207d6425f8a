package quality

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"aidpost/records/vitals"
)

func grades(t *testing.T) *Grades {
	t.Helper()
	g, err := LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestRate(t *testing.T) {
	g := grades(t)
	for _, test := range []struct {
		notes, flags string
		want         Grade
		reasons      string
	}{
		{"", "", GradeA, ""},
		{"pregnancy", "", GradeA, ""}, // about the person, not about how it was measured
		{"rest-not-completed", "", GradeB, "rest-not-completed"},
		{"rest-not-completed entered-by-hand", "irregular-pulse", GradeB, "rest-not-completed entered-by-hand irregular-pulse"},
		{"rest-not-completed single-reading", "", GradeC, "single-reading rest-not-completed"},
		{"single-reading", "movement", GradeD, "single-reading movement"},
		{"single-reading single-reading", "", GradeC, "single-reading"},
		{"rest-not-completed control-overridden", "", GradeD, "control-overridden rest-not-completed"},
	} {
		var flags []vitals.Flag
		for f := range strings.FieldsSeq(test.flags) {
			flags = append(flags, vitals.Flag(f))
		}
		got, reasons := g.Rate(strings.Fields(test.notes), flags)
		if got != test.want || strings.Join(reasons, " ") != test.reasons {
			t.Errorf("%q with %q is %s because of %v, want %s because of %q", test.notes, test.flags, got, reasons, test.want, test.reasons)
		}
	}
}

// Every caution of an instrument lowers a grade: none can be forgotten.
func TestEveryFlagIsGraded(t *testing.T) {
	g := grades(t)
	for _, f := range []vitals.Flag{vitals.IrregularPulse, vitals.Movement, vitals.LowPerfusion, vitals.WaveDiffers, vitals.WidePulse, vitals.StoredReading, vitals.ClockDoubt} {
		if got, _ := g.Rate(nil, []vitals.Flag{f}); got == GradeA {
			t.Errorf("a value with the flag %s is graded A", f)
		}
	}
}

// One caution more never makes a grade better, and their order does not matter.
func TestMoreCautionsAreNeverBetter(t *testing.T) {
	g := grades(t)
	var all []string
	for name := range g.cautions {
		all = append(all, name)
	}
	slices.Sort(all)
	random := rand.New(rand.NewPCG(3, 5))
	for range 2000 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		n := random.IntN(len(all))
		less, _ := g.Rate(all[:n], nil)
		more, reasons := g.Rate(all[:n+1], nil)
		if more < less || len(reasons) != n+1 {
			t.Fatalf("%v is %s, with %s it is %s", all[:n], less, all[n], more)
		}
		reversed := slices.Clone(all[:n+1])
		slices.Reverse(reversed)
		if other, _ := g.Rate(reversed, nil); other != more {
			t.Fatalf("%v is %s one way and %s the other", all[:n+1], more, other)
		}
	}
}

func TestFaultyGradesAreRefused(t *testing.T) {
	for _, text := range []string{
		`[{"name": "x", "grade": "A", "why": "y"}]`, `[{"name": "x", "grade": "C"}]`, `[{"grade": "C", "why": "y"}]`,
		`[{"name": "x", "grade": "B", "why": "y"}, {"name": "x", "grade": "C", "why": "y"}]`, `{}`,
	} {
		if _, err := parseGrades([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}
