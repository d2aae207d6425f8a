package script

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	s, err := Parse(strings.NewReader(`
# a visit
who "Ana María" "de la Cruz" 1956-04-30   # with a remark
consent keep share
	skip-rest hurry
measure blood-pressure
expect value systolic 90 140.5
print "my file.pdf"
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Command{
		{3, "who", []string{"Ana María", "de la Cruz", "1956-04-30"}},
		{4, "consent", []string{"keep", "share"}},
		{5, "skip-rest", []string{"hurry"}},
		{6, "measure", []string{"blood-pressure"}},
		{7, "expect", []string{"value", "systolic", "90", "140.5"}},
		{8, "print", []string{"my file.pdf"}},
	}
	if !slices.EqualFunc(s, want, func(a, b Command) bool {
		return a.Line == b.Line && a.Name == b.Name && slices.Equal(a.Args, b.Args)
	}) {
		t.Errorf("got %v", s)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, why := range map[string]string{
		"dance":                              "no command",
		"guest now":                          "write: guest",
		"who Ana Lopez":                      "write: who",
		"who Ana Lopez 1956-02-30":           "no date",
		`who "Ana Lopez 1956-02-28`:          "not closed",
		"consent perhaps":                    "none of",
		"consent keep all":                   "not share",
		"answer weather fine":                "no question",
		"answer adult perhaps":               "none of",
		"skip-rest bored":                    "none of",
		"measure temperature":                "none of",
		"retry 9":                            "none of",
		"wait long":                          "no time",
		"wait 11m":                           "no time",
		"wait -1s":                           "no time",
		"expect happiness much":              "cannot be expected",
		"expect value systolic 90":           "takes 3",
		"expect value systolic low high":     "no number",
		"expect band":                        "write: expect",
		"expect saved perhaps":               "none of",
		"guest \xff":                         "UTF-8",
		"guest " + strings.Repeat("x", 5000): "too long",
	} {
		_, err := Parse(strings.NewReader("# first\n" + text + "\n"))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != 2 || !strings.Contains(syntax.Why, why) {
			t.Errorf("%.60q: %v, want line 2: %s", text, err, why)
		}
	}
	if _, err := Parse(strings.NewReader(strings.Repeat("guest\n", maxCommands+1))); err == nil {
		t.Error("a script without end is accepted")
	}
}

// TestHelpNamesEveryCommand, and every command can be written as its help says.
func TestHelpNamesEveryCommand(t *testing.T) {
	help := Help()
	for name, f := range forms() {
		if !strings.Contains(help, f.usage) || !strings.HasPrefix(f.usage, name) {
			t.Errorf("%s is not in the help", name)
		}
	}
}

// FuzzParse: no script crashes the parser, and one that is accepted says the
// same when it is written down again.
func FuzzParse(f *testing.F) {
	f.Add("guest\nconsent keep\nmeasure oximetry\nexpect band spo2.usual\nfinish\n")
	f.Add(`who "Ana María" Lopez 1956-04-30 # remark`)
	f.Add("answer symptoms-now yes\nretry 3\r\nwait 5s")
	f.Add("\"\"\n\"guest\"\nprint \"\"")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(strings.NewReader(text))
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 {
				t.Fatalf("%v is not a SyntaxError with a line", err)
			}
			return
		}
		var again strings.Builder
		for _, c := range s {
			again.WriteString(c.Name)
			for _, a := range c.Args {
				again.WriteString(` "` + a + `"`)
			}
			again.WriteByte('\n')
		}
		if again.Len() > maxLine {
			return
		}
		back, err := Parse(strings.NewReader(again.String()))
		if err != nil {
			t.Fatalf("%q came back as %q: %v", text, again.String(), err)
		}
		if !slices.EqualFunc(s, back, func(a, b Command) bool { return a.Name == b.Name && slices.Equal(a.Args, b.Args) }) {
			t.Fatalf("%v came back as %v", s, back)
		}
	})
}
