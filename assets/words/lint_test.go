package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/feature/plural"
)

// longestSentence is the most words a sentence may have, so that a reader of
// the sixth grade follows it.
const longestSentence = 20

// linter knows what every language file is held against.
type linter struct {
	keys      map[Key]bool        // all keys the program can ask patients' screens for
	staff     map[Key]bool        // and those of staff, in fewer languages
	english   map[Key]message     // for placeholders and plural forms
	forbidden map[string][]string // by language, phrases that judge or scold
}

// problems lists what is wrong with one language.
func (l linter) problems(t *table) []string {
	var found []string
	tag := t.tag.String()
	if len(l.forbidden[tag]) == 0 {
		found = append(found, tag+": no list of forbidden words")
	}
	wanted := slices.Collect(maps.Keys(l.keys))
	if len(t.staff) > 0 {
		wanted = slices.AppendSeq(wanted, maps.Keys(l.staff))
	}
	for _, key := range wanted {
		if _, ok := t.messages[key]; !ok {
			found = append(found, fmt.Sprintf("%s: %s: missing", tag, key))
		}
	}
	for key, m := range t.messages {
		report := func(format string, args ...any) {
			found = append(found, fmt.Sprintf("%s: %s: ", tag, key)+fmt.Sprintf(format, args...))
		}
		switch {
		case !l.keys[key] && !l.staff[key]:
			report("no constant has this key")
		case l.staff[key] != t.staff[key]:
			report("stands with the words of the wrong people")
		}
		if tag == source && m.note == "" {
			report("no note for translators")
		}
		l.checkForms(t, l.english[key], m, report)
		for _, tmpl := range m.forms {
			if tmpl != nil {
				l.checkText(t, tmpl, report)
			}
		}
	}
	slices.Sort(found)
	return found
}

// checkForms compares placeholders and plural forms with the English message.
func (l linter) checkForms(t *table, english, m message, report func(string, ...any)) {
	if english.counts != m.counts {
		report("plural forms here and in English differ")
		return
	}
	want := placeholders(english.forms[plural.Other])
	for form, tmpl := range m.forms {
		if tmpl == nil {
			continue
		}
		got := placeholders(tmpl)
		if m.counts && plural.Form(form) != plural.Other && !slices.Contains(got, "n") {
			// "one minute" and "two minutes" may be said without the digit.
			got = append(got, "n")
			slices.Sort(got)
		}
		if !slices.Equal(got, want) {
			report("form %s has placeholders %v, English has %v", formNames[form], got, want)
		}
	}
	if !m.counts {
		return
	}
	for _, form := range formsOf(t) {
		if m.forms[form] == nil {
			report("lacks plural form %s", formNames[form])
		}
	}
}

// checkText looks at the words themselves.
func (l linter) checkText(t *table, tmpl template, report func(string, ...any)) {
	text := tmpl.String()
	if strings.TrimSpace(text) != text {
		report("%q begins or ends with a space", text)
	}
	if strings.Contains(text, "  ") {
		report("%q has two spaces in a row", text)
	}
	for _, r := range text {
		if unicode.IsDigit(r) && r > unicode.MaxASCII {
			report("%q has a digit other than 0-9", text)
		}
	}
	for _, sentence := range sentences(text) {
		if n := len(sentence); n > longestSentence {
			report("sentence of %d words: %q", n, strings.Join(sentence, " "))
		}
	}
	for _, phrase := range l.forbidden[t.tag.String()] {
		if strings.Contains(strings.ToLower(text), phrase) {
			report("%q says %q", text, phrase)
		}
	}
	if t.habits.Direction == "rtl" && touching(tmpl) {
		report("%q has two values with no word between, which would change places", text)
	}
}

// touching reports whether two placeholders have no letter between them. Their
// left-to-right values would then form one left-to-right run.
func touching(tmpl template) bool {
	lettersSince := true
	for _, s := range tmpl {
		if s.placeholder {
			if !lettersSince {
				return true
			}
			lettersSince = false
			continue
		}
		lettersSince = lettersSince || strings.ContainsFunc(s.text, unicode.IsLetter)
	}
	return false
}

// String is the text as the file has it.
func (t template) String() string {
	return t.expand(func(string) (string, bool) { return "", false })
}

func placeholders(t template) []string {
	var names []string
	for _, s := range t {
		if s.placeholder {
			names = append(names, s.text)
		}
	}
	slices.Sort(names)
	return names
}

