package outbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
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

// testHapiOrders: what an operator asks is read from a real server as it changes,
// and is over when it is withdrawn, deleted or made out to somebody else.
func testHapiOrders(t *testing.T, h *hapi) {
	expectOrders(t, h.base, func(id string, library map[string]any) {
		library["id"] = id
		method, text := http.MethodPut, mustJSON(t, library)
		if library["content"] == nil {
			method, text = http.MethodDelete, nil
		}
		if status, answer := h.ask(method, "/Library/"+id, text); status != http.StatusOK && status != http.StatusCreated {
			t.Fatalf("%d: %s", status, answer)
		}
	})
}

// expectOrders changes orders on a server in every way and expects a kiosk to
// follow. Write keeps a Library on the server by a name that is the test's own;
// without content it deletes it.
func expectOrders(t *testing.T, base string, write func(name string, library map[string]any)) {
	t.Helper()
	c := newClinic(t)
	place := records.Place{Organization: "Clinic", Location: "2", Kiosk: "b"}
	expect := func(when string, refused ...string) {
		t.Helper()
		p := downsync.New(c.store, downsync.Config{
			Source: c.sender(base), URL: base, Operator: operator, Place: place, Overlap: time.Millisecond,
		})
		if got, err := p.Orders(t.Context()); err != nil || !slices.Equal(got.Refuse, refused) {
			t.Errorf("%s: %+v, %v; want %v", when, got, err, refused)
		}
	}
	order := func(name, kiosk, status, refused string) {
		t.Helper()
		write(name, map[string]any{
			"resourceType": "Library", "status": status, "type": map[string]any{"text": "orders"},
			"identifier": []any{map[string]any{"system": operator.Base + "/ids/orders", "value": kiosk}},
			"content": []any{map[string]any{
				"contentType": "application/json", "data": []byte(`{"refuse": ["` + refused + `"]}`),
			}},
		})
	}
	mine := string(operator.KioskID(place))
	expect("nothing")
	order("everybody", downsync.AllKiosks, "active", "a")
	order("mine", mine, "active", "b")
	order("other", "another", "active", "c")
	expect("first", "a", "b")
	expect("again", "a", "b")
	order("mine", mine, "active", "d")
	expect("changed", "a", "d")
	order("everybody", "another", "active", "a")
	expect("for another by now", "d")
	order("everybody", downsync.AllKiosks, "active", "e")
	write("mine", map[string]any{"resourceType": "Library"})
	expect("deleted", "e")
	order("everybody", downsync.AllKiosks, "retired", "e")
	expect("retired")
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
