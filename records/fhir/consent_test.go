package fhir_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// agreedVisit is the whole visit of somebody who agreed to everything.
func agreedVisit(said ...records.Consent) *records.Encounter {
	e := wholeVisit()
	if said == nil {
		said = []records.Consent{asked(records.ConsentMeasure, true), asked(records.ConsentKeep, true), asked(records.ConsentShare, true)}
	}
	e.Consents = said
	return e
}

func asked(purpose string, given bool) records.Consent {
	return records.Consent{Purpose: purpose, Given: given, Version: "2026 a", At: taken.Add(-4 * time.Minute)}
}

// afterwards is what somebody says so many days after the visit.
func afterwards(purpose string, given bool, days int) records.LaterConsent {
	return records.LaterConsent{Purpose: purpose, Given: given, Version: "3", At: taken.AddDate(0, 0, days)}
}

// telling is an operator who knows what was said later.
func telling(words ...records.LaterConsent) fhir.Operator {
	op := operator
	op.Said = func(*records.Encounter) ([]records.LaterConsent, error) { return words, nil }
	return op
}

func consentOf(t *testing.T, e *records.Encounter, op fhir.Operator) (c fhir.Consent, r fhir.Resource) {
	t.Helper()
	r, said, err := fhir.Agreement(e, op)
	if err != nil || !said {
		t.Fatalf("%v, %v", said, err)
	}
	if err := json.Unmarshal(r.JSON, &c); err != nil {
		t.Fatal(err)
	}
	return c, r
}

func TestConsentGolden(t *testing.T) {
	berlin(t)
	var lines []byte
	for _, op := range []fhir.Operator{telling(), telling(afterwards(records.ConsentKeep, false, 1), afterwards(records.ConsentShare, false, 9))} {
		_, r := consentOf(t, agreedVisit(), op)
		lines = append(append(lines, r.JSON...), '\n')
	}
	golden(t, "consent.json", indent(t, lines))
}

// TestConsent: what is decisive is the last word on sharing, and each purpose says
// from when until when it holds. What is taken back stays so for this visit.
func TestConsent(t *testing.T) {
	berlin(t)
	const before, first, second, third = "2026-03-01T09:26:00+01:00", "2026-03-02T09:30:00+01:00", "2026-03-03T09:30:00+01:00", "2026-03-04T09:30:00+01:00"
	const measure, keep, share = records.ConsentMeasure, records.ConsentKeep, records.ConsentShare
	for name, tt := range map[string]struct {
		said         []records.Consent
		later        []records.LaterConsent
		status, rule string
		want         []string
	}{
		"all": {nil, nil, "active", "OPTIN", []string{
			"permit measure " + before, "permit keep " + before, "permit share " + before,
		}},
		"not shared": {[]records.Consent{asked(keep, true), asked(share, false)}, nil, "rejected", "OPTOUT", []string{
			"permit keep " + before, "deny share " + before,
		}},
		"nobody asked about sharing": {[]records.Consent{asked(keep, true)}, nil, "active", "OPTIN", []string{"permit keep " + before}},
		"a guest's":                  {[]records.Consent{asked(measure, true)}, nil, "active", "OPTIN", []string{"permit measure " + before}},
		"taken back": {[]records.Consent{asked(share, true)}, []records.LaterConsent{afterwards(share, false, 1)}, "inactive", "OPTOUT", []string{
			"permit share " + before + " " + first, "deny share " + first,
		}},
		"taken back for good": {
			[]records.Consent{asked(share, true)},
			[]records.LaterConsent{afterwards(share, false, 1), afterwards(share, true, 2), afterwards(share, false, 3)},
			"inactive", "OPTOUT", []string{"permit share " + before + " " + first, "deny share " + first},
		},
		"kept again": {
			[]records.Consent{asked(keep, true), asked(share, true)}, []records.LaterConsent{afterwards(keep, false, 1), afterwards(keep, true, 2)},
			"active", "OPTIN", []string{
				"permit keep " + before + " " + first, "permit share " + before, "deny keep " + first + " " + second, "permit keep " + second,
			},
		},
		"asked by nobody, refused later": {[]records.Consent{}, []records.LaterConsent{afterwards(share, false, 3)}, "inactive", "OPTOUT", []string{
			"deny share " + third,
		}},
		"said before the visit": {[]records.Consent{asked(share, true)}, []records.LaterConsent{afterwards(share, false, -1)}, "active", "OPTIN", []string{
			"permit share " + before,
		}},
	} {
		e := agreedVisit(tt.said...)
		e.Consents = tt.said
		if tt.said == nil {
			e = agreedVisit()
		}
		c, r := consentOf(t, e, telling(tt.later...))
		var got []string
		for _, p := range c.Provision.Provision {
			text := p.Type + " " + p.Action[0].Coding[len(p.Action[0].Coding)-1].Code + " " + p.Period.Start
			if p.Period.End != "" {
				text += " " + p.Period.End
			}
			got = append(got, text)
		}
		if c.Status != tt.status || c.PolicyRule.Coding[0].Code != tt.rule || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %s, %s, %q, want %s, %s, %q", name, c.Status, c.PolicyRule.Coding[0].Code, got, tt.status, tt.rule, tt.want)
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

// TestConsentInVisit: it is the same resource whatever is said, and among those of the
// visit; where nobody was asked there is none, and what cannot be read is not
// taken for silence.
func TestConsentInVisit(t *testing.T) {
	_, alone := consentOf(t, agreedVisit(), telling())
	_, later := consentOf(t, agreedVisit(), telling(afterwards(records.ConsentShare, false, 1)))
	if alone.Key() != later.Key() {
		t.Errorf("%s became %s", alone.Key(), later.Key())
	}
	if all := build(t, agreedVisit()); !slices.ContainsFunc(all, func(r fhir.Resource) bool { return string(r.JSON) == string(alone.JSON) }) {
		t.Error("it is not in the visit")
	}
	if _, said, err := fhir.Agreement(wholeVisit(), operator); said || err != nil {
		t.Errorf("nobody was asked: %v, %v", said, err)
	}
	lost := errors.New("lost")
	op := operator
	op.Said = func(*records.Encounter) ([]records.LaterConsent, error) { return nil, lost }
	if _, err := fhir.Visit(agreedVisit(), nil, op); !errors.Is(err, lost) {
		t.Errorf("%v", err)
	}
}

// TestConsentCodes pins the codes: hl7.org/fhir/R4 (Consent.scope consentscope,
// .category LOINC, .policyRule v3-ActCode, .provision.action consentaction).
func TestConsentCodes(t *testing.T) {
	_, r := consentOf(t, agreedVisit(), telling())
	var v any
	if err := json.Unmarshal(r.JSON, &v); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"http://terminology.hl7.org/CodeSystem/consentscope|patient-privacy", loinc + "59284-0",
		"http://terminology.hl7.org/CodeSystem/v3-ActCode|OPTIN",
		"http://terminology.hl7.org/CodeSystem/consentaction|collect", "http://terminology.hl7.org/CodeSystem/consentaction|disclose",
		"http://terminology.hl7.org/CodeSystem/consentaction|use",
		"https://clinic.example/codes/consent|keep", "https://clinic.example/codes/consent|measure", "https://clinic.example/codes/consent|share",
	}
	got := codings(v)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
