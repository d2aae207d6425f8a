package records

import (
	"errors"
	"testing"
	"time"

	"aidpost/records/staff"
)

// TestTrail: entries come some at a time, the newest first, each once, and
// looking at them is one entry however often somebody reads on.
func TestTrail(t *testing.T) {
	d := newDesk(t)
	for i := range 5 {
		save(t, d.Store, visit(ada(), now.Add(-time.Duration(i+1)*time.Hour)))
	}
	if _, err := d.signIn(t, staff.Operator).Trail(t.Context(), AuditFilter{}); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("an operator: %v", err)
	}
	auditor := d.signIn(t, staff.Auditor)
	trail, err := auditor.Trail(t.Context(), AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var all []AuditEntry
	for {
		some, err := trail.Next(t.Context(), 3)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
		if len(some) < 3 {
			break
		}
	}
	if all[0].Action != staff.ReadAudit || all[0].Name != "The auditor" || all[len(all)-1].Seq != 1 || int64(len(all)) != all[0].Seq {
		t.Errorf("%d entries, the first %+v", len(all), all[0])
	}
	for i := 1; i < len(all); i++ {
		if all[i].Seq != all[i-1].Seq-1 {
			t.Fatalf("entry %d follows %d", all[i].Seq, all[i-1].Seq)
		}
	}
	again, err := auditor.Trail(t.Context(), AuditFilter{Limit: 2})
	if err != nil {
		t.Fatal(err)
	}
	two, err := again.Next(t.Context(), 10)
	if err != nil || len(two) != 2 || two[1].Seq != all[0].Seq {
		t.Errorf("%+v, %v", two, err)
	}
	d.uptime += time.Hour // nobody is signed in any more
	if _, err := again.Next(t.Context(), 1); !errors.Is(err, staff.ErrSignedOut) {
		t.Errorf("after the session: %v", err)
	}
}

func TestAuditFilter(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	e := AuditEntry{At: at, Action: staff.ReadRecord, Object: "visit", Patient: "somebody", Who: "me"}
	refused := e
	refused.Outcome = Refused
	for name, c := range map[string]struct {
		f    AuditFilter
		e    AuditEntry
		want bool
	}{
		"all":               {AuditFilter{}, e, true},
		"from then":         {AuditFilter{Since: at}, e, true},
		"after":             {AuditFilter{Since: at.Add(1)}, e, false},
		"until then":        {AuditFilter{Until: at}, e, false},
		"before":            {AuditFilter{Until: at.Add(1)}, e, true},
		"by me":             {AuditFilter{Who: "me"}, e, true},
		"by somebody":       {AuditFilter{Who: "somebody"}, e, false},
		"about somebody":    {AuditFilter{About: "somebody"}, e, true},
		"about nobody":      {AuditFilter{About: "nobody"}, e, false},
		"of visits":         {AuditFilter{Kinds: []string{"staff", "encounter"}}, e, true},
		"of accounts":       {AuditFilter{Kinds: []string{"staff"}}, e, false},
		"refused":           {AuditFilter{Refused: true}, e, false},
		"refused, it was":   {AuditFilter{Refused: true}, refused, true},
		"half a first word": {AuditFilter{Kinds: []string{"enc"}}, e, false},
	} {
		if got := c.f.takes(&c.e); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
