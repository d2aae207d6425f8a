package outbox

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"

	"aidpost/records"
	"aidpost/records/fhir"
)

// probation is for how many transactions a server is asked for all that it has
// confirmed, even if it has answered with it, until it was found out to be wrong.
const probation = 3

// write makes a request that puts something on the server, which is asked to
// answer with what it holds then.
func (s *Sender) write(ctx context.Context, body []byte) answer {
	prefer := "return=representation"
	if s.Trusting {
		prefer = minimal
	}
	return s.ask(ctx, ask{http.MethodPost, "", body, prefer})
}

// A claim is something that the server says it holds.
type claim struct {
	records.Receipt
	text []byte // as it should give it back
}

// keep makes sure that the server holds what it has just confirmed of shipments, and
// keeps the receipts.
func (s *Sender) keep(ctx context.Context, shipments ...*shipment) (answer, error) {
	if !s.Trusting {
		if a := s.confirm(ctx, shipments); a.verdict != done {
			return a, nil
		}
	}
	var all []records.Receipt
	for _, sh := range shipments {
		all = append(all, sh.receipts...)
	}
	return answer{}, s.store.KeepReceipts(ctx, s.server, all)
}

// confirm makes sure that the server holds what it has just confirmed. If it has
// answered with all of a shipment as it was sent, and none of that can have got there
// by an earlier try, a few resources are asked for, so that whoever only echoes is
// found out at once; else, and of a server that is new, each.
func (s *Sender) confirm(ctx context.Context, shipments []*shipment) answer {
	var few []claim
	for _, sh := range shipments {
		claims := sh.claims()
		some := sh.telling()
		if some == nil || sh.doubtful || s.proofs.Load() < probation || !s.showed(sh, claims) {
			if a := s.readBack(ctx, claims); a.verdict != done {
				return a
			}
			continue
		}
		for _, i := range some {
			few = append(few, claims[i])
		}
	}
	if a := s.readBack(ctx, few); a.verdict != done {
		return a
	}
	s.proofs.Add(int32(len(shipments)))
	return answer{}
}

// claims are what the server has just confirmed of a shipment.
func (sh *shipment) claims() []claim {
	if len(sh.loads) == 0 {
		return nil // it had all of it
	}
	var out []claim
	for i, p := range sh.loads[0] {
		out = append(out, claim{sh.receipts[i], readdressed(p.JSON, sh.remote)})
	}
	return out
}

// telling are the numbers of the parcels that tell whether a load got there, which it
// does as a whole or not at all: of each visit the Provenance, which is of this very
// revision and was never sent before, and one of all that chance chooses. Nil: no
// few are enough.
func (sh *shipment) telling() []int {
	if len(sh.loads) == 0 {
		return nil
	}
	load := sh.loads[0]
	visits, told := map[records.ID]bool{}, map[records.ID]bool{}
	var few []int
	for i, p := range load {
		visits[p.visit] = true
		if p.Type == "Provenance" && !p.known && !told[p.visit] {
			told[p.visit] = true
			few = append(few, i)
		}
	}
	if len(told) < len(visits) {
		return nil
	}
	if i := rand.IntN(len(load)); !slices.Contains(few, i) {
		few = append(few, i)
	}
	return few
}

// showed reports whether the server has answered with all that it claims, in the
// versions that it says.
func (s *Sender) showed(sh *shipment, claims []claim) bool {
	for i, c := range claims {
		if same, v := s.held(sh.given[i], c.text); !same || !v.is(c.Receipt) {
			return false
		}
	}
	return true
}

// is reports whether a view is of what a receipt speaks of.
func (v view) is(r records.Receipt) bool {
	return v.version == r.Version && v.id == r.Remote
}

