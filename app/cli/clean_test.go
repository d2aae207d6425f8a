package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records/quality"
)

// TestClean: what waits is listed, and staff say that it is clean, or why it is
// used without.
func TestClean(t *testing.T) {
	t.Parallel()
	folder := staffed(t)
	profile := `{"cleaning": [{"instrument": "onetouch-ultra2", "with": "wipes", "wetSeconds": 120}]}`
	if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	otto := lines("badge of Otto", "291740")
	clean := func(in string, args ...string) outcome {
		t.Helper()
		return runEnv(t.Context(), t, Env{Stdin: strings.NewReader(in), Now: time.Now}, append(append([]string{"clean"}, args...), "--data", folder)...)
	}
	p, err := site.LoadProfile(folder)
	if err != nil {
		t.Fatal(err)
	}
	meter := quality.Instrument{Model: "onetouch-ultra2", Serial: "VDH74F2CY"}
	if o := clean(""); o.code != ExitOK || o.stdout != "" {
		t.Errorf("at first: %+v", o)
	}
	for _, args := range [][]string{{qcMeter}, {qcMeter, "--skip", "emergency"}} {
		if err := p.Hygiene(folder).Used(meter, "a"); err != nil {
			t.Fatal(err)
		}
		if o := clean(""); o.code != ExitOK || !strings.Contains(o.stdout, qcMeter) || !strings.Contains(o.stdout, "wipes") {
			t.Errorf("used: %+v", o)
		}
		if o := clean(otto, args...); o.code != ExitOK || o.stderr != "" {
			t.Errorf("%v: %+v", args, o)
		}
		if o := clean("", "--json"); o.code != ExitOK || strings.TrimSpace(o.stdout) != "[]" {
			t.Errorf("after %v: %+v", args, o)
		}
	}
	for want, args := range map[int][]string{ExitUsage: {qcMeter, "--skip", "in a hurry"}, ExitFailed: {"suntech-advantage"}} {
		if o := clean(otto, args...); o.code != want {
			t.Errorf("%v: %+v", args, o)
		}
	}
}
