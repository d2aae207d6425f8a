package outbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestLateFirstWrite: the first write of a visit hangs in a proxy and arrives
// after a correction. A server that can be told to create only keeps the
// correction; on one that cannot, a check finds what was undone and mends it.
func TestLateFirstWrite(t *testing.T) {
	for name, set := range map[string]func(*standin.Server){
		"if-none-match": func(s *standin.Server) { s.NoneMatch = true },
		"version-zero":  func(s *standin.Server) { s.VersionZero = true },
		"silent":        func(s *standin.Server) { s.NoneMatch, s.Silent = true, true },
		"own-ids":       func(s *standin.Server) { s.OwnIDs, s.Conditional = true, true },
		"unfenced":      func(*standin.Server) {},
	} {
		for _, fault := range []standin.Fault{standin.VeryLate, standin.Echo, standin.Twice} {
			t.Run(fmt.Sprint(name, "-", fault), func(t *testing.T) {
				c := newClinic(t)
				var held standin.Server
				set(&held)
				now := standin.None
				wire := &standin.Proxy{Next: &held, Pick: func(r *http.Request) standin.Fault {
					was := now
					if r.Method == http.MethodPost {
						now = standin.None
					}
					return was
				}}
				url := serve(t, wire)
				first := c.visit(person(1))
				c.save(first)
				s := c.sender(url)
				if r := c.once(s); r.Sent != 1 {
					t.Fatalf("%+v", r)
				}
				second := c.visit(person(2))
				c.save(second)
				now = fault
				if c.once(s); now != standin.None {
					t.Fatal("nothing was held up")
				}
				c.once(s) // what was answered 503 goes again
				second.Observations[0].Values[0].Quantity = vitals.Of(99, vitals.MmHg)
				second.Observations[0].State = records.Amended
				c.save(second)
				if r := c.once(s); r.Sent != 1 {
					t.Fatalf("the correction: %+v", r)
				}
				writes := held.Writes()
				wire.Flush()
				if undone := held.Writes() != writes; undone != (name == "unfenced" && fault != standin.Twice) {
					t.Errorf("undone: %v", undone)
				}
				report, err := s.Check(t.Context())
				if want := held.Writes() - writes; err != nil || (report.Lost > 0) != (want > 0) || report.Checked != 2 {
					t.Errorf("%+v, %v", report, err)
				}
				c.once(s)
				if name != "own-ids" {
					c.expect(&held, first, second)
				}
				if stats := c.stats(); stats.Done != 3 {
					t.Errorf("%+v", stats)
				}
			})
		}
	}
}

// TestLostAfterReceipt: a server that confirms, gives back and then loses is
// found out, and gets again what it lost and nothing else.
func TestLostAfterReceipt(t *testing.T) {
	for _, own := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{NoneMatch: true, OwnIDs: own, Conditional: own}
		s := c.sender(serve(t, server))
		var es []*records.Encounter
		for i := range 45 {
			e := c.visit(person(i % 10))
			c.save(e)
			es = append(es, e)
		}
		c.once(s)
		if r, more, err := s.CheckDue(t.Context()); err != nil || more || r != (outbox.CheckReport{}) {
			t.Errorf("before a day has passed: %+v, %v, %v", r, more, err)
		}
		n := 0
		lost := server.Lose(func(string) bool { n++; return n%7 == 0 })
		c.now = c.now.AddDate(0, 0, 1)
		var sum outbox.CheckReport
		for more := true; more; {
			var r outbox.CheckReport
			var err error
			if r, more, err = s.CheckDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			sum.Checked, sum.Lost, sum.Changed = sum.Checked+r.Checked, sum.Lost+r.Lost, sum.Changed+r.Changed
		}
		if sum.Checked != 45 || sum.Lost == 0 || sum.Changed != 0 {
			t.Errorf("%+v", sum)
		}
		writes := server.Writes()
		if r := c.once(s); r.Sent != sum.Lost || r.Parked != 0 {
			t.Errorf("%+v after %+v", r, sum)
		}
		// What a server of its own ids gets again has another id, and so changes
		// what refers to it.
		if got := server.Writes() - writes; got != lost && (!own || got < lost) {
			t.Errorf("own ids %v: %d written, %d were lost", own, got, lost)
		}
		if !own {
			c.expect(server, es...)
		}
		if r, more, err := s.CheckDue(t.Context()); err != nil || more || r.Lost != 0 {
			t.Errorf("at once again: %+v, %v, %v", r, more, err)
		}
		if state, err := c.store.ServerState(t.Context(), records.ServerAt(s.URL)); err != nil || state.Lost != sum.Lost || state.Checked != c.now {
			t.Errorf("%+v, %v", state, err)
		}
	}
}

