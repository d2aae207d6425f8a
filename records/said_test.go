package records

import (
	"errors"
	"testing"
	"time"
)

// changesOf reads which people have said something, in the order that servers are told.
func changesOf(t *testing.T, s *Store) (people []ID) {
	t.Helper()
	for last := int64(0); ; {
		c, ok, err := s.SaidAfter(t.Context(), last)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return people
		}
		people, last = append(people, c.Patient), c.Seq
	}
}

// TestSaidAfter: who speaks again comes last, who is erased not at all, and a number is
// never given twice.
func TestSaidAfter(t *testing.T) {
	s := openTemp(t, Options{})
	root := s.Console("root", "k")
	a, b := visit(ada(), now.Add(-3*time.Hour)), visit(bob(), now.Add(-2*time.Hour))
	save(t, s, a)
	save(t, s, b)
	say := func(e *Encounter, purpose string) {
		t.Helper()
		if _, err := root.Say(t.Context(), e.Patient.ID, takenBack(purpose)); err != nil {
			t.Fatal(err)
		}
	}
	say(a, ConsentShare)
	say(b, ConsentShare)
	say(a, ConsentKeep)
	if got := changesOf(t, s); len(got) != 2 || got[0] != b.Patient.ID || got[1] != a.Patient.ID {
		t.Errorf("%v, want %s and %s", got, b.Patient.ID, a.Patient.ID)
	}
	words, err := s.SaidOf(t.Context(), a.ID)
	if err != nil || len(words) != 2 || words[0].Purpose != ConsentShare || words[1].Purpose != ConsentKeep {
		t.Errorf("%+v, %v", words, err)
	}
	if words, err := s.SaidOf(t.Context(), visit(nil, now).ID); err != nil || words != nil {
		t.Errorf("of no visit: %+v, %v", words, err)
	}
	last, _, err := s.SaidAfter(t.Context(), 2)
	if _, gone := s.Erase(t.Context(), a.Patient.ID, "asked"); err != nil || gone != nil {
		t.Fatal(err, gone)
	}
	say(b, ConsentKeep)
	if c, ok, err := s.SaidAfter(t.Context(), last.Seq); !ok || err != nil || c.Patient != b.Patient.ID {
		t.Errorf("after %d there is %+v, %v", last.Seq, c, err)
	}
}

// TestHeldVisits: those of a person of which this server holds something.
func TestHeldVisits(t *testing.T) {
	s := openTemp(t, Options{})
	sent, waits, others := visit(ada(), now.Add(-3*time.Hour)), visit(ada(), now.Add(-2*time.Hour)), visit(bob(), now.Add(-2*time.Hour))
	waits.Patient = sent.Patient
	here, there := ServerAt("https://here.example"), ServerAt("https://there.example")
	for _, e := range []*Encounter{sent, waits, others} {
		save(t, s, e)
	}
	keep := func(server ServerKey, e *Encounter) error {
		return s.KeepReceipts(t.Context(), server, []Receipt{{Kind: "Encounter", ID: e.ID, Remote: "r", Version: "1", Encounter: e.ID}})
	}
	if err := errors.Join(keep(here, sent), keep(there, waits), keep(here, others)); err != nil {
		t.Fatal(err)
	}
	if got, err := s.HeldVisits(t.Context(), here, sent.Patient.ID); err != nil || len(got) != 1 || got[0] != sent.ID {
		t.Errorf("%v, %v", got, err)
	}
}
