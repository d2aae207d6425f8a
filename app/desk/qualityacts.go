package desk

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/passport"
	"aidpost/records/quality"
	"aidpost/records/signing"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/reports/cups"
)

// put has work put something on record, if the form has no problem, and reads
// everything anew. What work refuses is said beside its field; other errors as
// everywhere. Done is said when it is done.
func (d *Desk) put(p problems, done Message, work func(ctx context.Context, a *records.Access) error) {
	begins := false
	d.change(func() {
		q := &d.state.Quality
		begins = len(p) == 0 && !q.Busy
		if !q.Busy {
			q.Problems, q.Busy = p, begins
		}
	})
	if !begins {
		return
	}
	var found onRecord
	d.Do(func(ctx context.Context, a *records.Access) error {
		if err := work(ctx, a); err != nil {
			return err
		}
		var err error
		found, err = readQuality(ctx, a)
		return err
	}, func(err error) bool {
		q := &d.state.Quality
		q.Busy = false
		if err == nil {
			q.Done++
			d.takeQuality(found)
			if done.Key != "" {
				d.say(done, false, nil)
			}
			return false
		}
		field, key := refusedQuality(err)
		if key == "" {
			return false
		}
		q.Problems = problems{field: Message{Key: key}}
		return true
	})
}

// ClearProblems forgets what was wrong with the form before.
func (d *Desk) ClearProblems() {
	d.change(func() {
		q := &d.state.Quality
		q.Problems, q.Verdict = nil, nil
		if !q.Live.Running {
			q.Live = Live{}
		}
	})
}

// refusedQuality puts what the records refuse into words, beside a field.
func refusedQuality(err error) (QualityField, words.Key) {
	var wrong *records.InvalidError
	var said *formError
	switch {
	case errors.As(err, &said):
		return said.field, said.key
	case errors.Is(err, records.ErrUncertified):
		return QualityAccount, words.QCUncertified
	case errors.Is(err, records.ErrNotObserved):
		return QualityAccount, words.QCNotObserved
	case errors.Is(err, records.ErrUnknownLot), errors.Is(err, records.ErrExpired):
		return QualitySolution, words.QCLotGone
	case errors.Is(err, records.ErrNoReading):
		return QualityRight, words.QCStorageNone
	case errors.Is(err, passport.ErrExpired):
		return QualityCode, words.QCPassportExpired
	case errors.Is(err, passport.ErrClock):
		return QualityCode, words.QCPassportClock
	case errors.Is(err, records.ErrRevoked):
		return QualityCode, words.QCPassportRevoked
	case errors.Is(err, records.ErrNotTheirs):
		return QualityCode, words.QCPassportOther
	case errors.Is(err, signing.ErrKey):
		return QualityCode, words.QCPassportStranger
	case errors.Is(err, signing.ErrChanged), errors.Is(err, signing.ErrToken):
		return QualityCode, words.QCPassportForged
	case errors.As(err, &wrong):
		return fieldOf(wrong.Field), words.QCRefused
	}
	return "", ""
}

// fieldOf is the field of a form that a field of the records is typed into.
func fieldOf(name string) QualityField {
	switch f := QualityField(name); f {
	case QualityNumber, QualityExpires, QualityLevel, QualityTarget, QualityValue, QualityReason, QualityAccount, QualityPanel, QualityPlace, QualityLow, QualityStore:
		return f
	case "kept":
		return QualityLow
	case "model":
		return QualityFor
	case "due":
		return QualityUntil
	}
	return QualityNumber
}

// RunControl puts a control on record and shows the verdict; that on a blind
// sample is for whoever coordinates quality.
func (d *Desk) RunControl(f RunForm) {
	c, _ := d.State().Quality.Of(f.Instrument)
	run, blind, p := f.read(c)
	d.change(func() { d.state.Quality.Verdict = nil })
	d.put(p, Message{}, func(ctx context.Context, a *records.Access) error {
		if blind {
			return a.RunSample(ctx, c.Plan, run)
		}
		v, err := a.RunControl(ctx, c.Plan, run)
		if err == nil {
			d.change(func() { d.state.Quality.Verdict = &v })
		}
		return err
	})
}

