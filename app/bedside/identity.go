package bedside

import (
	"context"
	"slices"
	"strings"
	"time"

	"aidpost/records"
)

// An Identity is what whoever measures has to make sure of before the first test.
type Identity struct {
	// Asked are the traits that the person says or shows; fewer than two are known
	// of some, and then only a reason leads on.
	Asked []records.Trait
	Card  bool // they showed the card of these records
	// OtherCard says that a card was shown that is not theirs.
	OtherCard bool
	// Alike are others in the records whom the person could be.
	Alike []records.Duplicate
}

// identifying is what is known of the phase Identify.
type identifying struct {
	card, other bool
	looked      bool // the records were asked who is alike
	alike       []records.Duplicate
}

// unidentified reports whether somebody has still to make sure who this is: once a
// visit, and of a guest there is nobody to be confused with.
func unidentified(e *records.Encounter) bool { return e.Patient != nil && e.Identity.IsZero() }

// identity is what State shows of it.
func (b *Bedside) identity() Identity {
	return Identity{
		Asked: b.encounter.Patient.Asked(b.who.card), Card: b.who.card, OtherCard: b.who.other,
		Alike: slices.Clone(b.who.alike),
	}
}

// ShowCard takes the code of a card that was scanned, while it is made sure who
// the person is: theirs is one of two proofs, any other a warning.
func (b *Bedside) ShowCard(code string) error {
	return b.command(func() error {
		b.who.card = slices.ContainsFunc(b.encounter.Patient.Identifiers, func(i records.Identifier) bool {
			return i.System != records.PhoneSystem && strings.EqualFold(i.Value, strings.TrimSpace(code))
		})
		b.who.other = !b.who.card
		return nil
	}, Identify)
}

// Identified says that the person said or showed what was asked, and lets measuring
// begin. Whoever is alike must have been on the screen before.
func (b *Bedside) Identified() error { return b.identify("") }

// IdentifiedBut is Identified with a reason why the person did not say both.
func (b *Bedside) IdentifiedBut(reason string) error { return b.identify(reason) }

func (b *Bedside) identify(instead string) error {
	b.mu.Lock()
	is := records.Identity{Instead: instead}
	ready := b.phase == Identify && !b.busy()
	if ready {
		// Of somebody who says nothing for themselves only the card is a proof.
		if is.With = b.encounter.Patient.Asked(b.who.card); instead != "" && instead != "companion" {
			is.With = slices.DeleteFunc(is.With, func(t records.Trait) bool { return t != records.TraitCard || !b.who.card })
		}
		ready = instead == "" && len(is.With) == 2 || slices.Contains(records.IdentityReasons(), instead)
	}
	if ready {
		b.saving = b.cfg.Now()
	}
	p, seen := *b.encounter.Patient, b.who.looked
	b.mu.Unlock()
	b.cfg.Changed()
	if !ready {
		return ErrNotNow
	}
	var alike []records.Duplicate
	b.cfg.Hands.Do(func(ctx context.Context, a *records.Access) (err error) {
		if !seen {
			if alike, err = a.Duplicates(ctx, &p); err != nil || len(alike) > 0 {
				return err
			}
		}
		is, err = a.Identify(ctx, &p, is)
		return err
	}, func(err error) bool {
		b.mu.Lock()
		if b.saving = (time.Time{}); err == nil && b.phase == Identify {
			b.who.looked = true
			if b.who.alike = append(b.who.alike, alike...); len(alike) == 0 {
				b.encounter.Identity = is
				b.enter(Choose)
			}
		}
		b.mu.Unlock()
		b.cfg.Changed()
		return false
	})
	return nil
}

// lookAlike asks who else the person could be, so that both are on the screen.
func (b *Bedside) lookAlike() {
	p := *b.encounter.Patient
	var alike []records.Duplicate
	b.cfg.Hands.Do(func(ctx context.Context, a *records.Access) (err error) {
		alike, err = a.Duplicates(ctx, &p)
		return err
	}, func(err error) bool {
		b.mu.Lock()
		if err == nil && !b.who.looked {
			b.who.looked, b.who.alike = true, alike
		}
		b.mu.Unlock()
		b.cfg.Changed()
		return false
	})
}
