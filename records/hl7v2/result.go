package hl7v2

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// Parties say between whom messages go.
type Parties struct {
	// Operator is who runs the kiosk, whose numbers of people these are.
	Operator fhir.Operator
	// Application and Facility name the receiver, as it wants to be named.
	Application, Facility string
	// CommitOnly asks for no more than that the receiver has stored a message.
	// Else it has to say that it has taken it in.
	CommitOnly bool
}

// A Message is one message, without its frame.
type Message struct {
	// ControlID is the same for the same revision of a visit each time, so that
	// a receiver finds out what came twice.
	ControlID string
	Text      []byte
}

// Result says what a visit gave. Made is when its revision was saved: the same
// revision always gives the same bytes. Before are the earlier revisions: what
// counted in one of them and does not any more is sent once more, as wrong. Of
// a visit with nothing to say it reports false; what HL7 has no place for gives
// an error that matches fhir.ErrUnmappable.
func Result(e *records.Encounter, before []*records.Encounter, p Parties, made time.Time) (Message, bool, error) {
	b := builder{Parties: p, e: e, zone: time.UTC, made: made}
	if zone, err := time.LoadLocation(e.Zone); err == nil {
		b.zone = zone
	}
	results := toSay(e, before)
	if len(results) == 0 {
		return Message{}, false, nil
	}
	m := Message{ControlID: controlID(e)}
	b.header(m.ControlID)
	b.person()
	b.visit()
	for i, o := range results {
		if err := b.result(i+1, o); err != nil {
			return Message{}, false, err
		}
	}
	var text strings.Builder
	for _, s := range b.segments {
		text.WriteString(s.String())
		text.WriteByte('\r')
	}
	m.Text = []byte(text.String())
	return m, true, nil
}

// toSay lists the results of a visit, and after them what counted before and
// does not any more, as voided.
func toSay(e *records.Encounter, before []*records.Encounter) []records.Observation {
	var all []records.Observation
	said := map[records.ID]bool{}
	for _, o := range e.Observations {
		if o.Result() {
			all, said[o.ID] = append(all, o), true
		}
	}
	for _, old := range slices.Backward(before) {
		for _, o := range old.Observations {
			if !o.Result() || said[o.ID] {
				continue
			}
			said[o.ID] = true
			if i := slices.IndexFunc(e.Observations, func(now records.Observation) bool { return now.ID == o.ID }); i >= 0 {
				o = e.Observations[i]
			}
			o.State = records.Voided
			all = append(all, o)
		}
	}
	return all
}

// controlID is the message's name: at most 20 characters in HL7 v2.5.1. A visit
// that is another's since records were merged is another message, which a
// receiver must not take for the one it has.
func controlID(e *records.Encounter) string {
	name := string(e.ID) + "/" + strconv.Itoa(e.Revision)
	if e.Patient != nil {
		name += "/" + string(e.Patient.ID)
	}
	sum := sha256.Sum256([]byte(name))
	return strings.ToUpper(hex.EncodeToString(sum[:10]))
}

// A builder writes the segments of one message.
type builder struct {
	Parties
	e        *records.Encounter
	zone     *time.Location
	made     time.Time
	segments []*segment
	set      int // of OBX, within an OBR
}

func (b *builder) add(name string) *segment {
	s := &segment{name: name}
	b.segments = append(b.segments, s)
	return s
}

func (b *builder) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t.In(b.zone))
}

func (b *builder) header(control string) {
	s := b.add("MSH")
	s.set(2, encodingCharacters).set(3, parts(b.kiosk()...)).set(4, parts(b.organization()...)).text(5, b.Application).text(6, b.Facility).set(7, b.time(b.made))
	s.set(9, parts("ORU", "R01", "ORU_R01")).text(10, control).text(11, "P").text(12, "2.5.1")
	if b.CommitOnly {
		s.text(15, "AL").text(16, "NE")
	} else {
		s.text(15, "NE").text(16, "AL")
	}
	s.text(18, "UNICODE UTF-8")
}

// kiosk and organization name those who answer for numbers: a name that HL7 may
// have cut, and an id.
func (b *builder) kiosk() []string {
	return []string{short(b.e.Place.Kiosk), string(b.Operator.KioskID(b.e.Place)), "UUID"}
}

func (b *builder) organization() []string {
	return []string{short(b.e.Place.Organization), string(b.Operator.OrganizationID(b.e.Place)), "UUID"}
}

