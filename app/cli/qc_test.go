package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

const qcMeter = "onetouch-ultra2/VDH74F2CY"

// controlledSite is a folder with records, an administrator, a certified
// operator, and quality control of meters switched on.
func controlledSite(t *testing.T) (folder, admin, otto string) {
	t.Helper()
	folder = staffed(t)
	profile := `{"quality": [{"panel": "blood-glucose", "controlEvery": 24, "lots": true, "calibration": true, "certificates": true, "observed": true, "enrolledOnly": true}]}`
	if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, lines("admin badge", "604183"), lines("badge of Otto", "291740")
}

// keepControls puts on record what a meter has marked as controls.
func keepControls(t *testing.T, folder string, values ...int) {
	t.Helper()
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	model, serial, _ := strings.Cut(qcMeter, "/")
	var read []quality.Stored
	for _, v := range values {
		read = append(read, quality.Stored{
			Instrument: quality.Instrument{Model: model, Serial: serial}, Panel: vitals.BloodGlucose, Measure: vitals.Glucose,
			Value: vitals.Of(v, vitals.MgPerDL), Taken: time.Now(), Shown: time.Now(),
		})
	}
	if kept, err := store.KeepControls(t.Context(), read); err != nil || kept != len(values) {
		t.Fatalf("%d are kept, %v", kept, err)
	}
}

