package rules

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

type limit struct{ Most int }

func parse(text []byte) (limit, error) {
	var l limit
	return l, Decode(text, &l)
}

func TestDecode(t *testing.T) {
	tests := []struct {
		name, text string
		want       int
		fault      string
	}{
		{"a value", `{"most": 3}`, 3, ""},
		{"space behind it", "{\"most\": 3}\n\n", 3, ""},
		{"a misspelt member", `{"mots": 3}`, 0, "unknown field"},
		{"two values", `{"most": 3} {"most": 4}`, 0, "more than one value"},
		{"something behind it", `{"most": 3} x`, 0, "more than one value"},
		{"another type", `{"most": "3"}`, 0, "cannot unmarshal"},
		{"cut short", `{"most": 3`, 0, "unexpected EOF"},
		{"nothing", ``, 0, "EOF"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got limit
			err := Decode([]byte(test.text), &got)
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Fatalf("the error is %v, want %q in it", err, test.fault)
				}
				return
			}
			if err != nil || got.Most != test.want {
				t.Fatalf("got %d, %v; want %d", got.Most, err, test.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := fstest.MapFS{
		"rules/b.json": {Data: []byte(`{"most": 2}`)},
		"rules/a.json": {Data: []byte(`{"most": 1}`)},
		"rules/a.txt":  {Data: []byte(`no rule`)},
	}
	got, err := Load(dir, "rules/*.json", parse)
	if want := []limit{{1}, {2}}; err != nil || !slices.Equal(got, want) {
		t.Fatalf("got %v, %v; want %v", got, err, want)
	}
	dir["rules/c.json"] = &fstest.MapFile{Data: []byte(`{`)}
	if _, err := Load(dir, "rules/*.json", parse); err == nil || !strings.Contains(err.Error(), "rules/c.json") {
		t.Errorf("a broken file gives %v, which does not name it", err)
	}
	dir["rules/c.json"] = &fstest.MapFile{Mode: fs.ModeDir}
	if _, err := Load(dir, "rules/*.json", parse); err == nil || !strings.Contains(err.Error(), "rules/c.json") {
		t.Errorf("what cannot be read gives %v, which does not name it", err)
	}
	if _, err := Load(dir, "[", parse); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a pattern that is none gives %v", err)
	}
}
