package outbox_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
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

// seeds are by how many rows of chance something is tested: AIDPOST_SEEDS, or one.
func seeds() int {
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_SEEDS")); err == nil {
		return n
	}
	return 1
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
		// What the sender tries a server out with means nothing.
		if !want[key] && !strings.HasPrefix(key, "Basic/") {
			c.t.Errorf("%s is on the server and in no visit", key)
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

// checkAll asks the server for everything and sends what it has lost.
func (c *clinic) checkAll(url string) outbox.CheckReport {
	c.t.Helper()
	for range 200 {
		r, err := c.sender(url).Check(context.Background())
		if err != nil {
			c.t.Fatal(err)
		}
		if r.Stopped == "" {
			c.drain(url)
			return r
		}
		c.now = c.now.Add(20 * time.Minute)
	}
	c.t.Fatal("the check does not end")
	return outbox.CheckReport{}
}

// expectBytes compares what a server that takes our ids holds to what the visits
// say today, byte for byte.
func (c *clinic) expectBytes(server *standin.Server, es ...*records.Encounter) {
	c.t.Helper()
	held := server.Held()
	for _, e := range es {
		var before []*records.Encounter
		for rev := 1; rev < e.Revision; rev++ {
			old, err := c.store.EncounterRevision(context.Background(), e.ID, rev)
			if err != nil {
				c.t.Fatal(err)
			}
			before = append(before, old)
		}
		all, err := fhir.Visit(e, before, operator)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, r := range all {
			if got := held[r.Key()].JSON; !bytes.Equal(got, r.JSON) {
				c.t.Errorf("%s is held as %s, want %s", r.Key(), got, r.JSON)
			}
		}
	}
}
