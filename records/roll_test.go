package records

import (
	"testing"
	"time"
)

// TestRoll: everybody is met for the first time once, and a hundred people take
// no more than a bit each, in words of 64.
func TestRoll(t *testing.T) {
	s := openTemp(t, Options{})
	var people []ID
	for range 150 {
		e := visit(ada(), now.Add(-time.Hour))
		save(t, s, e)
		people = append(people, e.Patient.ID)
	}
	r := s.NewRoll()
	for round, want := range []bool{true, false} {
		for i, id := range people {
			if first, err := r.First(t.Context(), id); err != nil || first != want {
				t.Fatalf("round %d, person %d: %t, %v", round, i, first, err)
			}
		}
	}
	if words := len(r.asked); words > 150/64+2 {
		t.Errorf("%d words for 150 people", words)
	}
	if first, err := r.First(t.Context(), NewID()); err != nil || !first {
		t.Errorf("somebody who is not there: %t, %v", first, err)
	}
	if _, err := r.First(t.Context(), "x"); err == nil {
		t.Error("x is an id")
	}
}
