package carry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A Dispute is a visit that was changed here and where it came from. A person has
// to say which version holds, see records.Access.Settle.
type Dispute struct {
	records.Dispute
	Here *records.Encounter // as it is here
	// Fields are what the two say differently, first here and then there.
	Fields []fhir.Field
}

// nowhere stands for whoever runs the place: the two versions are only compared.
const nowhere = "urn:aidpost"

// Compare returns both versions of a visit that was changed at two places. It is a
// look at the visit.
func (c *Carrier) Compare(ctx context.Context, visit records.ID) (d Dispute, err error) {
	if d.Dispute, err = c.Access.DisputeOf(ctx, visit); err != nil {
		return d, err
	}
	if d.Here, err = c.Access.Encounter(ctx, visit); err != nil {
		return d, err
	}
	ours, err := fhir.Visit(d.Here, nil, fhir.Operator{Base: nowhere})
	if err != nil {
		return d, fmt.Errorf("compare visit %s: %w", visit, err)
	}
	there := *d.Brought.Last()
	there.Patient = d.Here.Patient // who it is is settled elsewhere
	theirs, err := fhir.Visit(&there, nil, fhir.Operator{Base: nowhere})
	if err != nil {
		return d, fmt.Errorf("compare visit %s: %w", visit, err)
	}
	said := map[string][]byte{}
	for _, r := range theirs {
		said[r.Key()] = r.JSON
	}
	for _, r := range ours {
		other, known := said[r.Key()]
		delete(said, r.Key())
		if !known {
			other = nothing(r.Type)
		}
		if d.Fields, err = compared(d.Fields, r.Type, r.JSON, other); err != nil {
			return d, err
		}
	}
	for _, r := range theirs {
		if _, only := said[r.Key()]; only {
			if d.Fields, err = compared(d.Fields, r.Type, nothing(r.Type), r.JSON); err != nil {
				return d, err
			}
		}
	}
	return d, nil
}

func nothing(kind string) []byte { return fmt.Appendf(nil, `{"resourceType":%q}`, kind) }

// compared adds what two versions say differently, if it is about the visit itself
// and what was measured in it. By which number an instrument goes, each place says
// in its own way.
func compared(all []fhir.Field, kind string, ours, theirs []byte) ([]fhir.Field, error) {
	if kind != "Encounter" && kind != "Observation" {
		return all, nil
	}
	more, err := fhir.Fields(ours, theirs)
	if err != nil {
		return nil, fmt.Errorf("compare two versions: %w", err)
	}
	more = slices.DeleteFunc(more, func(f fhir.Field) bool {
		return strings.HasPrefix(f.Ours, "Device/") || strings.HasPrefix(f.Theirs, "Device/")
	})
	return append(all, more...), nil
}
