package cli

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
)

// TestReadRecordings: what was written is read as it was, as far as it goes.
func TestReadRecordings(t *testing.T) {
	const lines = `{"recording":1,"model":"contec-cms50d-plus","serial":"S1","name":"CMS50F","place":"user 0, segment 0","began":"2026-03-09T23:30:00Z","time_of_day":null,"every_seconds":1,"announced":3,"samples":3}
{"recording":1,"index":0,"spo2":97,"pulse":60,"perfusion_index":2.31}
{"recording":1,"index":1,"spo2":null,"pulse":null,"perfusion_index":null}
{"recording":1,"index":2,"spo2":96,"pulse":61,"perfusion_index":0.07}
{"recording":2,"model":"contec-cms50d-plus","began":null,"time_of_day":"23:30","every_seconds":1,"announced":2,"samples":1}
{"recording":2,"index":0,"spo2":95,"pulse":59,"perfusion_index":null}
`
	none := instruments.RecordedSample{SpO2: instruments.Missing, Pulse: instruments.Missing, Perfusion: instruments.Missing}
	first := instruments.Recording{
		Identity: instruments.Identity{Serial: "S1", Name: "CMS50F"}, Place: "user 0, segment 0",
		Began: time.Date(2026, time.March, 9, 23, 30, 0, 0, time.UTC), Every: time.Second, Announced: 3,
		Samples: []instruments.RecordedSample{{SpO2: 97, Pulse: 60, Perfusion: 231}, none, {SpO2: 96, Pulse: 61, Perfusion: 7}},
	}
	second := instruments.Recording{
		TimeOfDay: "23:30", Every: time.Second, Announced: 2,
		Samples: []instruments.RecordedSample{{SpO2: 95, Pulse: 59, Perfusion: instruments.Missing}},
	}
	got, err := readRecordings(strings.NewReader(lines))
	if err != nil || len(got) != 2 || !reflect.DeepEqual(*got[0], first) || !reflect.DeepEqual(*got[1], second) {
		t.Errorf("read %+v, %v", got, err)
	}
	for cut := range len(lines) {
		got, err := readRecordings(strings.NewReader(lines[:cut]))
		if err != nil || len(got) > 2 {
			t.Fatalf("cut after %d: %v", cut, err)
		}
		if strings.Count(lines[:cut], "}") < 4 && len(got) > 0 && got[0].Whole() {
			t.Fatalf("cut after %d, the first calls itself whole", cut)
		}
	}
	for _, bad := range []string{"[1]\n", `{"index":0}` + "\n", strings.Replace(lines, `"index":1`, `"index":2`, 1), "bytes\n"} {
		if got, err := readRecordings(strings.NewReader(bad)); err == nil {
			t.Errorf("%.40q was read as %+v", bad, got)
		}
	}
}