// AddLot puts a lot to use.
func (d *Desk) AddLot(f LotForm) {
	lot, p := f.read(d.Now())
	done := Message{Key: words.QCLotAdded, Args: []words.Arg{words.With("lot", lot.Number)}}
	d.put(p, done, func(ctx context.Context, a *records.Access) error { return a.AddLot(ctx, lot) })
}

// Scan is what a scanner has read of a box; false if that is no such code.
func (d *Desk) Scan(code string) (quality.Scan, bool) {
	s, err := quality.ParseScan(code, d.Now())
	return s, err == nil
}

// Calibrate puts a calibration on record.
func (d *Desk) Calibrate(i quality.Instrument, due Day, remark string) {
	p := problems{}
	done := quality.Calibration{Instrument: i, Due: p.lastDay(QualityUntil, due, d.Now()), Comment: strings.TrimSpace(remark)}
	d.put(p, Message{Key: words.QCCalibrated}, func(ctx context.Context, a *records.Access) error { return a.Calibrate(ctx, done) })
}

// Happened puts on record what has happened to an instrument.
func (d *Desk) Happened(i quality.Instrument, what quality.Mishap, remark string) {
	p := problems{}
	p.needed(QualityWhat, string(what))
	h := quality.Happening{Instrument: i, What: what, Comment: strings.TrimSpace(remark)}
	d.put(p, Message{Key: words.QCMishapNoted}, func(ctx context.Context, a *records.Access) error { return a.Happened(ctx, h) })
}

// Enrol puts an instrument on the list of those that belong here.
func (d *Desk) Enrol(i quality.Instrument, place string, onePerson bool) {
	p := problems{}
	e := quality.Enrolment{Instrument: i, Place: p.needed(QualityPlace, place), OnePerson: onePerson}
	d.put(p, Message{Key: words.QCEnrolled}, func(ctx context.Context, a *records.Access) error { return a.Enrol(ctx, e) })
}

// Override lets a few measurements through the locks of an instrument, in the
// hands of whoever may: they sign in for it with badge and PIN, at this screen
// and for this alone.
func (d *Desk) Override(f OverrideForm) {
	c, _ := d.State().Quality.Of(f.Instrument)
	d.put(f.read(), Message{Key: words.QCOverridden}, func(ctx context.Context, _ *records.Access) error {
		lead, err := d.cfg.Store.SignIn(ctx, strings.TrimSpace(f.Badge), f.PIN, d.cfg.Place.Kiosk)
		if err == nil {
			_, err = lead.Override(ctx, c.Plan, f.Instrument, strings.TrimSpace(f.Reason))
			err = errors.Join(err, lead.SignOut(ctx))
		}
		key := words.Key("")
		switch {
		case errors.Is(err, records.ErrSignIn):
			key = words.QCWrongPIN
		case errors.Is(err, staff.ErrDenied), errors.Is(err, records.ErrMustChangePIN):
			key = words.QCNotSupervisor
		case errors.Is(err, records.ErrSpent):
			return &formError{QualityReason, words.QCOverrideSpent, err}
		}
		if key == "" {
			return err
		}
		return &formError{QualityBadge, key, err}
	})
}

// Certify lets somebody measure and run controls of a panel.
func (d *Desk) Certify(f CertificateForm) {
	n, p := f.read(d.Now())
	plan := d.planFor(n.Panel)
	d.put(p, Message{Key: words.QCCertified}, func(ctx context.Context, a *records.Access) error {
		if f.Observed {
			if err := a.Observe(ctx, quality.Observed{Account: n.Account, Panel: n.Panel, Passed: true}); err != nil {
				return err
			}
		}
		return a.Certify(ctx, plan, n)
	})
}

