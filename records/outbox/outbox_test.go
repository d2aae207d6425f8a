package outbox_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

func TestDelivers(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	a, b, guest := c.visit(person(1)), c.visit(person(1)), c.visit(nil)
	for _, e := range []*records.Encounter{a, b, guest} {
		c.save(e)
	}
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 3 || r.Stopped != "" || r.Parked != 0 {
		t.Fatalf("%+v", r)
	}
	c.expect(server, a, b, guest)
	if stats := c.stats(); stats.Done != 3 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
	writes := server.Writes()
	if r := c.once(s); r != (outbox.Report{}) || server.Writes() != writes {
		t.Errorf("again: %+v, %d writes", r, server.Writes()-writes)
	}
	// A correction changes what it corrects and nothing else.
	a.Observations[0].Values[0].Quantity = vitals.Of(135, vitals.MmHg)
	a.Observations[0].State = records.Amended
	c.save(a)
	if r := c.once(s); r.Sent != 1 {
		t.Fatalf("correction: %+v", r)
	}
	c.expect(server, a, b, guest)
	if n := server.Writes() - writes; n != 4 { // pressure and pulse, now amended, report and provenance
		t.Errorf("the correction wrote %d resources", n)
	}
}

// TestConsentGoverns: nothing of a visit that the person did not agree to share
// reaches the server, and a withdrawal stops what has not left.
func TestConsentGoverns(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	refused, withdrawn := c.visit(person(1)), c.visit(person(2))
	refused.Consents[0].Given = false
	c.save(refused)
	c.save(withdrawn)
	withdrawn.Consents = append(withdrawn.Consents, records.Consent{Purpose: records.ConsentShare, Version: "1", At: c.now})
	c.save(withdrawn)
	if r := c.once(c.sender(serve(t, server))); r.Sent != 0 || len(server.Held()) != 0 {
		t.Errorf("%+v, the server holds %d resources", r, len(server.Held()))
	}
	if stats := c.stats(); stats.Held != 3 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestLeavesOpenVisits alone until they are finished, or older than any visit.
func TestLeavesOpenVisits(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	e := c.visit(person(1))
	e.Status, e.Ended = records.InProgress, time.Time{}
	c.save(e)
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 0 {
		t.Errorf("sent while open: %+v", r)
	}
	c.now = c.now.Add(2 * time.Hour)
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("cut short and not sent: %+v", r)
	}
}

// TestOneDoesNotBlockOthers: a visit that the server refuses is parked with the
// reason in words, without what the server quoted of the person.
func TestOneDoesNotBlockOthers(t *testing.T) {
	c := newClinic(t)
	bad := c.visit(person(7))
	server := &standin.Server{Refuse: func(kind string, resource []byte) string {
		if bytes.Contains(resource, []byte(bad.ID)) && kind == "Encounter" {
			return "Encounter.period"
		}
		return ""
	}}
	var good []*records.Encounter
	for i := range 30 {
		if i == 17 {
			c.save(bad)
		}
		e := c.visit(person(i % 5))
		c.save(e)
		good = append(good, e)
	}
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 30 || r.Parked != 1 {
		t.Fatalf("%+v", r)
	}
	c.expect(server, good...)
	parked, err := c.store.ParkedOutbox(t.Context(), 10)
	if err != nil || len(parked) != 1 || parked[0].Encounter != bad.ID {
		t.Fatalf("%+v, %v", parked, err)
	}
	if why := parked[0].Why; !strings.Contains(why, "422") || !strings.Contains(why, "Encounter.period") ||
		!strings.Contains(why, "HAPI-0450") || strings.Contains(why, "Lovelace") {
		t.Errorf("parked because %q", why)
	}
	server.Refuse = nil
	if n, err := outbox.Retry(t.Context(), c.store); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("after the repair: %+v", r)
	}
	c.expect(server, append(good, bad)...)
}

// TestEveryFault: after any one of them, at any request, both sides are equal
// in the end, and nothing was called sent before it was there.
func TestEveryFault(t *testing.T) {
	for _, fault := range standin.Faults() {
		for at := range 4 {
			t.Run(fmt.Sprint(fault, "-", at), func(t *testing.T) {
				c, server := newClinic(t), &standin.Server{}
				n := -1
				url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
					if n++; n == at {
						return fault
					}
					return standin.None
				}})
				es := []*records.Encounter{c.visit(person(1)), c.visit(nil)}
				for _, e := range es {
					c.save(e)
				}
				c.drain(url)
				c.expect(server, es...)
			})
		}
	}
}

