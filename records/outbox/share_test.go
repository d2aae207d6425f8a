package outbox_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// TestMergeIsSent: when two records turn out to be one person, the visits of the
// one become the other's on the server too, and go back when that is undone.
func TestMergeIsSent(t *testing.T) {
	for _, busy := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{NoneMatch: true}
		var during func()
		s := c.sender(serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if during != nil && r.Method == http.MethodPost {
				during()
				during = nil
			}
			server.ServeHTTP(w, r)
		})))
		old, other := c.visit(person(1)), c.visit(person(2))
		c.save(old)
		c.save(other)
		c.once(s)
		subject := func(e *records.Encounter) string {
			_, after, _ := bytes.Cut(server.Held()["Encounter/"+string(e.ID)].JSON, []byte(`"subject":{"reference":"Patient/`))
			return string(after[:36])
		}
		merge := func() {
			if err := c.store.Merge(t.Context(), old.Patient.ID, other.Patient.ID, "the same card"); err != nil {
				t.Fatal(err)
			}
		}
		if busy { // a correction is on its way while they are merged
			old.Observations[0].State = records.Amended
			c.save(old)
			during = merge
		} else {
			merge()
		}
		if r := c.once(s); r.Sent < 1 || c.stats().Pending > 0 {
			t.Fatalf("%+v, %+v", r, c.stats())
		}
		if got := subject(old); got != string(other.Patient.ID) {
			t.Errorf("busy %v: after the merge the visit is %s's", busy, got)
		}
		was := server.Held()["Patient/"+string(old.Patient.ID)].JSON
		want := fmt.Sprintf(`"link":[{"other":{"reference":"Patient/%s"},"type":"replaced-by"}]`, other.Patient.ID)
		if !bytes.Contains(was, []byte(want)) || !bytes.Contains(was, []byte(`"active":false`)) {
			t.Errorf("the other record is %s", was)
		}
		writes := server.Writes()
		if c.once(s); server.Writes() != writes {
			t.Error("it is sent once more")
		}
		if err := c.store.Unmerge(t.Context(), old.Patient.ID, "two sisters"); err != nil {
			t.Fatal(err)
		}
		c.once(s)
		if got := subject(old); got != string(old.Patient.ID) {
			t.Errorf("busy %v: after it was undone the visit is %s's", busy, got)
		}
		c.expect(server, old, other)
	}
}

// TestQueuedAtOnce: what staff corrects or merges wakes whoever waits to send.
func TestQueuedAtOnce(t *testing.T) {
	c := newClinic(t)
	a, b := c.visit(person(1)), c.visit(person(2))
	c.save(a)
	c.save(b)
	staff := c.store.Console("tester", "kiosk-1")
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{"void", func() error {
			_, err := staff.Void(t.Context(), a.Observations[0].ID, records.Correction{Reason: "wrong-person"})
			return err
		}},
		{"merge", func() error { return staff.Merge(t.Context(), a.Patient.ID, b.Patient.ID, "") }},
		{"unmerge", func() error { return staff.Unmerge(t.Context(), a.Patient.ID, "") }},
	} {
		select {
		case <-c.store.Queued():
		default:
		}
		if err := act.do(); err != nil {
			t.Fatal(act.name, err)
		}
		select {
		case <-c.store.Queued():
		default:
			t.Errorf("%s wakes nobody", act.name)
		}
	}
}

