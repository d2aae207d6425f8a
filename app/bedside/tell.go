package bedside

import (
	"context"
	"errors"
	"time"

	"aidpost/records"
)

// TellOf stores that somebody was told of a critical result and has read it
// back. The phase stays Tell until the last one is told; a read-back of anything
// else than the result changes nothing but TellError.
func (b *Bedside) TellOf(t records.Telling) error {
	return b.tell(func(ctx context.Context, a *records.Access, e *records.Encounter) error { return a.Tell(ctx, e, t) })
}

// UnreadOf stores why nobody has read a critical result back, signed by whoever second
// returns.
func (b *Bedside) UnreadOf(t records.Telling, second func(context.Context) (*records.Access, error)) error {
	var signer *records.Access
	return b.tell(func(ctx context.Context, a *records.Access, e *records.Encounter) (err error) {
		if signer == nil { // a PIN is asked once
			if signer, err = second(ctx); err != nil {
				return err
			}
		}
		return a.TellUnread(ctx, e, t, signer)
	})
}

func (b *Bedside) tell(do func(context.Context, *records.Access, *records.Encounter) error) error {
	b.mu.Lock()
	ready := b.phase == Tell && !b.busy()
	if ready {
		b.saving, b.tellError = b.cfg.Now(), nil
	}
	e := cloneOf(b.encounter)
	b.mu.Unlock()
	b.cfg.Changed()
	if !ready {
		return ErrNotNow
	}
	b.cfg.Hands.Do(func(ctx context.Context, a *records.Access) error {
		err := do(ctx, a, e)
		if !errors.Is(err, records.ErrStale) {
			return err
		}
		theirs, err := a.Encounter(ctx, e.ID)
		if err != nil {
			return err
		}
		join(e, theirs)
		return do(ctx, a, e)
	}, func(err error) bool {
		b.mu.Lock()
		b.saving, b.tellError = time.Time{}, err
		if err == nil {
			b.encounter, b.unsaved = e, false
			b.next()
		}
		b.mu.Unlock()
		b.cfg.Changed()
		return true
	})
	return nil
}
