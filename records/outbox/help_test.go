package outbox_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

func withPlace(c *outbox.Config) {
	c.Place = &records.Place{Organization: "Clinic", Location: "Room 2", Kiosk: "kiosk-1"}
}

// call keeps how a call for help stands.
func (c *clinic) call(call records.Call) {
	c.t.Helper()
	visitor := c.store.Visitor("kiosk-1")
	if err := visitor.KeepCall(c.t.Context(), call, records.Deed{Action: "help.call", Object: call.ID, Reason: "called"}); err != nil {
		c.t.Fatal(err)
	}
}

// messages are those about calls that a server holds, by ID.
func messages(server *standin.Server) map[records.ID]standin.Held {
	all := map[records.ID]standin.Held{}
	for key, h := range server.Held() {
		if id, ok := strings.CutPrefix(key, "Communication/"); ok {
			all[records.ID(id)] = h
		}
	}
	return all
}

// TestHelpIsTold: the server is told of a call as it stands, once for each change
// whatever becomes of the answers, before the visits and without them; of a
// demonstration and of what a visit tells it is not.
func TestHelpIsTold(t *testing.T) {
	for name, own := range map[string]bool{"our ids": false, "its own ids": true} {
		c, server := newClinic(t), &standin.Server{OwnIDs: own}
		lost := 0
		url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
			if r.Method == http.MethodPost && lost < 3 {
				lost++
				return standin.CutAfter
			}
			return standin.None
		}})
		call := records.Call{ID: records.NewID(), Why: records.CallEmergency, Opened: c.now, Since: c.now, Level: 1}
		demo, within := call, call
		demo.ID, demo.Demo = records.NewID(), true
		within.ID, within.Visit = records.NewID(), records.NewID()
		c.call(call)
		c.call(demo)
		c.call(within)
		send := func(want ...string) {
			t.Helper()
			for range 5 { // what was cut off is tried again
				if c.once(c.sender(url, withPlace)).Stopped == "" {
					break
				}
			}
			held := messages(server)
			if len(held) != 1 {
				t.Fatalf("%s: it holds %v", name, held)
			}
			for _, h := range held {
				for _, w := range append(want, `"priority":"stat"`, `"value":"`+string(call.ID)+`"`, "Where: Room 2.") {
					if !bytes.Contains(h.JSON, []byte(w)) {
						t.Errorf("%s: %s, without %s", name, h.JSON, w)
					}
				}
				for _, no := range []string{`"subject"`, `"encounter"`, "Ada"} {
					if bytes.Contains(h.JSON, []byte(no)) {
						t.Errorf("%s: %s, with %s", name, h.JSON, no)
					}
				}
			}
		}
		send(`"status":"in-progress"`, `"sent":"`+c.now.UTC().Format(time.RFC3339))
		call.Seen, call.Answered, call.By = c.now.Add(time.Minute), c.now.Add(time.Minute), "Ada"
		c.call(call)
		c.restart()
		send(`"status":"in-progress"`, `"received":"`, "Answered at")
		call.Closed = c.now.Add(2 * time.Minute)
		c.call(call)
		send(`"status":"completed"`, "Over at")
		writes := server.Writes()
		send(`"status":"completed"`)
		if server.Writes() != writes || lost != 3 {
			t.Errorf("%s: written again, or %d answers lost", name, lost)
		}
		for _, h := range messages(server) {
			if h.Version != 3 {
				t.Errorf("%s: written %d times, want 3", name, h.Version)
			}
		}
	}
}

// TestHelpRefused: a server that refuses calls for help, or keeps none, holds up
// neither later calls nor visits; one that is away does, and is left alone.
func TestHelpRefused(t *testing.T) {
	for name, server := range map[string]*standin.Server{
		"refused": {Refuse: func(kind string, _ []byte) string {
			return map[string]string{"Communication": "Communication.sender"}[kind]
		}},
		"not kept": {Kinds: []string{"Organization", "Location", "Patient", "Device", "Encounter", "Observation"}},
	} {
		c := newClinic(t)
		s := c.sender(serve(t, server), withPlace)
		for range 3 {
			c.call(records.Call{ID: records.NewID(), Why: records.CallButton, Opened: c.now, Since: c.now, Level: 1})
			c.save(c.visit(person(1)))
			if r := c.once(s); r.Sent != 1 || r.Stopped != "" {
				t.Errorf("%s: %+v", name, r)
			}
		}
		if name == "refused" && strings.Count(c.log.String(), "refuses a call for help") != 3 {
			t.Errorf("the log says %s", c.log.String())
		}
	}
	c := newClinic(t)
	c.call(records.Call{ID: records.NewID(), Why: records.CallButton, Opened: c.now, Since: c.now, Level: 1})
	away := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	if r := c.once(c.sender(away, withPlace)); r.Stopped == "" || r.Next.Before(c.now) {
		t.Errorf("with no server: %+v", r)
	}
}
