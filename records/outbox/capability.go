package outbox

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/fhir"
)

// leaves are the kinds that nothing refers to: a server that does not keep
// them still gets the rest.
var leaves = []string{
	"Provenance", "Communication", "DiagnosticReport", "DocumentReference", "Binary", "DeviceMetric", "PractitionerRole", "AuditEvent", "Consent",
}

// learn asks the server, once, what it is able to.
func (s *Sender) learn(ctx context.Context) answer {
	if s.learnt {
		return answer{}
	}
	a := s.call(ctx, http.MethodGet, "/metadata", nil)
	if a.verdict != done {
		if a.verdict == refused || a.verdict == conflicted {
			a.verdict = unfit
		}
		return a
	}
	var c struct {
		ResourceType, FHIRVersion string
		Rest                      []struct {
			Resource []struct {
				Type              string
				UpdateCreate      *bool
				ConditionalCreate bool
			}
		}
	}
	if json.Unmarshal(a.body, &c) != nil || c.ResourceType != "CapabilityStatement" || len(c.Rest) == 0 {
		return answer{verdict: unreached, why: "something that is no FHIR server answered"}
	}
	if c.FHIRVersion != "" && !strings.HasPrefix(c.FHIRVersion, "4.0") {
		return answer{verdict: unfit, why: "the server does not speak FHIR R4"}
	}
	takes := map[string]bool{}
	var ours *bool
	for _, r := range c.Rest[0].Resource {
		takes[r.Type] = true
		if r.Type == "Observation" {
			ours, s.creates = r.UpdateCreate, r.ConditionalCreate
		}
	}
	if ours == nil {
		var a answer
		if ours, a = s.probe(ctx); ours == nil {
			return a
		}
	}
	s.serverIDs = !*ours
	if !s.serverIDs {
		if a := s.findFence(ctx); a.verdict != done {
			return a
		}
	}
	s.omitted = nil
	for _, kind := range leaves {
		if len(takes) > 0 && !takes[kind] {
			s.omitted = append(s.omitted, kind)
		}
	}
	s.nameless = len(takes) > 0 && !takes["Practitioner"]
	if len(s.omitted) > 0 {
		s.Log.Warn("the server does not keep everything", "left out", strings.Join(s.omitted, ", "))
	}
	s.advise(ctx)
	if err := s.remember(ctx); err != nil {
		s.Log.Warn("what the server is able to is not kept", "error", err)
	}
	s.learnt = true
	return answer{}
}

// advise says so in the log if there is something safer.
func (s *Sender) advise(ctx context.Context) {
	if s.Safer(ctx) {
		s.Log.Warn("the server takes SMART Backend Services, which is safer than a token or a password: see auth in the settings")
	}
}

// Safer asks whether the server takes SMART Backend Services while it is sent a
// secret that never changes, with each request.
func (s *Sender) Safer(ctx context.Context) bool {
	switch s.Auth.(type) {
	case Bearer, Basic:
	default:
		return false
	}
	var c struct {
		Capabilities  []string
		TokenEndpoint string `json:"token_endpoint"`
	}
	a := s.call(ctx, http.MethodGet, "/.well-known/smart-configuration", nil)
	return a.verdict == done && json.Unmarshal(a.body, &c) == nil && c.TokenEndpoint != "" &&
		slices.Contains(c.Capabilities, "client-confidential-asymmetric")
}

// agreeing is how many times in a row a server must turn our ids down before it
// is taken to make its own. Whoever is wrong about that sends everything twice.
const agreeing = 3

// probe finds out whether a server takes ids of ours if it does not say, as
// HAPI FHIR does not: it puts something that means nothing there, looks whether
// it is there under that id, and takes it away. Once is enough for yes.
func (s *Sender) probe(ctx context.Context) (*bool, answer) {
	for range agreeing {
		yes, a := s.takesID(ctx)
		if a.verdict != done {
			return nil, a
		}
		if yes {
			return &yes, answer{}
		}
	}
	no := false
	return &no, answer{}
}

func (s *Sender) takesID(ctx context.Context) (bool, answer) {
	id := uuid.NewString()
	body := []byte(`{"resourceType":"Basic","id":"` + id + `","code":{"text":"whether the ids of clients are taken"}}`)
	a := s.call(ctx, http.MethodPut, "/Basic/"+id, body)
	if a.verdict != done {
		return false, unlessSaid(a)
	}
	a = s.call(ctx, http.MethodGet, "/Basic/"+id, nil)
	if a.verdict != done {
		return false, unlessSaid(a)
	}
	// What cannot be taken away does no harm.
	_ = s.call(ctx, http.MethodDelete, "/Basic/"+id, nil)
	return viewed(a.body).id == id, answer{}
}

// unlessSaid is done if a FHIR server itself has said no, and not something on
// the way to it.
func unlessSaid(a answer) answer {
	var o operationOutcome
	said := json.Unmarshal(a.body, &o) == nil && o.ResourceType == "OperationOutcome"
	switch {
	case said && (a.verdict == refused || a.verdict == conflicted || a.verdict == unfit):
		return answer{}
	case a.verdict == refused, a.verdict == conflicted, a.verdict == unfit:
		return answer{verdict: unreached, why: "something that is no FHIR server answered", status: a.status}
	}
	return a
}

// visit makes the resources of a visit as this server can keep them: without what it
// does not keep, and files have an address only where they have an id of ours.
func (s *Sender) visit(ctx context.Context, e *records.Encounter, before []*records.Encounter) ([]fhir.Resource, error) {
	op := s.Operator
	op.ByName = s.nameless
	op.Said = s.said(ctx)
	all, err := fhir.Visit(e, before, op)
	if err == nil && (s.serverIDs || slices.Contains(s.omitted, "Binary")) {
		all, err = fhir.Inlined(all)
	}
	if err != nil {
		return nil, err
	}
	return fhir.Without(all, s.omitted)
}
