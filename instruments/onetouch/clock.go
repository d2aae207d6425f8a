package onetouch

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
)

// setClock is the command that sets the clock. Only [clockSetting] says it,
// and only SetClock makes one.
const setClock = "DMT"

// A clockSetting is the question that makes the meter show a time.
type clockSetting struct{ now func() time.Time }

func (c clockSetting) bytes() []byte {
	return []byte(wake + setClock + c.now().Format("01/02/06 15:04:05") + "\r")
}

// answeredBy reports whether body repeats a time that was set.
func (clockSetting) answeredBy(body []byte) bool {
	return bytes.HasPrefix(body, []byte("T ")) && shaped(body, timeShape)
}

// SetClock makes the meter show to, and reads its clock to see that it does.
// Results that are stored already keep the time they were stored under.
func (d Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	s := &session{product: d.product, port: port, now: meter.RunningFrom(to), wait: wakeWait}
	defer s.close()
	if _, err := s.Identify(ctx); err != nil {
		return 0, false, err
	}
	if _, err := s.ask(ctx, clockSetting{s.now}); err != nil {
		return 0, false, err
	}
	clock, err := s.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}
