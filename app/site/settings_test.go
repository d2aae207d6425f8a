package site

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// paths lists what a type can say in JSON, as Field.Path does.
func paths(t reflect.Type, path string) []string {
	if t.Kind() == reflect.Pointer {
		return paths(t.Elem(), path)
	}
	star := join(path, "*")
	switch {
	case leaf(t):
	case t.Kind() == reflect.Struct:
		var all []string
		for f := range fieldsOf(t) {
			all = append(all, paths(f.Type, join(path, tagName(f.Tag.Get("json"))))...)
		}
		return all
	case t.Kind() == reflect.Map, t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct && !leaf(t.Elem()):
		return paths(t.Elem(), star)
	}
	return []string{path}
}

// TestFieldsAreComplete: each setting is documented, and nothing else is.
func TestFieldsAreComplete(t *testing.T) {
	want := paths(reflect.TypeFor[Profile](), "")
	var got []string
	for _, f := range Fields() {
		got = append(got, f.Path)
		if f.Form == "" || f.Takes == "" || !strings.HasSuffix(f.About, ".") {
			t.Errorf("%s is not documented: %+v", f.Path, f)
		}
	}
	for _, p := range want {
		if !slices.Contains(got, p) {
			t.Errorf("%s is not documented", p)
		}
	}
	for _, p := range got {
		if !slices.Contains(want, p) {
			t.Errorf("%s is documented and does not exist", p)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d fields, %d documented", len(want), len(got))
	}
}

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestProblems: what is wrong is said with its field and its line.
func TestProblems(t *testing.T) {
	logo := func(b []byte) string { return fmt.Sprintf("{\n\"logo\": %q}", base64.StdEncoding.EncodeToString(b)) }
	long := strings.Repeat("x", 300)
	for name, tt := range map[string]struct {
		text string
		path string
		line int
		why  Why
	}{
		"no JSON":              {"{\n\"name\": \"x\",\n}", "", 3, WhySyntax},
		"something behind":     {"{}\n{}", "", 2, WhySyntax},
		"misspelt":             {"{\n\n\"nmae\": \"x\"}", "nmae", 3, WhyUnknown},
		"misspelt inside":      {"{\"printers\": {\"visit\": {\n\"paperr\": \"a4\"}}}", "printers.visit.paperr", 2, WhyUnknown},
		"other letters' case":  {"{\n\"Name\": \"x\"}", "Name", 2, WhyUnknown},
		"twice":                {"{\"name\": \"x\",\n\"name\": \"y\"}", "name", 2, WhyTwice},
		"another type":         {"{\n\"keepDays\": \"ten\"}", "keepDays", 2, WhySyntax},
		"of a later program":   {"{\n\"version\": 2}", "version", 2, WhyNewer},
		"name of 300":          {"{\n\"name\": \"" + long + "\"}", "name", 2, WhyLong},
		"no name":              {"{\n\"name\": \" \"}", "name", 2, WhyMissing},
		"letters nobody sees":  {"{\n\"approvedBy\": \"Dr.\\u0007\"}", "approvedBy", 2, WhyLetters},
		"address of 300":       {"{\"address\": [\"a\",\n\"" + long + "\"]}", "address.1", 2, WhyLong},
		"too many lines":       {"{\n\"address\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"]}", "address", 2, WhyLong},
		"phone of words":       {"{\n\"phone\": \"ask Ada\"}", "phone", 2, WhyLetters},
		"figure before any":    {"{\n\"queue\": \"A1\"}", "queue", 2, WhyLetters},
		"word before a number": {"{\n\"queue\": \"Ada\"}", "queue", 2, WhyLong},
		"no emergency":         {"{\n\"emergency\": \"\"}", "emergency", 2, WhyMissing},
		"country":              {"{\n\"country\": \"ZZ\"}", "country", 2, WhyChoice},
		"logo that is none":    {logo([]byte("GIF89a")), "logo", 2, WhyPicture},
		"logo cut short":       {logo(picture(t, 64, 64)[:60]), "logo", 2, WhyPicture},
		"logo too wide":        {logo(picture(t, 2001, 64)), "logo", 2, WhyLarge},
		"logo too small":       {logo(picture(t, 64, 3)), "logo", 2, WhyLarge},
		"logo too heavy":       {logo(make([]byte, MostLogo+1)), "logo", 2, WhyLarge},
		"limit out of bounds":  {"{\"critical\": [\n{\"measure\": \"systolic\", \"unit\": \"mm[Hg]\", \"side\": \"high\", \"at\": \"200\"}]}", "critical.0", 2, WhyRange},
		"no such guideline":    {"{\n\"guideline\": \"jnc-7\"}", "guideline", 2, WhyChoice},
		"no such protocol":     {"{\n\"protocol\": \"by-feel\"}", "protocol", 2, WhyChoice},
		"idle for a year":      {"{\"screen\": {\n\"askSeconds\": 31536000}}", "screen.askSeconds", 2, WhyRange},
		"keeps a million days": {"{\n\"keepDays\": 1000000}", "keepDays", 2, WhyRange},
		"no such language":     {"{\"languages\": [\"en\",\n\"tlh\"]}", "languages.1", 2, WhyChoice},
		"offers no language":   {"{\n\"onlyLanguages\": true}", "languages", 1, WhyMissing},
		"starts in another":    {"{\"languages\": [\"en\"], \"onlyLanguages\": true,\n\"language\": \"fr\"}", "language", 2, WhyChoice},
		"no such unit":         {"{\"units\": [\n\"stone\"]}", "units.0", 2, WhyChoice},
		"no such paper":        {"{\"printers\": {\"visit\": {\n\"paper\": \"a3\"}}}", "printers.visit.paper", 2, WhyChoice},
		"no such model":        {"{\n\"refuse\": [\"oem-nibpp\"]}", "refuse", 2, WhyChoice},
		"server without TLS":   {"{\"sync\": {\n\"url\": \"http://fhir.example.org\", \"base\": \"https://x\"}}", "sync.url", 2, WhyAddress},
		"server without base":  {"{\"sync\": {\n\"url\": \"https://fhir.example.org\"}}", "sync.base", 1, WhyAddress},
		"a secret in the file": {"{\"sync\": {\"auth\": {\n\"token\": \"s3cr3t\"}}}", "sync.auth.token", 2, WhyUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseProfile(t.TempDir(), []byte(tt.text))
			found, ok := errors.AsType[Problems](err)
			if !ok {
				t.Fatalf("%v", err)
			}
			if p := found[0]; p.Path != tt.path || p.Line != tt.line || p.Why != tt.why {
				t.Errorf("%s, line %d, %s (%v), want %s, line %d, %s", p.Path, p.Line, p.Why, p, tt.path, tt.line, tt.why)
			}
		})
	}
}

