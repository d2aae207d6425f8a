package hl7v2

import (
	"strconv"
	"strings"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

// values writes the OBX of one FHIR resource.
func (b *builder) values(o records.Observation, r fhir.Observation, status string) {
	if len(r.Component) == 0 || r.ValueQuantity != nil {
		b.value(o, r, r.Code, r.ValueQuantity, nil, status).set(8, flags(r.Interpretation))
	} else {
		b.both(o, r, status)
	}
	for _, c := range r.Component {
		b.value(o, r, c.Code, c.ValueQuantity, c.ValueCodeableConcept, status)
	}
}

// both writes the two pressures as one text, as they were judged: a flag on one
// of them alone would say what nobody has judged.
func (b *builder) both(o records.Observation, r fhir.Observation, status string) {
	if len(r.Interpretation) == 0 || len(r.Component) < 2 {
		return
	}
	first, second := r.Component[0].ValueQuantity, r.Component[1].ValueQuantity
	if first == nil || second == nil {
		return
	}
	s := b.value(o, r, r.Code, nil, nil, status).text(2, "ST").text(11, status)
	s.text(5, plainNumber(first)+"/"+plainNumber(second)).set(6, unit(first)).set(8, flags(r.Interpretation))
}

func plainNumber(q *fhir.Quantity) string { return q.Comparator + vitals.Decimal(q.Value).String() }

// value writes one OBX. One without a value says that there is none.
func (b *builder) value(o records.Observation, r fhir.Observation, code fhir.CodeableConcept, q *fhir.Quantity, c *fhir.CodeableConcept, status string) *segment {
	b.set++
	s := b.add("OBX").text(1, strconv.Itoa(b.set)).set(3, meaning(code)).text(11, status)
	switch {
	case q != nil && q.Comparator != "":
		s.text(2, "SN").set(5, parts(q.Comparator, vitals.Decimal(q.Value).String())).set(6, unit(q))
	case q != nil:
		s.text(2, "NM").text(5, vitals.Decimal(q.Value).String()).set(6, unit(q))
	case c != nil:
		s.text(2, "CE").set(5, meaning(*c))
	case status == "F":
		s.text(11, "X") // cannot be obtained
	}
	s.set(14, b.time(o.Taken))
	for _, by := range r.Performer {
		s.set(16, parts("", by.Display))
	}
	if r.Method != nil {
		s.set(17, meaning(*r.Method))
	}
	if o.Origin.EnteredBy == "" {
		s.set(18, instrument(o.Origin.Device))
	}
	return s
}

// instrument names what measured: its serial number, or ours if it has none, and
// its model, both by its maker.
func instrument(d records.Device) string {
	serial, model, maker := strings.TrimSpace(d.Serial), strings.TrimSpace(d.Model), short(d.Maker)
	if serial == "" {
		serial = string(d.ID)
	}
	var all []string
	for _, name := range []string{serial, model} {
		if name != "" {
			all = append(all, parts(name, maker))
		}
	}
	return strings.Join(all, "~")
}

// systems are the names of code systems (table 0396).
var systems = map[string]string{
	"http://loinc.org": "LN", "http://snomed.info/sct": "SCT", "urn:iso:std:iso:11073:10101": "MDC",
}

// meaning writes a code: of LOINC's the last one, which is the most exact, and
// one of another system beside it. Codes of the operator's own are local.
func meaning(c fhir.CodeableConcept) string {
	var first, second *fhir.Coding
	for i := range c.Coding {
		coding := &c.Coding[i]
		if first == nil || coding.System == first.System {
			first = coding
		} else {
			second = coding
		}
	}
	if first == nil {
		return parts("", c.Text)
	}
	texts := coded(*first, c.Text)
	if second != nil {
		texts = append(texts, coded(*second, "")...)
	}
	return parts(texts...)
}

func coded(c fhir.Coding, text string) []string {
	system, known := systems[c.System]
	if !known {
		system = "L"
	}
	if c.Display != "" {
		text = c.Display
	}
	return []string{c.Code, text, system}
}

func unit(q *fhir.Quantity) string { return parts(q.Code, q.Unit, "UCUM") }

// flags are OBX-8, which may be several (table 0078).
func flags(all []fhir.CodeableConcept) string {
	var codes []string
	for _, i := range all {
		for _, c := range i.Coding {
			codes = append(codes, escape(c.Code))
		}
	}
	return strings.Join(codes, "~")
}
