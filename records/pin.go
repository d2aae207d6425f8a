package records

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// Somebody may choose a PIN at a kiosk, so that who knows their name and birth
// date, or holds their card, does not see their results there. It is kept as an
// Argon2id verifier among the secrets of the kiosk, apart from what is said of the
// person: no other kiosk and no server hears of it. Staff see people without it,
// and remove one that was forgotten.

// The errors of the PINs of people at a kiosk.
var (
	// ErrNeedsPIN: who is looked for has chosen a PIN; nothing is told of them
	// before it was typed.
	ErrNeedsPIN = errors.New("a PIN is needed")
	// ErrWrongPIN: it is nobody's of those who are looked for.
	ErrWrongPIN = errors.New("that is not the PIN")
	// ErrHasPIN: one is chosen only where there is none.
	ErrHasPIN = errors.New("there is a PIN already")
)

// lockedPIN is the secret of a person's PIN.
type lockedPIN struct {
	Verifier staff.Verifier `json:"verifier"`
	Lock     staff.Lock     `json:"lock"`
	// Since is from when on it opens results: it was chosen by somebody who had
	// only told who they are.
	Since time.Time `json:"since,omitzero"`
}

// pinPrefix begins the names of secrets of people's PINs; the rest is the person's
// ID. guessesName is the secret that counts guesses of PINs at this kiosk, whoever
// they were about, and lookUpsName that which counts who was looked for.
const (
	pinPrefix   = "pin-"
	guessesName = "pin-guesses"
	lookUpsName = "look-ups"
)

func pinName(patient ID) string { return pinPrefix + hex.EncodeToString(patient.bytes()) }

// pinOf returns a person's PIN, or nil.
func (t *tx) pinOf(patient ID) (*lockedPIN, error) {
	content, err := t.secret(pinName(patient))
	if err != nil || content == nil {
		return nil, err
	}
	var p lockedPIN
	if err := json.Unmarshal(content, &p); err != nil {
		return nil, fmt.Errorf("%w: PIN of patient %s: %w", ErrCorrupt, patient, err)
	}
	return &p, nil
}

func (t *tx) putPIN(patient ID, p *lockedPIN) error {
	content, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return t.keepSecret(pinName(patient), content)
}

