package site

import (
	"aidpost/app/visit"
	"aidpost/records"
	"aidpost/records/guideline"
)

// Judging returns what judges a corrected observation of an encounter anew.
func Judging(rules *guideline.Rules, e *records.Encounter) func(records.Observation) []records.Judgement {
	who := SubjectOf(e)
	return func(o records.Observation) []records.Judgement {
		judged, err := rules.Judge(who, o.Panel, o.Values, o.Meal)
		if err != nil {
			return nil // what cannot be is refused by the records, in their own words
		}
		return visit.Judgements(judged)
	}
}
