package clerk

import (
	"bytes"
	"io"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// Who is due, by what the records have of them: the most urgent reason counts.
func TestWhoIsDue(t *testing.T) {
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	reading := func(tier int) []records.Observation {
		return []records.Observation{{ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Judged: []records.Judgement{{Tier: tier}}}}
	}
	who := &records.Patient{ID: records.NewID()}
	for _, test := range []struct {
		name   string
		visits []records.Encounter
		want   words.Key // empty: not due
	}{
		{"usual values", []records.Encounter{{Started: now, Observations: reading(0)}}, ""},
		{"outside", []records.Encounter{{Started: now, Observations: reading(1)}}, words.BookOutside},
		{"outside, and usual since", []records.Encounter{{Started: now.AddDate(0, 0, -9), Observations: reading(2)}, {Started: now, Observations: reading(0)}}, ""},
		{"critical, nobody told", []records.Encounter{{Started: now.AddDate(0, 0, -9), Observations: reading(3)}, {Started: now, Observations: reading(0)}}, words.BookCritical},
		{"referred", []records.Encounter{{Started: now, Observations: reading(1), Referrals: []records.Referral{{Code: "1"}}}}, words.BookReferred},
		{"answered", []records.Encounter{{Started: now, Observations: reading(0), Referrals: []records.Referral{{Code: "1", Return: &records.Return{}}}}}, ""},
		{"waits", []records.Encounter{{Started: now.Add(-time.Hour), Status: records.InProgress}}, words.BookWaits},
		{"waited yesterday", []records.Encounter{{Started: now.Add(-30 * time.Hour), Status: records.InProgress}}, ""},
	} {
		p := &seen{results: map[string]records.Observation{}}
		for _, e := range test.visits {
			e.Patient = who
			p.take(&e)
		}
		want := ""
		if test.want != "" {
			want = all.Lang("en").T(test.want)
		}
		if got := p.why(all.Lang("en"), now); got != want {
			t.Errorf("%s: %q, want %q", test.name, got, want)
		}
	}
}

// What is printed has forms whose codes are on record even if nothing comes out of
// the printer; what is only looked at makes none.
func TestBookMakesItsFormsFirst(t *testing.T) {
	c := newClinic(t, 3, 2)
	clerk := c.in(t, c.Console("root", "kiosk-1"))
	printed := func() (n int) {
		t.Helper()
		page, err := c.AuditAfter(t.Context(), 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			if e.Action == staff.PrintForms && e.Reason == "7 forms" {
				n++
			}
		}
		return n
	}
	order := Order{Kind: Book, Forms: 7}
	if err := clerk.Write(t.Context(), io.Discard, order, Preview); err != nil || printed() != 0 {
		t.Errorf("a look made %d batches, %v", printed(), err)
	}
	var out bytes.Buffer
	if err := clerk.Write(t.Context(), &out, order, "paper"); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(out.Bytes(), []byte("/Type /Page\n")); n < 8 || printed() != 1 {
		t.Errorf("%d pages, %d batches on record", n, printed())
	}
	if err := clerk.Write(t.Context(), broken{}, order, "paper"); err == nil || printed() != 2 {
		t.Errorf("a printer that breaks: %v, %d batches on record", err, printed())
	}
}

// broken is a printer that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
