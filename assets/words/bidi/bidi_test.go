package bidi

import (
	"bufio"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/bidi"
)

func TestVisual(t *testing.T) {
	const (
		pressure = "\ufee1\ufeaa\ufedf\ufe8d \ufec2\ufed0\ufebf" // ضغط الدم, drawn
		hand     = "\ufeaa\ufef3"                                // يد, drawn
	)
	tests := []struct {
		name, line string
		rtl        bool
		want       string
	}{
		{"empty", "", true, ""},
		{"Latin", "Blood pressure (120/80)", false, "Blood pressure (120/80)"},
		{"joined", "ضغط الدم", true, pressure},
		{"marked quantity", "ضغط الدم \u200e120/80 mmHg\u200e", true, "120/80 mmHg " + pressure},
		{"marked negative", "يد \u200e-0.4 mmol/L\u200e", true, "-0.4 mmol/L " + hand},
		{"number in the middle", "يد 12 يد", true, hand + " 12 " + hand},
		{"clock time", "يد 14:05", true, "14:05 " + hand},
		{"stop at the end", "يد.", true, "." + hand},
		{"brackets turn", "يد (12)", true, "(12) " + hand},
		{"brackets around Arabic", "(يد)", true, "(" + hand + ")"},
		{"brackets in Latin", "يد \u200ebook(s)\u200e", true, "book(s) " + hand},
		{"angle quotes turn", "«يد»", true, "«" + hand + "»"},
		{"Arabic name in English", "Name: يد (a)", false, "Name: " + hand + " (a)"},
		{"number in brackets goes with the name", "Name: يد (12)", false, "Name: (12) " + hand},
		{"spaces at the end stay there", "A يد  ", false, "A " + hand + "  "},
		{"spaces at the end of a right-to-left line", "يد A ", true, " A " + hand},
		{"marked telephone number", "يد \u200e+1 555-0100\u200e", true, "+1 555-0100 " + hand},
		{"tab is a space", "يد\tيد", true, hand + " " + hand},
		{"number after Arabic in English", "A يد 12 B", false, "A 12 " + hand + " B"},
		{"percent after Arabic", "A יד 12% B", false, "A 12% די B"},
		{"Latin in Arabic", "يد LO", true, "LO " + hand},
		{"mark stays behind its letter", "يدً", true, "\ufeaa\u064b\ufef3"},
		{"line end is a space", "a\u2029b", false, "a b"},
		{"embedding controls are dropped", "\u202ba\u202c", false, "a"},
		{"invalid bytes", "a\xff", false, "a\ufffd"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := Visual(tc.line, tc.rtl); got != tc.want {
				t.Errorf("Visual(%q, %v)\n got %+q\nwant %+q", tc.line, tc.rtl, got, tc.want)
			}
		})
	}
}

func TestReorder(t *testing.T) {
	tests := []struct {
		name, line string
		rtl        bool
		want       string
	}{
		{"empty", "", true, ""},
		{"Latin alone", "Sit (back).", false, "Sit (back)."},
		{"Arabic alone", "يد.", true, "\u200fيد.\u200f"},
		{"quantity", "ضغط الدم \u200e120/80 mmHg\u200e", true, "\u200e120/80 mmHg\u200e\u200fضغط الدم \u200f"},
		{"numbers", "القراءة 1 من 3", true, "\u200e3\u200e\u200f من \u200f\u200e1\u200e\u200fالقراءة \u200f"},
		{"brackets are left to the shaper", "يد (LO)", true, "\u200f)\u200f\u200eLO\u200e\u200fيد (\u200f"},
		{"Arabic name in English", "Hello يد 12", false, "\u200eHello \u200e\u200e12\u200e\u200fيد \u200f"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := Reorder(tc.line, tc.rtl); got != tc.want {
				t.Errorf("Reorder(%q, %v)\n got %+q\nwant %+q", tc.line, tc.rtl, got, tc.want)
			}
		})
	}
}

