package menarini

import (
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter"
)

// The command that sets the clock, and its answers. Only SetClock sends it.
const (
	setClock = "\xC2\xA1"
	accepted = 'P'
	refused  = 'F'
)

// clockSetting returns what makes the meter show a time.
func clockSetting(t time.Time) []byte {
	text := opening + t.Format("0601021504") + lineEnd
	return fmt.Appendf(nil, "%s%s%02X%s%s", setClock, text, checksum.CRC8([]byte(text)), lineEnd, closing)
}

// SetClock makes the meter show to, in whole minutes. It cannot be asked what
// it shows, so ok is false.
func (d Driver) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, 2000, 2099); err != nil {
		return 0, false, err
	}
	s := d.session(port, meter.RunningFrom(to), lineWait)
	defer s.Close()
	if _, err := s.identify(ctx, d.name); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	err = s.Repeat(ctx, lineWait, func() error {
		if err := s.Say(clockSetting(s.now())); err != nil {
			return err
		}
		switch answer, err := s.Byte(ctx, lineWait); {
		case err != nil:
			return err
		case answer == refused:
			return garbled("the meter refuses the time")
		case answer != accepted:
			return garbled("the meter does not say that it is done")
		}
		return nil
	})
	if err != nil {
		return 0, false, fmt.Errorf("setting the clock: %w", err)
	}
	return 0, false, nil
}
