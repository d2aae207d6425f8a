package records

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records/vault"
	"aidpost/records/vitals"
)

// now is the clock of most tests.
var now = time.Date(2025, 3, 14, 9, 26, 53, 0, time.UTC)

// openTemp opens a new store in a folder of its own.
func openTemp(t testing.TB, opt Options) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "aidpost.db"), opt)
}

// testSecret is the source of the key of the tests.
type testSecret string

func (s testSecret) Secret(context.Context, string, vault.Slot) ([]byte, error) {
	return []byte(s), nil
}

// testKeys open what the tests seal.
func testKeys() *Keys {
	const secret testSecret = "of this test"
	return &Keys{
		Sources: []vault.Source{secret},
		First: func(context.Context, string) (vault.Credential, error) {
			return vault.Credential{Kind: vault.KeyFile, Label: "test", Secret: []byte(secret)}, nil
		},
	}
}

// openAt opens the store at path, sealed and by the clock of the tests unless
// told, and closes it after the test.
func openAt(t testing.TB, path string, opt Options) *Store {
	t.Helper()
	if opt.Keys == nil {
		opt.Keys = testKeys()
	}
	return openPlain(t, path, opt)
}

// openPlain is openAt with no keys but those that are given.
func openPlain(t testing.TB, path string, opt Options) *Store {
	t.Helper()
	if opt.Now == nil {
		opt.Now = func() time.Time { return now }
	}
	s, err := Open(context.Background(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func save(t testing.TB, s *Store, e *Encounter) {
	t.Helper()
	if err := s.Save(context.Background(), e); err != nil {
		t.Fatal(err)
	}
}

// ada is a patient with an identifier.
func ada() *Patient {
	return &Patient{
		ID: NewID(), Given: "Ada", Family: "Lovelace", BirthDate: Date{1815 + 100, 12, 10}, Language: "en",
		Identifiers: []Identifier{{System: "card", Value: "AL 1815"}}, Created: now.Add(-time.Hour),
	}
}

// visit is a realistic finished encounter: three blood pressures, their mean,
// and captures of 3,000 bytes in all.
func visit(p *Patient, started time.Time) *Encounter {
	e := &Encounter{
		ID: NewID(), Patient: p, Status: Finished, Started: started, Ended: started.Add(10 * time.Minute),
		Zone: "Europe/Madrid", Language: "es",
		Place: Place{Organization: "Centro de Salud Norte", Location: "Sala 2", Kiosk: "kiosk-1", Queue: "A"},
		Consents: []Consent{
			{Purpose: ConsentMeasure, Given: true, Version: "2025-01", At: started},
			{Purpose: ConsentShare, Given: true, Version: "2025-01", At: started},
		},
		Answers: []Answer{{Question: "visit.rest", Answer: "visit.rest.done", At: started.Add(time.Minute)}},
	}
	var parts []ID
	for i := range 3 {
		o := pressure(started.Add(time.Duration(i+1)*2*time.Minute), 128+i, 82+i)
		o.ID, o.Number = e.ID.Part(), i+1
		o.Capture = frames(o.Taken, 50, 20)
		if i == 0 {
			o.Excluded = "first-of-series"
		} else {
			parts = append(parts, o.ID)
		}
		e.Observations = append(e.Observations, o)
	}
	mean := pressure(started.Add(7*time.Minute), 130, 84)
	mean.ID, mean.MeanOf, mean.Method = e.ID.Part(), parts, "mean of 2 of 3 readings"
	e.Observations = append(e.Observations, mean)
	return e
}

func pressure(taken time.Time, sys, dia int) Observation {
	return Observation{
		ID: NewID(), Panel: vitals.BloodPressure, State: Confirmed, Taken: taken,
		Values: vitals.Values{
			{Measure: vitals.Systolic, Quantity: vitals.Of(sys, vitals.MmHg)},
			{Measure: vitals.Diastolic, Quantity: vitals.Of(dia, vitals.MmHg)},
			{Measure: vitals.Pulse, Quantity: vitals.Of(72, vitals.PerMinute)},
		},
		Judged: []Judgement{{
			Subject: "blood-pressure", Band: "bp.stage1", Severity: "watch", Interpretation: "H", Tier: 2,
			Guideline: "acc-aha-2017", Edition: "2017", Source: "Whelton PK et al. J Am Coll Cardiol 2018;71:e127-e248",
		}},
		Origin: Origin{
			Device: Device{Maker: "SunTech Medical", Model: "Advantage", Serial: "A-1001", Firmware: "3.0.1", Adapter: "FT0001"},
			Driver: "suntech-advantage", DriverVersion: "1",
		},
	}
}

// glucose is a result out of a meter's memory.
func glucose(taken time.Time, mgdl int) Observation {
	return Observation{
		ID: NewID(), Panel: vitals.BloodGlucose, State: Confirmed, Taken: taken, Meal: vitals.Fasting,
		Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}},
		Flags:  []vitals.Flag{vitals.ClockDoubt},
		Origin: Origin{
			Device: Device{Maker: "LifeScan", Model: "OneTouch Ultra2", Serial: "VDH74F2CY"}, Driver: "lifescan-ultra2",
			DriverVersion: "1", InstrumentAt: taken.Add(-time.Hour).Truncate(time.Second), Drift: -3600, Record: "0",
		},
	}
}

// unique is a result like glucose that was never there before: no two visits
// may save the same.
func unique(taken time.Time, mgdl int) Observation {
	o := glucose(taken, mgdl)
	o.Origin.InstrumentAt, o.Origin.Record = time.Time{}, string(NewID())
	return o
}

func frames(at time.Time, n, size int) []WireFrame {
	out := make([]WireFrame, n)
	for i := range out {
		out[i] = WireFrame{At: at.Add(time.Duration(i) * 16 * time.Millisecond), Sent: i%5 == 0, Bytes: make([]byte, size)}
		for j := range out[i].Bytes {
			out[i].Bytes[j] = byte(i*31 + j)
		}
	}
	return out
}

// anyEncounter makes a random encounter that Save must take and give back.
func anyEncounter(r *rand.Rand) *Encounter {
	started := now.Add(-time.Duration(r.Int64N(int64(400 * 24 * time.Hour))))
	e := &Encounter{ID: NewID(), Started: started, Zone: "UTC", Status: []Status{InProgress, Finished, Cancelled}[r.IntN(3)]}
	if e.Status != InProgress {
		e.Ended = started.Add(time.Duration(r.Int64N(int64(time.Hour))))
	}
	if e.Ended.After(now) {
		e.Ended = now
	}
	if r.IntN(3) > 0 {
		e.Patient = &Patient{ID: NewID(), Given: anyText(r), Family: "Ü" + anyText(r), BirthDate: Date{1900 + r.IntN(120), 1 + r.IntN(12), 1 + r.IntN(28)}, Created: started}
		for range r.IntN(3) {
			e.Patient.Identifiers = append(e.Patient.Identifiers, Identifier{System: "card", Value: fmt.Sprint("c", r.IntN(1e9))})
		}
	}
	for range r.IntN(3) {
		e.Consents = append(e.Consents, Consent{Purpose: ConsentShare, Given: r.IntN(2) == 0, At: started})
	}
	for range r.IntN(4) {
		e.Answers = append(e.Answers, Answer{Question: "q" + anyText(r), Answer: anyText(r), At: started})
	}
	for range r.IntN(6) {
		o := pressure(started, 100+r.IntN(100), 40+r.IntN(40))
		if r.IntN(2) == 0 {
			o = glucose(started, 20+r.IntN(500))
			o.Values[0].Quantity.Comparator = []vitals.Comparator{vitals.Exactly, vitals.Above, vitals.Below}[r.IntN(3)]
		}
		o.Origin.Device.Serial = fmt.Sprint("S", r.IntN(5))
		o.Method, o.State = anyText(r), []ObservationState{Confirmed, Amended, Voided}[r.IntN(3)]
		for i := range r.IntN(5) {
			bytes := make([]byte, 1+r.IntN(40))
			for j := range bytes {
				bytes[j] = byte(r.Uint32())
			}
			o.Capture = append(o.Capture, WireFrame{At: started.Add(time.Duration(i) * time.Second), Sent: r.IntN(2) == 0, Bytes: bytes})
		}
		e.Observations = append(e.Observations, o)
	}
	return e
}

// anyText makes text of several scripts that needs no cleaning.
func anyText(r *rand.Rand) string {
	letters := []rune("abcXYZ'-éñçßşłאבمرحबा中日😀\"\\<&>")
	out := []rune{'x'}
	for range r.IntN(12) {
		out = append(out, letters[r.IntN(len(letters))])
	}
	return string(out)
}
