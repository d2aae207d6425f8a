package bedside

import (
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/records"
)

// Accept takes the result into the visit and saves it. A critical one that must
// be repeated is not taken before it is, or a reason was given.
func (b *Bedside) Accept() error {
	err := b.command(func() error {
		r, ok := b.result()
		if !ok || r.RepeatDue {
			return ErrNotNow
		}
		if b.m.repeat != "" {
			b.answer("repeat", b.m.repeat)
		}
		b.record(r)
		b.begin(measuring{})
		b.unsaved = true
		b.next()
		return nil
	}, Review)
	if err == nil {
		b.save()
	}
	return err
}

// next goes where something is still to be done.
func (b *Bedside) next() {
	if len(b.encounter.Untold()) > 0 {
		b.enter(Tell)
		return
	}
	b.enter(Choose)
}

// Tag notes a coded fact about the visit, such as a medicine that was taken; the
// last one of a question holds.
func (b *Bedside) Tag(question, answer string) error {
	err := b.command(func() error {
		b.answer(question, answer)
		b.unsaved = true
		return nil
	}, Choose, Review)
	if err == nil {
		b.save()
	}
	return err
}

// Finish ends the visit. There is no way to it past a critical result that
// nobody has read back.
func (b *Bedside) Finish() error {
	err := b.command(func() error {
		if len(b.encounter.Untold()) > 0 || len(b.encounter.Observations) == 0 {
			return ErrNotNow
		}
		b.over, b.unsaved = true, true
		return nil
	}, Choose)
	if err == nil {
		b.save()
	}
	return err
}

// SaveAgain tries once more after a save has failed.
func (b *Bedside) SaveAgain() error {
	b.mu.Lock()
	ready := b.unsaved && !b.busy()
	b.mu.Unlock()
	if !ready {
		return ErrNotNow
	}
	b.save()
	return nil
}

// errNoAnswer: nobody was signed in any more when it was to be saved.
var errNoAnswer = errors.New("the records did not answer: is somebody signed in?")

// busy reports whether a save is under way. One that was begun as the session
// ended never comes back.
func (b *Bedside) busy() bool {
	return !b.saving.IsZero() && b.cfg.Now().Sub(b.saving) < answerTimeout
}

// trouble is why the last save did not succeed.
func (b *Bedside) trouble() error {
	if b.saveError == nil && b.unsaved && !b.saving.IsZero() && !b.busy() {
		return errNoAnswer
	}
	return b.saveError
}

// save writes the visit as it is now. If somebody else has changed it meanwhile,
// what each of the two has added is kept: measurements are never merged, only
// put side by side.
func (b *Bedside) save() {
	b.mu.Lock()
	now := b.cfg.Now()
	if b.busy() {
		b.mu.Unlock()
		return // the one under way is followed by another
	}
	b.saving, b.saveError = now, nil
	e := cloneOf(b.encounter)
	if b.over {
		e.Status, e.Ended = records.Finished, now.UTC()
	}
	sent := len(e.Observations) + len(e.Answers)
	b.mu.Unlock()
	b.cfg.Changed()
	joined := false
	var elsewhere []records.Observation
	b.cfg.Hands.Do(func(ctx context.Context, a *records.Access) (err error) {
		elsewhere, err = records.SaveRest(ctx, e, a.Save)
		if !errors.Is(err, records.ErrStale) {
			return err
		}
		theirs, err := a.Encounter(ctx, e.ID)
		if err != nil {
			return err
		}
		joined = true
		join(e, theirs)
		return a.Save(ctx, e)
	}, func(err error) bool {
		b.mu.Lock()
		b.heldElsewhere(elsewhere)
		b.mu.Unlock()
		b.saved(e, joined, sent-len(elsewhere), err)
		return true
	})
}

// heldElsewhere takes results out of the visit that another one holds already.
func (b *Bedside) heldElsewhere(all []records.Observation) {
	b.elsewhere = b.elsewhere || len(all) > 0
	b.encounter.Observations = slices.DeleteFunc(b.encounter.Observations, func(o records.Observation) bool {
		return slices.ContainsFunc(all, func(other records.Observation) bool { return other.ID == o.ID })
	})
}

// saved takes over what was saved, and saves again what has come since.
func (b *Bedside) saved(e *records.Encounter, joined bool, sent int, err error) {
	b.mu.Lock()
	again := err == nil && (len(b.encounter.Observations)+len(b.encounter.Answers) > sent || b.over && e.Status != records.Finished)
	b.saving, b.saveError = time.Time{}, err
	if err == nil {
		added := b.encounter
		b.encounter = e
		if again {
			join(added, e)
			b.encounter = added
		}
		b.unsaved, b.joined = again, b.joined || joined
		switch {
		case again:
		case b.over && e.Status == records.Finished && len(e.Untold()) == 0:
			b.enter(Finished)
		case b.phase == Choose && len(e.Untold()) > 0: // somebody else has measured it
			b.over = false
			b.enter(Tell)
		}
	}
	b.mu.Unlock()
	if again {
		// The hands hold their lock now, and saving asks them.
		b.work.Go(b.save)
	}
	b.cfg.Changed()
}

// join puts what only mine has beside what theirs has.
func join(mine, theirs *records.Encounter) {
	mine.Revision, mine.Patient = theirs.Revision, theirs.Patient
	if mine.Identity.IsZero() {
		mine.Identity = theirs.Identity
	}
	missing := slices.DeleteFunc(mine.Observations, func(o records.Observation) bool {
		return slices.ContainsFunc(theirs.Observations, func(t records.Observation) bool { return t.ID == o.ID })
	})
	mine.Observations = append(slices.Clone(theirs.Observations), missing...)
	mine.Answers = union(theirs.Answers, mine.Answers)
	mine.Consents = union(theirs.Consents, mine.Consents)
	mine.Remarks = union(theirs.Remarks, mine.Remarks)
	mine.Tellings, mine.Referrals = theirs.Tellings, theirs.Referrals // ours are saved by themselves, before
}

// union is what is in either list, theirs first.
func union[T comparable](theirs, mine []T) []T {
	all := slices.Clone(theirs)
	for _, m := range mine {
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}
