package guideline

import (
	"errors"
	"fmt"

	"aidpost/records/vitals"
)

// errRules is wrapped by every fault of the rule data.
var errRules = errors.New("faulty rules")

func faulty(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errRules, fmt.Sprintf(format, args...))
}

// check refuses rules that leave a value without exactly one band, name a band
// that does not exist, or do not say where they come from.
func (s *Set) check() error {
	ids := make(map[string]bool)
	for _, b := range s.bands {
		switch {
		case ids[b.ID]:
			return faulty("band %s is given twice", b.ID)
		case b.Part() == "", !b.Interpretation.known(), b.Tier > Emergency, b.Source == "":
			return faulty("band %s is not complete", b.ID)
		}
		ids[b.ID] = true
	}
	for i := range s.files {
		f := &s.files[i]
		if f.ID == "" || f.Edition == "" || f.Title == "" || f.Publisher == "" || f.Source == "" {
			return faulty("rule set %q does not say where it comes from", f.ID)
		}
		if ids[f.ID] {
			return faulty("rule set %s is given twice", f.ID)
		}
		ids[f.ID] = true
		if err := s.checkFile(f); err != nil {
			return fmt.Errorf("rule set %s: %w", f.ID, err)
		}
	}
	return nil
}

func (s *Set) checkFile(f *file) error {
	if f.Applies == nil && len(f.Scales)+len(f.Advisories) > 0 {
		return faulty("it does not say for whom it applies")
	}
	scales := make(map[scaleKey]bool)
	for _, sc := range f.Scales {
		key := scaleKey{sc.Measure, sc.Unit, sc.Meal}
		if scales[key] {
			return faulty("two scales for %v", key)
		}
		scales[key] = true
		if err := s.checkScale(sc); err != nil {
			return fmt.Errorf("%s in %s: %w", sc.Measure, sc.Unit, err)
		}
	}
	for _, a := range f.Advisories {
		if err := s.checkRow(a.Band, a.Measure, a.Unit, a.limits, a.Source); err != nil {
			return err
		}
		if bounded(a.limits) == (a.OffScale != vitals.Exactly) {
			return faulty("advisory %s needs either bounds or a mark for off the scale", a.Band)
		}
		for _, c := range a.When {
			if c != knownDiabetes && c != feelsUnwell {
				return faulty("advisory %s has the unknown condition %q", a.Band, c)
			}
		}
	}
	for _, a := range f.Alerts {
		if err := checkBounds(a.Measure, a.Unit, a.limits, a.Source); err != nil {
			return err
		}
		if !bounded(a.limits) || a.Tier < ContactToday || a.Tier > Emergency || !a.Interpretation.known() {
			return faulty("the alert for %s is not complete", a.Measure)
		}
	}
	return nil
}

// checkScale makes sure that the rows follow one another without a gap: the
// next row begins where the last one ended, or one published step later.
func (s *Set) checkScale(sc scale) error {
	if len(sc.Rows) == 0 || sc.Step.Cmp(vitals.Int(0)) <= 0 {
		return faulty("a scale needs rows and a step")
	}
	for i, row := range sc.Rows {
		if err := s.checkRow(row.Band, sc.Measure, sc.Unit, row.limits, row.Source); err != nil {
			return err
		}
		if row.Caveat != NoCaveat && row.Caveat != ClassicSymptoms {
			return faulty("%s has the unknown caveat %q", row.Band, row.Caveat)
		}
		lower, hasLower := row.lower()
		if _, hasUpper := row.upper(); hasLower == (i == 0) || hasUpper == (i == len(sc.Rows)-1) {
			return faulty("%s must have a lower bound unless it is first and an upper one unless it is last", row.Band)
		}
		if i == 0 {
			continue
		}
		end, _ := sc.Rows[i-1].upper()
		stepLater := end.side > lower.side && lower.value.Sub(end.value).Cmp(sc.Step) == 0
		if end.cmp(lower) != 0 && !stepLater {
			return faulty("%s does not begin where the row before it ends", row.Band)
		}
		if upper, ok := row.upper(); ok && upper.cmp(lower) <= 0 {
			return faulty("%s ends before it begins", row.Band)
		}
	}
	return nil
}

func (s *Set) checkRow(band string, m vitals.Measure, u vitals.Unit, l limits, source string) error {
	b := find(s.bands, band)
	if b == nil {
		return faulty("unknown band %q", band)
	}
	if part := partOf(m); part == nil || part.id != b.Part() {
		return faulty("band %s does not judge %s", band, m)
	}
	return checkBounds(m, u, l, source)
}

func checkBounds(m vitals.Measure, u vitals.Unit, l limits, source string) error {
	low, high, ok := vitals.PlausibleRange(m, u)
	if !ok {
		return faulty("%s is not measured in %q", m, u)
	}
	if source == "" {
		return faulty("a row for %s has no source", m)
	}
	if l.From != nil && l.Above != nil || l.To != nil && l.Below != nil {
		return faulty("a row for %s has two bounds on one side", m)
	}
	for _, bound := range []*vitals.Decimal{l.From, l.Above, l.To, l.Below} {
		if bound != nil && (bound.Cmp(low) < 0 || bound.Cmp(high) > 0) {
			return faulty("bound %s for %s lies outside the plausible range", bound, m)
		}
	}
	return nil
}

func bounded(l limits) bool {
	_, lower := l.lower()
	_, upper := l.upper()
	return lower || upper
}

// checkTotal makes sure that everything that can be measured can be judged.
func (r *Rules) checkTotal() error {
	for _, p := range parts {
		for _, m := range p.measures {
			for _, u := range p.units {
				if len(r.scales[scaleKey{measure: m, unit: u}]) == 0 {
					return faulty("no scale for %s in %s", m, u)
				}
			}
		}
	}
	for key := range r.scales {
		for _, u := range partOf(key.measure).units {
			if _, ok := r.scales[scaleKey{key.measure, u, key.meal}]; !ok {
				return faulty("a scale for %s, %s in %s but not in %s", key.measure, key.meal, key.unit, u)
			}
		}
	}
	return nil
}
