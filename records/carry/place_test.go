package carry

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

var operator = fhir.Operator{Base: "https://clinic.example", Version: "1"}

// A place is an Aidpost, with a clock that tests turn.
type place struct {
	*testing.T
	name   string
	store  *records.Store
	access *records.Access
	c      *Carrier
	now    time.Time
}

func newPlace(t *testing.T, name string) *place {
	t.Helper()
	p := &place{T: t, name: name, now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	var err error
	p.store, err = records.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"), records.Options{Now: func() time.Time { return p.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close() })
	p.access = p.store.Console("test", name)
	p.c = New(Config{Store: p.store, Access: p.access})
	return p
}

func (p *place) card() Card {
	p.Helper()
	c, err := MyCard(p.Context(), p.access, p.name)
	if err != nil {
		p.Fatal(err)
	}
	return c
}

func (p *place) trust(other *place, office bool) {
	p.Helper()
	if err := p.access.TrustPartner(p.Context(), other.card().Partner("", office)); err != nil {
		p.Fatal(err)
	}
}

// pair is a laptop in the field and the office that it carries to.
func pair(t *testing.T) (field, office *place) {
	t.Helper()
	field, office = newPlace(t, "field"), newPlace(t, "office")
	field.trust(office, true)
	office.trust(field, false)
	return field, office
}

func person(n int) *records.Patient {
	return &records.Patient{
		ID: records.ID(fmt.Sprintf("11111111-1111-4111-8111-%012d", n)), Given: "Ada", Family: "Lovelace" + fmt.Sprint(n),
		BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Identifiers: []records.Identifier{{System: "card", Value: fmt.Sprint("AL", n)}},
	}
}

// visit saves a visit of somebody who agreed to share; nil is a guest.
func (p *place) visit(who *records.Patient) *records.Encounter {
	p.Helper()
	at := p.now.Add(-10 * time.Minute)
	e := &records.Encounter{
		ID: records.NewID(), Patient: who, Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "Europe/Madrid",
		Place:    records.Place{Organization: "Clinic", Location: "Truck", Kiosk: p.name},
		Operator: records.Clinician{Name: "Nurse Joy"},
		Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: at}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.BloodPressure, State: records.Confirmed, Taken: at.Add(time.Minute),
			Values: vitals.Values{
				{Measure: vitals.Systolic, Quantity: vitals.Of(134, vitals.MmHg)},
				{Measure: vitals.Diastolic, Quantity: vitals.Of(86, vitals.MmHg)},
			},
			Origin:  records.Origin{Device: records.Device{Maker: "SunTech Medical", Model: "Advantage", Serial: "A-1001"}, Driver: "suntech-advantage"},
			Capture: []records.WireFrame{{At: at, Bytes: []byte{1, 2, 3}}},
		}},
	}
	p.save(e)
	return e
}

func (p *place) save(e *records.Encounter) {
	p.Helper()
	if err := p.store.Save(p.Context(), e); err != nil {
		p.Fatal(err)
	}
}

// amend corrects the pressure of a visit.
func (p *place) amend(e *records.Encounter, systolic int) {
	p.Helper()
	_, err := p.access.Amend(p.Context(), e.Observations[0].ID, records.Amendment{
		Values: vitals.Values{{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)}},
	}, records.Correction{Reason: "wrong-value"})
	if err != nil {
		p.Fatal(err)
	}
}

func (p *place) out(s Stick) Carried {
	p.Helper()
	r, err := p.c.Out(p.Context(), s)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

func (p *place) in(s Stick) Taken {
	p.Helper()
	r, err := p.c.In(p.Context(), s)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

func (p *place) stats() records.OutboxStats {
	p.Helper()
	s, err := p.store.OutboxStats(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// expect makes sure that this place has a visit exactly as another one has it, all
// its revisions and captures included.
func (p *place) expect(other *place, e *records.Encounter) {
	p.Helper()
	here, err := p.store.Carried(p.Context(), e.ID)
	if err != nil {
		p.Fatal(err)
	}
	there, err := other.store.Carried(p.Context(), e.ID)
	if err != nil {
		p.Fatal(err)
	}
	here.People, there.People, here.Merged, there.Merged = nil, nil, nil, nil
	a, _, errA := here.Encode()
	b, _, errB := there.Encode()
	if errA != nil || errB != nil || string(a) != string(b) {
		p.Errorf("%s has\n%s\nand %s\n%s", p.name, a, other.name, b)
	}
}

// count is how many visits there are.
func (p *place) count() (n int) {
	p.Helper()
	for _, err := range p.store.Encounters(p.Context(), records.Filter{}) {
		if err != nil {
			p.Fatal(err)
		}
		n++
	}
	return n
}

// A server is the stand-in for the FHIR server, with its address.
type server struct {
	*standin.Server
	url string
}

func newServer(t *testing.T) server {
	h := &standin.Server{}
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	t.Cleanup(s.Close)
	return server{h, s.URL}
}

// send sends what is due from a place, and has it pass the receipts on.
func (p *place) send(s server) outbox.Report {
	p.Helper()
	sender, err := outbox.New(p.store, outbox.Config{URL: s.url, Operator: operator, Now: func() time.Time { return p.now }})
	if err != nil {
		p.Fatal(err)
	}
	r, err := sender.Once(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	p.c.Server = records.ServerAt(s.url)
	return r
}

// expectOn makes sure that a server holds the visits as a place has them, and
// nothing else of that kind.
func (p *place) expectOn(s server, es ...*records.Encounter) {
	p.Helper()
	held, visits := s.Held(), 0
	for key := range held {
		if len(key) > 10 && key[:10] == "Encounter/" {
			visits++
		}
	}
	if visits != len(es) {
		p.Errorf("the server holds %d visits, not %d", visits, len(es))
	}
	for _, e := range es {
		now, err := p.store.Encounter(p.Context(), e.ID)
		if err != nil {
			p.Fatal(err)
		}
		all, err := fhir.Visit(now, nil, operator)
		if err != nil {
			p.Fatal(err)
		}
		for _, r := range all {
			if same, err := fhir.Same(r.JSON, held[r.Key()].JSON); err != nil || !same {
				p.Errorf("%s is held as %s, want %s", r.Key(), held[r.Key()].JSON, r.JSON)
			}
		}
	}
}
