package jsonread

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// value reads whatever there is as encoding/json reads it into an any.
func value(r *Reader) any {
	switch c := r.peek(); {
	case c == '{':
		all := map[string]any{}
		for name := range r.Fields {
			key := string(name)
			all[key] = value(r)
		}
		return all
	case c == '[':
		all := []any{}
		for range r.Items {
			all = append(all, value(r))
		}
		return all
	case c == '"':
		return r.Word()
	case c == 't', c == 'f':
		return r.Bool()
	case c == 'n':
		r.Null()
		return nil
	}
	var n float64
	r.Into(&n)
	return n
}

// Whatever encoding/json reads is read to the same, and skipped as a whole; the rest
// is an error or, where nobody looks closely, read all the same.
func FuzzReader(f *testing.F) {
	for _, text := range []string{
		`{"a":"b","c":[1,-2.5e3,true,false,null],"d":{}}`, `"é\n\"\u00e9\ud83d\ude00"`, `[]`, `[[[{}]]]`, ` { "a" : 1 } `,
		`{"a":1`, `{"a"}`, `[1,]`, `{,}`, `tru`, `"\`, "\"\x01\"", "\"\xff\"", ``, `1 2`, strings.Repeat("[", 10_001),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want any
		known := json.Unmarshal(text, &want)
		var r Reader
		r.Reset(text)
		got := value(&r)
		err := r.End()
		if known == nil && (err != nil || !reflect.DeepEqual(got, want)) {
			t.Fatalf("%q reads as %#v, %v, not %#v", text, got, err, want)
		}
		r.Reset(text)
		r.Skip()
		if err := r.End(); known == nil && err != nil {
			t.Fatalf("%q is not skipped: %v", text, err)
		}
	})
}

func TestRefused(t *testing.T) {
	for _, text := range []string{
		``, `x`, `{`, `}`, `{"a":1`, `{"a":1]`, `{"a" 1}`, `{a:1}`, `{"a":1,}`, `{} {}`, `{"a":tru}`, `{"a":"b}`, "{\"a\":\"\n\"}", `{"a":"\x"}`,
	} {
		var r Reader
		r.Reset([]byte(text))
		r.Skip()
		if err := r.End(); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A value of another type than the one that is asked for is an error, and nothing is
// read behind it.
func TestOtherTypes(t *testing.T) {
	reads := map[string]func(*Reader){
		"text": func(r *Reader) { r.Text() }, "word": func(r *Reader) { r.Word() }, "bool": func(r *Reader) { r.Bool() },
		"int": func(r *Reader) { r.Int() }, "time": func(r *Reader) { r.As(new(time.Time)) }, "into": func(r *Reader) { r.Into(new([]int)) },
	}
	of := map[string]string{
		"text": `"a"`, "word": `"a"`, "bool": `true`, "int": `12`, "time": `"2026-01-02T03:04:05Z"`, "into": `[1]`,
	}
	for name, read := range reads {
		for kind, text := range of {
			var r Reader
			r.Reset([]byte("[" + text + `,"behind"]`))
			behind := ""
			for i := range r.Items {
				if i == 0 {
					read(&r)
				} else {
					behind = r.Text()
				}
			}
			fits := kind == name || name == "text" && kind == "word" || name == "word" && kind == "text" ||
				(name == "text" || name == "word") && kind == "time"
			if err := r.End(); fits != (err == nil) || fits != (behind == "behind") {
				t.Errorf("%s read as %s: %v, then %q", text, name, err, behind)
			}
		}
	}
}

// Texts that are met again are one text.
func TestWords(t *testing.T) {
	var r Reader
	r.Reset([]byte(`["mm[Hg]","mm[Hg]","` + strings.Repeat("x", longestWord+1) + `"]`))
	for range r.Items {
		r.Word()
	}
	if err := r.End(); err != nil || len(r.words) != 1 {
		t.Errorf("%d words, %v", len(r.words), err)
	}
	again := []byte(`"mm[Hg]"`)
	if n := testing.AllocsPerRun(100, func() { r.Reset(again); r.Word() }); n != 0 {
		t.Errorf("%v allocations for a word that is known", n)
	}
	for i := range 2 * mostWords {
		r.Reset([]byte(`"` + strings.Repeat("y", i%200) + string(rune('a'+i%26)) + time.Duration(i).String() + `"`))
		r.Word()
	}
	if len(r.words) > mostWords {
		t.Errorf("%d words are kept", len(r.words))
	}
}
