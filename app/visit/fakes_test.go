package visit_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

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
func (r *fakeRack) set(p vitals.Panel, state instruments.State) { r.fail(p, state, "") }

func (r *fakeRack) fail(p vitals.Panel, state instruments.State, why instruments.FaultCode) {
	r.mu.Lock()
	for i := range r.attached {
		if r.attached[i].Model.Panel == p {
			r.attached[i].State, r.attached[i].Fault = state, why
		}
	}
	r.attached = slices.DeleteFunc(r.attached, func(a instruments.Attached) bool { return a.State == "" })
	r.mu.Unlock()
	r.notify()
}

// swap plugs another instrument of a panel in, in the place of the one there.
func (r *fakeRack) swap(p vitals.Panel) {
	r.mu.Lock()
	for i := range r.attached {
		if r.attached[i].Model.Panel == p {
			r.attached[i].ID += "-other"
		}
	}
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
	pin    string // of whoever is known
	said   []records.LaterConsent
	saidBy records.ID
	since  time.Time // when it was chosen, by who had only told who they are
	lock   error     // of every PIN that is typed
	search records.Search

	mu      sync.Mutex
	saves   []*records.Encounter
	saveErr error
	lookErr error // of SavedBefore
	delay   time.Duration
	known   *records.Patient
	findErr error
	history []records.Observation
	asked   int // for a history

	arm      records.KnownArm
	armErr   error
	armAsked int
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

// SavedBefore knows what another encounter was saved with, by the meter and its
// time.
func (s *fakeStore) SavedBefore(_ context.Context, o records.Observation) (time.Time, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lookErr != nil {
		return time.Time{}, false, s.lookErr
	}
	for _, e := range s.saves {
		for _, kept := range e.Observations {
			if !o.Origin.InstrumentAt.IsZero() && kept.Origin.InstrumentAt.Equal(o.Origin.InstrumentAt) &&
				kept.Origin.Device.Serial == o.Origin.Device.Serial && slices.Equal(kept.Values, o.Values) {
				return e.Started, true, nil
			}
		}
	}
	return time.Time{}, false, nil
}

func (s *fakeStore) find(ctx context.Context) (r records.Recognised, err error) {
	s.mu.Lock()
	delay, known, err := s.delay, s.known, s.findErr
	s.mu.Unlock()
	if pause := instruments.Pause(ctx, delay); pause != nil {
		return r, pause
	}
	if known == nil {
		return r, err
	}
	copied := *known
	r.Patient = &copied
	return r, nil
}

func (s *fakeStore) Recognise(ctx context.Context, q records.Search) (records.Recognised, error) {
	s.search = q
	if s.pin != "" {
		return records.Recognised{}, records.ErrNeedsPIN
	}
	r, err := s.find(ctx)
	r.Shown = !q.Told()
	return r, err
}

func (s *fakeStore) RecogniseByPIN(ctx context.Context, _ records.Search, pin string) (r records.Recognised, err error) {
	switch {
	case s.lock != nil:
		return r, s.lock
	case pin != s.pin:
		return r, records.ErrWrongPIN
	}
	r, err = s.find(ctx)
	r.Shown, r.Since = true, s.since
	return r, err
}

func (s *fakeStore) RecogniseWithoutPIN(context.Context, records.Search) (records.Recognised, error) {
	return records.Recognised{}, records.ErrNotFound
}

func (s *fakeStore) ChoosePIN(_ context.Context, _ records.ID, pin string, since time.Time) error {
	s.pin, s.since = pin, since
	return s.saveErr
}

func (s *fakeStore) Say(_ context.Context, patient records.ID, said records.LaterConsent) (records.Withheld, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.saveErr == nil {
		s.said = append(s.said, said)
		s.saidBy = patient
	}
	return records.Withheld{}, s.saveErr
}

func (s *fakeStore) History(ctx context.Context, _ records.ID, _ vitals.Panel, _ int) ([]records.Observation, error) {
	s.mu.Lock()
	s.asked++
	delay, history := s.delay, s.history
	s.mu.Unlock()
	return history, instruments.Pause(ctx, delay)
}

func (s *fakeStore) KnownArm(ctx context.Context, _ records.ID, _ time.Time) (records.KnownArm, error) {
	s.mu.Lock()
	s.armAsked++
	delay, arm, err := s.delay, s.arm, s.armErr
	s.mu.Unlock()
	return arm, errors.Join(err, instruments.Pause(ctx, delay))
}

// pulsing is an oximeter with a finger in it, which falls silent after a while.
func pulsing(pulse int, lasts time.Duration) outcome {
	return func(ctx context.Context, _ instruments.Job, emit func(instruments.Event)) error {
		for end := time.Now().Add(lasts); time.Now().Before(end); {
			emit(&instruments.PlethSample{Pulse: instruments.Number(pulse), SpO2: 97, Signal: 7})
			if err := instruments.Pause(ctx, 250*time.Millisecond); err != nil {
				return err
			}
		}
		return instruments.NewFault(instruments.NoAnswer, "as the test says")
	}
}
