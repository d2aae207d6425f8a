package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// Quality is the page of quality control.
type Quality struct {
	Loaded bool
	// Log is everything on record, as far as whoever is signed in may see it. It is
	// never changed.
	Log  *quality.Log
	List []Checked
	// Staff are the accounts, for whoever may see them.
	Staff  []records.Account
	Chosen quality.Instrument
	// Busy says that something is being put on record, and Done counts what was.
	Busy bool
	Done int
	// Problems are what is wrong with the form that was sent last, by field.
	Problems map[QualityField]Message
	Live     Live
	// Stores are where strips are kept, see quality.Store.
	Stores []quality.Store
	// Reading says that the memory of a meter is read for its controls.
	Reading bool
	// Verdict is that on the control that was put on record last; nil: none was,
	// or it was a blind sample.
	Verdict *quality.Verdict
}

// A Checked is one instrument as quality control knows it.
type Checked struct {
	ID       quality.Instrument
	Model    instruments.Model
	Attached instruments.Attached // without an ID: it is not attached
	Plan     quality.Plan
	Asked    bool // the site asks for quality control of its kind
	Place    string
	Retired  bool
	Locks    []quality.Lock
	Left     int // measurements that an override lets through
	Allowed  int // that one may let through today
	Due      quality.Due
	// Runs are all of its control runs, the newest last, and Lots what it can be
	// checked with now: solutions, standards and blind samples.
	Runs []quality.Run
	Lots []quality.Lot
	// Stored are the controls that its memory held, those taken last first.
	Stored []quality.Stored
	Cal    quality.Calibration
	Drift  []Drifted
}

// A Drifted is how the results of people have moved on one measure.
type Drifted struct {
	Measure vitals.Measure
	quality.Drift
}

// Live is a control that is measured with the instrument that is attached.
type Live struct {
	Running bool
	Value   vitals.Quantity        // the result; without a unit until there is one
	Values  vitals.Values          // all of it, of a cuff on a volunteer's arm
	Fault   *instruments.FaultCode // why there is none
	// LowBattery is what the instrument says of its own battery, if it does.
	LowBattery bool
}

// Of returns the chosen instrument, or false.
func (q Quality) Of(i quality.Instrument) (Checked, bool) {
	n := slices.IndexFunc(q.List, func(c Checked) bool { return c.ID == i })
	if n < 0 {
		return Checked{}, false
	}
	return q.List[n], true
}

// driftSince is how far back results are looked at for drift.
const driftSince = 90 * 24 * time.Hour

// loadQuality reads what is on record, and then, which takes longer, whether the
// results of people have moved.
func (d *Desk) loadQuality() {
	var found onRecord
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		found, err = readQuality(ctx, a)
		return err
	}, func(err error) bool {
		if err == nil {
			d.takeQuality(found)
		}
		return false
	})
	var results map[records.Channel][]quality.Result
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		results, err = a.Results(ctx, records.Filter{Since: d.cfg.Now().Add(-driftSince)})
		return err
	}, func(err error) bool {
		if err == nil {
			d.results = results
			d.listChecked()
		}
		return false
	})
}

// onRecord is what a page of quality control is made of.
type onRecord struct {
	log      *quality.Log
	accounts []records.Account
}

// readQuality reads what is on record, as far as the actor may see it.
func readQuality(ctx context.Context, a *records.Access) (found onRecord, err error) {
	if found.log, err = a.Quality(ctx); err != nil {
		return found, err
	}
	if staff.Allow(a.Who().Role, staff.ListStaff) == nil {
		found.accounts, err = a.Staff(ctx)
	}
	return found, err
}

// takeQuality shows what was read. It is called under the lock.
func (d *Desk) takeQuality(found onRecord) {
	q := &d.state.Quality
	q.Loaded, q.Log, q.Staff = true, found.log, found.accounts
	d.listChecked()
}

