package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A Standing is all that is known of how a visit stands with the server: what the
// records say, what the server has proved to hold, and what was tried.
type Standing struct {
	records.QueuedVisit
	// Parts are what it consists of, as it is sent.
	Parts []Part
	// Why says that it cannot be sent, if that is so.
	Why   string
	Tries []records.Try
	// Trusting says that receipts are the server's word and nothing was read back.
	Trusting bool
}

// A Part is a resource of a visit, or its message.
type Part struct {
	Kind string
	ID   records.ID
	Hash [sha256.Size]byte // of what the records say today, as it is sent
	// Receipt is what the server has proved to hold; the zero Receipt if nothing.
	Receipt records.Receipt
	// Common says that other visits bring it, too, and others may change it: it is
	// newer than the visit if it differs.
	Common bool
}

// Held reports whether the server has proved to hold the part as the records have
// it today.
func (p Part) Held() bool {
	return p.Receipt.Remote != "" && p.Receipt.Hash == p.Hash && !p.Receipt.Theirs
}

// own are the parts that this visit alone brings.
func (s Standing) own() []Part {
	return slices.DeleteFunc(slices.Clone(s.Parts), func(p Part) bool { return p.Common })
}

// Proved reports whether the server has proved to hold all of the visit as the
// records have it today. Of one that counts as sent and is not proved the server's
// own word holds, or this program says it in other words than the one that sent it.
func (s Standing) Proved() bool {
	own := s.own()
	return s.Stage == records.StageSent && len(own) > 0 && !slices.ContainsFunc(own, func(p Part) bool { return !p.Held() })
}

// Hash is one over all that the visit alone brings, as the records have it today.
func (s Standing) Hash() [sha256.Size]byte {
	return sumOf(s.own(), func(p Part) [sha256.Size]byte { return p.Hash })
}

// Receipt is the same over what the server has proved to hold; false if it has not
// proved all.
func (s Standing) Receipt() (sum [sha256.Size]byte, at time.Time, ok bool) {
	own := s.own()
	for _, p := range own {
		if p.Receipt.Remote == "" {
			return sum, at, false
		}
		if p.Receipt.At.After(at) {
			at = p.Receipt.At
		}
	}
	return sumOf(own, func(p Part) [sha256.Size]byte { return p.Receipt.Hash }), at, len(own) > 0
}

func sumOf(ps []Part, hash func(Part) [sha256.Size]byte) [sha256.Size]byte {
	var all []byte
	for _, p := range ps {
		sum := hash(p)
		all = append(all, sum[:]...)
	}
	return sha256.Sum256(all)
}

// Standing returns how a visit stands with the server, without asking it. It
// matches records.ErrNotFound if there is no such visit.
func (s *Sender) Standing(ctx context.Context, encounter records.ID) (Standing, error) {
	out, err := QueuedStanding(ctx, s.store, encounter)
	if err != nil {
		return out, err
	}
	out.Trusting = s.Trusting
	if err := s.recall(ctx); err != nil {
		return out, err
	}
	parts := s.partsOf
	if s.HL7 != nil {
		parts = s.messagesOf
	}
	out.Parts, out.Why, err = parts(ctx, out.OutboxEntry)
	return out, err
}

// QueuedStanding is what is known of a visit where no server is set: how far it
// has come, and what was tried.
func QueuedStanding(ctx context.Context, store *records.Store, encounter records.ID) (out Standing, err error) {
	if out.QueuedVisit, err = store.QueuedVisit(ctx, encounter); err != nil {
		return out, err
	}
	out.Tries, err = store.Tries(ctx, encounter)
	return out, err
}

// partsOf are the resources of an entry with the receipts for them.
func (s *Sender) partsOf(ctx context.Context, e records.OutboxEntry) (out []Part, why string, err error) {
	all, why, err := s.resources(ctx, e)
	if err != nil || why != "" {
		return nil, why, err
	}
	remote := map[string]string{}
	for _, r := range all {
		p := Part{Kind: r.Type, ID: r.ID, Hash: hashOf(r.JSON, remote), Common: slices.Contains(shared, r.Type)}
		receipt, known, err := s.store.Receipt(ctx, s.server, r.Type, r.ID)
		if err != nil {
			return nil, "", err
		}
		if known {
			p.Receipt = receipt
			remote[r.Key()] = r.Type + "/" + receipt.Remote
		}
		out = append(out, p)
	}
	return out, "", nil
}

// messagesOf is the message of an entry with the receipt for it, which one that was
// not acknowledged lacks; none of a visit without a result.
func (s *Sender) messagesOf(ctx context.Context, e records.OutboxEntry) ([]Part, string, error) {
	h, why, err := s.revisions(ctx, e)
	if err != nil || why != "" {
		return nil, why, err
	}
	m, says, err := s.messageOf(h, e)
	switch {
	case errors.Is(err, fhir.ErrUnmappable):
		return nil, "it cannot be said in HL7", nil
	case err != nil || !says:
		return nil, "", err
	}
	p := Part{Kind: message, ID: e.Encounter, Hash: sha256.Sum256(m.Text)}
	receipt, _, err := s.store.Receipt(ctx, s.server, message, e.Encounter)
	if receipt.Version == takenIn {
		p.Receipt = receipt
	}
	return []Part{p}, "", err
}

// ableCursor is the name under which it is kept what the server is able to.
const ableCursor = "able"

// ability is what was learnt of a server that shapes what it is sent.
type ability struct {
	ServerIDs bool     `json:"serverIDs,omitempty"`
	Omitted   []string `json:"omitted,omitempty"`
	Nameless  bool     `json:"nameless,omitempty"`
}

// remember keeps what was learnt, so that it can be said without asking.
func (s *Sender) remember(ctx context.Context) error {
	text, err := json.Marshal(ability{s.serverIDs, s.omitted, s.nameless})
	if err != nil {
		return err
	}
	last, _, err := s.store.Cursor(ctx, s.server, ableCursor)
	if err != nil || last == string(text) {
		return err
	}
	return s.store.SetCursor(ctx, s.server, ableCursor, string(text))
}

// recall takes on what was learnt earlier, unless it was learnt since.
func (s *Sender) recall(ctx context.Context) error {
	if s.learnt || s.HL7 != nil {
		return nil
	}
	text, _, err := s.store.Cursor(ctx, s.server, ableCursor)
	if err != nil || text == "" {
		return err
	}
	var a ability
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return fmt.Errorf("what the server is able to: %w", err)
	}
	s.serverIDs, s.omitted, s.nameless = a.ServerIDs, a.Omitted, a.Nameless
	return nil
}
