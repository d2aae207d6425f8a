package site

import (
	"fmt"
	"slices"
	"strconv"
)

// A Keypad says which keys a tactile keypad types. The zero value is no keypad.
type Keypad struct {
	Previous string `json:"previous"`
	Next     string `json:"next"`
	Select   string `json:"select"`
	Back     string `json:"back"`
	Help     string `json:"help"`
	// Plugged and Unplugged are typed by one with a socket of its own when headphones
	// are put in and taken out. Both may be empty.
	Plugged   string `json:"plugged"`
	Unplugged string `json:"unplugged"`
}

// KeyNames are the keys that a keypad may type. Letters and digits are not among
// them: somebody may type those into a field. Nor is Tab, which the window takes.
func KeyNames() []string {
	names := []string{
		"Up", "Down", "Left", "Right", "Return", "KP_Enter", "Space", "Escape", "BackSpace", "Delete", "Insert", "Home", "End", "Prior", "Next",
	}
	for i := range 24 {
		names = append(names, "F"+strconv.Itoa(i+1))
	}
	return names
}

// keys lists all of them with their names in the file.
func (k Keypad) keys() []struct{ name, key string } {
	return []struct{ name, key string }{
		{"previous", k.Previous}, {"next", k.Next}, {"select", k.Select}, {"back", k.Back}, {"help", k.Help},
		{"plugged", k.Plugged}, {"unplugged", k.Unplugged},
	}
}

// check: a keypad has all of its five keys, and no key does two things.
func (k Keypad) check(c *checker) {
	if k == (Keypad{}) {
		return
	}
	seen := map[string]bool{"": true}
	for i, key := range k.keys() {
		path := "keypad." + key.name
		switch {
		case key.key == "" && i < 5:
			c.fault(path, WhyMissing, fmt.Errorf("%w: a keypad needs its five keys", ErrSetting))
		case key.key == "" && k.Plugged != k.Unplugged:
			c.fault(path, WhyMissing, fmt.Errorf("%w: headphones that come also go", ErrSetting))
		case key.key != "" && !slices.Contains(KeyNames(), key.key):
			c.fault(path, WhyChoice, fmt.Errorf("%w: there is no key %.20q", ErrSetting, key.key))
		case key.key != "" && seen[key.key]:
			c.fault(path, WhyTwice, fmt.Errorf("%w: %s is another key already", ErrSetting, key.key))
		}
		seen[key.key] = true
	}
}
