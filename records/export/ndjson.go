package export

import (
	"fmt"
	"io"

	"aidpost/records"
	"aidpost/records/fhir"
)

// Resources writes FHIR R4 resources, one a line, into a stream for each type,
// as the Bulk Data specification has them. A resource that several encounters
// share, such as a patient, is written once: as it stands in the newest.
type Resources struct {
	op   fhir.Operator
	open func(resourceType string) (io.Writer, error)

	streams map[string]io.Writer
	shared  map[string]bool // by key; visits' own resources are not kept in it
	counts  map[string]int64
}

// NewResources begins an export. open is asked once for each type of resource.
func NewResources(op fhir.Operator, open func(resourceType string) (io.Writer, error)) *Resources {
	return &Resources{op: op, open: open, streams: map[string]io.Writer{}, shared: map[string]bool{}, counts: map[string]int64{}}
}

// Counts returns how many resources of each type were written.
func (x *Resources) Counts() map[string]int64 { return x.counts }

// sharedType reports whether more than one encounter may refer to a resource of
// the type.
func sharedType(name string) bool {
	switch name {
	case "Patient", "Organization", "Location", "Device", "DeviceMetric", "Practitioner", "PractitionerRole":
		return true
	}
	return false
}

// Add writes the resources of an encounter. Encounters come newest first.
func (x *Resources) Add(e *records.Encounter) error {
	all, err := fhir.Visit(e, nil, x.op)
	if err != nil {
		return fmt.Errorf("encounter %s: %w", e.ID, err)
	}
	for _, r := range all {
		guest := r.Type == "Patient" && e.Patient == nil // one for each visit
		if sharedType(r.Type) && !guest {
			if x.shared[r.Key()] {
				continue
			}
			x.shared[r.Key()] = true
		}
		if err := x.write(r); err != nil {
			return fmt.Errorf("write %s: %w", r.Type, err)
		}
	}
	return nil
}

func (x *Resources) write(r fhir.Resource) error {
	to, ok := x.streams[r.Type]
	if !ok {
		var err error
		if to, err = x.open(r.Type); err != nil {
			return err
		}
		x.streams[r.Type] = to
	}
	x.counts[r.Type]++
	_, err := to.Write(append(r.JSON[:len(r.JSON):len(r.JSON)], '\n'))
	return err
}
