package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

var operator = fhir.Operator{Base: "https://clinic.example", Version: "1"}

// A clinic is a kiosk with a clock that tests turn.
type clinic struct {
	t     testing.TB
	store *records.Store
	path  string
	now   time.Time
	log   bytes.Buffer
}

func newClinic(t testing.TB) *clinic {
	c := &clinic{t: t, path: filepath.Join(t.TempDir(), "a.db"), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	c.open()
	t.Cleanup(func() { _ = c.store.Close() })
	return c
}

func (c *clinic) open() {
	c.t.Helper()
	var err error
	c.store, err = records.Open(context.Background(), c.path, records.Options{Now: func() time.Time { return c.now }})
	if err != nil {
		c.t.Fatal(err)
	}
}

// restart is what a kiosk that is switched off and on does.
func (c *clinic) restart() {
	c.t.Helper()
	if err := c.store.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.open()
}

func (c *clinic) save(e *records.Encounter) {
	c.t.Helper()
	if err := c.store.Save(context.Background(), e); err != nil {
		c.t.Fatal(err)
	}
}

func (c *clinic) sender(url string, change ...func(*outbox.Config)) *outbox.Sender {
	c.t.Helper()
	config := outbox.Config{
		URL: url, Operator: operator, Now: func() time.Time { return c.now },
		Log: slog.New(slog.NewTextHandler(&c.log, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	s, err := outbox.New(c.store, config)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

func (c *clinic) once(s *outbox.Sender) outbox.Report {
	c.t.Helper()
	r, err := s.Once(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *clinic) stats() records.OutboxStats {
	c.t.Helper()
	stats, err := c.store.OutboxStats(context.Background())
	if err != nil {
		c.t.Fatal(err)
	}
	return stats
}

// person is one of a few who come again.
func person(n int) *records.Patient {
	return &records.Patient{
		ID: records.ID(fmt.Sprintf("11111111-1111-4111-8111-%012d", n)), Given: "Ada", Family: "Lovelace" + fmt.Sprint(n),
		BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Identifiers: []records.Identifier{{System: "card", Value: fmt.Sprint("AL", n)}},
	}
}

// visit is a finished encounter of somebody who agreed to share.
func (c *clinic) visit(p *records.Patient) *records.Encounter {
	at := c.now.Add(-10 * time.Minute)
	return &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "Europe/Madrid",
		Place:    records.Place{Organization: "Clinic", Location: "Room 2", Kiosk: "kiosk-1"},
		Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: at}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.BloodPressure, State: records.Confirmed, Taken: at.Add(time.Minute),
			Values: vitals.Values{
				{Measure: vitals.Systolic, Quantity: vitals.Of(134, vitals.MmHg)},
				{Measure: vitals.Diastolic, Quantity: vitals.Of(86, vitals.MmHg)},
				{Measure: vitals.Pulse, Quantity: vitals.Of(72, vitals.PerMinute)},
			},
			Origin:  records.Origin{Device: records.Device{Maker: "SunTech Medical", Model: "Advantage", Serial: "A-1001"}, Driver: "suntech-advantage"},
			Capture: []records.WireFrame{{At: at, Bytes: []byte{1, 2, 3}}},
		}},
	}
}

func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// expect compares what a server holds to what the encounters say: each resource
// once, element for element, and nothing else.
func (c *clinic) expect(server *standin.Server, es ...*records.Encounter) {
	c.t.Helper()
	held := server.Held()
	want := map[string]bool{}
	for _, e := range es {
		stored, err := c.store.Encounter(context.Background(), e.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		all, err := fhir.Visit(stored, nil, operator)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, r := range all {
			want[r.Key()] = true
			got, ok := held[r.Key()]
			if !ok {
				c.t.Errorf("%s is not on the server", r.Key())
				continue
			}
			if same, err := fhir.Same(r.JSON, got.JSON); err != nil || !same {
				c.t.Errorf("%s is held as %s, want %s", r.Key(), got.JSON, r.JSON)
			}
		}
		for rev := 1; rev < stored.Revision; rev++ {
			old, err := c.store.EncounterRevision(context.Background(), e.ID, rev)
			if err != nil {
				c.t.Fatal(err)
			}
			earlier, err := fhir.Visit(old, nil, operator)
			if err != nil {
				c.t.Fatal(err)
			}
			for _, r := range earlier {
				want[r.Key()] = true // of a revision that may have arrived
			}
		}
	}
	for key := range held {
		if !want[key] {
			c.t.Errorf("%s is on the server and in no visit", key)
		}
	}
}

func TestDelivers(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	a, b, guest := c.visit(person(1)), c.visit(person(1)), c.visit(nil)
	for _, e := range []*records.Encounter{a, b, guest} {
		c.save(e)
	}
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 3 || r.Stopped != "" || r.Parked != 0 {
		t.Fatalf("%+v", r)
	}
	c.expect(server, a, b, guest)
	if stats := c.stats(); stats.Done != 3 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
	writes := server.Writes()
	if r := c.once(s); r != (outbox.Report{}) || server.Writes() != writes {
		t.Errorf("again: %+v, %d writes", r, server.Writes()-writes)
	}
	// A correction changes what it corrects and nothing else.
	a.Observations[0].Values[0].Quantity = vitals.Of(135, vitals.MmHg)
	a.Observations[0].State = records.Amended
	c.save(a)
	if r := c.once(s); r.Sent != 1 {
		t.Fatalf("correction: %+v", r)
	}
	c.expect(server, a, b, guest)
	if n := server.Writes() - writes; n != 4 { // pressure and pulse, now amended, report and provenance
		t.Errorf("the correction wrote %d resources", n)
	}
}

// TestConsentGoverns: nothing of a visit that the person did not agree to share
// reaches the server, and a withdrawal stops what has not left.
func TestConsentGoverns(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	refused, withdrawn := c.visit(person(1)), c.visit(person(2))
	refused.Consents[0].Given = false
	c.save(refused)
	c.save(withdrawn)
	withdrawn.Consents = append(withdrawn.Consents, records.Consent{Purpose: records.ConsentShare, Version: "1", At: c.now})
	c.save(withdrawn)
	if r := c.once(c.sender(serve(t, server))); r.Sent != 0 || len(server.Held()) != 0 {
		t.Errorf("%+v, the server holds %d resources", r, len(server.Held()))
	}
	if stats := c.stats(); stats.Held != 3 || stats.Pending != 0 {
		t.Errorf("%+v", stats)
	}
}

// TestLeavesOpenVisits alone until they are finished, or older than any visit.
func TestLeavesOpenVisits(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	e := c.visit(person(1))
	e.Status, e.Ended = records.InProgress, time.Time{}
	c.save(e)
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 0 {
		t.Errorf("sent while open: %+v", r)
	}
	c.now = c.now.Add(2 * time.Hour)
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("cut short and not sent: %+v", r)
	}
}

// TestOneDoesNotBlockOthers: a visit that the server refuses is parked with the
// reason in words, without what the server quoted of the person.
func TestOneDoesNotBlockOthers(t *testing.T) {
	c := newClinic(t)
	bad := c.visit(person(7))
	server := &standin.Server{Refuse: func(kind string, resource []byte) string {
		if bytes.Contains(resource, []byte(bad.ID)) && kind == "Encounter" {
			return "Encounter.period"
		}
		return ""
	}}
	var good []*records.Encounter
	for i := range 30 {
		if i == 17 {
			c.save(bad)
		}
		e := c.visit(person(i % 5))
		c.save(e)
		good = append(good, e)
	}
	s := c.sender(serve(t, server))
	if r := c.once(s); r.Sent != 30 || r.Parked != 1 {
		t.Fatalf("%+v", r)
	}
	c.expect(server, good...)
	parked, err := c.store.ParkedOutbox(t.Context(), 10)
	if err != nil || len(parked) != 1 || parked[0].Encounter != bad.ID {
		t.Fatalf("%+v, %v", parked, err)
	}
	if why := parked[0].Why; !strings.Contains(why, "422") || !strings.Contains(why, "Encounter.period") ||
		!strings.Contains(why, "HAPI-0450") || strings.Contains(why, "Lovelace") {
		t.Errorf("parked because %q", why)
	}
	server.Refuse = nil
	if n, err := c.store.RetryOutbox(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r := c.once(s); r.Sent != 1 {
		t.Errorf("after the repair: %+v", r)
	}
	c.expect(server, append(good, bad)...)
}

// TestEveryFault: after any one of them, at any request, both sides are equal
// in the end, and nothing was called sent before it was there.
func TestEveryFault(t *testing.T) {
	for _, fault := range standin.Faults() {
		for at := range 4 {
			t.Run(fmt.Sprint(fault, "-", at), func(t *testing.T) {
				c, server := newClinic(t), &standin.Server{}
				n := -1
				url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
					if n++; n == at {
						return fault
					}
					return standin.None
				}})
				es := []*records.Encounter{c.visit(person(1)), c.visit(nil)}
				for _, e := range es {
					c.save(e)
				}
				c.drain(url)
				c.expect(server, es...)
			})
		}
	}
}