// dropPIN removes a PIN and reports whether there was one.
func (t *tx) dropPIN(patient ID) (bool, error) {
	res, err := t.exec(t.ctx, "DELETE FROM secret WHERE name = ?", pinName(patient))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// mergePIN gives the survivor of a merge the PIN of the other if they have none,
// so that no results lose their protection.
func (t *tx) mergePIN(patient, survivor ID) error {
	own, err := t.pinOf(survivor)
	if err != nil || own != nil {
		return err
	}
	other, err := t.pinOf(patient)
	if err != nil || other == nil {
		return err
	}
	return t.putPIN(survivor, other)
}

// counted returns one of the counts of what was tried at this kiosk.
func (t *tx) counted(name string) (g staff.Station, err error) {
	content, err := t.secret(name)
	if err == nil && content != nil {
		err = json.Unmarshal(content, &g)
	}
	return g, err
}

func (t *tx) putCount(name string, g staff.Station) error {
	content, err := json.Marshal(g)
	if err != nil {
		return err
	}
	return t.keepSecret(name, content)
}

// withoutPIN returns those who have chosen none.
func (a *Access) withoutPIN(ctx context.Context, people []*Patient) (open []*Patient, err error) {
	err = a.store.read(ctx, func(r *reader) error {
		open = nil
		for _, p := range people {
			has := false
			row := r.QueryRowContext(r.ctx, "SELECT EXISTS (SELECT 1 FROM secret WHERE name = ?)", pinName(p.ID))
			if err := row.Scan(&has); err != nil {
				return err
			}
			if !has {
				open = append(open, p)
			}
		}
		return nil
	})
	return open, err
}

// HasPIN reports whether a person has chosen a PIN at this kiosk.
func (a *Access) HasPIN(ctx context.Context, patient ID) (bool, error) {
	if err := a.Authorize(ctx, staff.FindPatient); err != nil {
		return false, err
	}
	open, err := a.withoutPIN(ctx, []*Patient{{ID: patient}})
	return len(open) == 0, err
}

// guess counts a failed guess for the kiosk and for everybody it is about, and
// returns the PINs to judge it by: nil for who has none or is locked.
func (t *tx) guess(people []*Patient) ([]*lockedPIN, error) {
	now := t.store.uptime()
	here, err := t.counted(guessesName)
	if err != nil {
		return nil, err
	}
	if left := here.Left(now); left > 0 {
		return nil, &LockedError{Wait: left, Station: true}
	}
	pins := make([]*lockedPIN, len(people))
	locked := &LockedError{}
	for i, p := range people {
		pin, err := t.pinOf(p.ID)
		switch {
		case err != nil:
			return nil, err
		case pin == nil, pin.Lock.Hard():
			continue
		case pin.Lock.Left(now) > 0:
			locked.Wait = max(locked.Wait, pin.Lock.Left(now))
			continue
		}
		pin.Lock = pin.Lock.Fail(now)
		if err := t.putPIN(p.ID, pin); err != nil {
			return nil, err
		}
		pins[i] = pin
	}
	if !slices.ContainsFunc(pins, func(p *lockedPIN) bool { return p != nil }) {
		return nil, locked
	}
	return pins, t.putCount(guessesName, here.Fail(now))
}

// guessedRight takes back what was counted for a guess that was right: for whom it
// was right, and one failure of everybody else whom it was not about.
func (t *tx) guessedRight(people []*Patient, pins []*lockedPIN, who *Patient) error {
	here, err := t.counted(guessesName)
	if err != nil {
		return err
	}
	errs := []error{t.putCount(guessesName, here.Forgive(t.store.uptime()))}
	for i, p := range people {
		if pins[i] == nil {
			continue
		}
		if p == who {
			pins[i].Lock = staff.Lock{}
		}
		errs = append(errs, t.putPIN(p.ID, pins[i]))
	}
	return errors.Join(append(errs, t.audit(auditEntry{Action: staff.ChoosePIN, Object: who.ID, Patient: who.ID, Reason: "recognised"}))...)
}

// ChoosePIN gives a person who has no PIN the one they have chosen. Typed without
// their card, it opens what is measured since then; zero: all. One that is easily
// guessed matches staff.ErrWeakPIN.
func (a *Access) ChoosePIN(ctx context.Context, patient ID, pin string, since time.Time) error {
	if err := a.Authorize(ctx, staff.ChoosePIN); err != nil {
		return err
	}
	if err := staff.CheckPIN(pin); err != nil {
		return err
	}
	chosen := &lockedPIN{Verifier: staff.NewVerifier(pin, a.store.pinCost), Since: since.UTC()}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		if _, _, err := t.patientRow(patient); err != nil {
			return err
		}
		if has, err := t.pinOf(patient); err != nil || has != nil {
			return errors.Join(err, ErrHasPIN)
		}
		return errors.Join(t.putPIN(patient, chosen),
			t.audit(auditEntry{Action: staff.ChoosePIN, Object: patient, Patient: patient, Reason: "chosen"}))
	})
	if err != nil {
		return fmt.Errorf("choose a PIN: %w", err)
	}
	return nil
}

// RemovePIN lets somebody who has forgotten their PIN choose another one. Who they
// are is for staff to make sure of. ErrNotFound: there is none.
func (a *Access) RemovePIN(ctx context.Context, patient ID) error {
	if err := a.Authorize(ctx, staff.RemovePIN); err != nil {
		return err
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		had, err := t.dropPIN(patient)
		if err == nil && !had {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.RemovePIN, Object: patient, Patient: patient})
	})
	if err != nil {
		return fmt.Errorf("remove a PIN: %w", err)
	}
	return nil
}
