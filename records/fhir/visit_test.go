package fhir_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

const (
	visitID  records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f70"
	personID records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f71"
	meterID  records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f72"
)

var operator = fhir.Operator{Base: "https://clinic.example", Version: "1.2.0"}

// wholeVisit has every kind of resource: two pressures folded into a mean that
// is urgent, an oximetry and a glucose, on named instruments.
func wholeVisit() *records.Encounter {
	cuff := records.Device{ID: meterID, Maker: "SunTech Medical", Model: "Advantage OEM", Serial: "A17", Firmware: "2.13"}
	a, b, m := pressure(), pressure(), mean()
	b.ID = second
	for _, o := range []*records.Observation{&a, &b} {
		o.Excluded, o.Judged = "averaged", nil
	}
	a.Capture = []records.WireFrame{{Sent: true, Bytes: []byte{0x3a, 0x20}}, {Bytes: []byte{0x3e, 0x86, 0x00}}}
	m.Judged[0].Severity = "urgent"
	ox := saturation()
	ox.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e04"
	gl := glucose("5.60", vitals.MmolPerL, vitals.Fasting)
	gl.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e05"
	e := &records.Encounter{
		ID: visitID, Revision: 1, Status: records.Finished, Zone: "Europe/Berlin", Language: "de",
		Started: taken.Add(-5 * time.Minute), Ended: taken.Add(4 * time.Minute),
		Place: records.Place{Organization: "Corner Pharmacy", Location: "Counter 2", Kiosk: "kiosk-1"},
		Patient: &records.Patient{
			ID: personID, Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Language: "en",
			Identifiers: []records.Identifier{{System: "card", Value: "AL 1815"}, {System: "urn:oid:1.2.36.146.595.217.0.1", Value: "12345"}},
		},
		Observations: []records.Observation{a, b, m, ox, gl},
	}
	for i := range e.Observations {
		o := &e.Observations[i]
		if o.Panel == vitals.BloodPressure {
			o.Origin.Device = cuff
			continue
		}
		o.Origin.Device.ID = records.ID(strings.Replace(string(meterID), "6f72", "6f8"+string(rune('0'+i)), 1))
	}
	return e
}

func build(t testing.TB, e *records.Encounter, before ...*records.Encounter) []fhir.Resource {
	t.Helper()
	all, err := fhir.Visit(e, before, operator)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestVisitGolden(t *testing.T) {
	berlin(t)
	guest := wholeVisit()
	guest.Patient, guest.Observations = nil, guest.Observations[3:4]
	for name, e := range map[string]*records.Encounter{"visit.json": wholeVisit(), "visit-guest.json": guest} {
		var lines bytes.Buffer
		for _, r := range build(t, e) {
			lines.Write(append(r.JSON, '\n'))
		}
		golden(t, name, indent(t, lines.Bytes()))
	}
}

var referred = regexp.MustCompile(`"reference":"([A-Z][A-Za-z]+/[^"]+)"`)

// TestVisitOrder: a resource comes after all that it refers to, so that any
// first part of a visit can be sent by itself; nothing is there twice.
func TestVisitOrder(t *testing.T) {
	dropped := wholeVisit()
	dropped.Revision, dropped.Observations = 2, dropped.Observations[3:]
	lacking := wholeVisit()
	lacking.Observations[0].Values = lacking.Observations[0].Values[:2]
	for name, all := range map[string][]fhir.Resource{
		"first":        build(t, wholeVisit()),
		"corrected":    build(t, dropped, wholeVisit()),
		"pulse of one": build(t, lacking),
	} {
		sent := map[string]bool{}
		for _, r := range all {
			for _, m := range referred.FindAllSubmatch(r.JSON, -1) {
				if !sent[string(m[1])] {
					t.Errorf("%s: %s refers to %s, which comes later or never", name, r.Key(), m[1])
				}
			}
			if sent[r.Key()] {
				t.Errorf("%s: %s is there twice", name, r.Key())
			}
			sent[r.Key()] = true
		}
	}
}

// TestVisitCodes pins the codes of what surrounds observations: hl7.org/fhir/R4
// (Encounter.class v3-ActCode, Patient.identifier.type v2-0203,
// Communication.category, Provenance.agent.type and .activity), IEEE
// 11073-10101 for the gateway, LOINC for the report.
func TestVisitCodes(t *testing.T) {
	want := map[string][]string{
		"Patient":          {"http://terminology.hl7.org/CodeSystem/v2-0203|MR", "urn:ietf:bcp:47|en"},
		"Encounter":        {"http://terminology.hl7.org/CodeSystem/v3-ActCode|AMB"},
		"Communication":    {"http://terminology.hl7.org/CodeSystem/communication-category|alert"},
		"DiagnosticReport": {"http://terminology.hl7.org/CodeSystem/v2-0074|OTH", loinc + "85353-1"},
		"Provenance": {
			"http://terminology.hl7.org/CodeSystem/v3-DataOperation|CREATE",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|assembler",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|author",
			"http://terminology.hl7.org/CodeSystem/provenance-participant-type|custodian",
		},
		"Device": {
			mdc + "531981", mdc + "531975", mdc + "528391", mdc + "531976", mdc + "528388", mdc + "528401",
		},
	}
	got := map[string][]string{}
	for _, r := range build(t, wholeVisit()) {
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

// codings returns system|code of everything that has both.
func codings(v any) []string {
	var all []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, codings(e)...)
		}
	case map[string]any:
		system, _ := v["system"].(string)
		if code, ok := v["code"].(string); ok {
			all = append(all, system+"|"+code)
		}
		for _, e := range v {
			all = append(all, codings(e)...)
		}
	}
	return all
}

