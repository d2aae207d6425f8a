package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A parcel is a resource on its way, with what is known of it on the server.
type parcel struct {
	fhir.Resource
	hash    [sha256.Size]byte // of it with the references that are known
	receipt records.Receipt
	known   bool       // the server holds it in some version
	visit   records.ID // that brings it
}

// remoteID is the id of a parcel on a server that takes our ids.
func (p parcel) remoteID() string {
	if p.known {
		return p.receipt.Remote
	}
	return string(p.ID)
}

// A bundle is a FHIR Bundle, as far as it is written and read here.
type bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Entry        []entry `json:"entry"`
}

type entry struct {
	FullURL  string          `json:"fullUrl,omitempty"`
	Resource json.RawMessage `json:"resource,omitempty"`
	Request  *request        `json:"request,omitempty"`
	Response *response       `json:"response,omitempty"`
}

type request struct {
	Method      string `json:"method"`
	URL         string `json:"url"`
	IfMatch     string `json:"ifMatch,omitempty"`
	IfNoneMatch string `json:"ifNoneMatch,omitempty"`
	IfNoneExist string `json:"ifNoneExist,omitempty"`
}

type response struct {
	Status   string          `json:"status"`
	Location string          `json:"location"`
	Etag     string          `json:"etag"`
	Outcome  json.RawMessage `json:"outcome"`
}

// transaction writes the request that puts parcels on the server. Where it
// takes our ids, each is put under its own; else under the one that the server
// gave it, found by its identifier if it is not known yet. What the server holds
// is only changed in the version that is known, and what is new is only created,
// as far as the server can be told: a request that arrives late, or twice, then
// undoes nothing.
func (s *Sender) transaction(ps []parcel, remote map[string]string) ([]byte, error) {
	b := bundle{ResourceType: "Bundle", Type: "transaction"}
	for _, p := range ps {
		e := entry{Request: &request{Method: http.MethodPut, URL: p.Key()}}
		switch {
		case !s.serverIDs && (!p.known || p.receipt.Remote == string(p.ID)):
			e.FullURL, e.Resource = s.URL+"/"+p.Key(), readdressed(p.JSON, remote)
		case p.known:
			e.Request.URL = p.Type + "/" + p.receipt.Remote
			e.FullURL, e.Resource = s.URL+"/"+e.Request.URL, renamed(p, p.receipt.Remote, remote)
		case s.creates:
			e.Request.Method, e.Request.URL, e.Request.IfNoneExist = http.MethodPost, p.Type, s.findBy(p)
			e.FullURL, e.Resource = "urn:uuid:"+string(p.ID), renamed(p, "", remote)
		default:
			e.Request.URL = p.Type + "?" + s.findBy(p)
			e.FullURL, e.Resource = "urn:uuid:"+string(p.ID), renamed(p, "", remote)
		}
		switch {
		case p.known:
			e.Request.IfMatch = `W/"` + p.receipt.Version + `"`
		case !s.serverIDs:
			s.fence.guard(e.Request)
		}
		b.Entry = append(b.Entry, e)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return nil, fmt.Errorf("write transaction: %w", err)
	}
	return out.Bytes(), nil
}

// findBy is the search that finds a resource: by its identifier, or by its tag
// where R4 gives it none.
func (s *Sender) findBy(p parcel) string {
	by := "identifier"
	if p.Type == "Provenance" || p.Type == "AuditEvent" {
		by = "_tag"
	}
	return by + "=" + url.QueryEscape(s.Operator.Base+"/ids/record|"+string(p.ID))
}

// renamed returns the resource with the id and the references that the server
// knows. Without an id of its own it has none yet.
func renamed(p parcel, id string, remote map[string]string) []byte {
	ours := []byte(`"id":"` + string(p.ID) + `",`)
	var theirs []byte
	if id != "" {
		theirs = []byte(`"id":"` + id + `",`)
	}
	return readdressed(bytes.Replace(p.JSON, ours, theirs, 1), remote)
}

