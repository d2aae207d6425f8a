package desk

import (
	"context"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
)

func namesOf(rows []Visitor) []string {
	var names []string
	for _, v := range rows {
		if v.Patient == nil {
			names = append(names, "guest")
			continue
		}
		names = append(names, v.Patient.Given)
	}
	return names
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestTodayPutsFirstWhoNeedsSomebodyFirst(t *testing.T) {
	s := working(t)
	yesterday := s.visitor("Old", 10*time.Hour, -1) // before midnight here
	cancelled := s.visitor("Gone", time.Hour, -1)
	cancelled.Status = records.Cancelled
	for _, e := range []*records.Encounter{
		yesterday, cancelled,
		s.visitor("Usual", 3*time.Hour, 0), s.visitor("Soon", 2*time.Hour, 2), s.visitor("Today", 90*time.Minute, 3),
		s.visitor("Emergency", time.Hour, 4), s.visitor("Late", 10*time.Minute, -1), s.visitor("Early", 50*time.Minute, -1),
	} {
		s.save(e)
	}
	s.after(time.Second)
	got := s.State().Today
	want := []string{"Emergency", "Today", "Early", "Late", "Soon", "Usual"}
	if names := namesOf(got.Rows); !equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	if got.Counts != [groups]int{Registered: 6, Attention: 2, Waiting: 2, Measured: 2} {
		t.Errorf("counts %v", got.Counts)
	}
	for group, want := range map[Group][]string{
		Attention: {"Emergency", "Today"}, Waiting: {"Early", "Late"}, Measured: {"Soon", "Usual"},
	} {
		s.ShowGroup(group)
		if names := namesOf(s.State().Today.Shown()); !equal(names, want) {
			t.Errorf("group %d: %v, want %v", group, names, want)
		}
	}
}

// TestTodayFollowsTheRecords: what the kiosk saves appears by itself, an
// unchanged list is not asked for again (each look is on record), and another
// day begins empty.
func TestTodayFollowsTheRecords(t *testing.T) {
	s := working(t)
	s.after(time.Second)
	head := func() string {
		h, err := s.store.AuditHead(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	before := head()
	for range 5 {
		s.Used()
		s.after(time.Second)
	}
	if head() != before {
		t.Error("a list that is up to date is asked for again")
	}
	s.save(s.visitor("Fatima", 0, -1))
	s.after(time.Second)
	if got := s.State().Today; len(got.Rows) != 1 {
		t.Errorf("%d rows after somebody came", len(got.Rows))
	}
	for range 16 * 60 { // until after midnight, with somebody at the screen
		s.Used()
		s.after(time.Minute)
	}
	got := s.State()
	if got.Phase == Working && len(got.Today.Rows) != 0 {
		t.Errorf("yesterday's people are there: %v", namesOf(got.Today.Rows))
	}
}

func TestCheckInAndTakeOffAgain(t *testing.T) {
	s := working(t)
	known := s.visitor("Fatima", 48*time.Hour, 0)
	s.save(known)
	s.CheckIn(known.Patient)
	s.after(time.Second)
	got := s.State()
	if names := namesOf(got.Today.Rows); !equal(names, []string{"Fatima"}) || got.Said.Key != words.TodayCheckedIn || !got.Said.Undo {
		t.Fatalf("%v, says %+v", names, got.Said)
	}
	s.CheckIn(known.Patient)
	s.after(time.Second)
	if got = s.State(); len(got.Today.Rows) != 1 || got.Said.Key != words.TodayWaitsAlready {
		t.Errorf("%d rows, says %q", len(got.Today.Rows), got.Said.Key)
	}
	visit := got.Today.Rows[0].Visit
	s.Dismiss()
	s.CheckIn(known.Patient)
	s.Wait()
	// Another person is put on, and taken off at once.
	other := s.visitor("Bo", 24*time.Hour, 0)
	s.save(other)
	s.CheckIn(other.Patient)
	s.after(time.Second)
	s.Undo()
	s.after(time.Second)
	got = s.State()
	if names := namesOf(got.Today.Rows); !equal(names, []string{"Fatima"}) || got.Today.Rows[0].Visit != visit {
		t.Errorf("after taking back: %v", names)
	}
}

// TestTakingBackNeverLosesAMeasurement: a visit in which something was measured
// meanwhile stays, whatever is taken back.
func TestTakingBackNeverLosesAMeasurement(t *testing.T) {
	s := working(t)
	known := s.visitor("Fatima", 48*time.Hour, 0)
	s.save(known)
	s.CheckIn(known.Patient)
	s.after(time.Second)
	id := s.State().Today.Rows[0].Visit
	e, err := s.store.Encounter(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e.Observations = s.visitor("", 0, 0).Observations
	s.save(e)
	s.Undo()
	s.Wait()
	if e, err = s.store.Encounter(t.Context(), id); err != nil || e.Status == records.Cancelled {
		t.Errorf("%v, %v", e.Status, err)
	}
}

// TestNoUndoWhileMeasuring: what put somebody on the list is not taken back under the
// hands of whoever measures them.
func TestNoUndoWhileMeasuring(t *testing.T) {
	s := working(t)
	e := s.visitor("Fatima", time.Minute, -1)
	undone := false
	undo := func(context.Context, *records.Access) error { undone = true; return nil }
	said := Message{Key: words.TodayCheckedIn}
	s.Say(said, undo)
	if !s.State().Said.Undo {
		t.Fatal("there is nothing to take back")
	}
	s.Go(Route{Page: PageMeasure, Patient: e.Patient.ID})
	s.Undo()
	s.Wait()
	if got := s.State().Said; got.Undo || got.Key != said.Key || undone {
		t.Errorf("while measuring %+v, undone %t", got, undone)
	}
	s.Say(said, undo) // that came late
	s.Undo()
	s.Wait()
	if s.State().Said.Undo || undone {
		t.Error("a message that comes late can be taken back")
	}
}

// TestTodayReminds: a quarter of an hour after a low blood sugar was told of, its person
// needs attention again, by the clock alone, until it is measured again, in whatever
// visit.
func TestTodayReminds(t *testing.T) {
	s := working(t)
	e := s.visitor("Low", 5*time.Minute, 0)
	low := &e.Observations[0]
	low.Panel, low.Taken = vitals.BloodGlucose, e.Started.Add(time.Minute)
	low.Values = vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(48, vitals.MgPerDL)}}
	low.Judged = []records.Judgement{{Subject: "glucose", Severity: "urgent", Interpretation: "LL", Tier: 4, Guideline: "g"}}
	e.Tellings = []records.Telling{{
		Observation: low.ID, To: "Dr Cole", Role: "doctor", Way: "phone", At: low.Taken, Identified: true, ReadBack: low.Values,
		By: records.Clinician{Name: "Ben"},
	}}
	s.save(e)
	s.after(time.Second)
	is := func(when string, group Group, due bool) {
		t.Helper()
		rows := s.State().Today.Rows
		for _, v := range rows {
			if v.Visit == e.ID && v.Group == group && v.RecheckDue(s.Now()) == due {
				return
			}
		}
		t.Errorf("%s: %+v", when, rows)
	}
	is("told", Measured, false)
	for range 11 {
		s.Used()
		s.after(time.Minute)
	}
	is("due", Attention, true)
	again := s.visitor("Low", 0, 0)
	again.Patient = e.Patient
	again.Observations[0].Panel, again.Observations[0].Values = low.Panel, vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(96, vitals.MgPerDL)}}
	s.save(again)
	s.after(time.Second)
	is("measured again", Measured, false)
}
