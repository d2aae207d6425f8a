package records

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/records/people"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// person is a patient with a name, born on the day that the text says.
func person(given, family, birth string, numbers ...string) *Patient {
	p := &Patient{ID: NewID(), Given: given, Family: family, Created: now.Add(-time.Hour)}
	if birth != "" {
		p.BirthDate, _ = ParseDate(birth)
	}
	for _, n := range numbers {
		p.Identifiers = append(p.Identifiers, Identifier{"card", n})
	}
	return p
}

// searched returns the given names of who is found, in order.
func searched(t testing.TB, s *Store, text string) string {
	t.Helper()
	all, err := s.Search(context.Background(), text, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range all {
		names = append(names, p.Given)
	}
	return strings.Join(names, " ")
}

func TestSearch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	ada := person("Ada", "Lovelace", "1915-12-10", "AL 1815")
	save(t, s, visit(ada, now.Add(-time.Hour)))
	save(t, s, visit(person("José", "García", "1956-04-30"), now.Add(-time.Hour)))
	if got := searched(t, s, "jose"); got != "José" {
		t.Errorf("found %q", got)
	}
	// Saved after the index was made.
	save(t, s, visit(person("Алёна", "Иванова", "1990-05-06"), now.Add(-time.Hour)))
	corrected := *ada
	corrected.Given = "Augusta"
	save(t, s, visit(&corrected, now.Add(-time.Hour)))
	check := func(s *Store) {
		t.Helper()
		for text, want := range map[string]string{
			"алена": "Алёна", "lovel": "Augusta", "ada": "", "al1815": "Augusta", "1956": "José", "1990-05-06": "Алёна", "zzz": "", "": "",
		} {
			if got := searched(t, s, text); got != want {
				t.Errorf("%q: found %q, want %q", text, got, want)
			}
		}
	}
	check(s)
	check(openAt(t, path, Options{ReadOnly: true}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check(openAt(t, path, Options{}))
}

// TestSearchWhileSaving: whoever was acknowledged before a search is found,
// also when the index is being made at that moment.
func TestSearchWhileSaving(t *testing.T) {
	s := openTemp(t, Options{})
	for i := range 50 {
		save(t, s, visit(person(fmt.Sprint("before", i), "X", "1950-01-01"), now.Add(-time.Hour)))
	}
	var work sync.WaitGroup
	for w := range 3 {
		work.Go(func() {
			for i := range 20 {
				name := fmt.Sprint("w", string(rune('a'+w)), string(rune('a'+i)))
				if err := s.Save(context.Background(), visit(person(name, "Y", "1950-01-01"), now.Add(-time.Hour))); err != nil {
					t.Error(err)
					return
				}
				if found, err := s.Search(context.Background(), name, 0); err != nil || len(found) == 0 || found[0].Given != name {
					t.Errorf("%s: %d found, %v", name, len(found), err)
				}
			}
		})
	}
	work.Wait()
}

func TestDuplicates(t *testing.T) {
	s := openTemp(t, Options{})
	ada := person("Ada", "Lovelace", "1915-12-10", "AL 1815")
	save(t, s, visit(ada, now.Add(-time.Hour)))
	for name, tt := range map[string]struct {
		p    *Patient
		want string
	}{
		"the same name":  {person("ADA", "Lovelace", "1915-12-10"), "same-name-and-birth"},
		"a slip":         {person("Ada", "Lovelcae", "1915-12-10"), "near-name"},
		"the card":       {person("Eve", "", "", "al1815"), "same-number"},
		"a wrong month":  {person("Ada", "Lovelace", "1915-11-10"), "near-birth"},
		"no birth date":  {person("Lovelace", "Ada", ""), ""},
		"the name alone": {person("Ada", "LOVELACE", ""), "same-name"},
		"somebody else":  {person("Grace", "Hopper", "1906-12-09"), ""},
		"the very same":  {ada, ""},
		"nobody at all":  {person("", "", ""), ""},
		"her own record": {&Patient{ID: ada.ID, Given: "Ada", Family: "Byron", BirthDate: ada.BirthDate, Identifiers: ada.Identifiers}, ""},
	} {
		got, err := s.Duplicates(t.Context(), tt.p)
		why := ""
		if len(got) == 1 {
			why = string(got[0].Why)
		}
		if err != nil || len(got) > 1 || why != tt.want {
			t.Errorf("%s: %+v, %v; want %q", name, got, err, tt.want)
		}
	}
}

// TestMerge: two records of one person count as one, until that is taken back;
// neither record nor any visit is changed.
func TestMerge(t *testing.T) {
	s := openTemp(t, Options{})
	var persons []*Patient
	var visits []*Encounter
	for i, given := range []string{"Ada", "Ada", "Adah"} {
		p := person(given, "Lovelace", "1915-12-10", fmt.Sprint("c", i))
		e := visit(p, now.Add(-time.Duration(i+1)*24*time.Hour))
		save(t, s, e)
		persons, visits = append(persons, e.Patient), append(visits, e)
	}
	history := func(p *Patient) int {
		t.Helper()
		all, err := s.History(t.Context(), p.ID, vitals.BloodPressure, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(all, func(a, b Observation) int { return a.Taken.Compare(b.Taken) }) {
			t.Error("the history is out of order")
		}
		return len(all)
	}
	listed := func(p *Patient) (n int) {
		t.Helper()
		for _, err := range s.Encounters(t.Context(), Filter{Patient: p.ID}) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	apart := func() {
		t.Helper()
		for i, p := range persons {
			if history(p) != 1 || listed(p) != 1 {
				t.Errorf("%d: %d readings, %d visits", i, history(p), listed(p))
			}
			if found, err := s.PatientByIdentifier(t.Context(), p.Identifiers[0]); err != nil || found.ID != p.ID {
				t.Errorf("%d: %+v, %v", i, found, err)
			}
		}
		if _, err := s.FindPatient(t.Context(), "Ada", "Lovelace", persons[0].BirthDate); !errors.Is(err, ErrSeveral) {
			t.Errorf("two of one name: %v", err)
		}
	}
	apart()
	for i := range 2 { // 1 into 0, then 0 into 2
		from, to := persons[1-i], persons[i*2]
		if err := s.Merge(t.Context(), from.ID, to.ID, "same card holder"); err != nil {
			t.Fatal(err)
		}
	}
	for i, p := range persons {
		if history(p) != 3 || listed(p) != 3 {
			t.Errorf("merged %d: %d readings, %d visits", i, history(p), listed(p))
		}
		if found, err := s.PatientByIdentifier(t.Context(), p.Identifiers[0]); err != nil || found.ID != persons[2].ID {
			t.Errorf("merged %d: %+v, %v", i, found, err)
		}
		if e, err := s.Encounter(t.Context(), visits[i].ID); err != nil || e.Patient.ID != p.ID {
			t.Errorf("the visit's own patient: %+v, %v", e, err)
		}
	}
	if got := searched(t, s, "lovelace"); got != "Adah" {
		t.Errorf("found %q", got)
	}
	if found, err := s.FindPatient(t.Context(), "Ada", "Lovelace", persons[0].BirthDate); err != nil || found.ID != persons[2].ID {
		t.Errorf("by the old name: %+v, %v", found, err)
	}
	if found, err := s.Duplicates(t.Context(), persons[0]); err != nil || len(found) != 0 {
		t.Errorf("duplicates of a merged one: %+v, %v", found, err)
	}
	for name, pair := range map[string][2]ID{
		"again": {persons[1].ID, persons[2].ID}, "into a merged one": {persons[2].ID, persons[0].ID}, "with itself": {persons[2].ID, persons[2].ID},
	} {
		if err := s.Merge(t.Context(), pair[0], pair[1], ""); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Merge(t.Context(), NewID(), persons[2].ID, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	for _, p := range persons[:2] {
		if err := s.Unmerge(t.Context(), p.ID, "two people"); err != nil {
			t.Fatal(err)
		}
	}
	apart()
	if err := s.Unmerge(t.Context(), persons[0].ID, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("taken back twice: %v", err)
	}
	if err := s.Merge(t.Context(), persons[1].ID, persons[0].ID, "again"); err != nil {
		t.Errorf("after it was taken back: %v", err)
	}
	merges, reasons := 0, ""
	err := s.Console("ana", "kiosk-1").Audit(t.Context(), AuditFilter{}, func(e AuditEntry) error {
		if e.Action == staff.MergePatient || e.Action == auditUnmerged {
			merges++
			reasons += e.Reason
		}
		return nil
	})
	if err != nil || merges != 5 || !strings.Contains(reasons, "same card holder") {
		t.Errorf("%d entries, %q, %v", merges, reasons, err)
	}
}

// TestVisitorsCannotSearch: the person at the screen is shown nobody.
func TestVisitorsCannotSearch(t *testing.T) {
	s := openTemp(t, Options{})
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	v := s.Visitor("kiosk-1")
	if found, err := v.Search(t.Context(), "ada", 0); !errors.Is(err, staff.ErrDenied) || found != nil {
		t.Errorf("searched: %v, %v", found, err)
	}
	if found, err := v.Duplicates(t.Context(), ada()); !errors.Is(err, staff.ErrDenied) || found != nil {
		t.Errorf("duplicates: %v, %v", found, err)
	}
	if err := v.Merge(t.Context(), NewID(), NewID(), ""); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("merged: %v", err)
	}
	if found, err := s.Console("ana", "kiosk-1").Search(t.Context(), "ada", 0); err != nil || len(found) != 1 {
		t.Errorf("the console: %v, %v", found, err)
	}
}

// TestPhone: it is found however it is written, and only as a whole.
func TestPhone(t *testing.T) {
	s := openTemp(t, Options{})
	p := person("Ada", "Lovelace", "1915-12-10")
	p.Identifiers = []Identifier{{PhoneSystem, "+43 (1) 555-0199"}}
	save(t, s, visit(p, now.Add(-time.Hour)))
	for number, want := range map[string]error{
		"+4315550199": nil, "0043 1 555 0199": nil, "+43-1-555-0199": nil, "5550199": ErrNotFound, "+431555019": ErrNotFound,
	} {
		if _, err := s.PatientByIdentifier(t.Context(), Identifier{PhoneSystem, number}); !errors.Is(err, want) {
			t.Errorf("%s: %v", number, err)
		}
	}
}

// TestSavedWhileTheIndexIsMade: whoever is saved between the look that fills the
// index and its first use is in it.
func TestSavedWhileTheIndexIsMade(t *testing.T) {
	s := openTemp(t, Options{})
	if s.directory.begin() != nil {
		t.Fatal("there is an index before the first search")
	}
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	s.directory.end(&people.Index{}) // of a look before that
	if got := searched(t, s, "lovelace"); got != "Ada" {
		t.Errorf("found %q", got)
	}
	// One that could not be made is made again.
	s.directory = directory{}
	s.directory.begin()
	s.directory.end(nil)
	if got := searched(t, s, "lovelace"); got != "Ada" {
		t.Errorf("found %q", got)
	}
}

// TestSearchIsPrepared: the index of names is made at opening if asked for, and whoever
// is saved meanwhile is in it.
func TestSearchIsPrepared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{PrepareSearch: true})
	grace := ada()
	grace.ID, grace.Given, grace.Family, grace.Identifiers = NewID(), "Grace", "Hopper", nil
	save(t, s, visit(grace, now.Add(-time.Hour)))
	made := func() bool {
		s.directory.mu.Lock()
		defer s.directory.mu.Unlock()
		return s.directory.index != nil
	}
	for deadline := time.Now().Add(10 * time.Second); !made(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the index of names was not made")
		}
	}
	for _, name := range []string{"lovelace", "hopper"} {
		if found, err := s.Search(t.Context(), name, 0); err != nil || len(found) != 1 {
			t.Errorf("%s: %v, %v", name, found, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
