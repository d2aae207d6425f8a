package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Fault is a way to misbehave between client and server.
type Fault int

// The faults of a Proxy.
const (
	None      Fault = iota
	CutBefore       // the connection ends before the server hears of it
	CutAfter        // the server did it; the connection ends before it can say so
	Truncated       // half of the answer arrives
	Slow            // the answer comes late
	Twice           // the server hears it twice
	Late            // answered 503, and carried out after the next request
	TooMany         // 429
	Broken          // 500
	Away            // 503 with Retry-After
	Portal          // a public network's own page, with status 200
	Lie             // says that it is done, and does nothing
	LieEcho         // the same, and gives back what was sent as if it were held
	LieShort        // does it, and confirms one entry less
	LieOld          // confirms versions that are not held
	LieEmpty        // answers 200 with an empty object
	VeryLate        // answered 503, and carried out many requests later
	Echo            // answered, and carried out once more many requests later
	LieOther        // does it, and confirms it under the ids of others
	LieSome         // does it but for one entry, and gives all back as if it were held
	faults
)

// Faults lists every fault but None.
func Faults() []Fault {
	var all []Fault
	for f := None + 1; f < faults; f++ {
		all = append(all, f)
	}
	return all
}

// A Proxy passes requests on to Next, or misbehaves as Pick says.
type Proxy struct {
	Next http.Handler
	Pick func(*http.Request) Fault // which may read it; one at a time
	// Drops is the kind of the entry that LieSome leaves out; empty: any.
	Drops string

	mu    sync.Mutex
	late  []delayed
	heard int
}

// A delayed request is carried out when so many have been heard.
type delayed struct {
	*http.Request
	at int
}

// longest is how many requests later one is carried out at the most.
const longest = 60

// Flush carries out all that is still on its way.
func (p *Proxy) Flush() {
	p.mu.Lock()
	p.heard += longest
	p.mu.Unlock()
	p.catchUp()
}

// ServeHTTP passes on one request.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	ask := func() *httptest.ResponseRecorder {
		again := r.Clone(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		p.Next.ServeHTTP(rec, again)
		return rec
	}
	p.mu.Lock()
	p.heard++
	fault, now := p.Pick(r), p.heard
	p.mu.Unlock()
	defer p.catchUp()
	later := func(by int) {
		again := r.Clone(context.WithoutCancel(r.Context()))
		again.Body = io.NopCloser(bytes.NewReader(body))
		p.mu.Lock()
		p.late = append(p.late, delayed{again, now + by})
		p.mu.Unlock()
	}
	switch fault {
	case CutBefore:
		panic(http.ErrAbortHandler)
	case CutAfter:
		ask()
		panic(http.ErrAbortHandler)
	case Truncated:
		text := ask().Body.Bytes()
		w.Header().Set("Content-Type", "application/fhir+json")
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		_, _ = w.Write(text[:len(text)/2])
		panic(http.ErrAbortHandler)
	case Slow:
		time.Sleep(5 * time.Millisecond)
	case Twice:
		ask()
	case Late:
		later(1)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case VeryLate:
		later(1 + now*17%longest)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case Echo:
		later(1 + now*17%longest)
	case TooMany:
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case Broken:
		w.WriteHeader(http.StatusInternalServerError)
		return
	case Away:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case Portal:
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>Welcome to our wireless network</html>")
		return
	case Lie, LieEcho:
		lie(w, body, fault == LieEcho)
		return
	case LieShort, LieOld, LieEmpty, LieOther:
		twist(w, ask(), fault)
		return
	case LieSome:
		p.lieOfOne(w, r, body)
		return
	}
	relay(w, ask().Result())
}

// catchUp carries out what was late and is due.
func (p *Proxy) catchUp() {
	p.mu.Lock()
	var due []delayed
	p.late = slices.DeleteFunc(p.late, func(d delayed) bool {
		if d.at > p.heard {
			return false
		}
		due = append(due, d)
		return true
	})
	p.mu.Unlock()
	for _, d := range due {
		p.Next.ServeHTTP(httptest.NewRecorder(), d.Request)
	}
}

