// Package proof signs the numbers on a paper, so that whoever holds it can find
// out whether any was changed: without a network, against the public key of the
// kiosk.
//
// The form is that of a SMART Health Card (spec.smarthealth.cards 1.4.0): a small
// FHIR bundle, packed with DEFLATE, signed as a JWS with ES256, and written as
// digits after "shc:/" for a code that a phone scans. A kiosk without an address
// on the web has an issuer that no wallet knows; its keys are given by hand.
package proof

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/signing"
	"aidpost/records/vitals"
)

// Claims are what a paper says.
type Claims struct {
	// Issuer is the address under which the public keys can be had, or a name.
	Issuer string
	Issued time.Time
	// Place is who measured.
	Place string
	// Patient is who was measured; nil names nobody.
	Patient *records.Patient
	// Results in the order of their importance: what finds no room is left out
	// from the end.
	Results []records.Observation
	Zone    *time.Location
}

// maxToken is how long a signed text may be to fit one code of version 22 with
// the least correction of errors, which is as small as phones read well.
const maxToken = 1195

// Prefix begins the text of a code.
const Prefix = "shc:/"

const (
	packing     = "DEF"
	cardType    = "https://smarthealth.cards#health-card"
	fhirVersion = "4.0.1"
)

type payload struct {
	Issuer    string  `json:"iss"`
	NotBefore float64 `json:"nbf"`
	VC        vc      `json:"vc"`
}

type vc struct {
	Type    []string `json:"type"`
	Subject subject  `json:"credentialSubject"`
}

type subject struct {
	Version string `json:"fhirVersion"`
	Bundle  bundle `json:"fhirBundle"`
}

type bundle struct {
	ResourceType string  `json:"resourceType"`
	Type         string  `json:"type"`
	Entry        []entry `json:"entry"`
}

type entry struct {
	FullURL  string          `json:"fullUrl"`
	Resource json.RawMessage `json:"resource"`
}

// Sign returns the text of a code with as many of the results as fit, and how
// many did not. The same claims give the same text.
func Sign(k signing.Key, c Claims) (token string, left int, err error) {
	public, err := k.Public()
	if err != nil {
		return "", 0, fmt.Errorf("signing numbers: %w", err)
	}
	head := fmt.Sprintf(`{"zip":%q,"alg":"ES256","kid":%q}`, packing, public.KeyID)
	for n := len(c.Results); ; n-- {
		body, err := c.pack(n)
		if err != nil {
			return "", 0, fmt.Errorf("signing numbers: %w", err)
		}
		if signing.Length(len(head), len(body)) > maxToken && n > 0 {
			continue
		}
		jws, err := signing.Seal(k, signing.Head{Zip: packing}, body)
		if err != nil {
			return "", 0, fmt.Errorf("signing numbers: %w", err)
		}
		return Prefix + digits(jws), len(c.Results) - n, nil
	}
}

// pack returns the claims with the first n results, packed.
func (c Claims) pack(n int) ([]byte, error) {
	p := payload{Issuer: c.Issuer, NotBefore: float64(c.Issued.Unix()), VC: vc{Type: []string{cardType}}}
	p.VC.Subject = subject{Version: fhirVersion, Bundle: bundle{ResourceType: "Bundle", Type: "collection"}}
	all := &p.VC.Subject.Bundle
	if err := all.add(c.person()); err != nil {
		return nil, err
	}
	for _, o := range c.Results[:n] {
		resources, err := fhir.Observations(o, fhir.Context{Zone: c.Zone})
		if err != nil {
			return nil, err
		}
		for _, r := range resources {
			if err := all.add(minified(r, c.Place)); err != nil {
				return nil, err
			}
		}
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(plain)
	}
	if err == nil {
		err = w.Close()
	}
	return b.Bytes(), err
}

func (b *bundle) add(resource any) error {
	content, err := json.Marshal(resource)
	b.Entry = append(b.Entry, entry{fmt.Sprintf("resource:%d", len(b.Entry)), content})
	return err
}

// person is the patient with no more than what tells people apart.
func (c Claims) person() map[string]any {
	p := map[string]any{"resourceType": "Patient"}
	if c.Patient == nil {
		return p
	}
	name := map[string]any{}
	if c.Patient.Family != "" {
		name["family"] = c.Patient.Family
	}
	if c.Patient.Given != "" {
		name["given"] = []string{c.Patient.Given}
	}
	p["name"] = []any{name}
	switch d := c.Patient.BirthDate; {
	case d.IsZero():
	case c.Patient.BirthEstimated:
		p["birthDate"] = fmt.Sprintf("%04d", d.Year)
	default:
		p["birthDate"] = d.String()
	}
	return p
}

// An observation is one with all left out that a code has no room for.
type observation struct {
	ResourceType string            `json:"resourceType"`
	Status       string            `json:"status"`
	Code         concept           `json:"code"`
	Subject      map[string]string `json:"subject"`
	Effective    string            `json:"effectiveDateTime,omitempty"`
	Performer    []map[string]any  `json:"performer,omitempty"`
	Value        *quantity         `json:"valueQuantity,omitempty"`
	Component    []component       `json:"component,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding"`
}

type coding struct {
	System string `json:"system"`
	Code   string `json:"code"`
}

type quantity struct {
	Value      fhir.Decimal `json:"value"`
	Comparator string       `json:"comparator,omitempty"`
	System     string       `json:"system"`
	Code       string       `json:"code"`
}

type component struct {
	Code  concept   `json:"code"`
	Value *quantity `json:"valueQuantity,omitempty"`
}

