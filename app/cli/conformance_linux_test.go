package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/instruments/conformance"
)

// unhurried is the speed of cuffs here: at the usual one of tests a cuff is full and
// empty again within a second and a half, and a machine that keeps the driver waiting for
// so long has it see no pressure at all, so that it refuses the result as an old one.
const unhurried = "6"

// TestConformance of one instrument of each kind, over a pseudo-terminal.
func TestConformance(t *testing.T) {
	t.Parallel()
	for model, args := range map[string][]string{
		"suntech-advantage":  {"--start-pump"},
		"contec-cms50d-plus": nil,
		"onetouch-ultra2":    nil,
		"taidoc-td42xx":      nil,
	} {
		t.Run(model, func(t *testing.T) {
			t.Parallel()
			port := simulate(t, model, "--speed", unhurried, "--seed", "4")
			o := runEnv(t.Context(), t, live(), append([]string{"conformance", "--port", port, "--model", model}, args...)...)
			if o.code != ExitOK || o.stderr != "" {
				t.Fatalf("%+v", o)
			}
			passed := strings.Count(o.stdout, "pass  ")
			if skipped := strings.Count(o.stdout, "skip  "); passed < 9 || skipped != strings.Count(o.stdout, "\n")-passed {
				t.Errorf("%d passed, %d skipped:\n%s", passed, skipped, o.stdout)
			}
		})
	}
}

// TestConformanceStartsNoPump unless it is told to.
func TestConformanceStartsNoPump(t *testing.T) {
	t.Parallel()
	port := simulate(t, "suntech-advantage")
	o := runEnv(t.Context(), t, live(), "conformance", "--port", port, "--model", "suntech-advantage", "--json")
	if o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	outcomes := map[string]conformance.Outcome{}
	for line := range strings.Lines(o.stdout) {
		var r conformance.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		outcomes[r.Check] = r.Outcome
	}
	if outcomes["probe"] != conformance.Pass || outcomes["measure"] != conformance.Skip || outcomes["cancel"] != conformance.Skip {
		t.Errorf("%v", outcomes)
	}
}

// TestConformanceFails with exit codes that tell a bad instrument from none.
func TestConformanceFails(t *testing.T) {
	t.Parallel()
	loose := simulate(t, "suntech-advantage", "--speed", fast, "--fault", "cuff-loose")
	o := runEnv(t.Context(), t, live(), "conformance", "--port", loose, "--model", "suntech-advantage", "--start-pump")
	if o.code != ExitFailed || !strings.Contains(o.stdout, "fail  measure") || !strings.Contains(o.stdout, "cuff-loose") {
		t.Errorf("a loose cuff: %+v", o)
	}
	meter := simulate(t, "taidoc-td42xx")
	o = runEnv(t.Context(), t, live(), "conformance", "--port", meter, "--model", "suntech-advantage")
	if o.code != ExitNoInstrument || !strings.Contains(o.stdout, "fail  probe") {
		t.Errorf("another model: %+v", o)
	}
	gone := filepath.Join(t.TempDir(), "ttyUSB9")
	if o = runEnv(t.Context(), t, live(), "conformance", "--port", gone, "--model", "suntech-advantage"); o.code != ExitNoInstrument {
		t.Errorf("no port: %+v", o)
	}
}
