package outbox

import (
	"context"
	"net/http"

	"aidpost/records"
)

// eraseThere has the server delete what was erased here. What others still
// refer to is refused, and asked for again after the rest.
func (s *Sender) eraseThere(ctx context.Context) (answer, error) {
	for {
		gone := 0
		var last int64
		for {
			some, err := s.store.ErasedThere(ctx, s.server, last, s.MaxEntries)
			if err != nil {
				return answer{}, err
			}
			if len(some) == 0 {
				break
			}
			for _, e := range some {
				last = e.Number
				did, a, err := s.eraseOne(ctx, e)
				if err != nil || a.verdict != done {
					return a, err
				}
				if did {
					gone++
				}
			}
		}
		if gone == 0 {
			return answer{}, nil
		}
	}
}

// eraseOne deletes one resource, and reports whether the server holds it no more.
func (s *Sender) eraseOne(ctx context.Context, e records.ErasedThere) (bool, answer, error) {
	a := s.call(ctx, http.MethodDelete, "/"+e.Kind+"/"+e.Remote, nil)
	switch {
	case a.verdict == unreached, a.verdict == busy, a.verdict == denied:
		return false, a, nil
	case a.verdict == done, a.status == http.StatusNotFound, a.status == http.StatusGone:
		return true, answer{}, s.store.GoneThere(ctx, e)
	}
	s.Log.Warn("the server does not erase what was erased here", "kind", e.Kind, "why", a.why)
	return false, answer{}, nil
}
