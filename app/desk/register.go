package desk

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"aidpost/app/timing"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/people"
	"aidpost/records/staff"
)

// A Draft is what has been typed of somebody new, as typed, so that nothing is
// lost by being wrong.
type Draft struct {
	Given, Family string
	Day, Month    string
	Year          string
	Age           string // instead of a birth date that nobody knows
	ByAge         bool
	Sex           records.Sex
	Phone, Card   string
	Language      string // BCP 47
	Keep, Share   bool   // what they agree to
}

// empty reports whether nothing was typed yet; a language alone is nothing.
func (dr Draft) empty() bool {
	dr.Language = ""
	return dr == Draft{}
}

// A Field is a field of a Draft, for what stands beside it.
type Field string

// The fields that something can be wrong with.
const (
	FieldName    Field = "name" // the given one, and that there is none at all
	FieldFamily  Field = "family"
	FieldBirth   Field = "birth"
	FieldAge     Field = "age"
	FieldPhone   Field = "phone"
	FieldCard    Field = "card"
	FieldConsent Field = "consent"
)

// Register is the writing down of somebody new.
type Register struct {
	Draft Draft
	// Problems stand beside their fields: at once what cannot be right, and what
	// is missing only after Tried.
	Problems map[Field]Message
	Tried    bool
	Saving   bool
	// Alike are people in the records who may be the same person.
	Alike []records.Duplicate
	// Compared is who was looked at side by side and is somebody else.
	Compared map[records.ID]bool
	// Beside is who is looked at side by side; nil if nobody is.
	Beside *records.Duplicate

	asked bool // somebody pressed save, and has to look at Beside first
}

// The bounds of what may be typed.
const (
	MaxName = 100
	maxAge  = 130
)

// Edit changes what was typed.
func (d *Desk) Edit(fn func(*Draft)) {
	var asks bool
	d.change(func() {
		before := d.state.Register.Draft
		fn(&d.state.Register.Draft)
		d.judge()
		asks = before != d.state.Register.Draft
	})
	if asks {
		d.later(&d.alike, d.lookAlike)
	}
}

// judge says what is wrong with the draft. It is called under the lock.
func (d *Desk) judge() {
	r := &d.state.Register
	r.Problems = r.Draft.problems(d.Now(), r.Tried)
}

// problems returns what is wrong, by field.
func (dr Draft) problems(now time.Time, all bool) map[Field]Message {
	found := map[Field]Message{}
	put := func(f Field, key words.Key, args ...words.Arg) {
		if _, has := found[f]; !has {
			found[f] = Message{key, args}
		}
	}
	for field, name := range map[Field]string{FieldName: dr.Given, FieldFamily: dr.Family} {
		if n := utf8.RuneCountInString(strings.TrimSpace(name)); n > MaxName {
			put(field, words.RegisterNameLong, words.With("most", MaxName), words.With("count", n))
		} else if looksScanned(name) {
			put(field, words.RegisterNameNumber)
		}
	}
	if dr.ByAge {
		dr.ageProblem(put)
	} else if key, bad := dr.birthProblem(now); bad {
		put(FieldBirth, key)
	}
	if p := strings.TrimSpace(dr.Phone); p != "" && !phoneLike(p) {
		put(FieldPhone, words.RegisterPhoneOdd)
	}
	if all {
		if strings.TrimSpace(dr.Given) == "" && strings.TrimSpace(dr.Family) == "" && strings.TrimSpace(dr.Card) == "" {
			put(FieldName, words.RegisterNameMissing)
		}
		if !dr.Keep {
			put(FieldConsent, words.RegisterConsentMissing)
		}
	}
	return found
}

func (dr Draft) ageProblem(put func(Field, words.Key, ...words.Arg)) {
	if dr.Age == "" {
		return
	}
	if age, err := strconv.Atoi(dr.Age); err != nil || age < 0 || age > maxAge {
		put(FieldAge, words.RegisterAgeImpossible, words.With("most", maxAge))
	}
}