// listChecked brings the list up to date. It is called under the lock.
func (d *Desk) listChecked() {
	q := &d.state.Quality
	if q.Log == nil {
		return
	}
	var list []Checked
	add := func(a instruments.Attached, id quality.Instrument) {
		if a.Model.ID != "" && !slices.ContainsFunc(list, func(c Checked) bool { return c.ID == id }) {
			list = append(list, d.checked(a, id))
		}
	}
	if d.cfg.Counter != nil {
		for _, a := range d.cfg.Counter.Attached() {
			id, _, _ := d.asked(a)
			add(a, id)
		}
	}
	for _, id := range q.Log.Instruments() {
		add(instruments.Attached{Model: modelOf(id.Model), Identity: instruments.Identity{Serial: id.Serial}}, id)
	}
	slices.SortStableFunc(list, func(a, b Checked) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(a.Model.Panel, b.Model.Panel),
			cmp.Compare(a.ID.Model, b.ID.Model), cmp.Compare(a.ID.Serial, b.ID.Serial))
	})
	q.List = list
	q.Stores = q.Log.Stores(d.PlanOf, d.cfg.Now())
	if _, ok := q.Of(q.Chosen); !ok {
		q.Chosen = quality.Instrument{}
		if len(list) > 0 {
			q.Chosen = list[0].ID
		}
	}
}

// urgency puts what has to be looked at before the rest, and what is not used
// any more behind it.
func (c Checked) urgency() int {
	switch {
	case c.Retired:
		return 2
	case len(c.Locks) > 0:
		return 0
	}
	return 1
}

// modelOf is a model of the catalogue; one that is no longer in it has but its
// name.
func modelOf(id string) instruments.Model {
	if driver, ok := catalogue.Find(id); ok {
		return driver.Model()
	}
	return instruments.Model{ID: id, Name: id}
}

// asked names an instrument, and says what the site asks of it.
func (d *Desk) asked(a instruments.Attached) (quality.Instrument, quality.Plan, bool) {
	if d.cfg.Quality == nil {
		return quality.Instrument{Model: a.Model.ID, Serial: a.Identity.Serial}, quality.Plan{Panel: a.Model.Panel}, false
	}
	return d.cfg.Quality(a)
}

// checked is one instrument with what is on record of it.
func (d *Desk) checked(a instruments.Attached, id quality.Instrument) Checked {
	log, now := d.state.Quality.Log, d.cfg.Now()
	_, plan, asked := d.asked(a)
	c := Checked{ID: id, Model: a.Model, Attached: a, Plan: plan, Asked: asked}
	if e, ok := log.Enrolled(id); ok {
		c.Place, c.Retired = e.Place, e.Retired
	}
	c.Cal, _ = log.Calibrated(id)
	c.Runs = log.RunsOf(id, "")
	c.Stored = log.StoredOf(id)
	slices.SortStableFunc(c.Stored, func(a, b quality.Stored) int { return b.Taken.Compare(a.Taken) })
	c.Lots = append(log.Solutions(plan, id, now), samplesFor(log, id, now)...)
	if !asked { // what was meant for one person is locked anywhere
		plan = quality.Plan{Panel: a.Model.Panel}
	}
	c.Locks, c.Left, c.Due = log.Locks(plan, id, now), log.Left(id, now), log.Due(plan, id, now)
	c.Allowed = log.Allowed(plan, id, now)
	for channel, results := range d.results {
		if channel.Instrument == id {
			c.Drift = append(c.Drift, Drifted{channel.Measure, log.DriftOf(id, results)})
		}
	}
	slices.SortFunc(c.Drift, func(a, b Drifted) int { return strings.Compare(string(a.Measure), string(b.Measure)) })
	return c
}

// samplesFor are the blind samples that an instrument may measure now.
func samplesFor(log *quality.Log, i quality.Instrument, now time.Time) (found []quality.Lot) {
	for _, lot := range log.Lots {
		has := slices.ContainsFunc(found, func(o quality.Lot) bool { return o.Number == lot.Number })
		if lot.Kind.Blind() && lot.Model == i.Model && now.Before(lot.Expires) && !has {
			found = append(found, lot)
		}
	}
	return found
}

// ChooseChecked opens an instrument of the list.
func (d *Desk) ChooseChecked(i quality.Instrument) {
	d.change(func() { d.state.Quality.Chosen = i })
}

// CanRunLive reports whether the attached instrument can measure a control by
// itself. A cuff is held against a gauge by hand: there is nobody's arm in it.
func (d *Desk) CanRunLive(c Checked) bool { return d.runsLive(c.Attached, c.Model.Panel) }

func (d *Desk) runsLive(a instruments.Attached, p vitals.Panel) bool {
	return d.ready(a) && p != vitals.BloodPressure && len(p.Main()) > 0 && d.May(staff.RunControl)
}

