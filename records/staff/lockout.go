package staff

import "time"

// The times in this file are read from a clock that runs since the machine was
// started and that nobody can set. It tells the least time that has passed: what
// the machine was off for does not count.

// How guesses are slowed down.
const (
	freeGuesses = 5 // of one account before the first wait
	firstWait   = time.Minute
	longestWait = time.Hour
	hardLimit   = 15 // failures after which a supervisor must unlock the account

	stationGuesses = 30 // an hour at one station, whatever the account
	stationHour    = time.Hour
	guessCost      = stationHour / stationGuesses
)

// A Lock is what is known of failed attempts at one account. The zero Lock is
// that of an account without any.
type Lock struct {
	Failed int
	Wait   time.Duration // from Since on
	Since  time.Duration // since the machine was started
}

// elapsed returns the least time that has passed since an instant of the
// machine's clock. A clock behind it belongs to a machine that was started
// again in between.
func elapsed(since, now time.Duration) time.Duration {
	if now < since {
		return max(now, 0)
	}
	return now - since
}

// Hard reports whether the account waits for a supervisor who unlocks it.
func (l Lock) Hard() bool { return l.Failed >= hardLimit }

// Left returns how long no attempt is judged, however hard the lock.
func (l Lock) Left(now time.Duration) time.Duration {
	return max(0, l.Wait-elapsed(l.Since, now))
}

// Fail returns the lock after a failed attempt.
func (l Lock) Fail(now time.Duration) Lock {
	next := Lock{Failed: l.Failed + 1, Since: now, Wait: l.Left(now)}
	if over := next.Failed - freeGuesses; over >= 0 {
		wait := longestWait
		if over < 6 { // 1, 2, 4 ... 32 minutes
			wait = firstWait << over
		}
		next.Wait = max(next.Wait, wait)
	}
	return next
}

// A Station is what is known of failed attempts at one kiosk, whatever the
// account: each takes its share of an hour to be forgotten.
type Station struct {
	Debt  time.Duration
	Since time.Duration // since the machine was started
}

func (s Station) owed(now time.Duration) time.Duration {
	return max(0, s.Debt-elapsed(s.Since, now))
}

// Left returns how long no attempt is judged at this station.
func (s Station) Left(now time.Duration) time.Duration {
	return max(0, s.owed(now)+guessCost-stationHour)
}

// Fail returns the station after a failed attempt.
func (s Station) Fail(now time.Duration) Station {
	return Station{Debt: s.owed(now) + guessCost, Since: now}
}

// Forgive returns the station after one attempt that was counted turned out to
// be right.
func (s Station) Forgive(now time.Duration) Station {
	return Station{Debt: max(0, s.owed(now)-guessCost), Since: now}
}
