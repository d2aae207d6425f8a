package carry

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

func systolic(t *testing.T, p *place, id records.ID) string {
	t.Helper()
	e, err := p.store.Encounter(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	q, _ := e.Observations[0].Values.Get(vitals.Systolic)
	return q.String()
}

// TestDispute: a visit that was corrected in the field and at the office waits for
// a person, who sees both versions; neither is written over before. What the person
// said reaches the laptop.
func TestDispute(t *testing.T) {
	for _, brought := range []bool{false, true} {
		field, office := pair(t)
		server, stick := newServer(t), OnStick(t.TempDir())
		e := field.visit(person(1))
		field.out(stick)
		office.in(stick)
		field.in(stick)
		office.amend(e, 120)
		field.amend(e, 140)
		field.out(stick)
		r := office.in(stick)
		if r.Disputed != 1 || r.New != 0 || len(r.Refused) != 1 || r.Refused[0].Visit != e.ID || r.Refused[0].Why != whyDisputed {
			t.Fatalf("%+v", r)
		}
		if got := systolic(t, office, e.ID); !strings.HasPrefix(got, "120") {
			t.Errorf("the office's version became %s", got)
		}
		field.in(stick)
		parked, err := field.store.ParkedOutbox(t.Context(), 10)
		if err != nil || len(parked) != 1 || parked[0].Why != whyDisputed {
			t.Fatalf("in the field: %+v, %v", parked, err)
		}
		d, err := office.c.Compare(t.Context(), e.ID)
		if err != nil || d.Name != "field" || !slices.ContainsFunc(d.Fields, func(f fhir.Field) bool {
			return strings.HasPrefix(f.Ours, "120") && strings.HasPrefix(f.Theirs, "140")
		}) {
			t.Fatalf("%+v, %v", d.Fields, err)
		}
		if err := office.access.Settle(t.Context(), e.ID, brought); err != nil {
			t.Fatal(err)
		}
		if _, err := office.c.Compare(t.Context(), e.ID); !errors.Is(err, records.ErrNotFound) {
			t.Errorf("it is settled, and %v", err)
		}
		want, state := "120", records.OutboxStats{Dead: 1}
		if brought {
			want, state = "140", records.OutboxStats{Carried: 1}
		}
		if got := systolic(t, office, e.ID); !strings.HasPrefix(got, want) {
			t.Errorf("settled, %v: %s", brought, got)
		}
		office.out(stick)
		field.in(stick)
		if s := field.stats(); s.Dead != state.Dead || s.Carried < state.Carried {
			t.Errorf("settled, %v: %+v in the field", brought, s)
		}
		if r := office.send(server); r.Sent != 1 || r.Parked != 0 {
			t.Errorf("settled, %v: %+v", brought, r)
		}
		// A retry in the field brings the same again, and the decision stays.
		if _, err := field.store.RetryOutbox(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		field.out(stick)
		if r := office.in(stick); r.Disputed != 0 || r.New != 0 {
			t.Errorf("settled, %v: again %+v", brought, r)
		}
		if got := systolic(t, office, e.ID); !strings.HasPrefix(got, want) {
			t.Errorf("settled, %v: then %s", brought, got)
		}
	}
}

// TestNotTheirs: a kiosk cannot go on with a visit of another one.
func TestNotTheirs(t *testing.T) {
	office := newPlace(t, "office")
	other := newPlace(t, "other")
	office.trust(other, false)
	other.trust(office, true)
	e := office.visit(person(1))
	taken := *e
	taken.Revision = 0
	other.save(&taken)
	other.amend(&taken, 110)
	stick := OnStick(t.TempDir())
	other.out(stick)
	if r := office.in(stick); r.Disputed != 1 || r.New != 0 {
		t.Errorf("%+v", r)
	}
	if got := systolic(t, office, e.ID); !strings.HasPrefix(got, "134") {
		t.Errorf("it says %s now", got)
	}
}

// TestPeople: who is known at the office is recognised by the same rules as on a
// server; what either side has merged stays merged; who is erased does not come back.
func TestPeople(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	known := person(1)
	known.ID = "22222222-2222-4222-8222-000000000001"
	office.visit(known)
	namesake := person(2)
	namesake.ID, namesake.Given = "22222222-2222-4222-8222-000000000002", "Grace"
	office.visit(namesake)
	gone := person(3)
	office.visit(gone)
	if _, err := office.access.Erase(t.Context(), gone.ID, "asked for"); err != nil {
		t.Fatal(err)
	}
	a, b, c := field.visit(person(1)), field.visit(person(2)), field.visit(person(3))
	twins := []*records.Encounter{field.visit(person(4)), field.visit(person(5))}
	if err := field.access.Merge(t.Context(), person(5).ID, person(4).ID, "the same"); err != nil {
		t.Fatal(err)
	}
	field.out(stick)
	r := office.in(stick)
	if r.New != 4 || len(r.Refused) != 1 || r.Refused[0].Visit != c.ID || r.Refused[0].Why != whyErased {
		t.Errorf("%+v", r)
	}
	for e, want := range map[*records.Encounter]records.ID{a: known.ID, b: person(2).ID, twins[0]: person(4).ID, twins[1]: person(4).ID} {
		office.expect(field, e)
		if p, err := office.store.Survivor(t.Context(), e.Patient.ID); err != nil || p.ID != want {
			t.Errorf("%s counts as %+v, not %s: %v", e.Patient.ID, p, want, err)
		}
	}
	field.in(stick)
	// Both sides correct a person, and merge, after that: each keeps its own.
	if err := office.access.Merge(t.Context(), person(4).ID, known.ID, "the same"); err != nil {
		t.Fatal(err)
	}
	field.now, office.now = field.now.Add(time.Hour), office.now.Add(time.Hour)
	renamed := person(4)
	renamed.Family = "King"
	later := field.visit(renamed)
	field.out(stick)
	if r := office.in(stick); r.New < 1 || len(r.Refused) != 0 {
		t.Errorf("%+v", r)
	}
	office.expect(field, later)
	if p, _ := office.store.Survivor(t.Context(), person(5).ID); p == nil || p.ID != known.ID {
		t.Errorf("what the office merged is %+v", p)
	}
	if p, _, _ := office.store.PatientRecord(t.Context(), person(4).ID); p == nil || p.Family != "King" {
		t.Errorf("what the field corrected is %+v", p)
	}
}

// TestMergedLater: who was merged in the field after the visit was carried is
// merged at the office when the stick comes again.
func TestMergedLater(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	field.visit(person(1))
	field.visit(person(2))
	field.out(stick)
	office.in(stick)
	field.in(stick)
	if err := field.access.Merge(t.Context(), person(2).ID, person(1).ID, "the same"); err != nil {
		t.Fatal(err)
	}
	if r := field.out(stick); r.Visits != 1 {
		t.Errorf("%+v", r)
	}
	if r := office.in(stick); r.Known != 1 || r.New != 0 {
		t.Errorf("%+v", r)
	}
	if p, err := office.store.Survivor(t.Context(), person(2).ID); err != nil || p.ID != person(1).ID {
		t.Errorf("%+v, %v", p, err)
	}
	if r := field.in(stick); r.Held != 1 {
		t.Errorf("%+v", r)
	}
}

// TestBusy: a visit of somebody who is being measured at the office waits on the
// stick, and comes in the next time.
func TestBusy(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	office.visit(person(1))
	ongoing := office.visit(person(1))
	ongoing.Status, ongoing.Ended = records.InProgress, time.Time{}
	office.save(ongoing)
	changed := person(1)
	changed.Language = "es"
	e := field.visit(changed)
	field.out(stick)
	if r := office.in(stick); r.Waiting != 1 || r.New != 0 {
		t.Fatalf("%+v", r)
	}
	ongoing.Status, ongoing.Ended = records.Finished, ongoing.Started.Add(time.Minute)
	office.save(ongoing)
	if r := office.in(stick); r.New != 1 {
		t.Errorf("%+v", r)
	}
	office.expect(field, e)
}

// TestInvalid: a visit that may not be stored is refused with the reason, and the
// others of its letter are taken in.
func TestInvalid(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	good := field.visit(person(1))
	field.now = field.now.Add(72 * time.Hour) // a clock that is ahead
	bad := field.visit(person(2))
	field.out(stick)
	r := office.in(stick)
	if r.New != 1 || len(r.Refused) != 1 || r.Refused[0].Visit != bad.ID || !strings.HasPrefix(r.Refused[0].Why, whyInvalid) {
		t.Fatalf("%+v", r)
	}
	office.expect(field, good)
	field.in(stick)
	if parked, _ := field.store.ParkedOutbox(t.Context(), 9); len(parked) != 1 || parked[0].Encounter != bad.ID {
		t.Errorf("%+v", parked)
	}
	if s := field.stats(); s.Dead != 1 || s.Carried != 1 {
		t.Errorf("%+v", s)
	}
}

// TestAnotherOffice: what an office holds that is the office no more is carried to
// the next one.
func TestAnotherOffice(t *testing.T) {
	field, office := pair(t)
	stick := OnStick(t.TempDir())
	e := field.visit(person(1))
	field.out(stick)
	office.in(stick)
	field.in(stick)
	next := newPlace(t, "next")
	next.trust(field, false)
	field.trust(next, true)
	if s := field.stats(); s.Pending != 1 || s.Carried != 0 {
		t.Errorf("%+v", s)
	}
	field.out(stick)
	if r := office.in(stick); r.Letters != 0 {
		t.Errorf("the old office: %+v", r)
	}
	if r := next.in(stick); r.New != 1 {
		t.Errorf("%+v", r)
	}
	next.expect(field, e)
	if err := next.access.DistrustPartner(t.Context(), "Field"); err != nil {
		t.Error(err)
	}
	if _, err := next.c.In(t.Context(), stick); !errors.Is(err, ErrNoPartner) {
		t.Error(err)
	}
}
