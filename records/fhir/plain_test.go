package fhir_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

// TestSingleMeasures: codes, units and categories of the panels of one value.
// LOINC and UCUM codes are those of the R4 vital-signs profiles and of LOINC 2.80.
func TestSingleMeasures(t *testing.T) {
	for _, c := range []struct {
		panel    vitals.Panel
		value    vitals.Value
		code     string
		unit     string
		category string
		specimen bool
		device   string
	}{
		{vitals.BodyWeight, value(vitals.Weight, "72.50", vitals.Kilogram), "29463-7", "kg", "vital-signs", false, "528399"},
		{vitals.BodyWeight, value(vitals.Weight, "159.8", vitals.Pound), "29463-7", "[lb_av]", "vital-signs", false, "528399"},
		{vitals.BodyTemperature, value(vitals.Temperature, "37.0", vitals.Celsius), "8310-5", "Cel", "vital-signs", false, "528392"},
		{vitals.BodyTemperature, value(vitals.Temperature, "98.6", vitals.Fahrenheit), "8310-5", "[degF]", "vital-signs", false, "528392"},
		{vitals.BloodKetone, value(vitals.Ketone, "0.6", vitals.MmolPerL), "104816-4", "mmol/L", "laboratory", true, ""},
		{vitals.UricAcid, value(vitals.Urate, "5.4", vitals.MgPerDL), "98981-4", "mg/dL", "laboratory", true, ""},
		{vitals.Cholesterol, value(vitals.TotalCholesterol, "187", vitals.MgPerDL), "35200-5", "mg/dL", "laboratory", true, ""},
		{vitals.Haematocrit, value(vitals.PackedCells, "42", vitals.Percent), "20570-8", "%", "laboratory", true, ""},
		{vitals.GlycatedHaemoglobin, value(vitals.HbA1c, "5.9", vitals.Percent), "4548-4", "%", "laboratory", true, ""},
		{vitals.Laboratory, value(vitals.HbA1c, "5.9", vitals.Percent), "4548-4", "%", "laboratory", true, ""},
	} {
		o := records.Observation{
			ID: first, Panel: c.panel, Taken: taken, State: records.Confirmed, Values: vitals.Values{c.value},
			Origin: records.Origin{Device: records.Device{Maker: "Maker", Model: "Model"}},
		}
		all, err := fhir.Observations(o, fhir.Context{Patient: second})
		if err != nil || len(all) != 1 {
			t.Errorf("%s: %d resources, %v", c.panel, len(all), err)
			continue
		}
		r := all[0]
		q := r.ValueQuantity
		if r.ID != string(first) || r.Code.Coding[0].System != "http://loinc.org" || r.Code.Coding[0].Code != c.code || r.Code.Coding[0].Display == "" {
			t.Errorf("%s: %s has code %+v", c.panel, r.ID, r.Code)
		}
		digits, err := json.Marshal(q.Value)
		if err != nil || q.Code != c.unit || q.System != "http://unitsofmeasure.org" || q.Unit == "" || string(digits) != c.value.Quantity.Value.String() {
			t.Errorf("%s: value %s %+v, %v", c.panel, digits, q, err)
		}
		if r.Category[0].Coding[0].Code != c.category || (r.Specimen != nil) != c.specimen || len(r.Performer) > 0 {
			t.Errorf("%s: category %v, specimen %v, performer %v", c.panel, r.Category, r.Specimen, r.Performer)
		}
		whole := string(encode(t, all))
		if c.device != "" && !strings.Contains(whole, c.device) {
			t.Errorf("%s: no device of type %s in %s", c.panel, c.device, whole)
		}
	}
}

// TestHeightOfAScale is a resource of its own, with an ID of its own.
func TestHeightOfAScale(t *testing.T) {
	o := records.Observation{
		ID: first, Panel: vitals.BodyWeight, Taken: taken, State: records.Confirmed,
		Values: vitals.Values{value(vitals.Weight, "72.5", vitals.Kilogram), value(vitals.Height, "178.7", vitals.Centimetre)},
	}
	all, err := fhir.Observations(o, fhir.Context{})
	if err != nil || len(all) != 2 {
		t.Fatal(len(all), err)
	}
	if h := all[1]; h.ID == all[0].ID || h.Code.Coding[0].Code != "8302-2" || h.ValueQuantity.Code != "cm" {
		t.Errorf("%+v", h)
	}
}

