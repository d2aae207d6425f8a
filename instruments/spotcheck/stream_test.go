package spotcheck_test

import (
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Above one percent of a minute's bytes the line is bad; it is told once, and
// counted anew from there and from minute to minute.
func TestLineIsJudgedByTheMinute(t *testing.T) {
	const minute, limit = 18000, 180
	for name, c := range map[string]struct{ every, want int }{
		"clean":               {0, 0},
		"one percent":         {minute / limit, 0},
		"one byte in ninety":  {90, 11},
		"nothing but damage":  {1, 10 * minute / (limit + 1)},
		"one in two thousand": {2000, 0},
	} {
		var count spotcheck.Tally
		bad := 0
		for i := range 10 * minute {
			if c.every > 0 && i%c.every == 0 {
				count.Dropped++
			}
			if count.Take(minute) {
				bad++
			}
		}
		if bad != c.want {
			t.Errorf("%s: bad %d times, want %d", name, bad, c.want)
		}
	}
}

// A wire of a few bytes a second is not bad because of one burst of noise.
func TestSlowLineIsForgivenABurst(t *testing.T) {
	for dropped, want := range map[uint64]bool{50: false, 51: true} {
		count := spotcheck.Tally{Dropped: dropped}
		if bad := count.Take(240); bad != want {
			t.Errorf("%d bytes: bad %v", dropped, bad)
		}
	}
}

// smart is a sample that the instrument itself accepts.
func smart(spo2, pulse instruments.Number) instruments.PlethSample {
	return with(sample(spo2, pulse), func(s *instruments.PlethSample) { s.SmartPoint = true })
}

// What the instrument accepts is accepted at once, if it is of the finger that
// is in, and if three samples agree.
func TestSmartPoint(t *testing.T) {
	const never = -1
	alarm := with(smart(97, 72), func(s *instruments.PlethSample) { s.SensorAlarm = true })
	for name, c := range map[string]struct {
		parts []part
		at    int
		spo2  instruments.Number
	}{
		"at once":             {[]part{secs(2, out), secs(3, searching), secs(5, good), secs(1, smart(97, 72))}, 10*rate + 3, 97},
		"for two samples":     {[]part{secs(2, out), secs(10, good), {2, smart(97, 72)}, secs(20, good)}, never, 0},
		"held value":          {[]part{secs(2, out), secs(10, good), secs(20, alarm)}, never, 0},
		"finger out":          {[]part{secs(2, out), secs(20, with(smart(97, 72), func(s *instruments.PlethSample) { s.FingerOut = true }))}, never, 0},
		"searching":           {[]part{secs(2, out), secs(20, with(smart(97, 72), func(s *instruments.PlethSample) { s.Searching = true }))}, never, 0},
		"no number":           {[]part{secs(2, out), secs(20, smart(instruments.Missing, 72))}, never, 0},
		"one is far off":      {[]part{secs(2, out), secs(9, good), {2, smart(97, 72)}, {1, smart(33, 72)}, secs(1, good)}, never, 0},
		"one is off by one":   {[]part{secs(2, out), secs(8, good), {1, smart(97, 72)}, {1, smart(96, 72)}, {1, smart(97, 72)}}, 10*rate + 3, 97},
		"weak, but it is so":  {[]part{secs(2, out), secs(8, weak), secs(1, with(smart(97, 72), func(s *instruments.PlethSample) { s.Signal = 0 }))}, 10*rate + 3, 97},
		"right after the out": {[]part{secs(2, out), secs(1, smart(97, 72))}, 2*rate + rate/5 + 2, 97}, // not before the finger is believed
	} {
		t.Run(name, func(t *testing.T) {
			check := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
			e := run(check, c.parts)
			if c.at == never {
				if e.verdict != spotcheck.Pending {
					t.Errorf("verdict %d at %d", e.verdict, e.at)
				}
				return
			}
			result, ok := check.Result()
			if !ok || e.at != c.at || result.SpO2 != c.spo2 || !result.SmartPoint || !strings.Contains(result.Note(), "SmartPoint") {
				t.Errorf("accepted %v at %d, want %d: %+v", ok, e.at, c.at, result)
			}
		})
	}
}

// An artifact spoils its frame, and held values are good for nothing.
func TestArtifactsAndHeldValuesAreNotGood(t *testing.T) {
	for name, bad := range map[string]instruments.PlethSample{
		"artifact":     with(good, func(s *instruments.PlethSample) { s.Artifact = true }),
		"sensor alarm": with(good, func(s *instruments.PlethSample) { s.SensorAlarm = true }),
	} {
		check := spotcheck.New(spotcheck.Default(), spotcheck.PerSecond(rate))
		if e := run(check, []part{secs(70, bad), secs(19, good)}); e.verdict != spotcheck.Pending {
			t.Errorf("%s: verdict %d at %d", name, e.verdict, e.at)
		}
	}
}

// Whatever the pace, a reading comes after the same time.
func TestPaces(t *testing.T) {
	for name, c := range map[string]struct {
		pace spotcheck.Pace
		want int
	}{
		"60 a second":      {spotcheck.PerSecond(60), 3600},
		"100 a second":     {spotcheck.PerSecond(100), 6000},
		"one a second":     {spotcheck.PerSecond(1), 60},
		"one in two":       {spotcheck.Every(2 * time.Second), 30},
		"one in three":     {spotcheck.Every(3 * time.Second), 20},
		"nonsense, so one": {spotcheck.Pace{}, 60},
	} {
		check := spotcheck.New(spotcheck.Default(), c.pace)
		n := 0
		for check.Verdict() == spotcheck.Pending {
			n++
			step := check.Feed(&good)
			if p := step.Progress; p.Phase == instruments.Settling && p.Total != 60 {
				t.Fatalf("%s: settling takes %d s", name, p.Total)
			}
		}
		result, _ := check.Result()
		if n != c.want || result.Contact != time.Minute || result.Window < 10*time.Second || result.Window > 12*time.Second {
			t.Errorf("%s: after %d samples, want %d: %+v", name, n, c.want, result)
		}
	}
}
