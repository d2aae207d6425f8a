package astm_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// stand is an analyser with nothing to send, and a visit that began a minute
// ago.
type stand struct {
	twin     *simulated.ASTMAnalyser
	job      instruments.Job
	wrap     func(instruments.Port) instruments.Port
	readings []*instruments.Reading
	faults   []*instruments.Fault
	fromWire []byte
	took     time.Duration
}

func newStand(fault simulated.Fault) *stand {
	s := &stand{twin: simulated.NewASTMAnalyser(simulated.Options{Now: later, Seed: 3, Fault: fault})}
	s.job = instruments.Job{Since: later().Add(-time.Minute), Now: later}
	return s
}

// good is a result of the visit.
func good() simulated.AnalyserResult {
	return simulated.AnalyserResult{At: later().Add(-20 * time.Second), Test: "GLU", Value: "6.2", Units: "mmol/L", Status: "F"}
}

func one() []simulated.AnalyserResult { return []simulated.AnalyserResult{good()} }

// afterYesterdays has two results of somebody else before it.
func afterYesterdays() []simulated.AnalyserResult {
	old := good()
	old.At, old.Value = old.At.AddDate(0, 0, -1), "33.3"
	return []simulated.AnalyserResult{old, old, good()}
}

func (s *stand) measure(t *testing.T) error {
	t.Helper()
	host, wire := instruments.Pipe()
	if s.wrap != nil {
		wire = s.wrap(wire)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { _ = s.twin.Run(ctx, wire) })
	heard := &spy{Port: host}
	begun := time.Now()
	err := astm.NewAnalyser().Measure(ctx, heard, s.job, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			s.readings = append(s.readings, e)
		case *instruments.Fault:
			s.faults = append(s.faults, e)
		}
	})
	s.took, s.fromWire = time.Since(begun), heard.heard
	cancel()
	host.Close()
	run.Wait()
	if bad := s.twin.Violations(); len(bad) > 0 {
		t.Errorf("forbidden: %q", bad)
	}
	return err
}

func (s *stand) values() (all []string) {
	for _, r := range s.readings {
		all = append(all, r.Values[0].Quantity.String())
	}
	return all
}

// spy records what the host reads.
type spy struct {
	instruments.Port
	heard []byte
}

func (s *spy) Read(b []byte) (int, error) {
	n, err := s.Port.Read(b)
	s.heard = append(s.heard, b[:n]...)
	return n, err
}

// at runs test with an analyser in virtual time.
func at(t *testing.T, results func() []simulated.AnalyserResult, test func(t *testing.T, s *stand)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStand(simulated.None)
		s.twin.Clear()
		for _, r := range results() {
			s.twin.AddResult(r)
		}
		test(t, s)
	})
}

// with returns a good result that is changed.
func with(change func(*simulated.AnalyserResult)) func() []simulated.AnalyserResult {
	return func() []simulated.AnalyserResult {
		r := good()
		change(&r)
		return []simulated.AnalyserResult{r}
	}
}

// values are results that are taken.
func values() []analysed {
	return []analysed{
		{"one", with(func(*simulated.AnalyserResult) {}), "", "", "", []string{"6.2 mmol/L"}},
		{"mg/dL", with(func(r *simulated.AnalyserResult) { r.Value, r.Units, r.Test = "112", "mg/dL", "Glucose" }), "", "", "", []string{"112 mg/dL"}},
		{"status left out", with(func(r *simulated.AnalyserResult) { r.Status = "" }), "", "", "", []string{"6.2 mmol/L"}},
		{"alarm", with(func(r *simulated.AnalyserResult) { r.Flags = "HH" }), "", "", "", []string{"6.2 mmol/L"}},
		{"above, flag", with(func(r *simulated.AnalyserResult) { r.Value, r.Flags = "33.3", ">" }), "", "", "", []string{">33.3 mmol/L"}},
		{"below, in the value", with(func(r *simulated.AnalyserResult) { r.Value = "<1.1" }), "", "", "", []string{"<1.1 mmol/L"}},
		{"blood", with(func(r *simulated.AnalyserResult) { r.Specimen = "WB" }), "", "", "", []string{"6.2 mmol/L"}},
	}
}

