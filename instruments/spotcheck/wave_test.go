package spotcheck_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
	"aidpost/records/vitals"
)

// script is a parser whose every byte is the next sample of a list.
type script struct {
	samples []instruments.PlethSample
	next    int
}

func (*script) Next([]byte) (int, spotcheck.Finding) { return 1, spotcheck.Whole }
func (*script) Frame() []byte                        { return []byte{0} }
func (*script) Refused() *instruments.Fault          { return nil }
func (*script) Tally() spotcheck.Tally               { return spotcheck.Tally{} }

func (p *script) Live(s *instruments.PlethSample) bool {
	*s = p.samples[p.next]
	p.next++
	return true
}

// read plays samples to a session and returns what ended its check.
func read(t *testing.T, pace spotcheck.Pace, samples []instruments.PlethSample) *instruments.Reading {
	t.Helper()
	s := spotcheck.NewSession(&script{samples: samples}, spotcheck.Stream{Pace: pace, Frame: 1}, instruments.Job{}, func(instruments.Event) {})
	_, end := s.Feed(make([]byte, len(samples)))
	r, ok := end.(*instruments.Reading)
	if !ok {
		t.Fatalf("the check ended with %v", end)
	}
	return r
}

// beating is 65 s of a finger whose heart beats at times apart, in seconds, and
// for which the instrument shows a pulse.
func beating(shown instruments.Number, apart func(n int) float64) []instruments.PlethSample {
	var all []instruments.PlethSample
	begin, length, n := 0.0, apart(0), 0
	for i := range 65 * rate {
		at := float64(i) / rate
		for at-begin >= length {
			begin += length
			n++
			length = apart(n)
		}
		s := sample(97, shown)
		since := at - begin
		s.Pleth = instruments.Number(20 + 90*min(since/0.12, math.Exp(-2.5*max(since-0.12, 0))))
		all = append(all, s)
	}
	return all
}

func steady(perMinute float64) func(int) float64 {
	return func(int) float64 { return 60 / perMinute }
}

// TestWaveIsHeldAgainstThePulse: the number of the oximeter, the rate of its wave,
// and whether that wave comes evenly.
func TestWaveIsHeldAgainstThePulse(t *testing.T) {
	early := func(n int) float64 { return []float64{0.9, 0.9, 0.9, 0.55, 1.25}[n%5] }
	noWave := beating(72, steady(72))
	moving := beating(72, steady(72))
	for i := range noWave {
		noWave[i].Pleth = instruments.Missing
		moving[i].Artifact = i%30 == 0 // no beat is seen whole
	}
	for name, tt := range map[string]struct {
		samples []instruments.PlethSample
		wave    int // zero: nothing is said
		flags   []vitals.Flag
	}{
		"they agree":           {beating(72, steady(72)), 72, nil},
		"ten apart":            {beating(82, steady(72)), 72, nil},
		"eleven apart":         {beating(83, steady(72)), 72, []vitals.Flag{vitals.WaveDiffers}},
		"twice as often":       {beating(120, steady(60)), 60, []vitals.Flag{vitals.WaveDiffers}},
		"early beats":          {beating(67, early), 67, []vitals.Flag{vitals.IrregularPulse}},
		"there is no wave":     {noWave, 0, nil},
		"nothing to be judged": {moving, 0, nil},
	} {
		r := read(t, spotcheck.PerSecond(rate), tt.samples)
		want := vitals.Quantity{}
		if tt.wave > 0 {
			want = vitals.Of(tt.wave, vitals.PerMinute)
		}
		off := r.WavePulse.Value.Int() - want.Value.Int()
		if r.WavePulse.Unit != want.Unit || max(off, -off) > 1 || !slices.Equal(r.Flags, tt.flags) {
			t.Errorf("%s: the wave says %s, want %s, with %v, want %v", name, r.WavePulse, want, r.Flags, tt.flags)
		}
	}
}

// TestSlowStreamHasNoWave: a sample a second draws none.
func TestSlowStreamHasNoWave(t *testing.T) {
	for _, pace := range []spotcheck.Pace{spotcheck.PerSecond(1), spotcheck.Every(2 * time.Second)} {
		if r := read(t, pace, beating(72, steady(72))[:200]); r.WavePulse != (vitals.Quantity{}) {
			t.Errorf("%v: %s", pace, r.WavePulse)
		}
	}
}
