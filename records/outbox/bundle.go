package outbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
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
	hash    [sha256.Size]byte
	receipt records.Receipt
	known   bool // the server holds it in some version
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
	Method  string `json:"method"`
	URL     string `json:"url"`
	IfMatch string `json:"ifMatch,omitempty"`
}

type response struct {
	Status   string          `json:"status"`
	Location string          `json:"location"`
	Etag     string          `json:"etag"`
	Outcome  json.RawMessage `json:"outcome"`
}

// transaction writes the request that puts parcels on the server. Where it
// takes our ids, each is put under its own; else under the one that the server
// gave it, found by its identifier if it is not known yet.
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
		default:
			e.Request.URL = p.Type + "?" + s.findBy(p)
			e.FullURL, e.Resource = "urn:uuid:"+string(p.ID), renamed(p, "", remote)
		}
		if p.known {
			e.Request.IfMatch = `W/"` + p.receipt.Version + `"`
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
	if p.Type == "Provenance" {
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
	const mark = `"reference":"`
	var out []byte
	for {
		i := bytes.Index(text, []byte(mark))
		if i < 0 {
			return append(out, text...)
		}
		i += len(mark)
		end := bytes.IndexByte(text[i:], '"')
		if end < 0 {
			return append(out, text...)
		}
		ref := string(text[i : i+end])
		if to, ok := remote[ref]; ok {
			ref = to
		}
		out = append(append(out, text[:i]...), ref...)
		text = text[i+end:]
	}
}

// receipts reads what the server answered to a transaction of parcels. It is
// done only if every entry is.
func receipts(a answer, ps []parcel) ([]records.Receipt, answer) {
	var b bundle
	if err := json.Unmarshal(a.body, &b); err != nil || b.ResourceType != "Bundle" {
		return nil, answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	if len(b.Entry) != len(ps) {
		return nil, answer{verdict: failing, why: fmt.Sprintf("the server answered to %d of %d entries", len(b.Entry), len(ps))}
	}
	var out []records.Receipt
	for i, p := range ps {
		r := b.Entry[i].Response
		if r == nil {
			return nil, answer{verdict: failing, why: "the server left out what became of an entry"}
		}
		status, err := strconv.Atoi(strings.TrimSpace(r.Status)[:min(3, len(strings.TrimSpace(r.Status)))])
		if err != nil {
			return nil, answer{verdict: failing, why: "the server left out what became of an entry"}
		}
		if status != http.StatusOK && status != http.StatusCreated {
			return nil, judge(status, nil, r.Outcome, time.Time{})
		}
		id, version := located(r, p)
		if id == "" || version == "" {
			return nil, answer{verdict: failing, why: "the server gave no version of " + p.Type}
		}
		out = append(out, records.Receipt{Kind: p.Type, ID: p.ID, Remote: id, Version: version, Hash: p.hash})
	}
	return out, answer{}
}

// located reads under which id and version an entry is held.
func located(r *response, p parcel) (id, version string) {
	at := r.Location
	if i := strings.LastIndex(at, p.Type+"/"); i >= 0 {
		id, version, _ = strings.Cut(at[i+len(p.Type)+1:], "/_history/")
	} else if p.known {
		id = p.receipt.Remote
	}
	if tag := strings.Trim(strings.TrimPrefix(r.Etag, "W/"), `"`); version == "" {
		version = tag
	}
	return id, version
}

// question writes the request that reads what receipts speak of.
func question(rs []records.Receipt) ([]byte, error) {
	b := bundle{ResourceType: "Bundle", Type: "batch"}
	for _, r := range rs {
		b.Entry = append(b.Entry, entry{Request: &request{Method: http.MethodGet, URL: r.Kind + "/" + r.Remote}})
	}
	return json.Marshal(b)
}

// proved makes sure that the server gives back what the receipts speak of.
func proved(a answer, ps []parcel, rs []records.Receipt, remote map[string]string) answer {
	var b bundle
	if err := json.Unmarshal(a.body, &b); err != nil || b.ResourceType != "Bundle" {
		return answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	if len(b.Entry) != len(rs) {
		return answer{verdict: failing, why: "the server did not give back all that it confirmed"}
	}
	for i, r := range rs {
		same, version := held(b.Entry[i].Resource, readdressed(ps[i].JSON, remote))
		switch {
		case version == "":
			return answer{verdict: failing, why: "the server confirmed the " + r.Kind + " and does not have it"}
		case !same:
			return answer{verdict: failing, why: "the server holds another " + r.Kind + " than it confirmed"}
		case version != r.Version:
			return answer{verdict: failing, why: "the server holds another version of the " + r.Kind + " than it confirmed"}
		}
	}
	return answer{}
}

// held reports whether a resource as the server gives it says what was sent,
// and its version there.
func held(theirs, sent []byte) (same bool, version string) {
	var r struct{ Meta struct{ VersionID string } }
	if json.Unmarshal(theirs, &r) != nil {
		return false, ""
	}
	same, err := fhir.Same(sent, theirs)
	return same && err == nil, r.Meta.VersionID
}
