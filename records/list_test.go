package records

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"aidpost/records/vitals"
)

func TestEncountersNewestFirst(t *testing.T) {
	s := openTemp(t, Options{})
	r := rand.New(rand.NewPCG(3, 4))
	people := []*Patient{nil, ada(), ada()}
	var all []*Encounter
	for i := range 120 {
		e := anyEncounter(r)
		e.Patient = people[r.IntN(len(people))]
		if r.IntN(2) == 0 { // crowd some days
			e.Started = now.Add(-time.Duration(r.IntN(72*60))*time.Minute - time.Duration(i))
		}
		if !e.Ended.IsZero() {
			e.Ended = now
		}
		save(t, s, e)
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b *Encounter) int { return b.Started.Compare(a.Started) })
	for range 200 {
		f := Filter{Limit: r.IntN(30)}
		if r.IntN(2) == 0 {
			f.Since = all[r.IntN(len(all))].Started
		}
		if r.IntN(2) == 0 {
			f.Until = all[r.IntN(len(all))].Started
		}
		if p := people[r.IntN(len(people))]; p != nil {
			f.Patient = p.ID
		}
		var want, got []ID
		for _, e := range all {
			who := f.Patient == "" || e.Patient != nil && e.Patient.ID == f.Patient
			if who && !e.Started.Before(f.Since) && (f.Until.IsZero() || e.Started.Before(f.Until)) {
				want = append(want, e.ID)
			}
		}
		if f.Limit > 0 && len(want) > f.Limit {
			want = want[:f.Limit]
		}
		for sum, err := range s.Encounters(t.Context(), f) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, sum.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("filter %+v:\ngot  %v\nwant %v", f, got, want)
		}
	}
}

func TestSummary(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	e.Observations = append(e.Observations, glucose(e.Ended, 100))
	save(t, s, e)
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		want := []vitals.Panel{vitals.BloodPressure, vitals.BloodGlucose}
		if sum.ID != e.ID || sum.Revision != 1 || sum.Patient.Family != "Lovelace" || sum.Status != Finished ||
			!sum.Started.Equal(e.Started) || !sum.Ended.Equal(e.Ended) || sum.Zone != e.Zone || sum.Place != e.Place ||
			!slices.Equal(sum.Panels, want) || sum.Observations != 5 {
			t.Errorf("summary %+v", sum)
		}
	}
	for range s.Encounters(t.Context(), Filter{Patient: "nobody"}) {
		t.Error("an encounter of nobody")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Encounters(t.Context(), Filter{}) {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("after close: %v", err)
		}
	}
}

func TestListingDoesNotHoldTheStore(t *testing.T) {
	s := openTemp(t, Options{})
	for i := range 2 * readers {
		save(t, s, visit(ada(), now.Add(-time.Duration(i+1)*time.Hour)))
	}
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		for range s.Encounters(t.Context(), Filter{}) { // nested
			e, err := s.Encounter(t.Context(), sum.ID)
			if err != nil {
				t.Fatal(err)
			}
			e.Place.Location += "+"
			save(t, s, e)
			break
		}
	}
}

func TestHistory(t *testing.T) {
	s := openTemp(t, Options{})
	p := ada()
	var want []ID
	for i := range 10 {
		e := visit(p, now.Add(-time.Duration(10-i)*30*time.Hour))
		e.Observations = append(e.Observations, glucose(e.Ended, 100+i))
		counts := true
		switch i {
		case 2:
			e.Observations[3].State = Voided // what it was made of counts again
			want, counts = append(want, e.Observations[1].ID, e.Observations[2].ID), false
		case 5:
			e.Status, counts = Cancelled, false
		case 7:
			e.Observations[3].Excluded, e.Observations[1].Excluded = "repeat", "repeat"
			want, counts = append(want, e.Observations[2].ID), false
		}
		if counts {
			want = append(want, e.Observations[3].ID)
		}
		save(t, s, e)
	}
	save(t, s, visit(ada(), now.Add(-time.Hour))) // somebody else
	save(t, s, visit(nil, now.Add(-time.Hour)))
	for _, limit := range []int{0, 1, 2, 3, 5, 8, 9, 100} {
		got, err := s.History(t.Context(), p.ID, vitals.BloodPressure, limit)
		if err != nil {
			t.Fatal(err)
		}
		expect := want
		if limit > 0 && limit < len(want) {
			expect = want[len(want)-limit:]
		}
		if !slices.EqualFunc(got, expect, func(o Observation, id ID) bool { return o.ID == id && o.Capture == nil }) {
			t.Errorf("limit %d: %d readings, want %v", limit, len(got), expect)
		}
	}
	if got, err := s.History(t.Context(), p.ID, vitals.BloodGlucose, 0); err != nil || len(got) != 9 {
		t.Errorf("glucose: %d readings, %v", len(got), err)
	}
	if got, err := s.History(t.Context(), NewID(), vitals.BloodGlucose, 0); err != nil || len(got) != 0 {
		t.Errorf("nobody: %d readings, %v", len(got), err)
	}
}