// Withdraw takes a certificate back, and the passports that it stands in.
func (d *Desk) Withdraw(c quality.Certificate) {
	c.Until = d.cfg.Now().UTC()
	d.put(nil, Message{Key: words.QCWithdrawn}, func(ctx context.Context, a *records.Access) error {
		return a.Certify(ctx, quality.Plan{}, quality.Certificate{Account: c.Account, Panel: c.Panel, Until: c.Until})
	})
}

// PrintPassport makes a passport of somebody's certificates and prints it.
func (d *Desk) PrintPassport(account records.ID) {
	d.put(nil, Message{Key: words.QCPassportPrinted}, func(ctx context.Context, a *records.Access) error {
		k, err := d.cfg.Papers(ctx, a)
		if err != nil {
			return err
		}
		text, p, err := a.IssuePassport(ctx, account, k.Profile.Name)
		if err != nil {
			return err
		}
		k.Lang = d.language()
		queue, on := k.Profile.PrinterFor("default")
		var page bytes.Buffer
		if err := k.WritePassport(ctx, &page, text, p); err != nil {
			return err
		}
		_, err = d.cfg.Printer.Print(ctx, queue, cups.Page{Title: "Aidpost passport", Media: on.String(), PDF: page.Bytes()})
		if m, _ := endWords(err, false); err != nil && m.Key != "" {
			return &formError{QualityAccount, words.QCNotPrinted, err}
		}
		return err
	})
}

// PresentPassport takes the passport of whoever is signed in.
func (d *Desk) PresentPassport(text string) {
	d.mu.Lock()
	who := d.state.Who.ID
	d.mu.Unlock()
	p := problems{}
	p.needed(QualityCode, text)
	d.put(p, Message{Key: words.QCPassportTaken}, func(ctx context.Context, a *records.Access) error {
		_, err := a.PresentPassport(ctx, who, text)
		return err
	})
}

// NoteStorage puts on record how warm it was where strips are kept.
func (d *Desk) NoteStorage(f StorageForm) {
	r, p := f.read()
	d.put(p, Message{Key: words.QCStorageNoted}, func(ctx context.Context, a *records.Access) error { return a.NoteStorage(ctx, r) })
}

// PlanOf returns what the site asks of the instruments of a model.
func (d *Desk) PlanOf(model string) quality.Plan {
	panel := modelOf(model).Panel
	_, plan, asked := d.asked(instruments.Attached{Model: instruments.Model{Panel: panel}})
	if !asked {
		return quality.Plan{Panel: panel}
	}
	return plan
}

// planFor is what the site asks of a panel.
func (d *Desk) planFor(p vitals.Panel) quality.Plan {
	_, plan, _ := d.asked(instruments.Attached{Model: instruments.Model{Panel: p}})
	return plan
}

func (d *Desk) language() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lang
}

// A formError is one that is said beside a field.
type formError struct {
	field QualityField
	key   words.Key
	error
}

func (e *formError) Unwrap() error { return e.error }

// Certified lists the certificates that count, those that end first before.
func (q Quality) Certified() (all []quality.Certificate) {
	if q.Log == nil {
		return nil
	}
	for _, c := range slices.Backward(q.Log.Certificates) {
		last, ok := q.Log.CertificateOf(c.Account, c.Panel)
		has := slices.ContainsFunc(all, func(o quality.Certificate) bool { return o.Account == c.Account && o.Panel == c.Panel })
		if ok && !has && !last.TakenBack() {
			all = append(all, last)
		}
	}
	slices.SortStableFunc(all, func(a, b quality.Certificate) int { return a.Until.Compare(b.Until) })
	return all
}

// NameOfAccount is what an account is called, or its id for whoever may not see
// the list.
func (q Quality) NameOfAccount(id string) string {
	for _, a := range q.Staff {
		if string(a.ID) == id {
			return a.Name
		}
	}
	return id
}
