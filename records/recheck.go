package records

import (
	"slices"
	"time"

	"aidpost/records/vitals"
)

// RecheckAfter is how long after a critically low blood sugar it is measured again, once
// sugar was given.
const RecheckAfter = 15 * time.Minute

// recheckFrom is from when on another measurement is that one, and no longer the
// repeat that confirms the first.
const recheckFrom = 10 * time.Minute

// Recheck is when the person's blood sugar is due again, since the last one was
// critically low; zero if it is not. Who was handed over, or sent on with a letter, is
// measured again by others.
func (e *Encounter) Recheck() time.Time {
	var low Observation
	for _, o := range e.Observations {
		if o.Panel == vitals.BloodGlucose && o.Critical() && slices.ContainsFunc(o.Judged, Judgement.Low) && o.Taken.After(low.Taken) {
			low = o
		}
	}
	if low.ID == "" || len(e.Referrals) > 0 {
		return time.Time{}
	}
	for _, t := range e.Tellings {
		if t.Observation == low.ID && t.Unread == HandedOver {
			return time.Time{}
		}
	}
	for _, o := range e.Observations {
		if o.Panel == vitals.BloodGlucose && o.State != Voided && !o.Taken.Before(low.Taken.Add(recheckFrom)) {
			return time.Time{}
		}
	}
	return low.Taken.Add(RecheckAfter)
}
