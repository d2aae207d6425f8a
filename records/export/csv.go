// Package export writes records for other programs: a table for a spreadsheet
// or a statistics program, and resources for whoever speaks FHIR. Both take one
// encounter after the other and hold none of them.
package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

// Columns are the columns of the table. A row is one measured value: a blood
// pressure is two or three rows with the same observation. Codes are LOINC,
// units UCUM; times carry the offset of the place.
func Columns() []string {
	return []string{
		"encounter", "observation", "taken", "code", "name", "comparator", "value", "unit", "interpretation",
		"status", "counts", "reading", "meal", "flags", "driver", "device_maker", "device_model", "device_serial", "clock_drift_s",
		"organization", "location", "kiosk", "patient", "given", "family", "birth_date",
	}
}

// A Table writes rows of comma-separated values by RFC 4180, in UTF-8.
type Table struct {
	to *csv.Writer
	// nameless leaves out who people are; their ids stay, so that visits of one
	// person can still be told to be.
	nameless bool
	rows     int64
}

// NewTable begins a table with its header.
func NewTable(w io.Writer, nameless bool) (*Table, error) {
	t := &Table{to: csv.NewWriter(w), nameless: nameless}
	if err := t.to.Write(Columns()); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	return t, nil
}

// Rows returns how many rows were written, without the header.
func (t *Table) Rows() int64 { return t.rows }

// Close writes what is still held back. It does not close the writer.
func (t *Table) Close() error {
	t.to.Flush()
	if err := t.to.Error(); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

// Add writes the rows of an encounter. What was voided or does not count is
// there and says so.
func (t *Table) Add(e *records.Encounter) error {
	zone := time.UTC
	if z, err := time.LoadLocation(e.Zone); err == nil {
		zone = z
	}
	for i := range e.Observations {
		o := &e.Observations[i]
		resources, err := fhir.Observations(*o, fhir.Context{Encounter: e.ID, Zone: zone})
		if err != nil {
			return fmt.Errorf("observation %s: %w", o.ID, err)
		}
		for _, r := range resources {
			if err := t.resource(e, o, &r, zone); err != nil {
				return fmt.Errorf("write table: %w", err)
			}
		}
	}
	return nil
}

// resource writes a row for each value of a FHIR Observation.
func (t *Table) resource(e *records.Encounter, o *records.Observation, r *fhir.Observation, zone *time.Location) error {
	if r.ValueQuantity != nil {
		if err := t.row(e, o, r, r.Code, *r.ValueQuantity, zone); err != nil {
			return err
		}
	}
	for _, c := range r.Component {
		if c.ValueQuantity == nil {
			continue
		}
		if err := t.row(e, o, r, c.Code, *c.ValueQuantity, zone); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) row(e *records.Encounter, o *records.Observation, r *fhir.Observation, code fhir.CodeableConcept, q fhir.Quantity, zone *time.Location) error {
	t.rows++
	first := fhir.Coding{Display: code.Text}
	if len(code.Coding) > 0 {
		first = code.Coding[0]
	}
	drift := ""
	if !o.Origin.InstrumentAt.IsZero() {
		drift = strconv.FormatInt(int64(o.Origin.Drift), 10)
	}
	device := o.Origin.Device
	row := []string{
		string(e.ID), string(o.ID), o.Taken.In(zone).Format(time.RFC3339), first.Code, first.Display,
		q.Comparator, vitals.Decimal(q.Value).String(), q.Code, interpretation(r),
		r.Status, yes(o.Result()), number(o.Number), string(o.Meal), joined(o.Flags), o.Origin.Driver,
		device.Maker, device.Model, device.Serial, drift,
		e.Place.Organization, e.Place.Location, e.Place.Kiosk,
	}
	row = append(row, t.person(e.Patient)...)
	for i := range row {
		row[i] = harmless(row[i])
	}
	return t.to.Write(row)
}

// person returns the last four columns; a guest's are empty.
func (t *Table) person(p *records.Patient) []string {
	if p == nil {
		return []string{"", "", "", ""}
	}
	if t.nameless {
		return []string{string(p.ID), "", "", ""}
	}
	birth := ""
	if p.BirthDate != (records.Date{}) {
		birth = p.BirthDate.String()
	}
	if p.BirthEstimated {
		birth = fmt.Sprintf("%04d", p.BirthDate.Year)
	}
	return []string{string(p.ID), p.Given, p.Family, birth}
}

func interpretation(r *fhir.Observation) string {
	var codes []string
	for _, c := range r.Interpretation {
		for _, coding := range c.Coding {
			codes = append(codes, coding.Code)
		}
	}
	return strings.Join(codes, " ")
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// number leaves the number of a reading in its series out where it has none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func joined[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return strings.Join(texts, " ")
}

// harmless keeps a spreadsheet from running what somebody typed as a name: a
// cell that begins like a formula gets an apostrophe, as OWASP advises. Numbers
// pass.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}
