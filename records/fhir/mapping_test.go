package fhir_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

// one returns the only resource of a kind, read into R.
func one[R any](t *testing.T, all []fhir.Resource, kind string) (out R) {
	t.Helper()
	n := 0
	for _, r := range all {
		if r.Type != kind {
			continue
		}
		n++
		if err := json.Unmarshal(r.JSON, &out); err != nil {
			t.Fatal(err)
		}
	}
	if n != 1 {
		t.Fatalf("%d of %s", n, kind)
	}
	return out
}

// TestPhoneIsNoRecordNumber: a phone number, which a household may share, is where
// somebody is reached and not who they are; from others it is read as such, as far as
// it is in use.
func TestPhoneIsNoRecordNumber(t *testing.T) {
	e := wholeVisit()
	e.Patient.Identifiers = append(e.Patient.Identifiers, records.Identifier{System: records.PhoneSystem, Value: "+44 7700 900417"})
	p := one[fhir.Patient](t, build(t, e), "Patient")
	if len(p.Telecom) != 1 || p.Telecom[0] != (fhir.ContactPoint{System: "phone", Value: "+44 7700 900417"}) {
		t.Errorf("telecom %+v", p.Telecom)
	}
	if slices.ContainsFunc(p.Identifier, func(i fhir.Identifier) bool { return strings.Contains(i.Value, "900417") }) {
		t.Errorf("identifiers %+v", p.Identifier)
	}
	const theirs = `{"resourceType":"Patient","id":"1","name":[{"text":"x"}],
		"identifier":[{"system":"https://clinic.example/ids/phone","value":"1"}],
		"telecom":[{"system":"phone","value":" 1 "},{"system":"phone","value":"2"},{"system":"phone","value":"3","use":"old"},
			{"system":"phone","value":"4","period":{"end":"2020-01-01"}},{"system":"email","value":"a@b.example"},{"system":"phone"}]}`
	got, err := fhir.ReadPatient([]byte(theirs), operator)
	want := []records.Identifier{{System: records.PhoneSystem, Value: "1"}, {System: records.PhoneSystem, Value: "2"}}
	if err != nil || !slices.Equal(got.Identifiers, want) {
		t.Errorf("read %+v, %v", got.Identifiers, err)
	}
}

// TestWhoMeasured: a visit says whether staff measured, and so does what it is the
// work of; a server that keeps no staff is told the name alone.
func TestWhoMeasured(t *testing.T) {
	alone, attended, orphan := wholeVisit(), wholeVisit(), wholeVisit()
	attended.Operator = records.Clinician{ID: nurseID, Name: "N. Okafor"}
	orphan.Orphan = &records.Orphan{}
	byName := operator
	byName.ByName = true
	for name, tt := range map[string]struct {
		e      *records.Encounter
		op     fhir.Operator
		kind   string
		author string
	}{
		"a person alone": {alone, operator, "Self-service vital signs check", "Patient/" + string(personID)},
		"staff":          {attended, operator, "Vital signs check by staff", "Practitioner/" + string(nurseID)},
		"staff by name":  {attended, byName, "Vital signs check by staff", "N. Okafor"},
		"nobody":         {orphan, operator, "Self-service vital signs check", ""},
	} {
		all, err := fhir.Visit(tt.e, nil, tt.op)
		if err != nil {
			t.Fatal(err)
		}
		if got := one[fhir.Encounter](t, all, "Encounter").Type[0].Text; got != tt.kind {
			t.Errorf("%s: %s", name, got)
		}
		author := ""
		for _, a := range one[fhir.Provenance](t, all, "Provenance").Agent {
			if a.Type.Coding[0].Code == "author" {
				author += a.Who.Reference
				if a.Who.Reference == "" {
					author += a.Who.Display
				}
			}
		}
		if author != tt.author {
			t.Errorf("%s: the work of %q, want %q", name, author, tt.author)
		}
	}
}

