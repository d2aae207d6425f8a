package standin

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// People is a Server that also tells whom it knows: Patients by when they were
// written, page by page, and which were deleted. Whatever is put into the Server
// behind its back gets its time when it is next asked.
type People struct {
	*Server
	// Now is its clock, which may be wrong by years.
	Now func() time.Time
	// NoHistory makes it not say who was deleted.
	NoHistory bool
	// Unsorted makes it give the newest first, whatever it is asked for.
	Unsorted bool
	// Repeat makes it give each Patient on two pages, and some on every one.
	Repeat bool
	// Next changes the address of the next page; nil: as it is.
	Next func(string) string

	mu      sync.Mutex
	written map[string]stamp
	gone    map[string]time.Time
}

// A stamp is when a version was written.
type stamp struct {
	version int
	at      time.Time
}

// Stamp gives its time to what was put into the server since.
func (p *People) Stamp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stamp()
}

func (p *People) stamp() {
	if p.written == nil {
		p.written, p.gone = map[string]stamp{}, map[string]time.Time{}
	}
	held := p.Held()
	for _, key := range slices.Sorted(maps.Keys(held)) {
		if h := held[key]; p.written[key].version != h.Version {
			p.written[key] = stamp{h.Version, p.Now()}
			delete(p.gone, key)
		}
	}
	for key := range p.written {
		if _, there := held[key]; !there {
			delete(p.written, key)
			p.gone[key] = p.Now()
		}
	}
}

// Restore has it hold a resource as it did at some time, as a server does that
// comes back from an old backup.
func (p *People) Restore(key string, h Held, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stamp()
	p.Server.mu.Lock()
	defer p.Server.mu.Unlock()
	p.held[key], p.written[key] = h, stamp{h.Version, at}
}

// ServeHTTP answers one request.
func (p *People) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.Trim(r.URL.Path, "/")
	kind, _, _ := strings.Cut(path, "/")
	if r.Method != http.MethodGet || kind != "Patient" && kind != "Library" {
		p.Server.ServeHTTP(w, r)
		return
	}
	if p.Auth != nil && !p.Auth(r) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stamp()
	w.Header().Set("Content-Type", "application/fhir+json")
	q := r.URL.Query()
	switch {
	case path == "Patient/_history" && p.NoHistory:
		w.WriteHeader(http.StatusNotImplemented)
		fmt.Fprint(w, `{"resourceType":"OperationOutcome"}`)
	case path == "Patient/_history":
		p.history(w, q.Get("_since"))
	case path == kind:
		p.search(w, r, kind)
	default:
		h, there := p.Held()[path]
		if !there {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"resourceType":"OperationOutcome"}`)
			return
		}
		_, _ = w.Write(p.timed(path, h))
	}
}

// timed writes a resource with when it was written.
func (p *People) timed(key string, h Held) []byte {
	_, id, _ := strings.Cut(key, "/")
	m, meta := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	_ = json.Unmarshal(withMeta(h, id), &m)
	_ = json.Unmarshal(m["meta"], &meta)
	meta["lastUpdated"] = json.RawMessage(p.written[key].at.UTC().Format(`"2006-01-02T15:04:05.000Z07:00"`))
	m["meta"], _ = json.Marshal(meta)
	text, _ := json.Marshal(m)
	return text
}

// wanted reports whether a search asks for a resource.
func (p *People) wanted(q url.Values, key, text string) bool {
	from, _ := time.Parse(time.RFC3339, strings.TrimPrefix(q.Get("_lastUpdated"), "ge"))
	_, id, _ := strings.Cut(key, "/")
	if p.written[key].at.Before(from) || q.Has("_id") && !slices.Contains(strings.Split(q.Get("_id"), ","), id) {
		return false
	}
	return !q.Has("identifier") || slices.ContainsFunc(strings.Split(q.Get("identifier"), ","), func(one string) bool {
		system, value, _ := strings.Cut(one, "|")
		return strings.Contains(text, `"system":"`+system+`"`) && (value == "" || strings.Contains(text, `"value":"`+value+`"`))
	})
}

func (p *People) search(w http.ResponseWriter, r *http.Request, kind string) {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	count, _ := strconv.Atoi(q.Get("_count"))
	count = max(count, 1)
	held := p.Held()
	var keys []string
	for key, h := range held {
		if strings.HasPrefix(key, kind+"/") && p.wanted(q, key, string(h.JSON)) {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		if n := p.written[a].at.Compare(p.written[b].at); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	if p.Unsorted {
		slices.Reverse(keys)
	}
	end := min(offset+count, len(keys))
	var entries []any
	for i, key := range keys {
		if i >= offset && i < end || p.Repeat && (i >= offset-count && i < offset || i == 0) {
			entries = append(entries, map[string]any{"resource": json.RawMessage(p.timed(key, held[key])), "search": map[string]string{"mode": "match"}})
		}
	}
	b := map[string]any{"resourceType": "Bundle", "type": "searchset", "entry": entries}
	if end < len(keys) {
		q.Set("offset", strconv.Itoa(end))
		next := "http://" + r.Host + r.URL.Path + "?" + q.Encode()
		if p.Next != nil {
			next = p.Next(next)
		}
		b["link"] = []any{map[string]string{"relation": "self", "url": "http://" + r.Host + r.URL.String()}, map[string]string{"relation": "next", "url": next}}
	}
	text, _ := json.Marshal(b)
	_, _ = w.Write(text) // the client may be gone
}

func (p *People) history(w http.ResponseWriter, since string) {
	from, _ := time.Parse(time.RFC3339, since)
	var entries []any
	for key, at := range p.gone {
		if strings.HasPrefix(key, "Patient/") && !at.Before(from) {
			entries = append(entries, map[string]any{"request": map[string]string{"method": "DELETE", "url": key}})
		}
	}
	text, _ := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "history", "entry": entries})
	_, _ = w.Write(text) // the client may be gone
}
