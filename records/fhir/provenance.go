package fhir

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aidpost/records"
)

// provenance is of this very revision: of all that the visit alone brings. It carries
// the hash of the raw capture of each observation, so that the bytes kept on the
// kiosk prove the record.
func (v *visitBuilder) provenance(made []Resource) Provenance {
	id := v.own("provenance/" + strconv.Itoa(v.e.Revision))
	r := Provenance{
		ResourceType: "Provenance", ID: string(id), Meta: Meta{[]Coding{{System: v.recordSystem(), Code: string(id)}}},
		Recorded: v.time(v.settled()), Activity: dataCreated,
		Agent: []Agent{
			{assembler, reference("Device", v.kioskID())}, {custodian, reference("Organization", v.organizationID())},
		},
	}
	if v.e.Revision > 1 {
		r.Activity = dataUpdated
	}
	r.Agent = append(r.Agent, v.authors()...)
	for _, m := range made {
		switch m.Type {
		case "Encounter", "Observation", "DocumentReference", "DiagnosticReport", "Communication":
			r.Target = append(r.Target, *reference(m.Type, m.ID))
		}
	}
	for _, o := range v.e.Observations {
		if len(o.Capture) > 0 {
			r.Entity = append(r.Entity, Source{"source", Reference{
				Identifier: &Identifier{System: v.Base + "/ids/capture-sha256", Value: CaptureHash(o.Capture)},
				Display:    "raw frames of Observation/" + string(o.ID),
			}})
		}
	}
	return r
}

// Without leaves out kinds of resources that a server does not keep; none but a
// Provenance refers to them.
func Without(all []Resource, kinds []string) ([]Resource, error) {
	if len(kinds) == 0 {
		return all, nil
	}
	var out []Resource
	for _, r := range all {
		if slices.Contains(kinds, r.Type) {
			continue
		}
		if r.Type == "Provenance" {
			var p Provenance
			if err := json.Unmarshal(r.JSON, &p); err != nil {
				return nil, fmt.Errorf("read a Provenance: %w", err)
			}
			p.Target = slices.DeleteFunc(p.Target, func(t Reference) bool {
				kind, _, _ := strings.Cut(t.Reference, "/")
				return slices.Contains(kinds, kind)
			})
			again, err := encode([]any{p})
			if err != nil {
				return nil, err
			}
			r = again[0]
		}
		out = append(out, r)
	}
	return out, nil
}

// CaptureHash is the SHA-256, in hex, of what crossed the wire: for each frame
// a byte that is 1 for what we sent and 0 for what the instrument sent, the
// length in four bytes, highest first, and the bytes. Times are not in it.
func CaptureHash(frames []records.WireFrame) string {
	h := sha256.New()
	for _, f := range frames {
		n := len(f.Bytes)
		head := []byte{0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
		if f.Sent {
			head[0] = 1
		}
		h.Write(head)
		h.Write(f.Bytes)
	}
	return hex.EncodeToString(h.Sum(nil))
}
