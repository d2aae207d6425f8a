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

// planOf is what the site asks of a panel, if it asks anything.
func (b *Bedside) planOf(panel vitals.Panel) (plan quality.Plan, asked bool) {
	if b.cfg.Plan == nil {
		return quality.Plan{Panel: panel}, false
	}
	return b.cfg.Plan(panel)
}

// admit asks quality control whether the instrument may be used, and how it
// stands. It returns what locks it.
func (b *Bedside) admit(ctx context.Context, panel vitals.Panel, from instruments.Attached) (standing quality.Standing, locks []quality.Lock, err error) {
	plan, asked := b.planOf(panel)
	if !asked && panel != vitals.BloodGlucose {
		return standing, nil, nil
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
	locks, err = lockedOut(err)
	return standing, locks, err
}

// lockedOut makes a fault of what quality control refuses.
func lockedOut(err error) ([]quality.Lock, error) {
	if locked, ok := errors.AsType[*quality.LockedError](err); ok {
		return locked.Locks, instruments.NewFault(instruments.LockedOut, err.Error())
	}
	return nil, err
}

// beginTyping goes on to the typing of values, once it is known that whoever
// measures has a certificate if the site asks for one: with a series anew, or one
// value more. It is called under the lock.
func (b *Bedside) beginTyping(panel vitals.Panel, anew bool) {
	plan, asked := b.planOf(panel)
	begin := func(locks []quality.Lock, err error) {
		if anew {
			b.m = measuring{panel: panel, byHand: true, live: silent()}
		}
		b.m.locks = locks
		b.proposeArm()
		if err == nil {
			b.enter(ByHand)
			return
		}
		fault, ok := errors.AsType[*instruments.Fault](err)
		if !ok {
			fault = instruments.Wrap(instruments.Internal, err)
		}
		b.failed(instruments.Attached{}, fault)
	}
	if !asked || !plan.Certificates {
		begin(nil, nil)
		return
	}
	b.turn++
	turn := b.turn
	b.work.Go(func() {
		locks, err := lockedOut(b.await(b.ctx, func(ctx context.Context, a *records.Access) error { return a.AdmitTyped(ctx, plan) }))
		b.mu.Lock()
		if b.turn == turn { // nothing else was begun meanwhile
			begin(locks, err)
		}
		b.mu.Unlock()
		b.cfg.Changed()
	})
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
