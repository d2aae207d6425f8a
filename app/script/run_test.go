package script

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// memory is a store that forgets when the test ends.
type memory struct {
	mu    sync.Mutex
	saved []records.Encounter
	err   error
}

func (m *memory) Save(_ context.Context, e *records.Encounter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		e.Revision++
		m.saved = append(m.saved, *e)
	}
	return m.err
}

func (m *memory) Recognise(context.Context, records.Search) (records.Recognised, error) {
	return records.Recognised{}, records.ErrNotFound
}

func (m *memory) RecogniseByPIN(context.Context, records.Search, string) (records.Recognised, error) {
	return records.Recognised{}, records.ErrNotFound
}

func (m *memory) RecogniseWithoutPIN(context.Context, records.Search) (records.Recognised, error) {
	return records.Recognised{}, records.ErrNotFound
}

func (m *memory) ChoosePIN(context.Context, records.ID, string, time.Time) error { return nil }

func (m *memory) Say(context.Context, records.ID, records.LaterConsent) (records.Withheld, error) {
	return records.Withheld{}, nil
}

func (m *memory) SavedBefore(context.Context, records.Observation) (time.Time, bool, error) {
	return time.Time{}, false, nil
}

func (m *memory) History(context.Context, records.ID, vitals.Panel, int) ([]records.Observation, error) {
	return nil, nil
}

func (m *memory) KnownArm(context.Context, records.ID, time.Time) (records.KnownArm, error) {
	return records.KnownArm{}, nil
}

// last is the newest version saved.
func (m *memory) last() records.Encounter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.saved) == 0 {
		return records.Encounter{}
	}
	return m.saved[len(m.saved)-1]
}

// A stage is a counter of twins on pipes and a store, inside a bubble of time.
type stage struct {
	store *memory
	cuff  *simulated.SunTech
	out   bytes.Buffer
	err   error
}

// play runs a script in virtual time. before is given the stage when all is
// set up; the context ends with the function it may call.
func play(t *testing.T, text string, o simulated.Options, before func(s *stage, cancel context.CancelFunc)) *stage {
	t.Helper()
	s := &stage{store: &memory{}}
	synctest.Test(t, func(t *testing.T) {
		parsed, err := Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		// The bubble begins in 2000, before any meter's memory.
		time.Sleep(time.Until(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)))
		plugged := context.WithoutCancel(ctx) // instruments do not stop with a script
		log := slog.New(slog.DiscardHandler)
		bus := simulated.NewBus(nil, log)
		defer bus.Close()
		o.Speed = 1
		s.cuff = simulated.NewSunTech(o)
		pins := map[string]string{}
		for _, twin := range []simulated.Twin{s.cuff, simulated.NewContecPackets(o), simulated.NewUltra2(o)} {
			driver, _ := catalogue.Find(twin.Model())
			at, err := bus.Plug(plugged, twin, driver.Model().Adapters[0].USBID, o)
			if err != nil {
				t.Fatal(err)
			}
			pins[at.Path] = twin.Model()
		}
		rack := instruments.NewRack(bus, catalogue.Drivers(), instruments.RackOptions{Pins: pins}, log)
		watching, stop := context.WithCancel(plugged)
		var work sync.WaitGroup
		work.Go(func() { _ = rack.Run(watching) })
		defer work.Wait()
		defer stop()
		all, err := words.Load()
		if err != nil {
			t.Fatal(err)
		}
		if before != nil {
			before(s, cancel)
		}
		s.err = Run(ctx, parsed, Job{
			Visit: visit.Config{
				Instruments: rack, Store: s.store, Rules: rules(t), Zone: time.UTC, Language: "en", Consent: "1", Log: log,
			},
			Printer: NewText(&s.out, nil, all, "112"),
			Summary: func(context.Context, string, visit.State) error { return nil },
		})
		if p := s.cuff.Pressure(); p > 15 {
			t.Errorf("the cuff is left at %d mmHg", p)
		}
	})
	return s
}

