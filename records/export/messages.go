package export

import (
	"fmt"
	"io"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/hl7v2"
)

// Messages writes results as HL7 version 2.5.1 messages, one for each visit, into
// a file for import: by the batch protocol of that standard (2.10.3), a header
// before them and their number after them.
type Messages struct {
	to      io.Writer
	parties hl7v2.Parties
	made    time.Time
	count   int
}

// NewMessages begins a file that is made at an instant.
func NewMessages(w io.Writer, op fhir.Operator, made time.Time) (*Messages, error) {
	m := &Messages{to: w, parties: hl7v2.Parties{Operator: op}, made: made}
	return m, m.write(hl7v2.BatchHead(made))
}

// Count returns how many messages were written: a visit without a result has
// none.
func (m *Messages) Count() int { return m.count }

// Add writes the message of an encounter.
func (m *Messages) Add(e *records.Encounter) error {
	message, says, err := hl7v2.Result(e, nil, m.parties, fhir.SummaryTime(e))
	if err != nil {
		return fmt.Errorf("encounter %s: %w", e.ID, err)
	}
	if !says {
		return nil
	}
	m.count++
	return m.write(message.Text)
}

// Close writes the end. It does not close the writer.
func (m *Messages) Close() error { return m.write(hl7v2.BatchTail(m.count)) }

func (m *Messages) write(text []byte) error {
	if _, err := m.to.Write(text); err != nil {
		return fmt.Errorf("write messages: %w", err)
	}
	return nil
}