func TestQC(t *testing.T) {
	t.Parallel()
	folder, admin, otto := controlledSite(t)
	nextYear := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	qc := func(in string, args ...string) outcome {
		t.Helper()
		return runEnv(t.Context(), t, Env{Stdin: strings.NewReader(in), Now: time.Now}, append(append([]string{"qc"}, args...), "--data", folder)...)
	}
	ok := func(in string, args ...string) string {
		t.Helper()
		o := qc(in, args...)
		if o.code != ExitOK || o.stderr != "" {
			t.Fatalf("%v: %+v", args, o)
		}
		return o.stdout
	}
	if out := ok(admin, "status", "--instrument", qcMeter); !strings.Contains(out, "[not-enrolled no-lot no-control no-calibration]") {
		t.Errorf("at first: %s", out)
	}
	ok(admin, "enrol", "--instrument", qcMeter, "--place", "room 2")
	expires := strings.ReplaceAll(nextYear, "-", "")[2:]
	ok(admin, "lot", "--scan", "]d20100312547427005"+"17"+expires+"10S1", "--model", "onetouch-ultra2")
	ok(admin, "lot", "--number", "C1", "--model", "onetouch-ultra2", "--expires", nextYear, "--level", "normal", "--target", "110mg/dL", "--sd", "5")
	ok(admin, "calibrate", "--instrument", qcMeter, "--due", nextYear)
	run := func(value string) outcome {
		return qc(otto, "run", "--instrument", qcMeter, "--control", "C1", "--value", value)
	}
	if o := run("112mg/dL"); o.code != ExitFailed || !strings.Contains(o.stderr, "no valid certificate") {
		t.Errorf("without a certificate: %+v", o)
	}
	if o := qc(admin, "certify", "--account", "otto", "--panel", "blood-glucose", "--until", nextYear); o.code != ExitFailed {
		t.Errorf("nobody looked on: %+v", o)
	}
	ok(admin, "observe", "--account", "otto", "--panel", "blood-glucose", "--reason", "five tests")
	ok(admin, "certify", "--account", "otto", "--panel", "blood-glucose", "--until", nextYear)
	ok(admin, "lot", "--number", "P7", "--model", "onetouch-ultra2", "--expires", nextYear, "--sample", "proficiency", "--target", "250mg/dL")
	if out := ok(otto, "sample", "--instrument", qcMeter, "--control", "P7", "--value", "301mg/dL"); out != "kept for whoever coordinates quality\n" {
		t.Errorf("a blind sample: %s", out)
	}
	for level, value := range map[string]string{"50": "60", "150": "170", "250": "280"} {
		ok(admin, "lot", "--number", "L"+level, "--model", "onetouch-ultra2", "--expires", nextYear, "--sample", "linearity", "--level", level, "--target", level+"mg/dL")
		ok(otto, "sample", "--instrument", qcMeter, "--control", "L"+level, "--value", value+"mg/dL")
	}
	if out := ok(otto, "stored"); strings.Count(out, "\n") != 1 {
		t.Errorf("no memory was read: %s", out)
	}
	keepControls(t, folder, 119, 121)
	if out := ok(otto, "stored", "--instrument", qcMeter); !strings.Contains(out, "119 mg/dL") || !strings.Contains(out, "121 mg/dL") {
		t.Errorf("out of the memory: %s", out)
	}
	if out := ok(admin, "samples"); !strings.Contains(out, "+51") || !strings.Contains(out, "slope 1.100, intercept 5.00, farthest off the line 0.00, of 3 results") {
		t.Errorf("samples for the coordinator: %s", out)
	}
	if out := ok(otto, "samples"); strings.Contains(out, "301") || strings.Contains(out, "250 mg") || strings.Contains(out, "slope") {
		t.Errorf("samples for an operator: %s", out)
	}
	for value, want := range map[string]string{"112 mg/dL": "in control\n", "121mg/dL": "in control, with a warning (1-2s)\n"} {
		if o := run(value); o.code != ExitOK || o.stdout != want {
			t.Errorf("%s: %+v", value, o)
		}
	}
	if o := run("140mg/dL"); o.code != ExitLocked || !strings.Contains(o.stderr, "out of control (1-2s 1-3s") {
		t.Errorf("far off: %+v", o)
	}
	if out := ok(otto, "status"); !strings.Contains(out, "[out-of-control]") || !strings.Contains(out, "room 2") || !strings.Contains(out, "S1 until "+nextYear) {
		t.Errorf("status: %s", out)
	}
	if o := qc(otto, "override", "--instrument", qcMeter, "--reason", "collapsed"); o.code != ExitDenied {
		t.Errorf("an operator overrides: %+v", o)
	}
	if out := ok(admin, "override", "--instrument", qcMeter, "--reason", "collapsed"); !strings.HasPrefix(out, "1 measurements until ") {
		t.Errorf("override: %s", out)
	}
	if out := ok(admin, "status"); !strings.Contains(out, "1 measurements let through") {
		t.Errorf("status: %s", out)
	}
	if o := qc(otto, "mishap", "--instrument", qcMeter, "--what", "stolen"); o.code != ExitUsage {
		t.Errorf("a mishap of one's own: %+v", o)
	}
	ok(otto, "mishap", "--instrument", qcMeter, "--what", "dropped")
	o := runEnv(t.Context(), t, Env{Stdin: strings.NewReader(otto), Now: time.Now}, "instruments", "--enrolled", "--data", folder)
	if o.code != ExitOK || !strings.Contains(o.stdout, qcMeter+"  room 2") || !strings.Contains(o.stdout, "out of control") {
		t.Errorf("the instruments of the site: %+v", o)
	}
	const cuff = "suntech-advantage/A2-1"
	ok(admin, "lot", "--number", "G17/150", "--panel", "blood-pressure", "--expires", nextYear, "--level", "150", "--target", "150mmHg", "--limit", "3")
	if o := qc(admin, "run", "--instrument", cuff, "--control", "G17/150", "--value", "154mmHg"); o.code != ExitLocked {
		t.Errorf("a cuff 4 mmHg off: %+v", o)
	}
	ok(admin, "lot", "--number", "V1", "--panel", "blood-pressure", "--expires", nextYear, "--level", "volunteer", "--target", "0mmHg", "--limit", "5", "--single", "15")
	compare := func(pairs string) outcome {
		return qc(admin, "run", "--instrument", "suntech-advantage/A2-2", "--control", "V1", "--pairs", pairs)
	}
	if o := compare("118/76=121/78, 120/80=119/77, 119/79=121/80"); o.code != ExitOK || o.stdout != "in control\n" {
		t.Errorf("near the reference: %+v", o)
	}
	if o := compare("118/76=134/78,120/80=112/77,119/79=111/80"); o.code != ExitLocked || !strings.Contains(o.stderr, "out of control (pair)") {
		t.Errorf("one pair 16 mmHg apart: %+v", o)
	}
	if o := compare("118/76=121/78,120/80=119/77"); o.code != ExitFailed || !strings.Contains(o.stderr, "too few pairs") {
		t.Errorf("two pairs: %+v", o)
	}
	storesOf(t, qc, admin, otto)
	if out := ok(admin, "drift"); !strings.HasPrefix(out, "INSTRUMENT") {
		t.Errorf("drift: %s", out)
	}
	chart := filepath.Join(t.TempDir(), "chart.pdf")
	ok(otto, "chart", "--instrument", qcMeter, "--control", "C1", "--out", chart)
	if page, err := os.ReadFile(chart); err != nil || !strings.HasPrefix(string(page), "%PDF-") {
		t.Errorf("chart: %v", err)
	}
	if o := qc(otto, "chart", "--instrument", qcMeter, "--control", "C1", "--out", chart); o.code != ExitFailed || !strings.Contains(o.stderr, "exists") {
		t.Errorf("over a file: %+v", o)
	}
	ok(admin, "enrol", "--instrument", qcMeter, "--retire")
	if out := ok(otto, "status"); !strings.Contains(out, "not-enrolled") || !strings.Contains(out, "retired") {
		t.Errorf("retired: %s", out)
	}
	for _, args := range [][]string{
		{}, {"dance"}, {"lot"}, {"enrol", "--instrument", qcMeter}, {"lot", "--scan", "whatever", "--model", "onetouch-ultra2"},
		{"lot", "--scan", "10S1", "--model", "onetouch-ultra2"}, {"lot", "--number", "S", "--model", "none", "--expires", nextYear},
		{"lot", "--number", "S", "--model", "onetouch-ultra2", "--expires", "soon"}, {"run", "--instrument", "x/y", "--control", "C1", "--value", "1mg/dL"},
		{"run", "--instrument", qcMeter, "--control", "C1", "--value", "112"}, {"certify", "--account", "otto", "--panel", "x", "--until", nextYear},
		{"lot", "--number", "S", "--model", "onetouch-ultra2", "--expires", nextYear, "--target", "110mg/dL"},
		{"lot", "--number", "G", "--panel", "blood-pressure", "--expires", nextYear, "--target", "150mmHg"},
		{"lot", "--number", "G", "--panel", "x", "--expires", nextYear, "--target", "150mmHg", "--limit", "3"},
		{"lot", "--number", "S", "--model", "onetouch-ultra2", "--expires", nextYear, "--sample", "x"},
		{"run", "--instrument", cuff, "--control", "V1"}, {"run", "--instrument", cuff, "--control", "V1", "--pairs", "118/76"},
		{"run", "--instrument", cuff, "--control", "V1", "--pairs", "118=120/70"}, {"storage", "--low", "4"}, {"storage", "--correct"},
		{"storage", "--low", "4", "--high", "warm"},
		{"lot", "--number", "V", "--panel", "blood-pressure", "--expires", nextYear, "--target", "0mmHg", "--limit", "5", "--single", "x"},
		{"lot", "--number", "S", "--model", "onetouch-ultra2", "--expires", nextYear, "--low", "4"},
		{"drift", "--since", "lately"}, {"observe", "--account", "otto", "--panel", "x"},
	} {
		if o := qc(admin, args...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
}

// storesOf has strips kept too warm: the meter is locked until a supervisor puts the
// reading right.
func storesOf(t *testing.T, qc func(in string, args ...string) outcome, admin, otto string) {
	t.Helper()
	nextYear := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	for _, tt := range []struct {
		in   string
		args []string
		code int
		says string
	}{
		{admin, []string{"lot", "--number", "S9", "--model", "onetouch-ultra2", "--expires", nextYear, "--low", "4", "--high", "30", "--store", "cupboard"}, ExitOK, ""},
		{otto, []string{"storage"}, ExitOK, "cupboard  S9      -             -             in order"},
		{otto, []string{"storage", "--low", "19", "--high", "34", "--store", "cupboard"}, ExitOK, ""},
		{otto, []string{"storage"}, ExitOK, "kept too cold or too warm: S9"},
		{otto, []string{"status", "--instrument", qcMeter}, ExitOK, "lot-spoilt"},
		{otto, []string{"storage", "--low", "19", "--high", "24", "--store", "cupboard", "--correct", "--reason", "misread"}, ExitDenied, ""},
		{admin, []string{"storage", "--low", "19", "--high", "24", "--store", "cupboard", "--correct", "--reason", "misread"}, ExitOK, ""},
		{otto, []string{"storage"}, ExitOK, "19 to 24 °C, "},
	} {
		if o := qc(tt.in, tt.args...); o.code != tt.code || !strings.Contains(o.stdout, tt.says) {
			t.Errorf("%v: %+v", tt.args, o)
		}
	}
	if o := qc(otto, "status", "--instrument", qcMeter); strings.Contains(o.stdout, "lot-spoilt") {
		t.Errorf("put right: %s", o.stdout)
	}
}

// A visit by script is refused where the kiosk's would be, with words for the
// person and the reason for staff.
func TestQCLocksAVisit(t *testing.T) {
	folder := t.TempDir()
	profile := `{"quality": [{"panel": "oximetry", "calibration": true}]}`
	if err := os.WriteFile(filepath.Join(folder, site.ProfileName), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	o := run(t, "measure oximetry\n", "visit", "--simulate", "--speed", "20", "--script", "-", "--data", folder)
	if o.code != ExitFault || !strings.Contains(o.stderr, "has to be checked first") || !strings.Contains(o.stderr, "no-calibration") {
		t.Errorf("%+v", o)
	}
}
