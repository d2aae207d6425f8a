package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// How a parked entry says that somebody changed on the server what it brought.
const (
	changedThere = "was changed on the server by somebody else"
	deletedThere = "was deleted on the server"
	goneThere    = "is gone from the server"
)

// Contested reports whether an entry is parked since somebody changed it on the
// server. A person has to say whose word holds, see Decide.
func Contested(p records.ParkedEntry) bool {
	return slices.ContainsFunc([]string{changedThere, deletedThere, goneThere}, func(why string) bool {
		return strings.HasSuffix(p.Why, why)
	})
}

// Retry gives what was refused, or put off, another chance now, and returns how
// much. What is contested stays: it would be settled with nobody having chosen.
func Retry(ctx context.Context, store *records.Store) (int, error) {
	parked, err := store.ParkedOutbox(ctx, math.MaxInt32)
	if err != nil {
		return 0, err
	}
	var again []records.ID
	for _, p := range parked {
		if !Contested(p) {
			again = append(again, p.Encounter)
		}
	}
	return store.RetryOutbox(ctx, again...)
}

// A Difference is a resource of a visit of which the server holds something else
// than the records say.
type Difference struct {
	Kind    string
	Deleted bool      // it was deleted there
	Changed time.Time // there, by its clock; zero: it does not say
	Fields  []fhir.Field
}

// Differences asks the server what it holds of a parked visit, and returns what is
// not as here. Nothing is changed by it.
func (s *Sender) Differences(ctx context.Context, encounter records.ID) ([]Difference, error) {
	_, ps, views, err := s.compared(ctx, encounter)
	if err != nil {
		return nil, err
	}
	var out []Difference
	for _, i := range s.differing(ps, views) {
		d := Difference{Kind: ps[i].Type, Deleted: views[i].deleted}
		if !d.Deleted {
			var r struct {
				Meta struct{ LastUpdated time.Time }
			}
			if json.Unmarshal(views[i].body, &r) == nil {
				d.Changed = r.Meta.LastUpdated
			}
			if d.Fields, err = fhir.Fields(ps[i].JSON, views[i].body); err != nil {
				return nil, fmt.Errorf("what the server holds of %s: %w", ps[i].Key(), err)
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// compared reads a parked entry, its resources, and what the server holds of them.
func (s *Sender) compared(ctx context.Context, encounter records.ID) (e records.OutboxEntry, ps []parcel, views []view, err error) {
	if s.HL7 != nil {
		return e, nil, nil, ErrMessages
	}
	if e, err = s.store.ParkedEntry(ctx, encounter); err != nil {
		return e, nil, nil, err
	}
	if a := s.learn(ctx); a.verdict != done {
		return e, nil, nil, fmt.Errorf("%w: %s", ErrUnanswered, a.why)
	}
	if ps, err = s.parcelsOf(ctx, e); err != nil {
		return e, nil, nil, err
	}
	views, a := s.look(ctx, ps)
	if a.verdict != done {
		return e, nil, nil, fmt.Errorf("%w: %s", ErrUnanswered, a.why)
	}
	return e, ps, views, nil
}

// differing are the numbers of the parcels that others have changed on the server
// and have no say in.
func (s *Sender) differing(ps []parcel, views []view) []int {
	remote := map[string]string{}
	for i, p := range ps {
		if views[i].body != nil {
			remote[p.Key()] = p.Type + "/" + views[i].id
		}
	}
	var out []int
	for i, p := range ps {
		v := views[i]
		if slices.Contains(shared, p.Type) || v.body == nil && !v.deleted {
			continue
		}
		if same, _ := s.held(v.body, readdressed(p.JSON, remote)); !same {
			out = append(out, i)
		}
	}
	return out
}
