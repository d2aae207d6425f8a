package quality

import (
	"slices"
	"strings"

	"aidpost/records/vitals"
)

// Stricter returns the plan that asks for all that either asks for. Both are of
// the same panel.
func (p Plan) Stricter(o Plan) Plan {
	p.Enrolled = enrolledInBoth(p.Enrolled, o.Enrolled)
	p.ControlEvery = sooner(p.ControlEvery, o.ControlEvery)
	p.VolunteerEvery = sooner(p.VolunteerEvery, o.VolunteerEvery)
	p.ControlAfter = sooner(p.ControlAfter, o.ControlAfter)
	p.Shifts = slices.Concat(p.Shifts, o.Shifts)
	slices.Sort(p.Shifts)
	p.Shifts = slices.Compact(p.Shifts)
	p.ControlLots = p.ControlLots || o.ControlLots
	p.Alternate = p.Alternate || o.Alternate
	p.Kept = p.Kept.stricter(o.Kept)
	p.StoreEvery = sooner(p.StoreEvery, o.StoreEvery)
	p.Observed = p.Observed || o.Observed
	p.Lots = p.Lots || o.Lots
	p.Calibration = p.Calibration || o.Calibration
	p.EnrolledOnly = p.EnrolledOnly || o.EnrolledOnly
	p.Certificates = p.Certificates || o.Certificates
	p.Overrides = min(max(p.Overrides, 1), max(o.Overrides, 1))
	return p
}

// stricter returns limits that hold whatever both hold. Where nothing can be in both,
// nothing is within either.
func (l Limits) stricter(o Limits) Limits {
	switch {
	case !l.Known():
		return o
	case !o.Known():
		return l
	}
	if o.Low.Cmp(l.Low) > 0 {
		l.Low = o.Low
	}
	if o.High.Cmp(l.High) < 0 {
		l.High = o.High
	}
	if !l.Known() { // they meet at zero alone, which would read as no limits
		l.Low = vitals.Int(1)
	}
	return l
}

// sooner is the smaller of two numbers, of which 0 is none.
func sooner(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// nobody is enrolled where two lists have nothing in common: no instrument is
// called so.
const nobody = "/"

// enrolledInBoth lists the instruments that are enrolled in both lists, of which
// an empty one has all.
func enrolledInBoth(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	var common []string
	for _, pair := range [][2][]string{{a, b}, {b, a}} {
		for _, named := range pair[0] {
			model, _, _ := strings.Cut(named, "/")
			if slices.Contains(pair[1], named) || slices.Contains(pair[1], model) {
				common = append(common, named)
			}
		}
	}
	if len(common) == 0 {
		return []string{nobody}
	}
	slices.Sort(common)
	return slices.Compact(common)
}