// readBack asks for what was just confirmed. A server that is found out to be wrong
// has to prove itself anew.
func (s *Sender) readBack(ctx context.Context, claims []claim) answer {
	left, a := s.unfound(ctx, claims)
	if a.verdict != done || len(left) == 0 {
		return a
	}
	body, err := question(left)
	if err != nil {
		return answer{verdict: unfit, why: "the request could not be made"}
	}
	if a = s.call(ctx, http.MethodPost, "", body); a.verdict == done {
		a = s.proves(a, left)
	}
	if a.verdict == failing {
		s.proofs.Store(0)
		s.blind.Store(false) // a search that found nothing was right
	}
	return a
}

// worthSearching is how many resources of a kind are asked for by one search: HAPI
// FHIR computes half as long for each then as if they were read.
const worthSearching = 10

// unfound searches for what there is much of, and returns the claims that this does
// not prove. It disproves none: what a server searches in may come later than what
// it holds.
func (s *Sender) unfound(ctx context.Context, claims []claim) (left []claim, _ answer) {
	kinds := map[string][]claim{}
	for _, c := range claims {
		kinds[c.Kind] = append(kinds[c.Kind], c)
	}
	for kind, all := range kinds {
		for some := range slices.Chunk(all, askedAtOnce) {
			if len(some) < worthSearching || s.blind.Load() {
				left = append(left, some...)
				continue
			}
			missed, a := s.unfoundOf(ctx, kind, some)
			if a.verdict != done {
				return nil, a
			}
			s.blind.Store(len(missed) == len(some))
			left = append(left, missed...)
		}
	}
	return left, answer{}
}

// unfoundOf returns the claims of a kind that one search does not prove.
func (s *Sender) unfoundOf(ctx context.Context, kind string, claims []claim) (left []claim, _ answer) {
	var ids []string
	for _, c := range claims {
		ids = append(ids, c.Remote)
	}
	found, a := search[json.RawMessage](ctx, s, kind, "_id", ids, "")
	if a.verdict != done {
		return nil, a
	}
	texts := map[string][]byte{}
	for _, text := range found {
		texts[viewed(text).id] = text
	}
	for _, c := range claims {
		if same, v := s.held(texts[c.Remote], c.text); !same || !v.is(c.Receipt) {
			left = append(left, c)
		}
	}
	return left, answer{}
}

// question writes the request that reads what is claimed.
func question(claims []claim) ([]byte, error) {
	b := bundle{ResourceType: "Bundle", Type: "batch"}
	for _, c := range claims {
		b.Entry = append(b.Entry, entry{Request: &request{Method: http.MethodGet, URL: c.Kind + "/" + c.Remote}})
	}
	return json.Marshal(b)
}

// proves makes sure that the server gives back what it claims, in the versions that
// it said.
func (s *Sender) proves(a answer, claims []claim) answer {
	var b bundle
	if err := json.Unmarshal(a.body, &b); err != nil || b.ResourceType != "Bundle" {
		return answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	if len(b.Entry) != len(claims) {
		return answer{verdict: failing, why: "the server did not give back all that it confirmed"}
	}
	for i, c := range claims {
		same, v := s.held(b.Entry[i].Resource, c.text)
		switch {
		case v.version == "":
			return answer{verdict: failing, why: "the server confirmed the " + c.Kind + " and does not have it"}
		case !same, v.id != c.Remote:
			return answer{verdict: failing, why: "the server holds another " + c.Kind + " than it confirmed"}
		case !v.is(c.Receipt):
			return answer{verdict: failing, why: "the server holds another version of the " + c.Kind + " than it confirmed"}
		}
	}
	return answer{}
}

// held reports whether a resource as the server gives it says what was sent, and
// under which id and version it is there.
func (s *Sender) held(theirs, sent []byte) (same bool, v view) {
	if v = viewed(theirs); v.body == nil {
		return false, v
	}
	same, err := fhir.Same(sent, theirs)
	if err != nil {
		return false, v
	}
	if !same {
		if same, err = fhir.Alike(sent, theirs); err != nil {
			return false, v
		}
		if same && s.loose.CompareAndSwap(false, true) {
			s.Log.Warn("the server keeps the values of numbers and not their digits")
		}
	}
	return same, v
}
