package capture_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/instruments/catalogue"
	"aidpost/records/oximetry"
	"aidpost/records/vitals"
)

// TestOximetersByEveryRule: what was recorded of each oximeter gives a value by each
// published rule, which is one that the rule allows and near that of every other one.
func TestOximetersByEveryRule(t *testing.T) {
	rules, err := oximetry.All()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/*.capture")
	if err != nil {
		t.Fatal(err)
	}
	models := 0
	for _, file := range files {
		s := readFile(t, file)
		driver, ok := catalogue.Find(s.Model)
		decoder, decodes := driver.(instruments.Decoder)
		if !ok || !decodes || driver.Model().Panel != vitals.Oximetry {
			continue
		}
		models++
		var first instruments.Number
		for _, rule := range rules {
			readings := decoded(t, decoder, s, rule)
			if len(readings) == 0 {
				t.Errorf("%s: %s takes no value", file, rule.ID)
				continue
			}
			for _, r := range readings {
				if r.Oximetry == nil {
					continue // stored in the instrument, which took it by a rule of its own
				}
				checkTaken(t, file, r, rule)
				spo2, _ := r.Values.Get(vitals.SpO2)
				got := instruments.Number(spo2.Value.Int())
				if first == 0 {
					first = got
				}
				if got < first-2 || got > first+2 {
					t.Errorf("%s: %d by %s, %d by another", file, got, rule.ID, first)
				}
			}
		}
	}
	if models < 8 {
		t.Errorf("only %d oximeters were recorded", models)
	}
}

// decoded are the readings in what a recorded oximeter sent.
func decoded(t *testing.T, driver instruments.Decoder, s *capture.Session, rule oximetry.Rule) (all []*instruments.Reading) {
	t.Helper()
	var heard []byte
	for _, f := range s.Frames() {
		if f.Direction == instruments.FromInstrument {
			heard = append(heard, f.Bytes...)
		}
	}
	job := instruments.Job{Oximetry: &rule, Contact: s.Contact, Now: func() time.Time { return s.Started }}
	if err := driver.Decode(bytes.NewReader(heard), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			all = append(all, r)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// checkTaken holds the quality statement of a reading against the rule.
func checkTaken(t *testing.T, file string, r *instruments.Reading, rule oximetry.Rule) {
	t.Helper()
	said := r.Oximetry
	if said.Rule != rule.ID || said.PulseSpread > rule.PulseSpread.Value.Int() || said.Artefact > rule.Artefact ||
		!said.ByInstrument && (said.SpO2Spread > rule.SpO2Spread.Value.Int() || said.Stable < int(rule.Stable/time.Second)) ||
		said.Signal != nil && *said.Signal < rule.Signal {
		t.Errorf("%s: taken by %s as %+v", file, rule.ID, said)
	}
}
