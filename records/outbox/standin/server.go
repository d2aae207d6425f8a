// Package standin is a FHIR server small enough to be read, for tests: it keeps
// resources in memory, runs transactions whole or not at all, and tells apart
// what the client must tell apart. Proxy stands before it and misbehaves.
package standin

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// A Server is the handler of a FHIR base.
type Server struct {
	// OwnIDs makes the server give ids of its own.
	OwnIDs bool
	// Silent makes it not say which ids it takes.
	Silent bool
	// MaxEntries and MaxBytes answer 413 above them; zero: no bound.
	MaxEntries, MaxBytes int
	// Refuse answers 422 to a resource for which it gives an expression.
	Refuse func(kind string, resource []byte) string
	// Alter returns what is kept in place of a resource; nil: itself.
	Alter func(resource []byte) []byte
	// Kinds are the types it says to keep; nil: all that Aidpost sends.
	Kinds []string
	// Auth says whether a request is allowed; nil: every one.
	Auth func(*http.Request) bool

	mu     sync.Mutex
	held   map[string]Held
	writes int
}

// Held is a resource as the server keeps it.
type Held struct {
	Version int
	JSON    []byte
}

// Held returns a copy of everything, by Type/id.
func (s *Server) Held() map[string]Held {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.held)
}

// Writes counts the versions that were written.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// Put changes a resource behind the client's back; nil takes it away.
func (s *Server) Put(key string, resource []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if resource == nil {
		delete(s.held, key)
		return
	}
	if s.held == nil {
		s.held = map[string]Held{}
	}
	s.held[key] = Held{s.held[key].Version + 1, resource}
}

// A problem is an answer that is none of the good ones.
type problem struct {
	status     int
	code, at   string
	diagnostic string
}

func (p *problem) outcome() map[string]any {
	issue := map[string]any{"severity": "error", "code": p.code}
	if p.at != "" {
		issue["expression"] = []string{p.at}
	}
	if p.diagnostic != "" {
		issue["diagnostics"] = p.diagnostic
	}
	return map[string]any{"resourceType": "OperationOutcome", "issue": []any{issue}}
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, p := s.serve(r)
	if answer == nil && p == nil {
		return // minimal: nothing but the status
	}
	w.Header().Set("Content-Type", "application/fhir+json")
	var body any = answer
	status := http.StatusOK
	if p != nil {
		status, body = p.status, p.outcome()
	}
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, nil
	}
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may be gone
}

func (s *Server) serve(r *http.Request) (any, *problem) {
	if s.Auth != nil && !s.Auth(r) {
		return nil, &problem{status: http.StatusUnauthorized, code: "login"}
	}
	from := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(from)
		if err != nil {
			return nil, &problem{status: http.StatusBadRequest, code: "structure"}
		}
		from = z
	}
	body, err := io.ReadAll(from)
	if err != nil {
		return nil, &problem{status: http.StatusBadRequest, code: "structure"}
	}
	path := strings.Trim(r.URL.Path, "/")
	switch {
	case r.Method == http.MethodGet && path == "metadata":
		return s.capability(), nil
	case r.Method == http.MethodGet:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.get(path)
	case r.Method == http.MethodPost && path == "":
		return s.bundle(body)
	case r.Method == http.MethodPut && strings.HasPrefix(path, "Basic/") && !s.OwnIDs:
		s.Put(path, body)
		return nil, nil
	case r.Method == http.MethodDelete && strings.HasPrefix(path, "Basic/"):
		s.Put(path, nil)
		return nil, nil
	}
	return nil, &problem{status: http.StatusNotFound, code: "not-supported"}
}

func (s *Server) capability() any {
	kinds := s.Kinds
	if kinds == nil {
		kinds = []string{
			"Organization", "Location", "Patient", "Practitioner", "PractitionerRole", "Device", "DeviceMetric", "Encounter", "Observation",
			"DiagnosticReport", "DocumentReference", "Binary", "Communication", "Provenance",
		}
	}
	var list []any
	for _, k := range kinds {
		about := map[string]any{"type": k, "updateCreate": !s.OwnIDs}
		if s.Silent {
			delete(about, "updateCreate")
		}
		list = append(list, about)
	}
	return map[string]any{
		"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": []any{map[string]any{"resource": list}},
	}
}

