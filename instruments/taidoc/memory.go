package taidoc

import (
	"context"
	"strconv"
	"time"

	"aidpost/instruments/meter"
)

// The memory of the instrument at the other end, see [meter.Memory].
var _ meter.Memory = (*session)(nil)

// Result asks for the time of a result, and for its value if it is wanted.
func (s *session) Result(ctx context.Context, index int, wanted func(wall time.Time) bool) (meter.Stored, error) {
	when, err := s.ask(ctx, askTime, uint16(index))
	if err != nil {
		return meter.Stored{}, err
	}
	stored := meter.Stored{Bytes: string(when.reply[:]), Frames: when.frames()}
	at, _ := parseTime(when.reply.data()) // a date that is none has no time
	if !wanted(at.wall) {
		return stored, nil
	}
	value, err := s.ask(ctx, askValue, uint16(index))
	if err != nil {
		return meter.Stored{}, err
	}
	stored.Row = s.layout.parseRow(when.reply.data(), value.reply.data())
	stored.Row.Record = strconv.Itoa(index)
	stored.Bytes += string(value.reply[:])
	stored.Frames = append(stored.Frames, value.frames()...)
	return stored, nil
}
