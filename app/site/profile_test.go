package site

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
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