// formsOf finds the forms that whole numbers take in a language.
func formsOf(t *table) []plural.Form {
	var forms []plural.Form
	for n := range 1000 {
		if f := t.form(n); !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	return forms
}

// sentences cuts a text into sentences and these into words.
func sentences(text string) [][]string {
	var all [][]string
	var words []string
	for _, field := range strings.Fields(text) {
		if strings.ContainsFunc(field, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			words = append(words, field)
		}
		if strings.ContainsAny(field[len(field)-1:], ".?!") || strings.HasSuffix(field, "؟") {
			all, words = append(all, words), nil
		}
	}
	return append(all, words)
}

// declaredKeys reads the constants of type Key from the source, those of staff
// apart, and adds the families.
func declaredKeys(t *testing.T) (keys, staff map[Key]bool) {
	t.Helper()
	keys, staff = map[Key]bool{}, map[Key]bool{}
	paths, err := filepath.Glob("keys_*.go")
	if err != nil || len(paths) == 0 {
		t.Fatalf("keys files: %v, %v", paths, err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil || keys[Key(text)] || staff[Key(text)] {
				t.Errorf("%s: key %q is declared twice or broken: %v", path, text, err)
			}
			if strings.HasPrefix(path, "keys_staff_") {
				staff[Key(text)] = true
			} else {
				keys[Key(text)] = true
			}
			return false
		})
	}
	for _, code := range FaultCodes() {
		keys[FaultTitle(code)], keys[FaultRemedy(code)] = true, true
	}
	for _, id := range BandIDs() {
		keys[Band(id)], keys[Meaning(id)] = true, true
	}
	for tier := range highestTier + 1 {
		keys[NextTier(tier)] = true
	}
	return keys, staff
}

func newLinter(t *testing.T, tables []*table) linter {
	t.Helper()
	data, err := os.ReadFile("testdata/forbidden.json")
	if err != nil {
		t.Fatal(err)
	}
	l := linter{english: tables[0].messages}
	l.keys, l.staff = declaredKeys(t)
	if err := json.Unmarshal(data, &l.forbidden); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryLanguageIsCompleteAndCareful(t *testing.T) {
	tables, err := readAll(files)
	if err != nil {
		t.Fatal(err)
	}
	l := newLinter(t, tables)
	for _, table := range tables {
		for _, problem := range l.problems(table) {
			t.Error(problem)
		}
	}
}

// TestLinterFindsProblems proves that each rule above bites.
func TestLinterFindsProblems(t *testing.T) {
	message := func(text string) string { return `{"a.x":"` + text + `"}` }
	tests := []struct {
		name, tag, english, messages, want string
	}{
		{"missing", "fr", message("Sit."), `{}`, "missing"},
		{"unknown key", "fr", message("Sit."), `{"a.x":"Sit.","a.y":"Sit."}`, "no constant"},
		{"note", "en", message("Sit."), message("Sit."), "no note"},
		{"placeholders", "fr", message("Call {number}."), message("Call {nummer}."), "placeholders"},
		{"plural or not", "fr", `{"a.x":{"one":"{n} day","other":"{n} days"}}`, message("{n} jours"), "differ"},
		{"form", "ar", `{"a.x":{"one":"{n} day","other":"{n} days"}}`, `{"a.x":{"one":"{n} day","other":"{n} days"}}`, "lacks plural form few"},
		{"number left out", "fr", `{"a.x":{"one":"{n} day","other":"{n} days"}}`, `{"a.x":{"one":"{n} jour","other":"jours"}}`, "placeholders"},
		{"long", "fr", message("Sit."), message(strings.Repeat("la ", 20) + "la"), "sentence of 21 words"},
		{"forbidden", "fr", message("Sit."), message("Vous avez mal."), "vous avez"},
		{"space", "fr", message("Sit."), message("Sit. "), "space"},
		{"two spaces", "fr", message("Sit."), message("Sit  here."), "two spaces"},
		{"digits", "ar", message("Sit 3."), message("اجلس ٣."), "digit"},
		{"touching", "ar", message("{a}: {b}"), message("{a}: {b}"), "no word between"},
		{"no list", "de", message("Sit."), message("Sitz."), "no list"},
		{"good", "fr", message("Sit, {name}."), message("Assis, {name}."), ""},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			l := linter{
				keys:      map[Key]bool{"a.x": true},
				english:   testTable(t, "en", "ltr", tc.english).messages,
				forbidden: map[string][]string{"en": {"safe"}, "fr": {"vous avez"}, "ar": {"آمن"}},
			}
			direction := "ltr"
			if tc.tag == "ar" {
				direction = "rtl"
			}
			got := strings.Join(l.problems(testTable(t, tc.tag, direction, tc.messages)), "\n")
			if tc.want == "" && got != "" || !strings.Contains(got, tc.want) {
				t.Errorf("problems = %q, want %q among them", got, tc.want)
			}
		})
	}
}

// TestNoKeyTwice: a JSON object may repeat a key, and the last one wins
// silently.
func TestNoKeyTwice(t *testing.T) {
	names, err := filepath.Glob("*.json")
	staff, _ := filepath.Glob("staff/*/*.json")
	if err != nil || len(names) == 0 || len(staff) == 0 {
		t.Fatal(names, staff, err)
	}
	names = append(names, staff...)
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for line := range bytes.Lines(data) {
			key, _, ok := bytes.Cut(bytes.TrimSpace(line), []byte(`":`))
			if ok && seen[string(key)] {
				t.Errorf("%s: %s is there twice", name, key)
			}
			seen[string(key)] = true
		}
	}
}
