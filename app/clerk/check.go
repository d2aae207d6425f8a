package clerk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/proof"
	"aidpost/records/signing"
	"aidpost/records/staff"
	"aidpost/reports"
)

// anonymousIssuer is the issuer of a site that gives its keys out by hand.
const anonymousIssuer = "urn:aidpost"

// A Signer signs the numbers on papers. The zero Signer signs nothing.
type Signer struct {
	Key    *signing.Key
	Issuer string // of the site's profile; may be empty
	Place  string
}

// NewSigner returns what signs the papers of a site, with the key in the
// records. Whoever may print no results signs none.
func NewSigner(ctx context.Context, a *records.Access, p site.Profile) (Signer, error) {
	if staff.Allow(a.Who().Role, staff.PrintRecord) != nil {
		return Signer{}, nil
	}
	seed, err := a.PaperSeed(ctx)
	if err != nil {
		return Signer{}, err
	}
	k, err := signing.NewKey(seed)
	if err != nil {
		return Signer{}, err
	}
	return Signer{Key: &k, Issuer: p.Issuer, Place: p.Name}, nil
}

// Check signs results, the newest first; nil if there is nothing to sign. Who
// is nil for somebody who has not agreed to be known. What simulated instruments
// made up is never signed.
func (s Signer) Check(who *records.Patient, results []records.Observation, at time.Time, zone *time.Location) (*reports.Check, error) {
	if s.Key == nil || len(results) == 0 || slices.ContainsFunc(results, site.MadeUp) {
		return nil, nil
	}
	results = slices.Clone(results)
	slices.SortStableFunc(results, func(x, y records.Observation) int { return y.Taken.Compare(x.Taken) })
	token, left, err := proof.Sign(*s.Key, proof.Claims{
		Issuer: cmp.Or(s.Issuer, anonymousIssuer), Issued: at, Place: s.Place, Patient: who, Results: results, Zone: zone,
	})
	if err != nil {
		return nil, err
	}
	return &reports.Check{Token: token, Left: left}, nil
}

// Results returns what stands on the paper of a visit.
func Results(e *records.Encounter) []records.Observation {
	folded := map[records.ID]bool{}
	for _, o := range e.Observations {
		for _, id := range o.MeanOf {
			folded[id] = true
		}
	}
	var results []records.Observation
	for _, o := range e.Observations {
		if o.State != records.Voided && o.Result() && !folded[o.ID] {
			results = append(results, o)
		}
	}
	return results
}

// Named returns the person of a visit if they agreed to be known after it.
func Named(e *records.Encounter) *records.Patient {
	for _, c := range e.Consents {
		if c.Purpose == records.ConsentKeep && c.Given {
			return e.Patient
		}
	}
	return nil
}