func minified(r fhir.Observation, place string) observation {
	o := observation{
		ResourceType: r.ResourceType, Status: r.Status, Code: first(r.Code), Subject: map[string]string{"reference": "resource:0"},
		Effective: r.EffectiveDateTime, Value: amount(r.ValueQuantity),
	}
	if place != "" {
		o.Performer = []map[string]any{{"display": place}}
	}
	for _, part := range r.Component {
		if q := amount(part.ValueQuantity); q != nil {
			o.Component = append(o.Component, component{first(part.Code), q})
		}
	}
	return o
}

func first(c fhir.CodeableConcept) concept {
	if len(c.Coding) == 0 {
		return concept{Coding: []coding{}}
	}
	return concept{Coding: []coding{{c.Coding[0].System, c.Coding[0].Code}}}
}

func amount(q *fhir.Quantity) *quantity {
	if q == nil {
		return nil
	}
	return &quantity{q.Value, q.Comparator, q.System, q.Code}
}

// digits writes each character of a JWS as two digits, its place after '-'.
func digits(jws string) string {
	var b strings.Builder
	for i := range len(jws) {
		fmt.Fprintf(&b, "%02d", jws[i]-'-')
	}
	return b.String()
}

// A Value is one number as it was signed.
type Value struct {
	Code  string    `json:"code"` // LOINC
	Name  string    `json:"name,omitempty"`
	Value string    `json:"value"` // with its comparator
	Unit  string    `json:"unit"`
	At    time.Time `json:"at,omitzero"`
}

// A Statement is what a paper was signed with.
type Statement struct {
	Issuer string    `json:"issuer"`
	Key    string    `json:"key"` // its id
	Issued time.Time `json:"issued"`
	Place  string    `json:"place,omitempty"`
	Given  string    `json:"given,omitempty"`
	Family string    `json:"family,omitempty"`
	Born   string    `json:"born,omitempty"`
	Values []Value   `json:"values"`
}

// Verify checks the text of a code against public keys and returns what was
// signed. Errors are those of signing.Open. With any error nothing of the statement may be believed, and none is
// returned.
func Verify(token string, keys signing.Set) (Statement, error) {
	jws, err := undigits(strings.TrimSpace(token))
	if err != nil {
		return Statement{}, err
	}
	head, body, err := signing.Open(jws, keys)
	if err != nil {
		return Statement{}, err
	}
	if head.Zip != packing {
		return Statement{}, fmt.Errorf("%w: its head", signing.ErrToken)
	}
	return read(body, head.KeyID)
}

func undigits(token string) (string, error) {
	body, ok := strings.CutPrefix(token, Prefix)
	if !ok || len(body)%2 != 0 || len(body) > 4*maxToken {
		return "", signing.ErrToken
	}
	jws := make([]byte, 0, len(body)/2)
	for i := 0; i < len(body); i += 2 {
		a, b := body[i]-'0', body[i+1]-'0'
		if a > 9 || b > 9 {
			return "", signing.ErrToken
		}
		jws = append(jws, a*10+b+'-')
	}
	return string(jws), nil
}

// maxPlain bounds what is unpacked: a code holds a few thousand bytes.
const maxPlain = 1 << 16

// read returns what a signed payload says.
func read(packed []byte, key string) (Statement, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxPlain+1))
	if err != nil || len(plain) > maxPlain {
		return Statement{}, fmt.Errorf("%w: what was signed cannot be unpacked", signing.ErrToken)
	}
	var p payload
	if err := json.Unmarshal(plain, &p); err != nil {
		return Statement{}, fmt.Errorf("%w: what was signed is no card", signing.ErrToken)
	}
	s := Statement{Issuer: p.Issuer, Key: key, Issued: time.Unix(int64(p.NotBefore), 0).UTC(), Values: []Value{}}
	for _, e := range p.VC.Subject.Bundle.Entry {
		if err := s.add(e.Resource); err != nil {
			return Statement{}, fmt.Errorf("%w: what was signed is no card", signing.ErrToken)
		}
	}
	return s, nil
}

func (s *Statement) add(resource json.RawMessage) error {
	var r struct {
		ResourceType string
		BirthDate    string
		Name         []struct {
			Family string
			Given  []string
		}
		Code      concept
		Effective time.Time `json:"effectiveDateTime"`
		Performer []struct{ Display string }
		Value     *signed `json:"valueQuantity"`
		Component []struct {
			Code  concept
			Value *signed `json:"valueQuantity"`
		}
	}
	if err := json.Unmarshal(resource, &r); err != nil {
		return err
	}
	if r.ResourceType == "Patient" {
		s.Born = r.BirthDate
		if len(r.Name) > 0 {
			s.Family, s.Given = r.Name[0].Family, strings.Join(r.Name[0].Given, " ")
		}
		return nil
	}
	if len(r.Performer) > 0 {
		s.Place = r.Performer[0].Display
	}
	s.value(r.Code, r.Value, r.Effective)
	for _, c := range r.Component {
		s.value(c.Code, c.Value, r.Effective)
	}
	return nil
}

// signed is a quantity with the digits as they were signed.
type signed struct {
	Value      json.Number
	Comparator string
	Code       string
}

func (s *Statement) value(c concept, q *signed, at time.Time) {
	if q == nil || len(c.Coding) == 0 {
		return
	}
	code := c.Coding[0].Code
	s.Values = append(s.Values, Value{Code: code, Name: fhir.LOINCName(code), Value: q.Comparator + q.Value.String(), Unit: vitals.Unit(q.Code).Symbol(), At: at})
}
