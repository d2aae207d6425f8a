package site

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox/standin"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// TestBeside: a corrected visit reaches a server with who corrected it, how its
// instrument was calibrated and the page about it; sent again nothing changes.
// A server that names resources itself gets the page within the document.
func TestBeside(t *testing.T) {
	for _, own := range []bool{false, true} {
		folder := t.TempDir()
		store, err := OpenStore(t.Context(), folder, records.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		console := store.Console("root", "kiosk-1")
		at := time.Now().UTC().Add(-time.Hour).Truncate(time.Second)
		instrument := quality.Instrument{Model: "suntech-advantage", Serial: "A17"}
		err = console.Calibrate(t.Context(), quality.Calibration{Instrument: instrument, Due: at.AddDate(1, 0, 0)})
		if err != nil {
			t.Fatal(err)
		}
		e := &records.Encounter{
			ID: records.NewID(), Status: records.Finished, Started: at, Ended: at.Add(5 * time.Minute), Zone: "Europe/Madrid", Language: "es",
			Place:    records.Place{Organization: "Clinic", Location: "Room", Kiosk: "kiosk-1"},
			Patient:  &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30}},
			Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: at}},
			Observations: []records.Observation{{
				ID: records.NewID(), Panel: vitals.BloodPressure, State: records.Confirmed, Taken: at.Add(time.Minute),
				Values: vitals.Values{
					{Measure: vitals.Systolic, Quantity: vitals.Of(134, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(86, vitals.MmHg)},
				},
				Origin: records.Origin{Device: records.Device{Maker: "SunTech Medical", Model: "Advantage", Serial: "A17"}, Driver: "suntech-advantage"},
			}},
		}
		if err := store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		_, err = console.AddStaff(t.Context(), records.NewAccount{Name: "Nurse Okafor", Role: staff.Administrator, Badge: "badge-1", PIN: "739214"})
		if err != nil {
			t.Fatal(err)
		}
		server := &standin.Server{OwnIDs: own}
		web := httptest.NewServer(server)
		defer web.Close()
		settings := `{"url": "` + web.URL + `", "base": "https://clinic.example", "summary": true}`
		if err := os.WriteFile(filepath.Join(folder, SyncName), []byte(settings), 0o600); err != nil {
			t.Fatal(err)
		}
		send := func() {
			t.Helper()
			s, err := LoadSync(folder)
			if err != nil {
				t.Fatal(err)
			}
			sender, err := s.Sender(folder, "1", store, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			if r, err := sender.Once(t.Context()); err != nil || r.Sent != 1 {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		send()
		nurse, err := store.SignIn(t.Context(), "badge-1", "739214", "kiosk-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err = nurse.Void(t.Context(), e.Observations[0].ID, records.Correction{Reason: "technique"}); err != nil {
			t.Fatal(err)
		}
		send()
		kinds := map[string]string{}
		for key, held := range server.Held() {
			kind, _, _ := strings.Cut(key, "/")
			kinds[kind] += string(held.JSON)
		}
		if !strings.Contains(kinds["DeviceMetric"], `"calibrated"`) {
			t.Errorf("own ids %v: the calibration is %s", own, kinds["DeviceMetric"])
		}
		if !strings.Contains(kinds["Practitioner"], "Nurse Okafor") || !strings.Contains(kinds["PractitionerRole"], "administrator") ||
			!strings.Contains(kinds["Provenance"], "Practitioner/") {
			t.Errorf("own ids %v: corrected by %s, %s", own, kinds["Practitioner"], kinds["PractitionerRole"])
		}
		var file struct{ Data []byte }
		var document struct {
			Content []struct{ Attachment struct{ Data, URL string } }
		}
		if err := json.Unmarshal([]byte(kinds["DocumentReference"]), &document); err != nil {
			t.Fatal(err)
		}
		a := document.Content[0].Attachment
		if own {
			file.Data, _ = base64.StdEncoding.DecodeString(a.Data)
		} else if err := json.Unmarshal([]byte(kinds["Binary"]), &file); err != nil || a.URL == "" {
			t.Fatalf("%q, %v", a.URL, err)
		}
		if !bytes.HasPrefix(file.Data, []byte("%PDF-")) || kinds["Binary"] != "" == own {
			t.Errorf("own ids %v: the page is %.40q", own, file.Data)
		}
	}
}
