package visit

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"aidpost/records"
	"aidpost/records/phone"
	"aidpost/records/vitals"
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
	WhoPhoneOdd       WhoError = "phone-odd"
	WhoStore          WhoError = "store" // the records could not be asked
	WhoPINWrong       WhoError = "pin-wrong"
	WhoPINWait        WhoError = "pin-wait"   // too many tries, also of names and cards: see State.PINWait
	WhoPINLocked      WhoError = "pin-locked" // until staff help
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
		v.beGuest()
		return nil
	}, Who)
}

// JustMeasure begins the visit of a guest with a panel or, without one, with the
// choice. That they want to be measured they say with their answer to AskFit.
func (v *Visit) JustMeasure(p vitals.Panel) error {
	return v.command(func() error {
		v.begin()
		v.beGuest()
		if p != "" {
			_ = v.choose(p) // what is not on offer any more leaves the choice
		}
		return nil
	}, Welcome)
}

func (v *Visit) beGuest() {
	v.p.guest, v.p.searching, v.p.whoError = true, false, WhoOK
	v.enter(Choose)
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

// Identify tells name and birth date. The visit is kept for the person with
// exactly these in the records; what is wrong appears as WhoError in State, and
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
		v.p.search = records.Search{Given: given, Family: family, Birth: birth}
		v.lookUp(false, v.cfg.Store.Recognise)
		return nil
	}, Who)
}

// Phone is Identify with a phone number in place of the name, as it is typed at
// home or from abroad.
func (v *Visit) Phone(number string, year, month, day int) error {
	return v.command(func() error {
		if v.p.searching {
			return ErrNotNow
		}
		birth, wrong := CheckBirthDate(year, month, day, time.Now().In(v.cfg.Zone))
		if !phone.Plausible(number) {
			wrong = WhoPhoneOdd
		}
		if v.p.whoError = wrong; wrong != WhoOK {
			return nil
		}
		v.p.search = records.Search{Phone: v.cfg.Phones.Spellings(number), Birth: birth}
		v.lookUp(false, v.cfg.Store.Recognise)
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
		v.p.search = records.Search{Identifier: id}
		v.lookUp(false, v.cfg.Store.Recognise)
		return nil
	}, Who)
}

func unprintable(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }

// lookUp asks the records in the background and goes on to the consent, or to the
// PIN where one is needed.
func (v *Visit) lookUp(byPIN bool, find func(context.Context, records.Search) (records.Recognised, error)) {
	v.p.searching, v.p.whoError = true, WhoOK
	var known records.Recognised
	var err error
	q := v.p.search
	v.background(func(ctx context.Context) { known, err = find(ctx, q) }, func() {
		v.p.searching = false
		var locked *records.LockedError
		switch {
		case err == nil:
			v.p.found, v.p.shown, v.p.since = true, known.Shown, known.Since
			if byPIN {
				v.p.pin = PINChosen
			}
			v.p.told = v.newcomer()
			v.welcome(known.Patient)
		case errors.Is(err, records.ErrNeedsPIN):
			v.enter(PIN)
		case errors.Is(err, records.ErrWrongPIN):
			v.p.whoError = WhoPINWrong
		case errors.As(err, &locked) && locked.Wait > 0:
			v.p.whoError, v.p.pinWait = WhoPINWait, locked.Wait
		case errors.As(err, &locked):
			v.p.whoError = WhoPINLocked
		case errors.Is(err, records.ErrNotFound), errors.Is(err, records.ErrSeveral):
			// Of several people with one name and birth date nobody is shown
			// another's results: staff joins the records later.
			v.p.told = v.newcomer()
			v.p.shown = !q.Told()
			v.welcome(v.p.told)
		default:
			v.cfg.Log.Error("looking a person up", "error", err)
			v.p.whoError = WhoStore
		}
	})
}

// newcomer is a patient who is not in the records.
func (v *Visit) newcomer() *records.Patient {
	q := v.p.search
	p := &records.Patient{ID: records.NewID(), Created: time.Now().UTC(), Language: v.language}
	switch {
	case q.Identifier != (records.Identifier{}):
		p.Identifiers = []records.Identifier{q.Identifier}
	case len(q.Phone) > 0:
		p.Identifiers = []records.Identifier{{System: records.PhoneSystem, Value: q.Phone[0]}}
	}
	p.Given, p.Family, p.BirthDate = q.Given, q.Family, q.Birth
	return p
}

// welcome goes on with a person who is known now.
func (v *Visit) welcome(patient *records.Patient) {
	v.p.encounter.Patient = patient
	if age, ok := patient.BirthDate.AgeOn(time.Now().In(v.cfg.Zone)); ok {
		v.p.subject.Age, v.p.subject.AgeKnown = age, true
	}
	v.enter(Consent)
}

// Agree records the consents: to measure is what the button says; to keep the
// results under the person's name, and to share them with the site's server,
// are the person's own choice.
func (v *Visit) Agree(keep, share bool) error {
	return v.command(func() error {
		if v.p.searching { // what is taken back comes first
			return ErrNotNow
		}
		v.consent(keep && !v.p.guest, share && keep && !v.p.guest)
		v.enter(Choose)
		return nil
	}, Consent)
}

func (v *Visit) consent(keep, share bool) {
	now := time.Now().UTC()
	v.p.keep = keep
	for _, c := range []struct {
		purpose string
		given   bool
	}{{records.ConsentMeasure, true}, {records.ConsentKeep, keep}, {records.ConsentShare, share}} {
		v.p.encounter.Consents = append(v.p.encounter.Consents,
			records.Consent{Purpose: c.purpose, Given: c.given, Version: v.cfg.Consent, At: now})
	}
	if !keep {
		// Without consent to keep, nothing of the person enters the records.
		v.p.encounter.Patient = nil
	}
}

// agreeToMeasure is what a guest does by answering whether the kiosk is for them.
func (v *Visit) agreeToMeasure() {
	if len(v.p.encounter.Consents) == 0 {
		v.consent(false, false)
	}
}

// Back goes one step back where nothing is lost by it.
func (v *Visit) Back() error {
	return v.command(func() error {
		switch v.step {
		case Who:
			v.wipe()
		case Consent:
			if v.p.searching {
				return ErrNotNow
			}
			v.unknow()
			v.p.encounter.Consents, v.p.guest, v.p.back = nil, false, TakenBack{}
			v.enter(Who)
		case Choose:
			if !v.p.guest || len(v.p.results) > 0 {
				return ErrNotNow
			}
			if v.cfg.GuestsOnly {
				v.wipe()
				return nil
			}
			v.begin() // somebody else than a guest: nothing that was said counts
		case PIN:
			v.p.search, v.p.whoError, v.p.searching = records.Search{}, WhoOK, false
			v.enter(Who)
		case OwnKind, OwnPlug, OwnClock, OwnBegan:
			v.own = nil
			v.enter(Choose)
		case Question, Unsuitable, Prepare, Connect, Ready:
			if v.step == Ready && len(v.m.attempts) > 0 {
				return ErrNotNow
			}
			if v.goodReadings() > 0 {
				// A critical value that was to be repeated still counts.
				v.conclude()
				return nil
			}
			v.beginPanel(measurement{})
			v.enter(Choose)
		default:
			return ErrNotNow
		}
		return nil
	}, Who, PIN, Consent, Choose, Question, Unsuitable, Prepare, Connect, Ready, OwnKind, OwnPlug, OwnClock, OwnBegan)
}
