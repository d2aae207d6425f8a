package kiosk

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/call"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// stage is a kiosk in a test window with instruments that do what the test
// says and records in memory. Its clock is that of a synctest bubble.
type stage struct {
	t      *testing.T
	kiosk  *Kiosk
	visit  *visit.Visit
	window fyne.Window
	rack   *rack
	store  *store
	calls  *call.Board
	queue  queue
	notice words.Key      // what the staff must know
	home   bool           // the meter is for one person alone
	cuff   intended.Range // the arms that the cuff is made for
}

var sizes = map[string]fyne.Size{
	"1280x800":  fyne.NewSize(1280, 800),
	"1080x1920": fyne.NewSize(1080, 1920),
	"1024x600":  fyne.NewSize(1024, 600),
}

func newStage(t *testing.T, lang string, size fyne.Size, look kit.Look) *stage {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := set.Choose(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	steady, err := rest.Load()
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	s := &stage{t: t, rack: newRack(), store: &store{}, calls: call.New(call.Config{})}
	s.kiosk = New(Config{
		Words: catalogue, Rules: rules, Paper: paper{}, Site: Site{Name: "Corner Pharmacy", Emergency: "112"},
		Zone: time.UTC, Post: s.queue.post, Simulated: true, Shares: true, Voice: &voice{}, Notice: func() words.Key { return s.notice },
	})
	look.Input = s.kiosk.look.Input
	s.kiosk.look = look
	s.visit = visit.New(visit.Config{
		Instruments: s.rack, Store: s.store, Calls: s.calls, Rules: rules, Language: lang, Zone: time.UTC, Consent: "1",
		Place: records.Place{Organization: "Corner Pharmacy", Location: "Floor", Kiosk: "test"},
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)), Changed: s.kiosk.Changed, Sample: s.kiosk.Sample,
		Fit: func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
			if s.home && !own {
				return []intended.Objection{intended.NotToBeShared}
			}
			l := intended.Label{Validation: &intended.Validation{Status: intended.Published}}
			return l.Objections(who, intended.Use{Cuff: s.cuffOf(from)})
		},
		Cuff: s.cuffOf, Rest: steady,
	})
	look.Class = kit.ClassFor(size)
	app.Settings().SetTheme(kit.NewTheme(look))
	s.window = test.NewTempWindow(t, s.kiosk.Content())
	s.window.SetPadded(false)
	s.window.Resize(size)
	s.kiosk.Serve(s.visit, s.window.Canvas(), size)
	s.settle()
	return s
}

// cuffOf is for which arms the cuff on an instrument is made.
func (s *stage) cuffOf(from instruments.Attached) intended.Range {
	if from.Model.Panel != vitals.BloodPressure {
		return intended.Range{}
	}
	return s.cuff
}

// close ends the visit and the kiosk, so that the bubble can end.
func (s *stage) close() {
	s.rack.finish(nil)
	s.visit.Close()
	s.calls.Close()
	s.kiosk.Stop()
	s.settle()
}

// settle lets everything that was set off come to rest, and paints.
func (s *stage) settle() {
	for range 4 {
		synctest.Wait()
		s.queue.drain()
	}
	s.kiosk.trace.Tick()
}

// after lets d pass, a little at a time, painting as the program would.
func (s *stage) after(d time.Duration) {
	const slice = time.Second
	for ; d > slice; d -= slice {
		time.Sleep(slice)
		s.queue.drain()
	}
	time.Sleep(d)
	s.settle()
}

// until lets time pass until the visit is in a state, as long as somebody waits for
// whom all takes long.
func (s *stage) until(there func(visit.State) bool) {
	for range 600 {
		if there(s.visit.State()) {
			return
		}
		s.after(time.Second)
	}
}

// must runs a command of the visit and expects the step after it.
func (s *stage) must(err error, want visit.Step) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("at %s: %v", s.visit.State().Step, err)
	}
	s.settle()
	if got := s.visit.State().Step; got != want {
		s.t.Fatalf("step %s, want %s", got, want)
	}
}

// rest lets the oximeter of a rest tell a pulse for some seconds; 0: no finger is in.
func (s *stage) rest(seconds, pulse int) {
	for range seconds {
		s.rack.tell(&instruments.PlethSample{Pulse: instruments.Number(pulse), SpO2: 97, Signal: 7, FingerOut: pulse == 0})
		s.after(time.Second)
	}
}

// answerAll answers every question before a panel as a well adult would.
func (s *stage) answerAll() {
	s.t.Helper()
	for range 10 {
		st := s.visit.State()
		if st.Step != visit.Question {
			return
		}
		answer := visit.No
		switch st.Question {
		case visit.AskAdult:
			answer = visit.Yes
		case visit.AskMeal:
			answer = visit.MealFasting
		}
		if err := s.visit.Answer(answer); err != nil {
			s.t.Fatal(err)
		}
		s.settle()
	}
}

// queue runs posted functions on the test's own goroutine.
type queue struct {
	mu  sync.Mutex
	fns []func()
}

func (q *queue) post(fn func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fns = append(q.fns, fn)
}

func (q *queue) drain() {
	for {
		q.mu.Lock()
		fns := q.fns
		q.fns = nil
		q.mu.Unlock()
		if len(fns) == 0 {
			return
		}
		for _, fn := range fns {
			fn()
		}
	}
}

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
