package cli

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/vitals"
)

// keepMeasured saves visits with a blood pressure of one person and of a
// guest, and returns the person's id.
func keepMeasured(t *testing.T, data string) records.ID {
	t.Helper()
	store, err := site.OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ada := &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}}
	for i, p := range []*records.Patient{ada, ada, nil} {
		at := noon.Add(-time.Duration(i+1) * 24 * time.Hour)
		e := &records.Encounter{
			ID: records.NewID(), Status: records.Finished, Started: at, Ended: at.Add(time.Minute), Patient: p,
			Zone: "UTC", Language: "en", Place: site.DefaultProfile().Place(),
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.BloodPressure, Taken: at, State: records.Confirmed,
				Values: vitals.Values{
					{Measure: vitals.Systolic, Quantity: vitals.Of(128+i, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(82, vitals.MmHg)},
				},
				Origin: records.Origin{Driver: "suntech-advantage", Device: records.Device{Maker: "SunTech", Model: "Advantage", Serial: "S1"}},
			}},
		}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	return ada.ID
}

func TestExportTable(t *testing.T) {
	data := t.TempDir()
	keepMeasured(t, data)
	o := run(t, "", "export", "--data", data, "--out", "-")
	rows, err := csv.NewReader(strings.NewReader(o.stdout)).ReadAll()
	if o.code != ExitOK || err != nil || len(rows) != 1+3*2 {
		t.Fatalf("%+v, %v", o, err)
	}
	if strings.Count(o.stdout, "Lovelace") != 4 {
		t.Errorf("Ada has four values: %s", o.stdout)
	}
	o = run(t, "", "export", "--data", data, "--out", "-", "--no-names", "--since", "36h")
	if o.code != ExitOK || strings.Contains(o.stdout, "Lovelace") || strings.Count(o.stdout, "\n") != 1+2 {
		t.Errorf("without names, of yesterday: %+v", o)
	}
	file := filepath.Join(t.TempDir(), "all.csv")
	if o := run(t, "", "export", "--data", data, "--out", file); o.code != ExitOK {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "export", "--data", data, "--out", file); o.code != ExitFailed || !strings.Contains(o.stderr, "exist") {
		t.Errorf("over a file: %+v", o)
	}
	if o := run(t, "", "audit", "list", "--data", data); !strings.Contains(o.stdout, "record.export") {
		t.Errorf("no export is on record: %+v", o)
	}
}

// resourceLines counts the lines of a file, each of which must be a resource of the
// type that the file is named after.
func resourceLines(t *testing.T, path string) int {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); n++ {
		var r struct{ ResourceType, ID string }
		if err := json.Unmarshal(s.Bytes(), &r); err != nil || r.ResourceType+".ndjson" != filepath.Base(path) || r.ID == "" {
			t.Fatalf("%s: %s, %v", path, s.Text(), err)
		}
	}
	return n
}

func TestExportResources(t *testing.T) {
	data, out := t.TempDir(), filepath.Join(t.TempDir(), "fhir")
	keepMeasured(t, data)
	if o := run(t, "", "export", "--data", data, "--format", "ndjson", "--out", out); o.code != ExitOK || !strings.Contains(o.stdout, "3 Encounter") {
		t.Fatalf("%+v", o)
	}
	// The guest is a Patient without a name, Ada is one of two visits.
	for name, want := range map[string]int{"Encounter": 3, "Observation": 3, "Patient": 2, "Organization": 1} {
		if got := resourceLines(t, filepath.Join(out, name+".ndjson")); got != want {
			t.Errorf("%d of %s, want %d", got, name, want)
		}
	}
}

func TestExportMessages(t *testing.T) {
	data := t.TempDir()
	keepMeasured(t, data)
	o := run(t, "", "export", "--data", data, "--format", "hl7", "--out", "-")
	if o.code != ExitOK || !strings.HasPrefix(o.stdout, "FHS|") || strings.Count(o.stdout, "\rPID|") != 3 || !strings.HasSuffix(o.stdout, "BTS|3\rFTS|1\r") {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "export", "--data", data, "--format", "hl7", "--no-names", "--out", "-"); o.code != ExitUsage {
		t.Errorf("%+v", o)
	}
}

func TestExportPerson(t *testing.T) {
	data, out := t.TempDir(), filepath.Join(t.TempDir(), "ada")
	ada := keepMeasured(t, data)
	if o := run(t, "", "person", string(ada), "--data", data, "--out", out); o.code != ExitOK || !strings.Contains(o.stdout, "2 visits") {
		t.Fatalf("%+v", o)
	}
	text, err := os.ReadFile(filepath.Join(out, "bundle.json"))
	if err != nil {
		t.Fatal(err)
	}
	var b struct {
		Type  string
		Entry []struct{ Resource struct{ ResourceType string } }
	}
	if err := json.Unmarshal(text, &b); err != nil || b.Type != "collection" {
		t.Fatalf("%v, %v", b.Type, err)
	}
	count := map[string]int{}
	for _, e := range b.Entry {
		count[e.Resource.ResourceType]++
	}
	if count["Patient"] != 1 || count["Encounter"] != 2 || count["Observation"] != 2 {
		t.Errorf("%v", count)
	}
	pages, err := filepath.Glob(filepath.Join(out, "*.pdf"))
	if err != nil || len(pages) != 2 {
		t.Errorf("%v, %v", pages, err)
	}
	nobody := filepath.Join(t.TempDir(), "nobody")
	if o := run(t, "", "person", string(records.NewID()), "--data", data, "--out", nobody); o.code != ExitFailed {
		t.Errorf("%+v", o)
	}
	if _, err := os.Stat(nobody); err == nil {
		t.Error("a folder of nobody")
	}
}

