package export

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/records/fhir"
)

// TestResourcesRememberNobody: everybody is written once, however often they came,
// a guest each time, and what an export keeps in mind does not grow with people.
func TestResourcesRememberNobody(t *testing.T) {
	var out strings.Builder
	met := map[records.ID]bool{}
	first := func(id records.ID) (bool, error) {
		before := met[id]
		met[id] = true
		return !before, nil
	}
	x := NewResources(fhir.Operator{Base: "https://clinic.example"}, func(name string) (io.Writer, error) {
		if name == "Patient" {
			return &out, nil
		}
		return io.Discard, nil
	}, first)
	kept := 0
	for i := range 60 {
		e := someVisit()
		// One cuff for all.
		for j := range e.Observations {
			e.Observations[j].Origin.Device.ID = "7b0a3f9e-8d6c-4b1e-9a55-0d3a1c6f2b11"
		}
		for range 2 {
			e.ID = records.NewID()
			if err := x.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		e.ID, e.Patient = records.NewID(), nil
		if err := x.Add(e); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			kept = len(x.shared)
		}
	}
	if lines := strings.Count(out.String(), "\n"); lines != 120 {
		t.Errorf("%d patients of 60 people and 60 guests", lines)
	}
	if kept == 0 || len(x.shared) != kept {
		t.Errorf("%d keys are kept in mind after one person, %d after 60", kept, len(x.shared))
	}
	x.first = func(records.ID) (bool, error) { return false, fmt.Errorf("no") }
	if err := x.Add(someVisit()); err == nil {
		t.Error("an error was lost")
	}
}

// TestResourcesTellConsents: what was taken back after a visit goes along with it.
func TestResourcesTellConsents(t *testing.T) {
	e := someVisit()
	e.Consents = []records.Consent{{Purpose: records.ConsentShare, Given: true, At: e.Started}}
	op := fhir.Operator{Base: "https://clinic.example", Said: func(of *records.Encounter) ([]records.LaterConsent, error) {
		return []records.LaterConsent{{Purpose: records.ConsentShare, At: of.Started.AddDate(0, 0, 1)}}, nil
	}}
	var out strings.Builder
	x := NewResources(op, func(name string) (io.Writer, error) {
		if name == "Consent" {
			return &out, nil
		}
		return io.Discard, nil
	}, func(records.ID) (bool, error) { return true, nil })
	if err := x.Add(e); err != nil {
		t.Fatal(err)
	}
	if x.Counts()["Consent"] != 1 || !strings.Contains(out.String(), `"status":"inactive"`) {
		t.Errorf("%v: %s", x.Counts(), out.String())
	}
}
