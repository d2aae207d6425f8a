// Package standin is a FHIR server small enough to be read, for tests: it keeps
// resources in memory, runs transactions whole or not at all, and tells apart
// what the client must tell apart. Proxy stands before it and misbehaves.
package standin

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// A Server is the handler of a FHIR base.
type Server struct {
	// OwnIDs makes the server give ids of its own.
	OwnIDs bool
	// Conditional makes it say that it takes conditional creation.
	Conditional bool
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
	// NoneMatch makes it heed If-None-Match: * of a write, and VersionZero take
	// If-Match for what is not there, as HAPI FHIR does.
	NoneMatch, VersionZero bool
	// Terse makes it answer to a transaction without resources, whatever it is
	// asked for.
	Terse bool
	// Cautious makes it refuse to delete what something refers to.
	Cautious bool
	// Lax makes it keep what refers to nothing.
	Lax bool
	// Auth says whether a request is allowed; nil: every one.
	Auth func(*http.Request) bool

	mu     sync.Mutex
	held   map[string]Held
	gone   map[string]bool // was deleted
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

// Lose forgets, as a crash does, all that which says yes to, and returns how much.
func (s *Server) Lose(which func(key string) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.held)
	maps.DeleteFunc(s.held, func(key string, _ Held) bool { return which(key) })
	return before - len(s.held)
}

// Delete takes a resource away for good, as a person at the server does.
func (s *Server) Delete(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delete(key)
}

func (s *Server) delete(key string) {
	if _, ok := s.held[key]; !ok {
		return
	}
	delete(s.held, key)
	if s.gone == nil {
		s.gone = map[string]bool{}
	}
	s.gone[key] = true
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
		return s.get(path, r.URL.Query())
	case r.Method == http.MethodPost && path == "":
		return s.bundle(body, strings.Contains(r.Header.Get("Prefer"), "return=representation"))
	case r.Method == http.MethodPut && strings.HasPrefix(path, "Basic/") && !s.OwnIDs:
		s.Put(path, body)
		return nil, nil
	case r.Method == http.MethodDelete:
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.Cautious && s.referred(path) {
			return nil, &problem{status: http.StatusConflict, code: "conflict"}
		}
		s.delete(path)
		return nil, nil
	}
	return nil, &problem{status: http.StatusNotFound, code: "not-supported"}
}

func (s *Server) capability() any {
	kinds := s.Kinds
	if kinds == nil {
		kinds = []string{
			"Organization", "Location", "Patient", "Practitioner", "PractitionerRole", "Device", "DeviceMetric", "Encounter", "Consent", "Observation",
			"DiagnosticReport", "DocumentReference", "Binary", "Communication", "Provenance", "AuditEvent",
		}
	}
	var list []any
	for _, k := range kinds {
		about := map[string]any{"type": k, "updateCreate": !s.OwnIDs, "conditionalCreate": s.Conditional}
		if s.Silent {
			delete(about, "updateCreate")
		}
		list = append(list, about)
	}
	return map[string]any{
		"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": []any{map[string]any{"resource": list}},
	}
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

type request struct{ Method, URL, IfMatch, IfNoneMatch, IfNoneExist string }

type bundle struct {
	Type  string
	Entry []struct {
		FullURL  string
		Resource json.RawMessage
		Request  request
	}
}

func (s *Server) bundle(body []byte, whole bool) (any, *problem) {
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
	return s.transact(b, whole)
}

func (s *Server) batch(b bundle) any {
	var entries []any
	for _, e := range b.Entry {
		key, query, _ := strings.Cut(e.Request.URL, "?")
		asked, _ := url.ParseQuery(query)
		resource, p := s.get(key, asked)
		if p != nil {
			entries = append(entries, map[string]any{"response": map[string]any{"status": fmt.Sprint(p.status), "outcome": p.outcome()}})
			continue
		}
		entries = append(entries, map[string]any{"resource": resource, "response": map[string]any{"status": "200 OK"}})
	}
	return map[string]any{"resourceType": "Bundle", "type": "batch-response", "entry": entries}
}
