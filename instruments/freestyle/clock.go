package freestyle

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// setClock begins the command that sets the clock. Only SetClock sends it.
const setClock = "$tim"

// clockSetting returns what makes the meter show a time.
func clockSetting(t time.Time) string { return setClock + t.Format(",01,02,06,15,04") }

// SetClock makes the meter show to, in whole minutes, and reads its clock to
// see that it does.
func (d Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	s := d.session(port, meter.RunningFrom(to), firstWait)
	defer s.Close()
	_, err = s.who(ctx, to.Location())
	if err != nil && instruments.CodeOf(err) != instruments.ClockUnset {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	if err := s.Settle(ctx); err != nil { // a memory is still being sent
		return 0, false, err
	}
	err = s.Repeat(ctx, s.wait, func() error {
		return s.answer(ctx, clockSetting(s.now()), func(line []byte) (bool, error) {
			if !bytes.Equal(text(line), []byte("CMD OK")) {
				return true, garbled("the meter does not say that it is done")
			}
			return true, nil
		})
	})
	if err != nil {
		return 0, false, fmt.Errorf("setting the clock: %w", err)
	}
	h, err := s.who(ctx, to.Location())
	return h.clock.Drift(), err == nil && h.clock.Known(), err
}