// TestLegalBasis: what nobody was asked about leaves where the site has another
// legal basis, on record; what somebody refused never does.
func TestLegalBasis(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	url := serve(t, server)
	unasked, refused, unkept := c.visit(person(1)), c.visit(person(2)), c.visit(nil)
	unasked.Consents = []records.Consent{{Purpose: records.ConsentMeasure, Given: true, At: c.now}, {Purpose: records.ConsentKeep, Given: true, At: c.now}}
	refused.Consents[0].Given = false
	unkept.Consents = []records.Consent{{Purpose: records.ConsentKeep, At: c.now}}
	for _, e := range []*records.Encounter{unasked, refused, unkept} {
		c.save(e)
	}
	if r := c.once(c.sender(url)); r != (outbox.Report{}) {
		t.Errorf("without a basis: %+v", r)
	}
	if stats := c.stats(); stats.Held != 3 || stats.Unasked != 1 {
		t.Errorf("%+v", stats)
	}
	s := c.sender(url, func(o *outbox.Config) { o.Basis = "GDPR 9(2)(h)" })
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("%+v", r)
	}
	c.expect(server, unasked)
	if stats := c.stats(); stats.Held != 2 || stats.Unasked != 0 {
		t.Errorf("%+v", stats)
	}
	found := 0
	trail := c.store.Console("tester", "kiosk-1")
	err := trail.Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Action == "outbox.release" {
			found++
			if e.Reason != "1 visits: GDPR 9(2)(h)" {
				t.Errorf("on record: %q", e.Reason)
			}
		}
		return nil
	})
	if err != nil || found != 1 {
		t.Errorf("on record %d times, %v", found, err)
	}
	// The next word of the person counts, whatever the basis.
	unasked.Consents = append(unasked.Consents, records.Consent{Purpose: records.ConsentShare, At: c.now})
	unasked.Observations[0].State = records.Amended
	c.save(unasked)
	if r := c.once(s); r.Sent != 0 {
		t.Errorf("after the person said no: %+v", r)
	}
}

// TestErasedThere: what is erased here is deleted on the server where the site
// wants that, also what was on its way; what is others' stays.
func TestErasedThere(t *testing.T) {
	for _, erase := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{NoneMatch: true, Cautious: true}
		var during func()
		url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if during != nil && r.Method == http.MethodPost {
				during()
				during = nil
			}
			server.ServeHTTP(w, r)
		}))
		s := c.sender(url, func(o *outbox.Config) { o.Erase = erase })
		person1 := []*records.Encounter{c.visit(person(1)), c.visit(person(1))}
		stays := c.visit(person(2))
		for _, e := range append(person1, stays) {
			c.save(e)
		}
		c.once(s)
		person1[1].Observations[0].State = records.Amended
		c.save(person1[1])
		during = func() {
			done, err := c.store.Erase(t.Context(), person1[0].Patient.ID, "asked for it")
			if err != nil || done.Sent != 2 {
				t.Errorf("%+v, %v", done, err)
			}
		}
		c.once(s)
		if r := c.once(s); r.Stopped != "" {
			t.Errorf("%+v", r)
		}
		left := 0
		for key, h := range server.Held() {
			if bytes.Contains(h.JSON, []byte(person1[0].Patient.ID)) || strings.HasSuffix(key, string(person1[0].Patient.ID)) {
				left++
			}
		}
		there, err := c.store.ErasedThere(t.Context(), records.ServerAt(url), 0, 100)
		if err != nil || (left == 0) != erase || (len(there) == 0) != erase || !erase && len(there) < left {
			t.Errorf("erase %v: %d left on the server, %d known to be, %v", erase, left, len(there), err)
		}
		if erase {
			c.expect(server, stays)
		}
		if r, err := s.Check(t.Context()); err != nil || r.Checked != 1 || r.Lost != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// TestExpiredStaysThere: what is only too old to be kept here is not asked to be
// deleted there.
func TestExpiredStaysThere(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	s := c.sender(serve(t, server), func(o *outbox.Config) { o.Erase = true })
	e := c.visit(person(1))
	c.save(e)
	c.once(s)
	held := len(server.Held())
	c.now = c.now.AddDate(2, 0, 0)
	if done, err := c.store.Expire(t.Context(), c.now.Add(-24*time.Hour)); err != nil || done.Encounters != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	if c.once(s); len(server.Held()) != held {
		t.Errorf("the server holds %d of %d", len(server.Held()), held)
	}
}
