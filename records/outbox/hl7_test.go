package outbox_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/hl7v2"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// receives starts a receiver and returns its address.
func receives(t testing.TB, r *standin.Receiver) string {
	t.Helper()
	l, err := r.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.Close()
		r.HangUp()
	})
	return "mllp://" + l.Addr().String()
}

func asHL7(c *outbox.Config) {
	c.HL7 = &outbox.HL7{Application: "ENGINE", Facility: "HOSPITAL", Patience: 200 * time.Millisecond}
}

// message is what the newest revision of a visit says.
func (c *clinic) message(e *records.Encounter) hl7v2.Message {
	c.t.Helper()
	now, err := c.store.Encounter(context.Background(), e.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	var before []*records.Encounter
	for rev := 1; rev < now.Revision; rev++ {
		old, err := c.store.EncounterRevision(context.Background(), e.ID, rev)
		if err != nil {
			c.t.Fatal(err)
		}
		before = append(before, old)
	}
	p := hl7v2.Parties{Operator: operator, Application: "ENGINE", Facility: "HOSPITAL"}
	m, says, err := hl7v2.Result(now, before, p, c.now)
	if err != nil || !says {
		c.t.Fatal(says, err)
	}
	return m
}

// expectMessages: the receiver holds the messages, each once, and no other.
func expectMessages(t testing.TB, r *standin.Receiver, want ...hl7v2.Message) {
	t.Helper()
	held := r.Held()
	for _, m := range want {
		got, ok := held[m.ControlID]
		if !ok {
			t.Errorf("message %s has not come", m.ControlID)
		} else if !bytes.Equal(got, m.Text) {
			t.Errorf("message %s has come as\n%s\nwant\n%s", m.ControlID, got, m.Text)
		}
		delete(held, m.ControlID)
	}
	for id, text := range held {
		t.Errorf("message %s is of no visit: %s", id, text)
	}
}

func TestHL7Delivers(t *testing.T) {
	c, r := newClinic(t), &standin.Receiver{}
	a, b := c.visit(person(1)), c.visit(person(2))
	c.save(a)
	c.save(b)
	s := c.sender(receives(t, r), asHL7)
	if got := c.once(s); got.Sent != 2 || got.Stopped != "" {
		t.Fatalf("%+v", got)
	}
	first := c.message(a)
	expectMessages(t, r, first, c.message(b))
	receipt, known, err := c.store.Receipt(t.Context(), records.ServerAt(s.URL), "ORU", a.ID)
	if err != nil || !known || receipt.Version != "acknowledged" || receipt.Remote != first.ControlID {
		t.Errorf("receipt %+v, %v, %v", receipt, known, err)
	}
	if got := c.once(s); got != (outbox.Report{}) || r.Times(first.ControlID) != 1 {
		t.Errorf("again: %+v, sent %d times", got, r.Times(first.ControlID))
	}
	a.Observations[0].Values[0].Quantity, a.Observations[0].State = vitals.Of(135, vitals.MmHg), records.Amended
	c.save(a)
	if got := c.once(s); got.Sent != 1 {
		t.Fatalf("correction: %+v", got)
	}
	expectMessages(t, r, first, c.message(b), c.message(a))
}

// TestHL7Merged: a visit that is another person's since records were merged comes
// once more, as a message of its own that names them.
func TestHL7Merged(t *testing.T) {
	c, r := newClinic(t), &standin.Receiver{}
	e, other := c.visit(person(1)), c.visit(person(2))
	c.save(e)
	c.save(other)
	s := c.sender(receives(t, r), asHL7)
	c.once(s)
	first := c.message(e)
	if err := c.store.Merge(t.Context(), e.Patient.ID, other.Patient.ID, "the same card"); err != nil {
		t.Fatal(err)
	}
	if got := c.once(s); got.Sent != 1 {
		t.Fatalf("%+v", got)
	}
	var last []byte
	for id, text := range r.Held() {
		if id != first.ControlID && bytes.Contains(text, []byte(e.ID)) {
			last = text
		}
	}
	if !bytes.Contains(last, []byte("Lovelace2^Ada")) || bytes.Contains(last, []byte("Lovelace1")) {
		t.Errorf("after the merge it says %s", last)
	}
}

// TestHL7Cut cuts the message and the answer at every byte, and the line before
// it: the visit is not taken to be sent, and then comes, once in effect.
func TestHL7Cut(t *testing.T) {
	c, r := newClinic(t), &standin.Receiver{}
	url := receives(t, r)
	e := c.visit(person(1))
	c.save(e)
	length := len(c.message(e).Text) + 3
	answer := len(standin.Acknowledge("AA", c.message(e).ControlID, "")) + 3
	for at := range length + answer {
		f := standin.Mishap{HangUpAfter: at + 1}
		if at >= length {
			f = standin.Mishap{CutAfter: at - length + 1}
		}
		var hung atomic.Int32
		r.Fail(func(int) standin.Mishap { hung.Add(1); return f })
		if got := c.once(c.sender(url, asHL7)); got.Sent != 0 || got.Stopped == "" || got.Parked != 0 {
			t.Fatalf("cut at %d of %d: %+v", at, length, got)
		}
		if hung.Load() == 0 {
			t.Fatal("nothing was cut")
		}
	}
	r.Fail(nil)
	if got := c.once(c.sender(url, asHL7)); got.Sent != 1 {
		t.Fatalf("at last: %+v", got)
	}
	expectMessages(t, r, c.message(e))
}

// TestHL7Answers: what each answer does to the visit, to the ones after it, and
// to what staff read.
func TestHL7Answers(t *testing.T) {
	for name, tt := range map[string]struct {
		code, more           string // the answer to the first of two visits
		sent, parked, delays int
		stopped              bool
		says                 string
	}{
		"taken in":            {"AA", "", 2, 0, 0, false, ""},
		"error without words": {"AE", "", 1, 1, 0, false, "the receiver answered AE"},
		"a field is missing":  {"AE", "ERR||PID^1^5|101^x^HL70357|E||||Name is missing", 1, 1, 0, false, `a field is missing at PID-1-5 ("Name is missing")`},
		"it quotes the person": {
			"AE", "ERR|||204^x^HL70357|E||||Unknown person Ada LOVELACE1, born 19151210, card AL1", 1, 1, 0, false,
			`("Unknown person … … born … … …")`,
		},
		"not now":                {"AR", "", 1, 0, 1, false, ""},
		"locked":                 {"AE", "ERR|||206^x^HL70357|E", 1, 0, 1, false, ""},
		"unknown version":        {"AR", "ERR|||203^x^HL70357|E", 0, 0, 0, true, "version 2.5.1 is not supported"},
		"refused at the door":    {"CR", "ERR|||200^x^HL70357|E", 0, 0, 0, true, "this type of message is not supported"},
		"stored, never taken":    {"CA", "", 0, 0, 0, true, "took too long"},
		"there already, at once": {"AE", "ERR|||205^x^HL70357|E", 1, 1, 0, false, "it is there already"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, r := newClinic(t), &standin.Receiver{}
			a := c.visit(person(1))
			c.save(a)
			c.save(c.visit(person(2)))
			control := c.message(a).ControlID
			r.Answer = func(id string, _ []byte) string {
				if id == control {
					return standin.Acknowledge(tt.code, id, tt.more)
				}
				return standin.Acknowledge("AA", id, "")
			}
			got := c.once(c.sender(receives(t, r), asHL7))
			if got.Sent != tt.sent || got.Parked != tt.parked || got.Delayed != tt.delays || (got.Stopped != "") != tt.stopped {
				t.Errorf("%+v", got)
			}
			says := got.Stopped
			parked, err := c.store.ParkedOutbox(t.Context(), 5)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range parked {
				says += p.Why
			}
			if !strings.Contains(says, tt.says) || strings.Contains(strings.ToLower(says), "lovelace") {
				t.Errorf("staff read %q, want %q", says, tt.says)
			}
		})
	}
}