// refusals are results that are not.
func refusals() []analysed {
	return []analysed{
		{"below, in words", with(func(r *simulated.AnalyserResult) { r.Value = "LO" }), "", instruments.BelowRange, "", nil},
		{"both", with(func(r *simulated.AnalyserResult) { r.Value, r.Flags = "<1.1", ">" }), "", instruments.DamagedRecord, "", nil},
		{"no number", with(func(r *simulated.AnalyserResult) { r.Value = "E-5" }), "", instruments.DamagedRecord, "", nil},
		{"unit unknown", with(func(r *simulated.AnalyserResult) { r.Units = "g/L" }), "", instruments.DamagedRecord, "", nil},
		{"no unit", with(func(r *simulated.AnalyserResult) { r.Units = "" }), "", instruments.DamagedRecord, "", nil},
		{"implausible", with(func(r *simulated.AnalyserResult) { r.Value = "62" }), "", instruments.Implausible, "", nil},
		{"another test", with(func(r *simulated.AnalyserResult) { r.Test = "CRP" }), "", instruments.NotGlucose, "CRP", nil},
		{"HbA1c was not asked for", with(func(r *simulated.AnalyserResult) { r.Test, r.Value, r.Units = "HbA1c", "5.9", "%" }), "", instruments.NotGlucose, "HbA1c", nil},
		{"urine", with(func(r *simulated.AnalyserResult) { r.Specimen = "^Urine" }), "", instruments.NotGlucose, "", nil},
		{"control", with(func(r *simulated.AnalyserResult) { r.Control = true }), "", instruments.ControlTest, "", nil},
		{"cannot be done", with(func(r *simulated.AnalyserResult) { r.Status = "X" }), "", instruments.DamagedRecord, "X", nil},
		{"correction", with(func(r *simulated.AnalyserResult) { r.Status = "C" }), "", instruments.DamagedRecord, "C", nil},
		{"without a time", with(func(r *simulated.AnalyserResult) { r.Undated = true }), "", instruments.DamagedRecord, "", nil},
		{"tomorrow", with(func(r *simulated.AnalyserResult) { r.At = r.At.AddDate(0, 0, 1) }), "", instruments.ClockUnset, "", nil},
		{"before the visit", with(func(r *simulated.AnalyserResult) { r.At = r.At.Add(-4 * time.Minute) }), "", instruments.NoNewResult, "", nil},
	}
}

// people are results of somebody, or of several.
func people() []analysed {
	return []analysed{
		{"this person", with(func(r *simulated.AnalyserResult) { r.Patient = "PT-0042" }), "PT-0042", "", "", []string{"6.2 mmol/L"}},
		{"somebody else", with(func(r *simulated.AnalyserResult) { r.Patient = "PT-0041" }), "PT-0042", instruments.OtherPerson, "", nil},
		{"somebody", with(func(r *simulated.AnalyserResult) { r.Patient = "PT-0041" }), "", instruments.OtherPerson, "", nil},
		{"a name alone", with(func(r *simulated.AnalyserResult) { r.Patient = "||Doe^Jo" }), "PT-0042", instruments.OtherPerson, "", nil},
		{"by the last of three numbers", with(func(r *simulated.AnalyserResult) { r.Patient = "|PT-0042" }), "PT-0042", "", "", []string{"6.2 mmol/L"}},
		{"nobody", with(func(*simulated.AnalyserResult) {}), "PT-0042", "", "", []string{"6.2 mmol/L"}},
		{"yesterday's first", afterYesterdays, "", "", "", []string{"6.2 mmol/L"}},
		{"two of the visit", func() []simulated.AnalyserResult {
			second := good()
			second.Value = "6.4"
			return []simulated.AnalyserResult{good(), second}
		}, "", instruments.SeveralResults, "", []string{"6.2 mmol/L", "6.4 mmol/L"}},
		{"preliminary first", func() []simulated.AnalyserResult {
			first := good()
			first.Status, first.Value = "P", "6.9"
			return []simulated.AnalyserResult{first, good()}
		}, "", "", "", []string{"6.2 mmol/L"}},
	}
}

// An analysed is what an analyser sends in a visit, and what becomes of it.
type analysed struct {
	name    string
	results func() []simulated.AnalyserResult
	person  string
	code    instruments.FaultCode
	device  string // in the fault
	want    []string
}

func TestAnalyserResults(t *testing.T) {
	for _, tt := range slices.Concat(values(), refusals(), people()) {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStand(simulated.None)
				s.twin.Clear()
				for _, r := range tt.results() {
					s.twin.AddResult(r)
				}
				s.job.Person = tt.person
				err := s.measure(t)
				if instruments.CodeOf(err) != tt.code || !slices.Equal(s.values(), tt.want) {
					t.Fatalf("%q, %v", s.values(), err)
				}
				if tt.device != "" && !strings.Contains(err.Error(), "code "+tt.device) {
					t.Errorf("the fault does not name it: %v", err)
				}
				for _, r := range s.readings {
					checkAnalysed(t, s, r)
				}
			})
		})
	}
}