// birthProblem judges a date that was typed in full.
func (dr Draft) birthProblem(now time.Time) (words.Key, bool) {
	day, month, year, full := dr.birth()
	switch {
	case !full:
		return words.RegisterDateHalf, dr.Day+dr.Month+dr.Year != "" && len(dr.Year) == 4
	case year > now.Year():
		return words.RegisterDateFuture, true
	}
	date, err := records.NewDate(year, month, day)
	if err != nil {
		return words.RegisterDateImpossible, true
	}
	age, past := date.AgeOn(now)
	switch {
	case !past:
		return words.RegisterDateFuture, true
	case age > maxAge:
		return words.RegisterDateOld, true
	}
	return "", false
}

// birth returns the numbers of the birth date, and whether all were typed.
func (dr Draft) birth() (day, month, year int, full bool) {
	day, errDay := strconv.Atoi(dr.Day)
	month, errMonth := strconv.Atoi(dr.Month)
	year, errYear := strconv.Atoi(dr.Year)
	return day, month, year, errDay == nil && errMonth == nil && errYear == nil && len(dr.Year) == 4
}

// looksScanned reports whether a name is what a scanner types, not a person:
// more digits than letters.
func looksScanned(name string) bool {
	digits, letters := 0, 0
	for _, r := range name {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits >= 4 && digits > letters
}

// phoneLike takes digits with what people put between them, and a plus before.
func phoneLike(phone string) bool {
	digits := 0
	for i, r := range phone {
		switch {
		case unicode.IsDigit(r):
			digits++
		case r == '+' && i == 0, strings.ContainsRune(" -/().", r):
		default:
			return false
		}
	}
	return digits >= 4 && digits <= 20
}

// Person returns the draft as somebody new, as far as it says something.
func (dr Draft) Person(now time.Time) *records.Patient {
	p := &records.Patient{
		ID: records.NewID(), Given: strings.TrimSpace(dr.Given), Family: strings.TrimSpace(dr.Family),
		Sex: dr.Sex, Language: dr.Language,
	}
	if dr.ByAge {
		if age, err := strconv.Atoi(dr.Age); err == nil && age >= 0 && age <= maxAge {
			p.BirthDate, p.BirthEstimated = records.EstimatedBirth(age, now), true
		}
	} else if day, month, year, full := dr.birth(); full {
		if date, err := records.NewDate(year, month, day); err == nil {
			p.BirthDate = date
		}
	}
	if card := strings.TrimSpace(dr.Card); card != "" {
		p.Identifiers = append(p.Identifiers, records.Identifier{System: "card", Value: card})
	}
	if phone := strings.TrimSpace(dr.Phone); phone != "" {
		p.Identifiers = append(p.Identifiers, records.Identifier{System: records.PhoneSystem, Value: phone})
	}
	return p
}

// lookAlike asks who in the records may be the person that is being typed.
func (d *Desk) lookAlike() {
	d.mu.Lock()
	d.ages.alike++
	age, p := d.ages.alike, d.state.Register.Draft.Person(d.Now())
	d.mu.Unlock()
	if !tellable(p) {
		d.change(func() { d.state.Register.Alike = nil })
		return
	}
	var found []records.Duplicate
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		found, err = a.Duplicates(ctx, p)
		return err
	}, func(err error) bool {
		if err == nil && age == d.ages.alike {
			d.state.Register.Alike = found
		}
		return false
	})
}

// Tellable reports whether enough was typed to tell who is alike. Until then the
// records are not asked, since every look is on record.
func (dr Draft) Tellable(now time.Time) bool { return tellable(dr.Person(now)) }

// tellable: people are alike by a number, by a whole name, or by a part of one
// together with a birth date.
func tellable(p *records.Patient) bool {
	return len(p.Identifiers) > 0 || p.Given != "" && p.Family != "" || (p.Given != "" || p.Family != "") && !p.BirthDate.IsZero()
}

