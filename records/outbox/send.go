package outbox

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/hl7v2"
)

// How long is waited after failures: at random up to twice as long each time.
const (
	firstWait = 2 * time.Second
	maxWait   = 15 * time.Minute
	// patience is how often one entry may fail by itself before it is parked.
	patience = 20
	// suspicion is how many entries may fail in a row before the server is
	// taken to be at fault.
	suspicion = 3
	// claimed is how many visits are taken at a time.
	claimed = 20
)

// A Sender takes the outbox of a store to one server. It is used by one
// goroutine at a time.
type Sender struct {
	Config
	store  *records.Store
	server records.ServerKey

	learnt    bool
	serverIDs bool        // the server makes its own ids
	omitted   []string    // kinds that it does not keep
	entries   int         // bound of a transaction that it has been found to have
	failed    int         // entries that failed by themselves since the last success
	line      *hl7v2.Line // to a receiver of HL7 version 2
}

// New returns a Sender, or an error that matches ErrConfig.
func New(store *records.Store, c Config) (*Sender, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Sender{Config: c, store: store, server: records.ServerAt(c.URL), entries: c.MaxEntries}
	if c.HL7 != nil {
		s.line = s.newLine()
	}
	return s, nil
}

// A Report says what one run did.
type Report struct {
	Sent    int `json:"sent"`    // visits that the server now holds
	Parked  int `json:"parked"`  // refused for good
	Delayed int `json:"delayed"` // failed by themselves, to be tried again
	// Stopped says why the rest waits; empty if nothing is due any more.
	Stopped string    `json:"stopped,omitempty"`
	Next    time.Time `json:"next,omitzero"` // when the server is asked again
}

// Once sends what is due, however long the server was to be left alone, until
// nothing is due or the server fails.
func (s *Sender) Once(ctx context.Context) (Report, error) {
	var r Report
	for ctx.Err() == nil {
		more, err := s.round(ctx, &r)
		if err != nil || !more {
			return r, err
		}
	}
	return r, context.Cause(ctx)
}

// A visit is an entry with the resources that it consists of.
type visit struct {
	entry     records.OutboxEntry
	resources []fhir.Resource
}

// round sends one handful of visits.
func (s *Sender) round(ctx context.Context, r *Report) (more bool, err error) {
	entries, err := s.store.ClaimOutbox(ctx, claimed)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	left := map[int64]records.OutboxEntry{}
	for _, e := range entries {
		left[e.Seq] = e
	}
	defer func() {
		var back []records.OutboxEntry
		for _, e := range left {
			back = append(back, e)
		}
		if len(back) > 0 {
			err = errors.Join(err, s.store.ReturnOutbox(context.WithoutCancel(ctx), back))
		}
	}()
	run := &run{Sender: s, report: r, left: left}
	carry := run.carry
	if s.HL7 != nil {
		carry = run.carryHL7
	}
	a, err := carry(ctx, entries)
	if err != nil {
		return false, err
	}
	if a.verdict != done {
		return false, run.stop(ctx, a)
	}
	return true, nil
}

// A run is one round: what became of its entries.
type run struct {
	*Sender
	report *Report
	left   map[int64]records.OutboxEntry // nothing has become of them yet
}

// carry brings entries to a FHIR server. The answer is not done if the rest has
// to wait.
func (r *run) carry(ctx context.Context, entries []records.OutboxEntry) (answer, error) {
	if a := r.learn(ctx); a.verdict != done {
		return a, nil
	}
	var visits []visit
	for _, e := range entries {
		v, err := r.load(ctx, e)
		if err != nil {
			return answer{}, err
		}
		if v != nil {
			visits = append(visits, *v)
		}
	}
	return r.deliver(ctx, visits)
}

// revisions reads an entry's encounter, as it is to be sent and as it was
// before; nil if it must not leave, for which it is parked.
func (r *run) revisions(ctx context.Context, e records.OutboxEntry) (now *records.Encounter, before []*records.Encounter, err error) {
	for rev := 1; rev <= e.Revision; rev++ {
		one, err := r.store.EncounterRevision(ctx, e.Encounter, rev)
		if errors.Is(err, records.ErrNotFound) || errors.Is(err, records.ErrCorrupt) {
			return nil, nil, r.park(ctx, e, "what the records hold of it cannot be read")
		}
		if err != nil {
			return nil, nil, err
		}
		now, before = one, append(before, one)
	}
	if r.Withhold != nil {
		if why := r.Withhold(now); why != "" {
			return nil, nil, r.park(ctx, e, why)
		}
	}
	return now, before[:len(before)-1], nil
}

// load makes the resources of an entry; nil if it must not leave or cannot be
// said in FHIR, for which it is parked.
func (r *run) load(ctx context.Context, e records.OutboxEntry) (*visit, error) {
	now, before, err := r.revisions(ctx, e)
	if now == nil || err != nil {
		return nil, err
	}
	all, err := fhir.Visit(now, before, r.Operator)
	if errors.Is(err, fhir.ErrUnmappable) {
		return nil, r.park(ctx, e, "it cannot be said in FHIR")
	}
	if err == nil && (r.serverIDs || slices.Contains(r.omitted, "Binary")) {
		all, err = fhir.Inlined(all)
	}
	if err != nil {
		return nil, err
	}
	return &visit{e, r.wanted(all)}, nil
}

