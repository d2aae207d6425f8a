package downsync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/downsync"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

var operator = fhir.Operator{Base: "https://clinic.example", Version: "1"}

// A chain is a server and the clocks of everybody.
type chain struct {
	t      testing.TB
	people *standin.People
	url    string
	now    time.Time // of the kiosks
	server time.Time // of the server
}

// newChain starts a server whose clock is years behind. Wrap, unless nil, stands
// before it.
func newChain(t testing.TB, wrap func(http.Handler) http.Handler) *chain {
	c := &chain{t: t, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), server: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)}
	c.people = &standin.People{Server: &standin.Server{}, Now: func() time.Time {
		c.server = c.server.Add(time.Second)
		return c.server
	}}
	h := http.Handler(c.people)
	if wrap != nil {
		h = wrap(h)
	}
	web := httptest.NewUnstartedServer(h)
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	web.Start()
	t.Cleanup(web.Close)
	c.url = web.URL
	return c
}

// A kiosk of the chain.
type kiosk struct {
	*chain
	name  string
	path  string // of the records
	store *records.Store
}

func (c *chain) kiosk(name string) *kiosk {
	c.t.Helper()
	k := &kiosk{chain: c, name: name, path: filepath.Join(c.t.TempDir(), name+".db")}
	var err error
	k.store, err = records.Open(context.Background(), k.path, records.Options{Now: func() time.Time { return c.now }})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = k.store.Close() })
	return k
}

func (k *kiosk) place() records.Place {
	return records.Place{Organization: "Clinic", Location: "Room of " + k.name, Kiosk: k.name}
}

func (k *kiosk) sender() *outbox.Sender {
	k.t.Helper()
	s, err := outbox.New(k.store, outbox.Config{URL: k.url, Operator: operator, Now: func() time.Time { return k.now }})
	if err != nil {
		k.t.Fatal(err)
	}
	return s
}

// send sends what is due.
func (k *kiosk) send() outbox.Report {
	k.t.Helper()
	r, err := k.sender().Once(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

func (k *kiosk) puller() *downsync.Puller {
	k.t.Helper()
	return downsync.New(k.store, downsync.Config{Source: k.sender(), URL: k.url, Operator: operator, Place: k.place()})
}

// pull takes over what the server says.
func (k *kiosk) pull() downsync.Report {
	k.t.Helper()
	r, err := k.puller().Once(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

// visit has somebody measured who agrees to share it.
func (k *kiosk) visit(p *records.Patient, systolic int) *records.Encounter {
	k.t.Helper()
	who := *p
	at := k.now.Add(-10 * time.Minute)
	e := &records.Encounter{
		ID: records.NewID(), Patient: &who, Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "Europe/Madrid",
		Place: k.place(), Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: at}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.BloodPressure, State: records.Confirmed, Taken: at.Add(time.Minute),
			Values: vitals.Values{
				{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(70, vitals.MmHg)},
			},
			Origin: records.Origin{Device: records.Device{Maker: "SunTech Medical", Model: "Advantage", Serial: "A-" + k.name}, Driver: "suntech-advantage"},
		}},
	}
	if err := k.store.Save(context.Background(), e); err != nil {
		k.t.Fatal(err)
	}
	return e
}

// knows returns who has a card here, nil for nobody.
func (k *kiosk) knows(card string) *records.Patient {
	k.t.Helper()
	p, err := k.store.PatientByIdentifier(context.Background(), records.Identifier{System: "card", Value: card})
	if err != nil {
		return nil
	}
	return p
}

func person(n int) *records.Patient {
	return &records.Patient{
		ID: records.ID(fmt.Sprintf("11111111-1111-4111-8111-%012d", n)), Given: "Ada", Family: fmt.Sprint("Lovelace", n), Language: "en",
		BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Identifiers: []records.Identifier{{System: "card", Value: fmt.Sprint("AL", n)}},
	}
}

// edit changes a Patient on the server as somebody there would.
func (c *chain) edit(id string, change func(map[string]any)) {
	c.t.Helper()
	held, ok := c.people.Held()["Patient/"+id]
	if !ok {
		c.t.Fatalf("the server does not know %s", id)
	}
	var m map[string]any
	if err := json.Unmarshal(held.JSON, &m); err != nil {
		c.t.Fatal(err)
	}
	change(m)
	c.put(id, m)
}

func (c *chain) put(id string, m map[string]any) {
	c.t.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		c.t.Fatal(err)
	}
	c.people.Put("Patient/"+id, text)
	c.people.Stamp()
}

func rename(family string) func(map[string]any) {
	return func(m map[string]any) {
		m["name"] = []any{map[string]any{"use": "official", "family": family, "given": []any{"Ada"}}}
	}
}