// TestVisitIsStable: the same visit gives the same bytes, a kiosk beside it the
// same organisation and place, and nothing in it is empty.
func TestVisitIsStable(t *testing.T) {
	first, again := build(t, wholeVisit()), build(t, wholeVisit())
	other := wholeVisit()
	other.ID, other.Place.Kiosk = personID, "kiosk-2"
	beside := build(t, other)
	for i, r := range first {
		if !bytes.Equal(r.JSON, again[i].JSON) {
			t.Errorf("%s changes by itself", r.Key())
		}
		var v any
		if err := json.Unmarshal(r.JSON, &v); err != nil {
			t.Fatal(err)
		}
		if where := empty(v, r.Type); where != "" {
			t.Errorf("%s is empty", where)
		}
		same := r.Key() == beside[i].Key()
		if shared := i < 3 || r.Type == "Observation" || r.Type == "Device" && i > 3; same != shared {
			t.Errorf("%s and %s of another visit at another kiosk", r.Key(), beside[i].Key())
		}
	}
}

// TestWhyAndForWhom: why something was measured, and who asked for it, is in the visit; of
// several answers the last.
func TestWhyAndForWhom(t *testing.T) {
	e := wholeVisit()
	e.Answers = []records.Answer{
		{Question: records.AskedReason, Answer: "screening"}, {Question: records.AskedReason, Answer: "symptoms"}, {Question: records.AskedOrder, Answer: "doctor"},
	}
	for _, r := range build(t, e) {
		if r.Type != "Encounter" {
			continue
		}
		for _, want := range []string{
			`"reasonCode":[{"coding":[{"system":"https://clinic.example/codes/test-reason","code":"symptoms"}],"text":"symptoms"}]`,
			`"participant":[{"type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"REF","display":"referrer"}]}],"individual":{"display":"doctor"}}]`,
		} {
			if !strings.Contains(string(r.JSON), want) {
				t.Errorf("%s is not in %s", want, r.JSON)
			}
		}
	}
}

func TestDroppedObservation(t *testing.T) {
	before, now := wholeVisit(), wholeVisit()
	now.Revision, now.Observations = 2, now.Observations[3:]
	statuses := map[string]string{}
	for _, r := range build(t, now, before) {
		var o struct{ Status string }
		if err := json.Unmarshal(r.JSON, &o); err != nil {
			t.Fatal(err)
		}
		statuses[r.Key()] = o.Status
	}
	for id, want := range map[records.ID]string{
		first: "entered-in-error", third: "entered-in-error", now.Observations[0].ID: "final", now.Observations[1].ID: "final",
	} {
		if got := statuses["Observation/"+string(id)]; got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}

func TestVisitUnmappable(t *testing.T) {
	noID, odd := wholeVisit(), wholeVisit()
	noID.ID = "17"
	odd.Observations[0].Panel = "mood"
	for name, e := range map[string]*records.Encounter{"id": noID, "panel": odd} {
		if _, err := fhir.Visit(e, nil, operator); !errors.Is(err, fhir.ErrUnmappable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fhir.Visit(wholeVisit(), nil, fhir.Operator{}); !errors.Is(err, fhir.ErrUnmappable) {
		t.Errorf("no base: %v", err)
	}
}

// TestCaptureHash against a hash computed with coreutils:
// printf '\x01\x00\x00\x00\x02\x3a\x20\x00\x00\x00\x00\x03\x3e\x86\x00' | sha256sum
func TestCaptureHash(t *testing.T) {
	const want = "af9941a5b27678fe3e3fc29cd7a9e2102abe773f560bd974ba38b108eb0e3e41"
	if got := fhir.CaptureHash(wholeVisit().Observations[0].Capture); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func TestSame(t *testing.T) {
	const sent = `{"resourceType":"Observation","id":"a","meta":{"tag":[{"code":"x"}]},"value":98.0,"list":[1,2]}`
	for held, want := range map[string]bool{
		sent: true,
		`{"list":[1,2],"value":98.0,"id":"7","resourceType":"Observation","text":{"div":"."},"meta":{"versionId":"3","tag":[{"code":"y"},{"code":"x"}]}}`: true,
		`{"resourceType":"Observation","meta":{"tag":[{"code":"x"}]},"value":98,"list":[1,2]}`:                                                            false, // a digit is gone
		`{"resourceType":"Observation","meta":{"tag":[{"code":"x"}]},"value":98.0,"list":[2,1]}`:                                                          false,
		`{"resourceType":"Observation","meta":{"tag":[{"code":"x"}]},"value":98.0,"list":[1,2],"status":"x"}`:                                             false,
		`{"resourceType":"Observation","meta":{"tag":[{"code":"x"}]},"value":98.0}`:                                                                       false,
		`{"resourceType":"Observation","value":98.0,"list":[1,2]}`:                                                                                        false, // the tag is gone
	} {
		if got, err := fhir.Same([]byte(sent), []byte(held)); err != nil || got != want {
			t.Errorf("%s: %v, %v", held, got, err)
		}
	}
	for held, want := range map[string]bool{"98": true, "98.00": true, "98.000001": false, "9.8e1": false, `"98.0"`: false} {
		text := strings.Replace(sent, "98.0", held, 1)
		if got, err := fhir.Alike([]byte(sent), []byte(text)); err != nil || got != want {
			t.Errorf("alike %s: %v, %v", held, got, err)
		}
	}
	if _, err := fhir.Same([]byte(sent), []byte("<html>")); err == nil {
		t.Error("HTML is a resource")
	}
}

func BenchmarkVisit(b *testing.B) {
	e := wholeVisit()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fhir.Visit(e, nil, operator); err != nil {
			b.Fatal(err)
		}
	}
}
