package taidoc

import (
	"context"
	"encoding/binary"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// setClock is the command that sets the clock. Only SetClock sends it.
const setClock = 0x33

// lastYear is the last that seven bits count from 2000.
const lastYear = 2127

// clockFrame returns the frame that makes an instrument show a time.
func clockFrame(t time.Time) frame {
	f := frame{0: frameStart, 1: setClock, 4: byte(t.Minute()), 5: byte(t.Hour()), 6: fromHost}
	binary.LittleEndian.PutUint16(f[2:], uint16(t.Year()-2000)<<9|uint16(t.Month())<<5|uint16(t.Day()))
	f[7] = f.sum()
	return f
}

// SetClock makes the instrument show to, in whole minutes, and reads its clock
// to see that it does. Results that are stored already keep the time they were
// stored under.
func (d Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, lastYear); err != nil {
		return 0, false, err
	}
	s := &session{family: d.family(), port: port, now: meter.RunningFrom(to), wait: replyWait}
	if _, err := s.Identify(ctx); err != nil {
		return 0, false, err
	}
	if _, err := s.exchange(ctx, clockFrame(s.now())); err != nil {
		return 0, false, err
	}
	clock, err := s.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}
