package export

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

func batch(t *testing.T, all ...*records.Encounter) []string {
	t.Helper()
	var out bytes.Buffer
	m, err := NewMessages(&out, fhir.Operator{Base: "https://clinic.example"}, time.Date(2026, time.March, 2, 8, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if err := m.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\r"), "\r")
}

// TestMessages: a batch has its headers, each visit that gave a result once, and
// the number of messages; the same visits give the same bytes.
func TestMessages(t *testing.T) {
	good, voided := someVisit(), someVisit()
	good.Observations[0].Excluded = ""
	voided.Observations = voided.Observations[1:] // nothing that counts
	lines := batch(t, good, voided)
	var names []string
	for _, l := range lines {
		names = append(names, l[:3])
	}
	want := "FHS BHS MSH PID PV1 ORC OBR OBX OBX OBX BTS FTS"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if lines[0] != `FHS|^~\&|AIDPOST||||20260302080000+0000` || lines[len(lines)-2] != "BTS|1" || lines[len(lines)-1] != "FTS|1" {
		t.Errorf("%q", lines)
	}
	if again := batch(t, good, voided); strings.Join(again, "\n") != strings.Join(lines, "\n") {
		t.Error("the same visits give another batch")
	}
	if none := batch(t); len(none) != 4 || none[2] != "BTS|0" {
		t.Errorf("of nothing: %q", none)
	}
}

// TestMessagesOnAFullDisk: half a batch is never taken for a whole one.
func TestMessagesOnAFullDisk(t *testing.T) {
	m, err := NewMessages(&fullDisk{room: 2000}, fhir.Operator{Base: "https://clinic.example"}, time.Time{})
	for i := 0; err == nil && i < 100; i++ {
		e := someVisit()
		e.Observations[0].Excluded = ""
		err = m.Add(e)
	}
	if !errors.Is(err, errFull) {
		t.Errorf("%v", err)
	}
}
