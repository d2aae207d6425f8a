package kiosk

import (
	"context"
	"strconv"
	"sync"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

// rack is a counter whose instruments wait for the test.
type rack struct {
	mu       sync.Mutex
	attached []instruments.Attached
	notify   func()
	emit     func(instruments.Event)
	end      chan error
}

func newRack() *rack {
	r := &rack{}
	r.plug(vitals.BloodPressure, vitals.Oximetry, vitals.BloodGlucose)
	return r
}

// plug puts an instrument for each panel on the counter.
func (r *rack) plug(panels ...vitals.Panel) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range panels {
		r.attached = append(r.attached, instruments.Attached{
			ID: string(p), State: instruments.Ready,
			Model:    instruments.Model{ID: "test-" + string(p), Maker: "Maker", Name: "Model " + string(p), Panel: p, Version: "1"},
			Identity: instruments.Identity{Serial: "SN-" + string(p)},
		})
	}
}

// live has the cuff and the oximeter show what they measure, or not.
func (r *rack) live(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.attached {
		r.attached[i].Model.Abilities.Live = on && r.attached[i].Model.Panel != vitals.BloodGlucose
	}
}

func (r *rack) Attached() []instruments.Attached {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]instruments.Attached(nil), r.attached...)
}

func (r *rack) Notify(fn func()) func() { r.notify = fn; return func() {} }

func (r *rack) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	end := make(chan error, 1)
	r.mu.Lock()
	r.emit, r.end = emit, end
	r.mu.Unlock()
	select {
	case err := <-end:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// tell emits events of the running measurement.
func (r *rack) tell(events ...instruments.Event) {
	r.mu.Lock()
	emit := r.emit
	r.mu.Unlock()
	for _, e := range events {
		emit(e)
	}
}

// finish ends the running measurement.
func (r *rack) finish(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.end != nil {
		r.end <- err
		r.end = nil
	}
}

// store keeps encounters in memory.
type store struct {
	mu      sync.Mutex
	saved   []*records.Encounter
	history []records.Observation
	known   *records.Patient
	arm     records.KnownArm
	pin     string        // of whoever is known; empty: none was chosen
	locked  time.Duration // nobody is looked up for so long
	err     error
	savedOn time.Time // of every result; zero: none was saved before
	said    []records.LaterConsent
}

func (s *store) Save(_ context.Context, e *records.Encounter) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	e.Revision++
	s.saved = append(s.saved, e)
	return nil
}

// fail makes every Save fail with err, or succeed again.
func (s *store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *store) Recognise(_ context.Context, q records.Search) (r records.Recognised, err error) {
	switch {
	case s.locked > 0:
		return r, &records.LockedError{Wait: s.locked, Station: true}
	case s.known == nil:
		return r, records.ErrNotFound
	case s.pin != "":
		return r, records.ErrNeedsPIN
	}
	return records.Recognised{Patient: s.known, Shown: !q.Told()}, nil
}

func (s *store) RecogniseByPIN(_ context.Context, _ records.Search, pin string) (records.Recognised, error) {
	if pin != s.pin {
		return records.Recognised{}, records.ErrWrongPIN
	}
	return records.Recognised{Patient: s.known, Shown: true}, nil
}

func (s *store) RecogniseWithoutPIN(context.Context, records.Search) (records.Recognised, error) {
	return records.Recognised{}, records.ErrNotFound
}

func (s *store) ChoosePIN(_ context.Context, _ records.ID, pin string, _ time.Time) error {
	s.pin = pin
	return nil
}

func (s *store) Say(_ context.Context, _ records.ID, said records.LaterConsent) (records.Withheld, error) {
	s.said = append(s.said, said)
	return records.Withheld{}, nil
}

func (s *store) SavedBefore(context.Context, records.Observation) (time.Time, bool, error) {
	return s.savedOn, !s.savedOn.IsZero(), nil
}

func (s *store) History(context.Context, records.ID, vitals.Panel, int) ([]records.Observation, error) {
	return s.history, nil
}

func (s *store) KnownArm(context.Context, records.ID, time.Time) (records.KnownArm, error) {
	return s.arm, nil
}

// paper is a printer that always works.
type paper struct{}

func (paper) Printer(context.Context) PrintStatus { return PrinterReady }

func (paper) Print(_ context.Context, _ Summary, tell func(PrintStatus)) {
	tell(PrintingNow)
	tell(PrintDone)
}

func (paper) Code(context.Context, Summary) (Code, error) { return Code{Dark: checkered(105)}, nil }

// checkered is a code that says nothing, of so many squares a side.
func checkered(side int) [][]bool {
	dark := make([][]bool, side)
	for y := range dark {
		dark[y] = make([]bool, side)
		for x := range dark[y] {
			dark[y][x] = (x^y)&1 == 0
		}
	}
	return dark
}

func (paper) Save(context.Context, Summary) (string, error) { return "aidpost-1.pdf", nil }

// pressures is a reading of a cuff.
func pressures(sys, dia, pulse int) *instruments.Reading {
	return &instruments.Reading{
		Panel: vitals.BloodPressure, Taken: time.Now(),
		Values: vitals.Values{
			{Measure: vitals.Systolic, Quantity: vitals.Of(sys, vitals.MmHg)},
			{Measure: vitals.Diastolic, Quantity: vitals.Of(dia, vitals.MmHg)},
			{Measure: vitals.Pulse, Quantity: vitals.Of(pulse, vitals.PerMinute)},
		},
	}
}

// saturation is a reading of an oximeter.
func saturation(spo2, pulse int) *instruments.Reading {
	return &instruments.Reading{
		Panel: vitals.Oximetry, Taken: time.Now(),
		Values: vitals.Values{
			{Measure: vitals.SpO2, Quantity: vitals.Of(spo2, vitals.Percent)},
			{Measure: vitals.Pulse, Quantity: vitals.Of(pulse, vitals.PerMinute)},
		},
	}
}

// sugar is a reading of a glucose meter.
func sugar(mgdl int) *instruments.Reading {
	return &instruments.Reading{
		Panel: vitals.BloodGlucose, Taken: time.Now(),
		Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}},
	}
}

// one is a reading of one value.
func one(p vitals.Panel, tenths int64, u vitals.Unit) *instruments.Reading {
	d, err := vitals.Scaled(tenths, 1)
	if err != nil {
		panic(err) // the numbers are below
	}
	return &instruments.Reading{
		Panel: p, Taken: time.Now(),
		Values: vitals.Values{{Measure: p.Main()[0], Quantity: vitals.Quantity{Value: d, Unit: u}}},
	}
}

// past makes a history of pressures, one a month.
func past(now time.Time, pairs ...[2]int) []records.Observation {
	var list []records.Observation
	for i, p := range pairs {
		r := pressures(p[0], p[1], 70)
		list = append(list, records.Observation{
			ID: records.ID("past-" + strconv.Itoa(i)), Panel: r.Panel, Values: r.Values,
			Taken: now.AddDate(0, i-len(pairs), 0), State: records.Confirmed,
		})
	}
	return list
}
