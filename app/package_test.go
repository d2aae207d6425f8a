package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPackageNotes checks that the notes on installing name every file that is
// packaged with them, and that the unit starts what they install.
func TestPackageNotes(t *testing.T) {
	const folder = "../assets/package"
	notes, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); name != "README.md" && !strings.Contains(string(notes), "package/"+name) && !strings.Contains(string(notes), name+" /etc") {
			t.Errorf("the notes do not say where %s goes", name)
		}
	}
	unit, err := os.ReadFile(filepath.Join(folder, "aidpost.service"))
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range regexp.MustCompile(`/usr/local/bin/([a-z-]+)`).FindAllStringSubmatch(string(unit), -1) {
		if !regexp.MustCompile(`install -m 755 .*\b` + program[1] + `\b.* /usr/local/bin/`).Match(notes) {
			t.Errorf("the unit starts %s, which the notes do not install", program[1])
		}
	}
}
