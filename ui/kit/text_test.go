package kit

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

const rlm = "\u200f" // right-to-left mark

const (
	englishText = "Rest your arm on the table, with the palm up. We start in a moment: 120/80 mmHg is only an example."
	arabicText  = "ضع ذراعك على الطاولة وراحة يدك إلى أعلى. سنبدأ بعد 30 ثانية؛ هل أنت مستعد؟"
)

// unmarked removes the invisible direction marks.
func unmarked(s string) string { return strings.NewReplacer(lrm, "", rlm, "").Replace(s) }

func TestVisualOrder(t *testing.T) {
	for _, row := range []struct {
		name string
		dir  Direction
		in   string
		want string // from left to right, each right-to-left run as it is spelled
	}{
		{"plain English", LTR, "Keep still.", "Keep still."},
		{"plain Arabic", RTL, "لا تتحرك.", "لا تتحرك."},
		{"quantity in Arabic", RTL, "ضغطك " + Isolate("120/80 mmHg") + " اليوم.", " اليوم.120/80 mmHgضغطك "},
		{"number in Arabic", RTL, "انتظر 30 ثانية", " ثانية30انتظر "},
		{"English word first in Arabic", RTL, "CMS50D جاهز", " جاهزCMS50D"},
		{"Arabic name in English", LTR, "Hello محمد, welcome", "Hello محمد, welcome"},
	} {
		if got := unmarked(visual(row.in, row.dir)); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// Each right-to-left run is fenced, or Fyne would take its full stop for part
// of the run beside it.
func TestVisualFencesRuns(t *testing.T) {
	got := visual("لا تتحرك.", RTL)
	if !strings.HasPrefix(got, rlm) || !strings.HasSuffix(got, rlm) {
		t.Errorf("%q is not fenced by right-to-left marks", got)
	}
}

func TestWrapKeepsWordsAndFits(t *testing.T) {
	widthOf := func(s string) float32 { return float32(utf8.RuneCountInString(s)) }
	for _, text := range []string{englishText, arabicText, "one", "", "a\n\nb", "Donaudampfschifffahrtsgesellschaft and more"} {
		for width := float32(1); width < 60; width++ {
			lines := wrap(text, width, widthOf)
			for _, line := range lines {
				if widthOf(line) > width+0.5 {
					t.Fatalf("at %v: %q is wider than the line", width, line)
				}
			}
			strip := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
			if got := strip(strings.Join(lines, "")); got != strip(text) {
				t.Fatalf("at %v: wrapping changed %q to %q", width, text, got)
			}
		}
	}
}

// TestWrapLeavesNoShortWordAlone: the last line has two words where the one above can
// spare one.
func TestWrapLeavesNoShortWordAlone(t *testing.T) {
	widthOf := func(s string) float32 { return float32(utf8.RuneCountInString(s)) }
	for _, row := range []struct{ text, want string }{
		{"you can still call for help here", "you can still call for|help here"},
		{"you can still call for help or stay", "you can still call for help|or stay"},
		{"you can still call for assistance", "you can still call for|assistance"},
		{"a telephonist can come by now", "a telephonist can come by now"},
		{"a telephonistwithalongname now", "a telephonistwithalongname|now"},
		{"overandoveragainandoveragai now", "overandoveragainandoveragai|now"},
		{"one\nyou can still call for help here\ntwo", "one|you can still call for|help here|two"},
	} {
		if got := strings.Join(wrap(row.text, 29, widthOf), "|"); got != row.want {
			t.Errorf("%q is wrapped to %q, want %q", row.text, got, row.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	for _, seed := range []string{englishText, arabicText, "a\u0301\u0301b", "\u200f \u200e"} {
		f.Add(seed, float32(12))
	}
	widthOf := func(s string) float32 { return float32(utf8.RuneCountInString(s)) }
	f.Fuzz(func(t *testing.T, text string, width float32) {
		if !utf8.ValidString(text) || !(width >= 1 && width <= 1000) {
			return
		}
		letters := func(s string) string {
			return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }), "")
		}
		if got := letters(strings.Join(wrap(text, width, widthOf), "")); got != letters(text) {
			t.Errorf("wrapping changed %q to %q", text, got)
		}
		visual(text, RTL)
	})
}

// Whatever the width, size, language and text factor: each line lies inside the
// widget, the height it reported holds all lines, and lines do not overlap.
func TestTextLinesStayInside(t *testing.T) {
	test.NewTempApp(t)
	for _, dir := range []Direction{LTR, RTL} {
		words := englishText
		if dir == RTL {
			words = arabicText
		}
		for _, factor := range []float32{TextNormal, TextLarge, TextLargest} {
			for _, align := range []Align{Leading, Center, Trailing} {
				for _, width := range []float32{220, 400, 900} {
					text := NewText(Look{Dir: dir, Text: factor}, words, TextStyle{Size: SizeLead, Align: align})
					height := text.HeightFor(width)
					text.Resize(fyne.NewSize(width, height))
					if text.MinSize().Height != height {
						t.Errorf("MinSize reports %v after HeightFor said %v", text.MinSize().Height, height)
					}
					for i, line := range text.lines {
						right := line.Position().X + line.MinSize().Width
						if line.Position().X < -1 || right > width+1 {
							t.Errorf("line %d reaches from %v to %v of %v", i, line.Position().X, right, width)
						}
						if i > 0 && line.Position().Y-text.lines[i-1].Position().Y < text.look.Size(SizeLead)*1.2 {
							t.Errorf("lines %d and %d are too close", i-1, i)
						}
					}
					if want := float32(len(text.lines)) * text.advance(); height != want {
						t.Errorf("height %v for %d lines, want %v", height, len(text.lines), want)
					}
				}
			}
		}
	}
}

func TestTextAlignsByReadingDirection(t *testing.T) {
	test.NewTempApp(t)
	for _, row := range []struct {
		dir   Direction
		align Align
		left  bool
	}{{LTR, Leading, true}, {LTR, Trailing, false}, {RTL, Leading, false}, {RTL, Trailing, true}} {
		text := NewText(Look{Dir: row.dir}, "abc", TextStyle{Align: row.align})
		text.Resize(fyne.NewSize(400, 40))
		if got := text.lines[0].Position().X == 0; got != row.left {
			t.Errorf("direction %d, alignment %d: at the left is %t, want %t", row.dir, row.align, got, row.left)
		}
	}
}

func TestSetTextWrapsAgain(t *testing.T) {
	test.NewTempApp(t)
	text := NewText(Look{}, "short", TextStyle{})
	text.Resize(fyne.NewSize(200, 40))
	text.SetText(englishText)
	if len(text.lines) < 3 {
		t.Errorf("%d lines after SetText, want the long text wrapped", len(text.lines))
	}
	if text.Text() != englishText {
		t.Errorf("Text returns %q", text.Text())
	}
}

// TestTextForgetsWhatItMeasured: what is found out about words once is not taken
// for true of the words after them.
func TestTextForgetsWhatItMeasured(t *testing.T) {
	test.NewTempApp(t)
	changed, fresh := NewText(Look{}, "one two", TextStyle{}), NewText(Look{}, englishText, TextStyle{})
	widths := []float32{60, 100, 140, 200, 300, 500, 60}
	ask := func(text *Text) (told []float32) {
		for _, w := range widths {
			told = append(told, text.HeightFor(w))
		}
		return append(told, text.PreferredWidth(), text.leastWidth())
	}
	ask(changed)
	changed.SetText(englishText)
	if got, want := ask(changed), ask(fresh); !slices.Equal(got, want) {
		t.Errorf("heights at %v and widths are %v, want %v as of a fresh text", widths, got, want)
	}
	if again := ask(fresh); !slices.Equal(again, ask(changed)) {
		t.Errorf("asked again it tells %v", again)
	}
}

// TestWrapAsIfEveryLineWereMeasured: in our faces, what the sum of the words says
// about a line is what the line would.
func TestWrapAsIfEveryLineWereMeasured(t *testing.T) {
	test.NewTempApp(t)
	for _, dir := range []Direction{LTR, RTL} {
		for _, text := range []string{englishText, arabicText, "Öffnen Sie AVATAR, Tal, V. W. Y. To. 1,1 11:11"} {
			whole := NewText(Look{Dir: dir}, text, TextStyle{})
			for width := float32(90); width < 1200; width += 7 {
				var line string
				var want []string
				for word := range strings.FieldsSeq(text) {
					joined := strings.TrimSpace(line + " " + word)
					if line != "" && whole.lineWidth(joined) > width+0.5 {
						want = append(want, line)
						joined = word
					}
					line = joined
				}
				want = append(want, line)
				accompany(want, width, whole.lineWidth)
				if !slices.Equal(wrap(text, width, whole.lineWidth), want) {
					t.Fatalf("at %v: %q, want %q", width, wrap(text, width, whole.lineWidth), want)
				}
			}
		}
	}
}
