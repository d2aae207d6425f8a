package fhir

import (
	"slices"
	"time"

	"aidpost/records"
)

// report holds together what counts; a visit that never had a result has none. Of one
// that has none any more, since all were voided, the report says so.
func (v *visitBuilder) report(before []*records.Encounter) (DiagnosticReport, bool) {
	id := v.own("report")
	r := DiagnosticReport{
		ResourceType: "DiagnosticReport", ID: string(id), Identifier: v.named(id), Status: "final", Subject: v.subject(),
		Encounter: reference("Encounter", v.e.ID), EffectivePeriod: Period{v.time(v.e.Started), v.time(v.e.Ended)},
		Issued: v.time(v.settled()), Performer: []Reference{*reference("Organization", v.organizationID())},
	}
	if v.e.Revision > 1 {
		r.Status = "amended"
	}
	about := results(v.e)
	for _, o := range about {
		r.Result = append(r.Result, *reference("Observation", o.ID))
	}
	for _, old := range slices.Backward(before) {
		if len(about) == 0 {
			r.Status, about = statuses[records.Voided], results(old)
		}
	}
	r.Category, r.Code = []CodeableConcept{labReport}, bloodReport
	for _, o := range about {
		if category(o.Panel) == vitalSigns {
			r.Category, r.Code = []CodeableConcept{otherReport}, vitalsReport
		}
	}
	return r, len(about) > 0
}

// results are the observations that count.
func results(e *records.Encounter) []records.Observation {
	return slices.DeleteFunc(slices.Clone(e.Observations), func(o records.Observation) bool { return !o.Result() })
}

// settled is when the visit, as it is now, was complete.
func (v *visitBuilder) settled() time.Time {
	last := v.e.Started
	if v.e.Ended.After(last) {
		last = v.e.Ended
	}
	for _, o := range v.e.Observations {
		if o.Taken.After(last) {
			last = o.Taken
		}
	}
	return last
}
