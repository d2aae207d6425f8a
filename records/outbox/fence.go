package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A fence is how a server is told to create a resource under an id of ours and
// never to overwrite one. Without it, a first write that was held up on its way
// and arrives after a correction would undo that.
type fence int

const (
	// unfenced: the server has no way. Daily checks mend what that may do.
	unfenced fence = iota
	// noneMatch is If-None-Match: *, as HTTP has it (RFC 9110, 13.1.2) and FHIR
	// since R5.
	noneMatch
	// versionZero is If-Match: W/"0", a version that nothing ever has. HAPI FHIR
	// ignores If-None-Match, and compares the version only if there is one.
	versionZero
)

// guard writes the fence into a request.
func (f fence) guard(r *request) {
	switch f {
	case noneMatch:
		r.IfNoneMatch = "*"
	case versionZero:
		r.IfMatch = `W/"0"`
	}
}

// findFence finds out which fence holds: it puts something that means nothing
// there, and sees whether it can be overwritten.
func (s *Sender) findFence(ctx context.Context) answer {
	for _, f := range []fence{noneMatch, versionZero} {
		holds, a := s.try(ctx, f)
		if a.verdict != done {
			return a
		}
		if holds {
			s.fence = f
			return answer{}
		}
	}
	s.fence = unfenced
	s.Log.Warn("the server cannot be told to create only: a request that is late may undo a correction until the next check")
	return answer{}
}

func (s *Sender) try(ctx context.Context, f fence) (holds bool, a answer) {
	id := uuid.NewString()
	first, a := s.putBasic(ctx, id, "first", f)
	switch {
	case unsure(a):
		return false, a
	case a.verdict != done:
		return false, answer{} // the server refuses to create so
	}
	second, a := s.putBasic(ctx, id, "second", f)
	if unsure(a) {
		return false, a
	}
	holds = a.verdict != done || second == first
	if holds {
		// It is only believed if what came first is there.
		kept := s.call(ctx, http.MethodGet, "/Basic/"+id, nil)
		if unsure(kept) {
			return false, kept
		}
		holds = kept.verdict == done && bytes.Contains(kept.body, []byte(basicText("first")))
	}
	// What cannot be taken away does no harm.
	_ = s.call(ctx, http.MethodDelete, "/Basic/"+id, nil)
	return holds, answer{}
}

// basicText says what a Basic is for.
func basicText(which string) string { return "whether the " + which + " is kept" }

// unsure reports whether an answer says nothing about what the server can do.
func unsure(a answer) bool {
	return a.verdict == unreached || a.verdict == busy || a.verdict == denied
}

// putBasic makes a transaction of one Basic and returns its version.
func (s *Sender) putBasic(ctx context.Context, id, text string, f fence) (version string, a answer) {
	basic := parcel{Resource: fhir.Resource{
		Type: "Basic", ID: records.ID(id),
		JSON: []byte(`{"resourceType":"Basic","id":"` + id + `","code":{"text":"` + basicText(text) + `"}}`),
	}}
	e := entry{FullURL: s.URL + "/" + basic.Key(), Resource: basic.JSON, Request: &request{Method: http.MethodPut, URL: basic.Key()}}
	f.guard(e.Request)
	body, err := json.Marshal(bundle{ResourceType: "Bundle", Type: "transaction", Entry: []entry{e}})
	if err != nil {
		return "", answer{verdict: unfit, why: "the request could not be made"}
	}
	if a = s.call(ctx, http.MethodPost, "", body); a.verdict != done {
		return "", a
	}
	rs, _, a := s.receipts(a, []parcel{basic})
	if a.verdict != done {
		return "", a
	}
	return rs[0].Version, answer{}
}
