package desk

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/signing"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

var qcOf = quality.Instrument{Model: "onetouch-ultra2", Serial: "QX1"}

// onQuality opens the page with a meter on the counter.
func onQuality(t *testing.T) (*stage, *onCounter) {
	t.Helper()
	s := working(t)
	c := &onCounter{attached: []instruments.Attached{meterOf("a")}}
	s.withCounter(c)
	s.cfg.Quality = func(a instruments.Attached) (quality.Instrument, quality.Plan, bool) {
		plan := quality.Plan{Panel: a.Model.Panel, ControlEvery: 24, Observed: true}
		return quality.Instrument{Model: a.Model.ID, Serial: a.Identity.Serial}, plan, a.Model.Panel == vitals.BloodGlucose
	}
	s.Go(Route{Page: PageQuality})
	s.Wait()
	return s, c
}

// a lot of control solution as typed, with or without something wrong.
func solution(change func(*LotForm)) LotForm {
	f := LotForm{
		Kind: quality.Control, Number: "C1", Model: qcOf.Model, Level: "normal", Target: "110", Spread: "5", Unit: vitals.MgPerDL,
		Expires: DayOf(opening.AddDate(0, 1, 0)), Opened: DayOf(opening),
	}
	change(&f)
	return f
}

func (s *stage) problems() (fields []QualityField) {
	s.Wait()
	for f := range s.State().Quality.Problems {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	return fields
}

func TestLotsAsTyped(t *testing.T) {
	s, _ := onQuality(t)
	for name, tt := range map[string]struct {
		change func(*LotForm)
		want   []QualityField
	}{
		"nothing typed":        {func(f *LotForm) { *f = LotForm{Kind: quality.Reagent} }, []QualityField{QualityExpires, QualityFor, QualityNumber, QualityOpened}},
		"over already":         {func(f *LotForm) { f.Expires = DayOf(opening.AddDate(0, 0, -1)) }, []QualityField{QualityExpires}},
		"30 February":          {func(f *LotForm) { f.Expires = Day{"2027", "02", "30"} }, []QualityField{QualityExpires}},
		"in the next century":  {func(f *LotForm) { f.Expires = Day{"2127", "02", "28"} }, []QualityField{QualityExpires}},
		"opened tomorrow":      {func(f *LotForm) { f.Opened = DayOf(opening.AddDate(0, 0, 2)) }, []QualityField{QualityOpened}},
		"a deviation of zero":  {func(f *LotForm) { f.Spread = "0" }, []QualityField{QualitySpread}},
		"a target of words":    {func(f *LotForm) { f.Target = "high" }, []QualityField{QualityTarget}},
		"without a level":      {func(f *LotForm) { f.Level = " " }, []QualityField{QualityLevel}},
		"a standard of nobody": {func(f *LotForm) { f.Kind = quality.Standard }, []QualityField{QualityFor}},
	} {
		s.AddLot(solution(tt.change))
		if got := s.problems(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if n := len(s.State().Quality.Log.Lots); n != 0 {
		t.Errorf("%d lots were put to use", n)
	}
	s.AddLot(solution(func(f *LotForm) { f.Spread, f.Target = "٥", "١١٠" })) // as typed in Arabic
	if got := s.problems(); got != nil || s.State().Quality.Done != 1 {
		t.Fatalf("%q", got)
	}
	lot := s.State().Quality.Log.Lots[0]
	if lot.Target.SD != vitals.Int(5) || lot.Target.Mean != vitals.Of(110, vitals.MgPerDL) || lot.Expires.In(zone).Day() != opening.AddDate(0, 1, 1).Day() {
		t.Errorf("%+v", lot)
	}
}

// TestControlsInTheMemory: those of a meter are fetched when staff asks, of whatever
// time, and shown with the meter, the newest first.
func TestControlsInTheMemory(t *testing.T) {
	s, _ := onQuality(t)
	control := func(hour, value int) quality.Stored {
		at := opening.Add(time.Duration(hour) * time.Hour).UTC()
		return quality.Stored{Instrument: qcOf, Panel: vitals.BloodGlucose, Measure: vitals.Glucose, Value: vitals.Of(value, vitals.MgPerDL), Taken: at, Shown: at}
	}
	memory := []quality.Stored{control(-40, 118), control(-2, 111)}
	var fails error
	s.cfg.Live = func(ctx context.Context, id string, job instruments.Job, _ func(instruments.Event)) error {
		if id != "a" || !job.Controls || !job.Since.IsZero() {
			t.Errorf("%q is asked for %+v", id, job)
		}
		if fails == nil {
			_, fails = s.store.KeepControls(ctx, memory)
		}
		return fails
	}
	read := func() (string, []string) {
		meter, _ := s.State().Quality.Of(qcOf)
		s.ReadControls(meter)
		s.Wait()
		var values []string
		meter, _ = s.State().Quality.Of(qcOf)
		for _, c := range meter.Stored {
			values = append(values, c.Value.String())
		}
		return string(s.State().Said.Key), values
	}
	for _, step := range []struct {
		fails error
		said  words.Key
	}{
		{nil, words.QCStoredNew},
		{nil, words.QCStoredNone},
		{instruments.NewFault(instruments.NoNewResult, ""), words.QCStoredNone},
		{instruments.NewFault(instruments.NoAnswer, ""), words.FaultTitle(string(instruments.NoAnswer))},
	} {
		fails = step.fails
		said, values := read()
		if said != string(step.said) || !slices.Equal(values, []string{"111 mg/dL", "118 mg/dL"}) || s.State().Quality.Reading {
			t.Errorf("after %v: said %q, shown %q", step.fails, said, values)
		}
	}
	if runs := s.State().Quality.Log.Runs; len(runs) != 0 {
		t.Errorf("nobody has said which solution it was, and there are runs: %v", runs)
	}
	for range s.store.Encounters(t.Context(), records.Filter{}) {
		t.Error("a control is in a visit")
	}
}

// TestControlIsMeasuredLive: the attached instrument gives the number; it is on
// record only when that is sent, with the verdict, and in no visit.
func TestControlIsMeasuredLive(t *testing.T) {
	s, _ := onQuality(t)
	s.AddLot(solution(func(*LotForm) {}))
	s.Wait()
	var fails error
	var marked *instruments.Control
	captured := false
	s.cfg.Live = func(_ context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
		captured = job.Capture
		if id != "a" || job.Since.IsZero() {
			t.Errorf("%q is asked for what is since %v", id, job.Since)
		}
		if fails == nil {
			emit(&instruments.Reading{Panel: vitals.BloodGlucose, Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(131, vitals.MgPerDL)}}})
		}
		if marked != nil {
			emit(marked)
		}
		return fails
	}
	meter, ok := s.State().Quality.Of(qcOf)
	if !ok || meter.Due.Lock != quality.NoControl || meter.Due.Next.Number != "C1" {
		t.Fatalf("%+v", meter)
	}
	s.RunLive(meter)
	s.Wait()
	live := s.State().Quality.Live
	if live.Running || live.Value != vitals.Of(131, vitals.MgPerDL) || len(s.State().Quality.Log.Runs) != 0 {
		t.Fatalf("%+v", live)
	}
	s.RunControl(RunForm{Instrument: qcOf, Solution: "C1", Value: live.Value.Value.String(), Unit: live.Value.Unit})
	s.Wait()
	q := s.State().Quality
	if q.Verdict == nil || !q.Verdict.Rejected() || len(q.Log.Runs) != 1 {
		t.Errorf("%+v", q.Verdict)
	}
	if meter, _ := q.Of(qcOf); !slices.Equal(meter.Locks, []quality.Lock{quality.OutOfControl}) {
		t.Errorf("%v", meter.Locks)
	}
	fails = instruments.NewFault(instruments.ControlTest, "")
	marked = &instruments.Control{Panel: vitals.BloodGlucose, Measure: vitals.Glucose, Value: vitals.Of(112, vitals.MgPerDL)}
	s.RunLive(meter)
	s.Wait()
	if l := s.State().Quality.Live; l.Fault != nil || l.Value != marked.Value {
		t.Errorf("marked by the meter: %+v", l)
	}
	fails, marked = nil, nil // somebody only wants to see that it measures
	s.Try(Instrument{Attached: meter.Attached}, true)
	s.Wait()
	if !captured {
		t.Error("what crosses the wire is not asked to be written down")
	}
	if l := s.State().Quality.Live; l.Value != vitals.Of(131, vitals.MgPerDL) || len(s.State().Quality.Log.Runs) != 1 {
		t.Errorf("tried out: %+v, %d runs", l, len(s.State().Quality.Log.Runs))
	}
	fails = instruments.NewFault(instruments.ControlTest, "")
	marked = nil // it keeps the number to itself
	s.RunLive(meter)
	s.Wait()
	if f := s.State().Quality.Live.Fault; f == nil || *f != instruments.ControlTest {
		t.Errorf("%+v", s.State().Quality.Live)
	}
	for range s.store.Encounters(t.Context(), records.Filter{}) {
		t.Error("a control is in a visit")
	}
	meter.Model.Panel = vitals.BloodPressure
	if s.CanRunLive(meter) {
		t.Error("a cuff would be inflated around nothing")
	}
	cuff := Instrument{Attached: meter.Attached}
	if cuff.Model.Panel = vitals.BloodPressure; s.CanTry(cuff) {
		t.Error("a cuff is tried out around nothing")
	}
}

// TestCuffOnAVolunteer: what was typed is judged, what is missing is said beside its
// field, and the cuff is inflated where there is an arm in it alone.
func TestCuffOnAVolunteer(t *testing.T) {
	s, c := onQuality(t)
	cuff := instruments.Attached{ID: "c", State: instruments.Ready, Identity: instruments.Identity{Serial: "A2"},
		Model: instruments.Model{ID: "suntech-advantage", Name: "Advantage", Panel: vitals.BloodPressure}}
	c.attached = append(c.attached, cuff)
	of := quality.Instrument{Model: "suntech-advantage", Serial: "A2"}
	s.cfg.Live = func(_ context.Context, _ string, _ instruments.Job, emit func(instruments.Event)) error {
		emit(&instruments.Reading{Panel: vitals.BloodPressure, Values: vitals.Values{
			{Measure: vitals.Systolic, Quantity: vitals.Of(121, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(78, vitals.MmHg)}}})
		return nil
	}
	run := func() (Checked, Live) {
		chosen, _ := s.State().Quality.Of(of)
		s.RunLive(chosen)
		s.Wait()
		return chosen, s.State().Quality.Live
	}
	s.AddLot(LotForm{Kind: quality.Standard, Number: "G/150", Panel: vitals.BloodPressure, Level: "150", Target: "150", Spread: "3", Unit: vitals.MmHg,
		Expires: DayOf(opening.AddDate(0, 1, 0)), Opened: DayOf(opening)})
	s.Wait()
	if chosen, live := run(); live.Value.Unit != "" || s.CanRunLive(chosen) {
		t.Errorf("a cuff is inflated beside a gauge: %+v", live)
	}
	s.AddLot(LotForm{Kind: quality.Standard, Number: "V1", Panel: vitals.BloodPressure, Level: "on a volunteer", Target: "0", Spread: "5", Single: "15",
		Unit: vitals.MmHg, Expires: DayOf(opening.AddDate(0, 1, 0)), Opened: DayOf(opening)})
	s.Wait()
	if _, live := run(); len(live.Values) != 2 {
		t.Errorf("%+v", live)
	}
	form := func(pairs ...[2]string) RunForm { return RunForm{Instrument: of, Solution: "V1", Pairs: pairs} }
	for name, tt := range map[string]struct {
		form RunForm
		want []QualityField
	}{
		"nothing":       {form([2]string{}, [2]string{}, [2]string{}), []QualityField{QualitySolution}},
		"a half":        {form([2]string{"118/76", ""}, [2]string{"118/76", "118/76"}, [2]string{"118/76", "118/76"}), []QualityField{"cuff 0"}},
		"upside down":   {form([2]string{"76/118", "118/76"}, [2]string{"118/76", "118/76"}, [2]string{"118/76", "118/76"}), []QualityField{"reference 0"}},
		"two":           {form([2]string{"118/76", "118/76"}, [2]string{"118/76", "118/76"}), []QualityField{QualitySolution}},
		"value instead": {RunForm{Instrument: of, Solution: "V1", Value: "2", Unit: vitals.MmHg}, []QualityField{QualitySolution}},
	} {
		s.RunControl(tt.form)
		if got := s.problems(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	s.RunControl(form([2]string{"118/76", "128/78"}, [2]string{"١٢٠/٨٠", "١٢٧/٨١"}, [2]string{"119/79", "126/80"}))
	if got := s.problems(); got != nil {
		t.Fatalf("%q", got)
	}
	q := s.State().Quality
	if q.Verdict == nil || !q.Verdict.Rejected() || len(q.Log.Runs) != 1 || q.Log.Runs[0].Value != vitals.Of(8, vitals.MmHg) {
		t.Errorf("%+v, %+v", q.Verdict, q.Log.Runs)
	}
}

// TestTemperaturesAsTyped: those of a store, with what is wrong beside its field.
func TestTemperaturesAsTyped(t *testing.T) {
	s, _ := onQuality(t)
	strips := solution(func(f *LotForm) {
		*f = LotForm{Kind: quality.Reagent, Number: "S1", Model: qcOf.Model, Expires: f.Expires, Opened: f.Opened, Low: "4", High: "30", Store: "cupboard"}
	})
	bad := strips
	bad.Low, bad.High = "30", "4"
	s.AddLot(bad)
	if got := s.problems(); !slices.Equal(got, []QualityField{QualityLow}) {
		t.Errorf("the higher one first: %q", got)
	}
	s.AddLot(strips)
	if got := s.problems(); got != nil {
		t.Fatalf("%q", got)
	}
	for name, tt := range map[string]struct {
		form StorageForm
		want []QualityField
	}{
		"nothing":             {StorageForm{}, []QualityField{QualityHigh, QualityLow}},
		"a word":              {StorageForm{Low: "cold", High: "20"}, []QualityField{QualityLow}},
		"upside down":         {StorageForm{Low: "20", High: "10"}, []QualityField{QualityLow}},
		"boiling":             {StorageForm{Low: "20", High: "100"}, []QualityField{QualityLow}},
		"no reading to right": {StorageForm{Store: "cellar", Low: "20", High: "21", Right: true, Reason: "misread"}, []QualityField{QualityRight}},
		"right, and no why":   {StorageForm{Store: "cupboard", Low: "20", High: "21", Right: true}, []QualityField{QualityReason}},
		"below zero":          {StorageForm{Store: "cupboard", Low: "−٢,٥", High: "21"}, nil},
	} {
		s.NoteStorage(tt.form)
		if got := s.problems(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	q := s.State().Quality
	if len(q.Stores) != 1 || q.Stores[0].Last.Low.String() != "-2.5" || len(q.Stores[0].Spoilt) != 1 {
		t.Errorf("%+v", q.Stores)
	}
}

// TestBlindSampleTellsNothing: whoever measures one sees no verdict.
func TestBlindSampleTellsNothing(t *testing.T) {
	s, _ := onQuality(t)
	s.AddLot(solution(func(f *LotForm) { f.Kind, f.Number, f.Target, f.Spread = quality.Proficiency, "P1", "", "" }))
	s.Wait()
	s.RunControl(RunForm{Instrument: qcOf, Solution: "P1", Value: "300", Unit: vitals.MgPerDL})
	s.Wait()
	q := s.State().Quality
	if q.Verdict != nil || len(q.Log.Samples) != 1 || len(q.Log.Runs) != 0 {
		t.Errorf("%+v, %d samples, %d runs", q.Verdict, len(q.Log.Samples), len(q.Log.Runs))
	}
}

func TestCertificatesAtTheDesk(t *testing.T) {
	s, _ := onQuality(t)
	s.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Bo", Role: staff.Operator, Badge: "BADGE-3077", PIN: "917264"})
		return err
	}, nil)
	s.Wait()
	s.Go(Route{Page: PageInstruments})
	s.Go(Route{Page: PageQuality})
	s.Wait()
	bo := s.State().Quality.Staff[1]
	form := CertificateForm{Account: string(bo.ID), Panel: vitals.BloodGlucose, Until: DayOf(opening.AddDate(1, 0, 0))}
	s.Certify(form)
	if got := s.problems(); !slices.Equal(got, []QualityField{QualityAccount}) {
		t.Errorf("without an observed test: %q", got)
	}
	form.Observed = true
	s.Certify(form)
	if got := s.problems(); got != nil || len(s.State().Quality.Certified()) != 1 {
		t.Errorf("%q", got)
	}
	form.Account = string(s.State().Who.ID)
	s.Certify(form)
	if got := s.problems(); !slices.Equal(got, []QualityField{QualityAccount}) {
		t.Errorf("oneself: %q", got)
	}
	s.Withdraw(s.State().Quality.Certified()[0])
	s.Wait()
	if n := len(s.State().Quality.Certified()); n != 0 {
		t.Errorf("%d certificates after it was taken back", n)
	}
	for text, want := range map[string]words.Key{"": words.QCMissing, "aidpost-passport:a.b.c": words.QCPassportForged} {
		s.PresentPassport(text)
		s.Wait()
		if got := s.State().Quality.Problems[QualityCode].Key; got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if _, key := refusedQuality(signing.ErrKey); key != words.QCPassportStranger {
		t.Error(key)
	}
}

// TestDriftIsShown: a meter whose results of people move is told of.
func TestDriftIsShown(t *testing.T) {
	s, _ := onQuality(t)
	random := rand.New(rand.NewPCG(5, 5))
	var results []quality.Result
	for n := range 900 {
		value := 110 + int(20*random.NormFloat64())
		if n > 600 {
			value += 12
		}
		results = append(results, quality.Result{At: opening.Add(time.Duration(n-900) * time.Hour), Value: vitals.Int(value)})
	}
	s.change(func() {
		s.results = map[records.Channel][]quality.Result{{Instrument: qcOf, Measure: vitals.Glucose}: results}
		s.listChecked()
	})
	meter, _ := s.State().Quality.Of(qcOf)
	if len(meter.Drift) != 1 || meter.Drift[0].Moved.IsZero() || meter.Drift[0].Shift() < 4 {
		t.Errorf("%+v", meter.Drift)
	}
}
