package intended

import "slices"

// A Person is what is known of whoever is to be measured.
type Person struct {
	Age      int // in whole years
	AgeKnown bool
	Pregnant bool
	Arm      int // around it, in centimetres; zero: nobody measured it
	Lie      Lie // of the arm to the marks of the cuff, as somebody saw it
}

// A Use is how an instrument comes to be used.
type Use struct {
	// Own: the person brought it, and it measures nobody else.
	Own bool
	// Lent: the site lends it to one person after the other, and answers for that.
	Lent bool
	// Cuff is for which arms its cuff is made, by the site. The zero one: as the
	// label has it.
	Cuff Range
}

// An Objection is what speaks against an instrument for a person.
type Objection string

// The objections. The first two forbid; the others are said.
const (
	NotToBeShared   Objection = "not-to-be-shared"
	ArmOutOfRange   Objection = "arm-out-of-range"
	NotForPregnancy Objection = "not-for-pregnancy" // not tested in pregnancy
	NotForAge       Objection = "not-for-age"       // not tested at this age
	CuffUnsure      Objection = "cuff-unsure"       // nobody said whether it fits the arm
	NotValidated    Objection = "not-validated"     // no study of this very model
)

// Forbids reports whether nothing may be measured in spite of it.
func (o Objection) Forbids() bool { return o == NotToBeShared || o == ArmOutOfRange }

// Objections lists what speaks against measuring a person with an instrument, the
// weightiest first.
func (l Label) Objections(who Person, how Use) []Objection {
	var all []Objection
	add := func(o Objection, when bool) {
		if when {
			all = append(all, o)
		}
	}
	add(NotToBeShared, l.Sharing.By != "" && l.Sharing.By != Several && !how.Own && !how.Lent)
	v := l.Validation
	if v == nil {
		return all
	}
	cuff := l.CuffOf(how.Cuff)
	lie := who.lie(cuff)
	known := cuff != Range{}
	add(ArmOutOfRange, known && (lie == Thinner || lie == Thicker))
	add(NotForPregnancy, who.Pregnant && !v.covers(Pregnancy))
	add(NotForAge, who.AgeKnown && who.Age < ageOfAdults && !v.covers(Children))
	add(CuffUnsure, known && (lie == "" || lie == LieUnknown))
	add(NotValidated, v.Status != Published)
	return all
}

// covers reports whether a study of this very model was of a group.
func (v *Validation) covers(g Group) bool {
	return v.Status == Published && slices.Contains(v.Groups, g)
}
