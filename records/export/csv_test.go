package export

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/vitals"
)

func someVisit() *records.Encounter {
	taken := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	device := records.Device{ID: records.NewID(), Maker: "SunTech", Model: "Advantage", Serial: "S1"}
	return &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: taken, Zone: "Europe/Madrid", Language: "es",
		Patient: &records.Patient{ID: records.NewID(), Given: "=HYPERLINK(\"x\")", Family: "Lovelace, \"Ada\"", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}},
		Observations: []records.Observation{
			{
				ID: records.NewID(), Panel: vitals.BloodPressure, Taken: taken, State: records.Confirmed, Number: 1, Excluded: "first-of-series",
				Values: vitals.Values{
					{Measure: vitals.Systolic, Quantity: vitals.Of(128, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(82, vitals.MmHg)},
					{Measure: vitals.Pulse, Quantity: vitals.Of(70, vitals.PerMinute)},
				},
				Origin: records.Origin{Device: device, Driver: "suntech-advantage"},
			},
			{
				ID: records.NewID(), Panel: vitals.BloodGlucose, Taken: taken, State: records.Voided, Meal: vitals.BeforeMeal,
				Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Quantity{Value: vitals.Int(600), Unit: vitals.MgPerDL, Comparator: vitals.Above}}},
				Flags:  []vitals.Flag{vitals.ClockDoubt, vitals.StoredReading},
				Origin: records.Origin{Device: device, Driver: "onetouch-ultra2", InstrumentAt: taken.Add(-time.Hour), Drift: -3600},
			},
		},
	}
}

// table returns the rows of encounters by column.
func table(t *testing.T, nameless bool, all ...*records.Encounter) []map[string]string {
	t.Helper()
	var out bytes.Buffer
	w, err := NewTable(&out, nameless)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if err := w.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	cells, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range cells[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[cells[0][i]] = cell
		}
		rows = append(rows, row)
	}
	if w.Rows() != int64(len(rows)) {
		t.Errorf("%d rows are counted, %d are there", w.Rows(), len(rows))
	}
	return rows
}

func TestTable(t *testing.T) {
	e := someVisit()
	rows := table(t, false, e)
	if len(rows) != 4 { // two pressures, a pulse, a glucose
		t.Fatalf("%d rows: %v", len(rows), rows)
	}
	for i, want := range []map[string]string{
		{"code": "8480-6", "value": "128", "unit": "mm[Hg]", "counts": "no", "reading": "1", "taken": "2026-03-01T13:00:00+01:00", "device_serial": "S1"},
		{"code": "8462-4", "value": "82", "unit": "mm[Hg]", "clock_drift_s": ""},
		{"code": "8867-4", "value": "70", "unit": "/min"},
		{
			"code": "41653-7", "comparator": ">", "value": "600", "unit": "mg/dL", "status": "entered-in-error", "counts": "no",
			"flags": "clock-doubt stored", "clock_drift_s": "-3600",
		},
	} {
		want["encounter"], want["patient"], want["birth_date"] = string(e.ID), string(e.Patient.ID), "1956-04-30"
		want["given"], want["family"] = "'=HYPERLINK(\"x\")", "Lovelace, \"Ada\""
		for column, cell := range want {
			if rows[i][column] != cell {
				t.Errorf("row %d: %s is %q, want %q", i, column, rows[i][column], cell)
			}
		}
	}
	if rows[0]["observation"] != rows[1]["observation"] || rows[0]["observation"] == rows[3]["observation"] {
		t.Error("rows of one observation do not belong together")
	}
}

func TestNamelessTable(t *testing.T) {
	e, guest := someVisit(), someVisit()
	guest.Patient = nil
	for i, row := range table(t, true, e, guest) {
		if row["given"]+row["family"]+row["birth_date"] != "" {
			t.Errorf("row %d says who it is: %v", i, row)
		}
		if known := row["patient"] == string(e.Patient.ID); known != (row["encounter"] == string(e.ID)) {
			t.Errorf("row %d is of %q", i, row["patient"])
		}
	}
}

func TestHarmless(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "Ada": "Ada", "=1+1": "'=1+1", "+1": "+1", "-3600": "-3600", "-x": "'-x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

type fullDisk struct{ room int }

var errFull = errors.New("no room")

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestTableOnAFullDisk: half a table is never taken for a whole one.
func TestTableOnAFullDisk(t *testing.T) {
	w, err := NewTable(&fullDisk{room: 5000}, false)
	for i := 0; err == nil && i < 100; i++ {
		err = w.Add(someVisit())
	}
	if err == nil {
		err = w.Close()
	}
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "write table") {
		t.Errorf("%v", err)
	}
}
