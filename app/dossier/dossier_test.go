package dossier_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aidpost/app/dossier"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vault"
	"aidpost/records/vitals"
)

type secret string

func (s secret) Secret(context.Context, string, vault.Slot) ([]byte, error) { return []byte(s), nil }

// hands work at once, as whoever is at the console.
type hands struct {
	a  *records.Access
	mu sync.Mutex
}

func (h *hands) Do(work func(context.Context, *records.Access) error, done func(error) bool) {
	err := work(context.Background(), h.a)
	h.mu.Lock()
	defer h.mu.Unlock()
	done(err)
}

func openStore(t testing.TB) *records.Store {
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

func rulesOf(t testing.TB) *guideline.Rules {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := set.Choose(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func person() *records.Patient {
	return &records.Patient{ID: records.NewID(), Given: "Lena", Family: "Okafor", BirthDate: records.Date{Year: 1970, Month: 3, Day: 4}}
}

// visitOf is a finished visit with one observation.
func visitOf(p *records.Patient, at time.Time, values ...vitals.Value) *records.Encounter {
	e := &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "UTC",
		Place: records.Place{Kiosk: "k"},
	}
	panel := vitals.Oximetry
	if values[0].Measure == vitals.Systolic {
		panel = vitals.BloodPressure
	}
	e.Observations = []records.Observation{{
		ID: records.NewID(), Panel: panel, Values: values, Taken: at, State: records.Confirmed,
		Origin: records.Origin{Driver: "d", Device: records.Device{Model: "M"}},
	}}
	return e
}

func value(m vitals.Measure, n int, u vitals.Unit) vitals.Value {
	return vitals.Value{Measure: m, Quantity: vitals.Of(n, u)}
}

func save(t testing.TB, s *records.Store, all ...*records.Encounter) {
	t.Helper()
	for _, e := range all {
		if err := s.Save(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func newDossier(t testing.TB, s *records.Store, p *records.Patient) *dossier.Dossier {
	t.Helper()
	d := dossier.New(dossier.Config{Patient: p.ID, Hands: &hands{a: s.Console("ben", "k")}, Rules: rulesOf(t)})
	if st := d.State(); st.Problem != nil || !st.Loaded {
		t.Fatalf("loaded %t, %v", st.Loaded, st.Problem)
	}
	return d
}

func TestVoidedStaysInSightWithItsReason(t *testing.T) {
	s, p := openStore(t), person()
	now := time.Now().UTC()
	old := visitOf(p, now.AddDate(0, 0, -9), value(vitals.SpO2, 97, vitals.Percent))
	save(t, s, old, visitOf(p, now.AddDate(0, 0, -2), value(vitals.SpO2, 95, vitals.Percent)))
	d := newDossier(t, s, p)
	if rows := d.State().Rows; len(rows) != 2 || rows[1].ID != old.Observations[0].ID {
		t.Fatalf("%d rows, the newest is not first", len(rows))
	}
	d.Void(old.Observations[0].ID, records.Correction{Reason: "wrong-person"})
	rows := d.State().Rows
	if len(rows) != 2 || rows[1].State != records.Voided || rows[1].Correction.Reason != "wrong-person" || d.State().Done != 1 {
		t.Errorf("after voiding: %+v, %v", rows, d.State().Problem)
	}
	if trend := d.State().TrendOf(vitals.SpO2, rulesOf(t), now); len(trend.Points) != 1 {
		t.Errorf("%d points in the chart, one was taken back", len(trend.Points))
	}
	d.Show(dossier.Filter{Measure: vitals.Systolic})
	if n := len(d.State().Rows); n != 0 {
		t.Errorf("%d pressures of none", n)
	}
	d.Show(dossier.Filter{Since: now.AddDate(0, 0, -5)})
	if n := len(d.State().Rows); n != 1 {
		t.Errorf("%d rows of the last days, want 1", n)
	}
}

func TestAmendingIsJudgedAnew(t *testing.T) {
	s, p := openStore(t), person()
	save(t, s, visitOf(p, time.Now().UTC().Add(-time.Hour), value(vitals.SpO2, 97, vitals.Percent)))
	d := newDossier(t, s, p)
	row := d.State().Rows[0]
	d.Amend(row, vitals.Values{value(vitals.SpO2, 87, vitals.Percent)}, nil, records.Correction{Reason: "wrong-value"})
	st := d.State()
	if st.Problem != nil || len(st.Untold) != 1 || st.Rows[0].State != records.Amended {
		t.Fatalf("amended to a critical value: %d untold, %v", len(st.Untold), st.Problem)
	}
	told := records.Telling{Observation: row.ID, To: "Dr Cole", Role: "doctor", Way: "phone", Identified: true,
		ReadBack: vitals.Values{value(vitals.SpO2, 78, vitals.Percent)}}
	d.Tell(st.Untold[0].Visit, told)
	if st := d.State(); !errors.Is(st.Problem, records.ErrReadBack) || len(st.Untold) != 1 {
		t.Errorf("another value read back: %v", st.Problem)
	}
	told.ReadBack = vitals.Values{value(vitals.SpO2, 87, vitals.Percent)}
	d.Tell(st.Untold[0].Visit, told)
	if st := d.State(); st.Problem != nil || len(st.Untold) != 0 {
		t.Errorf("read back: %v, %d untold", st.Problem, len(st.Untold))
	}
}

// The second of two who edit one person is told, sees what the first one did,
// and has lost nothing that the first one wrote.
func TestTwoEditOnePerson(t *testing.T) {
	s, p := openStore(t), person()
	save(t, s, visitOf(p, time.Now().UTC().Add(-time.Hour), value(vitals.SpO2, 97, vitals.Percent)))
	mine, theirs := newDossier(t, s, p), newDossier(t, s, p)
	mine.Remark(mine.State().Visits[0], "cold hands")
	theirs.Remark(theirs.State().Visits[0], "came by bicycle")
	st := theirs.State()
	if !errors.Is(st.Problem, records.ErrStale) || len(st.Visits[0].Remarks) != 1 {
		t.Fatalf("the second: %v, %d remarks in sight", st.Problem, len(st.Visits[0].Remarks))
	}
	theirs.Remark(st.Visits[0], "came by bicycle")
	if st := theirs.State(); st.Problem != nil || len(st.Visits[0].Remarks) != 2 {
		t.Errorf("again: %v, %d remarks", st.Problem, len(st.Visits[0].Remarks))
	}
	mine.Mark([]records.Mark{"diabetes"})
	theirs.Mark([]records.Mark{"pregnant"})
	if st := theirs.State(); !errors.Is(st.Problem, records.ErrChanged) || len(st.Patient.Marks) != 1 {
		t.Errorf("marks of two: %v, %v", st.Problem, st.Patient.Marks)
	}
}

func TestTrendPairsPressures(t *testing.T) {
	s, p := openStore(t), person()
	now := time.Now().UTC()
	for i := range 4 {
		save(t, s, visitOf(p, now.AddDate(0, 0, -i), value(vitals.Systolic, 140-i, vitals.MmHg), value(vitals.Diastolic, 90-i, vitals.MmHg)))
	}
	d := newDossier(t, s, p)
	trend := d.State().TrendOf(vitals.Systolic, rulesOf(t), now)
	if len(trend.Points) != 4 || trend.Points[0].Y != 137 || trend.Points[3].SecondY != 90 || len(trend.Bands) == 0 {
		t.Errorf("the trend is %+v", trend)
	}
	if n := len(trend.SecondBands); n == 0 || trend.SecondBands[n-1].From.Float() >= trend.Bands[len(trend.Bands)-1].From.Float() {
		t.Errorf("the lower pressure is drawn over %+v", trend.SecondBands)
	}
	latest := func() string {
		list := d.State().Latest()
		if len(list) != 1 || list[0].Measure != vitals.Systolic {
			t.Fatalf("the latest values are %+v", list)
		}
		upper, _ := list[0].Values.Get(vitals.Systolic)
		return upper.Value.String()
	}
	if got := latest(); got != "140" {
		t.Errorf("the latest pressure is %s", got)
	}
	d.Void(d.State().Latest()[0].ID, records.Correction{Reason: "wrong-person"})
	if got := latest(); got != "139" {
		t.Errorf("after the latest was taken back it is %s", got)
	}
	if d.State().First() {
		t.Error("it is the first visit of somebody with four")
	}
}

// Staff go on with a visit of the desk, never with one at a kiosk.
func TestWaitingIsNoVisitAtAKiosk(t *testing.T) {
	now := time.Now().UTC()
	open := func(operator string, observations int) *records.Encounter {
		e := visitOf(person(), now.Add(-time.Hour), value(vitals.SpO2, 97, vitals.Percent))
		e.Status, e.Operator.Name, e.Observations = records.InProgress, operator, e.Observations[:observations]
		return e
	}
	for _, test := range []struct {
		visit *records.Encounter
		want  bool
	}{{open("", 0), true}, {open("Ben", 1), true}, {open("", 1), false}} {
		s := dossier.State{Visits: []*records.Encounter{test.visit}}
		if got := s.Waiting(now.Add(-2 * time.Hour)); (got != nil) != test.want {
			t.Errorf("operator %q, %d observations: %v", test.visit.Operator.Name, len(test.visit.Observations), got != nil)
		}
		if s.Waiting(now) != nil {
			t.Error("a visit of yesterday is gone on with")
		}
	}
}

// The arm to measure is that of visits that were not cancelled.
func TestKnownArm(t *testing.T) {
	now := time.Now().UTC()
	on := func(arm vitals.Arm, status records.Status, ago time.Duration) *records.Encounter {
		return &records.Encounter{Status: status, Observations: []records.Observation{
			{Panel: vitals.BloodPressure, Arm: arm, State: records.Confirmed, Taken: now.Add(-ago)},
		}}
	}
	s := dossier.State{Visits: []*records.Encounter{
		on(vitals.LeftArm, records.Cancelled, time.Hour), on(vitals.RightArm, records.Finished, 2*time.Hour), on(vitals.LeftArm, records.Finished, 3*time.Hour),
	}}
	if got := s.KnownArm(); got != vitals.RightArm {
		t.Errorf("the %q arm", got)
	}
}

func BenchmarkFiveYears(b *testing.B) {
	s, p := openStore(b), person()
	now := time.Now().UTC()
	for i := range 260 {
		save(b, s, visitOf(p, now.AddDate(0, 0, -7*i), value(vitals.Systolic, 130+i%20, vitals.MmHg), value(vitals.Diastolic, 80+i%9, vitals.MmHg)))
	}
	h := &hands{a: s.Console("ben", "k")}
	rules := rulesOf(b)
	b.ReportAllocs()
	for b.Loop() {
		d := dossier.New(dossier.Config{Patient: p.ID, Hands: h, Rules: rules})
		if n := len(d.State().TrendOf(vitals.Systolic, rules, now).Points); n != 260 {
			b.Fatal(n, d.State().Problem)
		}
	}
}
