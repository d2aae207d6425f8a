package words

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

const testMonths = `["1","2","3","4","5","6","7","8","9","10","11","12"]`

func testFile(tag, direction, messages string) string {
	return fmt.Sprintf(`{"language":{"tag":%q,"name":"T","direction":%q,"decimal":".","percent":"{value}%%",
		"date":"{day} {month} {year}","date-short":"{day} {month}","date-time":"{date} {time}","date-order":"DMY",
		"months":%s,"months-short":%s},"messages":%s}`, tag, direction, testMonths, testMonths, messages)
}

func testTable(t *testing.T, tag, direction, messages string) *table {
	t.Helper()
	table, err := parseTable([]byte(testFile(tag, direction, messages)))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func mustLoad(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMissingMessageIsTakenFromEnglish(t *testing.T) {
	c, err := load(fstest.MapFS{
		"en.json": {Data: []byte(testFile("en", "ltr", `{"a":"one","b":"two"}`))},
		"fr.json": {Data: []byte(testFile("fr", "ltr", `{"a":"un"}`))},
	})
	if err != nil {
		t.Fatal(err)
	}
	fr := c.Lang("fr")
	if got := fr.T("a") + " " + fr.T("b") + " " + fr.T("c"); got != "un two c" {
		t.Errorf("texts = %q, want %q", got, "un two c")
	}
}

func TestLoadRefusesBrokenFiles(t *testing.T) {
	good := testFile("en", "ltr", `{"a":"x"}`)
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no English", map[string]string{"fr.json": testFile("fr", "ltr", `{}`)}, `no file for "en"`},
		{"nothing", nil, `no file for "en"`},
		{"not JSON", map[string]string{"en.json": "{"}, "parse"},
		{"unknown field", map[string]string{"en.json": strings.Replace(good, `"name"`, `"nick"`, 1)}, "nick"},
		{"other tag", map[string]string{"de.json": good}, "says it is"},
		{"no name", map[string]string{"en.json": strings.Replace(good, `"T"`, `""`, 1)}, "no name"},
		{"direction", map[string]string{"en.json": testFile("en", "up", `{}`)}, "direction"},
		{"month", map[string]string{"en.json": strings.Replace(good, `"12"]`, `""]`, 1)}, "month 12"},
		{"order", map[string]string{"en.json": strings.Replace(good, "DMY", "DYM", 1)}, "date order"},
		{"decimal", map[string]string{"en.json": strings.Replace(good, `"decimal":"."`, `"decimal":""`, 1)}, "decimal"},
		{"pattern", map[string]string{"en.json": strings.Replace(good, "{value}", "{x}", 1)}, "lacks {value}"},
		{"message", map[string]string{"en.json": testFile("en", "ltr", `{"a":"{"}`)}, "message a"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, text := range tc.files {
				fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: fs.ModePerm}
			}
			_, err := load(fsys)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error = %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestZeroLangAnswersWithKeys(t *testing.T) {
	var l Lang
	got := strings.Join([]string{l.T("a.b"), l.N("c.d", 3), l.Tag(), l.Name(), string(l.DateOrder()), l.Quantity("5.6", "%")}, "|")
	if want := "a.b|c.d|und||YMD|5.6%"; got != want {
		t.Errorf("zero Lang: %q, want %q", got, want)
	}
}

func TestPseudo(t *testing.T) {
	c := mustLoad(t)
	english, pseudo := c.Lang("en"), c.Pseudo()
	for key, m := range c.tables[0].messages {
		plain, odd := english.T(key), pseudo.T(key)
		if !strings.HasPrefix(odd, "[") || !strings.HasSuffix(odd, "]") {
			t.Errorf("%s: %q has no brackets", key, odd)
		}
		literal := len([]rune(plain))
		for _, name := range placeholders(m.forms[0]) {
			literal -= len(name) + 2
			if !strings.Contains(odd, "{"+name+"}") {
				t.Errorf("%s: %q lost {%s}", key, odd, name)
			}
		}
		if growth := len([]rune(odd)) - len([]rune(plain)); growth*100 < literal*stretch {
			t.Errorf("%s: %q grew by %d of %d", key, odd, growth, literal)
		}
	}
	if got, want := pseudo.T(BarHelp), "[Héélp~]"; got != want {
		t.Errorf("pseudo Help = %q, want %q", got, want)
	}
	if got, want := pseudo.N(TimeMinutes, 1), "[1 mííñüütéé]"; got != want {
		t.Errorf("pseudo minute = %q, want %q", got, want)
	}
	if len(c.Langs()) != len(c.tables) {
		t.Error("the pseudo-language is offered to people")
	}
}

func TestFamilies(t *testing.T) {
	tests := []struct{ got, want Key }{
		{FaultTitle("unplugged"), "fault.unplugged.title"},
		{FaultRemedy("never-heard-of"), "fault.internal.remedy"},
		{Band("bp.stage2"), "band.bp.stage2"},
		{Meaning("spo2.low"), "meaning.spo2.low"},
		{Band("bp.unheard"), ResultNoBand},
		{Meaning(""), ResultNoBand},
		{NextTier(0), "next.tier0"},
		{NextTier(4), "next.tier4"},
		{NextTier(5), "next.tier4"},
		{NextTier(-1), "next.tier4"},
	}
	for _, tc := range tests {
		if tc.got != tc.want {
			t.Errorf("got key %q, want %q", tc.got, tc.want)
		}
	}
}

func BenchmarkT(b *testing.B) {
	l := mustLoad(b).Lang("ar")
	b.ReportAllocs()
	for b.Loop() {
		_ = l.N(FinishClearing, 17)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
