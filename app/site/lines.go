package site

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// decodeStrict reads JSON into a settings value that has its defaults. Names
// that the type does not have, or that stand twice, are refused: a setting that
// is misspelt would be none. Problems have the line, by path.
func decodeStrict(text []byte, into any) (lines map[string]int, err error) {
	w := &walker{text: text, dec: json.NewDecoder(bytes.NewReader(text)), check: checker{lines: map[string]int{}}}
	if err := w.value("", reflect.TypeOf(into).Elem()); err != nil {
		w.syntax(err)
		return w.check.lines, w.check.err()
	}
	if _, err := w.dec.Token(); !errors.Is(err, io.EOF) {
		w.syntax(errors.New("something follows the end"))
		return w.check.lines, w.check.err()
	}
	if err := json.Unmarshal(text, into); err != nil {
		w.mistyped(err)
	}
	return w.check.lines, w.check.err()
}

// A walker goes through JSON beside the type that it is read into.
type walker struct {
	text  []byte
	dec   *json.Decoder
	check checker
}

func (w *walker) line(offset int64) int {
	return 1 + bytes.Count(w.text[:min(int(offset), len(w.text))], []byte("\n"))
}

func (w *walker) syntax(err error) {
	at := w.dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	w.check.found = append(w.check.found, Problem{Line: w.line(at), Why: WhySyntax, Err: fmt.Errorf("this is no JSON: %w", err)})
}

func (w *walker) mistyped(err error) {
	p := Problem{Why: WhySyntax, Err: err}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		p.Path, p.Line = wrong.Field, w.line(wrong.Offset)
		p.Err = fmt.Errorf("a %s cannot stand here, only %s", wrong.Value, kindWord(wrong.Type))
	}
	w.check.found = append(w.check.found, p)
}

// value reads one value. A nil type is that of something unknown.
func (w *walker) value(path string, t reflect.Type) error {
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	if w.check.lines[path] == 0 {
		w.check.lines[path] = w.line(w.dec.InputOffset())
	}
	switch token {
	case json.Delim('{'):
		return w.object(path, t)
	case json.Delim('['):
		for i := 0; w.dec.More(); i++ {
			if err := w.value(join(path, strconv.Itoa(i)), elem(t)); err != nil {
				return err
			}
		}
		_, err = w.dec.Token()
	}
	return err
}

func (w *walker) object(path string, t reflect.Type) error {
	seen := map[string]bool{}
	for w.dec.More() {
		token, err := w.dec.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		at := join(path, name)
		w.check.lines[at] = w.line(w.dec.InputOffset())
		if seen[name] {
			w.check.fault(at, WhyTwice, errors.New("it is said twice"))
		}
		seen[name] = true
		inner, known := member(t, name)
		if !known {
			w.check.fault(at, WhyUnknown, errors.New("there is no such field; see: aidpost settings explain"))
		}
		if err := w.value(at, inner); err != nil {
			return err
		}
	}
	_, err := w.dec.Token()
	return err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

var (
	byText = reflect.TypeFor[encoding.TextUnmarshaler]()
	byJSON = reflect.TypeFor[json.Unmarshaler]()
)

// leaf reports whether a type is written as one value of its own.
func leaf(t reflect.Type) bool {
	return t == nil || reflect.PointerTo(t).Implements(byText) || reflect.PointerTo(t).Implements(byJSON)
}

func elem(t reflect.Type) reflect.Type {
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Pointer) {
		return t.Elem()
	}
	return nil
}

// member returns the type of a field of that name in JSON. In what is unknown
// already, nothing more is.
func member(t reflect.Type, name string) (reflect.Type, bool) {
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if leaf(t) {
		return nil, true
	}
	switch t.Kind() {
	case reflect.Map:
		return t.Elem(), true
	case reflect.Struct:
		for f := range fieldsOf(t) {
			if tag := f.Tag.Get("json"); tagName(tag) == name {
				return f.Type, true
			}
		}
		return nil, false
	}
	return nil, true
}

func tagName(tag string) string {
	name, _, _ := strings.Cut(tag, ",")
	return name
}

func fieldsOf(t reflect.Type) func(yield func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && f.Tag.Get("json") != "-" && !yield(f) {
				return
			}
		}
	}
}

// kindWord is what JSON calls the values of a type.
func kindWord(t reflect.Type) string {
	if leaf(t) {
		return "text in quotes"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "text in quotes"
		}
		return "a list in brackets"
	case reflect.Map, reflect.Struct, reflect.Pointer:
		return "an object in braces"
	}
	return "text in quotes"
}
