package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/manual"
)

var update = flag.Bool("update", false, "write the list of instruments into README.md")

// The marks around the list of instruments in README.md.
const (
	readme    = "../README.md"
	listBegin = "<!-- instruments: go test -tags ci ./app -update -->\n"
	listEnd   = "<!-- end of instruments -->\n"
)

// TestReadmeInstruments keeps the list in README.md equal to the catalogue.
func TestReadmeInstruments(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), listBegin)
	got, after, ended := strings.Cut(rest, listEnd)
	if !begun || !ended {
		t.Fatalf("%s has no list of instruments between its marks", readme)
	}
	want := instrumentList(listedModels(), readySeconds(t))
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s lists\n%s\nthe catalogue has\n%s\nrun this test with -update", readme, got, want)
	}
	if err := os.WriteFile(readme, []byte(before+listBegin+want+listEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// soon is how many seconds after the plug an instrument is named, and ready, at the
// worst, and within how many half of them are where that depends on the moment.
type soon struct{ Named, Ready, Half float64 }

// of is soon of the model in words. What speaks seldom cannot be ready sooner than
// it speaks.
func (s soon) of(m instruments.Model) string {
	if s.Half > 0 {
		return fmt.Sprintf("%.1f s, half within %.1f s: it speaks every %g s", s.Ready, s.Half, m.Gap.Seconds())
	}
	if s.Named == s.Ready {
		return fmt.Sprintf("%.1f s", s.Named)
	}
	return fmt.Sprintf("%.1f, %.1f s", s.Named, s.Ready)
}

// readySeconds reads how soon instruments are named and ready, which the tests
// of the rack measure.
func readySeconds(t *testing.T) map[string]soon {
	t.Helper()
	text, err := os.ReadFile("../instruments/testdata/ready.json")
	if err != nil {
		t.Fatal(err)
	}
	var seconds map[string]soon
	if err := json.Unmarshal(text, &seconds); err != nil {
		t.Fatal(err)
	}
	return seconds
}

// listedModels are the models of the list: those of the catalogue, and what has no wire.
func listedModels() (models []instruments.Model) {
	for _, d := range catalogue.Drivers() {
		models = append(models, d.Model())
	}
	return append(models, manual.All())
}

func instrumentList(models []instruments.Model, ready map[string]soon) string {
	var b strings.Builder
	b.WriteString("| Model | Instrument | Measures | Line | USB adapters | Seen, ready | Can | Check | Protocol known from |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, m := range models {
		if !m.Wired() {
			b.WriteString(typedRow(m))
			continue
		}
		var adapters []string
		for _, a := range m.Adapters {
			adapters = append(adapters, fmt.Sprintf("%s:%s", a.VID, a.PID))
		}
		can := m.Abilities.Names()
		if m.Chosen {
			can = append(can, "*asks once*")
		}
		fmt.Fprintf(&b, "| `%s` | %s %s | %s | %s | %s | %s | %s | %s | %s |\n", m.ID, m.Maker, m.Name,
			strings.ReplaceAll(string(m.Panel), "-", " "), m.Line, strings.Join(adapters, ", "), ready[m.ID].of(m),
			strings.Join(can, ", "), cmp.Or(m.Checksum, "none"), m.Evidence)
	}
	return b.String()
}

// typedRow is the row of what has no wire.
func typedRow(m instruments.Model) string {
	var panels []string
	for _, p := range m.Panels() {
		panels = append(panels, strings.ReplaceAll(string(p), "-", " "))
	}
	return fmt.Sprintf("| `%s` | whatever has no wire: %s, marked as such and by whom | %s | none | none | at once |  | none | %s |\n",
		m.ID, m.Name, strings.Join(panels, ", "), m.Evidence)
}
