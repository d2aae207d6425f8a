package outbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// TestClockOfYears: what was put off by a clock that was wrong by years is sent as
// soon as the clock is right, and what was measured meanwhile stays as it was.
func TestClockOfYears(t *testing.T) {
	for _, years := range []int{-5, 5} {
		for name, fault := range map[string]standin.Fault{"a server that is away": standin.Away, "one that fails at a visit": standin.Broken} {
			t.Run(fmt.Sprint(years, " ", name), func(t *testing.T) {
				c, server := newClinic(t), &standin.Server{VersionZero: true}
				right, wrong := c.now, true
				url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
					if wrong && (fault == standin.Away || r.Method == http.MethodPost && server.Writes() > 0) {
						return fault
					}
					return standin.None
				}})
				c.now = right.AddDate(years, 0, 0)
				then := c.visit(person(1))
				c.save(then)
				if r := c.once(c.sender(url)); r.Sent != 0 {
					t.Fatalf("%+v", r)
				}
				c.now, wrong = right, false
				c.restart()
				c.watchFor(c.sender(url), 1)
				held, ok := server.Held()["Encounter/"+string(then.ID)]
				if year := fmt.Sprint(right.Year() + years); !ok || !strings.Contains(string(held.JSON), `"start":"`+year) {
					t.Errorf("the server holds %s", held.JSON)
				}
				if stats := c.stats(); stats.Done != 2 || stats.Dead != 0 {
					t.Errorf("%+v", stats)
				}
			})
		}
	}
}

// TestRefusesAKind: a server that says it keeps Communications and refuses each of
// them gets every visit without one; the others wait with the reason, until it does.
func TestRefusesAKind(t *testing.T) {
	c := newClinic(t)
	server := &standin.Server{VersionZero: true, Refuse: func(kind string, _ []byte) string {
		if kind == "Communication" {
			return "Communication"
		}
		return ""
	}}
	url := serve(t, server)
	urgent, usual := 0, 0
	for i := range 12 {
		e := c.visit(person(i))
		if i%3 == 0 {
			e = c.everyKind(person(i)) // with something urgent, and so a Communication
			urgent++
		} else {
			usual++
		}
		c.save(e)
	}
	s := c.sender(url)
	if r := c.once(s); r.Sent != usual || r.Parked != urgent || r.Stopped != "" {
		t.Fatalf("%+v, want %d sent and %d parked", r, usual, urgent)
	}
	parked, err := c.store.ParkedOutbox(t.Context(), 20)
	if err != nil || len(parked) != urgent || !strings.Contains(parked[0].Why, "Communication") {
		t.Errorf("%+v, %v", parked, err)
	}
	server.Refuse = nil
	if n, err := outbox.Retry(t.Context(), c.store); n != urgent || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if r := c.once(s); r.Sent != urgent || r.Parked != 0 {
		t.Errorf("then %+v", r)
	}
}
