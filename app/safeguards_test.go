package main

import (
	"os"
	"path/filepath"
	"regexp"
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