// get returns a resource as held, with its version.
func (s *Server) get(key string) (any, *problem) {
	h, ok := s.held[key]
	if !ok {
		return nil, &problem{status: http.StatusNotFound, code: "not-found"}
	}
	_, id, _ := strings.Cut(key, "/")
	return withMeta(h, id), nil
}

// withMeta writes id and version into a resource, without touching its digits.
func withMeta(h Held, id string) json.RawMessage {
	m := map[string]json.RawMessage{}
	_ = json.Unmarshal(h.JSON, &m) // it was read when it came
	meta := map[string]json.RawMessage{}
	_ = json.Unmarshal(m["meta"], &meta)
	meta["versionId"] = json.RawMessage(fmt.Sprintf(`"%d"`, h.Version))
	m["meta"], _ = json.Marshal(meta)
	m["id"], _ = json.Marshal(id)
	out, _ := json.Marshal(m)
	return out
}

type bundle struct {
	Type  string
	Entry []struct {
		FullURL  string
		Resource json.RawMessage
		Request  struct{ Method, URL, IfMatch string }
	}
}

func (s *Server) bundle(body []byte) (any, *problem) {
	var b bundle
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, &problem{status: http.StatusBadRequest, code: "structure"}
	}
	if s.MaxEntries > 0 && len(b.Entry) > s.MaxEntries || s.MaxBytes > 0 && len(body) > s.MaxBytes {
		return nil, &problem{status: http.StatusRequestEntityTooLarge, code: "too-costly"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.Type == "batch" {
		return s.batch(b), nil
	}
	return s.transact(b)
}

func (s *Server) batch(b bundle) any {
	var entries []any
	for _, e := range b.Entry {
		resource, p := s.get(e.Request.URL)
		if p != nil {
			entries = append(entries, map[string]any{"response": map[string]any{"status": fmt.Sprint(p.status), "outcome": p.outcome()}})
			continue
		}
		entries = append(entries, map[string]any{"resource": resource, "response": map[string]any{"status": "200 OK"}})
	}
	return map[string]any{"resourceType": "Bundle", "type": "batch-response", "entry": entries}
}

// transact writes all entries or none.
func (s *Server) transact(b bundle) (any, *problem) {
	next := map[string]Held{} // what changes
	keys, names, used := make([]string, len(b.Entry)), map[string]string{}, map[string]bool{}
	for i, e := range b.Entry {
		keys[i] = s.resolve(e.Request.URL)
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
		status, p := s.put(next, keys[i], resource, e.Request.IfMatch)
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
		entries = append(entries, map[string]any{"response": map[string]any{
			"status": status, "location": fmt.Sprintf("%s/_history/%d", keys[i], h.Version), "etag": fmt.Sprintf(`W/"%d"`, h.Version),
		}})
	}
	if p := s.dangling(next, b, keys); p != nil {
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
func (s *Server) resolve(target string) string {
	kind, query, search := strings.Cut(target, "?")
	if !search {
		return target
	}
	v, _ := url.ParseQuery(query)
	system, value, _ := strings.Cut(v.Get("identifier")+v.Get("_tag"), "|")
	want := [][]byte{
		fmt.Appendf(nil, `"system":%q,"value":%q`, system, value), fmt.Appendf(nil, `"system":%q,"code":%q`, system, value),
	}
	for key, h := range s.held {
		if strings.HasPrefix(key, kind+"/") && (bytes.Contains(h.JSON, want[0]) || bytes.Contains(h.JSON, want[1])) {
			return key
		}
	}
	return kind + "/" + uuid.NewString()
}

func (s *Server) put(next map[string]Held, key string, resource []byte, ifMatch string) (string, *problem) {
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
	if ifMatch != "" && (!there || ifMatch != fmt.Sprintf(`W/"%d"`, old.Version)) {
		return "", &problem{status: http.StatusPreconditionFailed, code: "conflict"}
	}
	if there && bytes.Equal(old.JSON, resource) {
		return "200 OK", nil
	}
	next[key] = Held{old.Version + 1, bytes.Clone(resource)}
	if there {
		return "200 OK", nil
	}
	return "201 Created", nil
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