func TestFindPatient(t *testing.T) {
	s := openTemp(t, Options{})
	jose := ada()
	jose.Given, jose.Family, jose.BirthDate = "José  Luis", "Núñez-Ortega", Date{1961, 4, 30}
	jose.Identifiers = []Identifier{{"card", "AB 12 c"}, {"urn:national", "77"}}
	twin1, twin2 := ada(), ada()
	twin1.Identifiers, twin2.Identifiers = []Identifier{{"card", "SAME"}}, []Identifier{{"card", "same"}}
	for _, p := range []*Patient{jose, twin1, twin2} {
		save(t, s, visit(p, now.Add(-time.Hour)))
	}
	for _, tt := range []struct {
		given, family string
		birth         Date
		want          error
	}{
		{"José Luis", "Núñez-Ortega", jose.BirthDate, nil},
		{" jose luis ", "NUNEZ-ORTEGA", jose.BirthDate, nil},
		{"Jose", "Nunez-Ortega", jose.BirthDate, ErrNotFound},
		{"José Luis", "Núñez-Ortega", Date{1961, 4, 29}, ErrNotFound},
		{"Núñez-Ortega", "José Luis", jose.BirthDate, ErrNotFound},
		{"José Luis", "", jose.BirthDate, ErrNotFound},
		{"José Luis", "Núñez-Ortega", Date{}, ErrInvalid},
		{"", " ", jose.BirthDate, ErrInvalid},
		{"Ada", "Lovelace", twin1.BirthDate, ErrSeveral},
	} {
		p, err := s.FindPatient(t.Context(), tt.given, tt.family, tt.birth)
		if !errors.Is(err, tt.want) || (p == nil) != (tt.want != nil) || p != nil && p.ID != jose.ID {
			t.Errorf("%q %q %v: %+v, %v", tt.given, tt.family, tt.birth, p, err)
		}
	}
	for _, tt := range []struct {
		id   Identifier
		want error
	}{
		{Identifier{"card", "AB 12 c"}, nil},
		{Identifier{"card", "ab12C"}, nil},
		{Identifier{"urn:national", "77"}, nil},
		{Identifier{"card", "77"}, ErrNotFound},
		{Identifier{"card", "AB12"}, ErrNotFound},
		{Identifier{"card", "Same"}, ErrSeveral},
		{Identifier{"card", " "}, ErrInvalid},
	} {
		p, err := s.PatientByIdentifier(t.Context(), tt.id)
		if !errors.Is(err, tt.want) || (p == nil) != (tt.want != nil) || p != nil && p.ID != jose.ID {
			t.Errorf("%v: %+v, %v", tt.id, p, err)
		}
	}
}

func TestOneWriterFourReaders(t *testing.T) {
	s := openTemp(t, Options{})
	p := ada()
	e := visit(p, now.Add(-time.Hour))
	e.Observations[0].Capture = e.Observations[0].Capture[:1]
	save(t, s, e)
	done := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got, err := s.Encounter(t.Context(), e.ID)
				if err != nil || len(got.Observations) != 4 || len(got.Observations[0].Capture) != got.Revision {
					t.Errorf("read %+v, %v", got, err)
					return
				}
				if _, err := s.History(t.Context(), p.ID, vitals.BloodPressure, 5); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	// Several savers take turns; each revision has as many frames as its number.
	var turn sync.Mutex
	var saving sync.WaitGroup
	for range 3 {
		saving.Go(func() {
			for range 15 {
				turn.Lock()
				now, err := s.Encounter(t.Context(), e.ID)
				if err == nil {
					now.Observations[0].Capture = frames(now.Started, now.Revision+1, 7)
					err = s.Save(t.Context(), now)
				}
				turn.Unlock()
				if err == nil {
					err = s.Save(t.Context(), visit(nil, now.Started))
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	saving.Wait()
	close(done)
	group.Wait()
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 2+90 {
		t.Errorf("audit %+v, %v", report, err)
	}
}
