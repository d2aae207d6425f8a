package bedside_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/oximetry"
	"aidpost/records/quality"
	"aidpost/records/vault"
	"aidpost/records/vitals"
)

// counter is a rack whose instruments give what they are told.
type counter struct {
	mu       sync.Mutex
	attached []instruments.Attached
	next     []any // a vitals.Values, or a fault code
	calls    int
	hold     chan struct{} // measurements wait for it, if there is one
}

func (c *counter) plug(p vitals.Panel) {
	c.attached = append(c.attached, instruments.Attached{
		ID: "port-" + string(p), State: instruments.Ready, Endpoint: instruments.Endpoint{Path: "/dev/" + string(p), USBSerial: "A1"},
		Model: instruments.Model{ID: "fake-" + string(p), Maker: "Fake", Name: "One", Panel: p, Version: "1"},
	})
}

func (c *counter) gives(all ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next = append(c.next, all...)
}

func (c *counter) Attached() []instruments.Attached {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.attached)
}

func (c *counter) Notify(func()) func() { return func() {} }

func (c *counter) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	c.mu.Lock()
	c.calls++
	var out any = instruments.NoAnswer
	if len(c.next) > 0 {
		out, c.next = c.next[0], c.next[1:]
	}
	hold := c.hold
	c.mu.Unlock()
	if strings.Contains(id, "pressure") {
		emit(&instruments.Progress{Phase: instruments.Inflating})
	}
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch out := out.(type) {
	case instruments.FaultCode:
		return instruments.NewFault(out, "")
	case vitals.Values:
		r := &instruments.Reading{Panel: panelOf(out), Values: out, Taken: time.Now()}
		if r.Panel == vitals.Oximetry {
			r.Oximetry = &oximetry.Taken{Rule: job.Oximetry.ID, Contact: int(job.Contact / time.Second), Stable: int(job.Oximetry.Stable / time.Second)}
		}
		emit(r)
	case []instruments.Reading: // the memory of a meter, the newest last
		for i := range out {
			emit(&out[i])
		}
		if len(out) > 1 {
			return instruments.NewFault(instruments.SeveralResults, "")
		}
	}
	return nil
}

func panelOf(v vitals.Values) vitals.Panel {
	for _, p := range vitals.Panels() {
		if _, ok := v.Get(p.Main()[0]); ok {
			return p
		}
	}
	return ""
}

// hands work with a store as whoever is at its console.
type hands struct {
	a    *records.Access
	mu   sync.Mutex
	work sync.WaitGroup
	fail func() error // instead of the work; may be nil
	gone bool         // the session is over: nothing is done and nobody is told
}

