package outbox

import (
	"context"
	"crypto/sha256"
	"maps"
	"net/http"
	"slices"

	"aidpost/records"
)

// A shipment is some visits, what the server lacks of them, and what is known
// of how it names things.
type shipment struct {
	visits []visit
	loads  [][]parcel // one, but for a single visit that is too large for it
	remote map[string]string

	receipts []records.Receipt
	proof    chan proof // of the last load, while that is read back
}

// A proof is what came of reading back.
type proof struct {
	answer
	err error
}

// deliver brings visits to the server. The answer is not done if the rest has
// to wait; what is wrong with single visits is settled here. While a shipment is
// read back the next is on its way, and it counts only if the one before it was
// proved: it may refer to what that brought.
func (r *run) deliver(ctx context.Context, visits []visit) (answer, error) {
	var ahead *shipment
	for len(visits) > 0 || ahead != nil {
		if len(visits) == 0 {
			return r.arrive(ctx, ahead)
		}
		next, err := r.nextShipment(ctx, visits, ahead)
		if err != nil {
			r.settleDown(ahead)
			return answer{}, err
		}
		if ahead != nil && (next == nil || len(next.loads) > 1) {
			// It has to be on its own.
			if a, err := r.arrive(ctx, ahead); a.verdict != done || err != nil {
				return a, err
			}
			ahead = nil
			continue
		}
		a, err := r.post(ctx, next)
		if ahead != nil {
			first := ahead
			ahead = nil
			proved, errFirst := r.proved(ctx, first)
			if errFirst != nil || proved.verdict != done {
				// What was posted after it is found out to be there next time.
				if proved, errFirst = r.atFault(ctx, first, proved, errFirst); errFirst != nil || proved.verdict != done {
					return proved, errFirst
				}
				continue
			}
		}
		visits = visits[len(next.visits):]
		if err != nil || a.verdict != done {
			if a, err = r.atFault(ctx, next, a, err); err != nil || a.verdict != done {
				return a, err
			}
			continue
		}
		ahead = next
		r.prove(ctx, next)
	}
	return answer{}, nil
}

// arrive waits for the proof of a shipment and settles what is wrong with it.
func (r *run) arrive(ctx context.Context, s *shipment) (answer, error) {
	a, err := r.proved(ctx, s)
	if err != nil || a.verdict != done {
		return r.atFault(ctx, s, a, err)
	}
	return a, nil
}

// settleDown waits for what goes on at the same time.
func (r *run) settleDown(s *shipment) {
	if s != nil {
		<-s.proof
	}
}

// nextShipment packs the first of the visits, as many as one load holds; nil if
// that would change what the one ahead of it is being asked for.
func (r *run) nextShipment(ctx context.Context, visits []visit, ahead *shipment) (*shipment, error) {
	p := packing{Sender: r.Sender, at: map[string]int{}, remote: map[string]string{}, ahead: map[string]records.Receipt{}}
	if ahead != nil {
		for _, rc := range ahead.receipts {
			p.ahead[rc.Kind+"/"+string(rc.ID)] = rc
		}
	}
	n := 0
	for n < len(visits) {
		before := len(p.parcels)
		if err := p.add(ctx, visits[n]); err != nil {
			return nil, err
		}
		if p.rewrites && ahead != nil {
			return nil, nil
		}
		if n > 0 && (len(p.parcels) > r.entries || p.bytes > r.MaxBytes) {
			p.parcels = p.parcels[:before]
			break
		}
		n++
	}
	return &shipment{visits: visits[:n], loads: cut(p.parcels, r.entries, r.MaxBytes), remote: p.remote}, nil
}

// post puts a shipment on the server. All loads but the last are read back.
func (r *run) post(ctx context.Context, s *shipment) (answer, error) {
	for i, load := range s.loads {
		a, err := r.transact(ctx, s, load)
		if err != nil || a.verdict != done {
			s.loads = s.loads[i:]
			return a, err
		}
		if i < len(s.loads)-1 {
			if a, err := r.keep(ctx, s, load, s.wants(load)); err != nil || a.verdict != done {
				s.loads = s.loads[i:]
				return a, err
			}
		}
	}
	return answer{}, nil
}

// prove has the last load of a shipment given back, meanwhile.
func (r *run) prove(ctx context.Context, s *shipment) {
	s.proof = make(chan proof, 1)
	if len(s.loads) == 0 {
		s.proof <- proof{}
		return
	}
	load := s.loads[len(s.loads)-1]
	s.loads = [][]parcel{load}
	want := s.wants(load)
	go func() {
		a, err := r.keep(ctx, s, load, want)
		s.proof <- proof{a, err}
	}()
}

// proved waits until a shipment is proved, and notes that its visits are there.
func (r *run) proved(ctx context.Context, s *shipment) (answer, error) {
	o := <-s.proof
	if o.err != nil || o.verdict != done {
		return o.answer, o.err
	}
	return answer{}, r.delivered(ctx, s.visits)
}

// atFault deals with a shipment that did not get there.
func (r *run) atFault(ctx context.Context, s *shipment, a answer, err error) (answer, error) {
	switch {
	case err != nil:
		return a, err
	case a.verdict == unreached, a.verdict == busy, a.verdict == denied, a.verdict == unfit:
		return a, nil
	case len(s.visits) == 1:
		return r.settle(ctx, s.visits[0], s.loads[0], s.remote, a)
	}
	if a.verdict == conflicted {
		// Most often the answer was lost and everything is there.
		found, a, err := r.recognise(ctx, s.loads[0], s.remote)
		if err != nil || a.verdict != done && a.verdict != failing {
			return a, err
		}
		if found > 0 {
			return r.deliver(ctx, s.visits)
		}
	}
	return r.halve(ctx, s.visits)
}

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
			var err error
			if rc, known, err = p.store.Receipt(ctx, p.server, res.Type, res.ID); err != nil {
				return err
			}
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
	a := s.call(ctx, http.MethodPost, "", body)
	if a.status == http.StatusNotFound && slices.ContainsFunc(load, func(p parcel) bool { return p.known }) {
		a.verdict = conflicted // it may be one of these that the server has lost
	}
	if a.verdict != done {
		return a, nil
	}
	if sh.receipts, a = s.receipts(a, load); a.verdict != done {
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

// wants are the resources of a load as the server should give them back.
func (sh *shipment) wants(load []parcel) [][]byte {
	var out [][]byte
	for _, p := range load {
		out = append(out, readdressed(p.JSON, sh.remote))
	}
	return out
}

// keep has the server give back what it has just confirmed, and keeps the
// receipts.
func (s *Sender) keep(ctx context.Context, sh *shipment, load []parcel, want [][]byte) (answer, error) {
	if !s.Trusting {
		if a := s.readBack(ctx, sh.receipts, want); a.verdict != done {
			return a, nil
		}
	}
	return answer{}, s.store.KeepReceipts(ctx, s.server, sh.receipts)
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
