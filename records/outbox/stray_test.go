package outbox_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// TestStrayReferences: a visit reaches a server that has lost everything and takes
// references to what it lost; the answer is cut. What was lost is sent again and gets
// other ids before that visit is tried once more. Nobody has changed it, unless what it
// refers to is there: then it is somebody's word.
func TestStrayReferences(t *testing.T) {
	for _, changed := range []bool{false, true} {
		t.Run(map[bool]string{false: "lost", true: "changed"}[changed], func(t *testing.T) {
			c, server := newClinic(t), &standin.Server{OwnIDs: true, Conditional: true, Lax: true}
			var cut atomic.Bool
			proxy := &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
				if cut.Load() && isTransaction(r) {
					return standin.CutAfter
				}
				return standin.None
			}}
			url := serve(t, proxy)
			first, second := c.visit(person(1)), c.visit(person(1))
			c.save(first)
			c.drain(url)
			server.Lose(func(string) bool { return true })
			cut.Store(true)
			c.save(second)
			c.once(c.sender(url))
			cut.Store(false)
			if changed {
				c.moveThere(server, second)
			}
			if _, err := c.sender(url).Check(t.Context()); err != nil {
				t.Fatal(err)
			}
			s := c.sender(url)
			for range 20 {
				c.once(s)
				c.now = c.now.Add(20 * time.Minute)
			}
			parked, err := c.store.ParkedOutbox(t.Context(), 9)
			if err != nil {
				t.Fatal(err)
			}
			if changed {
				if len(parked) != 1 || parked[0].Encounter != second.ID || !outbox.Contested(parked[0]) {
					t.Errorf("what somebody has changed does not wait for a person: %+v", parked)
				}
				return
			}
			if len(parked) != 0 || c.stats().Pending != 0 {
				t.Fatalf("parked %+v, %+v", parked, c.stats())
			}
			if r, err := s.Check(t.Context()); err != nil || r != (outbox.CheckReport{Checked: 2}) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// moveThere has somebody at the server put a visit to another person, whom it holds.
func (c *clinic) moveThere(server *standin.Server, e *records.Encounter) {
	c.t.Helper()
	server.Put("Patient/somebody-else", []byte(`{"resourceType":"Patient","id":"somebody-else"}`))
	for key, held := range server.Held() {
		if strings.HasPrefix(key, "Encounter/") && bytes.Contains(held.JSON, []byte(e.ID)) {
			at := bytes.Index(held.JSON, []byte(`"reference":"Patient/`)) + len(`"reference":"`)
			end := at + bytes.IndexByte(held.JSON[at:], '"')
			server.Put(key, bytes.Join([][]byte{held.JSON[:at], []byte("Patient/somebody-else"), held.JSON[end:]}, nil))
			return
		}
	}
	c.t.Fatal("the visit is not there")
}
