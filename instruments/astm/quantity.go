package astm

import (
	"cmp"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// The fields of a result record, as the standard counts.
const (
	fieldTest      = 3
	fieldValue     = 4
	fieldUnits     = 5
	fieldFlags     = 7
	fieldStatus    = 9
	fieldStarted   = 12
	fieldCompleted = 13
)

// The fields of the records above a result.
const (
	fieldSender     = 5  // of a header
	fieldProcessing = 12 // of a header: production, training, debugging, quality
	fieldMessage    = 14 // of a header: when it was made
	fieldAction     = 12 // of an order
	fieldSpecimen   = 16 // of an order
)

// quality marks orders and messages about control material.
const quality = "Q"

// units are those in which a measure may come, by their spelling in lower case.
var units = map[string]vitals.Unit{"mg/dl": vitals.MgPerDL, "mmol/l": vitals.MmolPerL, "%": vitals.Percent}

// readQuantity reads a value that a record gives in words: the number with an
// optional < or >, the units, and a comparator from its flags. A value without
// a number is only said to be out of range.
func readQuantity(measure vitals.Measure, number, unit string, flag vitals.Comparator) (vitals.Quantity, *instruments.Fault) {
	written := flag
	for _, c := range []vitals.Comparator{vitals.Below, vitals.Above} {
		if rest, ok := strings.CutPrefix(number, string(c)); ok {
			written, number = c, strings.TrimSpace(rest)
		}
	}
	switch strings.ToUpper(number) {
	case "HI", "HIGH":
		written, number = vitals.Above, ""
	case "LO", "LOW":
		written, number = vitals.Below, ""
	}
	if flag = cmp.Or(flag, written); flag != written {
		return vitals.Quantity{}, instruments.NewFault(instruments.DamagedRecord, "marked as both below and above the range")
	}
	switch {
	case number != "":
	case flag == vitals.Above:
		return vitals.Quantity{}, instruments.NewFault(instruments.AboveRange, "without the limit")
	case flag == vitals.Below:
		return vitals.Quantity{}, instruments.NewFault(instruments.BelowRange, "without the limit")
	}
	value, err := vitals.ParseDecimal(number)
	if err != nil {
		return vitals.Quantity{}, instruments.NewFault(instruments.DamagedRecord, "the value is not a number")
	}
	q := vitals.Quantity{Value: value, Unit: units[strings.ToLower(unit)], Comparator: flag}
	low, high, known := vitals.PlausibleRange(measure, q.Unit)
	switch {
	case !known:
		return vitals.Quantity{}, instruments.NewFault(instruments.DamagedRecord, "in a unit that is not known: "+printable(unit))
	case value.Cmp(low) < 0, value.Cmp(high) > 0:
		return vitals.Quantity{}, instruments.NewFault(instruments.Implausible, "outside "+low.String()+" to "+high.String()+" "+q.Unit.Symbol())
	}
	return q, nil
}

// printable makes a text of the instrument fit for a message to staff.
func printable(s string) string {
	const longest = 20
	var out strings.Builder
	for _, c := range s {
		if out.Len() >= longest {
			break
		}
		if c <= ' ' || c > '~' {
			c = '?'
		}
		out.WriteRune(c)
	}
	return out.String()
}

// A held result waits for the end of its message.
type held struct {
	measure vitals.Measure
	row     meter.Row
	frames  []instruments.Frame
}

// add offers the result to the visit's selection and returns what it becomes.
func (h held) add(selection *meter.Selection) instruments.Event {
	event := selection.Add(h.row, h.frames...)
	if reading, ok := event.(*instruments.Reading); ok && h.measure != vitals.Glucose {
		reading.Panel = vitals.Laboratory
		reading.Values = vitals.Values{{Measure: h.measure, Quantity: h.row.Value}}
	}
	return event
}
