package staff

import (
	"math/rand/v2"
	"testing"
	"testing/quick"
	"time"
)

func TestLockDoubles(t *testing.T) {
	const m = time.Minute
	want := []time.Duration{0, 0, 0, 0, 1 * m, 2 * m, 4 * m, 8 * m, 16 * m, 32 * m, 60 * m, 60 * m, 60 * m, 60 * m, 60 * m}
	var l Lock
	now := time.Hour
	for i, wait := range want {
		now += l.Left(now) // the earliest next attempt
		if l.Left(now) > 0 {
			t.Fatalf("attempt %d is not judged after the wait", i+1)
		}
		l = l.Fail(now)
		if l.Left(now) != wait || l.Hard() != (i+1 >= hardLimit) {
			t.Errorf("after %d failures: %v, hard %v", i+1, l.Left(now), l.Hard())
		}
		if wait > 0 && (l.Left(now+wait-1) != 1 || l.Left(now+wait) != 0) {
			t.Errorf("after %d failures it opens at the wrong time", i+1)
		}
	}
}

// Starting the machine again never shortens a wait by more than the time that
// it has run since.
func TestRestartShortensNothing(t *testing.T) {
	l := Lock{Failed: 9, Wait: 16 * time.Minute, Since: 5 * time.Hour}
	for now, want := range map[time.Duration]time.Duration{
		5 * time.Hour: 16 * time.Minute, 5*time.Hour + 6*time.Minute: 10 * time.Minute,
		0: 16 * time.Minute, time.Minute: 15 * time.Minute, -time.Minute: 16 * time.Minute,
	} {
		if got := l.Left(now); got != want {
			t.Errorf("%v after the start: %v, want %v", now, got, want)
		}
	}
}

// In random lives of a kiosk, with failures, waits, restarts and clocks of any
// kind, a lock never opens before the time of its wait has really passed, and
// no failure shortens what is left.
func TestLockNeverShortens(t *testing.T) {
	life := func(seed uint64) bool {
		r := rand.New(rand.NewPCG(seed, 1))
		var l Lock
		var s Station
		real, started := time.Duration(0), time.Duration(0) // true time, and that of the last start
		var opens time.Duration                             // true time before which l may not open
		for range 200 {
			now := real - started
			switch r.IntN(4) {
			case 0, 1:
				if l.Left(now) == 0 && real < opens {
					t.Logf("open at %v, may not before %v", real, opens)
					return false
				}
				left, owed := l.Left(now), s.Left(now)
				l, s = l.Fail(now), s.Fail(now)
				if l.Left(now) < left || s.Left(now) < owed {
					return false
				}
				opens = max(opens, real+l.Wait)
			case 2:
				real += time.Duration(r.Int64N(int64(20 * time.Minute)))
			case 3: // off and on again
				real += time.Duration(r.Int64N(int64(time.Hour)))
				started = real
			}
		}
		return l.Hard()
	}
	if err := quick.Check(life, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

// However the attempts are spread, a station judges at most 30 at once and 30
// more an hour.
func TestStationLimit(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 50 {
		var s Station
		var judged []time.Duration
		now := time.Duration(0)
		for now < 6*time.Hour {
			if s.Left(now) == 0 {
				s = s.Fail(now)
				judged = append(judged, now)
			}
			now += time.Duration(r.Int64N(int64(3 * time.Minute)))
		}
		for i, from := range judged {
			n := 0
			for _, at := range judged[i:] {
				if at-from < time.Hour {
					n++
				}
			}
			if n > 2*stationGuesses {
				t.Fatalf("%d attempts within an hour", n)
			}
		}
	}
	var s Station
	n := 0
	for ; s.Left(time.Hour) == 0; n++ {
		s = s.Fail(time.Hour)
	}
	if n != stationGuesses {
		t.Errorf("%d attempts at once", n)
	}
	if s.Left(time.Hour) != guessCost || s.Left(0) != guessCost || s.Left(time.Hour+guessCost) != 0 {
		t.Errorf("waits %v, after a restart %v", s.Left(time.Hour), s.Left(0))
	}
	if s = s.Forgive(time.Hour); s.Left(time.Hour) != 0 {
		t.Errorf("a right attempt is held against the station: %v", s.Left(time.Hour))
	}
}

func TestSession(t *testing.T) {
	const h, m, s = time.Hour, time.Minute, time.Second
	for name, tt := range map[string]struct {
		uses []time.Duration
		over int // the use that finds it ended
	}{
		"idle":             {[]time.Duration{h, h + m, h + 2*m + 59*s, h + 5*m}, 3},
		"idle to the dot":  {[]time.Duration{h + 2*m}, 0},
		"machine restarts": {[]time.Duration{h + m, 0}, 1},
		"stays over":       {[]time.Duration{h + 3*m, h + 3*m}, 0},
	} {
		session := NewSession(h)
		for i, now := range tt.uses {
			if err := session.Use(now); (err != nil) != (i >= tt.over) {
				t.Errorf("%s, use %d: %v", name, i, err)
			}
		}
	}
	session := NewSession(h)
	for now := h; now < 9*h; now += m {
		if err := session.Use(now); err != nil {
			t.Fatalf("at %v: %v", now, err)
		}
	}
	if err := session.Use(9 * h); err == nil {
		t.Error("longer than a shift")
	}
	session = NewSession(h)
	if session.End(); session.Use(h) == nil {
		t.Error("used after its end")
	}
}
