package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"aidpost/records"
	"aidpost/records/fhir"
)

// saidCursor is up to which word on what people agreed to the server knows.
const saidCursor = "consents"

// said has an operator tell what people said after their visits.
func (s *Sender) said(ctx context.Context) func(*records.Encounter) ([]records.LaterConsent, error) {
	return func(e *records.Encounter) ([]records.LaterConsent, error) { return s.store.SaidOf(ctx, e.ID) }
}

// changes tells the server what people have said since their visits of what they had
// agreed to, before all else: the visits themselves may never be sent again. Only of
// visits that it holds is it told anything. The answer is not done if everything has
// to wait.
func (s *Sender) changes(ctx context.Context) (answer, error) {
	if s.HL7 != nil || slices.Contains(s.omitted, "Consent") {
		return answer{}, nil
	}
	for ctx.Err() == nil {
		text, _, err := s.store.Cursor(ctx, s.server, saidCursor)
		if err != nil {
			return answer{}, err
		}
		last, _ := strconv.ParseInt(text, 10, 64) // "": from the first on
		next, ok, err := s.store.SaidAfter(ctx, last)
		if err != nil || !ok {
			return answer{}, err
		}
		a, err := s.sendChange(ctx, next.Patient)
		if err != nil {
			return a, err
		}
		switch a.verdict {
		case done:
		case refused, tooLarge: // with this content it never will
			s.Log.Warn("the server refuses a change of a consent", "why", a.why)
		case unreached, busy, denied:
			return a, nil
		default:
			s.Log.Warn("a change of a consent waits", "why", a.why)
			return answer{}, nil
		}
		if err := s.store.SetCursor(ctx, s.server, saidCursor, fmt.Sprint(next.Seq)); err != nil {
			return a, err
		}
	}
	return answer{}, context.Cause(ctx)
}

// sendChange brings the consents of a person's visits up to date.
func (s *Sender) sendChange(ctx context.Context, patient records.ID) (answer, error) {
	if a := s.learn(ctx); a.verdict != done || slices.Contains(s.omitted, "Consent") {
		return a, nil
	}
	visits, err := s.store.HeldVisits(ctx, s.server, patient)
	if err != nil {
		return answer{}, err
	}
	for some := range slices.Chunk(visits, s.entries) {
		if a, err := s.sendConsents(ctx, some); err != nil || a.verdict != done {
			return a, err
		}
	}
	return answer{}, nil
}

func (s *Sender) sendConsents(ctx context.Context, visits []records.ID) (answer, error) {
	var all []parcel
	for _, id := range visits {
		p, ok, err := s.consent(ctx, id)
		if err != nil {
			return answer{}, err
		}
		if ok {
			all = append(all, p)
		}
	}
	remote, err := s.names(ctx, all)
	if err != nil {
		return answer{}, err
	}
	ps := slices.DeleteFunc(all, func(p parcel) bool { return p.known && p.receipt.Hash == hashOf(p.JSON, remote) })
	if len(ps) == 0 {
		return answer{}, nil
	}
	kept, a, err := s.putBeside(ctx, ps, remote)
	if err != nil || a.verdict != done {
		return a, err
	}
	return answer{}, s.store.KeepReceipts(ctx, s.server, kept)
}

// consent makes what a person has agreed to in a visit, as it is today; false if
// there is nothing to say, or nothing may be said.
func (s *Sender) consent(ctx context.Context, visit records.ID) (p parcel, ok bool, err error) {
	e, err := s.store.Encounter(ctx, visit)
	if errors.Is(err, records.ErrNotFound) || errors.Is(err, records.ErrCorrupt) {
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	if s.Withhold != nil && s.Withhold(e) != "" {
		return p, false, nil
	}
	if e.Patient, err = s.today(ctx, e.Patient); err != nil {
		return p, false, err
	}
	op := s.Operator
	op.Said = s.said(ctx)
	r, ok, err := fhir.Agreement(e, op)
	if err != nil || !ok {
		return p, false, err
	}
	p = parcel{Resource: r, visit: visit}
	p.receipt, p.known, err = s.store.Receipt(ctx, s.server, r.Type, r.ID)
	return p, true, err
}
