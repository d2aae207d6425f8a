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

// sendTrail puts entries on the server, each once: what is there already, since
// an answer was lost, is left alone.
func (s *Sender) sendTrail(ctx context.Context, entries []records.AuditEntry) (answer, error) {
	ps, remote, err := s.trailParcels(ctx, entries)
	if err != nil {
		return answer{}, err
	}
	views, a := s.look(ctx, ps)
	if a.verdict != done {
		return a, nil
	}
	var missing []parcel
	for i, p := range ps {
		if views[i].body == nil {
			missing = append(missing, p)
		}
	}
	if len(missing) == 0 {
		return answer{}, nil
	}
	names := remote
	body, err := s.transaction(missing, names)
	if err != nil {
		return answer{}, err
	}
	if a = s.call(ctx, http.MethodPost, "", body); a.verdict != done {
		return a, nil
	}
	rs, _, a := s.receipts(a, missing)
	if a.verdict != done || s.Trusting {
		return a, nil
	}
	var want [][]byte
	for _, p := range missing {
		want = append(want, readdressed(p.JSON, remote))
	}
	return s.readBack(ctx, rs, want), nil
}

// trailParcels makes the resources of entries, and says how the server names
// what they refer to.
func (s *Sender) trailParcels(ctx context.Context, entries []records.AuditEntry) ([]parcel, map[string]string, error) {
	remote := map[string]string{}
	var failed error
	held := func(kind string, id records.ID) bool {
		r, known, err := s.store.Receipt(ctx, s.server, kind, id)
		if err != nil {
			failed = err
		}
		if known {
			remote[kind+"/"+string(id)] = kind + "/" + r.Remote
		}
		return known
	}
	var ps []parcel
	for _, e := range entries {
		r, err := fhir.Audit(e, *s.Audit, s.Operator, held)
		if err == nil {
			err = failed
		}
		if err != nil {
			return nil, nil, fmt.Errorf("entry %d of the audit trail: %w", e.Seq, err)
		}
		ps = append(ps, parcel{Resource: r, hash: sha256.Sum256(r.JSON)})
	}
	return ps, remote, nil
}
