// Package rules reads rules that are kept as data, such as guidelines, protocols and
// limits: one JSON value in each file. It knows nothing of what they say.
package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Decode reads the one JSON value of a text, and refuses members that its type does
// not know: a limit that is misspelt would be none.
func Decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// Load parses every file of a pattern, as fs.Glob has it, in the order of their
// names. An error names the file.
func Load[T any](dir fs.FS, pattern string, parse func(text []byte) (T, error)) ([]T, error) {
	names, err := fs.Glob(dir, pattern)
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", pattern, err)
	}
	all := make([]T, len(names))
	for i, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err // it names the file
		}
		if all[i], err = parse(text); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return all, nil
}
