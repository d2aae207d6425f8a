package records

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

// TestHandover: what one shift writes down is there for the next, sealed, with
// who wrote it and when, and who has read it is on record.
func TestHandover(t *testing.T) {
	d := newDesk(t)
	nurse, lead := d.signIn(t, staff.Operator), d.signIn(t, staff.Supervisor)
	for text, field := range map[string]string{"": "text", "  ": "text", strings.Repeat("x", maxHandover+1): "text"} {
		var wrong *InvalidError
		if _, err := nurse.HandOver(t.Context(), text); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	long := strings.Repeat("The cuff of room 2 leaks. ", 20)
	written, err := nurse.HandOver(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.signIn(t, staff.Technician).HandOver(t.Context(), "x"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a technician: %v", err)
	}
	if err := lead.TakeOver(t.Context(), written.ID); err != nil {
		t.Fatal(err)
	}
	s, err := lead.Shifts(t.Context())
	if err != nil || len(s.Handovers) != 1 || len(s.Closings) != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if h := s.Handovers[0]; h.ID != written.ID || h.Text != strings.TrimSpace(long) || h.By.Name != "The operator" || !h.At.Equal(d.now()) {
		t.Errorf("%+v", h)
	}
	want := []string{"shift.handover " + string(written.ID) + " ", "shift.handover  refused", "shift.taken " + string(written.ID) + " ", "shift.read  "}
	var got []string
	for _, e := range auditOf(t, d.Store) {
		if strings.HasPrefix(string(e.Action), "shift.") {
			got = append(got, strings.Join([]string{string(e.Action), string(e.Object), string(e.Outcome)}, " "))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("on record %q, want %q", got, want)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(readFile(t, d.path)), "room 2") {
		t.Error("the note is in the file in the open")
	}
}

// TestCloseDay: what is left open has a reason, or the day is not closed; the
// closing names the end of the trail before it.
func TestCloseDay(t *testing.T) {
	d := newDesk(t)
	lead := d.signIn(t, staff.Supervisor)
	c := Closing{Since: d.now().Add(-9 * time.Hour), Visits: 41, Checks: []Check{{Name: "criticals", Open: 1}, {Name: "controls", Open: 2, Which: []string{"m/1", "m/2"}, Reason: "strips ran out"}, {Name: "backup"}}}
	var left *ReasonError
	if _, err := lead.CloseDay(t.Context(), c); !errors.As(err, &left) || left.Check != "criticals" || !errors.Is(err, ErrNoReason) {
		t.Fatalf("without a reason: %v", err)
	}
	c.Checks[0].Reason = "the doctor calls back at eight"
	if _, err := d.signIn(t, staff.Operator).CloseDay(t.Context(), c); !errors.Is(err, ErrUnsigned) {
		t.Errorf("an operator: %v", err)
	}
	end, err := d.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	closed, err := lead.CloseDay(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if closed.Chain.Hash != end || closed.Chain.Seq == 0 {
		t.Errorf("the trail ended with %s, not %+v", end, closed.Chain)
	}
	for name, bad := range map[string]Closing{
		"no such check": {Since: c.Since, Checks: []Check{{Name: "coffee"}}},
		"of the future": {Since: d.now().Add(time.Hour)},
		"a long reason": {Since: c.Since, Checks: []Check{{Name: "backup", Reason: strings.Repeat("x", maxText+1)}}},
	} {
		if _, err := lead.CloseDay(t.Context(), bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.restart(t)
	s, err := d.signIn(t, staff.Operator).Shifts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last, ok := s.Last()
	if !ok || last.ID != closed.ID || last.By.Name != "The supervisor" || last.Role != staff.Supervisor || len(last.Left()) != 2 || last.Visits != 41 || last.Chain != closed.Chain {
		t.Errorf("%+v", last)
	}
	if again, ok := s.Closing(closed.ID); !ok || again.At != last.At {
		t.Errorf("by its id: %+v", again)
	}
	if _, ok := s.Closing(NewID()); ok {
		t.Error("a closing that there never was")
	}
	// Quality control goes on reading what is in the same table.
	if _, err := d.QualityLog(t.Context()); err != nil {
		t.Error(err)
	}
	for _, e := range auditOf(t, d.Store) {
		if e.Action == staff.CloseDay && e.Outcome == Done && e.Reason != "left open: criticals 1, controls 2" {
			t.Errorf("on record: %+v", e)
		}
	}
}

// TestSignedDay: an operator closes the day only if somebody signs who may answer
// for it, with their own badge and PIN, and both are on record.
func TestSignedDay(t *testing.T) {
	d := newDesk(t)
	nurse, lead := d.signIn(t, staff.Operator), d.signIn(t, staff.Supervisor)
	c := Closing{Since: d.now().Add(-9 * time.Hour)}
	if _, err := nurse.CloseDaySigned(t.Context(), c, d.signIn(t, staff.Auditor)); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("signed by an auditor: %v", err)
	}
	closed, err := nurse.CloseDaySigned(t.Context(), c, lead)
	if err != nil {
		t.Fatal(err)
	}
	if closed.By.Name != "The operator" || closed.Signer.Name != "The supervisor" || closed.SignerRole != staff.Supervisor {
		t.Errorf("%+v", closed)
	}
	var got []string
	for _, e := range auditOf(t, d.Store) {
		if e.Object == closed.ID {
			got = append(got, string(e.Action)+" by "+string(e.Role))
		}
	}
	if want := []string{"shift.close by operator", "shift.sign by supervisor"}; !slices.Equal(got, want) && !slices.Equal(got, []string{want[1], want[0]}) {
		t.Errorf("on record %q", got)
	}
	if report, err := d.VerifyAudit(t.Context()); err != nil || len(report.Broken) != 0 {
		t.Errorf("the trail: %+v, %v", report, err)
	}
	if own, err := lead.CloseDay(t.Context(), Closing{Since: d.now().Add(-time.Hour)}); err != nil || own.Signer != own.By {
		t.Errorf("a supervisor alone: %+v, %v", own, err)
	}
}
