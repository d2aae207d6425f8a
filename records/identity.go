package records

import (
	"context"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// A Trait is what a person says or shows to prove who they are.
type Trait string

// The traits, in the order in which they are asked for.
const (
	TraitName  Trait = "name"
	TraitBirth Trait = "birth-date"
	TraitCard  Trait = "card"
	TraitPhone Trait = "phone"
)

// traitsNeeded is how many of them show that this is the person: of two people
// that are confused with each other one is often alike.
const traitsNeeded = 2

// Traits returns what is known of the person that tells them from others. A birth
// date that was worked out from an age is none.
func (p *Patient) Traits() []Trait {
	var known []Trait
	if p.Given != "" || p.Family != "" {
		known = append(known, TraitName)
	}
	if !p.BirthDate.IsZero() && !p.BirthEstimated {
		known = append(known, TraitBirth)
	}
	for _, t := range []Trait{TraitCard, TraitPhone} {
		if slices.ContainsFunc(p.Identifiers, func(i Identifier) bool { return (i.System == PhoneSystem) == (t == TraitPhone) }) {
			known = append(known, t)
		}
	}
	return known
}

// Asked returns the two traits that settle who the person is; fewer are known of
// some. A card that they showed is one of them.
func (p *Patient) Asked(card bool) []Trait {
	known := p.Traits()
	if card && slices.Contains(known, TraitCard) {
		known = slices.DeleteFunc(known, func(t Trait) bool { return t == TraitCard })
		if i := slices.Index(known, TraitBirth); i > 0 { // a name alone may be read on the card
			known[0], known[i] = known[i], known[0]
		}
		known = append([]Trait{TraitCard}, known...)
	}
	return known[:min(len(known), traitsNeeded)]
}

// Identity is how somebody made sure, before the first test of a visit, that the
// person in front of them is the one of the records. The zero Identity: nobody did.
type Identity struct {
	With    []Trait   `json:"with,omitempty"`    // that were said or shown
	Instead string    `json:"instead,omitempty"` // why not two of them, or not by the person: of IdentityReasons
	By      Clinician `json:"by"`
	At      time.Time `json:"at"`
}

// IsZero reports whether nobody made sure.
func (i Identity) IsZero() bool { return i.At.IsZero() }

// IdentityReasons are why a test goes on though the person did not say two traits:
// somebody with them said both, the operator knows them, or it cannot wait.
func IdentityReasons() []string { return []string{"companion", "known", "emergency"} }

// Identify puts on record that the actor made sure who a person is, and returns
// what the visit keeps of it.
func (a *Access) Identify(ctx context.Context, p *Patient, i Identity) (Identity, error) {
	i.By, i.At = a.who.Clinician(), a.store.now().UTC().Round(0)
	c := checker{latest: i.At.Add(maxAhead)}
	if c.identity(&i); c.err != nil {
		return Identity{}, fmt.Errorf("%s: %w", staff.IdentifyPatient, c.err)
	}
	with := fmt.Sprint(i.With)
	if i.Instead != "" {
		with += " " + i.Instead
	}
	err := a.Note(ctx, Deed{Action: staff.IdentifyPatient, Object: p.ID, Patient: p.ID, Reason: with})
	return i, err
}

func (c *checker) identity(i *Identity) {
	if i.IsZero() {
		return
	}
	for _, t := range i.With {
		c.require(slices.Contains([]Trait{TraitName, TraitBirth, TraitCard, TraitPhone}, t), "identity.with", "unknown")
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(i.With)))
	c.require(i.Instead == "" || slices.Contains(IdentityReasons(), i.Instead), "identity.instead", "unknown")
	c.require(i.Instead != "" || len(distinct) >= traitsNeeded, "identity.with", "not two of them")
	c.moment("identity.at", &i.At, true)
	c.clinician("identity.by", &i.By)
}