// TestHL7LostAnswer: a receiver that took a message in, whose answer was lost,
// may call the second one a duplicate. That is no error.
func TestHL7LostAnswer(t *testing.T) {
	c, r := newClinic(t), &standin.Receiver{}
	e := c.visit(person(1))
	c.save(e)
	url := receives(t, r)
	r.Fail(func(n int) standin.Mishap { return standin.Mishap{Silent: n == 0} })
	if got := c.once(c.sender(url, asHL7)); got.Sent != 0 || !strings.Contains(got.Stopped, "took too long") {
		t.Fatalf("%+v", got)
	}
	c.restart()
	r.Answer = func(id string, _ []byte) string {
		return standin.Acknowledge("AE", id, "ERR|||205^Duplicate key identifier^HL70357|E")
	}
	if got := c.once(c.sender(url, asHL7)); got.Sent != 1 || got.Parked != 0 {
		t.Fatalf("%+v", got)
	}
	expectMessages(t, r, c.message(e))
}

// TestHL7Strangers: what answers is no receiver, or answers to something else.
func TestHL7Strangers(t *testing.T) {
	other := "\x0b" + standin.Acknowledge("AA", "0123456789ABCDEF0123", "") + "\x1c\r"
	for name, tt := range map[string]struct{ instead, says string }{
		"another message": {other, "answered to another message"},
		"web server":      {"HTTP/1.1 400 Bad Request\r\n" + strings.Repeat("x", 300), "no HL7 receiver"},
		"no ack":          {"\x0bMSH|^~\\&|E|H\r\x1c\r", "no HL7 receiver"},
		"endless":         {"\x0b" + strings.Repeat("x", 70<<10), "no HL7 receiver"},
		"frame in frame":  {"\x0bMSH\x0b", "no HL7 receiver"},
		"no tail":         {"\x0bMSH\x1cx", "no HL7 receiver"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, r := newClinic(t), &standin.Receiver{}
			r.Fail(func(int) standin.Mishap { return standin.Mishap{Instead: tt.instead} })
			c.save(c.visit(person(1)))
			got := c.once(c.sender(receives(t, r), asHL7))
			if got.Sent != 0 || got.Parked != 0 || !strings.Contains(got.Stopped, tt.says) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestHL7TwoAnswers: a receiver that says first that it has stored a message and
// then that it has taken it in is understood either way.
func TestHL7TwoAnswers(t *testing.T) {
	for _, commitOnly := range []bool{false, true} {
		c, r := newClinic(t), &standin.Receiver{}
		r.Answer = func(id string, _ []byte) string {
			return standin.Acknowledge("CA", id, "") + "\x1c\r\x0b" + standin.Acknowledge("AA", id, "")
		}
		var want []hl7v2.Message
		for i := range 5 {
			e := c.visit(person(i))
			c.save(e)
			want = append(want, c.message(e))
		}
		s := c.sender(receives(t, r), asHL7, func(c *outbox.Config) { c.HL7.CommitOnly = commitOnly })
		if got := c.once(s); got.Sent != len(want) {
			t.Fatalf("commit only %v: %+v", commitOnly, got)
		}
		for _, m := range want {
			if r.Times(m.ControlID) != 1 {
				t.Errorf("commit only %v: message %s was sent %d times", commitOnly, m.ControlID, r.Times(m.ControlID))
			}
		}
	}
}

// TestHL7Faults: many visits through whatever may happen, with restarts of the
// kiosk in between.
func TestHL7Faults(t *testing.T) {
	random, restarts := rand.New(rand.NewPCG(5, 5)), rand.New(rand.NewPCG(5, 6))
	c, r := newClinic(t), &standin.Receiver{}
	url := receives(t, r)
	r.Fail(func(int) standin.Mishap {
		switch random.IntN(12) {
		case 0:
			return standin.Mishap{HangUpAfter: 1 + random.IntN(900)}
		case 1:
			return standin.Mishap{CutAfter: 1 + random.IntN(100)}
		case 2:
			return standin.Mishap{Instead: "\x0b" + standin.Acknowledge("AA", "0000", "") + "\x1c\r"}
		case 3:
			return standin.Mishap{Instead: "garbage"}
		case 4:
			return standin.Mishap{Delay: 30 * time.Millisecond} // late, and the next one comes meanwhile
		}
		return standin.Mishap{}
	})
	impatient := func(c *outbox.Config) { asHL7(c); c.HL7.Patience = 20 * time.Millisecond }
	var want []hl7v2.Message
	for i := range 60 {
		e := c.visit(person(i % 7))
		c.save(e)
		want = append(want, c.message(e))
	}
	at := c.now
	for range 400 {
		c.once(c.sender(url, impatient))
		if stats := c.stats(); stats.Pending+stats.InFlight == 0 {
			break
		}
		c.now = c.now.Add(20 * time.Minute)
		if restarts.IntN(10) == 0 {
			c.restart()
		}
	}
	if stats := c.stats(); stats.Done != 60 || stats.Dead != 0 {
		t.Fatalf("%+v", stats)
	}
	c.now = at
	expectMessages(t, r, want...)
}