func rules(t *testing.T) *guideline.Rules {
	t.Helper()
	all, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := all.Choose(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAWholeVisit(t *testing.T) {
	s := play(t, `
who Maria Lopez 1956-04-30
consent keep
measure blood-pressure
expect value systolic 90 150
expect saved yes
measure oximetry
expect band spo2.usual
answer meal fasting
measure blood-glucose
expect step result
print summary.pdf
finish`, simulated.Options{Seed: 2}, nil)
	if s.err != nil {
		t.Fatal(s.err)
	}
	e := s.store.last()
	var measured []vitals.Panel
	for _, o := range e.Observations {
		if o.Result() {
			measured = append(measured, o.Panel)
		}
	}
	if e.Status != records.Finished || e.Patient.Family != "Lopez" || !slices.Equal(measured, []vitals.Panel{vitals.BloodPressure, vitals.Oximetry, vitals.BloodGlucose}) {
		t.Errorf("saved %s of %+v with %v", e.Status, e.Patient, measured)
	}
	for _, line := range []string{
		"Measure your health here", "> keep yes", "Sit quietly", "Reading 2 of", "Blood pressure: ", "mmHg",
		"Oxygen in the blood: ", "Usual range", "Blood sugar: ", "> meal fasting", "Your results are saved here.",
	} {
		if !strings.Contains(s.out.String(), line) {
			t.Errorf("nobody says %q in:\n%s", line, &s.out)
		}
	}
	if strings.Contains(s.out.String(), "skip-rest") {
		t.Error("the rest was skipped without being asked")
	}
}

// TestWhatIsNotInTheScript is answered for, and nothing of a guest is kept.
func TestWhatIsNotInTheScript(t *testing.T) {
	s := play(t, "measure oximetry", simulated.Options{}, nil)
	if s.err != nil || len(s.store.saved) != 0 {
		t.Errorf("%v; saved %d times", s.err, len(s.store.saved))
	}
	if !strings.Contains(s.out.String(), "> who guest") || !strings.Contains(s.out.String(), "> fit no") {
		t.Errorf("the guest saw:\n%s", &s.out)
	}
}

func TestAnotherLanguage(t *testing.T) {
	s := play(t, "language es\nmeasure oximetry", simulated.Options{}, nil)
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	if want := all.Lang("es").T(words.ResultTitle); s.err != nil || !strings.Contains(s.out.String(), want) {
		t.Errorf("%v; no %q in:\n%s", s.err, want, &s.out)
	}
}

func TestUnexpected(t *testing.T) {
	for _, test := range []struct{ script, why string }{
		{"measure oximetry\nexpect band spo2.low", "expected band spo2.low"},
		{"measure oximetry\nexpect readings 2", "got 1"},
		{"measure oximetry\nexpect value spo2 50 60", "got 9"},
		{"measure oximetry\nexpect value glucose 50 60", "no glucose"},
		{"measure oximetry\nexpect saved yes", "got no"},
		{"measure oximetry\nexpect fault finger-out", "got none"},
		{"expect tier 0", "there is no result"},
		{"expect step result", "got welcome"},
		{"print early.pdf", "nothing to print"},
		{"guest\nguest", "too late"},
		{"who Ana Lopez 2950-01-01", "date-future"},
		{"card 4711\nconsent no\nconsent no", "too late"},
		{"consent keep", "not kept"},
	} {
		t.Run(test.script, func(t *testing.T) {
			s := play(t, test.script, simulated.Options{}, nil)
			var unexpected *UnexpectedError
			if !errors.As(s.err, &unexpected) || !strings.Contains(s.err.Error(), test.why) {
				t.Fatalf("got %v, want %s", s.err, test.why)
			}
			if want := 1 + strings.Count(test.script, "\n"); unexpected.Line != want {
				t.Errorf("it says line %d, it is %d", unexpected.Line, want)
			}
		})
	}
}

// TestFaults: an instrument that fails ends the script with its fault, unless
// the script expects it.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		fault simulated.Fault
		panel vitals.Panel
		code  instruments.FaultCode
	}{
		{simulated.CuffLoose, vitals.BloodPressure, instruments.CuffLoose},
		{simulated.HoseKinked, vitals.BloodPressure, instruments.HoseBlocked},
		{simulated.WeakSignal, vitals.Oximetry, instruments.WeakSignal},
		{simulated.FingerOut, vitals.Oximetry, instruments.FingerOut},
		{simulated.Control, vitals.BloodGlucose, instruments.ControlTest},
		{simulated.NoResult, vitals.BloodGlucose, instruments.NoNewResult},
	} {
		t.Run(string(test.fault), func(t *testing.T) {
			script := "skip-rest hurry\nmeasure " + string(test.panel) + "\n"
			s := play(t, script, simulated.Options{Fault: test.fault}, nil)
			if got := instruments.CodeOf(s.err); got != test.code {
				t.Errorf("ended with %v, want %s", s.err, test.code)
			}
			s = play(t, script+"expect fault "+string(test.code), simulated.Options{Fault: test.fault}, nil)
			if s.err != nil {
				t.Errorf("expected, and still %v", s.err)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	s := play(t, "retry 2\nmeasure oximetry", simulated.Options{Fault: simulated.WeakSignal}, nil)
	if got := strings.Count(s.out.String(), "Measuring your oxygen"); got != 3 {
		t.Errorf("measured %d times, want 3: %v", got, s.err)
	}
}

// TestCritical: the flow for critical values is answered, too.
func TestCritical(t *testing.T) {
	s := play(t, `
skip-rest rested
measure blood-pressure
expect band bp.severe
expect tier 3`, simulated.Options{Fault: simulated.Critical}, nil)
	if s.err != nil {
		t.Errorf("%v in:\n%s", s.err, &s.out)
	}
	if s.cuff.Tally().Starts != 2 {
		t.Errorf("the cuff was started %d times, not once more to confirm", s.cuff.Tally().Starts)
	}
	s = play(t, `
skip-rest rested
answer symptoms-now yes
measure blood-pressure
expect tier 4`, simulated.Options{Fault: simulated.Critical}, nil)
	if s.err != nil || !strings.Contains(s.out.String(), "Call 112 now.") {
		t.Errorf("%v in:\n%s", s.err, &s.out)
	}
}

// TestStopped: a script that is stopped lets go the cuff before Run returns;
// play looks at its pressure.
func TestStopped(t *testing.T) {
	s := play(t, "skip-rest hurry\nmeasure blood-pressure", simulated.Options{}, func(s *stage, cancel context.CancelFunc) {
		go func() {
			for s.cuff.Pressure() < 60 {
				time.Sleep(100 * time.Millisecond)
			}
			cancel()
		}()
	})
	if !errors.Is(s.err, context.Canceled) || s.cuff.Tally().Aborts == 0 {
		t.Errorf("%v after %d aborts", s.err, s.cuff.Tally().Aborts)
	}
}

func TestCancelAndUnsuitable(t *testing.T) {
	s := play(t, "guest\ncancel\nguest\nconsent no\nanswer adult no\nmeasure oximetry\nexpect step choose", simulated.Options{}, nil)
	if s.err != nil {
		t.Errorf("%v in:\n%s", s.err, &s.out)
	}
}

func TestSaveFails(t *testing.T) {
	s := play(t, "card 12345\nconsent keep\nmeasure oximetry", simulated.Options{}, func(s *stage, _ context.CancelFunc) {
		s.store.err = records.ErrFull
	})
	if !errors.Is(s.err, records.ErrFull) {
		t.Errorf("a full disk ends the script with %v", s.err)
	}
}
