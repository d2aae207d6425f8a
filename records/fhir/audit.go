package fhir

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/staff"
)

// An AuditEvent is an entry of the audit trail. It holds no clinical value, no
// patient's name and no free text.
type AuditEvent struct {
	ResourceType string        `json:"resourceType"`
	ID           string        `json:"id"`
	Meta         Meta          `json:"meta"`
	Type         Coding        `json:"type"`
	Subtype      []Coding      `json:"subtype,omitempty"`
	Action       string        `json:"action"`
	Recorded     string        `json:"recorded"`
	Outcome      string        `json:"outcome"`
	Agent        []AuditAgent  `json:"agent"`
	Source       AuditSource   `json:"source"`
	Entity       []AuditEntity `json:"entity,omitempty"`
}

// An AuditAgent is who did it.
type AuditAgent struct {
	Type      *CodeableConcept  `json:"type,omitempty"`
	Role      []CodeableConcept `json:"role,omitempty"`
	Who       *Reference        `json:"who,omitempty"`
	AltID     string            `json:"altId,omitempty"` // of the operating system
	Requestor bool              `json:"requestor"`
}

// An AuditSource is the kiosk that put it on record.
type AuditSource struct {
	Site     string     `json:"site,omitempty"`
	Observer *Reference `json:"observer"`
}

// An AuditEntity is what it was done to.
type AuditEntity struct {
	What *Reference `json:"what"`
	Type Coding     `json:"type"`
	Role Coding     `json:"role"`
}

// Events of DICOM's audit trail (PS3.16, CID 400) and of FHIR.
const (
	dicom       = "http://dicom.nema.org/resources/ontology/DCM"
	entityTypes = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
	objectRoles = "http://terminology.hl7.org/CodeSystem/object-role"
)

var (
	applicationActivity = Coding{dicom, "110100", "Application Activity"}
	auditLogUsed        = Coding{dicom, "110101", "Audit Log Used"}
	exported            = Coding{dicom, "110106", "Export"}
	imported            = Coding{dicom, "110107", "Import"}
	patientRecord       = Coding{dicom, "110110", "Patient Record"}
	queried             = Coding{dicom, "110112", "Query"}
	securityAlert       = Coding{dicom, "110113", "Security Alert"}
	userAuthentication  = Coding{dicom, "110114", "User Authentication"}

	aPerson     = Coding{entityTypes, "1", "Person"}
	anObject    = Coding{entityTypes, "2", "System Object"}
	asPatient   = Coding{objectRoles, "1", "Patient"}
	asReport    = Coding{objectRoles, "3", "Report"}
	humanUser   = CodeableConcept{Coding: []Coding{{"http://terminology.hl7.org/CodeSystem/extra-security-role-type", "humanuser", "human user"}}}
	outcomesFor = map[records.Outcome]string{records.Done: "0", records.Refused: "4", records.Failed: "8"}
)

// auditKinds says what each action is in DICOM's words, and whether it creates,
// reads, updates, deletes or executes. Actions that are not here are activities
// of the application.
var auditKinds = map[staff.Action]struct {
	event Coding
	does  string
}{
	staff.FindPatient: {queried, "E"}, staff.SearchPatients: {queried, "E"}, staff.ListRecords: {queried, "E"},
	staff.ReadHistory: {patientRecord, "R"}, staff.ReadRecord: {patientRecord, "R"},
	staff.SaveRecord: {patientRecord, "C"}, staff.AmendRecord: {patientRecord, "U"}, staff.VoidRecord: {patientRecord, "U"},
	staff.MergePatient: {patientRecord, "U"}, staff.ErasePatient: {patientRecord, "D"},
	"patient.create": {patientRecord, "C"}, "patient.change": {patientRecord, "U"}, "patient.unmerge": {patientRecord, "U"},
	staff.CarryOut: {exported, "R"}, staff.CarryIn: {imported, "C"},
	staff.PrintRecord: {exported, "R"}, staff.ExportRecord: {exported, "R"}, staff.ReadAudit: {auditLogUsed, "R"}, staff.PrintAudit: {auditLogUsed, "R"},
	"audit.broken": {securityAlert, "E"}, "clock.moved": {securityAlert, "E"},
	"staff.sign-in": {userAuthentication, "E"}, "staff.sign-out": {userAuthentication, "E"},
}

// Audit returns an entry of the trail of a kiosk. Held says whether the server
// has a resource: of somebody who did not agree to share not even the number
// leaves. The same entry gives the same bytes as long as that stays so.
func Audit(e records.AuditEntry, p records.Place, op Operator, held func(kind string, id records.ID) bool) (Resource, error) {
	kiosk := op.KioskID(p)
	space, err := uuid.Parse(string(kiosk))
	if err != nil || op.Base == "" {
		return Resource{}, ErrUnmappable
	}
	id := uuid.NewSHA1(space, []byte("audit/"+strconv.FormatInt(e.Seq, 10)+"/"+e.At.Format(time.RFC3339Nano))).String()
	kind, ok := auditKinds[e.Action]
	switch {
	case !ok:
		kind.event, kind.does = applicationActivity, "E"
	case e.Action == staff.SaveRecord && e.Revision > 1:
		kind.does = "U"
	}
	r := AuditEvent{
		ResourceType: "AuditEvent", ID: id, Meta: Meta{[]Coding{{System: op.Base + "/ids/record", Code: id}}},
		Type: kind.event, Subtype: []Coding{{System: op.Base + "/codes/action", Code: string(e.Action)}}, Action: kind.does,
		Recorded: e.At.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Outcome: outcomesFor[e.Outcome],
		Agent:  []AuditAgent{op.auditAgent(e, kiosk, held)},
		Source: AuditSource{Site: strings.TrimSpace(p.Organization), Observer: op.reachable("Device", kiosk, held)},
	}
	if r.Outcome == "" {
		r.Outcome = "8"
	}
	if e.Patient != "" && held("Patient", e.Patient) {
		r.Entity = append(r.Entity, AuditEntity{reference("Patient", e.Patient), aPerson, asPatient})
	}
	if e.Object != "" && e.Object != e.Patient && held("Encounter", e.Object) {
		r.Entity = append(r.Entity, AuditEntity{reference("Encounter", e.Object), anObject, asReport})
	}
	all, err := encode([]any{r})
	if err != nil {
		return Resource{}, err
	}
	return all[0], nil
}

// auditAgent is who did it: staff by their account, the program and a patient at
// the screen by the kiosk.
func (o Operator) auditAgent(e records.AuditEntry, kiosk records.ID, held func(string, records.ID) bool) AuditAgent {
	a := AuditAgent{Requestor: e.Role != staff.Program}
	if e.Role != "" {
		a.Role = []CodeableConcept{{Coding: []Coding{{System: o.Base + "/codes/role", Code: string(e.Role)}}}}
	}
	if user := strings.TrimSpace(e.User); user != "" {
		a.AltID = user
	}
	if e.Who == "" {
		a.Who = o.reachable("Device", kiosk, held)
		return a
	}
	a.Type = &humanUser
	a.Who = o.reachable("Practitioner", e.Who, held)
	return a
}

// reachable refers to a resource by its number if the server does not have it.
func (o Operator) reachable(kind string, id records.ID, held func(string, records.ID) bool) *Reference {
	if held(kind, id) {
		return reference(kind, id)
	}
	return &Reference{Identifier: &Identifier{System: o.Base + "/ids/record", Value: string(id)}}
}
