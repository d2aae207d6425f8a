package visit

import (
	"context"
	"errors"
	"time"

	"aidpost/records"
	"aidpost/records/staff"
)

// A PINState says how the PIN of the person stands.
type PINState string

// The states of a PIN.
const (
	PINNone    PINState = ""
	PINWeak    PINState = "weak" // easily guessed: not taken
	PINKeeping PINState = "keeping"
	PINFailed  PINState = "failed" // it could not be kept
	PINChosen  PINState = "chosen" // in this visit, or typed in it
)

// EnterPIN tries a PIN. Where it is not the right one nothing is shown.
func (v *Visit) EnterPIN(pin string) error {
	return v.command(func() error {
		if v.p.searching {
			return ErrNotNow
		}
		v.lookUp(true, func(ctx context.Context, q records.Search) (records.Recognised, error) {
			return v.cfg.Store.RecogniseByPIN(ctx, q, pin)
		})
		return nil
	}, PIN)
}

// WithoutPIN goes on as somebody who has chosen none: somebody else with the same
// name and birth date, or the same card, has.
func (v *Visit) WithoutPIN() error {
	return v.command(func() error {
		if v.p.searching {
			return ErrNotNow
		}
		v.lookUp(false, v.cfg.Store.RecogniseWithoutPIN)
		return nil
	}, PIN)
}

// mayChoosePIN reports whether there are results of this person in the records
// that a PIN could keep from others.
func (v *Visit) mayChoosePIN() bool {
	return v.p.keep && v.p.encounter != nil && v.p.encounter.Patient != nil && len(v.p.results) > 0 &&
		v.p.saving == 0 && v.p.saveError == nil && v.p.pin != PINChosen && v.p.pin != PINKeeping
}

// WeakPIN reports a PIN that is not taken.
func WeakPIN(pin string) bool { return staff.CheckPIN(pin) != nil }

// ChoosePIN has the person's results shown at this kiosk with this PIN alone from
// the next visit on. Chosen by somebody who has only said who they are, it never
// opens what was kept before: it would be enough to say so, else.
func (v *Visit) ChoosePIN(pin string) error {
	return v.command(func() error {
		if !v.mayChoosePIN() {
			return ErrNotNow
		}
		if WeakPIN(pin) {
			v.p.pin = PINWeak
			return nil
		}
		v.p.pin = PINKeeping
		who, since := v.p.encounter.Patient.ID, time.Time{}
		if v.p.found && !v.p.shown {
			since = v.p.encounter.Started
		}
		var err error
		v.background(func(ctx context.Context) { err = v.cfg.Store.ChoosePIN(ctx, who, pin, since) }, func() {
			v.p.pin = PINChosen
			if err != nil && !errors.Is(err, records.ErrHasPIN) {
				v.cfg.Log.Error("keeping a PIN", "error", err)
				v.p.pin = PINFailed
			}
		})
		return nil
	}, Finish)
}
