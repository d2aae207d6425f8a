package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnter(t *testing.T) {
	out := run(t, "", "enter", "--by", "Nurse Okafor", "body-weight", "72.50", "kg", "height", "178", "cm")
	lines := strings.Split(strings.TrimSpace(out.stdout), "\n")
	if out.code != ExitOK || len(lines) != 2 {
		t.Fatalf("%+v", out)
	}
	for _, part := range []string{
		`"29463-7"`, `"value":72.50`, `"code":"kg"`, `"performer":[{"display":"Nurse Okafor"}]`, "entered by hand",
	} {
		if !strings.Contains(lines[0], part) {
			t.Errorf("%s lacks %s", lines[0], part)
		}
	}
	if !strings.Contains(lines[1], `"8302-2"`) || strings.Contains(out.stdout, `"device"`) {
		t.Errorf("%s", out.stdout)
	}
	old := run(t, "", "enter", "--by", "N", "--at", "2020-01-01T08:00:00Z", "--zone", "UTC", "oximetry", "97")
	if old.code != ExitOK || !strings.Contains(old.stdout, "2020-01-01T08:00:00") || !strings.Contains(old.stdout, "more than a day") {
		t.Errorf("%+v", old)
	}
}

// TestEnterRefuses says why, and never repeats the value.
func TestEnterRefuses(t *testing.T) {
	for _, c := range []struct {
		args []string
		why  string
	}{
		{[]string{"body-weight", "72.5"}, "weight needs a unit: kg or lb"},
		{[]string{"body-weight", "725", "kg"}, "weight outside 2 to 300"},
		{[]string{"blood-pressure", "118"}, "there is no diastolic"},
		{[]string{"body-temperature", "98.6", "C"}, "temperature outside 30 to 44"},
	} {
		out := run(t, "", append([]string{"enter", "--by", "N"}, c.args...)...)
		if out.code != ExitFault || out.stdout != "" || !strings.Contains(out.stderr, c.why) || strings.Contains(out.stderr, "725") {
			t.Errorf("%q: %+v", c.args, out)
		}
	}
	for _, args := range [][]string{
		{}, {"--by", "N"}, {"--by", "N", "body-weight"}, {"body-weight", "72.5", "kg"}, {"--by", " ", "body-weight", "72.5", "kg"},
		{"--by", "N", "mood", "9"}, {"--by", "N", "--at", "noon", "oximetry", "97"}, {"--by", "N", "--at", "2999-01-01T00:00:00Z", "oximetry", "97"},
		{"--by", "N", "--zone", "Atlantis/Poseidon", "oximetry", "97"},
	} {
		if out := run(t, "", append([]string{"enter"}, args...)...); out.code != ExitUsage || out.stdout != "" {
			t.Errorf("%q: %+v", args, out)
		}
	}
}

// TestEnteredInAVisit: what is typed arrives in the records, in their FHIR form
// and on paper, with the name of who typed it.
func TestEnteredInAVisit(t *testing.T) {
	data, file := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "summary.pdf")
	script := `who Maria Lopez 1956-04-30
consent keep
enter "Nurse Okafor" body-weight 72.5 kg
expect value weight 72.5 72.5
enter "Nurse Okafor" blood-pressure 118/76 pulse 66
expect band bp.normal
expect readings 1
enter "Nurse Okafor" cholesterol 187
print ` + file + `
finish`
	out := run(t, script, "visit", "--script", "-", "--data", data, "--simulate")
	if out.code != ExitOK {
		t.Fatalf("%+v", out)
	}
	for _, line := range []string{"Weight: 72.5", "We show the number without a range.", "Total cholesterol: 187", "Your results are saved here."} {
		if !strings.Contains(out.stdout, line) {
			t.Errorf("nobody says %q in:\n%s", line, out.stdout)
		}
	}
	fields := strings.Fields(out.stdout)
	id := fields[len(fields)-1]
	traced := run(t, "", "trace", "--data", data, id)
	if traced.code != ExitOK || strings.Count(traced.stdout, "by Nurse Okafor") != 3 {
		t.Errorf("%+v", traced)
	}
	observation := strings.Fields(strings.Split(traced.stdout, "\n")[1])[0]
	bytes := run(t, "", "trace", "--data", data, observation)
	if bytes.code != ExitOK || !strings.Contains(bytes.stdout, "weight 72.5 kg") || !strings.Contains(bytes.stdout, "driver manual") {
		t.Errorf("%+v", bytes)
	}
	if pdf, err := os.ReadFile(file); err != nil || len(pdf) < 1000 {
		t.Errorf("%d bytes, %v", len(pdf), err)
	}
	critical := run(t, "enter N oximetry 84 pulse 120\nexpect tier 4\nfinish", "visit", "--script", "-", "--data", data, "--simulate")
	if critical.code != ExitOK || !strings.Contains(critical.stdout, "> advice") && !strings.Contains(critical.stdout, "Call") {
		t.Errorf("%+v", critical)
	}
	wrong := run(t, "enter N body-weight 725 kg", "visit", "--script", "-", "--data", data, "--simulate")
	if wrong.code != ExitUsage || !strings.Contains(wrong.stderr, "line 1") {
		t.Errorf("%+v", wrong)
	}
}
