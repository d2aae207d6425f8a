package main

import (
	"fmt"
	"os"
	"regexp"
	"testing"
)

// TestFyneApp keeps what the packaging tool reads equal to what the program
// says of itself.
func TestFyneApp(t *testing.T) {
	text, err := os.ReadFile("../FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	m := metadata()
	for key, want := range map[string]string{
		"ID": fmt.Sprintf("%q", m.ID), "Name": fmt.Sprintf("%q", m.Name),
		"Version": fmt.Sprintf("%q", m.Version), "Build": fmt.Sprint(m.Build),
		"Icon": `"assets/icon.png"`,
	} {
		line := regexp.MustCompile(`(?m)^` + key + ` = ` + regexp.QuoteMeta(want) + `$`)
		if !line.Match(text) {
			t.Errorf("FyneApp.toml does not say %s = %s", key, want)
		}
	}
	icon, err := os.ReadFile("../assets/icon.png")
	if err != nil {
		t.Fatal(err)
	}
	if string(icon) != string(m.Icon.Content()) {
		t.Error("the program's icon is not assets/icon.png")
	}
}