// Compare shows somebody who may be the same person side by side with the
// draft.
func (d *Desk) Compare(id records.ID) {
	d.change(func() {
		for _, a := range d.state.Register.Alike {
			if a.Patient.ID == id {
				d.state.Register.Beside = &a
			}
		}
	})
}

// NotTheSame says that whoever is looked at side by side is somebody else. If
// saving waits for that, it goes on.
func (d *Desk) NotTheSame() {
	saves := false
	d.change(func() {
		r := &d.state.Register
		if r.Beside == nil {
			return
		}
		compared := map[records.ID]bool{r.Beside.Patient.ID: true}
		for id := range r.Compared {
			compared[id] = true
		}
		r.Compared, r.Beside = compared, nil
		saves, r.asked = r.asked, false
	})
	if saves {
		d.Save()
	}
}

// StopComparing goes back to the draft and decides nothing.
func (d *Desk) StopComparing() {
	d.change(func() { d.state.Register.Beside, d.state.Register.asked = nil, false })
}

// OpenInstead drops the draft for somebody in the records: they come in again.
func (d *Desk) OpenInstead(p *records.Patient) {
	d.change(func() { d.state.Register = Register{} })
	d.Open(p)
}

// ClearDraft drops what was typed; it can be taken back.
func (d *Desk) ClearDraft() {
	d.change(func() {
		before := d.state.Register
		d.state.Register = Register{}
		if before.Draft.empty() {
			return
		}
		d.cfg.Times.Leave(timing.Register)
		d.cfg.Times.Begin(timing.Register)
		d.say(Message{Key: words.RegisterCleared}, false, func(context.Context, *records.Access) error {
			d.change(func() { d.state.Register = before })
			return nil
		})
	})
}

// MustCompare returns the first person who is so like the draft that they have
// to be looked at before it is saved; nil if there is none. A name alone is no
// reason: too many people share one.
func (r Register) MustCompare() *records.Duplicate {
	for _, a := range r.Alike {
		if a.Why != people.SameName && !r.Compared[a.Patient.ID] {
			return &a
		}
	}
	return nil
}

// Save writes the draft down and puts the person on today's list.
func (d *Desk) Save() {
	if !d.May(staff.SearchPatients) {
		return
	}
	var p *records.Patient
	var e *records.Encounter
	d.change(func() {
		r := &d.state.Register
		r.Tried = true
		d.judge()
		if r.Saving || len(r.Problems) > 0 {
			return
		}
		if first := r.MustCompare(); first != nil {
			r.Beside, r.asked = first, true
			return
		}
		r.Saving = true
		p = r.Draft.Person(d.Now())
		e = d.newVisit(p)
		e.Consents = d.consents(r.Draft)
	})
	if e == nil {
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error { return d.enqueue(ctx, a, e) }, func(err error) bool {
		d.state.Register.Saving = false
		if err != nil {
			return false // the draft stays
		}
		d.cfg.Times.Done(timing.Register)
		d.state.Register = Register{}
		d.say(Message{Key: words.RegisterDone, Args: calledBy(e)}, false, takeOff(e))
		d.open(Route{Page: homeOf(d.state.Who.Role)})
		d.routes, d.state.Depth = nil, 0
		d.state.Today.Loaded = false
		return false
	})
}

// consents returns what the draft says that the person agreed to.
func (d *Desk) consents(dr Draft) []records.Consent {
	at := d.cfg.Now().UTC()
	said := func(purpose string, given bool) records.Consent {
		return records.Consent{Purpose: purpose, Given: given, Version: d.cfg.Consent, At: at}
	}
	return []records.Consent{
		said(records.ConsentMeasure, dr.Keep), said(records.ConsentKeep, dr.Keep), said(records.ConsentShare, dr.Share),
	}
}