// person is who was measured: a guest has a number and no name.
func (b *builder) person() {
	s := b.add("PID").text(1, "1")
	own := func(id records.ID) string { return number(string(id), b.Operator.Base+"/ids/record", "PI") }
	p := b.e.Patient
	if p == nil {
		s.set(3, own(fhir.GuestID(b.e.ID))).set(5, parts("Guest", "", "", "", "", "", "S"))
		return
	}
	var numbers, phones []string
	for _, id := range p.Identifiers {
		switch {
		case strings.TrimSpace(id.Value) == "":
		case id.System == records.PhoneSystem: // a household may share it
			phones = append(phones, parts("", "", "PH", "", "", "", "", "", "", "", "", id.Value))
		default:
			numbers = append(numbers, number(id.Value, b.Operator.IdentifierSystem(id.System), "MR"))
		}
	}
	s.set(3, strings.Join(append(numbers, own(p.ID)), "~"))
	s.set(5, parts(p.Family, p.Given, "", "", "", "", "L"))
	birth := strings.ReplaceAll(p.BirthDate.String(), "-", "")
	if p.BirthEstimated {
		birth = birth[:min(4, len(birth))] // as exact as it is known
	}
	s.set(7, birth).text(8, sexes[p.Sex])
	s.set(13, strings.Join(phones, "~"))
	if p.Language != "" {
		s.text(15, p.Language)
	}
}

// sexes are PID-8 (table 0001).
var sexes = map[records.Sex]string{records.Female: "F", records.Male: "M", records.OtherSex: "O", records.UnknownSex: "U"}

// number is an identifier with whoever gave it. A URI is no namespace but a
// universal one.
func number(value, system, kind string) string {
	authority := joined('&', []string{"", system, "URI"})
	if oid, ok := strings.CutPrefix(system, "urn:oid:"); ok {
		authority = joined('&', []string{"", oid, "ISO"})
	}
	return escape(value) + "^^^" + authority + "^" + kind
}

func (b *builder) visit() {
	location := escape(short(b.e.Place.Location)) + "^^^" + joined('&', b.organization())
	if name := strings.TrimSpace(b.e.Place.Location); name != short(name) {
		location += "^^^^^" + escape(name) // PL.9 takes it whole
	}
	s := b.add("PV1").text(1, "1").text(2, "O").set(3, location)
	s.text(19, string(b.e.ID)).set(44, b.time(b.e.Started)).set(45, b.time(b.e.Ended))
}

// result writes one result: the order that it fills, which nobody placed, and
// its values.
func (b *builder) result(set int, o records.Observation) error {
	context := fhir.Context{Base: b.Parties.Operator.Base, Encounter: b.e.ID, Zone: b.zone, Issued: b.e.Ended, Operator: b.e.Operator}
	resources, err := fhir.Observations(o, context)
	if err != nil {
		return err
	}
	status := statuses[o.State]
	if status == "" || len(resources) == 0 {
		return fmt.Errorf("state %.40q: %w", o.State, fhir.ErrUnmappable)
	}
	filler := parts(append([]string{string(o.ID)}, b.kiosk()...)...)
	group := parts(append([]string{string(b.e.ID)}, b.kiosk()...)...)
	b.add("ORC").text(1, "RE").set(3, filler).set(4, group).text(5, "CM")
	obr := b.add("OBR").text(1, strconv.Itoa(set)).set(3, filler).set(4, meaning(resources[0].Code))
	obr.set(7, b.time(o.Taken)).set(22, b.time(b.made)).text(25, status)
	if o.State == records.Voided {
		obr.text(25, "C") // an order's results are corrected, never wrong (table 0123)
	}
	b.notes(resources[0])
	b.set = 0
	specimen := false
	for _, r := range resources {
		b.values(o, r, status)
		specimen = specimen || r.Specimen != nil
	}
	if specimen {
		b.add("SPM").text(1, "1").set(4, parts("122554006", "Capillary blood specimen", "SCT"))
	}
	return nil
}

// statuses are OBX-11 (table 0085): final, corrected, and posted as wrong.
var statuses = map[records.ObservationState]string{records.Arrived: "P", records.Confirmed: "F", records.Amended: "C", records.Voided: "W"}

// notes are what is to be known of a result beside its values, and by which
// rules it was judged.
func (b *builder) notes(r fhir.Observation) {
	var texts []string
	for _, n := range r.Note {
		texts = append(texts, n.Text)
	}
	for _, i := range r.Interpretation {
		if i.Text != "" {
			texts = append(texts, "Judged by "+i.Text)
		}
	}
	for i, t := range texts {
		b.add("NTE").text(1, strconv.Itoa(i+1)).text(2, "L").text(3, t)
	}
}
