package fhir_test

import (
	"reflect"
	"testing"

	"aidpost/records/fhir"
)

// TestFields: what two versions say differently, in words, and nothing of what a
// server writes on its own.
func TestFields(t *testing.T) {
	ours := `{"resourceType":"Observation","id":"1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure"}]},
		"effectiveDateTime":"2026-03-01T09:00:00Z","note":[{"text":"at rest"}],
		"component":[{"code":{"text":"Systolic","coding":[{"code":"8480-6"}]},"valueQuantity":{"value":134,"unit":"mmHg","code":"mm[Hg]"}},
			{"code":{"text":"Diastolic"},"valueQuantity":{"value":86,"code":"mm[Hg]"}}]}`
	theirs := `{"resourceType":"Observation","id":"77","meta":{"versionId":"2"},"text":{"status":"generated"},"status":"amended",
		"code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure"}]},
		"effectiveDateTime":"2026-03-01T09:00:00Z","performer":[{"reference":"Practitioner/9"}],
		"component":[{"code":{"text":"Systolic","coding":[{"code":"8480-6"}]},"valueQuantity":{"value":143,"unit":"mmHg","code":"mm[Hg]"}},
			{"code":{"text":"Diastolic"},"dataAbsentReason":{"coding":[{"system":"x","code":"unknown"}]}}]}`
	got, err := fhir.Fields([]byte(ours), []byte(theirs))
	want := []fhir.Field{
		{"Systolic", "134 mmHg", "143 mmHg"},
		{"dataAbsentReason", "", "unknown"},
		{"Diastolic", "86 mm[Hg]", ""},
		{"note", "at rest", ""},
		{"performer", "", "Practitioner/9"},
		{"status", "final", "amended"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if same, err := fhir.Fields([]byte(ours), []byte(ours)); err != nil || len(same) != 0 {
		t.Errorf("the same: %+v, %v", same, err)
	}
	if _, err := fhir.Fields([]byte(ours), []byte("{")); err == nil {
		t.Error("what is cut short is read")
	}
}
