package records

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"aidpost/records/staff"
)

// TestExtract: what goes on paper is of the time and of whom was asked for, the
// oldest first, with the hashes at both ends of the time; the look at it is on
// record, and nothing that is done meanwhile gets into it.
func TestExtract(t *testing.T) {
	d := newDesk(t)
	first := visit(ada(), now.Add(-time.Hour))
	save(t, d.Store, first)
	if _, err := d.signIn(t, staff.Operator).Extract(t.Context(), AuditFilter{}, "file"); !errors.Is(err, staff.ErrDenied) {
		t.Fatalf("an operator: %v", err)
	}
	supervisor := d.signIn(t, staff.Supervisor)
	auditor := d.signIn(t, staff.Auditor)
	from := d.now()
	d.clock = d.clock.Add(time.Hour)
	for range 3 {
		if _, err := supervisor.Encounter(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
	}
	end := d.now().Add(time.Second)
	d.clock = d.clock.Add(time.Hour)

	for name, c := range map[string]struct {
		filter AuditFilter
		want   int // entries; negative: at least
	}{
		"all":          {AuditFilter{}, -10},
		"a time":       {AuditFilter{Since: from.Add(time.Minute), Until: end}, 4}, // the clock was set, too
		"one person":   {AuditFilter{Since: from.Add(time.Minute), Until: end, About: first.Patient.ID}, 3},
		"one of staff": {AuditFilter{Since: from.Add(time.Minute), Until: end, Who: supervisor.Who().ID}, 3},
		"nobody":       {AuditFilter{About: NewID()}, 1}, // that somebody asked
		"no time":      {AuditFilter{Until: from.AddDate(-1, 0, 0)}, 0},
	} {
		x, err := auditor.Extract(t.Context(), c.filter, "paper")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := supervisor.Encounter(t.Context(), first.ID); err != nil { // meanwhile
			t.Fatal(err)
		}
		all, again := extracted(t, x), extracted(t, x)
		if len(all) != c.want && (c.want >= 0 || len(all) < -c.want) || len(again) != len(all) {
			t.Errorf("%s: %d entries, then %d", name, len(all), len(again))
		}
		for i := 1; i < len(all); i++ {
			if all[i].Seq <= all[i-1].Seq {
				t.Errorf("%s: entry %d after %d", name, all[i].Seq, all[i-1].Seq)
			}
		}
		if name == "all" {
			last := all[len(all)-1]
			if last.Action != staff.PrintAudit || last.Reason != "paper" || last.Name != "The auditor" || last.Seq != x.Last.Seq || x.First.Seq != 1 {
				t.Errorf("%s: ends with %+v, from %+v to %+v", name, last, x.First, x.Last)
			}
			if x.Name(supervisor.Who().ID) != "The supervisor" {
				t.Errorf("the supervisor is called %q", x.Name(supervisor.Who().ID))
			}
		}
		if name == "a time" && (x.First.Seq != all[0].Seq || x.Last.Seq != all[3].Seq || len(x.First.Hash) != 64 || x.First.Hash == x.Last.Hash || !x.Last.At.Equal(all[3].At)) {
			t.Errorf("%s: from %+v to %+v", name, x.First, x.Last)
		}
		if name == "no time" && (x.First != AuditMark{} || x.Last != AuditMark{}) {
			t.Errorf("%s: from %+v to %+v", name, x.First, x.Last)
		}
		if len(x.Verified.Broken) > 0 || x.Verified.Entries == 0 {
			t.Errorf("%s: %+v", name, x.Verified)
		}
	}
}

func extracted(t *testing.T, x *Extract) (all []AuditEntry) {
	t.Helper()
	err := x.Each(t.Context(), func(e AuditEntry) error {
		all = append(all, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestExtractOfManyPages: none is lost between two pages of reading.
func TestExtractOfManyPages(t *testing.T) {
	s := openTemp(t, Options{})
	const n = 2*auditPage + 7
	note(t, s, n)
	x, err := s.Console("ada", "").Extract(t.Context(), AuditFilter{}, "file")
	if err != nil {
		t.Fatal(err)
	}
	if all := extracted(t, x); len(all) != n+1 || all[n].Seq != n+1 {
		t.Errorf("%d entries", len(all))
	}
	stop := errors.New("enough")
	if err := x.Each(t.Context(), func(AuditEntry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the reader: %v", err)
	}
}

// note puts so many entries on record at once.
func note(t testing.TB, s *Store, n int) {
	t.Helper()
	err := s.record(context.Background(), func(t *tx) error {
		for range n {
			if err := t.audit(auditEntry{Action: staff.ReadRecord, Object: NewID()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPrintedHash: the hash on a paper proves the trail up to its entry. Alter one
// row, and even with all keys and every hash computed anew the check fails.
func TestPrintedHash(t *testing.T) {
	path := put(t, trail(t))
	s := openAt(t, path, Options{})
	printed, err := s.AuditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // the paper is signed, and people come again
		save(t, s, visit(ada(), now.Add(-time.Hour)))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := readFile(t, path)
	grouped := ""
	for i := 0; i < len(printed); i += 8 {
		grouped += printed[i:i+8] + " "
	}
	for _, text := range []string{printed, strings.ToUpper(printed), grouped, printed[:16]} {
		report, err := verify(t, put(t, file), parsed(t, text))
		if err != nil || len(report.Noted) != 1 || report.Noted[0].Hash != printed || report.Noted[0].Seq < 40 {
			t.Errorf("untouched, %q: %+v, %v", text, report.Noted, err)
		}
	}
	for name, tt := range map[string]struct {
		script string
		reseal bool
		want   string
	}{
		"one row altered":           {script: "UPDATE audit SET at = at - 1 WHERE seq = 5", want: "entry 5 is changed"},
		"altered, all of it anew":   {script: "UPDATE audit SET at = at - 1 WHERE seq = 5", reseal: true, want: "no entry has the hash"},
		"one removed, all anew":     {script: "DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = seq - 1 WHERE seq > 7", reseal: true, want: "no entry has the hash"},
		"after the paper, all anew": {script: "UPDATE audit SET at = at - 1 WHERE seq = 45", reseal: true},
	} {
		path := put(t, file)
		alter(t, path, noSeatBelt+tt.script)
		if tt.reseal { // with every key, also that of the signature
			alter(t, path, "DELETE FROM secret; DELETE FROM audit_head")
			from := int64(1)
			if tt.want == "" {
				from = 45
			}
			forge(t, path, from, true)
		}
		report, err := verify(t, path, parsed(t, printed))
		said := ""
		for _, b := range report.Broken {
			said += b.Error() + "\n"
		}
		if tt.want != "" && (!errors.Is(err, ErrTampered) || !strings.Contains(said, tt.want)) {
			t.Errorf("%s: %v, %s", name, err, said)
		}
		if tt.want == "" && strings.Contains(said, "no entry has the hash") {
			t.Errorf("%s: %s", name, said)
		}
	}
	for _, text := range []string{"", "5f0c", printed[:15], printed[:17], printed + "00", "x" + printed[1:]} {
		if _, err := ParseHash(text); err == nil {
			t.Errorf("%q is taken for a hash", text)
		}
	}
}

func parsed(t *testing.T, text string) Anchor {
	t.Helper()
	a, err := ParseHash(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
