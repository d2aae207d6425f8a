package visit_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/phone"
	"aidpost/records/vitals"
)

// kiosk is a visit over instruments and records that do as a test says, in a
// bubble of simulated time.
type kiosk struct {
	t      *testing.T
	v      *visit.Visit
	rack   *fakeRack
	store  *fakeStore
	cfg    visit.Config
	closed bool
	// changes counts the calls of Changed.
	changes atomic.Int64
}

// rules loads the ACC/AHA rules.
var rules = sync.OnceValues(func() (*guideline.Rules, error) {
	set, err := guideline.Load()
	if err != nil {
		return nil, err
	}
	return set.Choose(guideline.Choice{})
})

func newKiosk(t *testing.T) *kiosk {
	t.Helper()
	r, err := rules()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	k := &kiosk{t: t, rack: newFakeRack(), store: newFakeStore()}
	var v atomic.Pointer[visit.Visit]
	phones, _ := phone.PlanOf("GB")
	k.cfg = visit.Config{
		Phones:      phones,
		Instruments: k.rack, Store: k.store, Rules: r, Language: "en", Consent: "2",
		Place: records.Place{Organization: "Test clinic", Location: "Hall", Kiosk: "k1"},
		Zone:  zone,
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
		Changed: func() {
			k.changes.Add(1)
			if v := v.Load(); v != nil {
				v.State() // must be possible: no lock is held
			}
		},
	}
	k.v = visit.New(k.cfg)
	v.Store(k.v)
	return k
}

// bubble runs test at a kiosk with a cuff, an oximeter and a meter.
func bubble(t *testing.T, test func(k *kiosk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := newKiosk(t)
		for _, p := range vitals.Panels() {
			k.rack.plug(p)
		}
		test(k)
		k.close()
	})
}

func (k *kiosk) close() {
	if !k.closed {
		k.closed = true
		k.v.Close()
	}
}

// want waits until all has settled and checks the step.
func (k *kiosk) want(step visit.Step) visit.State {
	k.t.Helper()
	synctest.Wait()
	s := k.v.State()
	if s.Step != step {
		k.t.Fatalf("at step %s (fault %v, of one's own instrument %q), want %s", s.Step, s.Fault, s.Own.Trouble, step)
	}
	return s
}

// do fails the test on an error and checks the step that follows.
func (k *kiosk) do(err error, step visit.Step) visit.State {
	k.t.Helper()
	if err != nil {
		k.t.Fatalf("%v, want to come to %s", err, step)
	}
	return k.want(step)
}

func (k *kiosk) refused(err error) {
	k.t.Helper()
	if !errors.Is(err, visit.ErrNotNow) {
		k.t.Errorf("got %v, want ErrNotNow", err)
	}
}

// pass lets time pass.
func (k *kiosk) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// person tells who stands there, whose results are kept.
func (k *kiosk) person(year int) {
	k.t.Helper()
	k.do(k.v.Begin(), visit.Who)
	k.do(k.v.Identify(canary, "Rossi", year, 4, 30), visit.Consent)
	k.do(k.v.Agree(true, false), visit.Choose)
}

func (k *kiosk) guest() {
	k.t.Helper()
	k.do(k.v.Begin(), visit.Who)
	k.do(k.v.Guest(), visit.Choose)
}

// prepare chooses a panel and answers its questions as a healthy adult.
func (k *kiosk) prepare(p vitals.Panel) {
	k.t.Helper()
	if err := k.v.ChoosePanel(p); err != nil {
		k.t.Fatal(err)
	}
	for k.v.State().Step == visit.Question {
		if err := k.v.Answer(harmless(k.v.State().Question)); err != nil {
			k.t.Fatal(err)
		}
	}
	k.want(visit.Prepare)
}

