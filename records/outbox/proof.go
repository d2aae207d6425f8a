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

// keep makes sure that the server holds what it has just confirmed, and keeps the
// receipts.
func (s *Sender) keep(ctx context.Context, sh *shipment, load []parcel) (answer, error) {
	if !s.Trusting {
		if a := s.confirm(ctx, sh, load); a.verdict != done {
			return a, nil
		}
	}
	return answer{}, s.store.KeepReceipts(ctx, s.server, sh.receipts)
}

// confirm makes sure that the server holds what it has just confirmed. If it has
// answered with all of it as it was sent, and none of it can have got there by an
// earlier try, a few resources are asked for, so that whoever only echoes is found
// out at once; else, and of a server that is new, each.
func (s *Sender) confirm(ctx context.Context, sh *shipment, load []parcel) answer {
	rs, want := sh.receipts, sh.wants(load)
	if few := telling(load); few != nil && !sh.doubtful && s.proofs.Load() >= probation && s.showed(sh, want) {
		var receipts []records.Receipt
		var texts [][]byte
		for _, i := range few {
			receipts, texts = append(receipts, rs[i]), append(texts, want[i])
		}
		rs, want = receipts, texts
	}
	a := s.readBack(ctx, rs, want)
	switch a.verdict {
	case done:
		s.proofs.Add(1)
	case failing:
		s.proofs.Store(0)
	}
	return a
}

// telling are the parcels of a load that tell whether it got there, which it does
// as a whole or not at all: of each visit the Provenance, which is of this very
// revision and was never sent before, and one of all that chance chooses. Nil: no
// few are enough.
func telling(load []parcel) []int {
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

// showed reports whether the server has answered with what was wanted, all of it
// in the versions of its receipts.
func (s *Sender) showed(sh *shipment, want [][]byte) bool {
	for i, r := range sh.receipts {
		same, v := s.held(sh.given[i], want[i])
		if !same || v.version != r.Version || v.id != r.Remote {
			return false
		}
	}
	return true
}

// readBack asks for what was just confirmed.
func (s *Sender) readBack(ctx context.Context, rs []records.Receipt, want [][]byte) answer {
	body, err := question(rs)
	if err != nil {
		return answer{verdict: unfit, why: "the request could not be made"}
	}
	a := s.call(ctx, http.MethodPost, "", body)
	if a.verdict != done {
		return a
	}
	return s.proves(a, rs, want)
}

// question writes the request that reads what receipts speak of.
func question(rs []records.Receipt) ([]byte, error) {
	b := bundle{ResourceType: "Bundle", Type: "batch"}
	for _, r := range rs {
		b.Entry = append(b.Entry, entry{Request: &request{Method: http.MethodGet, URL: r.Kind + "/" + r.Remote}})
	}
	return json.Marshal(b)
}

// proves makes sure that the server gives back what was wanted, in the versions
// that the receipts speak of.
func (s *Sender) proves(a answer, rs []records.Receipt, want [][]byte) answer {
	var b bundle
	if err := json.Unmarshal(a.body, &b); err != nil || b.ResourceType != "Bundle" {
		return answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	if len(b.Entry) != len(rs) {
		return answer{verdict: failing, why: "the server did not give back all that it confirmed"}
	}
	for i, r := range rs {
		same, v := s.held(b.Entry[i].Resource, want[i])
		switch {
		case v.version == "":
			return answer{verdict: failing, why: "the server confirmed the " + r.Kind + " and does not have it"}
		case !same, v.id != r.Remote:
			return answer{verdict: failing, why: "the server holds another " + r.Kind + " than it confirmed"}
		case v.version != r.Version:
			return answer{verdict: failing, why: "the server holds another version of the " + r.Kind + " than it confirmed"}
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
