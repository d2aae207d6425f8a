package records

import (
	"context"
	"errors"
	"testing"
	"time"

	"aidpost/records/staff"
)

// TestRegister: visits come in the order in which they were, each put on record
// once before it is seen, however often the list is gone through.
func TestRegister(t *testing.T) {
	s := openTemp(t, Options{})
	var want []ID
	for n := range 9 {
		e := visit(ada(), now.Add(-time.Duration(80-n*9)*time.Hour))
		save(t, s, e)
		want = append(want, e.ID)
	}
	a := s.Console("root", "kiosk-1")
	list := a.Register(Filter{Since: now.Add(-72 * time.Hour), Until: now.Add(-12 * time.Hour)}, "day list")
	want = want[1:8]
	for pass := range 2 {
		var got []ID
		err := list.Each(t.Context(), func(e *Encounter) error {
			got = append(got, e.ID)
			if n := printsOf(t, s, e.ID); n != 1 {
				t.Errorf("pass %d: %d prints on record when it is seen", pass, n)
			}
			return nil
		})
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d visits, %v; want %d", len(got), err, len(want))
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("pass %d: visit %d is another", pass, i)
			}
		}
	}
	stop := errors.New("stop")
	if err := list.Each(t.Context(), func(*Encounter) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

func printsOf(t *testing.T, s *Store, id ID) (n int) {
	t.Helper()
	err := s.Console("root", "kiosk-1").Audit(context.Background(), AuditFilter{About: id}, func(e AuditEntry) error {
		if e.Action == staff.PrintRecord && e.Reason == "day list" {
			n++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRegisterNeedsRights(t *testing.T) {
	d := newDesk(t)
	save(t, d.Store, visit(ada(), now.Add(-time.Hour)))
	for _, role := range staff.Roles() {
		a := d.signIn(t, role)
		seen := 0
		err := a.Register(Filter{Since: now.Add(-2 * time.Hour), Until: now}, "x").Each(t.Context(), func(*Encounter) error { seen++; return nil })
		may := staff.Allow(role, staff.ReadRecord) == nil && staff.Allow(role, staff.PrintRecord) == nil
		if may != (err == nil) || may != (seen == 1) {
			t.Errorf("%s: %d visits, %v", role, seen, err)
		}
		if err := a.Figures(t.Context(), Filter{}, "x", func(*Encounter) {}); (err == nil) != (staff.Allow(role, staff.ListRecords) == nil) {
			t.Errorf("%s counts: %v", role, err)
		}
		if _, err := a.Usage(t.Context(), Filter{}); (err == nil) != (staff.Allow(role, staff.ReadQuality) == nil) {
			t.Errorf("%s asks for instruments: %v", role, err)
		}
	}
}

func TestUsage(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	all, err := s.Console("root", "kiosk-1").Usage(t.Context(), Filter{})
	if err != nil || len(all) == 0 {
		t.Fatal(all, err)
	}
	readings := 0
	for _, u := range all {
		readings += u.Readings
		if u.Instrument.Model == "" || u.Last.IsZero() || u.First.After(u.Last) || u.Device.Maker == "" {
			t.Errorf("%+v", u)
		}
	}
	want := 0
	for _, o := range e.Observations {
		if len(o.MeanOf) == 0 && o.Origin.EnteredBy == "" {
			want++
		}
	}
	if readings != want {
		t.Errorf("%d readings, want %d", readings, want)
	}
}

func TestPrints(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	a := s.Console("root", "kiosk-1")
	for i, step := range []struct {
		deed Deed
		want int
	}{
		{Deed{Object: e.ID, Reason: "file"}, 0}, {Deed{Object: e.ID, Reason: "paper"}, 1}, {Deed{Object: NewID(), Reason: "paper"}, 1},
		{Deed{Object: e.ID, Reason: "paper, copy 2: it was wet"}, 2}, {Deed{Object: e.ID, Reason: "paper, copy 2", Outcome: Failed}, 1},
		{Deed{Object: e.ID, Reason: "referral paper"}, 1},
	} {
		step.deed.Action = staff.PrintRecord
		if err := a.Note(t.Context(), step.deed); err != nil {
			t.Fatal(err)
		}
		if n, err := a.Prints(t.Context(), staff.PrintRecord, e.ID, "paper", e.Started); err != nil || n != step.want {
			t.Errorf("after step %d: %d prints, %v; want %d", i, n, err, step.want)
		}
	}
}