// deliver brings visits to the server. The answer is not done if the rest has
// to wait; what is wrong with single visits is settled here.
func (r *run) deliver(ctx context.Context, visits []visit) (answer, error) {
	if len(visits) == 0 {
		return answer{}, nil
	}
	parcels, remote, err := r.pack(ctx, visits)
	if err != nil {
		return answer{}, err
	}
	loads := cut(parcels, r.entries, r.MaxBytes)
	if len(loads) > 1 && len(visits) > 1 {
		return r.halve(ctx, visits)
	}
	for _, load := range loads {
		a, err := r.transact(ctx, load, remote)
		switch {
		case err != nil:
			return a, err
		case a.verdict == done:
		case a.verdict == unreached, a.verdict == busy, a.verdict == denied, a.verdict == unfit:
			return a, nil
		case len(visits) > 1:
			return r.halve(ctx, visits)
		default:
			return r.settle(ctx, visits[0], load, remote, a)
		}
	}
	return answer{}, r.delivered(ctx, visits)
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

// pack collects what the server does not hold yet of the visits, each resource
// once, the newest word on it; and how the server names what it holds.
func (s *Sender) pack(ctx context.Context, visits []visit) ([]parcel, map[string]string, error) {
	var out []parcel
	at, remote := map[string]int{}, map[string]string{}
	for _, v := range visits {
		for _, res := range v.resources {
			p := parcel{Resource: res, hash: sha256.Sum256(res.JSON)}
			if i, ok := at[res.Key()]; ok {
				p.receipt, p.known = out[i].receipt, out[i].known
				out[i] = p
				continue
			}
			var err error
			if p.receipt, p.known, err = s.store.Receipt(ctx, s.server, res.Type, res.ID); err != nil {
				return nil, nil, err
			}
			if p.known {
				remote[res.Key()] = res.Type + "/" + p.receipt.Remote
			}
			at[res.Key()] = len(out)
			out = append(out, p)
		}
	}
	needed := out[:0]
	for _, p := range out {
		if p.known && (p.receipt.Theirs || p.hash == p.receipt.Hash) {
			continue
		}
		needed = append(needed, p)
	}
	return needed, remote, nil
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

// transact puts one load on the server, has it given back, and keeps the
// receipts. Remote learns how the server names what it took.
func (s *Sender) transact(ctx context.Context, load []parcel, remote map[string]string) (answer, error) {
	names := map[string]string{}
	for k, v := range remote {
		names[k] = v
	}
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
	if a.verdict != done {
		return a, nil
	}
	rs, a := receipts(a, load)
	if a.verdict != done {
		return a, nil
	}
	for i, p := range load {
		remote[p.Key()] = p.Type + "/" + rs[i].Remote
	}
	if !s.Trusting {
		if a := s.readBack(ctx, load, rs, remote); a.verdict != done {
			return a, nil
		}
	}
	return answer{}, s.store.KeepReceipts(ctx, s.server, rs)
}

// readBack asks for what was just confirmed.
func (s *Sender) readBack(ctx context.Context, load []parcel, rs []records.Receipt, remote map[string]string) answer {
	body, err := question(rs)
	if err != nil {
		return answer{verdict: unfit, why: "the request could not be made"}
	}
	a := s.call(ctx, http.MethodPost, "", body)
	if a.verdict != done {
		return a
	}
	return proved(a, load, rs, remote)
}

// well notes that the server works.
func (s *Sender) well(ctx context.Context) error {
	state, err := s.store.ServerState(ctx, s.server)
	if err != nil || state.Failures == 0 && s.Now().Sub(state.Good) < time.Minute {
		return err
	}
	return s.store.SetServerState(ctx, s.server, records.ServerState{Good: s.Now()})
}

// stop notes that the server, or the way to it, failed, and when to try again.
func (r *run) stop(ctx context.Context, a answer) error {
	state, err := r.store.ServerState(ctx, r.server)
	if err != nil {
		return err
	}
	state.Failures++
	wait := max(a.after, backoff(state.Failures))
	if a.verdict == denied || a.verdict == unfit {
		wait = maxWait // somebody has to do something
	}
	state.Next, state.Why = r.Now().Add(wait), a.why
	r.report.Stopped, r.report.Next = a.why, state.Next
	r.Log.Warn("sending waits", "why", a.why, "seconds", int(wait.Seconds()))
	return r.store.SetServerState(context.WithoutCancel(ctx), r.server, state)
}

// backoff is how long to wait after so many failures in a row.
func backoff(failures int) time.Duration {
	most := maxWait
	if failures < 10 {
		most = min(maxWait, firstWait<<(failures-1))
	}
	return time.Duration(rand.Int64N(int64(most)) + 1)
}

func (r *run) park(ctx context.Context, e records.OutboxEntry, why string) error {
	if err := r.store.ParkOutbox(ctx, e, why); err != nil {
		return fmt.Errorf("park encounter %s: %w", e.Encounter, err)
	}
	delete(r.left, e.Seq)
	r.report.Parked++
	r.Log.Warn("a visit waits for a person", "encounter", e.Encounter, "why", why)
	return nil
}
