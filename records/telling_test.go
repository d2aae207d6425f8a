package records

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// urgentVisit is a visit with a pressure that somebody must be told of, measured
// by a member of staff.
func urgentVisit() *Encounter {
	e := visit(ada(), now.Add(-time.Hour))
	e.Operator = Clinician{Name: "Ben"}
	o := &e.Observations[len(e.Observations)-1]
	for i := range e.Observations {
		if e.Observations[i].Panel == vitals.BloodPressure && e.Observations[i].Result() {
			o = &e.Observations[i]
		}
	}
	o.Values = mmHg(192, 121)
	o.Judged = []Judgement{{Subject: "blood-pressure", Severity: "urgent", Tier: CriticalTier, Guideline: "g"}}
	return e
}

func mmHg(systolic, diastolic int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)},
		{Measure: vitals.Diastolic, Quantity: vitals.Of(diastolic, vitals.MmHg)},
	}
}

func telling(o Observation, said vitals.Values) Telling {
	return Telling{Observation: o.ID, To: "Dr Cole", Role: "doctor", Way: "phone", ReadBack: said, Identified: true}
}

func TestTell(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	save(t, d.Store, e)
	critical := e.Untold()
	if len(critical) != 1 {
		t.Fatalf("%d critical results, want 1", len(critical))
	}
	a := d.signIn(t, staff.Operator)
	before := clone(e)
	for name, said := range map[string]vitals.Values{
		"nothing": nil, "another number": mmHg(129, 121), "half of it": mmHg(192, 121)[:1],
		"more than it": append(mmHg(192, 121), vitals.Value{Measure: vitals.Pulse, Quantity: vitals.Of(70, vitals.PerMinute)}),
		"swapped":      {{Measure: vitals.Systolic, Quantity: vitals.Of(121, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(92, vitals.MmHg)}},
	} {
		if err := a.Tell(t.Context(), e, telling(critical[0], said)); !errors.Is(err, ErrReadBack) || !reflect.DeepEqual(e, before) {
			t.Errorf("with %s read back: %v", name, err)
		}
	}
	for name, spoil := range map[string]func(*Telling){
		"nobody": func(t *Telling) { t.To = " " }, "no role": func(t *Telling) { t.Role = "" },
		"no way": func(t *Telling) { t.Way = "pigeon" }, "nobody's identity": func(t *Telling) { t.Identified = false },
	} {
		said := telling(critical[0], mmHg(192, 121))
		spoil(&said)
		if err := a.Tell(t.Context(), e, said); !errors.Is(err, ErrInvalid) {
			t.Errorf("told %s: %v", name, err)
		}
	}
	if n := untoldIn(t, d.Store); n != 1 {
		t.Fatalf("%d are untold before", n)
	}
	if err := a.Tell(t.Context(), e, telling(critical[0], mmHg(192, 121))); err != nil {
		t.Fatal(err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || !reflect.DeepEqual(stored, e) || len(stored.Tellings) != 1 || len(stored.Untold()) != 0 {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if by := stored.Tellings[0].By; by.ID != d.ids[staff.Operator] || by.Name == "" || !stored.Tellings[0].At.Equal(now) {
		t.Errorf("told by %+v at %v", by, stored.Tellings[0].At)
	}
	if n := untoldIn(t, d.Store); n != 0 {
		t.Errorf("%d are untold afterwards", n)
	}
	if err := a.Tell(t.Context(), e, telling(critical[0], mmHg(192, 121))); !errors.Is(err, ErrNotCritical) {
		t.Errorf("a second time: %v", err)
	}
	trail := auditOf(t, d.Store)
	if last := trail[len(trail)-1]; last.Action != staff.TellCritical || last.Object != critical[0].ID || last.Reason != "doctor phone" {
		t.Errorf("on record is %+v", last)
	}
}

// TestUnreadIsSigned: a critical result that nobody has read back is done with only by a
// reason that somebody else signs.
func TestUnreadIsSigned(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	save(t, d.Store, e)
	critical := e.Untold()[0]
	a, second := d.signIn(t, staff.Operator), d.signIn(t, staff.Supervisor)
	said := Telling{Observation: critical.ID, Unread: "unreachable"}
	for name, signer := range map[string]*Access{"the same": a, "a console": d.Console("root", "k")} {
		if err := a.TellUnread(t.Context(), e, said, signer); !errors.Is(err, ErrSecond) {
			t.Errorf("signed by %s: %v", name, err)
		}
	}
	if err := a.TellUnread(t.Context(), e, said, d.signIn(t, staff.Technician)); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("signed by a technician: %v", err)
	}
	for name, spoil := range map[string]func(*Telling){
		"no reason": func(t *Telling) { t.Unread = "" }, "any reason": func(t *Telling) { t.Unread = "tired" },
		"a role of nobody": func(t *Telling) { t.Role = "doctor" }, "somebody without a role": func(t *Telling) { t.To = "Dr Cole" },
	} {
		wrong := said
		spoil(&wrong)
		if err := a.TellUnread(t.Context(), e, wrong, second); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := untoldIn(t, d.Store); n != 1 {
		t.Fatalf("%d are untold before", n)
	}
	if err := a.TellUnread(t.Context(), e, said, second); err != nil {
		t.Fatal(err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || len(stored.Tellings) != 1 || len(stored.Untold()) != 0 || untoldIn(t, d.Store) != 0 {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if got := stored.Tellings[0]; got.By.ID != d.ids[staff.Operator] || got.Second.ID != d.ids[staff.Supervisor] || got.Identified || got.ReadBack != nil {
		t.Errorf("%+v", got)
	}
	trail := auditOf(t, d.Store)
	if last := trail[len(trail)-1]; last.Action != staff.SignCritical || last.Object != critical.ID || !strings.HasPrefix(last.Reason, "unreachable; ") {
		t.Errorf("on record is %+v", last)
	}
}

// untoldIn is what the list of today says.
func untoldIn(t *testing.T, s *Store) int {
	t.Helper()
	n := 0
	for sum, err := range s.Encounters(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n += sum.Untold
	}
	return n
}

// A kiosk at which somebody is in the middle of a visit would lose it if it
// were saved over.
func TestNobodyIsToldInTheMiddleOfAVisit(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	e.Operator, e.Status, e.Ended = Clinician{}, InProgress, time.Time{}
	save(t, d.Store, e)
	a := d.signIn(t, staff.Supervisor)
	if err := a.Tell(t.Context(), e, telling(e.Untold()[0], mmHg(192, 121))); !errors.Is(err, ErrOngoing) {
		t.Errorf("during a visit: %v", err)
	}
	if err := a.AddRemark(t.Context(), e, "sat down"); !errors.Is(err, ErrOngoing) {
		t.Errorf("a remark during a visit: %v", err)
	}
}

// Two members of staff with the same visit open: the second is told, and what
// the first one wrote stays.
func TestSecondRemarkOfTwoIsStale(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	save(t, d.Store, e)
	a := d.signIn(t, staff.Operator)
	mine, theirs := clone(e), clone(e)
	if err := a.AddRemark(t.Context(), mine, "talked during the first reading"); err != nil {
		t.Fatal(err)
	}
	if err := a.AddRemark(t.Context(), theirs, "came by bicycle"); !errors.Is(err, ErrStale) || len(theirs.Remarks) != 0 {
		t.Errorf("the second remark: %v", err)
	}
	stored, err := d.Encounter(t.Context(), e.ID)
	if err != nil || len(stored.Remarks) != 1 || stored.Remarks[0].By.ID != d.ids[staff.Operator] {
		t.Errorf("stored %+v, %v", stored.Remarks, err)
	}
}

func TestMarks(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	save(t, d.Store, e)
	a := d.signIn(t, staff.Operator)
	id := e.Patient.ID
	p, err := a.SetMarks(t.Context(), id, nil, []Mark{"fistula-left", "diabetes"})
	if err != nil || !reflect.DeepEqual(p.Marks, []Mark{"diabetes", "fistula-left"}) {
		t.Fatalf("marks %v, %v", p, err)
	}
	if _, err := a.SetMarks(t.Context(), id, nil, []Mark{"pregnant"}); !errors.Is(err, ErrChanged) {
		t.Errorf("over what somebody else has set: %v", err)
	}
	for _, bad := range [][]Mark{{"left-handed"}, {"diabetes", "diabetes"}} {
		if _, err := a.SetMarks(t.Context(), id, p.Marks, bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	stored, err := d.Patient(t.Context(), id)
	if err != nil || !reflect.DeepEqual(stored.Marks, p.Marks) {
		t.Errorf("stored %v, %v", stored, err)
	}
	if found, err := d.FindPatient(t.Context(), e.Patient.Given, e.Patient.Family, e.Patient.BirthDate); err != nil || found.ID != id {
		t.Errorf("with marks the person is not found: %v", err)
	}
}

// A critical result that is amended is critical by what it says now.
func TestAmendingIsNoWayAroundTelling(t *testing.T) {
	d := newDesk(t)
	e := urgentVisit()
	critical := e.Untold()[0]
	single := -1
	for i, o := range e.Observations {
		if o.Panel == vitals.Oximetry && o.Result() {
			single = i
		}
	}
	if single < 0 {
		t.Skip("the sample has no single result")
	}
	e.Observations[single].Judged = critical.Judged
	save(t, d.Store, e)
	a := d.signIn(t, staff.Supervisor)
	id := e.Observations[single].ID
	to := Amendment{Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(84, vitals.Percent)}}}
	if _, err := a.Amend(t.Context(), id, to, Correction{Reason: "wrong-value"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("without a judgement: %v", err)
	}
	to.Judged = func(Observation) []Judgement { return critical.Judged }
	got, err := a.Amend(t.Context(), id, to, Correction{Reason: "wrong-value"})
	if err != nil || len(got.Untold()) != 2 {
		t.Errorf("amended %v, %v", got, err)
	}
}
