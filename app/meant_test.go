package main

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records/intended"
)

// The marks around the list in README.md of what instruments are meant for.
const (
	meantBegin = "<!-- meant for: go test -tags ci ./app -update -->\n"
	meantEnd   = "<!-- end of meant for -->\n"
)

// TestReadmeMeantFor keeps that list equal to the table of labels.
func TestReadmeMeantFor(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := intended.Load()
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), meantBegin)
	got, after, ended := strings.Cut(rest, meantEnd)
	if !begun || !ended {
		t.Fatalf("%s has no list of what instruments are meant for between its marks", readme)
	}
	want := meantList(catalogue.Drivers(), labels)
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s lists\n%s\nthe labels have\n%s\nrun this test with -update", readme, got, want)
	}
	if err := os.WriteFile(readme, []byte(before+meantBegin+want+meantEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func meantList(drivers []instruments.Driver, labels *intended.Labels) string {
	var b strings.Builder
	b.WriteString("| Model | Meant for | Source |\n| --- | --- | --- |\n")
	for _, d := range drivers {
		l := labels.Of(d.Model().ID)
		said, source := sharingWords(l.Sharing.By), l.Sharing.Source
		if v := l.Validation; v != nil {
			said, source = validationWords(v), v.Source
		}
		if said != "" {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", l.Model, said, cmp.Or(source, "none found"))
		}
	}
	return b.String()
}

func sharingWords(s intended.Sharing) string {
	return map[intended.Sharing]string{
		intended.Several: "several people", intended.One: "one person", intended.Unsaid: "its maker does not say whether it may be shared",
		intended.Unknown: "not found what its maker says of sharing",
	}[s]
}

func validationWords(v *intended.Validation) string {
	switch v.Status {
	case intended.Published:
		return fmt.Sprintf("**validated**: %s by %s", v.Of, v.Protocol)
	case intended.Sibling:
		return fmt.Sprintf("no study of it found, only of its maker's %s by %s", v.Of, v.Protocol)
	case intended.Claimed:
		return fmt.Sprintf("its maker says that %s was validated by %s; no study found", v.Of, v.Protocol)
	}
	return "no validation found"
}