func TestErase(t *testing.T) {
	data := t.TempDir()
	ada := keepMeasured(t, data)
	if o := run(t, "", "backup", "--data", data); o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	if o := run(t, "", "erase", string(ada), "--data", data); o.code != ExitUsage {
		t.Errorf("without a reason: %+v", o)
	}
	summary := saveSummary(t, data, ada)
	if o := run(t, "", "summaries", "--data", data); o.code != ExitOK || strings.TrimSpace(o.stdout) != summary {
		t.Errorf("%+v", o)
	}
	opened := filepath.Join(t.TempDir(), "summary.pdf")
	if o := run(t, "", "summaries", "open", summary, "--out", opened, "--data", data); o.code != ExitOK {
		t.Errorf("%+v", o)
	}
	if paper, err := os.ReadFile(opened); err != nil || string(paper) != "%PDF-1.3" {
		t.Errorf("%q, %v", paper, err)
	}
	if o := run(t, "", "restore", "--data", data); o.code != ExitOK { // something is set aside
		t.Errorf("%+v", o)
	}
	// Another moment than that of the backup, so that it has another name.
	later := Env{Now: func() time.Time { return noon.Add(time.Hour) }, Stdin: strings.NewReader("")}
	o := runEnv(t.Context(), t, later, "erase", string(ada), "--reason", "asked for it", "--data", data)
	if o.code != ExitOK || !strings.Contains(o.stdout, "erased: 2 visits, 1 person") || !strings.Contains(o.stdout, "1 older backup") ||
		!strings.Contains(o.stdout, "1 saved summary") || strings.Count(o.stdout, "set-aside-") != 1 || !strings.Contains(o.stdout, "remains: papers") {
		t.Fatalf("%+v", o)
	}
	_, receipt, _ := strings.Cut(o.stdout, "receipt: ")
	receipt, _, _ = strings.Cut(receipt, "\n")
	if v := run(t, receipt, "audit", "verify", "--anchor", "-", "--data", data); !strings.HasPrefix(receipt, "aidpost-audit ") || v.code != ExitOK {
		t.Errorf("the receipt %q: %+v", receipt, v)
	}
	if o := run(t, "", "encounters", "--data", data); strings.Contains(o.stdout, "Ada") || strings.Count(o.stdout, "guest") != 1 {
		t.Errorf("%+v", o)
	}
	backups, err := site.Backups(filepath.Join(data, site.BackupFolder))
	if err != nil || len(backups) != 1 || !backups[0].Made.Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, %v", backups, err)
	}
	if o := run(t, "", "audit", "list", "--data", data); !strings.Contains(o.stdout, "patient.erase") {
		t.Errorf("not on record: %+v", o)
	}
	if o := run(t, "", "erase", "--before", "2026-02-28", "--data", data); o.code != ExitOK || !strings.Contains(o.stdout, "erased: 1 visit,") {
		t.Errorf("by date: %+v", o)
	}
}

// TestCaptures: what a running kiosk wrote down of its wires is listed and opened.
func TestCaptures(t *testing.T) {
	data := t.TempDir()
	keepMeasured(t, data)
	if o := run(t, "", "backup", "--data", data); o.code != ExitOK { // from now on there are keys
		t.Fatalf("%+v", o)
	}
	if o := run(t, "", "captures", "--data", data); o.code != ExitOK || o.stdout != "" {
		t.Errorf("without any: %+v", o)
	}
	settings := []byte(`{"version": 1, "name": "A test", "captures": "wires"}`)
	if err := errors.Join(os.WriteFile(filepath.Join(data, "site.json"), settings, 0o600), os.Mkdir(filepath.Join(data, "wires"), 0o700)); err != nil {
		t.Fatal(err)
	}
	const session = "aidpost capture of a test\n"
	var sealed bytes.Buffer
	store, err := site.OpenStore(t.Context(), data, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	to, err := store.SealCapture(t.Context(), &sealed)
	if err == nil {
		_, err = to.Write([]byte(session))
	}
	path := filepath.Join(data, "wires", "1"+site.SealedCapture)
	if err := errors.Join(err, store.Close(), os.WriteFile(path, sealed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	tried := filepath.Join(data, site.CaptureFolder, "2"+site.SealedCapture)
	if err := errors.Join(os.Mkdir(filepath.Dir(tried), 0o700), os.WriteFile(tried, sealed.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if o := run(t, "", "captures", "list", "--data", data); o.code != ExitOK || o.stdout != tried+"\n"+path+"\n" {
		t.Errorf("%+v", o)
	}
	out := filepath.Join(t.TempDir(), "session.capture")
	if o := run(t, "", "captures", "open", path, "--out", out, "--data", data); o.code != ExitOK {
		t.Errorf("%+v", o)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != session {
		t.Errorf("%q, %v", got, err)
	}
	if err := os.WriteFile(path, sealed.Bytes()[:sealed.Len()-1], 0o600); err != nil {
		t.Fatal(err)
	}
	if o := run(t, "", "captures", "open", path, "--out", out+"2", "--data", data); o.code != ExitFailed {
		t.Errorf("of one cut off: %+v", o)
	}
}

// saveSummary saves a summary of a person's last visit as the kiosk does, and
// returns its name.
func saveSummary(t *testing.T, data string, patient records.ID) (name string) {
	t.Helper()
	store, err := site.OpenStore(t.Context(), data, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for e, err := range store.Encounters(t.Context(), records.Filter{Patient: patient, Limit: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := store.SealSummary(t.Context(), e.ID, []byte("%PDF-1.3"))
		if err != nil {
			t.Fatal(err)
		}
		name = site.SummaryName(e.ID, noon)
		folder := filepath.Join(data, site.SummaryFolder)
		if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, name), sealed, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return name
}
