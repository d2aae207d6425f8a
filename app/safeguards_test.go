package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSafeguardsAreTested: each line about the technical safeguards names tests that
// there are.
func TestSafeguardsAreTested(t *testing.T) {
	text, err := os.ReadFile("../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)`(?: and `(Test\\w+)`)? in `([a-z0-9/]+)`")
	lines := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "| (") {
			continue
		}
		lines++
		found := named.FindAllStringSubmatch(line, -1)
		if len(found) == 0 {
			t.Errorf("no test: %s", line)
		}
		for _, f := range found {
			for _, name := range f[1:3] {
				if name != "" && !hasTest(t, f[3], name) {
					t.Errorf("there is no %s in %s", name, f[3])
				}
			}
		}
	}
	if lines != 12 {
		t.Errorf("%d lines, want one for each standard and specification: 12", lines)
	}
}

func hasTest(t *testing.T, pkg, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", pkg, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

// TestCriteriaAreHeld: README says of each criterion of WCAG 2.2, levels A and AA, how it
// stands, and the tests that it names are there.
func TestCriteriaAreHeld(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(text), "Held against WCAG")
	part, _, _ = strings.Cut(part, "\n## ")
	said := map[string]bool{}
	for _, m := range regexp.MustCompile(`\b(\d\.\d)\.(\d+)(?:-\d\.\d\.(\d+))?`).FindAllStringSubmatch(part, -1) {
		from, _ := strconv.Atoi(m[2])
		to, err := strconv.Atoi(m[3])
		if err != nil {
			to = from
		}
		for n := from; n <= to; n++ {
			said[m[1]+"."+strconv.Itoa(n)] = true
		}
	}
	for _, c := range strings.Fields(`1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5
		1.4.10 1.4.11 1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6 2.4.7 2.4.11 2.5.1 2.5.2 2.5.3
		2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1 3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3`) {
		if !said[c] {
			t.Errorf("nothing is said of %s", c)
		}
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(part, -1)
	if len(named) == 0 {
		t.Error("no test is named")
	}
	for _, m := range named {
		if !slices.ContainsFunc([]string{"ui/kiosk", "ui/kit", "app/visit", "assets"}, func(pkg string) bool { return hasTest(t, pkg, m[1]) }) {
			t.Errorf("there is no %s", m[1])
		}
	}
}
