package fhir_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/staff"
)

const (
	nurseID records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f99"
	gpID    records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f98" // whose account is gone
)

// knowing is an operator who knows staff and calibrations and has summaries sent.
func knowing() fhir.Operator {
	op := operator
	op.Staff = func(id records.ID) (fhir.Member, bool) {
		return fhir.Member{Name: "Nurse Okafor", Role: staff.Supervisor}, id == nurseID
	}
	op.Calibrated = func(o records.Origin) (fhir.Calibration, bool) {
		at := taken.AddDate(0, -1, 0)
		return fhir.Calibration{At: at, Due: at.AddDate(1, 0, 0)}, o.Device.Serial == "A17"
	}
	op.Summary = func(e *records.Encounter) (fhir.Summary, bool) {
		return fhir.Summary{PDF: []byte("%PDF-1.4 of " + e.ID), Language: e.Language, Title: "Your visit"}, true
	}
	return op
}

// besideVisit is a corrected visit in which somebody called for help and said to
// have understood what to do.
func besideVisit() *records.Encounter {
	e := wholeVisit()
	e.Revision = 2
	e.Observations[3].State = records.Amended
	e.Observations[3].Correction = records.Correction{By: nurseID, At: taken.Add(time.Hour), Reason: "wrong-value"}
	e.Observations[4].State = records.Amended
	e.Observations[4].Correction = records.Correction{User: "root", At: taken.Add(time.Hour), Reason: "wrong-value"}
	at := e.Observations[2].Taken
	e.Operator = records.Clinician{ID: nurseID, Name: "N. Okafor"}
	e.Tellings = []records.Telling{{
		Observation: third, To: "Dr. Grey", Role: "doctor", Way: "phone", At: at.Add(2 * time.Minute), By: records.Clinician{ID: gpID, Name: "Dr. Who"},
		ReadBack: e.Observations[2].Values[:2], Identified: true,
	}}
	e.Consents = []records.Consent{{Purpose: records.ConsentShare, Given: true, At: at.Add(-3 * time.Minute)}}
	e.Answers = []records.Answer{
		{Question: "help", Answer: "called", At: at.Add(-4 * time.Minute)}, // before anything was agreed to: see Call
		{Question: "help", Answer: "called", At: at.Add(-2 * time.Minute)}, {Question: "help", Answer: "closed", At: at.Add(-time.Minute)},
		{Question: "advice", Answer: "understood", At: at.Add(-time.Minute)}, // of something earlier
		{Question: "advice", Answer: "understood", At: at.Add(30 * time.Second)},
		{Question: "help", Answer: "called", At: at.Add(time.Minute)},
	}
	return e
}