func relay(w http.ResponseWriter, res *http.Response) {
	for k, v := range res.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

// lie confirms every entry of a request that the server never saw.
func lie(w http.ResponseWriter, body []byte, echo bool) {
	var b bundle
	_ = json.Unmarshal(body, &b)
	var entries []any
	for _, e := range b.Entry {
		entry := map[string]any{"response": map[string]any{
			"status": "201 Created", "location": e.Request.URL + "/_history/1", "etag": `W/"1"`,
		}}
		if _, id, ok := strings.Cut(e.Request.URL, "/"); echo && ok {
			entry["resource"] = withMeta(Held{1, e.Resource}, id)
		}
		entries = append(entries, entry)
	}
	answer(w, map[string]any{"resourceType": "Bundle", "type": "transaction-response", "entry": entries})
}

// twist changes what the server answered.
func twist(w http.ResponseWriter, rec *httptest.ResponseRecorder, fault Fault) {
	var b struct {
		ResourceType string           `json:"resourceType"`
		Type         string           `json:"type"`
		Entry        []map[string]any `json:"entry"`
	}
	if rec.Code != http.StatusOK || json.Unmarshal(rec.Body.Bytes(), &b) != nil || len(b.Entry) == 0 {
		relay(w, rec.Result())
		return
	}
	switch fault {
	case LieShort:
		b.Entry = b.Entry[:len(b.Entry)-1]
	case LieEmpty:
		answer(w, map[string]any{})
		return
	case LieOld:
		for _, e := range b.Entry {
			if r, ok := e["response"].(map[string]any); ok {
				r["etag"] = `W/"99"`
				if at, ok := r["location"].(string); ok {
					r["location"] = at + "9"
				}
			}
		}
	case LieOther:
		for _, e := range b.Entry {
			if r, ok := e["response"].(map[string]any); ok {
				at, _ := r["location"].(string)
				kind, _, _ := strings.Cut(at, "/")
				r["location"] = kind + "/00000000-0000-4000-8000-000000000000/_history/1"
			}
		}
	}
	answer(w, b)
}

// lieOfOne carries out a transaction but for its last entry of the kind that is
// dropped, and confirms that, too.
func (p *Proxy) lieOfOne(w http.ResponseWriter, r *http.Request, body []byte) {
	var b map[string]json.RawMessage
	var all []json.RawMessage
	var about bundle
	_ = json.Unmarshal(body, &about)
	out := len(about.Entry) - 1
	for ; out >= 0 && !strings.HasPrefix(about.Entry[out].Request.URL, p.Drops); out-- {
	}
	pass := func(body []byte) *httptest.ResponseRecorder {
		again, rec := r.Clone(r.Context()), httptest.NewRecorder()
		again.Body = io.NopCloser(bytes.NewReader(body))
		p.Next.ServeHTTP(rec, again)
		return rec
	}
	if json.Unmarshal(body, &b) != nil || string(b["type"]) != `"transaction"` || json.Unmarshal(b["entry"], &all) != nil || len(all) < 2 || out < 0 {
		relay(w, pass(body).Result())
		return
	}
	b["entry"], _ = json.Marshal(all[out : out+1])
	rest, _ := json.Marshal(b)
	b["entry"], _ = json.Marshal(slices.Delete(slices.Clone(all), out, out+1))
	most, _ := json.Marshal(b)
	echo, made := httptest.NewRecorder(), pass(most)
	lie(echo, rest, true)
	var did, claimed struct {
		ResourceType string            `json:"resourceType"`
		Type         string            `json:"type"`
		Entry        []json.RawMessage `json:"entry"`
	}
	if made.Code != http.StatusOK || json.Unmarshal(made.Body.Bytes(), &did) != nil || json.Unmarshal(echo.Body.Bytes(), &claimed) != nil {
		relay(w, made.Result())
		return
	}
	did.Entry = slices.Insert(did.Entry, out, claimed.Entry...)
	answer(w, did)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/fhir+json")
	text, err := json.Marshal(body)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(text)
}
