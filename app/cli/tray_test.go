package cli

import (
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/vitals"
)

// stray puts a reading of an hour ago into the tray of the records in a folder.
func stray(t *testing.T, folder string, mgdl int) records.ID {
	t.Helper()
	store, err := site.OpenStore(t.Context(), folder, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	at := time.Now().Add(-time.Hour)
	e := records.Orphaned(records.Observation{
		ID: records.NewID(), Panel: vitals.BloodGlucose, Taken: at,
		Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}},
		Origin: records.Origin{Device: records.Device{Maker: "LifeScan", Model: "OneTouch Ultra2", Serial: "VDH74F2CY"}, Driver: "onetouch-ultra2", DriverVersion: "1"},
	}, records.Orphan{At: at, Why: records.InMemory}, records.Place{Kiosk: "kiosk-1"}, time.UTC)
	if err := store.PutInTray(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e.ID
}

// TestTray: what waits is listed and asked for at the end of the day, is given to a
// person or set aside with a reason, and is then not there any more.
func TestTray(t *testing.T) {
	folder, visit := recorded(t)
	patient := string(visit.Patient.ID)
	first, second := stray(t, folder, 50), stray(t, folder, 102)
	o := runNow(t, "", "tray", "--data", folder)
	if o.code != ExitOK || !strings.Contains(o.stdout, string(first)) || !strings.Contains(o.stdout, "onetouch-ultra2 VDH74F2CY  in-memory") {
		t.Errorf("listed: %+v", o)
	}
	if o := runNow(t, "", "day", "status", "--data", folder); !strings.Contains(o.stdout, "tray        2") {
		t.Errorf("at the end of the day: %+v", o)
	}
	for _, args := range [][]string{{"give", string(first)}, {"give", string(first), "--to", patient}, {"aside", string(first)}, {"aside", string(first), "--reason", "seen"}, {"dance"}, {"list", "x"}} {
		if o := runNow(t, "", append(append([]string{"tray"}, args...), "--data", folder)...); o.code != ExitUsage {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if o := runNow(t, "", "tray", "give", string(first), "--to", patient, "--reason", "seen", "--data", folder); o.code != ExitOK || !strings.Contains(o.stdout, "revision 1") {
		t.Errorf("given: %+v", o)
	}
	if o := runNow(t, "", "day", "status", "--data", folder); !strings.Contains(o.stdout, "criticals   1") {
		t.Errorf("a critical one that was given is told to nobody: %+v", o)
	}
	for _, reading := range []string{string(first), "no-such"} {
		if o := runNow(t, "", "tray", "aside", reading, "--reason", "test", "--data", folder); o.code != ExitFailed {
			t.Errorf("%s: %+v", reading, o)
		}
	}
	if o := runNow(t, "", "tray", "aside", string(second), "--reason", "test", "--data", folder); o.code != ExitOK {
		t.Errorf("set aside: %+v", o)
	}
	if o := runNow(t, "", "tray", "list", "--json", "--data", folder); o.code != ExitOK || o.stdout != "" {
		t.Errorf("what is left: %+v", o)
	}
}
