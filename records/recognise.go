package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/records/staff"
)

// A Search is what somebody says of themselves at a kiosk: an identifier, else a
// phone number with a birth date, else a name with one.
type Search struct {
	Given, Family string
	Birth         Date
	// Phone are the ways in which the number may have been written down.
	Phone      []string
	Identifier Identifier
}

// Told reports whether a search is made of what others know of a person, too.
func (q Search) Told() bool { return q.Identifier == (Identifier{}) }

// Recognised is who somebody at a kiosk is, by what they say, and how well that
// was shown. Who knows a neighbour's birth date must not see their results.
type Recognised struct {
	Patient *Patient
	// Shown: with a card or a PIN. Else visits are kept for the person, and
	// nothing that was kept before is told.
	Shown bool
	// Since is from when on results may be told of; zero: all.
	Since time.Time
}

// lookUp counts a search on disk before it is made, so that nobody finds out by
// trying whose card a number is or who has a PIN. It is a *LockedError if there
// were too many.
func (a *Access) lookUp(ctx context.Context) error {
	return a.store.record(a.As(ctx), func(t *tx) error {
		here, err := t.counted(lookUpsName)
		if err != nil {
			return err
		}
		now := t.store.uptime()
		if left := here.Left(now); left > 0 {
			return &LockedError{Wait: left, Station: true}
		}
		return t.putCount(lookUpsName, here.Fail(now))
	})
}

// cardKnown takes back what was counted for a card that is somebody's.
func (a *Access) cardKnown(ctx context.Context) error {
	return a.store.record(a.As(ctx), func(t *tx) error {
		here, err := t.counted(lookUpsName)
		if err != nil {
			return err
		}
		return t.putCount(lookUpsName, here.Forgive(t.store.uptime()))
	})
}

// search returns everybody who fits, but for those who have taken back that a kiosk
// knows them.
func (s *Store) search(ctx context.Context, q Search) ([]*Patient, error) {
	people, err := s.everybody(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.stillKnown(ctx, people)
}

func (s *Store) everybody(ctx context.Context, q Search) ([]*Patient, error) {
	switch {
	case !q.Told():
		return s.findAll(ctx, identifierToken, identifierText(q.Identifier), hasIdentifier(q.Identifier))
	case len(q.Phone) > 0:
		return s.byPhone(ctx, q)
	}
	text, ok := personText(q.Given, q.Family, q.Birth)
	if !ok {
		return nil, &InvalidError{Field: "patient", Why: "a name and a birth date are needed"}
	}
	return s.findAll(ctx, personToken, text, isCalled(text))
}

// byPhone returns who has a phone number, however it was written down, and that
// very birth date: a household shares the number.
func (s *Store) byPhone(ctx context.Context, q Search) ([]*Patient, error) {
	if q.Birth.IsZero() {
		return nil, &InvalidError{Field: "patient.birthDate", Why: "missing"}
	}
	found := map[ID]*Patient{}
	for _, number := range q.Phone {
		id := Identifier{System: PhoneSystem, Value: number}
		has := hasIdentifier(id)
		people, err := s.findAll(ctx, identifierToken, identifierText(id), func(p *Patient) bool {
			return has(p) && p.BirthDate == q.Birth && !p.BirthEstimated
		})
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			found[p.ID] = p
		}
	}
	return byID(found), nil
}

// Recognise returns the person who says this of themselves at the kiosk. If
// anybody who fits has a PIN it is ErrNeedsPIN, and nothing is told. Nobody gives
// ErrNotFound, more than one ErrSeveral, and too many searches at this kiosk a
// *LockedError.
func (a *Access) Recognise(ctx context.Context, q Search) (Recognised, error) {
	if err := a.lookUp(ctx); err != nil {
		return Recognised{}, fmt.Errorf("recognise: %w", err)
	}
	return a.find(ctx, func() (r Recognised, err error) {
		people, err := a.store.search(ctx, q)
		if err != nil {
			return r, fmt.Errorf("recognise: %w", err)
		}
		if len(people) > 0 && !q.Told() {
			if err := a.cardKnown(ctx); err != nil {
				return r, fmt.Errorf("recognise: %w", err)
			}
		}
		open, err := a.withoutPIN(ctx, people)
		switch {
		case err != nil:
			return r, fmt.Errorf("recognise: %w", err)
		case len(open) < len(people):
			return r, ErrNeedsPIN
		}
		r.Patient, err = only(open)
		r.Shown = !q.Told()
		return r, err
	})
}

// RecogniseWithoutPIN is Recognise among those who have chosen none.
func (a *Access) RecogniseWithoutPIN(ctx context.Context, q Search) (Recognised, error) {
	return a.find(ctx, func() (r Recognised, err error) {
		people, err := a.store.search(ctx, q)
		if err == nil {
			people, err = a.withoutPIN(ctx, people)
		}
		if err != nil {
			return r, fmt.Errorf("recognise: %w", err)
		}
		r.Patient, err = only(people)
		r.Shown = !q.Told()
		return r, err
	})
}

func only(people []*Patient) (*Patient, error) {
	switch len(people) {
	case 0:
		return nil, ErrNotFound
	case 1:
		return people[0], nil
	}
	return nil, ErrSeveral
}

// RecogniseByPIN is Recognise for somebody who has typed a PIN: of all who fit,
// whoever has chosen it. The guess counts as failed on disk before it is judged,
// so that pulling the plug undoes nothing. It is ErrWrongPIN, or a *LockedError if
// no guess is judged now.
func (a *Access) RecogniseByPIN(ctx context.Context, q Search, pin string) (Recognised, error) {
	return a.find(ctx, func() (Recognised, error) {
		r, err := a.byPIN(ctx, q, pin)
		if err != nil {
			return Recognised{}, fmt.Errorf("recognise by PIN: %w", err)
		}
		if !q.Told() {
			r.Since = time.Time{} // whoever has the card as well has shown enough
		}
		return r, nil
	})
}

func (a *Access) byPIN(ctx context.Context, q Search, pin string) (r Recognised, err error) {
	people, err := a.store.search(ctx, q)
	if err != nil {
		return r, err
	}
	var pins []*lockedPIN // of those people whose guess is judged
	err = a.store.record(a.As(ctx), func(t *tx) (err error) {
		pins, err = t.guess(people)
		return err
	})
	if err != nil {
		return r, err
	}
	var right []Recognised
	for i, p := range people {
		verifier, since := staff.NoVerifier(a.store.pinCost), time.Time{}
		if pins[i] != nil {
			verifier, since = pins[i].Verifier, pins[i].Since
		}
		fits, err := verifier.Fits(pin)
		if err != nil {
			return r, fmt.Errorf("patient %s: %w: %w", p.ID, ErrCorrupt, err)
		}
		if fits {
			right = append(right, Recognised{Patient: p, Shown: true, Since: since})
		}
	}
	if len(right) != 1 { // two who share a name and a PIN see neither
		return r, errors.Join(ErrWrongPIN, a.note(ctx, auditEntry{Action: staff.ChoosePIN, Outcome: Failed}))
	}
	err = a.store.record(a.As(ctx), func(t *tx) error { return t.guessedRight(people, pins, right[0].Patient) })
	return right[0], err
}
