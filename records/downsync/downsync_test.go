package downsync_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/downsync"
	"aidpost/records/outbox"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestRecognised: who was measured at one kiosk is known at another, and the
// visits at both are of one person on the server.
func TestRecognised(t *testing.T) {
	for _, own := range []bool{false, true} {
		c := newChain(t, nil)
		c.people.OwnIDs = own
		a, b := c.kiosk("a"), c.kiosk("b")
		a.visit(person(1), 134)
		if r := a.send(); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		if got := b.pull(); got != (downsync.Report{Read: 1, New: 1}) {
			t.Fatalf("own ids %v: %+v", own, got)
		}
		known := b.knows("al1")
		if known == nil || known.ID != person(1).ID || known.Given != "Ada" || known.Family != "Lovelace1" || known.Language != "en" ||
			known.BirthDate != person(1).BirthDate || len(known.Identifiers) != 1 || known.Identifiers[0].System != "card" {
			t.Fatalf("own ids %v: b knows %+v", own, known)
		}
		b.visit(known, 128)
		writes := patients(c)
		if r := b.send(); r.Sent != 1 {
			t.Fatalf("own ids %v: %+v", own, r)
		}
		if patients(c) != writes {
			t.Errorf("own ids %v: the server has %s, had %s", own, patients(c), writes)
		}
		if got := a.pull(); got.New+got.Changed+got.Merged != 0 {
			t.Errorf("own ids %v: the first kiosk learns %+v", own, got)
		}
	}
}

// patients lists the server's Patients with their versions.
func patients(c *chain) string {
	var all []string
	for key, h := range c.people.Held() {
		if strings.HasPrefix(key, "Patient/") {
			all = append(all, fmt.Sprint(key, " ", h.Version))
		}
	}
	return strings.Join(all, ", ")
}

// TestPages: everybody comes over, in pages that repeat themselves or come in
// another order; a second pass finds nothing new and asks for little.
func TestPages(t *testing.T) {
	for name, set := range map[string]func(*chain){
		"as asked for": func(*chain) {}, "repeated": func(c *chain) { c.people.Repeat = true },
		"newest first": func(c *chain) { c.people.Unsorted = true }, "no history": func(c *chain) { c.people.NoHistory = true },
	} {
		asked := 0
		c := newChain(t, func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++; h.ServeHTTP(w, r) })
		})
		set(c)
		const many = 120
		for i := range many {
			c.known(i)
		}
		k := c.kiosk("k")
		if got := k.pull(); got.New != many {
			t.Fatalf("%s: %+v", name, got)
		}
		for i := range many {
			if p := k.knows(fmt.Sprint("AL", i)); p == nil || p.ID != person(i).ID {
				t.Fatalf("%s: nobody has the card of %d", name, i)
			}
		}
		for i := range 2 {
			c.server = c.server.Add(time.Hour)
			c.known(many + i)
			asked = 0
			if got := k.pull(); got.New != 1 || got.Changed != 0 || i > 0 && got.Read > 2 {
				t.Errorf("%s: then %+v", name, got)
			}
			if i > 0 && asked > 2 {
				t.Errorf("%s: then it asks %d times", name, asked)
			}
		}
	}
}

// known puts somebody on the server whom another kiosk has registered.
func (c *chain) known(n int) {
	p := person(n)
	c.put(string(p.ID), map[string]any{
		"resourceType": "Patient", "id": p.ID, "active": true, "birthDate": "1915-12-10",
		"identifier": []any{
			map[string]any{"system": operator.Base + "/ids/record", "value": p.ID},
			map[string]any{"use": "usual", "system": operator.Base + "/ids/card", "value": fmt.Sprint("AL", n)},
		},
		"name": []any{map[string]any{"use": "official", "family": p.Family, "given": []any{"Ada"}}},
	})
}

// TestCut ends the connection within each answer in turn, and answers with
// errors: what came stays, and in the end everybody is there once.
func TestCut(t *testing.T) {
	n, at := 0, 0
	c := newChain(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n++
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			body := answer.Body.Bytes()
			if n == at && n%3 == 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Type", answer.Header().Get("Content-Type"))
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			w.WriteHeader(answer.Code)
			if n == at {
				body = body[:len(body)/2]
			}
			_, _ = w.Write(body)
		})
	})
	for i := range 220 {
		c.known(i)
	}
	k := c.kiosk("k")
	failures := 0
	for at = 1; at <= 6; at++ {
		n = 0
		if _, err := k.puller().Once(t.Context()); err != nil {
			failures++
			if strings.Contains(err.Error(), "Lovelace") {
				t.Errorf("the error tells a name: %v", err)
			}
		}
	}
	if failures < 3 {
		t.Errorf("only %d passes failed", failures)
	}
	at = 0
	k.pull()
	for i := range 220 {
		if p := k.knows(fmt.Sprint("AL", i)); p == nil {
			t.Fatalf("nobody has the card of %d", i)
		}
	}
	if received, err := k.store.CountReceived(t.Context(), records.ServerAt(c.url)); err != nil || received != 220 {
		t.Errorf("%d received, %v", received, err)
	}
}

