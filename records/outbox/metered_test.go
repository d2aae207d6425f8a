package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// A told server remembers what it was asked.
type toldServer struct {
	next  http.Handler
	mu    sync.Mutex
	asked strings.Builder
}

func (s *toldServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	s.asked.WriteString(r.Method + " " + r.URL.RequestURI() + " " + string(body) + "\n")
	s.mu.Unlock()
	s.next.ServeHTTP(w, r)
}

// since is what it was asked since the last time.
func (s *toldServer) since() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.asked.Reset()
	return s.asked.String()
}

// watchFor lets a sender watch until it has sent so many visits more that are saved
// one after the other, so that it has been through everything in between.
func (c *clinic) watchFor(s *outbox.Sender, visits int) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	arrived, ended := make(chan outbox.Report, 10), make(chan error, 1)
	go func() { ended <- s.Watch(ctx, func(r outbox.Report) { arrived <- r }) }()
	for range visits {
		c.save(c.visit(nil))
		select {
		case <-arrived:
		case <-time.After(20 * time.Second):
			c.t.Fatal("it does not arrive")
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		c.t.Errorf("it ended with %v", err)
	}
}

// TestMetered: while the network costs by volume visits go at once; the audit trail
// and checks wait until a day has passed, or the network costs nothing.
func TestMetered(t *testing.T) {
	c, server := newClinic(t), &toldServer{next: &standin.Server{VersionZero: true}}
	metered := false
	s := c.sender(serve(t, server), func(o *outbox.Config) {
		o.Audit = &records.Place{Organization: "Clinic", Location: "2", Kiosk: "1"}
		o.Metered = func(context.Context) bool { return metered }
	})
	for _, step := range []struct {
		name           string
		hours          int
		metered        bool
		checks, trails bool
	}{
		{"at first", 0, false, false, true},
		{"metered", 12, true, false, false},
		{"a day after the trail was sent and the first visit was", 25, true, true, true},
		{"when the next is due", 37, true, false, false},
		{"no longer metered", 38, false, true, true},
	} {
		c.now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(step.hours) * time.Hour)
		metered = step.metered
		if err := c.store.Ordered(t.Context(), "something for the audit trail"); err != nil {
			t.Fatal(err)
		}
		server.since()
		c.watchFor(s, 2)
		asked := server.since()
		if got := strings.Contains(asked, "_elements=id"); got != step.checks {
			t.Errorf("%s: checks %v", step.name, got)
		}
		if got := strings.Contains(asked, `"AuditEvent"`); got != step.trails {
			t.Errorf("%s: the audit trail goes %v", step.name, got)
		}
	}
}

// TestWaitsWhileMetered: where a site wants that, nothing at all goes over a network
// that costs by volume, and all of it once that is over; somebody who asks for it
// can always send.
func TestWaitsWhileMetered(t *testing.T) {
	c, held := newClinic(t), &standin.Server{VersionZero: true}
	server := &toldServer{next: held}
	var metered atomic.Bool
	metered.Store(true)
	asked := make(chan bool, 100)
	s := c.sender(serve(t, server), func(o *outbox.Config) {
		o.WaitMetered = true
		o.Metered = func(context.Context) bool { asked <- true; return metered.Load() }
	})
	first, second := c.visit(person(1)), c.visit(person(2))
	c.save(first)
	ctx, cancel := context.WithCancel(t.Context())
	arrived, ended := make(chan outbox.Report, 10), make(chan error, 1)
	go func() { ended <- s.Watch(ctx, func(r outbox.Report) { arrived <- r }) }()
	for range 2 {
		<-asked
	}
	if requests := server.since(); requests != "" {
		t.Errorf("it asks %s", requests)
	}
	metered.Store(false)
	select {
	case r := <-arrived:
		if r.Sent != 1 {
			t.Errorf("%+v", r)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not arrive")
	}
	cancel()
	<-ended
	metered.Store(true)
	c.save(second)
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("asked for: %+v", r)
	}
	c.expect(held, first, second)
}
