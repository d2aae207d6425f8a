package outbox_test

import (
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/staff"
)

// testHapiBeside: a real server takes what is sent beside a visit, gives it back
// as it was sent, and its validator finds no error in it; entries of the audit
// trail among it.
func testHapiBeside(t *testing.T, h *hapi) {
	c := newClinic(t)
	op := operator
	op.Staff = func(records.ID) (fhir.Member, bool) {
		return fhir.Member{Name: "Nurse Okafor", Role: staff.Supervisor}, true
	}
	op.Calibrated = func(records.Origin) (fhir.Calibration, bool) {
		return fhir.Calibration{At: c.now.AddDate(0, -1, 0), Due: c.now.AddDate(1, 0, 0)}, true
	}
	op.Summary = func(e *records.Encounter) (fhir.Summary, bool) {
		return fhir.Summary{PDF: []byte("%PDF-1.4 " + e.ID), Language: "en", Title: "Your visit"}, true
	}
	e := c.everyKind(person(1))
	at := e.Observations[0].Taken
	e.Answers = []records.Answer{{Question: "help", Answer: "called", At: at}, {Question: "help", Answer: "closed", At: at.Add(time.Minute)}}
	e.Operator = records.Clinician{ID: "11111111-1111-4111-8111-999999999998", Name: "Nurse Grey"}
	told := e.Observations[2]
	e.Tellings = []records.Telling{{
		Observation: told.ID, To: "Dr. Grey", Role: "doctor", Way: "phone", At: c.now, By: e.Operator, ReadBack: told.Values, Identified: true,
	}}
	c.save(e)
	e.Observations[1].State = records.Amended
	e.Observations[1].Correction = records.Correction{By: "11111111-1111-4111-8111-999999999999", At: c.now, Reason: "technique"}
	c.save(e)
	c.drain(h.base, func(c *outbox.Config) { c.Operator = op; withTrail(c) })
	trail, err := c.store.AuditAfter(t.Context(), 0, 100)
	if n := h.count("AuditEvent?_summary=count"); err != nil || n != len(trail) || n < 3 {
		t.Errorf("%d events of %d entries, %v", n, len(trail), err)
	}
	stored, err := c.store.Encounter(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	all, err := fhir.Visit(stored, nil, op)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range all {
		seen[r.Type] = true
		if why := h.invalid(r); why != "" {
			t.Errorf("%s is invalid: %s", r.Key(), why)
		}
		_, text := h.ask("GET", "/"+r.Key(), nil)
		if same, err := fhir.Same(r.JSON, text); err != nil || !same {
			t.Errorf("%s is held as %s, want %s", r.Key(), text, r.JSON)
		}
	}
	for _, kind := range []string{"Practitioner", "PractitionerRole", "DeviceMetric", "Binary", "DocumentReference"} {
		if !seen[kind] {
			t.Errorf("no %s", kind)
		}
	}
	testHapiCalls(t, h, c, op)
	for _, held := range []bool{false, true} {
		r, err := fhir.Audit(records.AuditEntry{
			Seq: 1, At: at, Action: staff.ReadRecord, Object: e.ID, Patient: e.Patient.ID, Role: staff.Operator,
			Who: "11111111-1111-4111-8111-999999999999", User: "aidpost",
		}, e.Place, op, func(string, records.ID) bool { return held })
		if err != nil {
			t.Fatal(err)
		}
		if why := h.invalid(r); why != "" {
			t.Errorf("%s is invalid: %s", r.JSON, why)
		}
	}
}

// testHapiCalls: a call for help that no visit tells of, of nobody in particular,
// is taken and found valid as it stands from when it is made until it is over.
func testHapiCalls(t *testing.T, h *hapi, c *clinic, op fhir.Operator) {
	t.Helper()
	place := &records.Place{Organization: "Clinic", Location: "Room 2", Kiosk: "kiosk-1"}
	call := records.Call{ID: records.NewID(), Why: records.CallButton, Opened: c.now, Since: c.now, Level: 1}
	for _, step := range []func(){
		func() {},
		func() { call.Why, call.Seen = records.CallEmergency, c.now.Add(time.Minute) },
		func() { call.Answered, call.Closed = c.now.Add(2*time.Minute), c.now.Add(3*time.Minute) },
	} {
		step()
		c.call(call)
		c.drain(h.base, func(c *outbox.Config) { c.Operator, c.Place = op, place })
		for _, held := range []bool{false, true} {
			r, err := fhir.Call(call, *place, op, func(string, records.ID) bool { return held })
			if err != nil {
				t.Fatal(err)
			}
			if why := h.invalid(r); why != "" {
				t.Errorf("%s is invalid: %s", r.JSON, why)
			}
			if _, text := h.ask("GET", "/"+r.Key(), nil); held {
				if same, err := fhir.Same(r.JSON, text); err != nil || !same {
					t.Errorf("%s is held as %s, want %s", r.Key(), text, r.JSON)
				}
			}
		}
	}
}
