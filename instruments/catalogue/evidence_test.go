package catalogue_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records/vitals"
)

// A published result is bytes of one that somebody else has published, and what they
// mean.
type published struct {
	Model string
	// Origin is a "capture" of an instrument, an "example" in code or text, a "test" of
	// a public program, or "read alike": computed, and given to a public program that
	// reads it as the driver does.
	Origin    string
	Source    string
	Text, Hex string
	Want      string
}

// TestEvidence: a driver is called verified in public code if, and only if, it reads
// a result that the code's author, or its instrument, has published, or that such code
// reads as it does.
func TestEvidence(t *testing.T) {
	text, err := os.ReadFile("testdata/published.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []published
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	verified := map[string]bool{}
	for _, p := range all {
		t.Run(p.Model, func(t *testing.T) {
			if !slices.Contains([]string{"capture", "example", "test", "read alike"}, p.Origin) || p.Source == "" || p.Want == "" {
				t.Errorf("%+v does not say where it is from, and what it means", p)
			}
			verified[p.Model] = true
			if got := p.read(t); !slices.Contains(got, p.Want) {
				t.Errorf("of %s, %s, is read %q, want %q", p.Source, p.Origin, got, p.Want)
			}
		})
	}
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		if claims := m.Evidence == instruments.PublicCode; claims != verified[m.ID] {
			t.Errorf("%s is %q: with a published result %t", m.ID, m.Evidence, verified[m.ID])
		}
	}
}

// read decodes the result and says what it is, or what a live sample is.
func (p published) read(t *testing.T) (list []string) {
	t.Helper()
	d, ok := catalogue.Find(p.Model)
	if !ok {
		t.Fatal("there is no such model")
	}
	raw := []byte(p.Text)
	if p.Hex != "" {
		var err error
		if raw, err = hex.DecodeString(strings.ReplaceAll(p.Hex, " ", "")); err != nil {
			t.Fatal(err)
		}
	}
	noon := func() time.Time { return time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC) }
	err := d.(instruments.Decoder).Decode(bytes.NewReader(raw), instruments.Job{Now: noon}, func(e instruments.Event) {
		switch e := e.(type) {
		case *instruments.Reading:
			list = append(list, spelled(e.Values))
		case *instruments.PlethSample:
			list = append(list, fmt.Sprintf("spo2 %d, pulse %d", e.SpO2, e.Pulse))
		}
	})
	if err != nil {
		t.Error(err)
	}
	return list
}

// spelled writes values with their units.
func spelled(values vitals.Values) string {
	var all []string
	for _, v := range values {
		all = append(all, string(v.Measure)+" "+v.Quantity.String())
	}
	return strings.Join(all, ", ")
}
