package cufftest

import (
	"context"
	"errors"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// released is the longest time from a way out to the empty cuff.
const released = 5 * time.Second

var errLeft = errors.New("the person walked away")

// ways are those out of a measurement. They return when it was left.
func ways() map[string]func(r *rig, at time.Duration) (time.Time, error) {
	return map[string]func(r *rig, at time.Duration) (time.Time, error){
		"cancel": func(r *rig, at time.Duration) (time.Time, error) {
			ctx, cancel := context.WithCancelCause(r.t.Context())
			time.AfterFunc(at, func() { cancel(errLeft) })
			left := time.Now().Add(at)
			return left, r.measure(ctx)
		},
		"deadline": func(r *rig, at time.Duration) (time.Time, error) {
			ctx, cancel := context.WithTimeoutCause(r.t.Context(), at, errLeft)
			defer cancel()
			left := time.Now().Add(at)
			return left, r.measure(ctx)
		},
		"panic": func(r *rig, at time.Duration) (left time.Time, err error) {
			began := time.Now()
			r.onEvent = func(instruments.Event) {
				if left.IsZero() && time.Since(began) >= at {
					left = time.Now()
					panic(errLeft)
				}
			}
			defer func() {
				if p := recover(); p != nil {
					err = p.(error)
				}
			}()
			return left, r.measure(r.t.Context())
		},
	}
}

// testWaysOut leaves a measurement at every moment and in every way.
func (k Kit) testWaysOut(t *testing.T) {
	for name, leave := range ways() {
		t.Run(name, func(t *testing.T) {
			for at := time.Duration(0); at < k.Takes; at += 193 * time.Millisecond {
				k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
					left, err := leave(r, at)
					took := time.Since(left)
					switch {
					case err == nil:
						r.wantReading(nil, k.right())
					case !errors.Is(err, errLeft):
						r.t.Errorf("after %s: %v", at, err)
					case took > released:
						r.t.Errorf("left after %s, returned %s later", at, took)
					}
					r.wantSafe()
					time.Sleep(10 * time.Second) // nothing starts afterwards
					r.wantSafe()
				})
			}
		})
	}
}

// testDeaf loses the first aborts.
func (k Kit) testDeaf(t *testing.T) {
	for deaf := 1; deaf <= 4; deaf++ {
		for at := 500 * time.Millisecond; at < k.Takes; at += 777 * time.Millisecond {
			k.bubble(t, simulated.Options{}, simulated.CuffQuirks{DeafAborts: deaf}, nil, func(r *rig) {
				ctx, cancel := context.WithTimeout(r.t.Context(), at)
				defer cancel()
				err := r.measure(ctx)
				// After the last abort there may be no time left to see the cuff
				// empty, which must then be said.
				if instruments.CodeOf(err) == instruments.AbortUnconfirmed && deaf < 4 {
					r.t.Errorf("%d deaf, after %s: %v", deaf, at, err)
				}
				time.Sleep(2 * time.Second)
				r.wantSafe()
			})
		}
	}
}

// testUnseen cancels an instrument that tells no pressure once it has stopped,
// and whose line was cut for a while before: its cuff may not pass for empty
// before it is, on the word of a pressure from long ago.
func (k Kit) testUnseen(t *testing.T) {
	for _, cut := range []time.Duration{0, 1500 * time.Millisecond} {
		for at := 700 * time.Millisecond; at < k.Takes; at += 333 * time.Millisecond {
			var left time.Time
			quirks := simulated.CuffQuirks{Mute: true, Alter: func(_ int, frame []byte) []byte {
				if before := time.Until(left); before > 0 && before < cut {
					return nil
				}
				return frame
			}}
			k.bubble(t, simulated.Options{}, quirks, nil, func(r *rig) {
				ctx, cancel := context.WithTimeout(r.t.Context(), at)
				defer cancel()
				left = time.Now().Add(at)
				err := r.measure(ctx)
				if took := time.Since(left); err != nil && took > released {
					r.t.Errorf("left after %s, returned %s later: %v", at, took, err)
				}
				r.wantSafe()
			})
		}
	}
}

