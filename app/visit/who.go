package visit

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"aidpost/records"
)

// A WhoError names what is wrong with what the person told of themselves; the
// screen has words for each.
type WhoError string

// The errors of the who screen.
const (
	WhoOK             WhoError = ""
	WhoNameMissing    WhoError = "name-missing"
	WhoNameTooLong    WhoError = "name-too-long"
	WhoDateImpossible WhoError = "date-impossible"
	WhoDateFuture     WhoError = "date-future"
	WhoDateTooOld     WhoError = "date-too-old"
	WhoCardUnreadable WhoError = "card-unreadable"
	WhoStore          WhoError = "store" // the records could not be asked
)

// Limits of what is accepted.
const (
	MaxName = 100 // runes of a given or a family name, as in the records
	MaxCard = 64  // runes of a card's number
	MaxAge  = 125 // years
)

// CardSystem is the identifier system of cards until the site names its own.
const CardSystem = "card"

// Guest goes on without telling who.
func (v *Visit) Guest() error {
	return v.command(func() error {
		v.p.guest, v.p.searching, v.p.whoError = true, false, WhoOK
		v.enter(Consent)
		return nil
	}, Who)
}

// CheckBirthDate says what is wrong with a birth date.
func CheckBirthDate(year, month, day int, now time.Time) (records.Date, WhoError) {
	d, err := records.NewDate(year, month, day)
	if err != nil || year < 1 {
		return records.Date{}, WhoDateImpossible
	}
	age, ok := d.AgeOn(now)
	switch {
	case !ok:
		return records.Date{}, WhoDateFuture
	case age > MaxAge:
		return records.Date{}, WhoDateTooOld
	}
	return d, WhoOK
}

// Identify tells name and birth date. A person with exactly these in the
// records is recognised; what is wrong appears as WhoError in State, and
// everything typed stays on the screen.
func (v *Visit) Identify(given, family string, year, month, day int) error {
	return v.command(func() error {
		if v.p.searching {
			return ErrNotNow
		}
		given, family = strings.TrimSpace(given), strings.TrimSpace(family)
		birth, wrong := CheckBirthDate(year, month, day, time.Now().In(v.cfg.Zone))
		switch {
		case given == "" && family == "":
			wrong = WhoNameMissing
		case utf8.RuneCountInString(given) > MaxName, utf8.RuneCountInString(family) > MaxName:
			wrong = WhoNameTooLong
		}
		if v.p.whoError = wrong; wrong != WhoOK {
			return nil
		}
		newcomer := records.Patient{Given: given, Family: family, BirthDate: birth}
		v.lookUp(newcomer, func(ctx context.Context) (*records.Patient, error) {
			return v.cfg.Store.FindPatient(ctx, given, family, birth)
		})
		return nil
	}, Who)
}

// Card tells an identifier that was scanned or typed.
func (v *Visit) Card(code string) error {
	return v.command(func() error {
		if v.p.searching {
			return ErrNotNow
		}
		code = strings.TrimSpace(code)
		v.p.whoError = WhoOK
		if code == "" || utf8.RuneCountInString(code) > MaxCard || strings.ContainsFunc(code, unprintable) {
			v.p.whoError = WhoCardUnreadable
			return nil
		}
		id := records.Identifier{System: CardSystem, Value: code}
		newcomer := records.Patient{Identifiers: []records.Identifier{id}}
		v.lookUp(newcomer, func(ctx context.Context) (*records.Patient, error) {
			return v.cfg.Store.PatientByIdentifier(ctx, id)
		})
		return nil
	}, Who)
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }

// lookUp asks the records in the background and goes on to the consent.
func (v *Visit) lookUp(newcomer records.Patient, find func(context.Context) (*records.Patient, error)) {
	v.p.searching = true
	var patient *records.Patient
	var err error
	v.background(func(ctx context.Context) { patient, err = find(ctx) }, func() {
		v.p.searching = false
		switch {
		case err == nil:
			v.p.found = true
		case errors.Is(err, records.ErrNotFound), errors.Is(err, records.ErrSeveral):
			// Of several people with one name and birth date nobody is shown
			// another's results: staff joins the records later.
			patient = &newcomer
			patient.ID, patient.Created, patient.Language = records.NewID(), time.Now().UTC(), v.language
		default:
			v.cfg.Log.Error("looking a person up", "error", err)
			v.p.whoError = WhoStore
			return
		}
		v.p.encounter.Patient = patient
		if age, ok := patient.BirthDate.AgeOn(time.Now().In(v.cfg.Zone)); ok {
			v.p.subject.Age, v.p.subject.AgeKnown = age, true
		}
		v.enter(Consent)
	})
}

// Agree records the consents: to measure is what the button says; to keep the
// results under the person's name, and to share them with the site's server,
// are the person's own choice.
func (v *Visit) Agree(keep, share bool) error {
	return v.command(func() error {
		now := time.Now().UTC()
		v.p.keep = keep && !v.p.guest
		for _, c := range []struct {
			purpose string
			given   bool
		}{{records.ConsentMeasure, true}, {records.ConsentKeep, v.p.keep}, {records.ConsentShare, share && v.p.keep}} {
			v.p.encounter.Consents = append(v.p.encounter.Consents,
				records.Consent{Purpose: c.purpose, Given: c.given, Version: v.cfg.Consent, At: now})
		}
		if !v.p.keep {
			// Without consent to keep, nothing of the person enters the records.
			v.p.encounter.Patient = nil
		}
		v.enter(Choose)
		return nil
	}, Consent)
}

// Back goes one step back where nothing is lost by it.
func (v *Visit) Back() error {
	return v.command(func() error {
		switch v.step {
		case Who:
			v.wipe()
		case Consent:
			e := v.p.encounter
			e.Patient, e.Consents = nil, nil
			v.p.guest, v.p.found, v.p.subject.AgeKnown = false, false, false
			v.enter(Who)
		case Question, Unsuitable, Prepare, Connect, Ready:
			if v.step == Ready && len(v.m.attempts) > 0 {
				return ErrNotNow
			}
			if v.goodReadings() > 0 {
				// A critical value that was to be repeated still counts.
				v.conclude()
				return nil
			}
			v.m = measurement{}
			v.enter(Choose)
		default:
			return ErrNotNow
		}
		return nil
	}, Who, Consent, Question, Unsuitable, Prepare, Connect, Ready)
}
