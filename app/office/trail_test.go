package office_test

import (
	"errors"
	"testing"
	"time"

	"aidpost/app/office"
	"aidpost/records"
	"aidpost/records/staff"
)

// TestTrail: entries come a page at a time while somebody looks further down,
// and another filter begins anew.
func TestTrail(t *testing.T) {
	s := newStore(t)
	amina := signIn(t, s, "Amina", adminPIN)
	for range 1200 {
		if err := amina.Note(t.Context(), records.Deed{Action: staff.PrintRecord, Reason: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	trail := office.NewTrail(office.Config{Hands: &hands{a: amina}}, records.AuditFilter{})
	got := trail.State()
	if len(got.Rows) != 500 || got.End || got.Rows[0].Action != staff.ReadAudit {
		t.Fatalf("%d entries, the end %v, first %+v", len(got.Rows), got.End, got.Rows[0])
	}
	for range 5 {
		trail.More()
	}
	got = trail.State()
	if !got.End || int64(len(got.Rows)) != got.Rows[0].Seq || got.Rows[len(got.Rows)-1].Seq != 1 {
		t.Errorf("%d entries, the end %v", len(got.Rows), got.End)
	}
	trail.Show(records.AuditFilter{Kinds: []string{"staff"}})
	got = trail.State()
	for _, e := range got.Rows {
		if e.Action == staff.PrintRecord {
			t.Fatalf("%+v", e)
		}
	}
	if len(got.Rows) == 0 || !got.End {
		t.Errorf("%d entries of accounts", len(got.Rows))
	}
	trail.Show(records.AuditFilter{Since: opening.Add(time.Hour)})
	if got = trail.State(); !got.Loaded || len(got.Rows) != 0 {
		t.Errorf("%d entries of the future", len(got.Rows))
	}
}

func TestTrailIsNotForAll(t *testing.T) {
	s := newStore(t)
	trail := office.NewTrail(office.Config{Hands: &hands{a: signIn(t, s, "Bo", operatorPIN)}}, records.AuditFilter{})
	if got := trail.State(); got.Loaded || !errors.Is(got.Problem, staff.ErrDenied) {
		t.Errorf("%+v", got)
	}
}

// TestVerify tells a whole trail from one that somebody has changed, and how far
// it is.
func TestVerify(t *testing.T) {
	s := newStore(t)
	amina := signIn(t, s, "Amina", adminPIN)
	for range 1200 {
		if err := amina.Note(t.Context(), records.Deed{Action: staff.PrintRecord}); err != nil {
			t.Fatal(err)
		}
	}
	told := 0
	h := &hands{a: amina}
	var trail *office.Trail
	trail = office.NewTrail(office.Config{Hands: h, Changed: func() {
		if trail != nil && trail.State().Check.Done > 0 {
			told++
		}
	}}, records.AuditFilter{})
	trail.Verify()
	got := trail.State().Check
	if got.Report == nil || len(got.Report.Broken) != 0 || got.Report.Entries < 1200 || got.Running || told < 2 {
		t.Fatalf("%+v, told %d times", got, told)
	}
}
