package outbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"

	"aidpost/records"
	"aidpost/records/fhir"
)

// settle deals with a visit that the server does not take as it is.
func (r *run) settle(ctx context.Context, v visit, load []parcel, remote map[string]string, a answer) (answer, error) {
	switch a.verdict {
	case tooLarge:
		if len(load) > 1 {
			// The server has a bound of its own; it holds for what comes.
			r.entries = (len(load) + 1) / 2
			return r.deliver(ctx, []visit{v})
		}
		return answer{}, r.park(ctx, v.entry, "the "+load[0].Type+" alone is too large for the server")
	case conflicted:
		return r.reconcile(ctx, v, load, remote, a)
	case refused:
		return answer{}, r.park(ctx, v.entry, a.why)
	}
	return r.delay(ctx, v.entry, a)
}

// delay puts off an entry at which the server fails. When several fail in a
// row, the server itself is taken to be at fault.
func (r *run) delay(ctx context.Context, e records.OutboxEntry, a answer) (answer, error) {
	if r.failed++; r.failed >= suspicion {
		r.failed = 0
		return answer{verdict: busy, why: a.why}, r.putOff(ctx, e, a)
	}
	return answer{}, r.putOff(ctx, e, a)
}

func (r *run) putOff(ctx context.Context, e records.OutboxEntry, a answer) error {
	if e.Attempts+1 >= patience {
		return r.park(ctx, e, fmt.Sprintf("tried %d times: %s", patience, a.why))
	}
	if err := r.store.DelayOutbox(ctx, e, r.Now().Add(backoff(e.Attempts+1)), a.why); err != nil {
		return err
	}
	delete(r.left, e.Seq)
	r.report.Delayed++
	return nil
}

// reconcile looks at what the server holds when it says that things have
// changed. What it holds as it was sent is done: an answer was lost. A person's
// record that somebody else has changed there stays theirs. Anything else waits
// for a person, since a measurement is never overwritten unseen.
func (r *run) reconcile(ctx context.Context, v visit, load []parcel, remote map[string]string, first answer) (answer, error) {
	var found []records.Receipt
	for _, p := range load {
		if !p.known {
			continue
		}
		a := r.call(ctx, http.MethodGet, "/"+p.Type+"/"+p.receipt.Remote, nil)
		if a.verdict == conflicted || a.verdict == unfit {
			return answer{}, r.park(ctx, v.entry, "the "+p.Type+" is gone from the server")
		}
		if a.verdict != done {
			return a, nil
		}
		same, version := held(a.body, readdressed(p.JSON, remote))
		next := p.receipt
		next.Version = version
		ours, err := r.saidBefore(ctx, v.entry, p, a.body, remote)
		if err != nil {
			return answer{}, err
		}
		switch {
		case version == "":
			return answer{verdict: unreached, why: "the answer is no FHIR resource"}, nil
		case same:
			next.Hash = p.hash
		case version == p.receipt.Version:
			continue // it is not this one
		case ours: // the answer to an earlier revision was lost
			next.Hash = [sha256.Size]byte{}
		case p.Type == "Patient":
			next.Theirs = true
			r.Log.Warn("a person's record was changed on the server and stays as it is there", "encounter", v.entry.Encounter)
		default:
			return answer{}, r.park(ctx, v.entry, "the "+p.Type+" was changed on the server by somebody else")
		}
		found = append(found, next)
	}
	if len(found) == 0 {
		return r.delay(ctx, v.entry, first)
	}
	if err := r.store.KeepReceipts(ctx, r.server, found); err != nil {
		return answer{}, err
	}
	return r.deliver(ctx, []visit{v})
}

// saidBefore reports whether what the server holds of a parcel is what an
// earlier revision of the visit said.
func (r *run) saidBefore(ctx context.Context, e records.OutboxEntry, p parcel, theirs []byte, remote map[string]string) (bool, error) {
	var before []*records.Encounter
	for rev := 1; rev < e.Revision; rev++ {
		old, err := r.store.EncounterRevision(ctx, e.Encounter, rev)
		if err != nil {
			return false, err
		}
		all, err := fhir.Visit(old, before, r.Operator)
		if err != nil {
			return false, err
		}
		before = append(before, old)
		for _, res := range all {
			if res.Key() != p.Key() {
				continue
			}
			if same, _ := held(theirs, readdressed(res.JSON, remote)); same {
				return true, nil
			}
		}
	}
	return false, nil
}