// TestStrangePages: addresses that lead elsewhere are not followed, and pages
// that do not end do.
func TestStrangePages(t *testing.T) {
	for name, tt := range map[string]struct {
		next func(string) string
		want error
	}{
		"another server": {func(string) string { return "http://127.0.0.2:1/Patient?offset=100" }, downsync.ErrElsewhere},
		"with a name":    {func(s string) string { return strings.Replace(s, "http://", "http://me@", 1) }, downsync.ErrElsewhere},
		"itself":         {func(string) string { return "Patient?_count=100&offset=0" }, downsync.ErrEndless},
	} {
		c := newChain(t, nil)
		for i := range 120 {
			c.known(i)
		}
		c.people.Next = tt.next
		if _, err := c.kiosk("k").puller().Once(t.Context()); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := newChain(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"hello":"I am a portal"}`)
		})
	})
	if _, err := c.kiosk("k").puller().Once(t.Context()); !errors.Is(err, downsync.ErrNoBundle) {
		t.Errorf("portal: %v", err)
	}
}

// TestFieldByField: what each side has changed since both agreed is joined; what
// both have changed stays as here until the server has it, and is the server's
// word once that is newer.
func TestFieldByField(t *testing.T) {
	c := newChain(t, nil)
	a, b := c.kiosk("a"), c.kiosk("b")
	a.visit(person(1), 134)
	a.send()
	b.pull()
	// Here a language, there a family name.
	here := *b.knows("AL1")
	here.Language = "fr"
	b.visit(&here, 120)
	c.edit(string(here.ID), rename("Byron"))
	if got := b.pull(); got.Waiting != 1 || got.Changed != 1 {
		t.Errorf("%+v", got)
	}
	if p := b.knows("AL1"); p.Family != "Byron" || p.Language != "fr" {
		t.Errorf("joined: %+v", p)
	}
	// Nothing was lost on the way there either.
	if r := b.send(); r.Sent != 1 || r.Parked != 0 {
		t.Fatalf("%+v", r)
	}
	a.pull()
	for name, k := range map[string]*kiosk{"a": a, "b": b} {
		k.pull()
		if p := k.knows("AL1"); p.Family != "Byron" || p.Language != "fr" {
			t.Errorf("at %s: %+v", name, p)
		}
	}
	// Both the same field: here first, until it is confirmed.
	here = *b.knows("AL1")
	here.Family = "King"
	b.visit(&here, 121)
	c.edit(string(here.ID), rename("Noel"))
	b.pull()
	if p := b.knows("AL1"); p.Family != "King" {
		t.Errorf("before it is sent: %+v", p)
	}
	b.send()
	b.pull()
	a.pull()
	if p, q := a.knows("AL1"), b.knows("AL1"); p.Family != q.Family || p.Family != "King" {
		t.Errorf("in the end %q and %q", p.Family, q.Family)
	}
	c.edit(string(here.ID), rename("Lovelace"))
	b.pull()
	a.pull()
	if p, q := a.knows("AL1"), b.knows("AL1"); p.Family != "Lovelace" || q.Family != "Lovelace" {
		t.Errorf("the newest word: %q and %q", p.Family, q.Family)
	}
}

// TestMoreThanWeKnow: what the server says of a person beyond our words is never
// written over, whatever is changed here.
func TestMoreThanWeKnow(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	c.edit(string(person(1).ID), func(m map[string]any) {
		m["telecom"] = []any{map[string]any{"system": "phone", "value": "555"}}
	})
	k := c.kiosk("k")
	k.pull()
	here := *k.knows("AL1")
	here.Given = "Augusta"
	k.visit(&here, 130)
	k.pull()
	if r := k.send(); r.Sent != 1 || r.Parked != 0 {
		t.Fatalf("%+v", r)
	}
	if text := string(c.people.Held()["Patient/"+string(person(1).ID)].JSON); !strings.Contains(text, "telecom") || strings.Contains(text, "Augusta") {
		t.Errorf("the server has %s", text)
	}
}

// TestNumbers: a number that the server took away is nobody's here any more; one
// that it does not know of stays.
func TestNumbers(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	k := c.kiosk("k")
	k.pull()
	here := *k.knows("AL1")
	here.Identifiers = append(here.Identifiers, records.Identifier{System: "card", Value: "NEW"})
	k.visit(&here, 130)
	c.edit(string(person(1).ID), func(m map[string]any) {
		all := m["identifier"].([]any)
		m["identifier"] = append(all[:1], map[string]any{"system": operator.Base + "/ids/card", "value": "THEIRS"})
	})
	k.pull()
	if k.knows("AL1") != nil || k.knows("NEW") == nil || k.knows("THEIRS") == nil {
		t.Errorf("AL1 %v, NEW %v, THEIRS %v", k.knows("AL1"), k.knows("NEW"), k.knows("THEIRS"))
	}
}

// TestSameNumber: who was registered here without a network counts as who is on
// the server by the same card, if name and birth date agree; visits of both are
// one history. If they do not, both stay apart and the card finds nobody.
func TestSameNumber(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*records.Patient)
		want   downsync.Report
	}{
		"the same":         {func(p *records.Patient) { p.Family = "LOVELACE1" }, downsync.Report{Read: 1, New: 1, Merged: 1}},
		"another name":     {func(p *records.Patient) { p.Family = "Byron" }, downsync.Report{Read: 1, New: 1, Apart: 1}},
		"another birthday": {func(p *records.Patient) { p.BirthDate.Year++ }, downsync.Report{Read: 1, New: 1, Apart: 1}},
		"another card":     {func(p *records.Patient) { p.Identifiers[0].Value = "X" }, downsync.Report{Read: 1, New: 1}},
	} {
		c := newChain(t, nil)
		k := c.kiosk("k")
		local := person(1)
		local.ID = records.NewID()
		tt.change(local)
		e := k.visit(local, 134)
		c.known(1)
		if got := k.pull(); got != tt.want {
			t.Errorf("%s: %+v", name, got)
		}
		if merged := tt.want.Merged > 0; merged {
			p := k.knows("AL1")
			if p == nil || p.ID != person(1).ID {
				t.Fatalf("%s: the card finds %+v", name, p)
			}
			history, err := k.store.History(t.Context(), p.ID, vitals.BloodPressure, 10)
			if err != nil || len(history) != 1 || history[0].ID != e.Observations[0].ID {
				t.Errorf("%s: history %v, %v", name, history, err)
			}
			if r := k.send(); r.Sent != 1 || r.Parked != 0 {
				t.Errorf("%s: %+v", name, r)
			}
			if text := string(c.people.Held()["Encounter/"+string(e.ID)].JSON); !strings.Contains(text, "Patient/"+string(person(1).ID)) {
				t.Errorf("%s: the visit is of another on the server: %s", name, text)
			}
		} else if p := k.knows("AL1"); tt.want.Apart > 0 && p != nil {
			t.Errorf("%s: the card finds %s", name, p.ID)
		}
		if got := k.pull(); got.New+got.Changed+got.Merged != 0 {
			t.Errorf("%s, again: %+v", name, got)
		}
	}
}

// TestOnRecord: who was taken over is in the audit trail, as done by the program.
func TestOnRecord(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	k := c.kiosk("k")
	k.pull()
	c.edit(string(person(1).ID), rename("Byron"))
	k.pull()
	var got []string
	err := k.store.Console("root", "k").Audit(t.Context(), records.AuditFilter{About: person(1).ID}, func(e records.AuditEntry) error {
		if e.Role == staff.Program {
			got = append(got, string(e.Action))
		}
		return nil
	})
	if err != nil || strings.Join(got, ", ") != "patient.change, patient.create" {
		t.Errorf("%v, %v", got, err)
	}
}

// TestUnfit: what may not be stored is passed over, guests are nobody, and the
// rest comes.
func TestUnfit(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	bad := person(2)
	c.known(2)
	c.edit(string(bad.ID), func(m map[string]any) { m["birthDate"] = "2999-01-01" })
	a := c.kiosk("a")
	guest := a.visit(person(3), 120)
	guest.Patient = nil
	guest.ID, guest.Revision = records.NewID(), 0
	guest.Observations[0].ID = records.NewID()
	if err := a.store.Save(t.Context(), guest); err != nil {
		t.Fatal(err)
	}
	a.send()
	k := c.kiosk("k")
	if got := k.pull(); got.New != 2 || got.Apart != 1 {
		t.Errorf("%+v", got)
	}
}

// BenchmarkPull takes over people whom a kiosk does not know, from a server on
// the same machine, into durable rows.
func BenchmarkPull(b *testing.B) {
	c := newChain(b, nil)
	const many = 1000
	for i := range many {
		c.known(i)
	}
	b.ReportAllocs()
	for b.Loop() {
		if r := c.kiosk("k").pull(); r.New != many {
			b.Fatalf("%+v", r)
		}
	}
	b.ReportMetric(float64(many*b.N)/b.Elapsed().Seconds(), "people/s")
}

// TestUnreached: a server that is away is an error that says so, and nothing is
// forgotten.
func TestUnreached(t *testing.T) {
	c := newChain(t, nil)
	k := c.kiosk("k")
	s, err := outbox.New(k.store, outbox.Config{URL: "http://127.0.0.1:1", Operator: operator})
	if err != nil {
		t.Fatal(err)
	}
	p := downsync.New(k.store, downsync.Config{Source: s, URL: c.url, Operator: operator, Place: k.place()})
	if _, err := p.Once(context.Background()); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("%v", err)
	}
}
