package fhir_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

var here = records.Place{Organization: "Corner Pharmacy", Location: "Counter 2", Kiosk: "kiosk-1"}

// TestPatientRoundTrip: what we say of a person is read back as it was.
func TestPatientRoundTrip(t *testing.T) {
	full := records.Patient{
		ID: personID, Given: "Ada Augusta", Family: "Lovelace", BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Sex: records.Female, Language: "en",
		Identifiers: []records.Identifier{
			{System: "card", Value: "AL 1815"}, {System: "urn:oid:1.2.36.146.595.217.0.1", Value: "12345"}, {System: records.PhoneSystem, Value: "+1 555"},
		},
	}
	named, numbered, estimated := full, full, full
	named.Identifiers, named.BirthDate, named.Sex, named.Language, named.Given = nil, records.Date{}, "", "", ""
	numbered.Given, numbered.Family = "", ""
	estimated.BirthDate, estimated.BirthEstimated = records.Date{Year: 1950, Month: 7, Day: 1}, true
	for name, p := range map[string]records.Patient{"full": full, "named": named, "numbered": numbered, "estimated": estimated} {
		r, err := fhir.PatientOf(&p, here, operator)
		if err != nil {
			t.Fatal(err)
		}
		got, err := fhir.ReadPatient(r.JSON, operator)
		if err != nil || !reflect.DeepEqual(got.Patient, p) || !got.Active || got.Remote != string(p.ID) {
			t.Errorf("%s: %s is read as %+v, %v", name, r.JSON, got, err)
		}
	}
}

// TestReadPatient: what others write, by the R4 definition of Patient.
func TestReadPatient(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want records.Patient
	}{
		"names": {`"name": [{"use": "maiden", "family": "Byron"}, {"use": "nickname", "text": "Addie"}, {"use": "official", "family": " Lovelace ", "given": ["Ada", "Augusta"]}]`,
			records.Patient{Family: "Lovelace", Given: "Ada Augusta"}},
		"a name that is over": {`"name": [{"family": "Byron", "period": {"end": "1835-07-08"}}, {"family": "King"}]`, records.Patient{Family: "King"}},
		"text alone":          {`"name": [{"text": "Ada King"}]`, records.Patient{Family: "Ada King"}},
		"a year":              {`"name": [{"text": "x"}], "birthDate": "1815"`, records.Patient{Family: "x", BirthDate: records.Date{Year: 1815, Month: 7, Day: 1}, BirthEstimated: true}},
		"a month":             {`"name": [{"text": "x"}], "birthDate": "1815-12"`, records.Patient{Family: "x", BirthDate: records.Date{Year: 1815, Month: 7, Day: 1}, BirthEstimated: true}},
		"no date":             {`"name": [{"text": "x"}], "birthDate": "soon"`, records.Patient{Family: "x"}},
		"sex and tongue": {`"name": [{"text": "x"}], "gender": "other", "communication": [{"language": {"coding": [{"code": "fr"}]}}, {"preferred": true, "language": {"coding": [{"code": "en-GB"}]}}]`,
			records.Patient{Family: "x", Sex: records.OtherSex, Language: "en-GB"}},
		"an unknown sex": {`"name": [{"text": "x"}], "gender": "zork"`, records.Patient{Family: "x"}},
		"numbers": {`"identifier": [{"use": "old", "system": "https://clinic.example/ids/card", "value": "lost"}, {"system": "https://clinic.example/ids/card", "value": "1"},
			{"system": "https://other.example/mrn", "value": "2"}, {"value": "3"}, {"system": "x"}]`,
			records.Patient{Identifiers: []records.Identifier{{System: "card", Value: "1"}, {System: "https://other.example/mrn", Value: "2"}, {System: "unnamed", Value: "3"}}}},
	} {
		got, err := fhir.ReadPatient([]byte(`{"resourceType": "Patient", "id": "p1", `+tt.text+`}`), operator)
		tt.want.ID = got.ID
		if err != nil || !reflect.DeepEqual(got.Patient, tt.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got.Patient, err, tt.want)
		}
		again, _ := fhir.ReadPatient([]byte(`{"resourceType": "Patient", "id": "p1", `+tt.text+`}`), operator)
		if got.ID == "" || again.ID != got.ID {
			t.Errorf("%s: its id is %q, then %q", name, got.ID, again.ID)
		}
	}
	got, err := fhir.ReadPatient([]byte(`{"resourceType": "Patient", "id": "77", "active": false, "meta": {"versionId": "3", "lastUpdated": "2026-03-01T09:30:00.5+01:00"},
		"identifier": [{"system": "https://clinic.example/ids/record", "value": "`+strings.ToUpper(string(personID))+`"}], "name": [{"text": "x"}],
		"link": [{"type": "replaced-by", "other": {"reference": "https://fhir.example/Patient/78"}}, {"type": "replaces", "other": {"reference": "Patient/79"}},
		{"type": "seealso", "other": {"reference": "Patient/80"}}, {"type": "replaces", "other": {"reference": "Patient/77"}}]}`), operator)
	if err != nil || got.ID != personID || got.Remote != "77" || got.Version != "3" || got.Active || !got.Updated.Equal(taken.Add(500*time.Millisecond)) ||
		!slices.Equal(got.ReplacedBy, []string{"78"}) || !slices.Equal(got.Replaces, []string{"79"}) {
		t.Errorf("%+v, %v", got, err)
	}
	guest := wholeVisit()
	guest.Patient = nil
	for _, text := range []string{
		`{"resourceType": "Patient"}`, `{"resourceType": "Observation", "id": "1"}`, `{"resourceType": "Patient", "id": "1"}`, string(build(t, guest)[2].JSON),
	} {
		if _, err := fhir.ReadPatient([]byte(text), operator); !errors.Is(err, fhir.ErrNotOurs) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzReadPatient(f *testing.F) {
	f.Add([]byte(`{"resourceType":"Patient","id":"1","name":[{"family":"x","given":["y"]}],"birthDate":"1815"}`))
	f.Add([]byte(`{"resourceType":"Patient","id":"1","identifier":[{"system":"https://clinic.example/ids/card","value":"1"}],"link":[{"type":"replaces","other":{"reference":"/"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := fhir.ReadPatient(text, operator)
		if err != nil {
			return
		}
		if p.ID == "" || p.Remote == "" || p.Given+p.Family == "" && len(p.Identifiers) == 0 {
			t.Fatalf("nobody is read of %s: %+v", text, p)
		}
		if r, err := fhir.PatientOf(&p.Patient, here, operator); err != nil || !json.Valid(r.JSON) {
			t.Fatalf("%s cannot be said again: %v", text, err)
		}
	})
}
