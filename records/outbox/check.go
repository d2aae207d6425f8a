package outbox

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
)

// checkedAtOnce is how many visits the server is asked about at a time.
const checkedAtOnce = 20

// A CheckReport says what the server was found to hold.
type CheckReport struct {
	Checked int `json:"checked"` // visits that it was asked about
	Lost    int `json:"lost"`    // of these, that it no longer held: they are sent again
	Changed int `json:"changed"` // of these, that somebody changed there: they wait for a person
	Doubled int `json:"doubled"` // of these, that it holds more than once: likewise
	// Stopped says why the rest was not checked.
	Stopped string `json:"stopped,omitempty"`
}

// Check asks the server about every visit that it has ever proved to hold, and
// queues anew what it has lost. Only versions are asked for, unless they differ.
func (s *Sender) Check(ctx context.Context) (CheckReport, error) {
	var r CheckReport
	var last int64
	if s.HL7 != nil {
		r.Stopped = "a receiver of HL7 messages cannot be asked what it holds"
		return r, nil
	}
	for ctx.Err() == nil {
		entries, err := s.store.Delivered(ctx, last, checkedAtOnce)
		if err != nil || len(entries) == 0 {
			return r, err
		}
		last = entries[len(entries)-1].Seq
		if err := s.check(ctx, entries, &r); err != nil || r.Stopped != "" {
			return r, err
		}
	}
	return r, context.Cause(ctx)
}

// CheckDue asks the server about visits whose turn it is, and reports whether
// there may be more.
func (s *Sender) CheckDue(ctx context.Context) (r CheckReport, more bool, err error) {
	if s.HL7 != nil {
		return r, false, nil
	}
	entries, err := s.store.DueChecks(ctx, checkedAtOnce)
	if err != nil || len(entries) == 0 {
		return r, false, err
	}
	err = s.check(ctx, entries, &r)
	return r, err == nil && r.Stopped == "", err
}

// A checking is what the server is asked about of some visits: of each what it
// should hold by its receipts.
type checking struct {
	entries []records.OutboxEntry
	parcels map[int64][]parcel // by number of the entry
	all     []parcel           // each once
}

func (s *Sender) check(ctx context.Context, entries []records.OutboxEntry, r *CheckReport) error {
	if a := s.learn(ctx); a.verdict != done {
		return s.checkStops(ctx, a, r)
	}
	// What somebody said since is no doubt about what the server holds.
	a, err := s.changes(ctx)
	if err != nil {
		return err
	}
	if a.verdict != done {
		return s.checkStops(ctx, a, r)
	}
	c, err := s.receiptsOf(ctx, entries)
	if err != nil {
		return err
	}
	doubtful, a := s.doubtful(ctx, c.all)
	if a.verdict != done {
		return s.checkStops(ctx, a, r)
	}
	doubled, a := s.doubled(ctx, c.all)
	if a.verdict != done {
		return s.checkStops(ctx, a, r)
	}
	var sound []records.OutboxEntry
	for _, e := range c.entries {
		if kind, twice := doubled[e.Encounter]; twice {
			r.Doubled++
			why := "the " + kind + " " + doubledThere
			s.Log.Warn("a visit waits for a person", "encounter", e.Encounter, "why", why)
			if err := s.store.Recall(ctx, e, why); err != nil {
				return err
			}
			continue
		}
		ps := slices.DeleteFunc(c.parcels[e.Seq], func(p parcel) bool { return !doubtful[p.Key()] })
		well, a, err := s.examine(ctx, e, ps, r)
		if err != nil {
			return err
		}
		if a.verdict != done {
			return s.checkStops(ctx, a, r)
		}
		if well {
			sound = append(sound, e)
		}
	}
	r.Checked += len(c.entries)
	return s.store.Checked(ctx, s.server, sound)
}

// receiptsOf collects what the server has proved to hold of visits.
func (s *Sender) receiptsOf(ctx context.Context, entries []records.OutboxEntry) (checking, error) {
	c := checking{parcels: map[int64][]parcel{}}
	seen := map[string]bool{}
	for _, e := range entries {
		all, why, err := s.resources(ctx, e)
		if err != nil {
			return c, err
		}
		c.entries = append(c.entries, e)
		if why != "" {
			continue // it cannot be sent again anyway
		}
		held, err := s.store.Receipts(ctx, s.server, fhir.Keys(all))
		if err != nil {
			return c, err
		}
		remote := map[string]string{}
		for _, res := range all {
			p := parcel{Resource: res, hash: hashOf(res.JSON, remote), visit: e.Encounter}
			p.receipt, p.known = held[records.ResourceKey{Kind: res.Type, ID: res.ID}]
			if p.known {
				remote[res.Key()] = res.Type + "/" + p.receipt.Remote
			}
			if p.receipt.Theirs {
				continue
			}
			c.parcels[e.Seq] = append(c.parcels[e.Seq], p)
			if p.known && !seen[p.Key()] {
				seen[p.Key()] = true
				c.all = append(c.all, p)
			}
		}
	}
	return c, nil
}

// askedAtOnce bounds how many ids one search names, so that its address stays
// short enough for servers and proxies.
const askedAtOnce = 40

// doubtful finds the parcels that the server does not show in the version that
// it has proved to hold.
func (s *Sender) doubtful(ctx context.Context, all []parcel) (map[string]bool, answer) {
	out := map[string]bool{}
	kinds := map[string][]parcel{}
	for _, p := range all {
		out[p.Key()] = true
		kinds[p.Type] = append(kinds[p.Type], p)
	}
	for kind, ps := range kinds {
		for some := range slices.Chunk(ps, askedAtOnce) {
			versions, a := s.versions(ctx, kind, some)
			if a.verdict != done {
				return nil, a
			}
			for _, p := range some {
				if versions[p.receipt.Remote] == p.receipt.Version && !s.renamedRefs(p) {
					delete(out, p.Key())
				}
			}
		}
	}
	return out, answer{}
}

