package bedside

import (
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
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

// An admission is quality control's word on an instrument.
type admission struct {
	standing quality.Standing
	through  bool           // a lock, by an override
	locks    []quality.Lock // that keep it from being used
}

// admit asks quality control whether the instrument may be used, and how it
// stands.
func (b *Bedside) admit(ctx context.Context, panel vitals.Panel, from instruments.Attached) (word admission, err error) {
	plan, asked := b.planOf(panel)
	b.mu.Lock()
	plan.Brought = b.m.own
	b.mu.Unlock()
	instrument := visit.InstrumentOf(visit.Settled(ctx, b.cfg.Instruments, from))
	err = b.await(ctx, func(ctx context.Context, a *records.Access) error {
		l, err := a.Quality(ctx)
		if err != nil {
			return err
		}
		word.standing = l.Standing(plan, instrument, b.cfg.Now())
		word.through, err = a.Admit(ctx, plan, instrument)
		return err
	})
	word.locks, err = lockedOut(err)
	if !asked && len(word.locks) == 0 && ctx.Err() == nil {
		err = nil // records that do not answer keep nobody from being measured
	}
	return word, err
}

// swapped admits the instrument that the results came from, if it is another one than
// was let in.
func (b *Bedside) swapped(ctx context.Context, panel vitals.Panel, from instruments.Attached, own bool) (word admission, err error) {
	b.mu.Lock()
	candidates := slices.Clone(b.m.candidates)
	b.mu.Unlock()
	for _, r := range candidates {
		other, is := visit.AsSaid(from, r)
		if !is {
			continue
		}
		if b.cfg.Fit != nil && slices.Contains(b.cfg.Fit(other, intended.Person{}, own), intended.NotToBeShared) {
			return admission{}, instruments.NewFault(instruments.OnePerson, "another one than was let in, and not this person's own")
		}
		return b.admit(ctx, panel, other)
	}
	return admission{}, nil
}

// unfamiliar reports whether the person's own meter is another one than they have
// brought before.
func (b *Bedside) unfamiliar(own bool) (other bool) {
	b.mu.Lock()
	candidates, patient := slices.Clone(b.m.candidates), b.encounter.Patient
	b.mu.Unlock()
	if !own || patient == nil || len(candidates) == 0 {
		return false
	}
	_ = b.await(b.ctx, func(ctx context.Context, a *records.Access) error { // whoever may not read it is not told
		history, err := a.History(ctx, patient.ID, vitals.BloodGlucose, ownMeters)
		other = visit.Unfamiliar(history, candidates[len(candidates)-1].Identity.Serial)
		return err
	})
	return other
}

// ownMeters is how many results are looked through for the meters of a person.
const ownMeters = 30

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
			b.begin(measuring{panel: panel, byHand: true, live: silent()})
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
