package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestEmergencyNumber(t *testing.T) {
	for _, tt := range []struct {
		profile, want string
		err           error
	}{
		{`{}`, "112", nil},
		{`{"country": "us"}`, "911", nil},
		{`{"country": "GB"}`, "999", nil},
		{`{"country": "DE"}`, "112", nil},
		{`{"country": "US", "emergency": "+1 555 0199"}`, "+1 555 0199", nil},
		{`{"country": "XX", "emergency": "5"}`, "5", nil},
		{`{"country": "XX"}`, "", ErrCountry},
		{`{"country": "US", "emergency": " "}`, "", ErrNoEmergency},
		{`{"escalateSeconds": [30, 30]}`, "", ErrEscalate},
		{`{"escalateSeconds": [0]}`, "", ErrEscalate},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, ProfileName), []byte(tt.profile), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := LoadProfile(folder)
		if !errors.Is(err, tt.err) || err == nil && p.Emergency != tt.want {
			t.Errorf("%s: %q, %v; want %q, %v", tt.profile, p.Emergency, err, tt.want, tt.err)
		}
	}
}

func TestWaits(t *testing.T) {
	got, err := Profile{EscalateSeconds: []int{20, 90}}.Waits()
	if err != nil || len(got) != 2 || got[0] != 20*time.Second || got[1] != 90*time.Second {
		t.Errorf("waits %v, %v", got, err)
	}
	if got, err := (Profile{}).Waits(); err != nil || len(got) != 3 || got[0] != 30*time.Second || got[2] != 2*time.Minute {
		t.Errorf("default waits %v, %v", got, err)
	}
}

func TestCallsWhenSilent(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                               "[blood-pressure]",
		`{"unstaffed": true}`:              "[]", // nobody would come
		`{"callWhenSilent": []}`:           "[]",
		`{"callWhenSilent": ["oximetry"]}`: "[oximetry]",
	} {
		var p Profile
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(p.CallsWhenSilent()); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