func (h *hands) Do(work func(context.Context, *records.Access) error, done func(error) bool) {
	if h.gone {
		return
	}
	h.work.Go(func() {
		var err error
		if h.fail != nil {
			err = h.fail()
		}
		if err == nil {
			err = work(context.Background(), h.a)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		done(err)
	})
}

type secret string

func (s secret) Secret(context.Context, string, vault.Slot) ([]byte, error) { return []byte(s), nil }

func openStore(t *testing.T) *records.Store {
	t.Helper()
	keys := &records.Keys{Sources: []vault.Source{secret("x")}, First: func(context.Context, string) (vault.Credential, error) {
		return vault.Credential{Kind: vault.KeyFile, Label: "test", Secret: []byte("x")}, nil
	}}
	s, err := records.Open(context.Background(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// bench is everything around one measuring.
type bench struct {
	*bedside.Bedside
	t     *testing.T
	rack  *counter
	store *records.Store
	hands *hands
	// subject is who is measured.
	subject guideline.Subject
}

func rules(t *testing.T) *guideline.Rules {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := set.Choose(guideline.Choice{Protocol: "aha-2025"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lena() *records.Patient {
	return &records.Patient{ID: records.NewID(), Given: "Lena", Family: "Okafor", BirthDate: records.Date{Year: 1970, Month: 3, Day: 4}}
}

func config(t *testing.T, rack *counter, h *hands) bedside.Config {
	t.Helper()
	grades, err := quality.LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	return bedside.Config{
		Instruments: rack, Hands: h, Rules: rules(t), Grades: grades, Place: records.Place{Kiosk: "k"},
		Who: records.Clinician{Name: "Ben"},
	}
}

func newBench(t *testing.T, p *records.Patient, first bool, set ...func(*bedside.Config)) *bench {
	t.Helper()
	b := &bench{t: t, rack: &counter{}, store: openStore(t), subject: guideline.Subject{Age: 56, AgeKnown: true}}
	for _, panel := range vitals.Panels() {
		b.rack.plug(panel)
	}
	b.hands = &hands{a: b.store.Console("ben", "k")}
	e := bedside.Visit(p, records.Place{Kiosk: "k"}, time.UTC, time.Now())
	cfg := config(t, b.rack, b.hands)
	for _, fn := range set {
		fn(&cfg)
	}
	b.Bedside = bedside.New(cfg, e, b.subject, first)
	t.Cleanup(b.Close)
	b.identified()
	return b
}

// identified has the person say who they are.
func (b *bench) identified() {
	b.t.Helper()
	synctest.Wait() // for who is alike
	b.do(b.Identified())
	b.at(bedside.Choose)
}

// do calls a command that must be possible, and waits until what it began has
// ended.
func (b *bench) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("in phase %s: %v", b.State().Phase, err)
	}
	synctest.Wait()
}

func (b *bench) at(want bedside.Phase) bedside.State {
	b.t.Helper()
	s := b.State()
	if s.Phase != want {
		b.t.Fatalf("phase is %s with fault %v, want %s", s.Phase, s.Fault, want)
	}
	return s
}

func mmHg(systolic, diastolic int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(diastolic, vitals.MmHg)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(70, vitals.PerMinute)},
	}
}

func oxygen(percent int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.SpO2, Quantity: vitals.Of(percent, vitals.Percent)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(72, vitals.PerMinute)},
	}
}

func (b *bench) stored() *records.Encounter {
	b.t.Helper()
	e, err := b.store.Encounter(context.Background(), b.State().Visit.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return e
}

func TestSeriesOfBothArms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), true)
		b.rack.gives(mmHg(142, 88), mmHg(150, 92), mmHg(146, 90))
		b.do(b.Measure(vitals.BloodPressure))
		if s := b.at(bedside.Rest); s.Arm != vitals.LeftArm || s.Total != 5*time.Minute {
			t.Errorf("rest of %v with the %s arm", s.Total, s.Arm)
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		b.at(bedside.Ready)
		b.do(b.Start())
		if s := b.at(bedside.Pause); s.Arm != vitals.RightArm || s.Total != time.Minute {
			t.Errorf("pause of %v, then the %s arm", s.Total, s.Arm)
		}
		if b.Start() == nil {
			t.Error("the arm did not rest")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		b.do(b.Start())
		if s := b.at(bedside.Pause); s.Arm != vitals.RightArm {
			t.Errorf("after both the %s arm is next, want the higher one", s.Arm)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		b.do(b.Start())
		s := b.at(bedside.Review)
		if r := s.Result; r == nil || r.Of != 2 || r.Grade != "A" || r.Values[0].Quantity.Value.Int() != 148 {
			t.Fatalf("the result is %+v", s.Result)
		}
		b.do(b.Accept())
		e := b.stored()
		if len(e.Observations) != 4 || e.Observations[0].Excluded != string(guideline.OtherArm) || e.Observations[0].Arm != vitals.LeftArm {
			t.Fatalf("stored %+v", e.Observations)
		}
		mean := e.Observations[3]
		if mean.Arm != vitals.RightArm || len(mean.MeanOf) != 2 || mean.Statement.Protocol != "aha-2025" || mean.Statement.Operator.Name != "Ben" {
			t.Errorf("the mean is %+v", mean)
		}
		b.do(b.Finish())
		if b.at(bedside.Finished); b.stored().Status != records.Finished {
			t.Error("the visit is not finished in the records")
		}
	})
}
