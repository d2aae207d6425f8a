package words

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/text/feature/plural"
)

// message is one text, or one text a plural form.
type message struct {
	forms  [plural.Many + 1]template // by plural.Form; a plain text is under Other
	counts bool                      // whether the text has plural forms
	note   string                    // for translators
}

// formNames are the CLDR names of plural forms, as the files write them.
var formNames = [plural.Many + 1]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one",
	plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

// parseMessage reads "text", {"text": ...} or {"one": ..., "other": ...}; the
// objects may hold a "note".
func parseMessage(raw json.RawMessage) (message, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return plainMessage(text)
	}
	var fields map[string]string
	if err := json.Unmarshal(raw, &fields); err != nil {
		return message{}, errors.New("neither a text nor an object of texts")
	}
	note := fields["note"]
	delete(fields, "note")
	m := message{counts: true}
	if plain, ok := fields["text"]; ok {
		if len(fields) > 1 {
			return message{}, errors.New("both a text and plural forms")
		}
		var err error
		m, err = plainMessage(plain)
		m.note = note
		return m, err
	}
	for i, name := range formNames {
		text, ok := fields[name]
		if !ok {
			continue
		}
		delete(fields, name)
		tmpl, err := parseTemplate(text)
		if err != nil {
			return message{}, fmt.Errorf("form %s: %w", name, err)
		}
		m.forms[i] = tmpl
	}
	for name := range fields {
		return message{}, fmt.Errorf("unknown plural form %q", name)
	}
	if m.forms[plural.Other] == nil {
		return message{}, errors.New("no plural form other")
	}
	m.note = note
	return m, nil
}

func plainMessage(text string) (message, error) {
	tmpl, err := parseTemplate(text)
	return message{forms: [plural.Many + 1]template{plural.Other: tmpl}}, err
}

// in gives the text of a plural form, or Other where the form has none.
func (m message) in(form plural.Form) template {
	if tmpl := m.forms[form]; tmpl != nil {
		return tmpl
	}
	return m.forms[plural.Other]
}

// template is a text cut at its placeholders.
type template []segment

// segment is literal text, or the name of a placeholder.
type segment struct {
	text        string
	placeholder bool
}

// parseTemplate cuts a text such as "Call {number} now." A brace that does not
// enclose a name of lower-case letters is an error; so is an empty text.
func parseTemplate(text string) (template, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("empty text")
	}
	var tmpl template
	for rest := text; rest != ""; {
		literal, after, found := strings.Cut(rest, "{")
		if strings.Contains(literal, "}") {
			return nil, errors.New("} without {")
		}
		if literal != "" {
			tmpl = append(tmpl, segment{text: literal})
		}
		if !found {
			break
		}
		name, tail, found := strings.Cut(after, "}")
		if !found {
			return nil, errors.New("{ without }")
		}
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
			return nil, fmt.Errorf("placeholder {%s} is not a word of lower-case letters", name)
		}
		tmpl = append(tmpl, segment{text: name, placeholder: true})
		rest = tail
	}
	return tmpl, nil
}

// has reports whether the template holds {name}.
func (t template) has(name string) bool {
	for _, s := range t {
		if s.placeholder && s.text == name {
			return true
		}
	}
	return false
}

// expand puts values into the text. A placeholder with no value stays visible
// as {name}, so that the mistake is seen and no sentence is silently cut.
func (t template) expand(value func(name string) (string, bool)) string {
	if len(t) == 1 && !t[0].placeholder {
		return t[0].text
	}
	var b strings.Builder
	for _, s := range t {
		if !s.placeholder {
			b.WriteString(s.text)
			continue
		}
		if v, ok := value(s.text); ok {
			b.WriteString(v)
		} else {
			b.WriteString("{" + s.text + "}")
		}
	}
	return b.String()
}
