package records

import (
	"slices"
	"testing"
	"time"

	"aidpost/records/staff"
)

// helpCall is one that stands open.
func helpCall() Call {
	return Call{ID: NewID(), Why: CallButton, Opened: now, Since: now, Level: 1}
}

func keepCall(t *testing.T, a *Access, c Call) {
	t.Helper()
	if err := a.KeepCall(t.Context(), c, Deed{Action: staff.CallHelp, Object: c.ID, Reason: "called"}); err != nil {
		t.Fatal(err)
	}
}

// TestCallsOutliveTheProgram: what stands open is there again, as it stood, also
// under another key; what is over is not.
func TestCallsOutliveTheProgram(t *testing.T) {
	d := newDesk(t)
	visitor := d.Visitor("kiosk-1")
	over, first, second := helpCall(), helpCall(), helpCall()
	for _, c := range []Call{over, first, second} {
		keepCall(t, visitor, c)
	}
	over.Closed = now.Add(time.Minute)
	second.Why, second.Level, second.Last, second.Delivered = CallEmergency, 4, true, now.Add(time.Second)
	keepCall(t, visitor, over)
	keepCall(t, visitor, second)
	if err := d.RotateKey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.restart(t)
	open, err := d.ResumeCalls(t.Context())
	if want := []Call{first, second}; err != nil || !slices.Equal(open, want) {
		t.Errorf("open calls\n%+v, %v; want\n%+v", open, err, want)
	}
	deeds := 0
	for _, e := range auditOf(t, d.Store) {
		if e.Action == staff.CallHelp {
			deeds++
		}
	}
	if deeds != 5 {
		t.Errorf("%d changes of calls are on record, want 5", deeds)
	}
}

// TestCallsAreToldOnce: servers are told of each change of a call by the call or
// by the visit in which it was made, never by both; and by the call if the visit
// was lost with the program.
func TestCallsAreToldOnce(t *testing.T) {
	d := newDesk(t)
	visitor := d.Visitor("kiosk-1")
	told := func(after int64) (ids []ID, last int64) {
		list, err := d.CallsAfter(t.Context(), after, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			ids, last = append(ids, c.ID), c.Seq
		}
		return ids, max(last, after)
	}
	alone, within, lost := helpCall(), helpCall(), helpCall()
	within.Visit, lost.Visit = NewID(), NewID()
	for _, c := range []Call{alone, within, lost} {
		keepCall(t, visitor, c)
	}
	ids, last := told(0)
	if !slices.Equal(ids, []ID{alone.ID}) {
		t.Errorf("told of %v, want %v", ids, alone.ID)
	}
	if ids, _ := told(last); len(ids) > 0 {
		t.Errorf("told again of %v", ids)
	}
	alone.Answered = now
	keepCall(t, visitor, alone)
	ids, last = told(last)
	if !slices.Equal(ids, []ID{alone.ID}) {
		t.Errorf("after an answer told of %v", ids)
	}
	// The visit of one is saved; that of the other is not when the program ends,
	// though somebody has come.
	within.Gone, lost.Closed = true, now
	keepCall(t, visitor, within)
	keepCall(t, visitor, lost)
	d.restart(t)
	if open, err := d.ResumeCalls(t.Context()); err != nil || len(open) != 2 {
		t.Errorf("open: %+v, %v", open, err)
	}
	if ids, _ = told(last); !slices.Equal(ids, []ID{lost.ID}) {
		t.Errorf("after the program ended told of %v, want %v", ids, lost.ID)
	}
}

// TestCallsExpire: a call goes when visits of its day do, unless it is open.
func TestCallsExpire(t *testing.T) {
	d := newDesk(t)
	visitor := d.Visitor("kiosk-1")
	old, young, open := helpCall(), helpCall(), helpCall()
	old.Closed, young.Closed = now.Add(-48*time.Hour), now
	for _, c := range []Call{old, young, open} {
		keepCall(t, visitor, c)
	}
	if _, err := d.Expire(t.Context(), now.Add(-24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	list, err := d.CallsAfter(t.Context(), 0, 100)
	if err != nil || len(list) != 2 || list[0].ID != young.ID || list[1].ID != open.ID {
		t.Errorf("left: %+v, %v", list, err)
	}
}