// TestExactlyOnce: visits, corrections and restarts on a wire that misbehaves
// in every way, at random; in the end the server holds each exactly once, and
// nothing that arrives later changes that. A server that cannot be told to
// create only may be undone by what is late, until it is checked.
func TestExactlyOnce(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r, mishaps := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
			c, server := newClinic(t), &standin.Server{
				MaxEntries: []int{0, 25, 9}[seed%3], NoneMatch: seed%2 == 0, VersionZero: seed == 1 || seed == 3,
			}
			all := standin.Faults()
			calm := false
			wire := &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
				if !calm && mishaps.IntN(3) == 0 {
					return all[mishaps.IntN(len(all))]
				}
				return standin.None
			}}
			url := serve(t, wire)
			var es []*records.Encounter
			for i := range 60 {
				switch {
				case i%7 == 6:
					e := es[r.IntN(len(es))]
					e.Observations[0].Values[0].Quantity = vitals.Of(100+r.IntN(80), vitals.MmHg)
					c.save(e)
				default:
					e := c.visit([]*records.Patient{nil, person(r.IntN(4))}[r.IntN(2)])
					c.save(e)
					es = append(es, e)
				}
				if i%5 == 0 {
					c.once(c.sender(url))
					c.now = c.now.Add(time.Minute)
				}
				if i%20 == 0 {
					c.restart()
				}
			}
			c.drain(url)
			wire.Flush()
			if calm = true; !server.NoneMatch && !server.VersionZero {
				c.checkAll(url)
			}
			c.expect(server, es...)
		})
	}
}

// TestServerOfOwnIDs: one that makes its own ids holds the same, found by what
// Aidpost named it.
func TestServerOfOwnIDs(t *testing.T) {
	c, server := newClinic(t), &standin.Server{OwnIDs: true, MaxEntries: 8}
	cut := 0
	url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
		if cut++; cut%5 == 0 {
			return standin.CutAfter
		}
		return standin.None
	}})
	a, b := c.visit(person(1)), c.visit(person(1))
	c.save(a)
	c.save(b)
	c.drain(url)
	a.Observations[0].Values[0].Quantity = vitals.Of(140, vitals.MmHg)
	c.save(a)
	c.drain(url)
	kinds := map[string]int{}
	for key := range server.Held() {
		kind, _, _ := strings.Cut(key, "/")
		kinds[kind]++
	}
	want := map[string]int{
		"Organization": 1, "Location": 1, "Patient": 1, "Consent": 2, "Device": 2, "Encounter": 2, "Observation": 4, "DiagnosticReport": 2, "Provenance": 3,
	}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("the server holds %v, want %v", kinds, want)
	}
	found := false
	for _, h := range server.Held() {
		found = found || bytes.Contains(h.JSON, []byte(`"value":140,`))
	}
	if !found {
		t.Error("the correction is not there")
	}
}

// TestSilentServer: one that does not say which ids it takes is tried out, and
// nothing is left of that.
func TestSilentServer(t *testing.T) {
	for _, own := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{Silent: true, OwnIDs: own}
		e := c.visit(person(1))
		c.save(e)
		c.drain(serve(t, server))
		_, ours := server.Held()["Encounter/"+string(e.ID)]
		if ours == own {
			t.Errorf("own ids %v: the server holds %v", own, slices.Collect(maps.Keys(server.Held())))
		}
		for key := range server.Held() {
			if strings.HasPrefix(key, "Basic/") {
				t.Errorf("%s is left", key)
			}
		}
	}
}

// TestWithheld: a visit that must not leave is parked with the reason before
// anything of it is sent, and the others go.
func TestWithheld(t *testing.T) {
	c := newClinic(t)
	kept, sent := c.visit(person(1)), c.visit(person(2))
	c.save(kept)
	c.save(sent)
	server := &standin.Server{}
	s := c.sender(serve(t, server), func(config *outbox.Config) {
		config.Withhold = func(e *records.Encounter) string {
			if e.ID == kept.ID {
				return "the instruments were simulated"
			}
			return ""
		}
	})
	if r := c.once(s); r.Sent != 1 || r.Parked != 1 {
		t.Errorf("%+v", r)
	}
	c.expect(server, sent)
	parked, err := c.store.ParkedOutbox(t.Context(), 10)
	if err != nil || len(parked) != 1 || parked[0].Encounter != kept.ID || parked[0].Why != "the instruments were simulated" {
		t.Errorf("%+v, %v", parked, err)
	}
}