// TestReportOfWhatItHolds: blood alone is a laboratory's report (LOINC 11502-2, v2-0074
// LAB); one whose results were all voided says that it should not be there.
func TestReportOfWhatItHolds(t *testing.T) {
	blood, voided := wholeVisit(), wholeVisit()
	blood.Observations = blood.Observations[4:]
	voided.Revision = 2
	for i := range voided.Observations {
		voided.Observations[i].State = records.Voided
	}
	for name, tt := range map[string]struct {
		all            []fhir.Resource
		status, is, by string
		results        int
	}{
		"all":          {build(t, wholeVisit()), "final", "85353-1", "OTH", 3},
		"blood":        {build(t, blood), "final", "11502-2", "LAB", 1},
		"voided":       {build(t, voided, wholeVisit()), "entered-in-error", "85353-1", "OTH", 0},
		"blood voided": {build(t, voided, blood), "entered-in-error", "11502-2", "LAB", 0},
	} {
		r := one[fhir.DiagnosticReport](t, tt.all, "DiagnosticReport")
		if r.Status != tt.status || r.Code.Coding[0].Code != tt.is || r.Category[0].Coding[0].Code != tt.by || len(r.Result) != tt.results {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, r := range build(t, voided) {
		if r.Type == "DiagnosticReport" {
			t.Error("a visit that never had a result has a report")
		}
	}
}

// TestDeviceStaysTheSame: an instrument is what its model is for, and no other whenever
// it has given something else.
func TestDeviceStaysTheSame(t *testing.T) {
	op := operator
	op.Kind = func(driver string) (vitals.Panel, bool) { return vitals.BloodGlucose, driver == "both" }
	said := map[string]string{}
	for _, driver := range []string{"both", "unknown"} {
		for _, panel := range []vitals.Panel{vitals.BloodGlucose, vitals.BloodKetone} {
			o := glucose("5.60", vitals.MmolPerL, "")
			if o.Panel = panel; panel == vitals.BloodKetone {
				o.Values = vitals.Values{value(vitals.Ketone, "0.6", vitals.MmolPerL)}
			}
			o.ID, o.Origin.Driver, o.Origin.Device.ID = second, driver, meterID
			e := wholeVisit()
			e.Observations = []records.Observation{o}
			all, err := fhir.Visit(e, nil, op)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				if r.Key() == "Device/"+string(meterID) {
					said[driver+" "+string(panel)] = string(r.JSON)
				}
			}
		}
	}
	const meter = "528401"
	if both := said["both blood-glucose"]; both == "" || both != said["both blood-ketone"] || !strings.Contains(both, meter) {
		t.Errorf("%v", said)
	}
	if strings.Contains(said["unknown blood-ketone"], meter) {
		t.Error("a meter of an unknown model that gave ketone is said to be for glucose")
	}
}

// TestSituation: R4's own extensions say through which machine a value came, and that
// the person sat, where a rest is on record (SNOMED CT 33586001).
func TestSituation(t *testing.T) {
	e := wholeVisit()
	e.Observations[0].Statement = &records.Statement{Grade: "A", Rest: &records.Rest{Seconds: 300}}
	e.Observations[3].Statement = &records.Statement{Grade: "A", Rest: &records.Rest{Seconds: 300}} // of an oximeter
	e.Observations[4].Origin.EnteredBy = "Nia"
	got := map[string]string{}
	for _, r := range build(t, e) {
		if r.Type != "Observation" {
			continue
		}
		var o struct {
			ID        string
			Extension []fhir.Extension
		}
		if err := json.Unmarshal(r.JSON, &o); err != nil {
			t.Fatal(err)
		}
		for _, x := range o.Extension {
			switch x.URL {
			case "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice":
				got[o.ID] += "through " + x.ValueReference.Reference
			case "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition":
				got[o.ID] += ", " + x.ValueCodeableConcept.Coding[0].System + "|" + x.ValueCodeableConcept.Coding[0].Code
			}
		}
	}
	kiosk := "through Device/" + string(operator.KioskID(e.Place))
	for i, want := range []string{kiosk + ", http://snomed.info/sct|33586001", kiosk, kiosk, kiosk, ""} {
		if said := got[string(e.Observations[i].ID)]; said != want {
			t.Errorf("observation %d: %q, want %q", i, said, want)
		}
	}
}

// TestProvenanceOfAll: it is of all that a visit alone brings and, for a server that
// does not keep some of it, of the rest.
func TestProvenanceOfAll(t *testing.T) {
	own := []string{"Encounter", "Observation", "DocumentReference", "DiagnosticReport", "Communication"}
	all := around(t, besideVisit(), knowing())
	for _, leave := range [][]string{nil, {"DiagnosticReport", "Communication", "Binary"}} {
		kept, err := fhir.Without(all, leave)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, r := range kept {
			if slices.Contains(leave, r.Type) {
				t.Errorf("%s is there", r.Key())
			}
			if slices.Contains(own, r.Type) {
				want = append(want, r.Key())
			}
		}
		var got []string
		for _, to := range one[fhir.Provenance](t, kept, "Provenance").Target {
			got = append(got, to.Reference)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) || len(got) < len(own)-len(leave) {
			t.Errorf("without %v it is of %v, want %v", leave, got, fmt.Sprint(want))
		}
	}
	none, err := fhir.Without(all, []string{"Provenance"})
	if err != nil || len(none) != len(all)-1 {
		t.Errorf("%d of %d, %v", len(none), len(all), err)
	}
}
