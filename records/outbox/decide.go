package outbox

import (
	"context"
	"errors"
	"fmt"

	"aidpost/records"
)

// A Word is whose word on a visit holds on the server.
type Word string

// The words that somebody can choose between.
const (
	Here  Word = "here"  // what the records say, as a new version there
	There Word = "there" // what the server says
)

// Errors of a decision.
var (
	ErrAgreed       = errors.New("the server and the records say the same: there is nothing to decide")
	ErrDeletedThere = errors.New("it was deleted on the server, which cannot be undone from here")
	ErrUnanswered   = errors.New("the server could not be asked")
	ErrMessages     = errors.New("a receiver of HL7 messages cannot be asked what it holds")
)

// Decide carries out what a person has decided about a visit that is parked since
// somebody changed it on the server. Nothing that was measured is lost by it: the
// records stay as they are, and the server keeps its earlier versions. The visit
// is sent, or counts as sent, with the next run.
func (s *Sender) Decide(ctx context.Context, encounter records.ID, w Word) error {
	e, ps, views, err := s.compared(ctx, encounter)
	if err != nil {
		return err
	}
	receipts, err := s.decided(ps, views, w)
	if err != nil {
		return err
	}
	return s.store.Decide(ctx, s.server, e, receipts, "whose word holds on the server was decided: what is "+string(w))
}

// parcelsOf are the resources of an entry with what is known of each.
func (s *Sender) parcelsOf(ctx context.Context, e records.OutboxEntry) ([]parcel, error) {
	all, why, err := s.resources(ctx, e)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return nil, fmt.Errorf("encounter %s: %s", e.Encounter, why)
	}
	var ps []parcel
	for _, r := range all {
		p := parcel{Resource: r, hash: hashOf(r.JSON, nil), visit: e.Encounter}
		if p.receipt, p.known, err = s.store.Receipt(ctx, s.server, r.Type, r.ID); err != nil {
			return nil, err
		}
		ps = append(ps, p)
	}
	return ps, nil
}

// decided are the receipts by which a word will hold on what others have changed.
func (s *Sender) decided(ps []parcel, views []view, w Word) ([]records.Receipt, error) {
	var out []records.Receipt
	for _, i := range s.differing(ps, views) {
		p, v := ps[i], views[i]
		rc := records.Receipt{Kind: p.Type, ID: p.ID, Remote: v.id, Version: v.version, Encounter: p.visit}
		switch {
		case v.deleted && w == Here:
			return nil, fmt.Errorf("the %s: %w", p.Type, ErrDeletedThere)
		case v.deleted:
			rc.Remote, rc.Version = p.remoteID(), p.receipt.Version
		}
		if w == There {
			rc.Theirs, rc.Hash = true, p.hash
		}
		out = append(out, rc) // without a hash it matches nothing, so it is sent
	}
	if len(out) == 0 {
		return nil, ErrAgreed
	}
	return out, nil
}
