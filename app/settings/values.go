package settings

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"aidpost/app/site"
	"aidpost/records/guideline"
)

// typedOf writes settings as they would be typed.
func (f *Form) typedOf(p site.Profile, text []byte) (map[string]string, error) {
	typed := map[string]string{}
	whole, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	var counts, said map[string]any
	if err := errors.Join(json.Unmarshal(whole, &counts), json.Unmarshal(text, &said)); err != nil {
		return nil, err
	}
	for _, items := range f.items {
		for _, item := range items {
			from := counts
			if item.Path == "emergency" { // that of the country is not said
				from = said
			}
			typed[item.Path] = item.typed(at(from, item.Path))
		}
	}
	for _, l := range p.Critical {
		typed[limitPath(guideline.Bound{Measure: l.Measure, Unit: l.Unit, Side: l.Side})] = l.At.String()
	}
	return typed, nil
}

// at returns what stands at a path; nil if nothing does.
func at(in map[string]any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	if inner, ok := in[name].(map[string]any); ok && deeper {
		return at(inner, rest)
	}
	if deeper {
		return nil
	}
	return in[name]
}

func (i Item) typed(value any) string {
	switch v := value.(type) {
	case []any:
		var parts []string
		for _, each := range v {
			parts = append(parts, fmt.Sprint(each))
		}
		if i.Kind == Lines {
			return strings.Join(parts, "\n")
		}
		return strings.Join(parts, ",")
	case string:
		if i.Kind == Picture {
			picture, _ := base64.StdEncoding.DecodeString(v) // written by encoding/json
			return string(picture)
		}
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// value returns what was typed as the file has it; nil for the default.
func (i Item) value(typed string) (any, error) {
	trimmed := strings.TrimSpace(typed)
	switch i.Kind {
	case Number:
		if trimmed == "" {
			return nil, nil
		}
		n, err := strconv.Atoi(trimmed)
		return n, err
	case YesNo:
		return typed == "true", nil
	case Picture:
		if typed == "" {
			return nil, nil
		}
		return []byte(typed), nil
	case Lines, Order:
		by := map[Kind]string{Lines: "\n", Order: ","}[i.Kind]
		var list []string
		for part := range strings.SplitSeq(typed, by) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		if list == nil {
			return nil, nil
		}
		return list, nil
	}
	if trimmed == "" && !i.Needed {
		return nil, nil
	}
	return trimmed, nil
}
