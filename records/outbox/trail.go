package outbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"aidpost/records"
	"aidpost/records/fhir"
)

// trailCursor is up to where the audit trail is on the server.
const trailCursor = "audit"

// trail sends the entries of the audit trail that came since the last, if the
// site wants that and the server keeps them. Visits never wait for it: what goes
// wrong is tried again after the next of them.
func (s *Sender) trail(ctx context.Context) error {
	if s.Audit == nil || s.HL7 != nil || slices.Contains(s.omitted, "AuditEvent") {
		return nil
	}
	if _, last, err := s.store.Cursor(ctx, s.server, trailCursor); err != nil || s.restsFrom(last) {
		return err
	}
	if a := s.learn(ctx); a.verdict != done || slices.Contains(s.omitted, "AuditEvent") {
		return nil
	}
	for ctx.Err() == nil {
		text, _, err := s.store.Cursor(ctx, s.server, trailCursor)
		if err != nil {
			return err
		}
		last, _ := strconv.ParseInt(text, 10, 64) // "": from the first on
		entries, err := s.store.AuditAfter(ctx, last, s.entries)
		if err != nil || len(entries) == 0 {
			return err
		}
		a, err := s.sendTrail(ctx, entries)
		if err != nil {
			return err
		}
		if a.verdict != done {
			s.Log.Warn("the audit trail waits", "why", a.why)
			return nil
		}
		if err := s.store.SetCursor(ctx, s.server, trailCursor, fmt.Sprint(entries[len(entries)-1].Seq)); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// sendTrail puts entries on the server.
func (s *Sender) sendTrail(ctx context.Context, entries []records.AuditEntry) (answer, error) {
	known := s.holding(ctx)
	var ps []parcel
	for _, e := range entries {
		r, err := fhir.Audit(e, *s.Audit, s.Operator, known.has)
		if err == nil {
			err = known.failed
		}
		if err != nil {
			return answer{}, fmt.Errorf("entry %d of the audit trail: %w", e.Seq, err)
		}
		ps = append(ps, parcel{Resource: r, hash: sha256.Sum256(r.JSON)})
	}
	_, a, err := s.putBeside(ctx, ps, known.remote)
	return a, err
}

// putBeside puts what no visit that is due brings on the server, each once: what is
// there already, since an answer was lost, is left alone. An entry of the audit trail
// never changes; a call for help does, and what somebody has agreed to. It returns the
// receipts of all that is there as it was sent.
func (s *Sender) putBeside(ctx context.Context, ps []parcel, remote map[string]string) (held []records.Receipt, a answer, err error) {
	views, a := s.look(ctx, ps)
	if a.verdict != done {
		return nil, a, nil
	}
	var missing []parcel
	for i, p := range ps {
		same, v := s.held(views[i].body, readdressed(p.JSON, remote))
		switch {
		case views[i].body == nil:
			p.known = false
		case same, p.Type == "AuditEvent":
			held = append(held, records.Receipt{
				Kind: p.Type, ID: p.ID, Remote: v.id, Version: v.version, Hash: hashOf(p.JSON, remote), Encounter: p.visit,
			})
			continue
		default:
			p.known, p.receipt = true, records.Receipt{Kind: p.Type, ID: p.ID, Remote: views[i].id, Version: views[i].version}
		}
		missing = append(missing, p)
	}
	if len(missing) == 0 {
		return held, answer{}, nil
	}
	body, err := s.transaction(missing, remote)
	if err != nil {
		return nil, answer{}, err
	}
	if a = s.call(ctx, http.MethodPost, "", body); a.verdict != done {
		return nil, a, nil
	}
	rs, _, a := s.receipts(a, missing)
	if a.verdict != done {
		return nil, a, nil
	}
	var claims []claim
	for i, p := range missing {
		rs[i].Hash = hashOf(p.JSON, remote)
		claims = append(claims, claim{rs[i], readdressed(p.JSON, remote)})
	}
	if !s.Trusting {
		a = s.readBack(ctx, claims)
	}
	return append(held, rs...), a, nil
}
