package records

import (
	"errors"
	"testing"

	"aidpost/records/staff"
)

// What a visit may say of how its person was identified: two different things, or a
// reason; and it is there after the records were read again.
func TestIdentityOfAVisit(t *testing.T) {
	s := openTemp(t, Options{})
	by := Clinician{Name: "ben"}
	for _, test := range []struct {
		name string
		is   Identity
		ok   bool
	}{
		{"nobody did", Identity{}, true},
		{"two", Identity{With: []Trait{TraitName, TraitBirth}, By: by, At: now}, true},
		{"one", Identity{With: []Trait{TraitName}, By: by, At: now}, false},
		{"the same twice", Identity{With: []Trait{TraitName, TraitName}, By: by, At: now}, false},
		{"a reason", Identity{Instead: "known", By: by, At: now}, true},
		{"no such reason", Identity{Instead: "hurry", By: by, At: now}, false},
		{"no such trait", Identity{With: []Trait{TraitName, "shoe"}, By: by, At: now}, false},
		{"tomorrow", Identity{Instead: "known", By: by, At: now.AddDate(0, 0, 1)}, false},
	} {
		e := &Encounter{ID: NewID(), Patient: ada(), Status: InProgress, Started: now, Zone: "UTC", Language: "en", Identity: test.is}
		err := s.Save(t.Context(), e)
		if (err == nil) != test.ok || err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil {
			continue
		}
		got, err := s.Encounter(t.Context(), e.ID)
		if err != nil || len(got.Identity.With) != len(test.is.With) || got.Identity.Instead != test.is.Instead || !got.Identity.At.Equal(test.is.At) {
			t.Errorf("%s: stored as %+v, %v", test.name, got.Identity, err)
		}
	}
}

// Only those at a bedside can say who somebody is.
func TestIdentifyNeedsTheRight(t *testing.T) {
	s := openTemp(t, Options{})
	p := ada()
	if _, err := s.Visitor("k").Identify(t.Context(), p, Identity{Instead: "known"}); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("at the kiosk: %v", err)
	}
	if _, err := s.Console("ben", "k").Identify(t.Context(), p, Identity{With: []Trait{TraitCard}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("with one trait: %v", err)
	}
}