// Everything that is wrong is said at once.
func TestProblemsAreAllSaid(t *testing.T) {
	_, err := ParseProfile(t.TempDir(), []byte("{\n\"name\": \"\",\n\"keepDays\": -1,\n\"emergency\": \"\"}"))
	var found Problems
	if !errors.As(err, &found) || len(found) != 3 || !errors.Is(err, ErrNoEmergency) || !errors.Is(err, ErrKeepDays) {
		t.Fatalf("%v", err)
	}
	if !strings.HasPrefix(err.Error(), "site.json, line 2, name: ") {
		t.Errorf("%q", err)
	}
}

// TestSaveSettings: the file before is one step away, and what is refused
// changes nothing.
func TestSaveSettings(t *testing.T) {
	folder := t.TempDir()
	read := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(folder, name))
		return string(text)
	}
	if _, err := Previous(folder); !errors.Is(err, ErrNoPrevious) {
		t.Fatal(err)
	}
	for _, text := range []string{`{"name": "One"}`, `{"name": "Two"}`} {
		if _, err := SaveSettings(folder, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := SaveSettings(folder, []byte(`{"name": ""}`)); err == nil {
		t.Fatal("nothing is wrong")
	}
	if read(ProfileName) != `{"name": "Two"}` || read(PreviousName) != `{"name": "One"}` {
		t.Errorf("now %s, before %s", read(ProfileName), read(PreviousName))
	}
	if info, err := os.Stat(filepath.Join(folder, ProfileName)); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	before, err := Previous(folder)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := SaveSettings(folder, before); err != nil || p.Name != "One" {
		t.Errorf("%s, %v", p.Name, err)
	}
}

// TestEdit: only what is changed changes, and what is taken away leaves no empty
// object behind.
func TestEdit(t *testing.T) {
	text, err := Edit([]byte(`{"keepDays": 365, "printers": {"visit": {"queue": "tm88"}}, "name": "A", "costs": {"visit": "0.080"}}`), map[string]any{
		"name": "B & C 😀", "printers.visit.queue": nil, "screen.volume": 80, "address": []string{"1", "2"},
	})
	want := `{
  "name": "B & C 😀",
  "address": ["1","2"],
  "costs": {
    "visit": "0.080"
  },
  "screen": {
    "volume": 80
  },
  "keepDays": 365
}
`
	if err != nil || string(text) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
}

func TestChanges(t *testing.T) {
	parse := func(text string) Profile {
		p, err := ParseProfile(t.TempDir(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a := parse(`{"name": "A", "address": ["x", "y"], "printers": {"visit": {"queue": "q"}}, "country": "DE"}`)
	b := parse(`{"name": "B", "keepDays": 10, "country": "DE", "sync": {"url": "https://f.example", "base": "https://b.example"}}`)
	list, err := Changes(a, b)
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{
		{"name", "A", "B", AtOnce}, {"address", "x, y", "", AtOnce}, {"printers.visit.queue", "q", "", AtOnce}, {"keepDays", "0", "10", AtOnce},
		{"sync.url", "", "https://f.example", AtOnce}, {"sync.base", "", "https://b.example", AtOnce},
	}
	for _, w := range want {
		if !slices.Contains(list, w) {
			t.Errorf("%+v is missing in %+v", w, list)
		}
	}
	if same, err := Changes(a, a); err != nil || len(same) > 0 {
		t.Errorf("%+v, %v", same, err)
	}
}

// TestChangedLimits: a limit is told by what it is about, not by where it stands in the
// list: one that is taken away is not all that stood behind it.
func TestChangedLimits(t *testing.T) {
	low := guideline.Limit{Measure: vitals.SpO2, Unit: vitals.Percent, Side: guideline.LowSide, At: vitals.Int(93)}
	high := guideline.Limit{Measure: vitals.Systolic, Unit: vitals.MmHg, Side: guideline.HighSide, At: vitals.Int(165)}
	list, err := Changes(Profile{Critical: []guideline.Limit{low, high}}, Profile{Critical: []guideline.Limit{high}})
	if err != nil || len(list) != 1 || list[0].Before != "93" || list[0].After != "" {
		t.Fatalf("%+v, %v", list, err)
	}
	if l, ok := list[0].Limit(); !ok || l.Measure != low.Measure || l.Unit != low.Unit || l.Side != low.Side {
		t.Errorf("it is about %+v, %v", l, ok)
	}
	if _, ok := (Change{Path: "name"}).Limit(); ok {
		t.Error("a name is a limit")
	}
}

// TestOfThisMachine: what is of a machine wins over the file that all have.
func TestOfThisMachine(t *testing.T) {
	folder := t.TempDir()
	if _, err := SaveSettings(folder, []byte(`{"name": "Riverside", "kiosk": "shared", "listenOnly": ["A"]}`)); err != nil {
		t.Fatal(err)
	}
	if err := SaveMachine(folder, Machine{Kiosk: "kiosk-7", Location: "Hall", ListenOnly: []string{"/dev/ttyUSB0"}}); err != nil {
		t.Fatal(err)
	}
	p, err := LoadProfile(folder)
	if err != nil || p.Kiosk != "kiosk-7" || p.Location != "Hall" || p.Name != "Riverside" || !slices.Equal(p.ListenOnly, []string{"A", "/dev/ttyUSB0"}) {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestUnnamedKiosk: a file for many machines leaves each its own name.
func TestUnnamedKiosk(t *testing.T) {
	folder := t.TempDir()
	if _, err := SaveSettings(folder, []byte(`{"name": "Riverside"}`)); err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	if p, err := LoadProfile(folder); err != nil || p.Kiosk != host {
		t.Errorf("%q, %v; want %q", p.Kiosk, err, host)
	}
}

// TestGuidelineOfCountry: a place judges as its region does, unless it says
// otherwise.
func TestGuidelineOfCountry(t *testing.T) {
	for _, tt := range []struct{ country, said, want string }{
		{"", "", guideline.AHA2025}, {"US", "", guideline.AHA2025}, {"de", "", guideline.ESC2024}, {"DE", guideline.AHA2025, guideline.AHA2025},
	} {
		if got := (Profile{Country: tt.country, Guideline: tt.said}).GuidelineID(); got != tt.want {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
