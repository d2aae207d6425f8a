package outbox_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// A lie is how a server deceives about a visit, and how it is found out.
type lie struct {
	name string
	// fault is what it does with each transaction, and drops what LieSome leaves out.
	fault standin.Fault
	drops string
	// alter is what it keeps in place of a resource.
	alter func([]byte) []byte
	// later is what it does once the visit has counted as sent.
	later func(server *standin.Server, e *records.Encounter)
	// byCheck says that it may be the daily check that finds it.
	byCheck bool
	// why is what the visit's log says then.
	why string
}

// theLies are the eight ways. A visit never counts as sent while a server that says
// so at once holds something else; what it does later is found when it is asked
// again.
var theLies = []lie{
	{name: "1 says done and keeps nothing", fault: standin.Lie, why: "does not have it"},
	{name: "2 keeps other values", alter: func(r []byte) []byte {
		return bytes.ReplaceAll(r, []byte(`"value":134,`), []byte(`"value":143,`))
	}, why: "holds another Observation than it confirmed"},
	{name: "3 keeps some entries only", fault: standin.LieSome, drops: "Provenance", why: "does not have it"},
	{name: "3 keeps all but the measurement", fault: standin.LieSome, drops: "Observation", byCheck: true, why: "Observation"},
	{name: "4 returns the id of another", fault: standin.LieOther, why: "under the id of another"},
	{name: "5 echoes", fault: standin.LieEcho, why: "does not have it"},
	{name: "6 returns a stale version", fault: standin.LieOld, why: "another version"},
	{name: "7 loses it later", later: func(s *standin.Server, e *records.Encounter) {
		s.Lose(func(key string) bool { return key == "Observation/"+string(e.Observations[0].ID) })
	}, byCheck: true, why: "no longer holds the Observation"},
	{name: "7 deletes it later", later: func(s *standin.Server, e *records.Encounter) {
		s.Delete("Observation/" + string(e.Observations[0].ID))
	}, byCheck: true, why: "was deleted on the server"},
	{name: "8 keeps a double", later: func(s *standin.Server, e *records.Encounter) {
		s.Put("Observation/"+string(records.NewID()), s.Held()["Observation/"+string(e.Observations[0].ID)].JSON)
	}, byCheck: true, why: "is on the server more than once"},
}

// TestEightLies: a server that was honest for long lies in each of eight ways, and
// "sent" does not: neither the count nor what is shown of the visit.
func TestEightLies(t *testing.T) {
	for _, l := range theLies {
		t.Run(l.name, func(t *testing.T) {
			times := 1
			if l.drops == "Observation" { // chance has a part in whether it is asked back
				times = 5
			}
			for range times {
				testLie(t, l)
			}
		})
	}
}

func testLie(t *testing.T, l lie) {
	c, server := newClinic(t), &standin.Server{VersionZero: true, Lax: true}
	lying := false
	proxy := &standin.Proxy{Next: server, Drops: l.drops, Pick: func(r *http.Request) standin.Fault {
		if lying && isTransaction(r) {
			return l.fault
		}
		return standin.None
	}}
	s := c.sender(serve(t, proxy))
	for n := range 5 {
		c.save(c.visit(person(n)))
		c.once(s)
	}
	lying, server.Alter = true, l.alter
	e := c.visit(person(7))
	c.save(e)
	c.once(s)
	if l.later != nil {
		if !c.standing(s, e).Proved() {
			t.Fatal("it was there, and does not count as sent")
		}
		l.later(server, e)
	}
	found := !c.standing(s, e).Proved()
	if !found && l.byCheck {
		c.now = c.now.AddDate(0, 0, 1)
		if _, _, err := s.CheckDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		found = !c.standing(s, e).Proved()
	}
	now := c.standing(s, e)
	if !found || now.Stage == records.StageSent {
		t.Fatalf("it counts as sent: %s, proved %v", now.Stage, now.Proved())
	}
	if last := now.Tries[len(now.Tries)-1].Why; !strings.Contains(last, l.why) {
		t.Errorf("its log says %q", last)
	}
	// Once the server is honest everything is there, and counts as sent; what it has
	// come to in between waits for a person.
	lying, server.Alter = false, nil
	for range 3 {
		c.now = c.now.Add(time.Hour)
		c.once(s)
	}
	switch now = c.standing(s, e); {
	case now.Stage == records.StageRefused:
	case !now.Proved() || !c.there(server, e):
		t.Errorf("in the end %s, proved %v, there %v", now.Stage, now.Proved(), c.there(server, e))
	}
}

func (c *clinic) standing(s *outbox.Sender, e *records.Encounter) outbox.Standing {
	c.t.Helper()
	out, err := s.Standing(c.t.Context(), e.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return out
}

// there reports whether the server holds all of a visit as the records have it.
func (c *clinic) there(server *standin.Server, e *records.Encounter) bool {
	c.t.Helper()
	stored, err := c.store.Encounter(c.t.Context(), e.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	all, err := fhir.Visit(stored, nil, operator)
	if err != nil {
		c.t.Fatal(err)
	}
	held := server.Held()
	for _, r := range all {
		if same, err := fhir.Same(r.JSON, held[r.Key()].JSON); err != nil || !same {
			return false
		}
	}
	return true
}
