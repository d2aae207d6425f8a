package cuff

import (
	"context"
	"errors"
	"time"

	"aidpost/instruments"
)

const (
	// abortAgain and aborts: one abort, then up to four more.
	abortAgain = 500 * time.Millisecond
	aborts     = 1 + 4
	// releaseLimit bounds Release. A cuff falls in one to three seconds.
	releaseLimit = 5 * time.Second
	// quiet is how long a cuff must stay empty when the instrument has not
	// confirmed the abort: a pump takes less to show on the gauge.
	quiet = 2 * time.Second
	// unseenFall is how long a cuff at rest whose pressure is not told may
	// still hold some: one at Ceiling with an open valve takes less.
	unseenFall = 2500 * time.Millisecond
)

// A Valve is the part of an instrument that lets its cuff go.
type Valve interface {
	// Abort sends the command that stops the pump and opens the valves. It
	// does not wait for the answer.
	Abort(ctx context.Context) error
	// Sense asks for the pressure and waits for the answer, at most about
	// twice Poll. An answer to an earlier question does not count.
	Sense(ctx context.Context) (State, error)
}

// A State is what an instrument says about its cuff.
type State struct {
	Pressure int // mmHg
	// Stopped reports that the instrument has confirmed the last Abort.
	Stopped bool
	// Unseen reports that the instrument says that it is at rest, and does not
	// tell the pressure: valves are open, and Pressure says nothing.
	Unseen bool
}

// Run calls measure, which may start the pump, and lets go the cuff unless
// measure returned nil: on an error, at the end of ctx, after Limit (a TooLong
// *Fault) and when measure panics, which goes on once the cuff is let go.
//
// It returns the error of measure. If the cuff was not seen to be empty, the
// error is instead a *Fault that wraps it: AbortUnconfirmed, or Unplugged if
// the wire is gone and the program can do nothing more.
func Run(ctx context.Context, v Valve, measure func(context.Context) error) error {
	limited, cancel := context.WithTimeoutCause(ctx, Limit,
		instruments.NewFault(instruments.TooLong, "not finished after "+Limit.String()))
	defer cancel()
	returned := false
	defer func() {
		if !returned {
			// The panic matters more than the outcome, which has no way out.
			_ = Release(v)
		}
	}()
	err := measure(limited)
	returned = true
	if err == nil || errors.Is(err, instruments.NewFault(instruments.AbortUnconfirmed, "")) {
		return err
	}
	return because(Release(v), err)
}

// because returns err, or the fault of the release with err as its cause.
func because(release, err error) error {
	var fault *instruments.Fault
	if !errors.As(release, &fault) {
		return err
	}
	return &instruments.Fault{Code: fault.Code, Detail: fault.Detail, Err: err}
}

// Release tells the cuff to let go, repeating it every half second up to four
// times, and returns nil once the cuff is seen to be empty. After five seconds
// it gives up with an AbortUnconfirmed *Fault. It listens to no context but
// its own, so that nothing can cut it short; an Unplugged *Fault says that the
// wire is gone.
func Release(v Valve) error {
	return release(v, func(State) bool { return false })
}

// release is Release, and is over, too, as soon as enough says so of what the
// instrument says of its cuff.
func release(v Valve, enough func(State) bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), releaseLimit)
	defer cancel()
	var (
		sent       int
		again      time.Time
		emptySince time.Time
		unseen     rest
		last       error
	)
	for ctx.Err() == nil {
		round := time.Now()
		if sent < aborts && !round.Before(again) {
			if err := v.Abort(ctx); gone(err) {
				return lost(err)
			}
			sent++
			again = round.Add(abortAgain)
		}
		state, err := v.Sense(ctx)
		now := time.Now()
		switch {
		case gone(err):
			return lost(err)
		case err != nil:
			last, emptySince = err, time.Time{}
		case unseen.passed(now, state), enough(state):
			return nil
		case state.Unseen && !emptySince.IsZero(): // and at rest since then
			if state.Stopped || now.Sub(emptySince) >= quiet {
				return nil
			}
		case state.Unseen:
			last, emptySince = errors.New("the pressure is not told"), time.Time{}
		case state.Pressure >= Empty:
			last, emptySince = errors.New("the cuff still holds pressure"), time.Time{}
		case state.Stopped:
			return nil
		case emptySince.IsZero():
			last, emptySince = errors.New("the abort was not confirmed"), now
		case now.Sub(emptySince) >= quiet:
			return nil
		}
		next := round.Add(Poll)
		if sent < aborts && again.Before(next) {
			next = again
		}
		// The error is the end of ctx, which the loop sees for itself.
		_ = instruments.Pause(ctx, next.Sub(now))
	}
	return &instruments.Fault{
		Code:   instruments.AbortUnconfirmed,
		Detail: "the cuff was not seen to be empty",
		Err:    last,
	}
}

// A rest is how long a cuff has been Unseen.
type rest struct{ since time.Time }

// passed reports that the cuff has been Unseen long enough to be empty.
func (r *rest) passed(now time.Time, s State) bool {
	switch {
	case !s.Unseen:
		r.since = time.Time{}
		return false
	case r.since.IsZero():
		r.since = now
	}
	return now.Sub(r.since) >= unseenFall
}

func gone(err error) bool { return instruments.CodeOf(err) == instruments.Unplugged }

func lost(err error) error {
	return &instruments.Fault{
		Code:   instruments.Unplugged,
		Detail: "the cuff could not be released by the program",
		Err:    err,
	}
}
