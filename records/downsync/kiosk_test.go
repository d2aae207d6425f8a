package downsync_test

import (
	"strings"
	"testing"
	"time"

	"aidpost/records"
)

// TestAtTheKiosk: who is being measured is not changed under their hands, and
// afterwards is.
func TestAtTheKiosk(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	k := c.kiosk("k")
	k.pull()
	e := k.visit(k.knows("AL1"), 120)
	e.Status, e.Ended = records.InProgress, time.Time{}
	if err := k.store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	c.edit(string(person(1).ID), rename("Byron"))
	if got := k.pull(); got.Waiting != 1 || k.knows("AL1").Family != "Lovelace1" {
		t.Errorf("%+v, %+v", got, k.knows("AL1"))
	}
	c.server = c.server.Add(24 * time.Hour) // far beyond the overlap
	c.known(7)
	k.pull()
	e.Status, e.Ended = records.Finished, e.Started.Add(time.Minute)
	if err := k.store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	k.pull()
	if p := k.knows("AL1"); p.Family != "Byron" {
		t.Errorf("afterwards: %+v", p)
	}
}

// TestKnownBefore: who was recognised before the server told of a change, and is
// measured after it, keeps the change; what is changed at the kiosk itself counts.
func TestKnownBefore(t *testing.T) {
	for _, kept := range []bool{false, true} {
		c := newChain(t, nil)
		c.known(1)
		k := c.kiosk("k")
		k.pull()
		known := k.knows("AL1")
		if kept { // something is only known here, so that both words are kept
			here := *known
			here.Language = "fr"
			k.visit(&here, 118)
			known = k.knows("AL1")
		}
		c.edit(string(known.ID), rename("Byron"))
		k.pull()
		if e := k.visit(known, 120); e.Patient.Family != "Byron" || k.knows("AL1").Family != "Byron" {
			t.Errorf("the change is lost: %+v, %+v", e.Patient, k.knows("AL1"))
		}
		if r := k.send(); r.Parked != 0 || r.Sent == 0 {
			t.Errorf("%+v", r)
		}
		if held := string(c.people.Held()["Patient/"+string(known.ID)].JSON); !strings.Contains(held, "Byron") {
			t.Errorf("it is written over on the server: %s", held)
		}
		here := *k.knows("AL1")
		here.Family = "King"
		if e := k.visit(&here, 121); e.Patient.Family != "King" || k.knows("AL1").Family != "King" {
			t.Errorf("what was changed here is lost: %+v", k.knows("AL1"))
		}
	}
}
