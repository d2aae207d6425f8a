package carry

import (
	"testing"
	"time"

	"aidpost/records"
)

// TestRoundTrip: what was measured in the field is at the office word for word, is
// once on its server, and the laptop says of a visit that it was sent only when the
// receipts of that server have come back.
func TestRoundTrip(t *testing.T) {
	field, office := pair(t)
	server, stick := newServer(t), OnStick(t.TempDir())
	visits := []*records.Encounter{field.visit(person(1)), field.visit(person(1)), field.visit(nil)}
	field.amend(visits[1], 128)

	if r := field.out(stick); r != (Carried{Letters: 1, Visits: 3}) {
		t.Fatalf("out: %+v", r)
	}
	if s := field.stats(); s.Pending != 4 || s.Carried+s.Done != 0 {
		t.Errorf("with no word yet: %+v", s)
	}
	if r := field.out(stick); r != (Carried{There: 3}) {
		t.Errorf("again onto the same stick: %+v", r)
	}
	if r := office.in(stick); r.New != 3 || r.Words != 3 || len(r.Refused) != 0 {
		t.Fatalf("in: %+v", r)
	}
	for _, e := range visits {
		office.expect(field, e)
	}
	if p, err := office.store.PatientByIdentifier(t.Context(), records.Identifier{System: "card", Value: "al1"}); err != nil || p.ID != person(1).ID {
		t.Errorf("the person: %+v, %v", p, err)
	}

	if r := field.in(stick); r.Held != 3 || r.Sent != 0 {
		t.Fatalf("word: %+v", r)
	}
	if s := field.stats(); s.Carried != 3 || s.Done != 0 {
		t.Errorf("the office holds them: %+v", s)
	}
	if r := field.send(server); r.Sent != 0 || server.Writes() != 0 {
		t.Errorf("the laptop sends what the office holds: %+v", r)
	}
	if r := office.send(server); r.Sent != 3 || r.Parked != 0 {
		t.Fatalf("send: %+v", r)
	}
	office.expectOn(server, visits...)
	if r := office.out(stick); r.Words != 3 {
		t.Fatalf("out at the office: %+v", r)
	}
	if r := field.in(stick); r.Sent != 3 {
		t.Fatalf("receipts: %+v", r)
	}
	if s := field.stats(); s.Carried != 0 || s.Pending != 0 || s.Done != 4 {
		t.Errorf("sent: %+v", s)
	}
	writes := server.Writes()
	field.now = field.now.Add(48 * time.Hour)
	if r := field.send(server); r.Sent+r.Parked != 0 || server.Writes() != writes {
		t.Errorf("online later: %+v, %d writes", r, server.Writes()-writes)
	}
	if left, _ := stick.letters(); len(left) != 0 {
		t.Errorf("the stick still has %v", left)
	}
	if r := field.out(stick); r != (Carried{}) {
		t.Errorf("nothing is left to carry: %+v", r)
	}
	for _, p := range []*place{field, office} {
		if _, err := p.store.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestTwice: a letter that comes again, and a visit that comes in another letter,
// change nothing and are answered.
func TestTwice(t *testing.T) {
	field, office := pair(t)
	e := field.visit(person(1))
	for _, stick := range []Stick{OnStick(t.TempDir()), OnStick(t.TempDir())} {
		if r := field.out(stick); r.Visits != 1 {
			t.Fatalf("%+v", r)
		}
		again := copyOf(t, stick)
		first := office.in(stick)
		second := office.in(again)
		if first.Words != 1 || second.New != 0 || second.Known != 1 || second.Words != 1 {
			t.Errorf("first %+v, then %+v", first, second)
		}
		if len(second.Refused) != 1 || second.Refused[0].Why != ErrRepeated.Error() {
			t.Errorf("the same letter again: %+v", second.Refused)
		}
	}
	office.expect(field, e)
	if n := office.count(); n != 1 {
		t.Errorf("%d visits at the office", n)
	}
}

// TestLater: a visit that was corrected in the field after it was carried comes
// again with what is new; an older letter that turns up changes nothing.
func TestLater(t *testing.T) {
	field, office := pair(t)
	server := newServer(t)
	e := field.visit(person(1))
	old, now := OnStick(t.TempDir()), OnStick(t.TempDir())
	field.out(old)
	older := copyOf(t, old)
	office.in(old)
	field.amend(e, 128)
	if r := field.in(old); r.Held != 0 || r.Other != 1 {
		t.Errorf("word of what it was: %+v", r)
	}
	if s := field.stats(); s.Pending != 2 || s.Carried != 0 {
		t.Errorf("%+v", s)
	}
	if r := field.out(now); r.Visits != 1 {
		t.Fatalf("%+v", r)
	}
	if r := office.in(now); r.New != 1 {
		t.Fatalf("%+v", r)
	}
	office.expect(field, e)
	if r := office.in(older); r.New != 0 || r.Disputed != 0 || len(r.Refused) != 1 {
		t.Errorf("the older letter: %+v", r)
	}
	office.expect(field, e)
	if r := field.in(now); r.Held != 1 {
		t.Errorf("%+v", r)
	}
	office.send(server)
	office.expectOn(server, e)
	// It is corrected once more when all is sent: the laptop carries it again.
	office.out(now)
	field.in(now)
	field.amend(e, 126)
	if s := field.stats(); s.Pending != 1 {
		t.Errorf("%+v", s)
	}
	field.out(now)
	if r := office.in(now); r.New != 1 {
		t.Errorf("%+v", r)
	}
	if r := office.send(server); r.Sent != 1 || r.Parked != 0 {
		t.Errorf("%+v", r)
	}
	office.expectOn(server, e)
}

// TestConsent: what a person did not agree to share, what nobody asked about and
// what must be withheld is on no stick.
func TestConsent(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	refused, unasked, simulated, ongoing := field.visit(person(1)), field.visit(person(2)), field.visit(person(3)), field.visit(person(4))
	refused.Consents[0].Given = false
	field.save(refused)
	unasked.Consents = nil
	field.save(unasked)
	ongoing.Status, ongoing.Ended = records.InProgress, time.Time{}
	field.save(ongoing)
	field.c.Withhold = func(e *records.Encounter) string {
		if e.ID == simulated.ID {
			return "made up"
		}
		return ""
	}
	if r := field.out(stick); r != (Carried{Stay: 1}) {
		t.Errorf("%+v", r)
	}
	if r := office.in(stick); r.New != 0 || office.count() != 0 {
		t.Errorf("%+v", r)
	}
}

// TestFirst: the laptop gets a network before word came back, and sends what the
// office has, too. Each visit is on the server once, and nobody has to look at it.
func TestFirst(t *testing.T) {
	for _, officeFirst := range []bool{false, true} {
		field, office := pair(t)
		server, stick := newServer(t), OnStick(t.TempDir())
		e := field.visit(person(1))
		field.out(stick)
		office.in(stick)
		one, other := field, office
		if officeFirst {
			one, other = office, field
		}
		if r := one.send(server); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
		if r := other.send(server); r.Sent != 1 || r.Parked != 0 {
			t.Errorf("office first %v: %+v", officeFirst, r)
		}
		office.expectOn(server, e)
		if r := field.in(stick); r.Other != 0 {
			t.Errorf("%+v", r)
		}
		if s := field.stats(); s.Done != 1 || s.Carried != 0 {
			t.Errorf("what was sent is: %+v", s)
		}
	}
}
