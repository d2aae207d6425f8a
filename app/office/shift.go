package office

import (
	"context"
	"errors"

	"aidpost/app/shift"
	"aidpost/records"
)

// A Day is how the day stands: what one shift leaves to the next, and what is to
// be done before it is closed.
type Day struct {
	model[DayState]
	shift *shift.Shift
}

// A DayState is what a screen shows of it.
type DayState struct {
	Loaded bool
	shift.State
	// Noted counts the notes that were left, and Closed the days that were closed
	// since the page was opened.
	Noted, Closed int
}

// NewDay returns how the day of a shift stands and begins to look.
func NewDay(cfg Config, s *shift.Shift) *Day {
	d := &Day{shift: s, model: newModel[DayState](cfg)}
	d.Load()
	return d
}

// Load looks anew.
func (d *Day) Load() {
	d.act(func(context.Context, *records.Access) error { return nil }, func(*DayState) {})
}

// Note leaves a note for the next shift.
func (d *Day) Note(text string) {
	d.act(func(ctx context.Context, a *records.Access) error {
		_, err := a.HandOver(ctx, text)
		return err
	}, func(s *DayState) { s.Noted++ })
}

// A Signer is asked for whoever answers for a closed day, until the end of it.
type Signer func(ctx context.Context) (*records.Access, error)

// Close closes the day, with reasons for what is left open. Signer lets in who
// signs it; nil: whoever is at the screen does.
func (d *Day) Close(reasons map[string]string, signer Signer) {
	d.act(func(ctx context.Context, a *records.Access) (err error) {
		signs := a
		if signer != nil {
			if signs, err = signer(ctx); err != nil {
				return err
			}
			defer func() { err = errors.Join(err, signs.SignOut(ctx)) }()
		}
		_, err = d.shift.Close(ctx, a, signs, reasons)
		return err
	}, func(s *DayState) { s.Closed++ })
}

// TakeOver puts on record that whoever is signed in has read notes.
func (d *Day) TakeOver(read []records.Handover) {
	d.do(func(ctx context.Context, a *records.Access) (err error) {
		for _, h := range read {
			err = errors.Join(err, a.TakeOver(ctx, h.ID))
		}
		return err
	}, func(*DayState) {})
}

// act does something and looks how the day stands then.
func (d *Day) act(work func(context.Context, *records.Access) error, done func(*DayState)) {
	var found shift.State
	d.do(func(ctx context.Context, a *records.Access) error {
		err := work(ctx, a)
		if err == nil {
			found, err = d.shift.Look(ctx, a)
		}
		return err
	}, func(s *DayState) {
		s.Loaded, s.State = true, found
		done(s)
	})
}

// Resume is called when the screen was covered and is back.
func (d *Day) Resume() {
	d.resume()
	d.Load()
}