// testStuck asks for another measurement while the valve of the last one is stuck. An
// instrument that tells its pressure is not started; what it says of itself, such as
// that it is at rest, does not make the cuff empty.
func (k Kit) testStuck(t *testing.T) {
	k.bubble(t, simulated.Options{Fault: simulated.StuckCuff}, simulated.CuffQuirks{}, nil, func(r *rig) {
		for range 3 {
			if err := r.measure(r.t.Context()); err == nil {
				r.t.Error("a cuff that cannot let go has measured")
			}
			time.Sleep(2 * time.Minute)
		}
		if told := r.twin.Violations(); len(told) > 0 {
			r.t.Errorf("with %d mmHg in the cuff the instrument was told %q", r.twin.Pressure(), told)
		}
	})
}

// testEndings are measurements that end otherwise than they should.
func (k Kit) testEndings(t *testing.T) {
	for name, c := range map[string]struct {
		quirks simulated.CuffQuirks
		want   instruments.FaultCode
	}{
		"not announced":                      {simulated.CuffQuirks{NoEnd: true}, k.NoEnd},
		"no pressure but while it measures":  {simulated.CuffQuirks{Mute: true}, ""},
		"pump runs away":                     {simulated.CuffQuirks{Runaway: true}, instruments.Overpressure},
		"pump runs away, deaf to two aborts": {simulated.CuffQuirks{Runaway: true, DeafAborts: 2}, instruments.Overpressure},
	} {
		t.Run(name, func(t *testing.T) {
			k.bubble(t, simulated.Options{}, c.quirks, nil, func(r *rig) {
				top := 0
				r.onEvent = func(instruments.Event) { top = max(top, r.twin.Pressure()) }
				if err := r.measure(r.t.Context()); c.want == "" {
					r.wantReading(err, k.right())
				} else {
					r.wantFault(err, c.want)
				}
				r.wantSafe()
				if top > 310 {
					r.t.Errorf("the cuff reached %d mmHg", top)
				}
			})
		})
	}
	if !k.Stale {
		return
	}
	t.Run("somebody else's result", func(t *testing.T) {
		k.bubble(t, simulated.Options{}, simulated.CuffQuirks{NoPump: true}, nil, func(r *rig) {
			r.wantFault(r.measure(r.t.Context()), instruments.Garbled)
			r.wantSafe()
		})
	})
}

// testUnreleased: a cuff that is not let go must be said to be tight.
func (k Kit) testUnreleased(t *testing.T) {
	for name, quirks := range map[string]simulated.CuffQuirks{
		"every abort ignored": {Runaway: true, DeafAborts: 99},
		"silent":              {SilentAfter: 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			k.bubble(t, simulated.Options{}, quirks, nil, func(r *rig) {
				r.wantFault(r.measure(r.t.Context()), instruments.AbortUnconfirmed)
				if got := r.twin.Aborts(); got != 5 {
					r.t.Errorf("%d aborts", got)
				}
			})
		})
	}
	t.Run("stuck", func(t *testing.T) {
		k.bubble(t, simulated.Options{Fault: simulated.StuckCuff}, simulated.CuffQuirks{}, nil, func(r *rig) {
			r.wantFault(r.measure(r.t.Context()), instruments.AbortUnconfirmed)
		})
	})
}

// testLimit: an instrument that goes on for ever is stopped after three
// minutes.
func (k Kit) testLimit(t *testing.T) {
	// Speed below one makes a slow cuff.
	k.bubble(t, simulated.Options{Speed: 0.08}, simulated.CuffQuirks{}, nil, func(r *rig) {
		began := time.Now()
		err := r.measure(r.t.Context())
		if took := time.Since(began); took < 180*time.Second || took > 190*time.Second {
			r.t.Errorf("stopped after %s", took)
		}
		// This cuff also falls slowly, which must not be hidden.
		fault := r.wantFault(err, instruments.AbortUnconfirmed)
		if !errors.Is(fault.Err, instruments.NewFault(instruments.TooLong, "")) {
			r.t.Errorf("because of %v", fault.Err)
		}
	})
}

// testRelease lets go a cuff that lost its host, and leaves one at rest alone.
func (k Kit) testRelease(t *testing.T) {
	for _, tight := range []int{0, 140} {
		k.bubble(t, simulated.Options{}, simulated.CuffQuirks{LeftTight: tight}, nil, func(r *rig) {
			if err := r.driver.Release(r.host); err != nil {
				r.t.Error(err)
			}
			r.wantSafe()
			if n := r.twin.Starts(); n > 0 {
				r.t.Errorf("%d starts", n)
			}
		})
	}
}
