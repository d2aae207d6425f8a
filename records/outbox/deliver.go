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

// A shipment is some visits, what the server lacks of them, and what is known
// of how it names things.
type shipment struct {
	visits []visit
	loads  [][]parcel // one, but for a single visit that is too large for it
	remote map[string]string
	// from are the visits from its first on, and rest those after its last.
	from, rest []visit

	receipts []records.Receipt
	given    [][]byte // the resources as the server has answered with them
	// doubtful says that something of it may have got there earlier.
	doubtful bool
	proof    chan proof
}

// A proof is what came of something that went on meanwhile.
type proof struct {
	answer
	err error
}

// A convoy is visits on their way: while one shipment is answered, the one before
// it is proved and the one after it is packed. A shipment counts only if the one
// before it was proved: it may refer to what that brought.
type convoy struct {
	*run
	rest  []visit   // not packed yet
	next  *shipment // packed, or nil
	ahead *shipment // there, as the server says, and being proved; or nil
}

// deliver brings visits to the server. The answer is not done if the rest has
// to wait; what is wrong with single visits is settled here.
func (r *run) deliver(ctx context.Context, visits []visit) (answer, error) {
	c := &convoy{run: r, rest: visits}
	for {
		if err := c.pack(ctx); err != nil {
			c.settleDown()
			return answer{}, err
		}
		step := c.send
		switch {
		case c.next == nil && c.ahead != nil:
			step = c.arrive // the rest waits for that, if there is any
		case c.next == nil:
			return answer{}, nil
		}
		if a, err := step(ctx); err != nil || a.verdict != done {
			return a, err
		}
	}
}

// pack packs the next shipment, unless that has to wait until the one ahead is
// proved.
func (c *convoy) pack(ctx context.Context) error {
	if c.next != nil || len(c.rest) == 0 {
		return nil
	}
	s, err := c.nextShipment(ctx, c.rest, c.ahead)
	if err != nil || s == nil || len(s.loads) > 1 && c.ahead != nil {
		return err
	}
	if c.rest = s.rest; len(s.visits) > 0 {
		c.next = s
	}
	return nil
}

// send puts the next shipment on the server.
func (c *convoy) send(ctx context.Context) (answer, error) {
	now, ahead := c.next, c.ahead
	c.next, c.ahead = nil, nil
	posted := make(chan proof, 1)
	go func() {
		a, err := c.post(ctx, now)
		posted <- proof{a, err}
	}()
	if ahead != nil {
		if a, err := c.proved(ctx, ahead); err != nil || a.verdict != done {
			<-posted // what that did is found out to be there next time
			c.rest = now.from
			return c.atFault(ctx, ahead, a, err)
		}
	}
	after, errAfter := c.packed(ctx, now)
	o := <-posted
	switch {
	case o.err != nil || o.verdict != done:
		return c.atFault(ctx, now, o.answer, o.err)
	case errAfter != nil:
		return answer{}, errAfter
	}
	c.prove(ctx, now)
	c.ahead = now
	if after != nil {
		c.next, c.rest = after, after.rest
	}
	return answer{}, nil
}

// packed packs what comes after a shipment that is not answered yet, if it is
// known how the server will name what that brings; nil if not.
func (c *convoy) packed(ctx context.Context, now *shipment) (*shipment, error) {
	if c.serverIDs || len(now.loads) != 1 || len(c.rest) == 0 {
		return nil, nil
	}
	hope := &shipment{}
	for _, p := range now.loads[0] {
		hope.receipts = append(hope.receipts, records.Receipt{Kind: p.Type, ID: p.ID, Remote: p.remoteID(), Hash: p.hash})
	}
	s, err := c.nextShipment(ctx, c.rest, hope)
	if err != nil || s == nil || len(s.loads) > 1 || len(s.visits) == 0 {
		return nil, err
	}
	return s, nil
}

// arrive waits for the proof of a shipment and settles what is wrong with it.
func (c *convoy) arrive(ctx context.Context) (answer, error) {
	s := c.ahead
	c.ahead = nil
	a, err := c.proved(ctx, s)
	if err != nil || a.verdict != done {
		return c.atFault(ctx, s, a, err)
	}
	return a, nil
}

// settleDown waits for what goes on at the same time.
func (c *convoy) settleDown() {
	if c.ahead != nil {
		<-c.ahead.proof
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
	s := &shipment{remote: p.remote, from: visits}
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
		if p.rewrites && ahead != nil {
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
	for i, load := range s.loads {
		a, err := r.transact(ctx, s, load)
		if err != nil || a.verdict != done {
			s.loads = s.loads[i:]
			return a, err
		}
		if i < len(s.loads)-1 {
			if a, err := r.keep(ctx, s, load); err != nil || a.verdict != done {
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
	go func() {
		a, err := r.keep(ctx, s, load)
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
	for _, v := range s.visits {
		r.doubts[v.entry.Encounter] = true
	}
	switch {
	case err != nil:
		return a, err
	case a.verdict == unreached, a.verdict == busy, a.verdict == denied, a.verdict == unfit:
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

// wants are the resources of a load as the server should give them back.
func (sh *shipment) wants(load []parcel) [][]byte {
	var out [][]byte
	for _, p := range load {
		out = append(out, readdressed(p.JSON, sh.remote))
	}
	return out
}
