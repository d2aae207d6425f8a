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
	op    fhir.Operator
	open  func(resourceType string) (io.Writer, error)
	first func(records.ID) (bool, error)

	streams map[string]io.Writer
	// shared are those written of what several visits refer to, by key: places,
	// staff and instruments, which are few. People are first's to remember.
	shared map[string]bool
	counts map[string]int64
}

// NewResources begins an export. open is asked once for each type of resource, and
// first with each visit of a person whether it is their first one here: of the
// people in the records there are too many to remember each, see records.Roll.
func NewResources(op fhir.Operator, open func(resourceType string) (io.Writer, error), first func(records.ID) (bool, error)) *Resources {
	return &Resources{
		op: op, open: open, first: first,
		streams: map[string]io.Writer{}, shared: map[string]bool{}, counts: map[string]int64{},
	}
}

// Counts returns how many resources of each type were written.
func (x *Resources) Counts() map[string]int64 { return x.counts }

// sharedType reports whether visits of more than one person may refer to a resource
// of the type.
func sharedType(name string) bool {
	switch name {
	case "Organization", "Location", "Device", "DeviceMetric", "Practitioner", "PractitionerRole":
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
	met := false
	if e.Patient != nil {
		first, err := x.first(e.Patient.ID)
		if err != nil {
			return fmt.Errorf("encounter %s: %w", e.ID, err)
		}
		met = !first
	}
	for _, r := range all {
		if r.Type == "Patient" { // a guest's is of the visit alone
			if met {
				continue
			}
		} else if sharedType(r.Type) {
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
