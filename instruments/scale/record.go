package scale

import (
	"bytes"
	"strings"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// A Format knows the records of one family.
type Format interface {
	// Find tells where the first record in heard begins and ends. An end of
	// zero is none yet; what comes before begin then never will be part of one.
	Find(heard []byte) (begin, end int)
	// Parse reads a record that Find has found.
	Parse(record []byte) Record
	// Explain names all bytes of a record that Find has found.
	Explain(record []byte, n *instruments.Namer)
}

// A Record is what a scale says about its platform at one moment.
type Record struct {
	Weight vitals.Quantity    // in kg or lb, as the scale says
	Steady bool               // the scale itself calls it so
	Aside  bool               // it says nothing about the platform
	Person string             // whose it is, as somebody told the scale; empty if nobody did
	Fault  *instruments.Fault // why it has no weight; nil if it has one
}

// least is what no platform with a person on it weighs less than. It is the
// lower end of what is plausible.
func least(u vitals.Unit) vitals.Decimal {
	low, _, _ := vitals.PlausibleRange(vitals.Weight, u)
	return low
}

// empty reports that nobody stands on the platform.
func (r Record) empty() bool {
	return !r.Aside && r.Fault == nil && r.Weight.Value.Cmp(least(r.Weight.Unit)) < 0
}

// weighs reports that somebody stands there and keeps still.
func (r Record) weighs() bool { return !r.Aside && r.Fault == nil && r.Steady && !r.empty() }

// says reports that two records say the same.
func (r Record) says(other Record) bool {
	f, g := r.Fault, other.Fault
	if f != nil && g != nil {
		return *f == *g
	}
	return r == other
}

// values returns the weight, or the *Fault of one that cannot be.
func (r Record) values() (vitals.Values, *instruments.Fault) {
	values := vitals.Values{{Measure: vitals.Weight, Quantity: r.Weight}}
	if vitals.CheckPlausible(values) != nil {
		return nil, instruments.NewFault(instruments.Implausible, "a weight that no person has")
	}
	return values, nil
}

// strange reports that the record names a person, but not the one of the visit.
func (r Record) strange(job instruments.Job) bool {
	number := func(s string) string { return strings.TrimLeft(strings.TrimSpace(s), "0") }
	return number(r.Person) != "" && number(r.Person) != number(job.Person)
}

// Overload is the fault of a platform that bears more than the scale measures.
func Overload() *instruments.Fault {
	return instruments.NewFault(instruments.OutOfRange, "more than the scale can weigh")
}

// Tared is the fault of a weight that something was taken off.
func Tared() *instruments.Fault {
	return instruments.NewFault(instruments.OutOfOrder, "the scale takes off a tare: clear it")
}

// Malformed is the fault of a record whose parts contradict each other.
func Malformed(why string) *instruments.Fault {
	return instruments.NewFault(instruments.Garbled, "a record that cannot be: "+why)
}

// Weight reads a number and the unit that a scale gives with it. Grams become
// kilograms, exactly.
func Weight(number, unit string) (vitals.Quantity, bool) {
	value, err := vitals.ParseDecimal(strings.TrimPrefix(strings.TrimSpace(number), "+"))
	if err != nil {
		return vitals.Quantity{}, false
	}
	switch unit {
	case "kg":
		return vitals.Quantity{Value: value, Unit: vitals.Kilogram}, true
	case "lb":
		return vitals.Quantity{Value: value, Unit: vitals.Pound}, true
	case "g":
		value, ok := thousandth(value)
		return vitals.Quantity{Value: value, Unit: vitals.Kilogram}, ok
	}
	return vitals.Quantity{}, false
}

// thousandth moves the point by three digits.
func thousandth(d vitals.Decimal) (vitals.Decimal, bool) {
	sign, digits := "", d.String()
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, frac, _ := strings.Cut(digits, ".")
	whole = strings.Repeat("0", max(4-len(whole), 0)) + whole
	at := len(whole) - 3
	moved, err := vitals.ParseDecimal(sign + whole[:at] + "." + whole[at:] + frac)
	return moved, err == nil
}

// Lines is the Format of a scale whose records are lines.
type Lines struct {
	// Read reads a line without its end, and reports whether it is a record.
	Read func(line []byte) (Record, bool)
	// Name names the bytes of such a line.
	Name func(line []byte, n *instruments.Namer)
}

var lineEnd = []byte("\r\n")

// Find implements Format. Noise before a record is on its line.
func (f Lines) Find(heard []byte) (begin, end int) {
	for begin < len(heard) {
		n := bytes.Index(heard[begin:], lineEnd)
		if n < 0 {
			break
		}
		for line := heard[begin : begin+n]; len(line) > 0; line = line[1:] {
			if _, ok := f.Read(line); ok {
				return begin + n - len(line), begin + n + len(lineEnd)
			}
		}
		begin += n + len(lineEnd)
	}
	return begin, 0
}

// Parse implements Format.
func (f Lines) Parse(record []byte) Record {
	r, ok := f.Read(bytes.TrimSuffix(record, lineEnd))
	if !ok {
		return Record{Fault: Malformed("it has another shape")}
	}
	return r
}

// Explain implements Format.
func (f Lines) Explain(record []byte, n *instruments.Namer) {
	f.Name(bytes.TrimSuffix(record, lineEnd), n)
	n.Name(len(lineEnd), "CR LF", "end of the line")
}
