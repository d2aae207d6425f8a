package clerk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/reports"
)

var now = time.Date(2026, 11, 26, 17, 0, 0, 0, time.UTC)

// A clinic is records with people who came a few times each.
type clinic struct {
	*records.Store
	people []records.ID
	visits []records.ID
}

func newClinic(t testing.TB, people, visits int) *clinic {
	t.Helper()
	store, err := records.Open(context.Background(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{
		Now: func() time.Time { return now }, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	c := &clinic{Store: store}
	for n := range people {
		p := &records.Patient{ID: records.NewID(), Given: fmt.Sprint("Amina ", n), Family: "Okafor", BirthDate: records.Date{Year: 1950 + n%40, Month: 3, Day: 9}}
		c.people = append(c.people, p.ID)
		for v := range visits {
			c.visits = append(c.visits, c.came(t, p, now.AddDate(0, -v, 0).Add(-time.Duration(n)*time.Minute), n+v))
		}
	}
	return c
}

func of(m vitals.Measure, n int, u vitals.Unit) vitals.Value {
	return vitals.Value{Measure: m, Quantity: vitals.Of(n, u)}
}

func (c *clinic) came(t testing.TB, p *records.Patient, at time.Time, n int) records.ID {
	t.Helper()
	observed := func(panel vitals.Panel, model string, values ...vitals.Value) records.Observation {
		return records.Observation{
			ID: records.NewID(), Panel: panel, State: records.Confirmed, Taken: at, Values: values,
			Origin: records.Origin{Driver: model, DriverVersion: "1.0", Device: records.Device{Maker: "M", Model: model, Serial: "S1"}, InstrumentAt: at, Drift: -90},
		}
	}
	e := &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "UTC", Language: "en",
		Consents: []records.Consent{{Purpose: records.ConsentKeep, Given: true, Version: "1", At: at}},
		Observations: []records.Observation{
			observed(vitals.BloodPressure, "suntech-advantage", of(vitals.Systolic, 120+n%60, vitals.MmHg), of(vitals.Diastolic, 70+n%30, vitals.MmHg), of(vitals.Pulse, 72, vitals.PerMinute)),
			observed(vitals.Oximetry, "contec-cms50d", of(vitals.SpO2, 97, vitals.Percent), of(vitals.Pulse, 71, vitals.PerMinute)),
			observed(vitals.BloodGlucose, "onetouch-ultra2", of(vitals.Glucose, 90+n%120, vitals.MgPerDL)),
		},
	}
	if err := c.Save(context.Background(), e); err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// in returns the clerk in somebody's hands.
func (c *clinic) in(t testing.TB, a *records.Access) *Clerk {
	t.Helper()
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := site.Rules(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	return &Clerk{Access: a, Profile: site.DefaultProfile(), Rules: rules, Words: all, Zone: time.UTC, Lang: "en", Now: func() time.Time { return now }}
}

func (c *clinic) order(k Kind) Order {
	o := Order{Kind: k, Since: now.AddDate(0, -1, 0), Until: now.AddDate(0, 0, 1)}
	switch k.Of() {
	case OneVisit:
		o.Encounter = c.visits[0]
	case OnePerson:
		o.Patient = c.people[0]
	}
	return o
}

// TestRights: each role gets the reports that the policy lets it see, and what
// it does not get is not written in part either.
func TestRights(t *testing.T) {
	c := newClinic(t, 2, 2)
	admin := c.Console("root", "kiosk-1")
	if err := c.in(t, admin).Write(t.Context(), io.Discard, c.order(Closing), "file"); !errors.Is(err, ErrNoClosing) {
		t.Errorf("before a day was closed: %v", err)
	}
	if _, err := admin.CloseDay(t.Context(), records.Closing{Since: now.AddDate(0, 0, -1)}); err != nil {
		t.Fatal(err)
	}
	hands := map[staff.Role]*records.Access{}
	for i, role := range []staff.Role{staff.Administrator, staff.Operator, staff.Supervisor, staff.Technician, staff.Auditor} {
		badge, pin := "BADGE-"+string(role), fmt.Sprint("839", i, "204")
		if _, err := admin.AddStaff(t.Context(), records.NewAccount{Name: string(role), Role: role, Badge: badge, PIN: pin}); err != nil {
			t.Fatal(err)
		}
		a, err := c.SignIn(t.Context(), badge, pin, "kiosk-1")
		if err == nil && a.MustChangePIN() {
			err = a.ResetPIN(t.Context(), a.Who().ID, fmt.Sprint("58391", i, "7"))
		}
		if err != nil {
			t.Fatal(err)
		}
		if hands[role] = a; role == staff.Administrator {
			admin = a
		}
	}
	hands[staff.Patient] = c.Visitor("kiosk-1")
	needs := map[Kind][]staff.Action{
		Visit: {staff.ReadRecord, staff.PrintRecord}, Referral: {staff.ReadRecord, staff.PrintRecord},
		Person: {staff.PrintRecord, staff.ReadRecord}, Trend: {staff.PrintRecord, staff.ReadRecord},
		Days: {staff.ListRecords, staff.ReadRecord, staff.PrintRecord}, Quality: {staff.ReadQuality}, Instruments: {staff.ReadQuality},
		Activity: {staff.ListRecords, staff.ReadQuality}, Book: {staff.ListRecords, staff.ReadRecord, staff.PrintRecord, staff.PrintForms}, Audit: {staff.PrintAudit},
		Closing: {staff.ReadShift, staff.ListRecords, staff.ReadRecord, staff.PrintRecord},
	}
	for _, k := range Kinds() {
		for role, a := range hands {
			may := true
			for _, action := range needs[k] {
				may = may && staff.Allow(role, action) == nil
			}
			var page bytes.Buffer
			err := c.in(t, a).Write(t.Context(), &page, c.order(k), "file")
			if may != (err == nil) || !may && (!errors.Is(err, staff.ErrDenied) || page.Len() > 0) || may && !bytes.HasPrefix(page.Bytes(), []byte("%PDF-")) {
				t.Errorf("%s for %s: may %t, %d bytes, %v", k, role, may, page.Len(), err)
			}
		}
	}
}

func TestOrdersThatCannotBe(t *testing.T) {
	c := newClinic(t, 1, 1)
	clerk := c.in(t, c.Console("root", "kiosk-1"))
	for name, test := range map[string]struct {
		order Order
		want  error
	}{
		"no kind":          {Order{Kind: "novel"}, ErrOrder},
		"no time":          {Order{Kind: Days}, ErrOrder},
		"an empty time":    {Order{Kind: Activity, Since: now, Until: now}, ErrOrder},
		"nobody":           {Order{Kind: Person, Patient: records.NewID()}, ErrNobody},
		"no such visit":    {Order{Kind: Visit, Encounter: records.NewID()}, records.ErrNotFound},
		"no such referral": {Order{Kind: Referral}, records.ErrNotFound},
	} {
		if err := clerk.Write(t.Context(), io.Discard, test.order, "file"); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkBatch writes the papers of a hundred people, as a batch for them
// does: from sealed visits, signed, each put on record.
func BenchmarkBatch(b *testing.B) {
	c := newClinic(b, 100, 6)
	clerk := c.in(b, c.Console("root", "kiosk-1"))
	var err error
	if clerk.Signer, err = NewSigner(b.Context(), clerk.Access, clerk.Profile); err != nil {
		b.Fatal(err)
	}
	for _, paper := range []reports.Paper{reports.A4, reports.Receipt} {
		b.Run(paper.String(), func(b *testing.B) {
			pages := 0
			for b.Loop() {
				for _, id := range c.people {
					var page bytes.Buffer
					if err := clerk.Write(b.Context(), &page, Order{Kind: Person, Patient: id, Paper: paper}, "file"); err != nil {
						b.Fatal(err)
					}
					pages += bytes.Count(page.Bytes(), []byte("/Type /Page\n"))
				}
			}
			b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
			b.ReportMetric(float64(len(c.people)*b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}

// TestReferralWaitsForAnAnswer: a letter that leaves is on the list of those of
// which something should come back, with the code that is printed on it; one
// that is only looked at is not.
func TestReferralWaitsForAnAnswer(t *testing.T) {
	c := newClinic(t, 1, 1)
	clerk := c.in(t, c.Console("root", "kiosk-1"))
	order := c.order(Referral)
	order.To, order.Reason, order.Due = "Dr Cole", "pressure", now.AddDate(0, 0, 3)
	list := func() []records.Referred {
		t.Helper()
		all, err := clerk.Access.Referrals(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if err := clerk.Write(t.Context(), io.Discard, order, Preview); err != nil {
		t.Fatal(err)
	}
	if n := len(list()); n != 0 {
		t.Fatalf("%d after a look at the letter", n)
	}
	order.Again = "lost on the way"
	for range 2 { // printed once more it is the same
		if err := clerk.Write(t.Context(), io.Discard, order, "paper"); err != nil {
			t.Fatal(err)
		}
	}
	all := list()
	if len(all) != 1 || all[0].To != "Dr Cole" || all[0].Reason != "pressure" || all[0].Until != (records.Date{Year: 2026, Month: 11, Day: 29}) {
		t.Fatalf("%+v", all)
	}
	found, err := clerk.Access.ReferralByCode(t.Context(), all[0].Code)
	if err != nil || found.ID != order.Encounter {
		t.Errorf("by its code: %v", err)
	}
}

// TestTakenHome: what people take home is in every language that the kiosk speaks; what
// stays is in a language that staff has, and the letter to another clinic besides has a
// line in the language of whoever takes it there.
func TestTakenHome(t *testing.T) {
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &Clerk{Words: catalogue, Lang: "fr", Now: time.Now}
	for _, kind := range Kinds() {
		home := slices.Contains([]Kind{Visit, Person, Trend}, kind)
		for _, l := range catalogue.Langs() {
			want := "fr"
			if home {
				want = l.Tag()
			}
			if got := c.issue(Order{Kind: kind}, l.Tag()).Lang.Tag(); got != want {
				t.Errorf("%s for somebody who speaks %s is in %s, want %s", kind, l.Tag(), got, want)
			}
		}
	}
}
