package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
)

// fewEntries is what the tightest bound of a known server allows in one
// transaction: Medplum's, if any entry is conditional.
const fewEntries = 8

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
		if len(load) > fewEntries && r.entries > fewEntries {
			// Some servers say so when it is only too much at once.
			most, parked := r.entries, r.report.Parked
			r.entries = fewEntries
			a, err := r.deliver(ctx, []visit{v})
			if r.report.Parked > parked {
				r.entries = most // it was not that
			}
			return a, err
		}
		return r.refuse(ctx, v, load, a)
	}
	return r.delay(ctx, v.entry, a)
}

// refuse parks a visit that the server refuses, unless it does so since it has
// lost what the visit refers to.
func (r *run) refuse(ctx context.Context, v visit, load []parcel, first answer) (answer, error) {
	missing, a, err := r.missing(ctx, load)
	switch {
	case err != nil:
		return answer{}, err
	case a.verdict != done && a.verdict != failing:
		return a, nil
	case len(missing) == 0:
		return answer{}, r.park(ctx, v.entry, first.why)
	}
	r.Log.Warn("the server lost what a visit refers to", "encounter", v.entry.Encounter, "resources", len(missing))
	if err := r.store.ForgetReceipts(ctx, r.server, missing); err != nil {
		return answer{}, err
	}
	return r.deliver(ctx, []visit{v})
}

// missing looks for what a load refers to, and returns the receipts of what is
// no longer there.
func (r *run) missing(ctx context.Context, load []parcel) ([]records.Receipt, answer, error) {
	seen := map[string]bool{}
	for _, p := range load {
		seen[p.Key()] = true
	}
	var others []parcel
	for _, p := range load {
		for _, ref := range references(p.JSON) {
			if seen[ref] {
				continue
			}
			seen[ref] = true
			kind, id, _ := strings.Cut(ref, "/")
			rc, known, err := r.store.Receipt(ctx, r.server, kind, records.ID(id))
			if err != nil {
				return nil, answer{}, err
			}
			if known {
				others = append(others, parcel{Resource: fhir.Resource{Type: kind, ID: records.ID(id)}, receipt: rc, known: true})
			}
		}
	}
	if len(others) == 0 {
		return nil, answer{}, nil
	}
	views, a := r.look(ctx, others)
	if a.verdict != done {
		return nil, a, nil
	}
	var gone []records.Receipt
	for i, p := range others {
		if views[i].body == nil && !views[i].deleted {
			gone = append(gone, p.receipt)
		}
	}
	return gone, answer{}, nil
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

// recognise looks which parcels of a load the server holds as they are sent, and
// keeps their receipts: their answer was lost.
func (r *run) recognise(ctx context.Context, load []parcel, remote map[string]string) (int, answer, error) {
	views, a := r.look(ctx, load)
	if a.verdict != done {
		return 0, a, nil
	}
	for i, p := range load {
		if views[i].body != nil {
			remote[p.Key()] = p.Type + "/" + views[i].id
		}
	}
	var found []records.Receipt
	for i, p := range load {
		if same, v := r.held(views[i].body, readdressed(p.JSON, remote)); same && v.version != "" {
			found = append(found, records.Receipt{
				Kind: p.Type, ID: p.ID, Remote: v.id, Version: v.version, Hash: hashOf(p.JSON, remote), Encounter: p.visit,
			})
		}
	}
	return len(found), answer{}, r.store.KeepReceipts(ctx, r.server, found)
}

// reconcile looks at what the server holds when it says that things have
// changed. What it holds as it was sent is done: an answer was lost. What it has
// lost is sent anew. A person's record that somebody else has changed there
// stays theirs. Anything else waits for a person, since a measurement is never
// overwritten unseen.
func (r *run) reconcile(ctx context.Context, v visit, load []parcel, remote map[string]string, first answer) (answer, error) {
	views, a := r.look(ctx, load)
	if a.verdict == failing {
		return r.delay(ctx, v.entry, a)
	}
	if a.verdict != done {
		return a, nil
	}
	what, receipts, a, err := r.compare(ctx, v.entry, load, views, remote)
	if err != nil || a.verdict != done {
		return a, err
	}
	var found, gone []records.Receipt
	for i, p := range load {
		switch what[i] {
		case deleted:
			return answer{}, r.park(ctx, v.entry, "the "+p.Type+" "+goneThere)
		case foreign:
			return answer{}, r.park(ctx, v.entry, "the "+p.Type+" "+changedThere)
		case lost:
			gone = append(gone, p.receipt)
		case theirs:
			r.Log.Warn("what was changed on the server stays as it is there", "encounter", v.entry.Encounter, "kind", p.Type)
			found = append(found, receipts[i])
		case asSent, asBefore:
			found = append(found, receipts[i])
		}
	}
	if len(found)+len(gone) == 0 {
		return r.delay(ctx, v.entry, first)
	}
	err = errors.Join(r.store.KeepReceipts(ctx, r.server, found), r.store.ForgetReceipts(ctx, r.server, gone))
	if err != nil {
		return answer{}, err
	}
	return r.deliver(ctx, []visit{v})
}
