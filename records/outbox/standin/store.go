package standin

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// transact writes all entries or none. Whole says to answer with what is held then.
func (s *Server) transact(b bundle, whole bool) (any, *problem) {
	next := map[string]Held{} // what changes
	keys, names, used := make([]string, len(b.Entry)), map[string]string{}, map[string]bool{}
	for i, e := range b.Entry {
		keys[i] = s.resolve(e.Request)
		if used[keys[i]] {
			return nil, &problem{status: http.StatusBadRequest, code: "invalid", at: fmt.Sprintf("Bundle.entry[%d]", i)}
		}
		used[keys[i]] = true
		if strings.HasPrefix(e.FullURL, "urn:uuid:") {
			names[e.FullURL] = keys[i]
		}
	}
	var entries []any
	writes := 0
	for i, e := range b.Entry {
		resource := e.Resource
		for from, to := range names {
			resource = bytes.ReplaceAll(resource, []byte(`"reference":"`+from+`"`), []byte(`"reference":"`+to+`"`))
		}
		status, p := s.put(next, keys[i], resource, e.Request)
		if p != nil {
			if p.at == "" {
				p.at = fmt.Sprintf("Bundle.entry[%d]", i)
			}
			return nil, p
		}
		h, _ := s.look(next, keys[i])
		if h.Version != s.held[keys[i]].Version {
			writes++
		}
		entry := map[string]any{"response": map[string]any{
			"status": status, "location": fmt.Sprintf("%s/_history/%d", keys[i], h.Version), "etag": fmt.Sprintf(`W/"%d"`, h.Version),
		}}
		if whole && !s.Terse {
			_, id, _ := strings.Cut(keys[i], "/")
			entry["resource"] = withMeta(h, id)
		}
		entries = append(entries, entry)
	}
	if p := s.dangling(next, b, keys); p != nil && !s.Lax {
		return nil, p
	}
	if s.held == nil {
		s.held = map[string]Held{}
	}
	maps.Copy(s.held, next)
	s.writes += writes
	return map[string]any{"resourceType": "Bundle", "type": "transaction-response", "entry": entries}, nil
}

// resolve returns the key that a request is about: of a search the match, or a
// new one.
func (s *Server) resolve(r request) string {
	kind, query, search := strings.Cut(r.URL, "?")
	if r.IfNoneExist != "" {
		query, search = r.IfNoneExist, true
	}
	if !search {
		return r.URL
	}
	asked, _ := url.ParseQuery(query)
	if found := s.find(kind, asked); len(found) > 0 {
		return found[0]
	}
	return kind + "/" + uuid.NewString()
}

// find returns the keys that a search by id, identifier or tag finds.
func (s *Server) find(kind string, asked url.Values) []string {
	var out []string
	if asked.Has("_id") {
		for _, id := range strings.Split(asked.Get("_id"), ",") {
			if _, ok := s.held[kind+"/"+id]; ok {
				out = append(out, kind+"/"+id)
			}
		}
		return out
	}
	var want [][]byte
	for _, token := range strings.Split(asked.Get("identifier")+asked.Get("_tag"), ",") {
		system, value, _ := strings.Cut(token, "|")
		want = append(want, fmt.Appendf(nil, `"system":%q,"value":%q`, system, value), fmt.Appendf(nil, `"system":%q,"code":%q`, system, value))
	}
	for key, h := range s.held {
		says := func(w []byte) bool { return bytes.Contains(h.JSON, w) }
		if strings.HasPrefix(key, kind+"/") && slices.ContainsFunc(want, says) {
			out = append(out, key)
		}
	}
	return out
}

// get returns a resource as held, with its version, or what a search finds.
func (s *Server) get(key string, asked url.Values) (any, *problem) {
	if !strings.Contains(key, "/") {
		entries := []any{}
		for _, found := range s.find(key, asked) {
			_, id, _ := strings.Cut(found, "/")
			entries = append(entries, map[string]any{"resource": withMeta(s.held[found], id)})
		}
		return map[string]any{"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}, nil
	}
	h, ok := s.held[key]
	switch {
	case !ok && s.gone[key]:
		return nil, &problem{status: http.StatusGone, code: "deleted"}
	case !ok:
		return nil, &problem{status: http.StatusNotFound, code: "not-found"}
	}
	_, id, _ := strings.Cut(key, "/")
	return withMeta(h, id), nil
}

func (s *Server) put(next map[string]Held, key string, resource []byte, r request) (string, *problem) {
	kind, _, _ := strings.Cut(key, "/")
	if s.Refuse != nil {
		if at := s.Refuse(kind, resource); at != "" {
			return "", &problem{http.StatusUnprocessableEntity, "invariant", at, "HAPI-0450: Lovelace is not allowed"}
		}
	}
	if s.Alter != nil {
		resource = s.Alter(resource)
	}
	old, there := s.look(next, key)
	if p := s.precondition(r, old, there); p != nil {
		return "", p
	}
	if there && (r.IfNoneExist != "" || bytes.Equal(old.JSON, resource)) {
		return "200 OK", nil
	}
	next[key] = Held{old.Version + 1, bytes.Clone(resource)}
	if there {
		return "200 OK", nil
	}
	return "201 Created", nil
}

// precondition is why a write must not happen as things stand.
func (s *Server) precondition(r request, old Held, there bool) *problem {
	stale := r.IfMatch != "" && r.IfMatch != fmt.Sprintf(`W/"%d"`, old.Version)
	switch {
	case r.IfNoneMatch == "*" && there && s.NoneMatch,
		stale && there,
		r.IfMatch != "" && !there && !s.VersionZero:
		return &problem{status: http.StatusPreconditionFailed, code: "conflict"}
	}
	return nil
}

// look returns what a transaction sees.
func (s *Server) look(next map[string]Held, key string) (Held, bool) {
	if h, ok := next[key]; ok {
		return h, true
	}
	h, ok := s.held[key]
	return h, ok
}

// dangling finds a reference to something that is not there.
func (s *Server) dangling(next map[string]Held, b bundle, keys []string) *problem {
	for i := range b.Entry {
		h, _ := s.look(next, keys[i])
		for rest := h.JSON; ; {
			_, after, ok := bytes.Cut(rest, []byte(`"reference":"`))
			if !ok {
				break
			}
			ref, tail, _ := bytes.Cut(after, []byte{'"'})
			if _, there := s.look(next, string(ref)); !there && !bytes.HasPrefix(ref, []byte("#")) {
				return &problem{http.StatusUnprocessableEntity, "not-found", fmt.Sprintf("Bundle.entry[%d]", i), ""}
			}
			rest = tail
		}
	}
	return nil
}

// referred reports whether something refers to a resource.
func (s *Server) referred(key string) bool {
	mark := []byte(`"reference":"` + key + `"`)
	for _, h := range s.held {
		if bytes.Contains(h.JSON, mark) {
			return true
		}
	}
	return false
}
