package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
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
	claimed = 240
)

// A Sender takes the outbox of a store to one server. It is used by one
// goroutine at a time.
type Sender struct {
	Config
	store  *records.Store
	server records.ServerKey

	learnt    bool
	serverIDs bool     // the server makes its own ids
	creates   bool     // it creates only what it cannot find, if told so
	fence     fence    // how it is told to create and never to overwrite
	omitted   []string // kinds that it does not keep
	nameless  bool     // it keeps no staff
	entries   int      // bound of a transaction that it has been found to have
	failed    int      // entries that failed by themselves since the last success

	proofs atomic.Int32 // transactions since it was last wrong about one
	// doubts are the visits of which it is not known what has got there.
	doubts map[records.ID]bool

	certificate atomic.Int64 // until when the server's is valid, as it is noted

	loose atomic.Bool // it was seen to drop digits that change no value
	blind atomic.Bool // it found nothing of what it has by searching

	sparing bool // the network costs by volume, and nobody has asked for this run

	line *hl7v2.Line // to a receiver of HL7 version 2
}

// New returns a Sender, or an error that matches ErrConfig.
func New(store *records.Store, c Config) (*Sender, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	s := &Sender{Config: c, store: store, server: records.ServerAt(c.URL), entries: c.MaxEntries, doubts: map[records.ID]bool{}}
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
	if s.Basis != "" {
		if _, err := s.store.ReleaseUnasked(ctx, s.Basis); err != nil {
			return r, err
		}
	}
	for _, first := range []func(context.Context) (answer, error){s.help, s.changes} {
		a, err := first(ctx)
		if err != nil {
			return r, err
		}
		if a.verdict != done {
			return r, (&run{Sender: s, report: &r}).stop(ctx, a)
		}
	}
	for ctx.Err() == nil {
		more, err := s.round(ctx, &r)
		if err != nil {
			return r, err
		}
		if !more {
			return r, s.afterwards(ctx, &r)
		}
	}
	return r, context.Cause(ctx)
}

// afterwards has the server erase what was erased here, and sends the audit
// trail, if all else is sent.
func (s *Sender) afterwards(ctx context.Context, r *Report) error {
	if r.Stopped != "" {
		return nil
	}
	if err := s.trail(ctx); err != nil || !s.Erase {
		return err
	}
	a, err := s.eraseThere(ctx)
	if err != nil || a.verdict == done {
		return err
	}
	return (&run{Sender: s, report: r}).stop(ctx, a)
}

// A visit is an entry with the resources that it consists of, once it is loaded.
type visit struct {
	entry     records.OutboxEntry
	resources []fhir.Resource
	parked    bool // it must not leave, or cannot be said in FHIR
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
		if back := slices.Collect(maps.Values(left)); len(back) > 0 {
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
	visits := make([]visit, len(entries))
	for i, e := range entries {
		visits[i].entry = e
	}
	return r.deliver(ctx, visits)
}

// A history is a visit as it is to be sent and as it was before.
type history struct {
	now    *records.Encounter // of who the patient stands for since records were merged
	before []*records.Encounter
	then   *records.Patient // as the visit was saved
}

// revisions reads an entry's encounter, or says why it must not leave.
func (s *Sender) revisions(ctx context.Context, e records.OutboxEntry) (h history, why string, err error) {
	for rev := 1; rev <= e.Revision; rev++ {
		one, err := s.store.EncounterRevision(ctx, e.Encounter, rev)
		if errors.Is(err, records.ErrNotFound) || errors.Is(err, records.ErrCorrupt) {
			return h, "what the records hold of it cannot be read", nil
		}
		if err != nil {
			return h, "", err
		}
		h.now, h.before = one, append(h.before, one)
	}
	h.before = h.before[:len(h.before)-1]
	if s.Withhold != nil {
		if why := s.Withhold(h.now); why != "" {
			return h, why, nil
		}
	}
	h.then = h.now.Patient
	h.now.Patient, err = s.today(ctx, h.then)
	return h, "", err
}

// load makes the resources of a visit, unless it has them, or parks it.
func (r *run) load(ctx context.Context, v *visit) error {
	if v.parked || v.resources != nil {
		return nil
	}
	all, why, err := r.resources(ctx, v.entry)
	if err != nil {
		return err
	}
	if v.resources, v.parked = all, why != ""; v.parked {
		return r.park(ctx, v.entry, why)
	}
	return nil
}

// resources makes the resources of an entry, as of today, or says why there are
// none.
func (s *Sender) resources(ctx context.Context, e records.OutboxEntry) (all []fhir.Resource, why string, err error) {
	h, why, err := s.revisions(ctx, e)
	if err != nil || why != "" {
		return nil, why, err
	}
	all, err = s.visit(ctx, h.now, h.before)
	if err == nil && h.then != nil && h.then.ID != h.now.Patient.ID {
		var old fhir.Resource
		old, err = fhir.Replaced(h.then, h.now, s.Operator)
		all = append(all, old)
	}
	switch {
	case errors.Is(err, fhir.ErrUnmappable):
		return nil, "it cannot be said in FHIR", nil
	case errors.Is(err, records.ErrCorrupt): // what the person said of it
		return nil, "what the records hold of it cannot be read", nil
	}
	return all, "", err
}

// today returns who a patient stands for; nobody for a guest.
func (s *Sender) today(ctx context.Context, p *records.Patient) (*records.Patient, error) {
	if p == nil {
		return nil, nil
	}
	return s.store.Survivor(ctx, p.ID)
}

// well notes that the server works.
func (s *Sender) well(ctx context.Context) error {
	state, err := s.store.ServerState(ctx, s.server)
	if err != nil || state.Failures == 0 && s.Now().Sub(state.Good) < time.Minute {
		return err
	}
	return s.store.SetServerState(ctx, s.server, records.ServerState{Good: s.Now()})
}

// stop notes that the server, or the way to it, failed, and when to try again; also
// of each visit that was to be sent.
func (r *run) stop(ctx context.Context, a answer) error {
	held := slices.Collect(maps.Values(r.left))
	if err := r.store.TriedOutbox(context.WithoutCancel(ctx), held, a.why); err != nil {
		return err
	}
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
