package site

import (
	"errors"
	"strings"
	"testing"
)

// TestKeypad: a keypad has five keys that differ, and keys that nobody types with.
func TestKeypad(t *testing.T) {
	const five = `"previous":"Up","next":"Down","select":"Return","back":"Escape","help":"F1"`
	for _, tt := range []struct{ name, keypad, want string }{
		{"none", `{}`, ""},
		{"five keys", `{` + five + `}`, ""},
		{"and a socket", `{` + five + `,"plugged":"F15","unplugged":"F16"}`, ""},
		{"four keys", `{"previous":"Up","next":"Down","select":"Return","back":"Escape"}`, "keypad.help"},
		{"a letter", `{"previous":"A","next":"Down","select":"Return","back":"Escape","help":"F1"}`, "keypad.previous"},
		{"Tab, which the window takes", `{"previous":"Up","next":"Tab","select":"Return","back":"Escape","help":"F1"}`, "keypad.next"},
		{"one key for two", `{"previous":"Up","next":"Down","select":"Return","back":"Up","help":"F1"}`, "keypad.back"},
		{"a socket that only fills", `{` + five + `,"plugged":"F15"}`, "keypad.unplugged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseProfile(t.TempDir(), []byte(`{"version":1,"keypad":`+tt.keypad+`}`))
			problems, _ := errors.AsType[Problems](err)
			var paths []string
			for _, p := range problems {
				paths = append(paths, p.Path)
			}
			if got := strings.Join(paths, " "); got != tt.want {
				t.Errorf("problems at %q, want %q", got, tt.want)
			}
		})
	}
}
