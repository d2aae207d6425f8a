package outbox_test

import (
	"net/http"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

func withTrail(c *outbox.Config) {
	c.Audit = &records.Place{Organization: "Clinic", Location: "Room 2", Kiosk: "kiosk-1"}
}

// events returns the audit events that a server holds.
func events(server *standin.Server) (all []string) {
	for key, h := range server.Held() {
		if strings.HasPrefix(key, "AuditEvent/") {
			all = append(all, string(h.JSON))
		}
	}
	return all
}

// TestTrail: the audit trail goes to the server when the visits have, each entry
// once whatever becomes of the answers, and says nothing of whoever did not agree
// to share.
func TestTrail(t *testing.T) {
	for name, own := range map[string]bool{"our ids": false, "its own ids": true} {
		c, server := newClinic(t), &standin.Server{OwnIDs: own}
		shared, kept := c.visit(person(1)), c.visit(person(2))
		kept.Consents[0].Given = false
		c.save(shared)
		c.save(kept)
		requests, lost := 0, 0
		url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
			// After the visit: every third answer to a transaction is lost.
			if requests++; r.Method == http.MethodPost && requests > 12 && requests%3 == 0 && lost < 4 {
				lost++
				return standin.CutAfter
			}
			return standin.None
		}})
		for range 12 {
			if r := c.once(c.sender(url, withTrail)); r.Parked != 0 || r.Stopped != "" {
				t.Fatalf("%s: %+v", name, r)
			}
			if _, err := c.store.FindPatient(t.Context(), "Ada", "Lovelace1", person(1).BirthDate); err != nil {
				t.Fatal(err)
			}
			if err := c.store.Console("root", "kiosk-1").Note(t.Context(), records.Deed{Action: "patient.find", Patient: person(2).ID, Reason: "Ada"}); err != nil {
				t.Fatal(err)
			}
			c.restart()
		}
		c.once(c.sender(url, withTrail))
		c.once(c.sender(url, withTrail))
		trail, err := c.store.AuditAfter(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		got := events(server)
		if len(got) != len(trail) || len(trail) < 15 || lost == 0 {
			t.Errorf("%s: %d events of %d entries, %d answers lost", name, len(got), len(trail), lost)
		}
		named := 0
		for _, e := range got {
			if strings.Contains(e, string(person(2).ID)) || strings.Contains(e, string(kept.ID)) || strings.Contains(e, "Ada") {
				t.Errorf("%s: it tells of somebody who did not agree: %s", name, e)
			}
			if strings.Contains(e, `"reference":"Patient/`) {
				named++
			}
		}
		if named == 0 {
			t.Errorf("%s: nothing is about whom the server knows", name)
		}
		for key, h := range server.Held() {
			if strings.HasPrefix(key, "AuditEvent/") && h.Version != 1 {
				t.Errorf("%s: %s was written %d times", name, key, h.Version)
			}
		}
	}
}

// TestTrailNotWanted: without the site's wish, or at a server that keeps none,
// nothing of the trail leaves.
func TestTrailNotWanted(t *testing.T) {
	for name, server := range map[string]*standin.Server{"no wish": {}, "not kept": {Kinds: []string{
		"Organization", "Location", "Patient", "Device", "Encounter", "Observation",
	}}} {
		c := newClinic(t)
		c.save(c.visit(person(1)))
		change := withTrail
		if name == "no wish" {
			change = func(*outbox.Config) {}
		}
		if r := c.once(c.sender(serve(t, server), change)); r.Sent != 1 || r.Stopped != "" {
			t.Errorf("%s: %+v", name, r)
		}
		if n := len(events(server)); n != 0 {
			t.Errorf("%s: %d events", name, n)
		}
	}
}

// TestTrailRefused: a server that refuses an entry keeps no visit from leaving.
func TestTrailRefused(t *testing.T) {
	server := &standin.Server{Refuse: func(kind string, _ []byte) string {
		if kind == "AuditEvent" {
			return "AuditEvent.agent"
		}
		return ""
	}}
	c := newClinic(t)
	url := serve(t, server)
	for range 3 {
		c.save(c.visit(person(1)))
		if r := c.once(c.sender(url, withTrail)); r.Sent != 1 || r.Stopped != "" {
			t.Errorf("%+v", r)
		}
	}
	if !strings.Contains(c.log.String(), "AuditEvent.agent") {
		t.Errorf("the log says %s", c.log.String())
	}
}
