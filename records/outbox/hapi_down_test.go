package outbox_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/downsync"
	"aidpost/records/fhir"
)

// testHapiDown: a second kiosk takes over from a real server whom the first has
// registered, what was changed there and who was deleted; page by page, and only
// what is new.
func testHapiDown(t *testing.T, h *hapi) {
	a, b := newClinic(t), newClinic(t)
	const many = 130 // more than a page
	for i := range many {
		a.save(a.visit(person(i)))
	}
	a.save(a.visit(nil)) // a guest is nobody
	a.drain(h.base)
	pull := func() downsync.Report {
		t.Helper()
		p := downsync.New(b.store, downsync.Config{
			Source: b.sender(h.base), URL: h.base, Operator: operator, Place: records.Place{Organization: "Clinic", Location: "2", Kiosk: "b"},
			Overlap: time.Millisecond,
		})
		r, err := p.Once(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := pull(); r.New != many || r.Apart != 0 {
		t.Fatalf("%+v", r)
	}
	for i := range many {
		if p, err := b.store.PatientByIdentifier(t.Context(), person(i).Identifiers[0]); err != nil || p.ID != person(i).ID || p.Family != person(i).Family {
			t.Fatalf("%d: %+v, %v", i, p, err)
		}
	}
	if r := pull(); r.New+r.Changed != 0 || r.Read > 40 { // those of the last transaction have one time
		t.Errorf("again: %+v", r)
	}
	at := "/Patient/" + string(person(1).ID)
	_, text := h.ask(http.MethodGet, at, nil)
	if status, answer := h.ask(http.MethodPut, at, bytes.Replace(text, []byte("Lovelace1"), []byte("Byron"), 1)); status != http.StatusOK {
		t.Fatalf("%d: %s", status, answer)
	}
	// Somebody who never had a visit anywhere.
	late, err := fhir.PatientOf(person(many), records.Place{Organization: "Clinic"}, operator)
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := h.ask(http.MethodPut, "/"+late.Key(), late.JSON); status != http.StatusCreated {
		t.Fatalf("%d: %s", status, answer)
	}
	if r := pull(); r.New != 1 || r.Changed != 1 {
		t.Errorf("changed: %+v", r)
	}
	if status, answer := h.ask(http.MethodDelete, "/"+late.Key(), nil); status != http.StatusOK {
		t.Fatalf("%d: %s", status, answer)
	}
	if r := pull(); r.Dropped != 1 {
		t.Errorf("deleted: %+v", r)
	}
}
