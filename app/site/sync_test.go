package site

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/vitals"
)

// TestOnlyReal: one simulated instrument among real ones is enough to keep a
// visit here.
func TestOnlyReal(t *testing.T) {
	of := func(adapters ...string) *records.Encounter {
		e := &records.Encounter{ID: records.NewID()}
		for _, a := range adapters {
			e.Observations = append(e.Observations, records.Observation{
				Panel: vitals.BloodPressure, Origin: records.Origin{Device: records.Device{Adapter: a}},
			})
		}
		return e
	}
	for _, tt := range []struct {
		visit *records.Encounter
		kept  bool
	}{
		{of(), false},
		{of("A10KZ1", ""), false},
		{of("SIM0001"), true},
		{of("A10KZ1", "SIM0002"), true},
	} {
		if got := onlyReal(tt.visit) != ""; got != tt.kept {
			t.Errorf("%+v: withheld %v", tt.visit.Observations, got)
		}
	}
}

// TestMeteredBySetting: the settings say whether the network costs by volume, before
// the system does, and what goes over it then.
func TestMeteredBySetting(t *testing.T) {
	for _, tt := range []struct {
		metered, on           string
		costs, waits          bool
		dueSoon, dueLater, ok bool
	}{
		{"yes", "", true, false, false, true, true},
		{"yes", "wait", true, true, false, false, true},
		{"no", "wait", false, false, true, true, true},
		{"sometimes", "", false, false, true, true, false},
		{"no", "never", false, false, true, true, false},
	} {
		s := SyncSettings{URL: "https://fhir.example", Base: "https://clinic.example", Metered: tt.metered, OnMetered: tt.on}
		if costs, waits := s.Meter(t.Context()); tt.ok && (costs != tt.costs || waits != tt.waits) {
			t.Errorf("%+v: %v, %v", tt, costs, waits)
		}
		r := &Receiver{sync: s}
		soon, later := r.due(t.Context(), time.Now().Add(-5*time.Minute)), r.due(t.Context(), time.Now().Add(-2*time.Hour))
		if tt.ok && (soon != tt.dueSoon || later != tt.dueLater) {
			t.Errorf("%+v: due %v, later %v", tt, soon, later)
		}
		c := &checker{}
		if s.check(c); (len(c.found) == 0) != tt.ok {
			t.Errorf("%+v: %v", tt, c.found)
		}
	}
}

// TestProtocols: which settings send by what, and which are refused.
func TestProtocols(t *testing.T) {
	folder := t.TempDir()
	store, err := OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, tt := range []struct {
		settings string
		hl7, bad bool
	}{
		{`{"url": "https://fhir.example/r4", "base": "https://clinic.example"}`, false, false},
		{`{"protocol": "fhir", "url": "https://fhir.example/r4", "base": "https://clinic.example"}`, false, false},
		{`{"protocol": "hl7v2", "url": "mllps://engine.example:2575", "base": "https://clinic.example", "hl7v2": {"application": "E", "commitOnly": true}}`, true, false},
		{`{"protocol": "hl7v2", "url": "mllp://engine.example:2575", "base": "https://clinic.example", "hl7v2": {"plain": true}}`, true, false},
		{`{"protocol": "hl7v2", "url": "mllp://engine.example:2575", "base": "https://clinic.example"}`, true, true},
		{`{"protocol": "hl7v2", "url": "https://fhir.example/r4", "base": "https://clinic.example"}`, true, true},
		{`{"url": "mllps://engine.example:2575", "base": "https://clinic.example"}`, false, true},
		{`{"protocol": "hl7v3", "url": "https://fhir.example/r4", "base": "https://clinic.example"}`, false, true},
	} {
		if err := os.WriteFile(filepath.Join(folder, SyncName), []byte(tt.settings), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := LoadSync(folder)
		if err != nil {
			t.Fatalf("%s: %v", tt.settings, err)
		}
		sender, err := s.Sender(folder, "1", store, slog.New(slog.DiscardHandler))
		if tt.bad {
			if !errors.Is(err, outbox.ErrConfig) {
				t.Errorf("%s: %v", tt.settings, err)
			}
			continue
		}
		if err != nil || (sender.HL7 != nil) != tt.hl7 {
			t.Errorf("%s: %v", tt.settings, err)
		}
	}
}
