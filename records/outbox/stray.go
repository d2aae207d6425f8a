package outbox

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A server that gives ids of its own and has lost what it held gives others when that is
// sent again. What it took meanwhile still refers to the lost ones, since some servers
// take a reference to anything. That is nobody's change: it is sent again, and refers to
// what is there.

// strays compares what a resource of ours refers to with what it refers to on the server.
// It returns how everything is named there, by what it is called here, and those of these
// names that are not remote's.
func strays(ours, theirs []byte, remote map[string]string) (names map[string]string, refs []string) {
	var here, there any
	if json.Unmarshal(ours, &here) != nil || json.Unmarshal(theirs, &there) != nil {
		return remote, nil
	}
	names = maps.Clone(remote)
	walkReferences(here, there, func(called, stands string) {
		kind, _, _ := strings.Cut(called, "/")
		if remote[called] == stands || !strings.HasPrefix(stands, kind+"/") {
			return
		}
		if names[called] = stands; !slices.Contains(refs, stands) {
			refs = append(refs, stands)
		}
	})
	return names, refs
}

// walkReferences goes through the references that stand at the same places of two
// resources.
func walkReferences(a, b any, visit func(a, b string)) {
	switch a := a.(type) {
	case map[string]any:
		b, _ := b.(map[string]any)
		for key, one := range a {
			ref, ok := one.(string)
			if other, too := b[key].(string); ok && too && key == "reference" {
				visit(ref, other)
			}
			walkReferences(one, b[key], visit)
		}
	case []any:
		b, _ := b.([]any)
		for i := range min(len(a), len(b)) {
			walkReferences(a[i], b[i], visit)
		}
	}
}

// findStrays asks the server for what only the references of some parcels have strayed
// to. If it has nothing of it, not even that it was deleted, they are as they were sent
// before.
func (s *Sender) findStrays(ctx context.Context, strayed map[int][]string, out []seen) answer {
	var ps []parcel
	at := map[string]int{}
	for _, refs := range strayed {
		for _, ref := range refs {
			if _, ok := at[ref]; ok {
				continue
			}
			at[ref] = len(ps)
			kind, id, _ := strings.Cut(ref, "/")
			ps = append(ps, parcel{Resource: fhir.Resource{Type: kind}, known: true, receipt: records.Receipt{Remote: id}})
		}
	}
	if len(ps) == 0 {
		return answer{}
	}
	views, a := s.look(ctx, ps)
	if a.verdict != done {
		return a
	}
	for i, refs := range strayed {
		if len(refs) > 0 && !slices.ContainsFunc(refs, func(ref string) bool {
			v := views[at[ref]]
			return v.body != nil || v.deleted
		}) {
			out[i] = asBefore
		}
	}
	return answer{}
}