func around(t testing.TB, e *records.Encounter, op fhir.Operator) []fhir.Resource {
	t.Helper()
	all, err := fhir.Visit(e, []*records.Encounter{wholeVisit()}, op)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBesideGolden(t *testing.T) {
	berlin(t)
	var lines bytes.Buffer
	for _, r := range around(t, besideVisit(), knowing()) {
		switch r.Type {
		case "Practitioner", "PractitionerRole", "Encounter", "DeviceMetric", "Binary", "DocumentReference", "DiagnosticReport", "Communication", "Provenance":
			lines.Write(append(r.JSON, '\n'))
		}
	}
	golden(t, "visit-beside.json", indent(t, lines.Bytes()))
}

// TestBesideOrder: what is beside a visit comes after all that it refers to, and
// nothing in it is empty.
func TestBesideOrder(t *testing.T) {
	sent := map[string]bool{}
	for _, r := range around(t, besideVisit(), knowing()) {
		for _, m := range referred.FindAllSubmatch(r.JSON, -1) {
			if !sent[string(m[1])] {
				t.Errorf("%s refers to %s, which comes later or never", r.Key(), m[1])
			}
		}
		var v any
		if err := json.Unmarshal(r.JSON, &v); err != nil {
			t.Fatal(err)
		}
		if where := empty(v, r.Type); where != "" {
			t.Errorf("%s is empty", where)
		}
		if sent[r.Key()] {
			t.Errorf("%s is there twice", r.Key())
		}
		sent[r.Key()] = true
	}
}

// TestBesideCodes pins codes that validators do not know all of: HL7's
// provenance-participant-type and communication-category, LOINC 8716-3, US
// Core's category of documents, ISO/IEEE 11073-10101, UCUM.
func TestBesideCodes(t *testing.T) {
	want := map[string][]string{
		"PractitionerRole":  {"https://clinic.example/codes/role|supervisor"},
		"DeviceMetric":      {mdc + "150020", "http://unitsofmeasure.org|mm[Hg]"},
		"DocumentReference": {loinc + "8716-3", "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category|clinical-note"},
		"Provenance": {
			"http://terminology.hl7.org/CodeSystem/v3-DataOperation|UPDATE",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|assembler",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|author",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|custodian",
		},
		"Communication": {"http://terminology.hl7.org/CodeSystem/communication-category|alert"},
	}
	got := map[string][]string{}
	for _, r := range around(t, besideVisit(), knowing()) {
		var v any
		if err := json.Unmarshal(r.JSON, &v); err != nil {
			t.Fatal(err)
		}
		for _, code := range codings(v) {
			if !slices.Contains(got[r.Type], code) && !strings.Contains(code, "/ids/") {
				got[r.Type] = append(got[r.Type], code)
			}
		}
	}
	for kind, codes := range want {
		slices.Sort(codes)
		slices.Sort(got[kind])
		if !slices.Equal(got[kind], codes) {
			t.Errorf("%s has %v, want %v", kind, got[kind], codes)
		}
	}
}

// TestMessages: the urgent message is received when the person says to have
// understood, and never by what they said before it; a call for help is
// received when it is closed.
func TestMessages(t *testing.T) {
	type message struct{ Priority, Sent, Received string }
	var got []message
	for _, r := range around(t, besideVisit(), operator) {
		if r.Type == "Communication" {
			var m message
			if err := json.Unmarshal(r.JSON, &m); err != nil {
				t.Fatal(err)
			}
			got = append(got, m)
		}
	}
	want := []message{
		{"stat", "2026-03-01T09:30:00+01:00", "2026-03-01T09:30:30+01:00"},
		{"urgent", "2026-03-01T09:28:00+01:00", "2026-03-01T09:29:00+01:00"},
		{"urgent", "2026-03-01T09:31:00+01:00", ""},
		{"stat", "2026-03-01T09:32:00+01:00", "2026-03-01T09:32:00+01:00"}, // told, and read back
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestByName: for a server that keeps no staff they are there by name, and
// nothing refers to them.
func TestByName(t *testing.T) {
	op := knowing()
	op.ByName = true
	for _, r := range around(t, besideVisit(), op) {
		if strings.Contains(string(r.JSON), "Practitioner") {
			t.Errorf("%s", r.JSON)
		}
		if r.Type == "Encounter" && !strings.Contains(string(r.JSON), `"display":"N. Okafor"`) {
			t.Errorf("%s", r.JSON)
		}
	}
}

// TestCalibrationDue: a calibration that is overdue at the visit is said to be.
func TestCalibrationDue(t *testing.T) {
	for due, want := range map[time.Time]string{taken.AddDate(0, 0, 1): "calibrated", taken: "calibration-required"} {
		op := operator
		op.Calibrated = func(records.Origin) (fhir.Calibration, bool) {
			return fhir.Calibration{At: taken.AddDate(-1, 0, 0), Due: due}, true
		}
		n := 0
		for _, r := range around(t, wholeVisit(), op) {
			if r.Type != "DeviceMetric" {
				continue
			}
			n++
			if !bytes.Contains(r.JSON, []byte(`"state":"`+want+`"`)) {
				t.Errorf("due %s: %s", due, r.JSON)
			}
		}
		if n != 3 { // cuff, oximeter and meter
			t.Errorf("%d metrics", n)
		}
	}
}

// TestSummaryGoesAlong: the file is the one that the document is about, by its
// size and hash; a visit that is not over has none.
func TestSummaryGoesAlong(t *testing.T) {
	e := besideVisit()
	page, _ := knowing().Summary(e)
	hash := sha1.Sum(page.PDF)
	all := around(t, e, knowing())
	find := func(all []fhir.Resource, kind string, into any) bool {
		for _, r := range all {
			if r.Type == kind {
				if err := json.Unmarshal(r.JSON, into); err != nil {
					t.Fatal(err)
				}
				return true
			}
		}
		return false
	}
	var b fhir.Binary
	var d fhir.DocumentReference
	var report fhir.DiagnosticReport
	if !find(all, "Binary", &b) || !find(all, "DocumentReference", &d) || !find(all, "DiagnosticReport", &report) {
		t.Fatal("something is missing")
	}
	a := d.Content[0].Attachment
	if b.Data != base64.StdEncoding.EncodeToString(page.PDF) || a.URL != "Binary/"+b.ID || a.Size != len(page.PDF) ||
		a.Hash != base64.StdEncoding.EncodeToString(hash[:]) || b.SecurityContext.Reference != "Patient/"+string(personID) {
		t.Errorf("%+v of %+v", a, b)
	}
	if len(report.PresentedForm) != 1 || report.PresentedForm[0] != a {
		t.Errorf("the report presents %+v", report.PresentedForm)
	}
	inlined, err := fhir.Inlined(all)
	if err != nil || len(inlined) != len(all)-1 || find(inlined, "Binary", &b) {
		t.Fatalf("%d of %d resources, %v", len(inlined), len(all), err)
	}
	d, report = fhir.DocumentReference{}, fhir.DiagnosticReport{}
	find(inlined, "DocumentReference", &d)
	find(inlined, "DiagnosticReport", &report)
	if in := d.Content[0].Attachment; in.Data != b.Data || in.URL != "" || in.Hash != a.Hash || report.PresentedForm[0].URL != "" {
		t.Errorf("inlined: %+v, %+v", in, report.PresentedForm)
	}
	e.Status = records.InProgress
	if find(around(t, e, knowing()), "Binary", &b) {
		t.Error("a visit that is not over has a summary")
	}
}

// TestPlaceInTheQueue: a visit on hold is on leave, and one to which nobody came was
// cancelled, with why.
func TestPlaceInTheQueue(t *testing.T) {
	hold := records.Turn{What: records.TurnHeld, Reason: "interpreter", Until: taken.Add(time.Hour), At: taken}
	for name, c := range map[string]struct {
		status records.Status
		turns  records.Turns
		want   string
		why    bool
	}{
		"waits":              {records.InProgress, nil, "in-progress", false},
		"on hold":            {records.InProgress, records.Turns{hold}, "onleave", false},
		"called back":        {records.InProgress, records.Turns{hold, {What: records.TurnCalled, At: taken}}, "in-progress", false},
		"measured meanwhile": {records.Finished, records.Turns{hold}, "finished", false},
		"did not come":       {records.Cancelled, records.Turns{{What: records.TurnCalled}, {What: records.TurnAbsent}}, "cancelled", true},
		"ended early":        {records.Cancelled, records.Turns{{What: records.TurnCalled}}, "cancelled", false},
	} {
		e := wholeVisit()
		e.Status, e.Turns = c.status, c.turns
		var sent fhir.Encounter
		for _, r := range build(t, e) {
			if r.Type == "Encounter" {
				if err := json.Unmarshal(r.JSON, &sent); err != nil {
					t.Fatal(err)
				}
			}
		}
		if sent.Status != c.want || (len(sent.Extension) == 1) != c.why {
			t.Errorf("%s: %q with %+v, want %q", name, sent.Status, sent.Extension, c.want)
		}
		if c.why && sent.Extension[0].ValueCodeableConcept.Coding[0].Code != "noshow" {
			t.Errorf("%s: because of %+v", name, sent.Extension)
		}
	}
}

// TestAudit: what leaves of the trail is who did what when, to what the server
// has; nobody's name, and no number of somebody who did not agree to share.
func TestAudit(t *testing.T) {
	place := records.Place{Organization: "Corner Pharmacy", Location: "Counter 2", Kiosk: "kiosk-1"}
	entry := records.AuditEntry{
		Seq: 17, At: taken, Action: staff.ReadRecord, Object: visitID, Patient: personID, Role: staff.Operator, Who: nurseID,
		Name: "Nurse Okafor", User: "aidpost", Outcome: records.Done, Reason: "asked by Ada Lovelace",
	}
	everything := func(string, records.ID) bool { return true }
	nothing := func(string, records.ID) bool { return false }
	for name, tt := range map[string]struct {
		change func(*records.AuditEntry)
		held   func(string, records.ID) bool
		has    []string
		hasNot []string
	}{
		"a look": {func(*records.AuditEntry) {}, everything, []string{
			`"code":"110110"`, `"action":"R"`, `"outcome":"0"`, `"requestor":true`, `"reference":"Practitioner/` + string(nurseID) + `"`,
			`"reference":"Patient/` + string(personID) + `"`, `"reference":"Encounter/` + string(visitID) + `"`,
			`"recorded":"2026-03-01T08:30:00.000Z"`, `"altId":"aidpost"`, `"code":"encounter.read"`, `"code":"operator"`,
		}, []string{"Okafor", "Lovelace", "asked"}},
		"of somebody whom the server does not know": {func(*records.AuditEntry) {}, nothing, []string{
			`"value":"` + string(nurseID) + `"`, `"code":"110110"`,
		}, []string{string(personID), string(visitID), `"reference"`}},
		"refused": {func(e *records.AuditEntry) { e.Outcome, e.Action = records.Refused, staff.PrintRecord }, everything, []string{
			`"outcome":"4"`, `"code":"110106"`,
		}, nil},
		"by the program": {func(e *records.AuditEntry) { e.Role, e.Who, e.User, e.Action = staff.Program, "", "", "clock.moved" }, everything, []string{
			`"requestor":false`, `"code":"110113"`, `"reference":"Device/`,
		}, []string{"Practitioner", "altId"}},
		"a correction": {func(e *records.AuditEntry) { e.Action, e.Revision = staff.SaveRecord, 2 }, everything, []string{`"action":"U"`}, nil},
		"a first save": {func(e *records.AuditEntry) { e.Action, e.Revision = staff.SaveRecord, 1 }, everything, []string{`"action":"C"`}, nil},
		"signed in":    {func(e *records.AuditEntry) { e.Action = "staff.sign-in" }, everything, []string{`"code":"110114"`}, nil},
		"something new": {func(e *records.AuditEntry) { e.Action, e.Outcome = "cup.tea", "odd" }, everything, []string{
			`"code":"110100"`, `"outcome":"8"`,
		}, nil},
	} {
		e := entry
		tt.change(&e)
		r, err := fhir.Audit(e, place, operator, tt.held)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := fhir.Audit(e, place, operator, tt.held)
		if !bytes.Equal(r.JSON, again.JSON) {
			t.Errorf("%s: it changes by itself", name)
		}
		for _, want := range tt.has {
			if !bytes.Contains(r.JSON, []byte(want)) {
				t.Errorf("%s: %s is not in %s", name, want, r.JSON)
			}
		}
		for _, not := range tt.hasNot {
			if bytes.Contains(r.JSON, []byte(not)) {
				t.Errorf("%s: %s is in %s", name, not, r.JSON)
			}
		}
		var v any
		if err := json.Unmarshal(r.JSON, &v); err != nil {
			t.Fatal(err)
		}
		if where := empty(v, name); where != "" {
			t.Errorf("%s is empty", where)
		}
	}
}
