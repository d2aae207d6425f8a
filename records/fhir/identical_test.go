package fhir

import (
	"encoding/json"
	"testing"
)

// TestIdentical: what is the same by its bytes is told without taking it apart, and
// whatever differs, or cannot be told so, is not.
func TestIdentical(t *testing.T) {
	const sent = `{"resourceType":"Observation","id":"a","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0}`
	for held, want := range map[string]bool{
		sent: true,
		` { "resourceType" : "Observation","id":"7","meta":{"versionId":"3","tag":[]},"text":{"div":"}"},"status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0 } `: true,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0}`:                                                                     true,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98}`:                                                                       false,
		`{"resourceType":"Observation","note":[{"text":"a \"},{ b\\"}],"status":"final","value":98.0}`:                                                                     false, // in another order: to be taken apart
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0,"issued":"x"}`:                                                        false,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0,"status":"entered-in-error"}`:                                         false,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}]}`:                                                                                  false,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0`:                                                                      false, // cut
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b\\"}],"value":98.0}x`:                                                                    false,
		`{"resourceType":"Observation","status":"final","note":[{"text":"a \"},{ b"`:                                                                                       false,
		``:     false,
		`null`: false,
	} {
		if got := identical([]byte(sent), []byte(held)); got != want {
			t.Errorf("%s: %v", held, got)
		}
	}
	const tagged = `{"resourceType":"Provenance","meta":{"tag":[{"code":"x"}]}}`
	if identical([]byte(tagged), []byte(`{"resourceType":"Provenance"}`)) {
		t.Error("a tag that is gone is not missed")
	}
}

// FuzzIdentical: what counts as the same by its bytes is the same when taken apart.
func FuzzIdentical(f *testing.F) {
	f.Add([]byte(`{"a":1,"id":"x","b":[{"c":"}"}]}`), []byte(`{"id":"y","meta":{},"a":1,"b":[{"c":"}"}]}`))
	f.Add([]byte(`{"a":"\\","b":2}`), []byte(`{"a":"\\","b":2,"b":3}`))
	f.Add([]byte(`{"a":1,"a":2}`), []byte(`{"a":1,"a":2}`))
	f.Fuzz(func(t *testing.T, sent, held []byte) {
		if !json.Valid(sent) || !json.Valid(held) || !identical(sent, held) {
			return
		}
		same, err := compare(sent, held, func(a, b json.Number) bool { return a == b })
		if err != nil || !same {
			t.Errorf("%s and %s: %v, %v", sent, held, same, err)
		}
	})
}
