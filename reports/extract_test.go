package reports

import (
	"context"
	"strings"
	"testing"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
)

// TestAuditExtractTellsAll: who did what to whose data, refusals, the hashes at
// both ends, and what the trail is worth, stand on the paper in words.
func TestAuditExtractTellsAll(t *testing.T) {
	w := newWorld(t)
	x := w.extract(w.issue("en", A4), usualWords())
	said := func(x AuditExtract) string {
		t.Helper()
		l, err := streamed(x.Issue, x.compose)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(strings.ReplaceAll(allText(l.pages), "\u200e", "")), " ")
	}
	got := said(x)
	for _, want := range []string{
		"What was done to the data of Amina Okafor", "broken in 4 places", "Entry 117 was changed.", "Entries 204 to 209 are missing.", "No entry has the code 5f0c9a1e03ab77d2",
		"First entry of this time Entry 4102", strings.Repeat("5f0c9a1e", 8), "Last entry of this time Entry 4711", strings.Repeat("03ab77d2", 8),
		"Saw a person’s record", "Amina Operator", "At the patients’ screen", "Aidpost itself", "Ahead by 1 hour", "Exported Refused", "Printed Failed", "something.new Emergency access", "Nobody known",
		"34 entries", "Checked by", "14:03:10 · Entry 4103",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the paper: %s", want, got)
		}
	}
	x.Of, x.By, x.Verified.Broken = "", "Bo Lindqvist", nil
	x.Each = func(context.Context, func(records.AuditEntry) error) error { return nil }
	x.First, x.Last = records.AuditMark{}, records.AuditMark{}
	got = said(x)
	for _, want := range []string{"What Bo Lindqvist did", "Nothing is missing and nothing was changed: 4711 entries.", "Nothing of the kind is on record."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the paper: %s", want, got)
		}
	}
	if strings.Contains(got, "First entry") {
		t.Error("a time without entries has ends")
	}
}

// TestClosedDayTellsAll: the page of a closed day says what was left open and why,
// what the server holds, who closed it, and where the trail stood.
func TestClosedDayTellsAll(t *testing.T) {
	w := newWorld(t)
	i := w.issue("en", A4)
	l, err := streamed(i, w.closedDay(i, usualWords()).compose)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(strings.ReplaceAll(allText(l.pages), "\u200e", "")), " ")
	for _, want := range []string{
		"Day closing", "Critical results that nobody was told of 1 open Short of breath since Monday", "Visits that are not finished Done", "People on hold 2 open Short of breath since Monday waits for an interpreter, has just eaten", "Readings in the tray 4 open",
		"LifeScan OneTouch Ultra2 4711-0815", "https://fhir.example.org/r4 It has proved to hold 412. 3 wait, 1 are refused, 17 stay here.", "It last answered 23 November 2026, 13:02 CET",
		"Closed by Amina Okafor, Supervisor, 23 November 2026, 14:02 CET", "ended with entry 4711: 03ab77d2", "Checked by",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not on the page: %s", want, said)
		}
	}
}

// TestOverrideIsOnPaper: a result that an override let through says so in red, and not
// in red alone.
func TestOverrideIsOnPaper(t *testing.T) {
	w := newWorld(t)
	d := w.data("en")
	d.Encounter.Observations = []records.Observation{w.observe(t, "o2", vitals.Oximetry, visitStart, "", oxygen(97, 71)...)}
	d.Encounter.Observations[0].Flags = []vitals.Flag{vitals.Overridden}
	var said []string
	for _, page := range pagesOf(t, d) {
		for _, text := range page.Texts() {
			if text.Style == alert {
				said = append(said, text.Line)
			}
		}
	}
	if got := strings.Join(said, " "); got != d.Lang.T(words.ResultNoteOverridden) {
		t.Errorf("in red: %q", got)
	}
}
