package fhir

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Field is something that two versions of a resource say differently, in words
// for people: the name of what it is, and what each says, empty for nothing.
type Field struct{ Name, Ours, Theirs string }

// Fields returns what a resource of ours and what a server holds of it say
// differently, without what a server writes on its own and what refers to others.
func Fields(ours, theirs []byte) ([]Field, error) {
	var said [2]saying
	for i, text := range [][]byte{ours, theirs} {
		m, err := elements(text)
		if err != nil {
			return nil, fmt.Errorf("read resource: %w", err)
		}
		for _, own := range []string{"resourceType", "id", "meta", "text", "identifier", "contained"} {
			delete(m, own)
		}
		said[i].values = map[string]string{}
		said[i].add("", "", m)
	}
	names := map[string]string{}
	var paths []string
	for i := range said {
		for _, path := range said[i].paths {
			if _, known := names[path.at]; !known {
				names[path.at] = path.name
				paths = append(paths, path.at)
			}
		}
	}
	slices.Sort(paths)
	var out []Field
	for _, at := range paths {
		if a, b := said[0].values[at], said[1].values[at]; a != b {
			out = append(out, Field{names[at], a, b})
		}
	}
	return out, nil
}

// A saying is what a resource says, by where.
type saying struct {
	paths  []struct{ at, name string }
	values map[string]string
}

// add collects what an element says. About is what the values around it are of.
func (s *saying) add(at, about string, element any) {
	if text, whole := inWords(element); whole {
		name, _, _ := strings.Cut(at[strings.LastIndexByte(at, '.')+1:], "[")
		if about != "" && strings.HasPrefix(name, "value") {
			name = about
		}
		s.paths = append(s.paths, struct{ at, name string }{at, name})
		s.values[at] = text
		return
	}
	switch element := element.(type) {
	case map[string]any:
		if code, is := inWords(element["code"]); is && code != "" {
			about = code
		}
		for key, v := range element {
			s.add(strings.TrimPrefix(at+"."+key, "."), about, v)
		}
	case []any:
		for i, v := range element {
			s.add(fmt.Sprintf("%s[%d]", at, i), about, v)
		}
	}
}

// inWords says what an element says as a whole, if it is one that can be said so.
func inWords(element any) (text string, whole bool) {
	switch element := element.(type) {
	case map[string]any:
		return concept(element)
	case []any:
		return "", false
	case nil:
		return "", false
	}
	return fmt.Sprint(element), true
}

// concept says a quantity, a period, a reference or a code.
func concept(m map[string]any) (text string, whole bool) {
	word := func(key string) string { text, _ := m[key].(string); return text }
	number, _ := m["value"].(json.Number)
	coding, _ := m["coding"].([]any)
	switch {
	case number != "":
		unit := word("unit")
		if unit == "" {
			unit = word("code")
		}
		return strings.TrimSpace(word("comparator") + string(number) + " " + unit), true
	case word("start") != "" || word("end") != "":
		return word("start") + " – " + word("end"), true
	case word("reference") != "":
		return word("reference"), true
	case word("text") != "" && (coding != nil || len(m) == 1):
		return word("text"), true
	case len(coding) > 0:
		first, _ := coding[0].(map[string]any)
		return concept(first)
	case word("display") != "":
		return word("display"), true
	case word("code") != "" && word("system") != "":
		return word("code"), true
	}
	return "", false
}
