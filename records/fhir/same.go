package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Same reports whether a resource as a server gives it back says what was
// sent: element for element, with every digit of every number. What a server
// writes on its own is not compared: the meta element beyond the tags that
// were sent, the narrative, and the id, which is the server's where it does
// not take ours.
func Same(sent, held []byte) (bool, error) {
	a, err := elements(sent)
	if err != nil {
		return false, fmt.Errorf("resource sent: %w", err)
	}
	b, err := elements(held)
	if err != nil {
		return false, fmt.Errorf("resource held: %w", err)
	}
	if !tagged(a, b) {
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
func tagged(a, b map[string]any) bool {
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

func equal(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			w, ok := b[k]
			if !ok || !equal(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equal(a[i], b[i]) {
				return false
			}
		}
		return true
	}
	return a == b
}