// TestWrongUnits are refused: a weight in mmHg is a defect of ours.
func TestWrongUnits(t *testing.T) {
	for panel, v := range map[vitals.Panel]vitals.Value{
		vitals.BodyWeight:      value(vitals.Weight, "72.5", vitals.MmHg),
		vitals.BodyTemperature: value(vitals.Temperature, "37.0", vitals.Percent),
		vitals.Cholesterol:     value(vitals.TotalCholesterol, "5.0", vitals.MmolPerL),
		vitals.UricAcid:        value(vitals.Ketone, "5.0", vitals.MmolPerL),
	} {
		o := records.Observation{Panel: panel, Taken: taken, State: records.Confirmed, Values: vitals.Values{v}}
		if _, err := fhir.Observations(o, fhir.Context{}); !errors.Is(err, fhir.ErrUnmappable) {
			t.Errorf("%s: %v", panel, err)
		}
	}
	two := records.Observation{Panel: vitals.Laboratory, Taken: taken, State: records.Confirmed, Values: vitals.Values{
		value(vitals.HbA1c, "5.9", vitals.Percent), value(vitals.Ketone, "0.6", vitals.MmolPerL),
	}}
	if _, err := fhir.Observations(two, fhir.Context{}); !errors.Is(err, fhir.ErrUnmappable) {
		t.Errorf("two values of a laboratory: %v", err)
	}
}

// TestEnteredByHand says so, says by whom, and names no instrument.
func TestEnteredByHand(t *testing.T) {
	o := pressure()
	o.Origin.EnteredBy = "Nurse Okafor"
	all, err := fhir.Observations(o, fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if len(r.Performer) != 1 || r.Performer[0].Display != "Nurse Okafor" || r.Device != nil || len(r.Contained) > 0 {
			t.Errorf("%s: performer %+v, device %+v", r.ID, r.Performer, r.Device)
		}
		if r.Method == nil || r.Method.Text != "entered by hand" {
			t.Errorf("%s: method %+v", r.ID, r.Method)
		}
		said := false
		for _, n := range r.Note {
			said = said || strings.Contains(n.Text, "entered by hand")
		}
		if !said {
			t.Errorf("%s: notes %v", r.ID, r.Note)
		}
	}
}

// TestBackEntered says that it was on paper first, that the time is in doubt, who
// measured and who typed it in.
func TestBackEntered(t *testing.T) {
	o := pressure()
	o.Origin.EnteredBy = "Nia"
	o.Flags = []vitals.Flag{vitals.BackEntered, vitals.TimeDoubt}
	all, err := fhir.Observations(o, fhir.Context{Operator: records.Clinician{Name: "Nurse Okafor"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if len(r.Performer) != 1 || r.Performer[0].Display != "Nurse Okafor" || r.Device != nil || r.Method == nil || r.Method.Text != "entered by hand" {
			t.Errorf("%s: performer %+v, device %+v, method %+v", r.ID, r.Performer, r.Device, r.Method)
		}
		notes := ""
		for _, n := range r.Note {
			notes += n.Text + "\n"
		}
		for _, want := range []string{"written on paper, and typed in later", "not sure of the time", "Typed in from paper by Nia."} {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: %q is not in %q", r.ID, want, notes)
			}
		}
	}
}

// TestVisitWithEnteredValues lists no instrument for what a person typed, and
// everything that is referred to is there.
func TestVisitWithEnteredValues(t *testing.T) {
	e := wholeVisit()
	weight := records.Observation{
		ID: "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e06", Panel: vitals.BodyWeight, Taken: taken, State: records.Confirmed,
		Values: vitals.Values{value(vitals.Weight, "72.5", vitals.Kilogram)},
		Origin: records.Origin{Device: records.Device{ID: "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f99", Model: "entered by hand"}, Driver: "manual", EnteredBy: "Nurse Okafor"},
	}
	e.Observations = append(e.Observations, weight)
	var all strings.Builder
	for _, r := range build(t, e) {
		all.Write(r.JSON)
	}
	if said := all.String(); strings.Contains(said, "6f99") || !strings.Contains(said, "29463-7") || !strings.Contains(said, "Nurse Okafor") {
		t.Errorf("%s", said)
	}
}

// TestOverrideIsTold: a server learns that quality control had locked the instrument.
func TestOverrideIsTold(t *testing.T) {
	o := saturation()
	o.Flags = []vitals.Flag{vitals.Overridden}
	all, err := fhir.Observations(o, fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if len(r.Note) == 0 || !strings.Contains(r.Note[0].Text, "Quality control had locked the instrument out") {
			t.Errorf("%s says %+v", r.ID, r.Note)
		}
	}
}
