package outbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestStanding: what is shown of a visit is what the receipts say: its hash, the
// server's, and what was tried, in words and in a bounded number of lines.
func TestStanding(t *testing.T) {
	for _, own := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{VersionZero: true, OwnIDs: own, Conditional: own}
		fault := standin.Away
		url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault { return fault }})
		s := c.sender(url)
		e := c.visit(person(1))
		c.save(e)
		first := c.now
		for range 100 { // a day without the server
			c.once(s)
			c.now = c.now.Add(15 * time.Minute)
		}
		now := c.standing(s, e)
		if now.Stage != records.StageWaiting || now.Proved() || len(now.Tries) != 1 {
			t.Fatalf("%+v", now)
		}
		if _, _, ok := now.Receipt(); ok {
			t.Error("there is a receipt of what was never sent")
		}
		if try := now.Tries[0]; !strings.Contains(try.Why, "503") || !try.At.Equal(first) || try.Until.Sub(try.At) < 20*time.Hour {
			t.Errorf("%+v", try)
		}
		fault = standin.None
		c.once(s)
		// Somebody who has not asked the server knows as much.
		now = c.standing(c.sender("http://127.0.0.1:1"), e)
		if now.Proved() {
			t.Error("another server has proved it")
		}
		now = c.standing(c.sender(url), e)
		sum, at, ok := now.Receipt()
		if now.Stage != records.StageSent || !now.Proved() || !ok || sum != now.Hash() || at.IsZero() {
			t.Errorf("own ids %v: %+v", own, now)
		}
		if last := now.Tries[len(now.Tries)-1].Why; last != "the server holds it" || len(now.Tries) != 2 {
			t.Errorf("%+v", now.Tries)
		}
		e.Observations[0].Values[0].Quantity = vitals.Of(99, vitals.MmHg)
		e.Observations[0].State = records.Amended
		c.save(e)
		if now := c.standing(s, e); now.Stage != records.StageWaiting || now.Proved() || now.Hash() == sum {
			t.Errorf("corrected, and it counts as sent: %+v", now)
		}
		c.once(s)
		if now := c.standing(s, e); !now.Proved() || now.Revision != 2 {
			t.Errorf("%+v", now)
		}
		key := ""
		for at := range server.Held() {
			if strings.HasPrefix(at, "Observation/") {
				key = at
			}
		}
		server.Put(key, []byte(`{"resourceType":"Observation","status":"entered-in-error"}`))
		if _, err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(t.Context(), e.ID, outbox.There); err != nil && !own {
			t.Fatal(err)
		}
		c.once(s)
		if now := c.standing(s, e); now.Proved() {
			t.Error("the server's own word counts as the records'")
		}
	}
}

// TestTriesAreBounded: however long something changes its mind, a few lines stay:
// the first, and the newest.
func TestTriesAreBounded(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	n := 0
	url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
		n++
		return []standin.Fault{standin.Away, standin.TooMany, standin.Portal}[n%3]
	}})
	e := c.visit(nil)
	c.save(e)
	s, first := c.sender(url), c.now
	for range 300 {
		c.once(s)
		c.now = c.now.Add(time.Minute)
	}
	tries := c.standing(s, e).Tries
	if len(tries) > 40 || len(tries) < 20 || !tries[0].At.Equal(first) || c.now.Sub(tries[len(tries)-1].Until) > 2*time.Minute {
		t.Errorf("%d lines: %+v", len(tries), tries)
	}
}