// drain runs a sender, anew each time, until nothing is left.
func (c *clinic) drain(url string, change ...func(*outbox.Config)) {
	c.t.Helper()
	s := c.sender(url, change...)
	for range 200 {
		c.once(s)
		if stats := c.stats(); stats.Pending+stats.InFlight == 0 {
			if stats.Dead > 0 {
				parked, _ := c.store.ParkedOutbox(context.Background(), 3)
				c.t.Fatalf("parked: %+v", parked)
			}
			return
		}
		c.now = c.now.Add(20 * time.Minute)
	}
	c.t.Fatalf("it does not end: %+v\n%s", c.stats(), c.log.Bytes()[max(0, c.log.Len()-2000):])
}

// TestExactlyOnce: visits, corrections and restarts on a wire that misbehaves
// in every way, at random; in the end the server holds each exactly once.
func TestExactlyOnce(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			c, server := newClinic(t), &standin.Server{OwnIDs: false, MaxEntries: []int{0, 25, 9}[seed%3]}
			all := standin.Faults()
			url := serve(t, &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
				if r.IntN(3) == 0 {
					return all[r.IntN(len(all))]
				}
				return standin.None
			}})
			var es []*records.Encounter
			for i := range 60 {
				switch {
				case i%7 == 6:
					e := es[r.IntN(len(es))]
					e.Observations[0].Values[0].Quantity = vitals.Of(100+r.IntN(80), vitals.MmHg)
					c.save(e)
				default:
					e := c.visit([]*records.Patient{nil, person(r.IntN(4))}[r.IntN(2)])
					c.save(e)
					es = append(es, e)
				}
				if i%5 == 0 {
					c.once(c.sender(url))
					c.now = c.now.Add(time.Minute)
				}
				if i%20 == 0 {
					c.restart()
				}
			}
			c.drain(url)
			c.expect(server, es...)
		})
	}
}

