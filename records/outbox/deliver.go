package outbox

import (
	"context"
	"crypto/sha256"
	"maps"
	"net/http"
	"slices"

	"aidpost/records"
	"aidpost/records/fhir"
)

// nextShipment packs the first of the visits, as many as one load holds; nil if
// that would change what the server is about to be asked for.
func (r *run) nextShipment(ctx context.Context, visits []visit, there []*shipment) (*shipment, error) {
	p := packing{Sender: r.Sender, at: map[string]int{}, remote: map[string]string{}, ahead: map[string]records.Receipt{}}
	for _, before := range there {
		for _, rc := range before.receipts {
			p.ahead[rc.Kind+"/"+string(rc.ID)] = rc
		}
	}
	s := &shipment{remote: p.remote}
	n := 0
	for ; n < len(visits); n++ {
		v := &visits[n]
		if err := r.load(ctx, v); err != nil {
			return nil, err
		}
		if v.parked {
			continue
		}
		before := len(p.parcels)
		if err := p.add(ctx, *v); err != nil {
			return nil, err
		}
		if p.rewrites && len(there) > 0 {
			return nil, nil
		}
		if len(s.visits) > 0 && (len(p.parcels) > r.entries || p.bytes > r.MaxBytes) {
			p.parcels = p.parcels[:before]
			break
		}
		s.visits = append(s.visits, *v)
	}
	s.rest, s.loads = visits[n:], cut(p.parcels, r.entries, r.MaxBytes)
	s.doubtful = len(s.loads) > 1
	for _, v := range s.visits {
		s.doubtful = s.doubtful || r.doubts[v.entry.Encounter]
	}
	return s, nil
}

// post puts a shipment on the server. All loads but the last are read back.
func (r *run) post(ctx context.Context, s *shipment) (answer, error) {
	for len(s.loads) > 0 {
		if a, err := r.transact(ctx, s, s.loads[0]); err != nil || a.verdict != done {
			return a, err
		}
		if len(s.loads) == 1 {
			break
		}
		if a, err := r.keep(ctx, s); err != nil || a.verdict != done {
			return a, err
		}
		s.loads = s.loads[1:]
	}
	return answer{}, nil
}

// doubt notes that something of the visits may be there, and more is not known.
func (r *run) doubt(shipments ...*shipment) {
	for _, v := range visitsOf(shipments) {
		r.doubts[v.entry.Encounter] = true
	}
}

// atFault deals with a shipment that did not get there.
func (r *run) atFault(ctx context.Context, s *shipment, a answer) (answer, error) {
	r.doubt(s)
	switch {
	case a.verdict.waits():
		return a, nil
	case len(s.visits) == 1:
		return r.settle(ctx, s.visits[0], s.loads[0], s.remote, a)
	}
	if a.verdict == conflicted {
		// Most often the answer was lost and everything is there. If it is not, what is
		// in the way is found out visit by visit: sent again as it is, a server that
		// carries out the rest of it would answer the same for ever.
		found, a, err := r.recognise(ctx, s.loads[0], s.remote)
		if err != nil || a.verdict != done && a.verdict != failing {
			return a, err
		}
		if found == len(s.loads[0]) {
			return r.deliver(ctx, s.visits)
		}
	}
	return r.halve(ctx, s.visits)
}

// delivered notes that visits are there.
func (r *run) delivered(ctx context.Context, visits []visit) error {
	var entries []records.OutboxEntry
	for _, v := range visits {
		entries = append(entries, v.entry)
	}
	if err := r.store.DeliverOutbox(ctx, entries); err != nil {
		return err
	}
	for _, e := range entries {
		delete(r.left, e.Seq)
		delete(r.doubts, e.Encounter)
	}
	r.report.Sent += len(entries)
	r.failed = 0
	return r.well(ctx)
}

func (r *run) halve(ctx context.Context, visits []visit) (answer, error) {
	mid := (len(visits) + 1) / 2
	a, err := r.deliver(ctx, visits[:mid])
	if err != nil || a.verdict != done {
		return a, err
	}
	return r.deliver(ctx, visits[mid:])
}

// A packing collects what the server does not hold yet of visits, each resource
// once, the newest word on it; and how the server names what it holds.
type packing struct {
	*Sender
	parcels []parcel
	bytes   int
	at      map[string]int // where a parcel is
	remote  map[string]string
	ahead   map[string]records.Receipt // what is about to be proved
	// rewrites says that something of what is about to be proved changes.
	rewrites bool
}

func (p *packing) add(ctx context.Context, v visit) error {
	held, err := p.store.Receipts(ctx, p.server, fhir.Keys(v.resources))
	if err != nil {
		return err
	}
	for _, res := range v.resources {
		next := parcel{Resource: res, hash: hashOf(res.JSON, p.remote), visit: v.entry.Encounter}
		if i, ok := p.at[res.Key()]; ok {
			next.receipt, next.known = p.parcels[i].receipt, p.parcels[i].known
			p.bytes += len(res.JSON) - len(p.parcels[i].JSON)
			p.parcels[i] = next
			continue
		}
		rc, known := p.ahead[res.Key()]
		if known && rc.Hash != next.hash {
			p.rewrites = true
		}
		if !known {
			rc, known = held[records.ResourceKey{Kind: res.Type, ID: res.ID}]
		}
		if next.receipt, next.known = rc, known; known {
			p.remote[res.Key()] = res.Type + "/" + rc.Remote
			if rc.Theirs || rc.Hash == next.hash {
				continue
			}
		}
		p.at[res.Key()] = len(p.parcels)
		p.parcels = append(p.parcels, next)
		p.bytes += len(res.JSON)
	}
	return nil
}

// hashOf is the hash of a resource with the references that a server knows, so
// that it changes if what it refers to is there under another name.
func hashOf(text []byte, remote map[string]string) [sha256.Size]byte {
	return sha256.Sum256(readdressed(text, remote))
}

// cut makes loads of at most so many entries and bytes; a parcel that is larger
// by itself is a load of its own.
func cut(ps []parcel, entries, bytes int) [][]parcel {
	var loads [][]parcel
	begin, size := 0, 0
	for i, p := range ps {
		if i > begin && (i-begin >= entries || size+len(p.JSON) > bytes) {
			loads = append(loads, ps[begin:i])
			begin, size = i, 0
		}
		size += len(p.JSON)
	}
	if begin < len(ps) {
		loads = append(loads, ps[begin:])
	}
	return loads
}

// transact puts one load on the server. The shipment learns how the server
// names what it took.
func (s *Sender) transact(ctx context.Context, sh *shipment, load []parcel) (answer, error) {
	names := maps.Clone(sh.remote)
	if s.serverIDs {
		for _, p := range load {
			if !p.known {
				names[p.Key()] = "urn:uuid:" + string(p.ID)
			}
		}
	}
	body, err := s.transaction(load, names)
	if err != nil {
		return answer{}, err
	}
	a := s.write(ctx, body)
	if a.status == http.StatusNotFound && slices.ContainsFunc(load, func(p parcel) bool { return p.known }) {
		a.verdict = conflicted // it may be one of these that the server has lost
	}
	if a.verdict != done {
		return a, nil
	}
	if sh.receipts, sh.given, a = s.receipts(a, load); a.verdict != done {
		return a, nil
	}
	for i, p := range load {
		sh.remote[p.Key()] = p.Type + "/" + sh.receipts[i].Remote
	}
	for i, p := range load {
		sh.receipts[i].Hash = hashOf(p.JSON, sh.remote)
	}
	return answer{}, nil
}