// versions searches for resources of a kind and returns the versions of those found.
// Of a server that cannot search so there are none, and it is asked for each.
func (s *Sender) versions(ctx context.Context, kind string, ps []parcel) (map[string]string, answer) {
	var ids []string
	for _, p := range ps {
		ids = append(ids, p.receipt.Remote)
	}
	found, a := search[hit](ctx, s, kind, "_id", ids, "id")
	out := map[string]string{}
	for _, f := range found {
		out[f.ID] = f.Meta.VersionID
	}
	return out, a
}

// A hit is what a search tells of a resource.
type hit struct {
	ID         string
	Meta       struct{ VersionID string }
	Identifier []struct{ System, Value string }
}

// search finds the resources of a kind for which a parameter has any of the values, all
// of each or only some elements. A server that cannot search so finds nothing.
func search[T any](ctx context.Context, s *Sender, kind, parameter string, values []string, elements string) ([]T, answer) {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = url.QueryEscape(v)
	}
	path := "/" + kind + "?_count=" + strconv.Itoa(2*askedAtOnce) + "&" + parameter + "=" + strings.Join(escaped, ",")
	if elements != "" {
		path += "&_elements=" + elements
	}
	a := s.call(ctx, http.MethodGet, path, nil)
	switch a.verdict {
	case unreached, busy, denied:
		return nil, a
	case done:
	default:
		return nil, answer{}
	}
	var b struct {
		ResourceType string
		Entry        []struct{ Resource T }
	}
	if json.Unmarshal(a.body, &b) != nil || b.ResourceType != "Bundle" {
		return nil, answer{verdict: unreached, why: "the answer is no FHIR bundle"}
	}
	found := make([]T, len(b.Entry))
	for i, e := range b.Entry {
		found[i] = e.Resource
	}
	return found, answer{}
}

// examine looks at what is doubtful of a visit. It is well if the server holds
// all of it.
func (s *Sender) examine(ctx context.Context, e records.OutboxEntry, ps []parcel, r *CheckReport) (well bool, a answer, err error) {
	if len(ps) == 0 {
		return true, answer{}, nil
	}
	remote, err := s.names(ctx, ps)
	if err != nil {
		return false, answer{}, err
	}
	views, a := s.look(ctx, ps)
	if a.verdict != done {
		return false, a, nil
	}
	what, receipts, a, err := s.compare(ctx, e, ps, views, remote)
	if err != nil || a.verdict != done {
		return false, a, err
	}
	var gone, kept []records.Receipt
	missing, changed := "", ""
	for i, p := range ps {
		switch {
		case what[i] == lost:
			gone, missing = append(gone, p.receipt), p.Type
		case what[i] == asBefore:
			kept, missing = append(kept, receipts[i]), p.Type
		case what[i] == asKnown && (!p.known || s.renamedRefs(p)):
			missing = p.Type // it, or what it refers to, was lost with another visit
		case what[i] == deleted:
			kept = append(kept, theirsNow(p))
			changed = "the " + p.Type + " " + deletedThere
		case what[i] == foreign:
			kept = append(kept, receipts[i])
			changed = "the " + p.Type + " " + changedThere
		case what[i] == theirs, what[i] == asSent:
			kept = append(kept, receipts[i])
		}
	}
	if err := s.store.KeepReceipts(ctx, s.server, kept); err != nil {
		return false, answer{}, err
	}
	switch {
	case changed != "":
		r.Changed++
		s.Log.Warn("a visit waits for a person", "encounter", e.Encounter, "why", changed)
		return false, answer{}, s.store.Recall(ctx, e, changed)
	case missing != "":
		r.Lost++
		s.Log.Warn("the server lost what it had proved to hold", "encounter", e.Encounter, "kind", missing)
		return false, answer{}, s.store.Lost(ctx, s.server, e, gone, "the server no longer holds the "+missing+" as it was sent")
	}
	return true, answer{}, nil
}

// renamedRefs reports whether a parcel refers to something that a server of its
// own ids has lost and got again under another id.
func (s *Sender) renamedRefs(p parcel) bool {
	return s.serverIDs && p.known && p.hash != p.receipt.Hash
}

// theirsNow is the receipt of what somebody else has taken away.
func theirsNow(p parcel) records.Receipt {
	rc := p.receipt
	rc.Theirs = true
	return rc
}

// names are how the server names what parcels refer to.
func (s *Sender) names(ctx context.Context, ps []parcel) (map[string]string, error) {
	remote := map[string]string{}
	if !s.serverIDs {
		return remote, nil
	}
	for _, p := range ps {
		for _, ref := range references(p.JSON) {
			kind, id, _ := strings.Cut(ref, "/")
			rc, known, err := s.store.Receipt(ctx, s.server, kind, records.ID(id))
			if err != nil {
				return nil, err
			}
			if known {
				remote[ref] = kind + "/" + rc.Remote
			}
		}
	}
	return remote, nil
}

// checkStops notes that the server, or the way to it, failed.
func (s *Sender) checkStops(ctx context.Context, a answer, r *CheckReport) error {
	var report Report
	err := (&run{Sender: s, report: &report}).stop(ctx, a)
	r.Stopped = report.Stopped
	return err
}
