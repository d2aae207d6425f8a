package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// A room is a package of ours and what it leans on.
type room struct {
	ImportPath string
	Imports    []string // directly, without its tests
	Deps       []string // all
}

const (
	ours     = "aidpost/"
	fynePath = "fyne.io/fyne/v2"
	fyneApp  = fynePath + "/app" // needs cgo and a display
)

// rooms asks the go command for all packages of the module.
func rooms(t *testing.T) []room {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-tags", "ci", "-json=ImportPath,Imports,Deps", ours+"...")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []room
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var r room
		err := decoder.Decode(&r)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// in reports whether a package is at one of the places or under it.
func in(pkg string, places ...string) bool {
	return slices.ContainsFunc(places, func(p string) bool { return pkg == ours+p || strings.HasPrefix(pkg, ours+p+"/") })
}

// sees reports the first package of r's that matches.
func sees(list []string, match func(string) bool) (string, bool) {
	i := slices.IndexFunc(list, match)
	if i < 0 {
		return "", false
	}
	return list[i], true
}

func isFyne(pkg string) bool { return pkg == fynePath || strings.HasPrefix(pkg, fynePath+"/") }

// TestArrows: which package may lean on which. Each rule says what a package
// at a place must never reach, and why.
func TestArrows(t *testing.T) {
	all := rooms(t)
	for _, rule := range []struct {
		places []string
		never  func(pkg string) bool
		why    string
	}{
		{[]string{"instruments", "records", "reports", "assets", "app/visit", "app/desk", "app/site", "app/script", "app/cli"},
			isFyne, "builds and tests without a display"},
		{[]string{"ui"}, func(p string) bool { return p == fyneApp }, "the screens test without cgo"},
		{[]string{"instruments"}, func(p string) bool {
			return in(p, "records") && !in(p, "records/vitals", "records/rules", "records/oximetry")
		},
			"instruments know no patient"},
		{[]string{"instruments", "records", "reports", "assets"}, func(p string) bool { return in(p, "app", "ui") },
			"the arrows run downwards"},
		{[]string{"instruments"}, func(p string) bool { return in(p, "reports", "assets") }, "instruments know no words"},
		{[]string{"records", "reports"}, func(p string) bool { return in(p, "instruments") }, "records know no wire"},
		{[]string{"records"}, func(p string) bool { return in(p, "reports", "assets") }, "records know no paper"},
		{[]string{"records/vitals", "records/rules"}, func(p string) bool { return strings.HasPrefix(p, ours) }, "a leaf"},
		{[]string{"records/oximetry"}, func(p string) bool { return strings.HasPrefix(p, ours) && !in(p, "records/vitals", "records/rules") },
			"a leaf beside vitals and how rules are read"},
		{[]string{"records/guideline"}, func(p string) bool {
			return strings.HasPrefix(p, ours) && !in(p, "records/vitals", "records/rules", "records/oximetry")
		}, "a leaf beside vitals, how rules are read, and those of oximetry"},
		{[]string{"records/intended", "instruments/pulsewave"}, func(p string) bool { return strings.HasPrefix(p, ours) }, "a leaf"},
		{[]string{"assets"}, func(p string) bool { return strings.HasPrefix(p, ours) && !in(p, "assets") }, "a leaf"},
		{[]string{"app/visit", "app/desk", "app/site", "app/script", "app/cli"}, func(p string) bool { return in(p, "ui") },
			"a front end beside the screens"},
		{[]string{"app/visit"}, func(p string) bool { return in(p, "reports") }, "the state machine has no paper"},
	} {
		matched := false
		for _, r := range all {
			if !in(r.ImportPath, rule.places...) {
				continue
			}
			matched = true
			if seen, bad := sees(r.Deps, rule.never); bad {
				t.Errorf("%s reaches %s, but: %s", r.ImportPath, seen, rule.why)
			}
		}
		if !matched {
			t.Errorf("no package is at %v", rule.places)
		}
	}
}

// TestOnlyScreensImportFyne, and only the program itself its driver.
func TestOnlyScreensImportFyne(t *testing.T) {
	for _, r := range rooms(t) {
		if seen, bad := sees(r.Imports, isFyne); bad && !in(r.ImportPath, "ui", "app") {
			t.Errorf("%s imports %s", r.ImportPath, seen)
		}
		if slices.Contains(r.Imports, fyneApp) && r.ImportPath != "aidpost/app" {
			t.Errorf("%s imports %s", r.ImportPath, fyneApp)
		}
	}
}

// TestDriversLeanOnTheContract and on what drivers of one kind share.
func TestDriversLeanOnTheContract(t *testing.T) {
	shared := []string{"instruments/checksum", "instruments/meter", "instruments/cuff", "instruments/spotcheck", "instruments/station",
		"instruments/scale"}
	allowed := append([]string{"records/vitals"}, shared...)
	// These are no drivers: they list, open, simulate or test them.
	others := append([]string{"instruments/catalogue", "instruments/conformance", "instruments/serialport", "instruments/simulated"}, shared...)
	for _, r := range rooms(t) {
		if !strings.HasPrefix(r.ImportPath, ours+"instruments/") || in(r.ImportPath, others...) {
			continue
		}
		for _, p := range r.Imports {
			if strings.HasPrefix(p, ours) && p != ours+"instruments" && !in(p, allowed...) {
				t.Errorf("%s imports %s", r.ImportPath, p)
			}
		}
	}
}

// TestNamesSaySomething: a package that is called for what it is not about
// collects what fits nowhere.
func TestNamesSaySomething(t *testing.T) {
	empty := []string{"util", "utils", "common", "helpers", "models", "types", "manager", "service", "misc"}
	for _, r := range rooms(t) {
		if slices.Contains(empty, path.Base(r.ImportPath)) {
			t.Errorf("%s has a name that says nothing", r.ImportPath)
		}
	}
}

// TestNothingIsSaidBeforeMain: linking Fyne must not make the command line
// complain about the language of a container.
func TestNothingIsSaidBeforeMain(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"C.UTF-8", "C", "es_BO.UTF-8", ""} {
		quiet := exec.CommandContext(t.Context(), self, "-test.list=^$")
		quiet.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool {
			return strings.HasPrefix(s, "LANG") || strings.HasPrefix(s, "LC_")
		}), "LANG="+lang)
		var said strings.Builder
		quiet.Stderr = &said
		if err := quiet.Run(); err != nil || said.Len() > 0 {
			t.Errorf("LANG=%s: %v, %q", lang, err, said.String())
		}
	}
}
