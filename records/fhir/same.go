package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Same reports whether a resource as a server gives it back says what was
// sent: element for element, with every digit of every number. What a server
// writes on its own is not compared: the meta element beyond the tags that
// were sent, the narrative, and the id, which is the server's where it does
// not take ours.
func Same(sent, held []byte) (bool, error) {
	if identical(sent, held) {
		return true, nil
	}
	return compare(sent, held, func(a, b json.Number) bool { return a == b })
}

// Alike is Same for servers that keep the value of a number and not its digits,
// such as those in JavaScript: 98.0 comes back as 98.
func Alike(sent, held []byte) (bool, error) {
	return compare(sent, held, func(a, b json.Number) bool {
		if a == b {
			return true
		}
		if strings.ContainsAny(string(a+b), "eE") {
			return false // a few digits may stand for a huge number
		}
		x, okX := new(big.Rat).SetString(string(a))
		y, okY := new(big.Rat).SetString(string(b))
		return okX && okY && x.Cmp(y) == 0
	})
}

func compare(sent, held []byte, number func(a, b json.Number) bool) (bool, error) {
	a, err := elements(sent)
	if err != nil {
		return false, fmt.Errorf("resource sent: %w", err)
	}
	b, err := elements(held)
	if err != nil {
		return false, fmt.Errorf("resource held: %w", err)
	}
	equal := equality(number)
	if !tagged(a, b, equal) {
		return false, nil
	}
	for _, m := range []map[string]any{a, b} {
		for _, own := range []string{"id", "meta", "text"} {
			delete(m, own)
		}
	}
	return equal(a, b), nil
}

func elements(resource []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(resource))
	dec.UseNumber()
	var m map[string]any
	err := dec.Decode(&m)
	return m, err
}

// tagged reports whether all tags of a are among those of b.
func tagged(a, b map[string]any, equal func(a, b any) bool) bool {
	for _, want := range tags(a) {
		found := false
		for _, got := range tags(b) {
			found = found || equal(want, got)
		}
		if !found {
			return false
		}
	}
	return true
}

func tags(m map[string]any) []any {
	meta, _ := m["meta"].(map[string]any)
	list, _ := meta["tag"].([]any)
	return list
}

// equality returns what compares elements, by a comparison of numbers.
func equality(number func(a, b json.Number) bool) func(a, b any) bool {
	var equal func(a, b any) bool
	equal = func(a, b any) bool {
		switch a := a.(type) {
		case map[string]any:
			b, ok := b.(map[string]any)
			return ok && len(a) == len(b) && equalFields(a, b, equal)
		case []any:
			b, ok := b.([]any)
			return ok && slices.EqualFunc(a, b, equal)
		case json.Number:
			b, ok := b.(json.Number)
			return ok && number(a, b)
		}
		return a == b
	}
	return equal
}

func equalFields(a, b map[string]any, equal func(a, b any) bool) bool {
	for k, v := range a {
		w, ok := b[k]
		if !ok || !equal(v, w) {
			return false
		}
	}
	return true
}