func (d *Desk) ready(a instruments.Attached) bool {
	return d.cfg.Live != nil && a.ID != "" && a.State == instruments.Ready
}

// CanCompare reports whether the attached cuff can measure a volunteer, whose arm is
// in it.
func (d *Desk) CanCompare(c Checked) bool {
	return c.Model.Panel == vitals.BloodPressure && d.ready(c.Attached) && d.May(staff.RunControl)
}

// CanTry reports whether an attached instrument can be tried out. A cuff cannot: it
// would be inflated around nothing.
func (d *Desk) CanTry(i Instrument) bool { return d.runsLive(i.Attached, i.Model.Panel) }

// Try has an attached instrument measure, to see that it does. Nothing of it is kept,
// but with capture what crosses its wire, for whoever looks for a fault.
func (d *Desk) Try(i Instrument, capture bool) {
	if d.CanTry(i) {
		d.runLive(i.Attached, i.Model.Panel, capture)
	}
}

// liveLimit is how long a control may take.
const liveLimit = 3 * time.Minute

// RunLive measures a control with the attached instrument. What it gives is
// shown in the form, and on record only when that is sent.
func (d *Desk) RunLive(c Checked) {
	if d.CanRunLive(c) || d.CanCompare(c) && slices.ContainsFunc(c.Lots, func(l quality.Lot) bool { return l.Target.Paired() }) {
		d.runLive(c.Attached, c.Model.Panel, false)
	}
}

func (d *Desk) runLive(a instruments.Attached, p vitals.Panel, capture bool) {
	ctx, stop := context.WithTimeout(d.ctx, liveLimit)
	began, age := false, 0
	d.change(func() {
		age = d.ages.session
		if began = !d.state.Quality.Live.Running; began {
			d.state.Quality.Live, d.halt = Live{Running: true}, stop
		}
	})
	if !began {
		stop()
		return
	}
	job := instruments.Job{Since: d.cfg.Now(), Zone: d.cfg.Zone, Contact: controlContact, Now: d.cfg.Now, Capture: capture}
	d.beside(func(context.Context) {
		defer stop()
		var last Live
		var mu sync.Mutex
		err := d.cfg.Live(ctx, a.ID, job, func(e instruments.Event) {
			mu.Lock()
			defer mu.Unlock()
			if q, ok := liveValue(p, e); ok {
				last.Value, last.Values = q, valuesOf(e)
			}
			if s, ok := e.(*instruments.PlethSample); ok && s.LowBattery != last.LowBattery {
				last.LowBattery = s.LowBattery
				d.change(func() { d.state.Quality.Live.LowBattery = s.LowBattery })
			}
		})
		mu.Lock()
		defer mu.Unlock()
		d.change(func() {
			d.halt = nil
			if age == d.ages.session {
				d.state.Quality.Live = liveResult(last, err)
			}
		})
	})
}

// controlContact is how long a tester is in an oximeter at least.
const controlContact = 10 * time.Second

// liveValue is what a control gave: a reading, or what a meter has marked as a
// control itself.
func liveValue(p vitals.Panel, e instruments.Event) (q vitals.Quantity, ok bool) {
	switch e := e.(type) {
	case *instruments.Reading:
		if e.Panel == p {
			q, ok = e.Values.Get(p.Main()[0])
		}
	case *instruments.Control:
		q, ok = e.Value, e.Measure == p.Main()[0]
	}
	return q, ok && q.Comparator == ""
}

// valuesOf is all that a reading has.
func valuesOf(e instruments.Event) vitals.Values {
	if r, ok := e.(*instruments.Reading); ok {
		return r.Values
	}
	return nil
}

// liveResult is what a measured control came to. A meter calls it a fault that all
// it had was a control.
func liveResult(l Live, err error) Live {
	code := instruments.CodeOf(err)
	switch {
	case l.Value.Unit != "" && (err == nil || code == instruments.ControlTest):
		return l
	case err == nil:
		code = instruments.NoNewResult
	}
	return Live{Fault: &code, LowBattery: l.LowBattery || code == instruments.LowBattery}
}

// StopLive stops a control that is being measured.
func (d *Desk) StopLive() { d.change(d.stopControl) }

// stopControl is called under the lock.
func (d *Desk) stopControl() {
	if d.halt != nil {
		d.halt()
	}
}