// readdressed returns the text of a resource with its references replaced.
func readdressed(text []byte, remote map[string]string) []byte {
	var out []byte
	rest := text
	for ref, tail := range referring(text) {
		to, ok := remote[ref]
		if !ok {
			to = ref
		}
		out = append(append(out, rest[:len(rest)-len(tail)-len(ref)]...), to...)
		rest = tail
	}
	return append(out, rest...)
}

// references are what a resource refers to.
func references(text []byte) []string {
	var out []string
	for ref := range referring(text) {
		out = append(out, ref)
	}
	return out
}

// referring goes through the references in the text of a resource of ours, each
// with the text that comes after it.
func referring(text []byte) iter.Seq2[string, []byte] {
	const mark = `"reference":"`
	return func(yield func(string, []byte) bool) {
		for {
			i := bytes.Index(text, []byte(mark))
			if i < 0 {
				return
			}
			text = text[i+len(mark):]
			end := bytes.IndexByte(text, '"')
			if end < 0 {
				return
			}
			ref := string(text[:end])
			text = text[end:]
			if !yield(ref, text) {
				return
			}
		}
	}
}

// receipts reads what the server answered to a transaction of parcels: receipts,
// but for their hashes, and the resources that it answered with. It is done only
// if every entry is.
func (s *Sender) receipts(a answer, ps []parcel) (out []records.Receipt, given [][]byte, _ answer) {
	entries, a := entriesOf(a, len(ps))
	if a.verdict != done {
		return nil, nil, a
	}
	for i, p := range ps {
		r := entries[i].Response
		status := r.code()
		switch {
		case status == 0:
			return nil, nil, answer{verdict: failing, why: "the server left out what became of an entry"}
		case status == http.StatusNotFound && p.known:
			return nil, nil, answer{verdict: conflicted, why: "the server lost the " + p.Type}
		case status == http.StatusOK && !p.known && s.serverIDs && s.creates:
			return nil, nil, answer{verdict: conflicted, why: "the " + p.Type + " is there already"}
		case status != http.StatusOK && status != http.StatusCreated:
			return nil, nil, judge(status, nil, r.Outcome, time.Time{})
		}
		id, version := located(entries[i], p)
		switch {
		case id == "" || version == "":
			return nil, nil, answer{verdict: failing, why: "the server gave no version of " + p.Type}
		case !s.serverIDs && id != p.remoteID():
			return nil, nil, answer{verdict: failing, why: "the server confirmed the " + p.Type + " under the id of another"}
		}
		out = append(out, records.Receipt{Kind: p.Type, ID: p.ID, Remote: id, Version: version, Encounter: p.visit})
		given = append(given, entries[i].Resource)
	}
	return out, given, answer{}
}

// entriesOf reads the answer to a bundle of n entries. Each has a response.
func entriesOf(a answer, n int) ([]entry, answer) {
	var b bundle
	if err := json.Unmarshal(a.body, &b); err != nil || b.ResourceType != "Bundle" {
		return nil, answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	if len(b.Entry) != n {
		return nil, answer{verdict: failing, why: fmt.Sprintf("the server answered to %d of %d entries", len(b.Entry), n)}
	}
	for i := range b.Entry {
		if b.Entry[i].Response == nil {
			b.Entry[i].Response = &response{}
		}
	}
	return b.Entry, answer{}
}

// code is the status of an entry; 0 if there is none.
func (r *response) code() int {
	text := strings.TrimSpace(r.Status)
	n, err := strconv.Atoi(text[:min(3, len(text))])
	if err != nil {
		return 0
	}
	return n
}

// located reads under which id and version an entry is held: from where it is
// said to be, or from the resource itself.
func located(e entry, p parcel) (id, version string) {
	at := e.Response.Location
	if i := strings.LastIndex(at, p.Type+"/"); i >= 0 {
		id, version, _ = strings.Cut(at[i+len(p.Type)+1:], "/_history/")
	} else if p.known {
		id = p.receipt.Remote
	}
	if tag := strings.Trim(strings.TrimPrefix(e.Response.Etag, "W/"), `"`); version == "" {
		version = tag
	}
	if version == "" && len(e.Resource) > 0 {
		version = viewed(e.Resource).version
	}
	return id, version
}
