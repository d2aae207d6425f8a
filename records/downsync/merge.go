package downsync

import (
	"slices"

	"aidpost/records"
)

// A merger joins two words on one person, field by field.
type merger struct {
	// base is what both sides agreed on last: what is here, if the server has
	// confirmed that; nil if they never did.
	base *records.Patient
	// kept is set when something stays as it is here although the server says
	// something else.
	kept bool
}

// join returns what becomes of a person.
func (m *merger) join(ours, theirs records.Patient) records.Patient {
	out := ours
	var base records.Patient
	if m.base != nil {
		base = *m.base
	}
	out.Given = pick(m, base.Given, ours.Given, theirs.Given)
	out.Family = pick(m, base.Family, ours.Family, theirs.Family)
	out.Sex = pick(m, base.Sex, ours.Sex, theirs.Sex)
	out.Language = pick(m, base.Language, ours.Language, theirs.Language)
	born := func(p records.Patient) birth { return birth{p.BirthDate, p.BirthEstimated} }
	date := pick(m, born(base), born(ours), born(theirs))
	if !theirs.BirthDate.IsZero() && theirs.BirthEstimated && !ours.BirthEstimated && ours.BirthDate.Year == theirs.BirthDate.Year {
		date = born(ours) // the same, known more exactly
	}
	out.BirthDate, out.BirthEstimated = date.date, date.estimated
	out.Identifiers = m.numbers(base.Identifiers, ours.Identifiers, theirs.Identifiers)
	return out
}

// birth is a birth date with how exactly it is known.
type birth struct {
	date      records.Date
	estimated bool
}

// pick decides on one field. The zero value is no word.
func pick[T comparable](m *merger, base, ours, theirs T) T {
	var none T
	switch {
	case theirs == none || theirs == ours:
		return ours
	case m.base != nil && ours == base, m.base == nil && ours == none:
		return theirs
	}
	m.kept = true // changed here, and not confirmed
	return ours
}

// numbers joins what both know, but for what either has taken away since.
func (m *merger) numbers(base, ours, theirs []records.Identifier) []records.Identifier {
	var out []records.Identifier
	for _, id := range ours {
		if m.base != nil && slices.Contains(base, id) && !slices.Contains(theirs, id) {
			continue // taken away there
		}
		out = append(out, id)
	}
	for _, id := range theirs {
		switch {
		case slices.Contains(out, id):
		case m.base != nil && slices.Contains(base, id):
			m.kept = true // taken away here
		default:
			out = append(out, id)
		}
	}
	for _, id := range out {
		m.kept = m.kept || !slices.Contains(theirs, id) // only known here
	}
	return out
}
