package words

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
)

func TestParseMessageRefuses(t *testing.T) {
	tests := map[string]string{
		`""`:                              "empty",
		`" "`:                             "empty",
		`3`:                               "neither",
		`{}`:                              "other",
		`{"one":"x"}`:                     "other",
		`{"text":"x","other":"y"}`:        "both",
		`{"other":"x","several":"y"}`:     "several",
		`{"other":""}`:                    "empty",
		`"{"`:                             "{ without }",
		`"}"`:                             "} without {",
		`"{}"`:                            "lower-case",
		`"{Name}"`:                        "lower-case",
		`"{a b}"`:                         "lower-case",
		`"{a{b}}"`:                        "lower-case",
		`{"note":"for translators only"}`: "other",
	}
	for raw, want := range tests {
		if _, err := parseMessage(json.RawMessage(raw)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseMessage(%s) = %v, want an error with %q", raw, err, want)
		}
	}
}

func TestExpand(t *testing.T) {
	l := Lang{testTable(t, "en", "ltr", `{
		"plain": "Sit.",
		"who": "Welcome, {name}",
		"twice": "{name} and {name}",
		"mixed": {"one": "{n} reading of {name}", "other": "{n} readings of {name}"}}`)}
	tests := []struct{ got, want string }{
		{l.T("plain"), "Sit."},
		{l.T("plain", With("name", "Ada")), "Sit."},
		{l.T("who", With("name", "Ada")), "Welcome, Ada"},
		{l.T("who", With("name", "{n}")), "Welcome, {n}"},
		{l.T("who"), "Welcome, {name}"},
		{l.T("twice", With("name", 7)), "7 and 7"},
		{l.N("mixed", 1, With("name", "Ada")), "1 reading of Ada"},
		{l.N("mixed", 0, With("name", "Ada")), "0 readings of Ada"},
		{l.N("plain", 5), "Sit."},
		{l.T("mixed", With("n", 3), With("name", "Ada")), "3 readings of Ada"},
	}
	for _, tc := range tests {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
	}
}

// TestPluralForms takes its rows from CLDR's plural rules for whole numbers.
func TestPluralForms(t *testing.T) {
	tests := []struct {
		tag  string
		n    int
		want plural.Form
	}{
		{"en", 0, plural.Other}, {"en", 1, plural.One}, {"en", -1, plural.One}, {"en", 2, plural.Other},
		{"es", 1, plural.One}, {"es", 0, plural.Other}, {"es", 11, plural.Other},
		{"fr", 0, plural.One}, {"fr", 1, plural.One}, {"fr", 2, plural.Other},
		{"ru", 1, plural.One}, {"ru", 21, plural.One}, {"ru", 11, plural.Many}, {"ru", 4, plural.Few}, {"ru", 0, plural.Many},
		{"uk", 22, plural.Few}, {"uk", 14, plural.Many}, {"pl", 1, plural.One}, {"pl", 21, plural.Many}, {"pl", 24, plural.Few},
		{"vi", 1, plural.Other}, {"tr", 1, plural.One}, {"pt", 0, plural.One}, {"fa", 0, plural.One}, {"de", 0, plural.Other},
		{"ar", 0, plural.Zero}, {"ar", 1, plural.One}, {"ar", 2, plural.Two}, {"ar", 3, plural.Few},
		{"ar", 10, plural.Few}, {"ar", 11, plural.Many}, {"ar", 99, plural.Many}, {"ar", 100, plural.Other},
		{"ar", 102, plural.Other}, {"ar", 103, plural.Few}, {"ar", 10_000_003, plural.Few}, {"ar", math.MinInt, plural.Few},
	}
	for _, tc := range tests {
		direction := "ltr"
		table := testTable(t, tc.tag, direction, `{}`)
		if got := table.form(tc.n); got != tc.want {
			t.Errorf("%s %d: form %s, want %s", tc.tag, tc.n, formNames[got], formNames[tc.want])
		}
	}
}

// FuzzTemplate: whatever is read comes out again as it was, and values never
// become placeholders.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"Call {number} now.", "{a}{b}", "{", "}", "{}", "{a", "ضغط {value} الدم", "{a{b}}", "\xff{a}"} {
		f.Add(seed, "{a}")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		tmpl, err := parseTemplate(text)
		if err != nil {
			return
		}
		if got := tmpl.String(); got != text {
			t.Errorf("parsed %q, wrote %q", text, got)
		}
		want := text
		for _, name := range placeholders(tmpl) {
			want = strings.Replace(want, "{"+name+"}", "", 1)
		}
		got := tmpl.expand(func(string) (string, bool) { return value, true })
		if len(got) != len(want)+len(value)*len(placeholders(tmpl)) {
			t.Errorf("expanded %q with %q to %q", text, value, got)
		}
	})
}

// FuzzParseMessage: no input makes the parser panic, and what it accepts has a
// text.
func FuzzParseMessage(f *testing.F) {
	for _, seed := range []string{`"x"`, `{"text":"x","note":"y"}`, `{"one":"{n} x","other":"{n} y"}`, `{"other":3}`, `[`, `null`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := parseMessage(raw)
		if err != nil {
			return
		}
		for form := range formNames {
			if m.in(plural.Form(form)).String() == "" {
				t.Errorf("%s: form %s is empty", raw, formNames[form])
			}
		}
	})
}

// FuzzParseTable: no language file makes the parser panic.
func FuzzParseTable(f *testing.F) {
	f.Add([]byte(testFile("en", "ltr", `{"a":"x"}`)))
	f.Add([]byte(testFile("ar", "rtl", `{"a":{"few":"{n}","other":"{n}"}}`)))
	f.Add([]byte(`{"language":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := parseTable(data)
		if err != nil {
			return
		}
		l := Lang{table}
		for key := range table.messages {
			if l.N(key, 3) == "" {
				t.Errorf("message %q is empty", key)
			}
		}
	})
}
