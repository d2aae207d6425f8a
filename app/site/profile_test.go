package site

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records/guideline"
	"aidpost/records/oximetry"
)

func TestLoadProfile(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       string // name of the place; empty: an error
		err        error
	}{
		{name: "no file", want: "Aidpost"},
		{name: "named", text: `{"name": "Corner Pharmacy", "emergency": "911"}`, want: "Corner Pharmacy"},
		{name: "keeps defaults", text: `{"phone": "+1 555 0100"}`, want: "Aidpost"},
		{name: "no emergency number", text: `{"emergency": " "}`, err: ErrNoEmergency},
		{name: "kept a while", text: `{"keepDays": 365}`, want: "Aidpost"},
		{name: "kept less than nothing", text: `{"keepDays": -1}`, err: ErrKeepDays},
		{name: "a protocol we carry", text: `{"protocol": "hearts"}`, want: "Aidpost"},
		{name: "a protocol nobody knows", text: `{"protocol": "by-feel"}`, err: guideline.ErrUnknownProtocol},
		{name: "a protocol without its file", text: `{"protocol": "ours.json"}`, err: fs.ErrNotExist},
		{name: "a rule for oximeters we carry", text: `{"oximetry": "nhs-2021"}`, want: "Aidpost"},
		{name: "a rule nobody knows", text: `{"oximetry": "by-feel"}`, err: oximetry.ErrUnknown},
		{name: "a rule without its file", text: `{"oximetry": "ours.json"}`, err: fs.ErrNotExist},
		{name: "misspelt", text: `{"nmae": "x"}`},
		{name: "not JSON", text: `name = x`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.text != "" {
				if err := os.WriteFile(filepath.Join(dir, ProfileName), []byte(tt.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p, err := LoadProfile(dir)
			if tt.want == "" {
				if err == nil {
					t.Fatal("no error")
				}
				if tt.err != nil && !errors.Is(err, tt.err) {
					t.Fatalf("error %v, want %v", err, tt.err)
				}
				return
			}
			if err != nil || p.Name != tt.want || p.Emergency == "" {
				t.Fatalf("profile %+v, %v", p, err)
			}
		})
	}
}

// A site's own protocol is what its kiosk measures by.
func TestOwnProtocol(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		ProfileName: `{"protocol": "ours.json"}`,
		"ours.json": `{"id": "ours", "title": "Ours", "rest": "3m0s", "readings": 2, "interval": "1m0s", "maxInflations": 4,
			"useLast": 2, "spreadLimit": {"value": "8", "unit": "mm[Hg]"}, "bothArms": false, "source": "our clinical lead"}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := LoadProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Rules(p.Choice(guideline.ESC2024))
	if err != nil || rules.Protocol().ID != "ours" || rules.Protocol().Rest != 3*time.Minute {
		t.Errorf("measured by %+v, %v", rules.Protocol(), err)
	}
}

// TestOwnOximetry: a site's own rule is what instruments are asked to follow, and one
// that cannot be followed is no setting.
func TestOwnOximetry(t *testing.T) {
	dir := t.TempDir()
	rule, err := oximetry.Find("")
	if err != nil {
		t.Fatal(err)
	}
	rule.ID, rule.Stable = "ours", 15*time.Second
	write := func(name string, v any) {
		t.Helper()
		text, err := json.Marshal(v)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("ours.json", rule)
	write(ProfileName, map[string]string{"oximetry": "ours.json"})
	p, err := LoadProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := Rules(p.Choice(""))
	if err != nil || rules.Oximetry() != rule {
		t.Errorf("followed is %+v, %v", rules.Oximetry(), err)
	}
	rule.Artefact = 90
	write("ours.json", rule)
	if _, err := LoadProfile(dir); !errors.Is(err, oximetry.ErrRule) {
		t.Errorf("a rule that takes anything: %v", err)
	}
}