// ask chooses a panel and answers what is asked before a question, one by one.
func (k *kiosk) ask(p vitals.Panel, q visit.QuestionID) visit.State {
	k.t.Helper()
	if err := k.v.ChoosePanel(p); err != nil {
		k.t.Fatal(err)
	}
	s := k.want(visit.Question)
	if s.Question == visit.AskFit && q != visit.AskFit {
		s = k.do(k.v.Answer(visit.Yes), visit.Question)
	}
	for s.Question != q {
		s = k.do(k.v.Answer(harmless(s.Question)), visit.Question)
	}
	return s
}

func harmless(q visit.QuestionID) string {
	switch q {
	case visit.AskAdult:
		return visit.Yes
	case visit.AskMeal:
		return visit.MealBetween
	}
	return visit.No
}

// cuffed comes to the first inflation of a pressure, rested.
func (k *kiosk) cuffed() {
	k.t.Helper()
	k.prepare(vitals.BloodPressure)
	k.do(k.v.Prepared(), visit.Rest)
	k.pass(5 * time.Minute)
	k.want(visit.Ready)
}

// inflate starts the cuff, which will do as told, and waits for the end.
func (k *kiosk) inflate(o outcome, step visit.Step) visit.State {
	k.t.Helper()
	k.rack.then(o)
	k.do(k.v.StartReading(), visit.Measure)
	k.pass(inflationTime)
	return k.want(step)
}

// An outcome is what a fake instrument does when it is told to measure.
type outcome func(ctx context.Context, job instruments.Job, emit func(instruments.Event)) error

const (
	inflationTime = 30 * time.Second
	deflationTime = 2 * time.Second
)

// runs is an instrument that works for a while, and when it is stopped takes
// its time to be safe.
func runs(p vitals.Panel, end error, readings ...*instruments.Reading) outcome {
	return func(ctx context.Context, _ instruments.Job, emit func(instruments.Event)) error {
		if p == vitals.BloodPressure {
			emit(&instruments.Progress{Phase: instruments.Inflating})
			emit(&instruments.CuffSample{Pressure: 90})
		}
		if err := instruments.Pause(ctx, inflationTime); err != nil {
			time.Sleep(deflationTime)
			return err
		}
		for _, r := range readings {
			fresh := *r
			fresh.Taken = time.Now()
			emit(&fresh)
		}
		return end
	}
}

func reads(r *instruments.Reading) outcome { return runs(r.Panel, nil, r) }

func fails(p vitals.Panel, code instruments.FaultCode) outcome {
	return runs(p, instruments.NewFault(code, "as the test says"))
}

// refuses fails before anything was pumped.
func refuses(code instruments.FaultCode) outcome {
	return func(context.Context, instruments.Job, func(instruments.Event)) error {
		return instruments.NewFault(code, "as the test says")
	}
}

func pressure(systolic, diastolic, pulse int) *instruments.Reading {
	return &instruments.Reading{Panel: vitals.BloodPressure, Values: vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(diastolic, vitals.MmHg)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(pulse, vitals.PerMinute)},
	}}
}

func saturation(spo2, pulse int) *instruments.Reading {
	return &instruments.Reading{Panel: vitals.Oximetry, Values: vitals.Values{
		{Measure: vitals.SpO2, Quantity: vitals.Of(spo2, vitals.Percent)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(pulse, vitals.PerMinute)},
	}}
}

// glucose is a result in a meter's memory; minute tells two of them apart.
func glucose(mgPerDL, minute int) *instruments.Reading {
	return &instruments.Reading{Panel: vitals.BloodGlucose, Identity: instruments.Identity{Serial: "M1"},
		InstrumentTime: time.Date(2000, 1, 1, 8, minute, 0, 0, time.UTC),
		Values:         vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgPerDL, vitals.MgPerDL)}}}
}

func offScale(limit int, c vitals.Comparator) *instruments.Reading {
	r := glucose(limit, 0)
	r.Values[0].Quantity.Comparator = c
	return r
}

// numbers returns a result as people write it: "132/83/70".
func numbers(vs vitals.Values) string {
	s := ""
	for i, v := range vs {
		if i > 0 {
			s += "/"
		}
		s += string(v.Quantity.Comparator) + v.Quantity.Value.String()
	}
	return s
}
