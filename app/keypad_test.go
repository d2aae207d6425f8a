package main

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"aidpost/app/site"
)

// TestKeyNames: the keys that settings may name are those of the toolkit, and those
// that the kiosk finds by their codes.
func TestKeyNames(t *testing.T) {
	known := []fyne.KeyName{
		fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight, fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyEscape,
		fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyInsert, fyne.KeyHome, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyPageDown,
	}
	for _, name := range site.KeyNames() {
		if !slices.Contains(known, fyne.KeyName(name)) && !strings.HasPrefix(name, "F") {
			t.Errorf("the toolkit has no key %q", name)
		}
	}
	for _, name := range known {
		if !slices.Contains(site.KeyNames(), string(name)) {
			t.Errorf("settings do not know the key %q", name)
		}
	}
}