// TestChecksAreSpaced: a visit is asked about after a day, then each time when
// twice as much has passed, and every ninety days.
func TestChecksAreSpaced(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	s := c.sender(serve(t, server))
	c.save(c.visit(person(1)))
	c.once(s)
	start := c.now
	var at []int
	for day := range 400 {
		c.now = start.AddDate(0, 0, day)
		r, _, err := s.CheckDue(t.Context())
		if err != nil || r.Lost+r.Changed > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		if r.Checked > 0 {
			at = append(at, day)
		}
	}
	if want := []int{1, 2, 4, 8, 16, 32, 64, 128, 218, 308, 398}; !slices.Equal(at, want) {
		t.Errorf("checked on the days %v, want %v", at, want)
	}
	c.now = start.AddDate(-5, 0, 0) // the clock is set back by years
	if r, _, err := s.CheckDue(t.Context()); err != nil || r.Checked != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestChangedThere: what others changed or deleted on the server is shown to a
// person and never written over; what they may change stays as it is.
func TestChangedThere(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	s := c.sender(serve(t, server))
	patient, value, gone, fine := c.visit(person(1)), c.visit(person(2)), c.visit(person(3)), c.visit(person(4))
	for _, e := range []*records.Encounter{patient, value, gone, fine} {
		c.save(e)
	}
	c.once(s)
	server.Put("Patient/"+string(patient.Patient.ID), []byte(`{"resourceType":"Patient","active":true}`))
	server.Put("Observation/"+string(value.Observations[0].ID), []byte(`{"resourceType":"Observation","status":"entered-in-error"}`))
	server.Delete("Encounter/" + string(gone.ID))
	writes := server.Writes()
	r, err := s.Check(t.Context())
	if err != nil || r != (outbox.CheckReport{Checked: 4, Changed: 2}) {
		t.Errorf("%+v, %v", r, err)
	}
	parked, err := c.store.ParkedOutbox(t.Context(), 5)
	if err != nil || len(parked) != 2 || parked[0].Why != "the Encounter was deleted on the server" ||
		parked[1].Why != "the Observation was changed on the server by somebody else" {
		t.Errorf("%+v, %v", parked, err)
	}
	// To try again settles nothing: a person has to choose, and lets it be.
	if n, err := outbox.Retry(t.Context(), c.store); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, entry := range parked {
		if !outbox.Contested(entry) {
			t.Errorf("not contested: %q", entry.Why)
		}
		if err := s.Decide(t.Context(), entry.Encounter, outbox.There); err != nil {
			t.Error(err)
		}
	}
	c.once(s)
	if r, err := s.Check(t.Context()); err != nil || r != (outbox.CheckReport{Checked: 4}) || server.Writes() != writes {
		t.Errorf("afterwards %+v, %v, %d writes", r, err, server.Writes()-writes)
	}
}

// TestServerRestored: a server that came back from an old backup, and refuses
// what refers to nothing, gets what is missing again with the next visit.
func TestServerRestored(t *testing.T) {
	for _, own := range []bool{false, true} {
		c, server := newClinic(t), &standin.Server{NoneMatch: true, OwnIDs: own, Conditional: own}
		s := c.sender(serve(t, server))
		c.save(c.visit(person(1)))
		c.once(s)
		server.Lose(func(string) bool { return true })
		next := c.visit(person(1))
		c.save(next)
		if r := c.once(s); r.Sent != 1 || r.Parked != 0 {
			t.Errorf("own ids %v: %+v", own, r)
		}
		if !own {
			c.expect(server, next)
		}
	}
}

// TestLeftInFlight: what a program had claimed when it was killed is due again
// in the next one, even if it had put nothing on record itself.
func TestLeftInFlight(t *testing.T) {
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	e := c.visit(person(1))
	c.save(e)
	for range 3 {
		c.restart()
		if claimed, err := c.store.ClaimOutbox(t.Context(), 10); err != nil || len(claimed) != 1 {
			t.Fatalf("%+v, %v", claimed, err)
		}
	}
	c.restart()
	if r := c.once(c.sender(serve(t, server))); r.Sent != 1 {
		t.Errorf("%+v, %+v", r, c.stats())
	}
	c.expect(server, e)
}

// TestLiesWhileTriedOut: a server that does not say what it can do is tried out,
// and no lie, portal or cut in that makes it be taken for one of own ids, which
// would have everything sent twice, or for one that creates only.
func TestLiesWhileTriedOut(t *testing.T) {
	for _, fault := range append(standin.Faults(), standin.None) {
		for at := range 12 {
			c, server := newClinic(t), &standin.Server{Silent: true}
			n := -1
			wire := &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
				if n++; n == at {
					return fault
				}
				return standin.None
			}}
			url := serve(t, wire)
			a, b := c.visit(person(1)), c.visit(person(1))
			for _, e := range []*records.Encounter{a, b} {
				c.save(e)
				c.drain(url)
			}
			wire.Flush()
			c.expect(server, a, b)
			if t.Failed() {
				t.Fatalf("fault %d at request %d", fault, at)
			}
		}
	}
}