// TestUnicodeCases runs cases of the Unicode Consortium, see the file.
func TestUnicodeCases(t *testing.T) {
	file, err := os.Open("testdata/BidiCharacterTest.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cases := 0
	for scan := bufio.NewScanner(file); scan.Scan(); {
		fields := strings.Split(scan.Text(), ";")
		if len(fields) != 5 {
			continue
		}
		cases++
		var text, want, got []rune
		for _, hex := range strings.Fields(fields[0]) {
			r, err := strconv.ParseInt(hex, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, rune(r))
		}
		for _, field := range strings.Fields(fields[4]) {
			i, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, text[i])
		}
		for _, r := range visualRuns(string(text), fields[1] == "1") {
			if r.level == 1 {
				slices.Reverse(r.text)
			}
			got = append(got, r.text...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\n got %x\nwant %x", scan.Text(), got, want)
		}
	}
	if cases != 30 {
		t.Errorf("%d cases, want 30", cases)
	}
}

// alphabet has two or three characters of each class that our texts can hold,
// and no brackets: those x/text does not pair.
var alphabet = []rune("abאבيدم12٣٤+-/:,.%$ \u00a0!؟\u064b\u0301\u200e\u200f\u200d")

// TestAgreesWithXText holds the directions of random lines against another
// implementation.
func TestAgreesWithXText(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := make([]rune, 1+random.IntN(12))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		rtl := random.IntN(2) == 0
		// x/text takes the direction of the first strong character
		// where it is not told right to left.
		text[0] = leftToRightMark
		var option bidi.Option
		if option = bidi.DefaultDirection(bidi.LeftToRight); rtl {
			option = bidi.DefaultDirection(bidi.RightToLeft)
		}
		want := directions(t, string(text), option)
		got := levels(text, rtl)
		for i := range text {
			if class(text[i]) != bidi.BN && (got[i] == 1) != want[i] {
				t.Fatalf("%+q rtl=%v: levels %v, right to left in x/text %v", string(text), rtl, got, want)
			}
		}
	}
}

// directions tells for each rune whether x/text runs it right to left.
func directions(t *testing.T, line string, option bidi.Option) []bool {
	t.Helper()
	var p bidi.Paragraph
	if _, err := p.SetString(line, option); err != nil {
		t.Fatal(err)
	}
	order, err := p.Order()
	if err != nil {
		t.Fatal(err)
	}
	var out []bool
	for i := range order.NumRuns() {
		run := order.Run(i)
		for range []rune(run.String()) {
			out = append(out, run.Direction() == bidi.RightToLeft)
		}
	}
	return out
}

// TestShaperSeesTheRunsOfReorder: a shaper that splits the reordered line by
// x/text, with the direction of its first letter, finds each run in the
// direction it was meant to have.
func TestShaperSeesTheRunsOfReorder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	// Marks cannot hold together a number that mixes digits of two kinds,
	// such as ٣/1. Ours have the digits 0-9 only.
	letters := slices.DeleteFunc(slices.Clone(alphabet), func(r rune) bool { return class(r) == bidi.AN })
	letters = append(letters, []rune("()[]«»")...)
	for range 20_000 {
		text := make([]rune, random.IntN(12))
		for i := range text {
			text[i] = letters[random.IntN(len(letters))]
		}
		line := Reorder(string(text), true)
		seen := directions(t, line, bidi.DefaultDirection(bidi.LeftToRight))
		meant := false
		for i, r := range []rune(line) {
			switch r {
			case leftToRightMark:
				meant = false
			case rightToLeftMark:
				meant = true
			}
			if class(r) != bidi.BN && seen[i] != meant {
				t.Fatalf("%+q reordered to %+q: %+q runs right to left: %v", string(text), line, r, seen[i])
			}
		}
	}
}

// FuzzVisual: nothing panics, and every visible character that is not Arabic
// is drawn once.
func FuzzVisual(f *testing.F) {
	for _, seed := range []string{
		"", "Sit back.", "ضغط الدم \u200e120/80 mmHg\u200e", "لا إله (LO) ٣٫٤", "יד 12%", "((((", "\u202e\u2067a", "a\u2029b", "\xff\xfe",
		"\u0644\u064e\u0627", "\u064b", "پچژ",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, line string, rtl bool) {
		want := visible(line)
		if got := visible(Visual(line, rtl)); !slices.Equal(got, want) {
			t.Errorf("Visual(%+q, %v) draws %+q, want %+q", line, rtl, string(got), string(want))
		}
		if got := visible(Reorder(line, rtl)); !slices.Equal(got, want) {
			t.Errorf("Reorder(%+q, %v) draws %+q, want %+q", line, rtl, string(got), string(want))
		}
	})
}

// visible gives the characters that shaping leaves alone, sorted, brackets
// turned one way.
func visible(line string) []rune {
	var out []rune
	for _, r := range strings.Map(clean, line) {
		_, count := forms(r)
		drawnForm := r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfeff
		if count > 0 || drawnForm || isInvisible(r) {
			continue
		}
		if i := slices.Index(pairs, r); i >= 0 {
			r = pairs[i&^1]
		}
		out = append(out, r)
	}
	slices.Sort(out)
	return out
}

func BenchmarkVisual(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Visual("آخر قراءة: \u200e120/80 mmHg\u200e عند الساعة 14:05", true)
	}
}
