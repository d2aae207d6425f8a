package visit_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
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
	k.cfg = visit.Config{
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
		k.t.Fatalf("at step %s (fault %v), want %s", s.Step, s.Fault, step)
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
	k.do(k.v.Guest(), visit.Consent)
	k.do(k.v.Agree(true, true), visit.Choose)
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

// fakeRack is a rack whose instruments do as told.
type fakeRack struct {
	mu        sync.Mutex
	attached  []instruments.Attached
	outcomes  []outcome
	listeners map[int]func()
	nextID    int
	running   int
	most      int // that ran at once
	calls     int
	jobs      []instruments.Job
}

func newFakeRack() *fakeRack { return &fakeRack{listeners: map[int]func(){}} }

func (r *fakeRack) plug(p vitals.Panel) {
	r.mu.Lock()
	r.attached = append(r.attached, instruments.Attached{
		ID: "port-" + string(p), State: instruments.Ready,
		Endpoint: instruments.Endpoint{Path: "/dev/" + string(p), USBSerial: "A1"},
		Model:    instruments.Model{ID: "fake-" + string(p), Maker: "Fake", Name: "One", Panel: p, Version: "1"},
	})
	r.mu.Unlock()
	r.notify()
}

// set changes the state of a panel's instruments; an empty state unplugs them.
func (r *fakeRack) set(p vitals.Panel, state instruments.State) {
	r.mu.Lock()
	for i := range r.attached {
		if r.attached[i].Model.Panel == p {
			r.attached[i].State = state
		}
	}
	r.attached = slices.DeleteFunc(r.attached, func(a instruments.Attached) bool { return a.State == "" })
	r.mu.Unlock()
	r.notify()
}

func (r *fakeRack) notify() {
	r.mu.Lock()
	var fns []func()
	for _, fn := range r.listeners {
		fns = append(fns, fn)
	}
	r.mu.Unlock()
	for _, fn := range fns {
		fn()
	}
}

// then adds what the next measurements do.
func (r *fakeRack) then(outcomes ...outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outcomes = append(r.outcomes, outcomes...)
}

func (r *fakeRack) busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.running > 0
}

func (r *fakeRack) started() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func (r *fakeRack) Attached() []instruments.Attached {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.attached)
}

func (r *fakeRack) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	r.mu.Lock()
	r.running++
	r.most = max(r.most, r.running)
	r.calls++
	r.jobs = append(r.jobs, job)
	do := refuses(instruments.NoAnswer)
	if len(r.outcomes) > 0 {
		do, r.outcomes = r.outcomes[0], r.outcomes[1:]
	}
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.running--
		r.mu.Unlock()
	}()
	return do(ctx, job, emit)
}

func (r *fakeRack) Notify(fn func()) (stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := r.nextID
	r.nextID++
	r.listeners[id] = fn
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.listeners, id)
	}
}

// fakeStore keeps every saved version, and fails when told.
type fakeStore struct {
	mu      sync.Mutex
	saves   []*records.Encounter
	saveErr error
	delay   time.Duration
	known   *records.Patient
	findErr error
	history []records.Observation
	asked   int // for a history
}

func newFakeStore() *fakeStore { return &fakeStore{findErr: records.ErrNotFound} }

func (s *fakeStore) fail(save error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saveErr = save
}

// saved returns the versions saved so far.
func (s *fakeStore) saved() []*records.Encounter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.saves)
}

func (s *fakeStore) last(t *testing.T) *records.Encounter {
	t.Helper()
	all := s.saved()
	if len(all) == 0 {
		t.Fatal("nothing was saved")
	}
	return all[len(all)-1]
}

func (s *fakeStore) Save(ctx context.Context, e *records.Encounter) error {
	s.mu.Lock()
	delay := s.delay
	s.mu.Unlock()
	if err := instruments.Pause(ctx, delay); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.saveErr != nil {
		return s.saveErr
	}
	latest := 0
	for _, old := range s.saves {
		if old.ID == e.ID {
			latest = old.Revision
		}
	}
	if e.Revision != latest {
		return records.ErrStale
	}
	e.Revision++
	kept := *e
	s.saves = append(s.saves, &kept)
	return nil
}

func (s *fakeStore) find(ctx context.Context) (*records.Patient, error) {
	s.mu.Lock()
	delay, known, err := s.delay, s.known, s.findErr
	s.mu.Unlock()
	if pause := instruments.Pause(ctx, delay); pause != nil {
		return nil, pause
	}
	if known == nil {
		return nil, err
	}
	copied := *known
	return &copied, nil
}

func (s *fakeStore) FindPatient(ctx context.Context, _, _ string, _ records.Date) (*records.Patient, error) {
	return s.find(ctx)
}

func (s *fakeStore) PatientByIdentifier(ctx context.Context, _ records.Identifier) (*records.Patient, error) {
	return s.find(ctx)
}

func (s *fakeStore) History(ctx context.Context, _ records.ID, _ vitals.Panel, _ int) ([]records.Observation, error) {
	s.mu.Lock()
	s.asked++
	delay, history := s.delay, s.history
	s.mu.Unlock()
	return history, instruments.Pause(ctx, delay)
}
