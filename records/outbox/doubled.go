package outbox

import (
	"context"
	"slices"

	"aidpost/records"
)

// doubledThere is how a parked entry says that the server holds it twice: somebody
// has to take one away there.
const doubledThere = "is on the server more than once"

// doubled finds the visits of which the server holds something more than once, under
// ids of its own beside the one that it has confirmed: each with what kind that is.
// A measurement that stands there twice looks like two. A server that cannot search
// so says nothing.
func (s *Sender) doubled(ctx context.Context, all []parcel) (map[records.ID]string, answer) {
	out := map[records.ID]string{}
	for _, kind := range []string{"Encounter", "Observation"} {
		of := func(p parcel) bool { return p.Type != kind }
		for some := range slices.Chunk(slices.DeleteFunc(slices.Clone(all), of), askedAtOnce) {
			times, a := s.times(ctx, kind, some)
			if a.verdict != done {
				return nil, a
			}
			for _, p := range some {
				if times[string(p.ID)] > 1 {
					out[p.visit] = kind
				}
			}
		}
	}
	return out, answer{}
}

// times searches for resources by what Aidpost named them, and counts how many have
// which name.
func (s *Sender) times(ctx context.Context, kind string, ps []parcel) (map[string]int, answer) {
	system := s.Operator.Base + "/ids/record"
	var names []string
	for _, p := range ps {
		names = append(names, system+"|"+string(p.ID))
	}
	found, a := search[hit](ctx, s, kind, "identifier", names, "identifier")
	out := map[string]int{}
	for _, f := range found {
		for _, i := range f.Identifier {
			if i.System == system {
				out[i.Value]++
			}
		}
	}
	return out, a
}
