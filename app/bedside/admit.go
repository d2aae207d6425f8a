package bedside

import (
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// await does work with the records and returns its error. A session that ends
// meanwhile never answers, so the context ends the wait.
func (b *Bedside) await(ctx context.Context, work func(context.Context, *records.Access) error) error {
	answer := make(chan error, 1)
	b.cfg.Hands.Do(work, func(err error) bool {
		answer <- err
		return true
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(answerTimeout):
		return errNoAnswer
	}
}

const answerTimeout = 20 * time.Second

// admit asks quality control whether the instrument may be used, and how it
// stands.
func (b *Bedside) admit(ctx context.Context, panel vitals.Panel, from instruments.Attached) (standing quality.Standing, err error) {
	plan, asked := quality.Plan{Panel: panel}, false
	if b.cfg.Plan != nil {
		plan, asked = b.cfg.Plan(panel)
	}
	if !asked && panel != vitals.BloodGlucose {
		return standing, nil
	}
	instrument := visit.InstrumentOf(from)
	err = b.await(ctx, func(ctx context.Context, a *records.Access) error {
		l, err := a.Quality(ctx)
		if err != nil {
			return err
		}
		standing = l.Standing(plan, instrument, b.cfg.Now())
		if !asked {
			return nil
		}
		return a.Admit(ctx, plan, instrument)
	})
	if _, locked := errors.AsType[*quality.LockedError](err); locked {
		return standing, instruments.NewFault(instruments.LockedOut, err.Error())
	}
	return standing, err
}

// unsavedOf reports of each candidate whether it is in no visit yet.
func (b *Bedside) unsavedOf(from instruments.Attached) []bool {
	b.mu.Lock()
	candidates := slices.Clone(b.m.candidates)
	b.mu.Unlock()
	fresh := make([]bool, len(candidates))
	for i := range candidates {
		err := b.await(b.ctx, func(ctx context.Context, a *records.Access) error {
			_, saved, err := a.SavedBefore(ctx, visit.ObservationOf(&candidates[i], from))
			fresh[i] = !saved
			return err
		})
		// Where the records cannot be asked, they refuse a second copy themselves.
		fresh[i] = fresh[i] || err != nil
	}
	return fresh
}
