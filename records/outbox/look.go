package outbox

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"aidpost/records"
)

// A view is what a server holds of a parcel.
type view struct {
	body    []byte // nil if it holds nothing
	id      string
	version string
	deleted bool // it held it once
}

// look asks the server what it holds of parcels, known or not.
func (s *Sender) look(ctx context.Context, ps []parcel) ([]view, answer) {
	b := bundle{ResourceType: "Bundle", Type: "batch"}
	for _, p := range ps {
		at := p.Key()
		switch {
		case p.known:
			at = p.Type + "/" + p.receipt.Remote
		case s.serverIDs:
			at = p.Type + "?" + s.findBy(p)
		}
		b.Entry = append(b.Entry, entry{Request: &request{Method: http.MethodGet, URL: at}})
	}
	body, err := json.Marshal(b)
	if err != nil {
		return nil, answer{verdict: unfit, why: "the request could not be made"}
	}
	a := s.call(ctx, http.MethodPost, "", body)
	if a.verdict != done {
		return nil, a
	}
	entries, failed := entriesOf(a, len(ps))
	if failed.verdict != done {
		return nil, failed
	}
	out := make([]view, len(ps))
	for i, e := range entries {
		switch status := e.Response.code(); status {
		case http.StatusOK:
			out[i] = viewed(e.Resource)
		case http.StatusNotFound:
		case http.StatusGone:
			out[i].deleted = true
		default:
			if a := judge(status, nil, e.Response.Outcome, s.Now()); a.verdict != done {
				return nil, a
			}
			return nil, answer{verdict: failing, why: "the server did not say what it holds"}
		}
	}
	return out, answer{}
}

// viewed reads a resource, or the first one that a search has found.
func viewed(text []byte) view {
	var r struct {
		ResourceType, ID string
		Meta             struct{ VersionID string }
		Entry            []entry
	}
	switch {
	case json.Unmarshal(text, &r) != nil:
		return view{}
	case r.ResourceType != "Bundle":
		return view{body: text, id: r.ID, version: r.Meta.VersionID}
	case len(r.Entry) == 0:
		return view{}
	}
	return viewed(r.Entry[0].Resource)
}

// seen is what a parcel turned out to be on the server.
type seen int

const (
	asKnown  seen = iota // as the receipt has it, or not there and not known
	asSent               // what was sent
	asBefore             // what was sent earlier: an answer was lost, or it was undone
	lost                 // nowhere, though it was there
	deleted              // somebody has deleted it
	theirs               // somebody else's word, which holds
	foreign              // somebody else's word on what was measured
)

// shared are the kinds that others have a say in: what they say on the server
// holds.
var shared = []string{"Patient", "Organization", "Location", "Device", "DeviceMetric", "Practitioner", "PractitionerRole"}

// measured are the kinds that say what was measured. Whoever sends a visit says the
// same in them: if not, somebody has changed it.
var measured = []string{"Encounter", "Observation"}

// compare tells what each view of a parcel means, and the receipt that follows
// from it. The answer is not done if the server does not say what it would have to.
func (s *Sender) compare(ctx context.Context, e records.OutboxEntry, ps []parcel, views []view, remote map[string]string) ([]seen, []records.Receipt, answer, error) {
	for i, p := range ps {
		if views[i].body != nil {
			remote[p.Key()] = p.Type + "/" + views[i].id
		}
	}
	out, receipts := make([]seen, len(ps)), make([]records.Receipt, len(ps))
	// Another Aidpost that has the visit, too, may have sent it, with its own word on
	// all but what was measured.
	carried, err := s.store.Shared(ctx, e.Encounter)
	if err != nil {
		return nil, nil, answer{}, err
	}
	var said *said
	strayed := map[int][]string{}
	for i, p := range ps {
		v := views[i]
		receipts[i] = records.Receipt{Kind: p.Type, ID: p.ID, Remote: v.id, Version: v.version, Encounter: p.visit}
		same, _ := s.held(v.body, readdressed(p.JSON, remote))
		switch {
		case v.deleted:
			out[i] = deleted
			continue
		case v.body == nil && p.known:
			out[i] = lost
			continue
		case v.body == nil:
			continue
		case same:
			out[i], receipts[i].Hash = asSent, hashOf(p.JSON, remote)
			continue
		case p.known && v.version == p.receipt.Version:
			continue
		}
		if said == nil {
			var err error
			if said, err = s.saidBefore(ctx, e); err != nil {
				return nil, nil, answer{}, err
			}
		}
		var as bool
		if as, strayed[i] = s.saidIt(*said, p, v.body, remote); as {
			out[i] = asBefore // its receipt matches nothing, so it is sent again
			continue
		}
		out[i] = foreign
		if slices.Contains(shared, p.Type) || p.Type == "Consent" || carried && !slices.Contains(measured, p.Type) {
			out[i] = theirs
		}
	}
	if a := s.findStrays(ctx, strayed, out); a.verdict != done {
		return nil, nil, a, nil
	}
	for i, p := range ps {
		if out[i] == theirs || out[i] == foreign {
			receipts[i].Theirs, receipts[i].Hash = true, p.hash
		}
	}
	return out, receipts, answer{}, nil
}

// said is all that a visit has ever said.
type said map[string][][]byte

// saidBefore makes what the revisions of a visit said, of the patient as that
// was then and as it is since records were merged.
func (s *Sender) saidBefore(ctx context.Context, e records.OutboxEntry) (*said, error) {
	out := said{}
	var before []*records.Encounter
	for rev := 1; rev <= e.Revision; rev++ {
		one, err := s.store.EncounterRevision(ctx, e.Encounter, rev)
		if err != nil {
			return nil, err
		}
		today, err := s.today(ctx, one.Patient)
		if err != nil {
			return nil, err
		}
		for _, who := range []*records.Patient{one.Patient, today} {
			as := *one
			as.Patient = who
			all, err := s.visit(ctx, &as, before)
			if err != nil {
				return nil, err
			}
			for _, r := range all {
				out[r.Key()] = append(out[r.Key()], r.JSON)
			}
		}
		before = append(before, one)
	}
	return &out, nil
}

// saidIt reports whether what the server holds of a parcel was said. If it was but for
// what it refers to, that comes back as it stands there.
func (s *Sender) saidIt(all said, p parcel, theirs []byte, remote map[string]string) (as bool, strayed []string) {
	for _, text := range all[p.Key()] {
		if same, _ := s.held(theirs, readdressed(text, remote)); same {
			return true, nil
		}
		names, refs := strays(text, theirs, remote)
		if same, _ := s.held(theirs, readdressed(text, names)); same {
			strayed = refs
		}
	}
	return false, strayed
}
