package outbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestTooLarge: a server's bound is found out and kept to, and not at the price
// of a visit.
func TestTooLarge(t *testing.T) {
	c, server := newClinic(t), &standin.Server{MaxBytes: 9000}
	var es []*records.Encounter
	for range 5 {
		e := c.visit(person(1))
		c.save(e)
		es = append(es, e)
	}
	c.drain(serve(t, server))
	c.expect(server, es...)
}

// TestChangedByOthers: a person's record that the server's own people changed
// stays theirs; a measurement that they changed waits for a person.
func TestChangedByOthers(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	url := serve(t, server)
	e := c.visit(person(1))
	c.save(e)
	c.drain(url)
	key := "Patient/" + string(e.Patient.ID)
	theirs := []byte(`{"resourceType":"Patient","active":false}`)
	server.Put(key, theirs)
	e.Patient.Family = "Byron"
	c.save(e)
	c.drain(url)
	if got := server.Held()[key].JSON; !bytes.Equal(got, theirs) {
		t.Errorf("the person's record is now %s", got)
	}
	server.Put("Observation/"+string(e.Observations[0].ID), []byte(`{"resourceType":"Observation","status":"entered-in-error"}`))
	e.Observations[0].Values[0].Quantity = vitals.Of(99, vitals.MmHg)
	c.save(e)
	if r := c.once(c.sender(url)); r.Parked != 1 {
		t.Errorf("%+v", r)
	}
	parked, err := c.store.ParkedOutbox(t.Context(), 1)
	if err != nil || len(parked) != 1 || !strings.Contains(parked[0].Why, "changed on the server by somebody else") {
		t.Errorf("%+v, %v", parked, err)
	}
}

// TestOmitsWhatIsNotKept: a server without Communication gets the rest.
func TestOmitsWhatIsNotKept(t *testing.T) {
	kinds := []string{"Organization", "Location", "Patient", "Device", "Encounter", "Observation", "DiagnosticReport"}
	c, server := newClinic(t), &standin.Server{Kinds: kinds, Refuse: func(kind string, _ []byte) string {
		if kind == "Provenance" || kind == "Communication" {
			return kind
		}
		return ""
	}}
	c.save(c.visit(person(1)))
	if r := c.once(c.sender(serve(t, server))); r.Sent != 1 {
		t.Errorf("%+v", r)
	}
}

// TestWaitSurvivesRestart: how long a server is left alone grows, is bounded,
// and is known after a restart; one success ends it.
func TestWaitSurvivesRestart(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	down := true
	url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
		if down {
			return standin.Away
		}
		return standin.None
	}})
	c.save(c.visit(person(1)))
	for n := 1; n <= 30; n++ {
		r := c.once(c.sender(url))
		if r.Stopped == "" || r.Next.Sub(c.now) > 15*time.Minute || !r.Next.After(c.now) {
			t.Fatalf("try %d: %+v", n, r)
		}
		c.restart()
		state, err := c.store.ServerState(t.Context(), records.ServerAt(url))
		if err != nil || state.Failures != n || state.Next.UnixMilli() != r.Next.UnixMilli() {
			t.Fatalf("after a restart %+v, %v", state, err)
		}
	}
	if stats := c.stats(); stats.Pending != 1 || stats.Dead != 0 {
		t.Errorf("%+v", stats)
	}
	down = false
	if r := c.once(c.sender(url)); r.Sent != 1 {
		t.Errorf("%+v", r)
	}
	if state, err := c.store.ServerState(t.Context(), records.ServerAt(url)); err != nil || state.Failures != 0 || state.Why != "" {
		t.Errorf("%+v, %v", state, err)
	}
}

// TestNoSecretIsSaid, whatever goes wrong, and a refusal pauses instead of
// burning the queue.
func TestNoSecretIsSaid(t *testing.T) {
	for name, auth := range map[string]outbox.Auth{
		"bearer": outbox.NewBearer("s3cr3t-token"),
		"basic":  outbox.NewBasic("kiosk-7", "s3cr3t"),
	} {
		t.Run(name, func(t *testing.T) { testNoSecretIsSaid(t, auth) })
	}
}

func testNoSecretIsSaid(t *testing.T, auth outbox.Auth) {
	c := newClinic(t)
	asked := 0
	server := &standin.Server{Auth: func(*http.Request) bool { asked++; return false }}
	c.save(c.visit(person(1)))
	s := c.sender(serve(t, server), func(o *outbox.Config) { o.Auth = auth })
	r := c.once(s)
	if r.Stopped == "" || r.Next.Sub(c.now) != 15*time.Minute || asked != 2 {
		t.Errorf("%+v after %d requests", r, asked)
	}
	said := c.log.String() + fmt.Sprintf("%v %+v %#v %s", auth, auth, auth, r.Stopped)
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	said += string(text)
	if strings.Contains(said, "s3cr3t") || strings.Contains(said, base64.StdEncoding.EncodeToString([]byte("kiosk-7:s3cr3t"))) || strings.Contains(said, "Lovelace") {
		t.Errorf("said %s", said)
	}
}

func TestUnusableSettings(t *testing.T) {
	c := newClinic(t)
	for _, url := range []string{"", "clinic", "http://clinic.example/fhir", "https://a:b@clinic.example", "ftp://clinic.example"} {
		if _, err := outbox.New(c.store, outbox.Config{URL: url, Operator: operator}); err == nil {
			t.Errorf("%q is an address", url)
		}
	}
	if _, err := outbox.New(c.store, outbox.Config{URL: "https://clinic.example"}); err == nil {
		t.Error("an operator without a base")
	}
}

// TestWatch: what is saved while the kiosk is watching arrives by itself.
func TestWatch(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	s := c.sender(serve(t, server))
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan outbox.Report, 10)
	ended := make(chan error, 1)
	go func() { ended <- s.Watch(ctx, func(r outbox.Report) { arrived <- r }) }()
	for range 3 {
		began := time.Now()
		c.save(c.visit(person(1)))
		select {
		case r := <-arrived:
			if r.Sent != 1 {
				t.Errorf("%+v", r)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it does not arrive")
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}

// TestServerThatAlters: one that keeps something else than it confirmed is found
// out, and in the end a person learns of it.
func TestServerThatAlters(t *testing.T) {
	c := newClinic(t)
	server := &standin.Server{Alter: func(resource []byte) []byte {
		return bytes.ReplaceAll(resource, []byte(`"value":134,`), []byte(`"value":143,`))
	}}
	c.save(c.visit(person(1)))
	s := c.sender(serve(t, server))
	for range 40 {
		if r := c.once(s); r.Sent != 0 {
			t.Fatalf("%+v", r)
		}
		c.now = c.now.Add(20 * time.Minute)
	}
	parked, err := c.store.ParkedOutbox(t.Context(), 1)
	if err != nil || len(parked) != 1 || !strings.Contains(parked[0].Why, "holds another Observation than it confirmed") {
		t.Errorf("%+v, %v", parked, err)
	}
}
