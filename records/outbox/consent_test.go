package outbox_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// consents are those that a server holds, by the visit that they speak of.
func (c *clinic) consents(server *standin.Server) map[string]fhir.Consent {
	c.t.Helper()
	all := map[string]fhir.Consent{}
	for key, h := range server.Held() {
		var r fhir.Consent
		if !bytes.HasPrefix([]byte(key), []byte("Consent/")) {
			continue
		}
		if err := json.Unmarshal(h.JSON, &r); err != nil {
			c.t.Fatal(err)
		}
		all[r.Provision.Data[0].Reference.Reference] = r
	}
	return all
}

// takeBack is what the person themselves says at the kiosk.
func (c *clinic) takeBack(p *records.Patient, purpose string) {
	c.t.Helper()
	said := records.LaterConsent{Purpose: purpose, Version: "1", Language: "en"}
	if _, err := c.store.Visitor("kiosk-1").Say(c.t.Context(), p.ID, said); err != nil {
		c.t.Fatal(err)
	}
}

// TestConsentIsTold: a server learns with each visit what was agreed to, and when it is
// taken back, whatever becomes of the answers, though the visits are not sent again;
// nothing of visits that it never got.
func TestConsentIsTold(t *testing.T) {
	for name, own := range map[string]bool{"our ids": false, "its own ids": true} {
		c, server := newClinic(t), &standin.Server{OwnIDs: own}
		lost, losing := 0, false
		url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
			if losing && r.Method == http.MethodPost && lost < 3 {
				lost++
				return standin.CutAfter
			}
			return standin.None
		}})
		mine, others := []*records.Encounter{c.visit(person(1)), c.visit(person(1))}, c.visit(person(2))
		for _, e := range append(mine, others) {
			c.save(e)
		}
		c.drain(url)
		for visit, r := range c.consents(server) {
			if r.Status != "active" || r.PolicyRule.Coding[0].Code != "OPTIN" {
				t.Errorf("%s: of %s it holds %+v", name, visit, r)
			}
		}
		c.now = c.now.Add(time.Hour)
		waits := c.visit(person(1))
		c.save(waits)
		c.takeBack(person(1), records.ConsentShare)
		losing = true
		for range 6 { // what was cut off is tried again
			if c.once(c.sender(url)).Stopped == "" {
				break
			}
			c.restart()
		}
		held := c.consents(server)
		if len(held) != 3 || lost != 3 {
			t.Fatalf("%s: %d consents of 3 visits, %d answers lost", name, len(held), lost)
		}
		inactive := 0
		for _, r := range held {
			if r.Status == "inactive" && len(r.Provision.Provision) == 2 && r.Provision.Provision[1].Type == "deny" {
				inactive++
			}
		}
		if inactive != 2 {
			t.Errorf("%s: %d are taken back: %+v", name, inactive, held)
		}
		writes := server.Writes()
		if r := c.once(c.sender(url)); r.Sent > 0 || server.Writes() != writes {
			t.Errorf("%s: it is told once more", name)
		}
		if r := c.checkAll(url); r.Lost+r.Changed > 0 || r.Checked != 3 {
			t.Errorf("%s: the check finds %+v", name, r)
		}
	}
}

// TestConsentOfBefore: of what was sent by a program that told no consents the server
// learns when they are taken back, too, before a check can wonder.
func TestConsentOfBefore(t *testing.T) {
	c, server := newClinic(t), &standin.Server{Kinds: []string{"Organization", "Location", "Patient", "Device", "Encounter", "Observation"}}
	url := serve(t, server)
	e := c.visit(person(1))
	c.save(e)
	c.drain(url)
	server.Kinds = nil
	if n := len(c.consents(server)); n > 0 {
		t.Fatalf("%d consents", n)
	}
	c.takeBack(person(1), records.ConsentShare)
	if r := c.checkAll(url); r.Lost+r.Changed > 0 {
		t.Errorf("the check finds %+v", r)
	}
	for _, r := range c.consents(server) {
		if r.Status != "inactive" {
			t.Errorf("it holds %+v", r)
		}
		return
	}
	t.Error("it holds no consent")
}

// TestConsentRefused: a server that keeps no consents, or refuses them, holds up no
// visit; one that is away is told later.
func TestConsentRefused(t *testing.T) {
	for name, server := range map[string]*standin.Server{
		"not kept": {Kinds: []string{"Organization", "Location", "Patient", "Device", "Encounter", "Observation"}},
		"refused": {Refuse: func(kind string, text []byte) string {
			return map[bool]string{true: "Consent.status"}[kind == "Consent" && bytes.Contains(text, []byte("inactive"))]
		}},
	} {
		c := newClinic(t)
		s := c.sender(serve(t, server))
		c.save(c.visit(person(1)))
		c.once(s)
		c.takeBack(person(1), records.ConsentShare)
		c.save(c.visit(person(2)))
		if r := c.once(s); r.Sent != 1 || r.Stopped != "" {
			t.Errorf("%s: %+v", name, r)
		}
		if name == "refused" && !bytes.Contains(c.log.Bytes(), []byte("refuses a change of a consent")) {
			t.Errorf("the log says %s", c.log.String())
		}
	}
	c, server := newClinic(t), &standin.Server{}
	away := false
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		server.ServeHTTP(w, r)
	}))
	c.save(c.visit(person(1)))
	c.drain(url)
	c.takeBack(person(1), records.ConsentKeep)
	away = true
	if r := c.once(c.sender(url)); r.Stopped == "" {
		t.Errorf("with no server: %+v", r)
	}
	away = false
	c.once(c.sender(url))
	for _, r := range c.consents(server) {
		if r.Status != "active" || len(r.Provision.Provision) != 2 || r.Provision.Provision[1].Type != "deny" {
			t.Errorf("it holds %+v", r)
		}
	}
}

// TestConsentErased: who is erased here is erased there with what they agreed to.
func TestConsentErased(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true, Cautious: true}
	url := serve(t, server)
	erasing := func(o *outbox.Config) { o.Erase = true }
	e := c.visit(person(1))
	c.save(e)
	c.drain(url)
	c.takeBack(person(1), records.ConsentShare)
	c.once(c.sender(url, erasing))
	if _, err := c.store.Erase(t.Context(), e.Patient.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	c.once(c.sender(url, erasing))
	if held := c.consents(server); len(held) > 0 {
		t.Errorf("it holds %+v", held)
	}
}
