package meter_test

import (
	"context"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A talk is a conversation with a meter that holds one result.
type talk struct {
	first, last string // the serial number at the beginning and at the end
	clock       meter.Clock
	clockErr    error
	wall        time.Time
}

func (t talk) Identify(context.Context) (instruments.Identity, error) {
	return instruments.Identity{Serial: t.first, Name: "Meter"}, nil
}

func (t talk) Clock(context.Context, *time.Location) (meter.Clock, error) { return t.clock, t.clockErr }

func (t talk) Serial(context.Context) (string, error) { return t.last, nil }

func (t talk) Download(_ context.Context, begin func() *meter.Selection, _ func(instruments.Event)) (*meter.Selection, []instruments.Event, error) {
	selection := begin()
	return selection, []instruments.Event{selection.Add(meter.Row{Wall: t.wall, Value: vitals.Of(101, vitals.MgPerDL)})}, nil
}

func TestFetch(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	lost := instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	right := meter.ReadClock(now, now, now, time.UTC)
	for _, tt := range []struct {
		name     string
		meter    talk
		readings int
		fault    instruments.FaultCode
	}{
		{"whole", talk{first: "A1", last: "A1", clock: right, wall: now}, 1, ""},
		{"exchanged", talk{first: "A1", last: "B2", clock: right, wall: now}, 0, instruments.WrongModel},
		{"lost its time", talk{first: "A1", last: "A1", clockErr: lost, wall: now}, 0, instruments.ClockUnset},
		{"wrong year", talk{first: "A1", last: "A1", clock: meter.ReadClock(now, now, now.AddDate(-1, 0, 0), time.UTC), wall: now}, 0, instruments.ClockUnset},
	} {
		t.Run(tt.name, func(t *testing.T) {
			readings := 0
			job := instruments.Job{Since: now.Add(-time.Minute), Now: func() time.Time { return now }, Zone: time.UTC}
			err := meter.Fetch(t.Context(), tt.meter, job, meter.SecondsMargin, func(e instruments.Event) {
				if _, ok := e.(*instruments.Reading); ok {
					readings++
				}
			})
			if readings != tt.readings || (err == nil) != (tt.fault == "") || err != nil && instruments.CodeOf(err) != tt.fault {
				t.Errorf("%d readings, %v; want %d, %q", readings, err, tt.readings, tt.fault)
			}
		})
	}
}

func TestIntroduce(t *testing.T) {
	lost := talk{first: "A1", clockErr: instruments.NewFault(instruments.ClockUnset, "the clock shows no time")}
	who, err := meter.Introduce(t.Context(), lost)
	if err != nil || who.Serial != "A1" || who.HasClock {
		t.Errorf("without its time: %+v, %v; want it to be there all the same", who, err)
	}
	mute := talk{first: "A1", clockErr: instruments.NewFault(instruments.NoAnswer, "no answer")}
	if who, err := meter.Introduce(t.Context(), mute); err == nil {
		t.Errorf("without an answer: %+v; want an error", who)
	}
}
