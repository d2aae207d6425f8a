package outbox_test

import (
	"testing"

	"aidpost/records/outbox"
)

// TestNothingGoesInTheClear: a server is reached by https, or is this machine.
func TestNothingGoesInTheClear(t *testing.T) {
	c := newClinic(t)
	for url, ok := range map[string]bool{
		"https://fhir.example.org/r4": true, "http://127.0.0.1:8080/fhir": true, "http://localhost/fhir": true,
		"http://fhir.example.org/r4": false, "http://10.0.0.7/fhir": false, "ftp://fhir.example.org": false, "fhir.example.org": false,
	} {
		if _, err := outbox.New(c.store, outbox.Config{URL: url, Operator: operator}); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
}