// checkAnalysed checks what every reading of good must have.
func checkAnalysed(t *testing.T, s *stand, r *instruments.Reading) {
	t.Helper()
	want := instruments.Identity{Name: "POCGLU", Firmware: "2.1", Serial: "SN001234"}
	if r.Identity != want || r.Panel != vitals.BloodGlucose {
		t.Errorf("%s from %+v", r.Panel, r.Identity)
	}
	if r.Taken.Before(s.job.Since) || r.Taken.After(later()) || !r.InstrumentTime.Equal(r.Taken) {
		t.Errorf("taken %s", r.Taken)
	}
	if len(r.Capture) != 1 || !bytes.HasPrefix(r.Capture[0].Bytes[1:], []byte("4R|1|")) {
		t.Errorf("captured %q", r.Capture)
	}
}

func TestAnalyserQuirks(t *testing.T) {
	for _, quirk := range quirks {
		at(t, afterYesterdays, func(t *testing.T, s *stand) {
			s.twin.SetQuirk(quirk)
			if err := s.measure(t); err != nil || !slices.Equal(s.values(), []string{"6.2 mmol/L"}) {
				t.Errorf("%s: %q, %v", quirk, s.values(), err)
			}
		})
	}
	for _, quirk := range broken {
		at(t, one, func(t *testing.T, s *stand) {
			s.twin.SetQuirk(quirk)
			time.AfterFunc(10*time.Minute, func() { s.twin.Clear() })
			if err := s.measure(t); len(s.readings) > 0 || instruments.CodeOf(err) != instruments.Garbled {
				t.Errorf("%s: %q, %v", quirk, s.values(), err)
			}
		})
	}
}

// Everything is asked for: results of any day and person, and of HbA1c.
func TestAnalyserEverything(t *testing.T) {
	results := func() []simulated.AnalyserResult {
		long := simulated.AnalyserResult{At: later().AddDate(0, -2, 0), Test: "HbA1c", Value: "5.9", Units: "%", Status: "F", Patient: "PT-0042"}
		return []simulated.AnalyserResult{long, good()}
	}
	at(t, results, func(t *testing.T, s *stand) {
		s.job.Since = time.Time{}
		if err := s.measure(t); err != nil || len(s.readings) != 2 {
			t.Fatalf("%q, %v", s.values(), err)
		}
		r := s.readings[0]
		if r.Panel != vitals.Laboratory || r.Values[0].Measure != vitals.HbA1c || r.Values[0].Quantity.String() != "5.9 %" ||
			!slices.Contains(r.Flags, vitals.StoredReading) {
			t.Errorf("%+v", r)
		}
		if r := s.readings[1]; r.Panel != vitals.BloodGlucose || r.Values[0].Measure != vitals.Glucose {
			t.Errorf("%+v", r)
		}
		// The same bytes once more, from a capture.
		var decoded []string
		err := astm.NewAnalyser().Decode(bytes.NewReader(s.fromWire), instruments.Job{Now: later}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				decoded = append(decoded, r.Values[0].Quantity.String())
			} else {
				t.Errorf("%v", e)
			}
		})
		if err != nil || !slices.Equal(decoded, s.values()) {
			t.Errorf("decoded %q, %v", decoded, err)
		}
	})
}

// A person samples at the demonstration twin.
func TestAnalyserDemonstration(t *testing.T) {
	for fault, code := range map[simulated.Fault]instruments.FaultCode{
		simulated.None: "", simulated.High: "", simulated.Low: "", simulated.Critical: "",
		simulated.Control: instruments.ControlTest, simulated.NoResult: instruments.NoNewResult, simulated.WrongClock: instruments.NoNewResult,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStand(fault)
			for visit := range 2 { // one after the other
				if visit == 1 && fault == simulated.NoResult {
					code = instruments.NoAnswer // it has got rid of yesterday's
				}
				s.readings = nil
				s.job.Since = later()
				err := s.measure(t)
				if instruments.CodeOf(err) != code || (code == "") != (len(s.readings) == 1) {
					t.Errorf("%q: %q, %v", fault, s.values(), err)
				}
				if code == "" && s.took > time.Minute {
					t.Errorf("%q: after %s", fault, s.took)
				}
				time.Sleep(time.Minute)
			}
		})
	}
}