// TestServerOfOwnIDs: one that makes its own ids holds the same, found by what
// Aidpost named it.
func TestServerOfOwnIDs(t *testing.T) {
	c, server := newClinic(t), &standin.Server{OwnIDs: true, MaxEntries: 8}
	cut := 0
	url := serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
		if cut++; cut%5 == 0 {
			return standin.CutAfter
		}
		return standin.None
	}})
	a, b := c.visit(person(1)), c.visit(person(1))
	c.save(a)
	c.save(b)
	c.drain(url)
	a.Observations[0].Values[0].Quantity = vitals.Of(140, vitals.MmHg)
	c.save(a)
	c.drain(url)
	kinds := map[string]int{}
	for key := range server.Held() {
		kind, _, _ := strings.Cut(key, "/")
		kinds[kind]++
	}
	want := map[string]int{
		"Organization": 1, "Location": 1, "Patient": 1, "Device": 2, "Encounter": 2, "Observation": 4, "DiagnosticReport": 2, "Provenance": 3,
	}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("the server holds %v, want %v", kinds, want)
	}
	found := false
	for _, h := range server.Held() {
		found = found || bytes.Contains(h.JSON, []byte(`"value":140,`))
	}
	if !found {
		t.Error("the correction is not there")
	}
}

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
	c := newClinic(t)
	asked := 0
	server := &standin.Server{Auth: func(*http.Request) bool { asked++; return false }}
	c.save(c.visit(person(1)))
	auth := outbox.NewBearer("s3cr3t-token")
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
	if strings.Contains(said+string(text), "s3cr3t") || strings.Contains(said, "Lovelace") {
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
