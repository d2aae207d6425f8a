package outbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

// everyKind is a visit with each panel, a mean, an urgent value and captures.
func (c *clinic) everyKind(p *records.Patient) *records.Encounter {
	e := c.visit(p)
	first := e.Observations[0]
	first.Excluded = "averaged"
	first.Statement = &records.Statement{Grade: "A", Rest: &records.Rest{How: records.RestTimed, Seconds: 300}}
	second := first
	second.ID = records.NewID()
	mean := first
	mean.ID, mean.Excluded, mean.Capture = records.NewID(), "", nil
	mean.MeanOf, mean.Method = []records.ID{first.ID, second.ID}, "mean of the last valid readings"
	mean.Judged = []records.Judgement{{
		Subject: "blood-pressure", Band: "bp.severe", Severity: "urgent", Interpretation: "HH", Guideline: "aha-2025", Edition: "2025",
	}}
	ox := records.Observation{
		ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: first.Taken,
		Values: vitals.Values{
			{Measure: vitals.SpO2, Quantity: quantity(c.t, "98.0", vitals.Percent)},
			{Measure: vitals.Pulse, Quantity: vitals.Of(64, vitals.PerMinute)},
			{Measure: vitals.PerfusionIndex, Quantity: quantity(c.t, "4.10", vitals.Percent)},
		},
		Flags:  []vitals.Flag{vitals.LowPerfusion},
		Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+", Serial: "7"}, Driver: "contec-cms50d-plus"},
	}
	gl := records.Observation{
		ID: records.NewID(), Panel: vitals.BloodGlucose, State: records.Confirmed, Taken: first.Taken, Meal: vitals.AfterMeal,
		Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Quantity{
			Value: quantity(c.t, "33.30", vitals.MmolPerL).Value, Unit: vitals.MmolPerL, Comparator: vitals.Above,
		}}},
		Origin: records.Origin{Device: records.Device{Maker: "TaiDoc", Model: "TD-4277", Serial: "42"}, Driver: "taidoc-td4277"},
	}
	e.Observations = []records.Observation{first, second, mean, ox, gl}
	return e
}

func quantity(t testing.TB, number string, u vitals.Unit) vitals.Quantity {
	t.Helper()
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		t.Fatal(err)
	}
	return vitals.Quantity{Value: d, Unit: u}
}

// TestHapi lets one real server take whatever is sent and give back what is asked
// for.
func TestHapi(t *testing.T) {
	h := startHapi(t, quick)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *hapi)
	}{{"visits", testHapiVisits}, {"beside", testHapiBeside}, {"down", testHapiDown}, {"orders", testHapiOrders}} {
		t.Run(test.name, func(t *testing.T) {
			h.t = t
			h.empty()
			test.run(t, h)
		})
	}
	h.t = t
}

// testHapiVisits: a real server takes every kind of resource, its own validator
// finds no error in any, and a clinician finds the blood pressure.
func testHapiVisits(t *testing.T, h *hapi) {
	c := newClinic(t)
	blood := c.everyKind(person(3))
	blood.Observations = blood.Observations[4:]
	blood.Patient.Identifiers = append(blood.Patient.Identifiers, records.Identifier{System: records.PhoneSystem, Value: "+44 7700 900417"})
	es := []*records.Encounter{c.everyKind(person(1)), c.everyKind(nil), c.visit(person(2)), blood}
	for _, e := range es {
		c.save(e)
	}
	c.drain(h.base)
	h.expect(c, es)
	for _, r := range append(c.resources(es[0].ID), c.resources(blood.ID)...) {
		if why := h.invalid(r); why != "" {
			t.Errorf("%s is invalid: %s", r.Key(), why)
		}
		// A validator that finds nothing wrong here would find nothing at all.
		if bad := bytes.Replace(r.JSON, []byte(`"code":"mm[Hg]"`), []byte(`"code":"kPa"`), 1); !bytes.Equal(bad, r.JSON) {
			if why := h.invalid(fhir.Resource{Type: r.Type, ID: r.ID, JSON: bad}); why == "" {
				t.Errorf("%s is valid in kPa", r.Key())
			}
		}
	}
	if n := h.count("Observation?_summary=count&code=http://loinc.org|96607-7&subject=Patient/" + string(es[0].Patient.ID)); n != 1 {
		t.Errorf("a clinician finds %d mean pressures", n)
	}
	if n := h.count("Observation?_summary=count&component-code-value-quantity=http://loinc.org|8480-6$134"); n != 5 {
		t.Errorf("a clinician finds %d systolic pressures of 134", n)
	}
	es[2].Observations[0].Values[0].Quantity = vitals.Of(141, vitals.MmHg)
	c.save(es[2])
	blood.Observations[0].State = records.Voided // the only result: its report is in error as well
	c.save(blood)
	c.drain(h.base)
	if n := h.count("DiagnosticReport?_summary=count&status=entered-in-error"); n != 1 {
		t.Errorf("%d reports are in error, want that whose result was voided", n)
	}
	for _, r := range c.resources(blood.ID) {
		if why := h.invalid(r); why != "" {
			t.Errorf("%s of a voided result is invalid: %s", r.Key(), why)
		}
	}
	_, text := h.ask(http.MethodGet, "/Observation/"+string(es[2].Observations[0].ID), nil)
	if !bytes.Contains(text, []byte(`"versionId":"2"`)) && !bytes.Contains(text, []byte(`"versionId": "2"`)) || !bytes.Contains(text, []byte("141")) {
		t.Errorf("after the correction it holds %s", text)
	}
}

// invalid lets the server's validator judge a resource by the R4 profiles, and
// returns its first error.
func (h *hapi) invalid(r fhir.Resource) string {
	h.t.Helper()
	_, text := h.ask(http.MethodPost, "/"+r.Type+"/$validate?profile=http://hl7.org/fhir/StructureDefinition/"+profile(r), r.JSON)
	var o struct {
		ResourceType string
		Issue        []struct{ Severity, Code, Diagnostics string }
	}
	if err := json.Unmarshal(text, &o); err != nil || o.ResourceType != "OperationOutcome" {
		h.t.Fatalf("%s: %s", r.Key(), text)
	}
	for _, issue := range o.Issue {
		if issue.Severity == "error" || issue.Severity == "fatal" {
			return issue.Code + ": " + issue.Diagnostics
		}
	}
	return ""
}

// profile names the R4 profile that holds for a resource: of an observation, by
// the code that R4's vital signs profiles fix.
func profile(r fhir.Resource) string {
	for code, name := range map[string]string{"85354-9": "bp", "8867-4": "heartrate", "2708-6": "oxygensat"} {
		if bytes.Contains(r.JSON, []byte(`"code":{"coding":[{"system":"http://loinc.org","code":"`+code+`"`)) {
			return name
		}
	}
	if bytes.Contains(r.JSON, []byte(`"code":"vital-signs"`)) {
		return "vitalsigns"
	}
	return r.Type
}
